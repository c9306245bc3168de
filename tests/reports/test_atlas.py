"""The atlas: a map for each criterion under one rule, and every site in a table."""

import math
from dataclasses import replace

import numpy as np
import pytest

from reports.atlas import _unknown, atlas_pdf, values_by_group
from reports.facts import ReportPart


def parts(labour, landslide):
    pairs = (("labour_need", labour), ("landslide", landslide))
    return tuple(
        ReportPart(key=k, contribution=0.25 if v is None else v, unknown=v is None)
        for k, v in pairs
    )


@pytest.mark.parametrize("case", ["usual", "hostile", "unknown", "none", "english"])
def test_nothing_leaves_its_page_and_the_checkers_find_nothing(case, made, pdf, tmp_path):
    facts = {
        "usual": made.facts(tuple(made.site(k) for k in range(1, 31))),
        "hostile": made.hostile(),
        "unknown": made.unknown(),
        "none": made.facts(),
        "english": made.facts((made.site(1),), lang="en"),
    }[case]
    raw = atlas_pdf(facts)
    assert pdf.outside(raw) == []
    path = tmp_path / "atlas.pdf"
    path.write_bytes(raw)
    assert pdf.faults(path) == []


def test_values_are_contributions_before_they_were_weighed(made):
    facts = made.facts((made.site(1, parts=parts(0.5, None)), made.site(2, parts=parts(0.1, 0.0))))
    found = values_by_group(facts)
    (labour,), (landslide,) = found["benefit"], found["safety"]
    assert labour.value.tolist() == [1.0, 0.2]
    assert math.isnan(landslide.value[0])
    assert landslide.value[1] == 0.0


def test_a_kecamatan_is_hatched_where_half_or_more_is_unknown_or_nothing_is_there(made):
    sites = tuple(
        made.site(k, kecamatan=name)
        for k, name in enumerate(("Batur", "Batur", "Kalibening", "Kalibening"), start=1)
    )
    facts = made.facts(sites)
    assert _unknown(facts, np.array([True, False, True, True])) == ("Batur",)
    bare = facts.kecamatan.assign(name="Pagentan")
    assert _unknown(replace(facts, kecamatan=bare), np.ones(4, bool)) == ("Pagentan",)


def test_every_criterion_has_its_map_at_one_scale(made, pdf):
    facts = made.facts(tuple(made.site(k) for k in range(1, 12)))
    raw = atlas_pdf(facts)
    assert pdf.tags(raw).count("/Figure") == 2 + 2 + 2  # overview, criteria, a key for each group
    text = pdf.text(raw)
    scales = [one.split()[0] for one in text.split("Skala 1 : ")[1:]]
    assert len(set(scales[2:])) == 1
    assert "diketahui di 11 dari 11 lokasi" in text
    for site in facts.sites:
        assert site.name in text


def test_every_site_stands_in_the_table_with_distance_and_direction(made, pdf):
    facts = made.facts((made.site(1), made.site(2, lon=None, lat=None)))
    last = pdf.pages(atlas_pdf(facts))[-1]
    assert "km ke" in last
    assert "letak belum diketahui" in last


def test_the_same_facts_give_the_same_bytes(made):
    facts = made.facts(tuple(made.site(k) for k in range(1, 9)), synthetic=True)
    assert atlas_pdf(facts) == atlas_pdf(facts)

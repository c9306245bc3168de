"""The offline report as a file: bytes, policy, size, seal, what the public sees."""

import html
import re
from dataclasses import replace

import numpy as np
import pytest

from reports.facts import ReportCriterion, ReportPart
from reports.seal import read_seal
from reports.standalone import standalone_html


def many(made, count):
    """As many sites as a large district has, each with fourteen criteria and long texts."""
    rng = np.random.default_rng(4)
    keys = [f"kriteria_{k}" for k in range(14)]
    criteria = tuple(
        ReportCriterion(key=k, title=f"Kriteria panjang {k}", group="benefit", weight_0_1=1 / 14)
        for k in keys
    )
    sites = []
    for k in range(1, count + 1):
        shares = rng.random(14) / 14
        parts = tuple(
            ReportPart(key=key, contribution=float(v), unknown=bool(v < 0.02), value_text="1 km")
            for key, v in zip(keys, shares, strict=True)
        )
        told = {"score": float(shares.sum()), "parts": parts, "address": "Jalan " * 8}
        sites.append(made.site(k, **told, readiness="survei_dulu"))
    return made.facts(tuple(sites), criteria=criteria)


def by_parts(*sites):
    """Make scores the sum of their parts, which the map insists on."""
    return tuple(replace(s, score=sum(p.contribution for p in s.parts)) for s in sites)


def test_five_hundred_sites_stay_under_five_megabytes_with_photos(made):
    facts = many(made, 500)
    photo = {"name": "a", "sha256": "a" * 64, "file": "x"}
    visit = {"team": "A", "on": "2026-11-10", "answers": (), "photos": (photo,)}
    sites = tuple(replace(site, visits=(visit,)) for site in facts.sites)
    raw = standalone_html(replace(facts, sites=sites), pictures={"a" * 64: b"\xff" * 60_000})
    assert 1_000_000 < len(raw) < 5_000_000


def test_bytes_repeat_and_the_seal_is_read_back(made, tmp_path):
    facts = made.facts(by_parts(made.site(1), made.site(2)))
    raw = standalone_html(facts)
    assert raw == standalone_html(facts)
    (tmp_path / "l.html").write_bytes(raw)
    assert read_seal(tmp_path / "l.html").run == facts.run
    assert read_seal(tmp_path / "l.html").kind == "laporan"


def test_the_policy_allows_only_what_is_hashed(made):
    text = standalone_html(made.facts(by_parts(made.site(1)))).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    outer = re.sub(r'srcdoc="[^"]*"', "", text)
    assert not re.search(r"\sstyle=|\son\w+=", outer)


def test_the_public_page_tells_names_kinds_and_kecamatan_only(made):
    hidden = {"agency": "RAHASIA", "address": "RAHASIA", "agreement": "RAHASIA", "parts": ()}
    facts = made.facts((made.site(1, **hidden),), public=True, criteria=())
    text = html.unescape(standalone_html(replace(facts, sentences={})).decode())
    assert "RAHASIA" not in text
    assert "Lokasi 1" in text
    assert "PKS 7/2026" not in text


@pytest.mark.parametrize("case", ["unknown", "none"])
def test_it_stands_when_nothing_is_known(case, made):
    facts = made.facts() if case == "none" else made.unknown(2)
    sites = tuple(replace(site, score=0.0) for site in facts.sites)
    assert b"<iframe" in standalone_html(replace(facts, sites=sites))

"""The annex: a sheet for each site, whose figures are the run's, whatever its facts say."""

import pytest

from reports.facts import ReportPart
from reports.site_pages import site_pages_pdf


def cases(made):
    return {
        "usual": made.facts(tuple(made.site(k) for k in range(1, 5))),
        "hostile": made.hostile(),
        "unknown": made.unknown(),
        "none": made.facts(),
        "english": made.facts((made.site(1),), lang="en"),
    }


@pytest.mark.parametrize("case", ["usual", "hostile", "unknown", "none", "english"])
def test_nothing_leaves_its_page_and_the_checkers_find_nothing(case, made, pdf, tmp_path):
    raw = site_pages_pdf(cases(made)[case])
    assert pdf.outside(raw) == []
    path = tmp_path / "telaah.pdf"
    path.write_bytes(raw)
    assert pdf.faults(path) == []


def test_every_ranked_site_has_its_sheet_with_its_own_figures(made, pdf):
    legal = (("UU 1/2023 pasal 85", "2026-01-02"),)
    facts = made.facts(tuple(made.site(k) for k in range(1, 6)), legal=legal)
    found = pdf.pages(site_pages_pdf(facts))
    for number, site in enumerate(facts.sites, start=1):
        page = " ".join(found[number].split())
        assert f"{site.rank}. {site.name}" in page
        assert site.id in page
        assert "UU 1/2023 pasal 85 (berlaku 2 Januari 2026)" in page
        assert f"{site.score:.3f}".replace(".", ",") in page
        for part in site.parts:
            assert f"{part.contribution:.3f}".replace(".", ",") in page
        for told in ("PKS 7/2026", "10 November 2027", "Senin–Kamis", "4 orang sehari", "C1", "C4"):
            assert told in page
        assert "Bila kebutuhan 24 jam, masuk 10 besar." in page


def test_what_is_unknown_is_said_and_its_bar_is_an_assumption(made, pdf):
    parts = (
        ReportPart(key="labour_need", contribution=0.2, unknown=True),
        ReportPart(
            key="landslide",
            contribution=0.5,
            unknown=False,
            value_text="nilai 0,10",
            source="peta",
            when="2024-03-02",
            by="BPBD",
        ),
    )
    text = pdf.text(site_pages_pdf(made.facts((made.site(1, parts=parts),))))
    assert "belum diketahui: dipakai anggapan" in text
    assert "peta · 2 Maret 2024 · BPBD" in text


def test_the_other_sites_on_a_map_stand_in_a_table_with_distance_and_direction(made, pdf):
    first = made.site(1)
    near = made.site(2, lon=first.lon + 0.0091, lat=first.lat)  # about a kilometre to the east
    page = pdf.pages(site_pages_pdf(made.facts((first, near))))[1]
    assert "1,0 km ke timur" in page
    assert "Lokasi 2" in page


def test_the_excluded_stand_at_the_end_with_their_reason(made, pdf):
    gone = made.site(9, rank=0, readiness="", name="Lahan Kosong", reason="Jenisnya tidak layak.")
    text = pdf.text(site_pages_pdf(made.facts((made.site(1),), excluded=(gone,))))
    assert "Lahan Kosong" in text
    assert "Jenisnya tidak layak." in text


def picture(colour, size=(640, 480)):
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def test_photos_are_shown_with_words_for_who_does_not_see_them(made, pdf, tmp_path):
    shas = [c * 64 for c in "abcd"]
    photos = tuple({"name": f"{s[:2]}.jpg", "sha256": s, "file": "x"} for s in shas)
    visits = ({"team": "A", "on": "2026-11-10", "answers": (("Foto", "3"),), "photos": photos},)
    facts = made.facts((made.site(1, visits=visits),))
    sizes = ((640, 480), (100, 4000), (4000, 100))
    given = {s: picture("teal", size) for s, size in zip(shas, sizes, strict=False)}
    raw = site_pages_pdf(facts, pictures=given)
    assert pdf.tags(raw).count("/Figure") == 4  # the map and three photos; the fourth was not read
    assert "Foto 3, 10 November 2026" in pdf.text(raw)
    assert pdf.outside(raw) == []
    path = tmp_path / "foto.pdf"
    path.write_bytes(raw)
    assert pdf.faults(path) == []


def test_a_site_of_which_only_the_desa_is_known_gets_the_map_of_its_desa(made, pdf):
    import geopandas as gpd
    import shapely

    desa = gpd.GeoDataFrame(
        {"name": ["Desa Satu"], "kecamatan": ["Batur"]},
        geometry=[shapely.box(109.6, -7.4, 109.65, -7.36)],
        crs="EPSG:4326",
    )
    site = made.site(1, lon=None, lat=None)
    raw = site_pages_pdf(made.facts((site,), desa=desa))
    assert pdf.tags(raw).count("/Figure") == 1
    page = pdf.pages(raw)[1]
    assert "belum ada titik" in page
    assert "letak belum diketahui" in page


def test_the_same_facts_give_the_same_bytes(made):
    facts = made.facts(tuple(made.site(k) for k in range(1, 4)), synthetic=True)
    assert site_pages_pdf(facts) == site_pages_pdf(facts)


def test_sites_of_one_name_and_one_rank_keep_their_own_sheets(made, pdf):
    twins = tuple(made.site(1, id=f"p-{k}", name="Sama") for k in range(3))
    assert len(pdf.pages(site_pages_pdf(made.facts(twins)))) == 4

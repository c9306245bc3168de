"""A set of sites and a branch office on the first user's real layers, which hold no streets."""

import pytest
from shared import banjarnegara

from work.branch import choose_branch, office_lines
from work.choosing import asked, choose_set, set_lines
from work.ranking import rank_study

TODAY = "109.24,-7.43"
FILES = (
    ("boundary", "kabupaten_hdx.geojson"),
    ("areas", "desa_278_hdx.geojson"),
    ("population", "penduduk_desa_2026s1.csv"),
    ("landslide", "longsor_indeks_x100_30m_epsg3395.tif"),
    ("flood", "bahaya_banjir.geojson"),
    ("events", "kejadian_longsor_bpbd_2022-2024.geojson"),
    ("assets", "daftar_aset_contoh.xlsx"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return banjarnegara(tmp_path_factory.mktemp("himpunan") / "studi", FILES)


def test_twelve_sites_serve_every_kecamatan_or_say_which_cannot_be_and_why(folder):
    told = choose_set(folder, asked(count=12))
    assert 0 < len(told["opened"]) <= 12
    assert len(told["served_by_kecamatan"]) == 20
    assert told["status"] == "optimal"
    short = {k for k, share in told["served_by_kecamatan"].items() if share < 0.5 - 1e-6}
    clash = told["clash"]
    assert bool(short) == bool(clash)
    if clash:
        assert {f"share:{k}" for k in short} <= set(clash["give_up"])
        assert clash["because"]
        assert clash["proved"] in {"arithmetic", "relaxation", "search"}
        said = "\n".join(set_lines(told))
        assert all(name in said for name in short)
    ranked = {site["id"] for site in rank_study(folder)["sites"]}
    assert {site["id"] for site in told["opened"]} <= ranked


def test_a_branch_office_saves_against_purwokerto_and_says_the_way_is_straight(folder):
    told = choose_branch(folder, count=1, today=TODAY)
    assert told["travel"] == told["today"]["travel"] == "straight-line"
    assert told["status"] == "optimal"
    assert len(told["chosen"]) == 1
    assert told["after"]["mean_min"] < told["today"]["mean_min"]
    assert told["after"]["mean_km"] < told["today"]["mean_km"]
    assert told["saved_km_per_year"] > 0
    # straight minutes are 3 + km / 22 · 60, with the same detour in both
    for row in told["by_desa"]:
        assert row["today_min"] == pytest.approx(3 + row["today_km"] / 22 * 60)
        assert row["after_min"] == pytest.approx(3 + row["after_km"] / 22 * 60)
    assert sum(r["saved_km_per_year"] for r in told["by_desa"]) == pytest.approx(
        told["saved_km_per_year"]
    )
    assert any("garis lurus" in line for line in office_lines(told))

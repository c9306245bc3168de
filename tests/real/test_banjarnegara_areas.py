"""Desa for juveniles on the first user's real layers: 278 polygons, an invented register."""

import geopandas as gpd
import numpy as np
import pytest
from shared import banjarnegara, shared

from data.workspace import open_study
from work.areas import areas_of
from work.choosing import asked, choose_set, set_lines
from work.ranking import compute, rank_study, why_site
from work.tell import ranked_lines

CHILD = "pelayanan-masyarakat"
FILES = (
    ("boundary", "kabupaten_hdx.geojson"),
    ("areas", "desa_278_hdx.geojson"),
    ("population", "penduduk_desa_2026s1.csv"),
    ("landslide", "longsor_indeks_x100_30m_epsg3395.tif"),
    ("flood", "bahaya_banjir.geojson"),
    ("flash-flood", "bahaya_banjir_bandang.geojson"),
    ("land-cover", "tutupan_lahan_rbi25k_sawah_ladang_danau.geojson"),
    ("assets", "daftar_aset_contoh.xlsx"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return banjarnegara(tmp_path_factory.mktemp("wilayah") / "studi", FILES)


@pytest.fixture(scope="module")
def ranked(folder):
    return rank_study(folder, programme=CHILD)


@pytest.fixture(scope="module")
def found(folder):
    with open_study(folder) as study:
        places, inputs = compute(study, CHILD)
        return areas_of(study, places, inputs)


def column(found, key):
    return found.study.matrix.mean[:, [c.key for c in found.study.criteria].index(key)]


def test_all_278_desa_are_ranked_once_and_wait_for_somebody_to_ask(ranked):
    areas = ranked["areas"]
    assert len(areas) == len({a["id"] for a in areas}) == 278
    assert ranked["areas_excluded"] == []
    assert len({a["kecamatan"] for a in areas}) == 20
    assert {a["readiness"] for a in areas} == {"survei_dulu"}
    assert not ranked["areas_sureness"]["clear_winner"]


def test_every_ranked_place_lies_in_one_desa_and_in_the_one_its_point_lies_in(ranked):
    held = {place: area["id"] for area in ranked["areas"] for place in area["places"]}
    unplaced = {site["id"] for site in ranked["sites"] if site["placed"] == "unplaced"}
    assert set(held) >= {site["id"] for site in ranked["sites"]} - unplaced
    frame = gpd.read_file(shared("banjarnegara/desa_278_hdx.geojson"))
    points = [site for site in ranked["sites"] if site["lon"] is not None]
    at = gpd.GeoDataFrame(
        {"id": [site["id"] for site in points]},
        geometry=gpd.points_from_xy(
            [site["lon"] for site in points], [site["lat"] for site in points]
        ),
        crs=4326,
    )
    joined = gpd.sjoin(at, frame, predicate="within").drop_duplicates("id")
    names = {area["id"]: area["name"] for area in ranked["areas"]}
    column = next(c for c in frame.columns if frame[c].isin(list(names.values())).mean() > 0.95)
    own = dict(zip(joined["id"], joined[column], strict=True))
    same = [names[held[place]] == name for place, name in own.items()]
    assert np.mean(same) > 0.95  # the register plants a few wrong desa names


def test_numbers_of_the_desa_are_those_a_planner_would_expect(found):
    """Landslide class 3 covers much of the regency; 1,080,524 people, a tenth of them 12-17."""
    youth, hosts = column(found, "youth_near"), column(found, "hosts_near")
    hazard = column(found, "settlement_hazard")
    assert np.median(youth) == pytest.approx(0.097 * 11_500, rel=0.15)
    assert np.isfinite(hosts).all()
    assert 0.5 < np.median(hosts) < 3
    assert 0 < np.isnan(hazard).mean() < 0.6
    assert 0.5 < np.nanmedian(hazard) < 0.95
    inside = np.array([len(own) for own in found.places])
    assert hosts[inside >= 3].mean() > hosts[inside == 0].mean()


def test_nothing_is_said_of_what_no_layer_tells(ranked):
    """No map of stops and none of harmful places: unknown, and so is every village head."""
    for area in ranked["areas"]:
        assert {"public_transport", "settlement_clear", "village_willing"} <= set(area["unknown"])
        assert area["coverage"] <= 0.55 + 1e-9


def test_a_desa_and_the_table_are_explained_in_words(folder, ranked):
    told = why_site(folder, ranked["areas"][20]["id"])
    assert told["site"]["name"] == ranked["areas"][20]["name"]
    assert any("perkiraan" in row["source"] for row in told["evidence"])
    assert any("bobot awal" in line and "wilayah" in line for line in ranked_lines(ranked))


def test_a_set_for_juveniles_holds_five_hours_a_day_for_each_it_accompanies(folder):
    told = choose_set(folder, asked(count=6, max_minutes=20, share_0_1=0.0), programme=CHILD)
    with open_study(folder) as study:
        rows = compute(study, CHILD)[0].evidence
    said = rows.loc[rows["criterion"] == "capacity"].set_index("candidate")["value"]
    hours = {}
    for sent in told["assigned"]:
        hours[sent["site"]] = hours.get(sent["site"], 0) + sent["hours_week"]
    assert hours
    for site, sent in hours.items():
        assert sent <= 5 * said.get(site, 1.0) + 1e-6
    assert all(site["separate"] is None for site in told["opened"])
    assert any("Minggu" in line for line in set_lines(told))

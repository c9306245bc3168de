"""Layers that contradict themselves or each other are told, and good ones are left in peace."""

import os
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data.layers import read_layer
from data.layers.check import compare

SHARED = Path(os.environ.get("TAPAK_SHARED", Path(__file__).parents[3] / "shared")) / "data"
PLACE = SHARED / "banjarnegara"
real = pytest.mark.skipif(
    not SHARED.is_dir() and not os.environ.get("CI"), reason="no shared layers"
)
SIDE = 0.01  # degrees: about 1.1 km, so a square is about 1.22 km²


@pytest.fixture(scope="module")
def layers():
    files = {
        "boundary": ("boundary", "kabupaten_hdx.geojson"),
        "desa": ("areas", "desa_278_hdx.geojson"),
        "kecamatan": ("areas", "kecamatan_20_hdx_sederhana.geojson"),
        "wrong": ("areas", "kecamatan_20_SALAH_NAMA.geojson"),
        "faulty": ("areas", "kecamatan_20_cahyadsn_kemendagri_CACAT.geojson"),
        "other_source": ("areas", "desa_278_cahyadsn_kemendagri.geojson"),
        "people_desa": ("population", "penduduk_desa_2026s1.csv"),
        "people_kecamatan": ("population", "penduduk_kecamatan_2023-2026.csv"),
        "events": ("events", "kejadian_longsor_bpbd_2022-2024.geojson"),
        "landslide": ("landslide", "longsor_kelas_30m_epsg3395.tif"),
        "flood": ("flood", "bahaya_banjir.geojson"),
        "osm": ("osm", "banjarnegara_cuplikan.osm.pbf"),
    }
    return {key: read_layer(kind, PLACE / name).data for key, (kind, name) in files.items()}


def counted(notes):
    return dict(Counter(note.code for note in notes))


@real
def test_good_layers_of_one_source_have_nothing_said_of_them(layers):
    study = {
        "boundary": layers["boundary"],
        "areas": [layers["desa"], layers["kecamatan"]],
        "population": [layers["people_desa"], layers["people_kecamatan"]],
        **{key: layers[key] for key in ("events", "landslide", "flood", "osm")},
    }
    assert compare(study) == []


@real
def test_names_on_the_wrong_polygons_contradict_their_own_sizes(layers):
    notes = compare({"areas": layers["wrong"]})
    assert counted(notes) == {"check.area_contradicts": 18}  # two of the 20 swaps are alike in size
    assert "52,6 km²" in notes[0].reason(lang="id")
    assert notes[0].fields["drawn_km2"] == pytest.approx(91.47, abs=0.01)
    assert compare({"areas": layers["kecamatan"]}) == []


@real
def test_no_kecamatan_of_the_wrong_file_is_the_union_of_its_desa(layers):
    notes = compare({"areas": [layers["desa"], layers["wrong"]]})
    assert counted(notes)["check.not_the_union"] == 20
    assert compare({"areas": [layers["desa"], layers["kecamatan"]]}) == []


@real
def test_the_faulty_file_overlaps_itself_and_misspells_a_name(layers):
    notes = compare({"areas": [layers["desa"], layers["faulty"]]})
    overlap = next(note for note in notes if note.code == "check.areas_overlap")
    assert overlap.fields["total_km2"] == pytest.approx(12.73, abs=0.01)
    spelt = next(note for note in notes if note.code == "check.name_misspelt")
    assert spelt.fields == {"name": "Purwareja Klampok", "other": "Purworeja Klampok"}


@real
def test_two_sources_of_desa_put_together_are_told(layers):
    notes = compare({"areas": [layers["desa"], layers["other_source"]]})
    assert notes[0].code == "check.areas_overlap"
    assert notes[0].fields["total_km2"] > 1000
    alone = compare({"areas": layers["other_source"]})
    assert alone[0].fields["total_km2"] == pytest.approx(0.38, abs=0.01)


@real
def test_people_that_do_not_add_up_and_areas_without_people_are_told(layers):
    people = layers["people_desa"].copy()
    people.loc[0, "population"] += 100
    areas = [layers["desa"], layers["kecamatan"]]
    notes = compare({"areas": areas, "population": [people, layers["people_kecamatan"]]})
    assert counted(notes) == {"check.sum_differs": 1}
    assert notes[0].fields == {
        "name": "Susukan",
        "kecamatan": 66_087,
        "desa": 66_187,
        "difference": 100,
    }
    short = layers["people_desa"].iloc[1:]
    notes = compare({"areas": areas, "population": [short, layers["people_kecamatan"]]})
    assert counted(notes) == {"population.area_without": 1}  # unknown is not a difference


@real
def test_layers_of_another_place_are_told(layers):
    far = {"boundary": layers["boundary"]}
    far["elevation"] = read_layer("elevation", SHARED / "porto-alegre" / "poa_elevation.tif").data
    far["population"] = read_layer("population", SHARED / "porto-alegre" / "poa_hexgrid.csv").data
    far["osm"] = read_layer("osm", SHARED / "osm" / "osm_jakarta_pusat_2012.osm.pbf").data
    beside = read_layer("areas", PLACE / "kecamatan_tetangga_10km_hdx.geojson").data
    assert counted(compare(far)) == {
        "check.points_far": 1,
        "check.layer_elsewhere": 1,
        "check.raster_uncovered": 1,
    }
    assert counted(compare({"boundary": layers["boundary"], "areas": beside})) == {
        "check.outside_boundary": 59,
        "check.boundary_uncovered": 1,
    }


def squares(*cells, level="desa", stated=np.nan, kecamatan="Satu", prefix="33.04.01.200"):
    frame = pd.DataFrame(
        {
            "code": [f"{prefix}{k}" for k in range(1, len(cells) + 1)],
            "code_bps": "",
            "name": [f"Desa {k}" for k in range(1, len(cells) + 1)],
            "level": level,
            "kecamatan": kecamatan,
            "area_km2_stated": stated,
            "row": range(1, len(cells) + 1),
        }
    )
    shapes = [
        shapely.box(109 + x * SIDE, -7 + y * SIDE, 109 + (x + 1) * SIDE, -7 + (y + 1) * SIDE)
        for x, y in cells
    ]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=4326)


@pytest.mark.parametrize(
    ("stated", "told"), [(1.22, 0), (1.27, 0), (1.30, 1), (1.15, 1), (np.nan, 0)]
)
def test_five_percent_is_the_line_between_rounding_and_contradiction(stated, told):
    notes = compare({"areas": squares((0, 0), stated=stated)})  # drawn: 1.2209 km²
    assert counted(notes).get("check.area_contradicts", 0) == told


def test_an_overlap_of_a_tenth_of_a_square_kilometre_is_the_line():
    assert counted(compare({"areas": squares((0, 0), (0.95, 0))})) == {}  # 0.06 km²
    assert counted(compare({"areas": squares((0, 0), (0.9, 0))})) == {
        "check.areas_overlap": 1
    }  # 0.12 km²


def test_a_kecamatan_without_desa_and_one_too_large_are_told():
    desa = squares((0, 0), (1, 0))
    whole = squares((0, 0), (3, 0), level="kecamatan", prefix="33.04.0").assign(
        name=["Satu", "Dua"], kecamatan=["Satu", "Dua"]
    )
    both = [desa, whole]
    assert counted(compare({"areas": both})) == {"check.not_the_union": 1, "check.no_desa": 1}
    wide = whole.iloc[:1].set_geometry([shapely.box(109, -7, 109 + 2 * SIDE, -7 + SIDE)], crs=4326)
    assert compare({"areas": [desa, wide]}) == []


def test_an_empty_study_has_nothing_to_compare():
    assert compare({}) == []


@real
def test_every_note_of_the_checks_says_its_numbers_in_both_languages(layers):
    notes = compare({"boundary": layers["boundary"], "areas": [layers["desa"], layers["wrong"]],
                     "population": layers["people_desa"].iloc[30:]})  # fmt: skip
    for note in notes:
        for lang in ("id", "en"):
            said = note.as_json(lang=lang)
            assert said["reason"].endswith(".")
            assert said["fix"].endswith(".")
    assert counted(notes)["population.area_without"] == 20
    assert counted(notes)["population.area_without.more"] == 1

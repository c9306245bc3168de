"""Every kind of layer is read to its canonical frame, from real files and from small ones."""

import datetime as dt
import os
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely

import words
from data.files.dates import read_date
from data.files.numerals import one
from data.files.rasters import look
from data.layers import KINDS, LayerOptions, read_layer
from data.layers.hazards import class_of
from geo.errors import CrsError, InputError, UsageError

SHARED = Path(os.environ.get("TAPAK_SHARED", Path(__file__).parents[3] / "shared")) / "data"
PLACE = SHARED / "banjarnegara"
real = pytest.mark.skipif(
    not SHARED.is_dir() and not os.environ.get("CI"), reason="no shared layers"
)


def read(kind, name, **options):
    return read_layer(kind, PLACE / name, options=LayerOptions(**options))


def table(path, *rows):
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def raster(path, cells, *, crs="EPSG:32749", nodata=None, size_m=30.0):
    array = np.asarray(cells)
    where = rasterio.Affine(size_m, 0, 350_000, 0, -size_m, 9_200_000)
    with rasterio.open(
        path, "w", driver="GTiff", height=array.shape[0], width=array.shape[1], count=1,
        dtype=array.dtype, crs=crs, transform=where, nodata=nodata,
    ) as out:  # fmt: skip
        out.write(array, 1)
    return path


@real
def test_the_278_desa_carry_both_codes_their_kecamatan_and_their_stated_size():
    areas = read("areas", "desa_278_hdx.geojson").data
    first = areas.iloc[0]
    assert len(areas) == 278
    assert (first["code"], first["code_bps"], first["name"]) == (
        "33.04.01.2001",
        "3304010009",
        "Berta",
    )
    assert (first["level"], first["kecamatan"], first["kecamatan_code"]) == (
        "desa",
        "Susukan",
        "33.04.01",
    )
    assert areas["area_km2_stated"].sum() == pytest.approx(1149, rel=0.005)
    assert (areas["status"] == "kelurahan").sum() == 12


@real
def test_kecamatan_are_told_from_desa_by_their_codes_of_either_agency():
    simple = read("areas", "kecamatan_20_hdx_sederhana.geojson").data
    beside = read("areas", "kecamatan_tetangga_10km_hdx.geojson").data
    assert set(simple["level"]) == set(beside["level"]) == {"kecamatan"}
    assert list(beside.iloc[0][["code", "code_bps", "name"]]) == ["", "3302060", "Kemranjen"]


@real
def test_an_invalid_kecamatan_is_mended_and_named_by_its_row():
    report = read("areas", "kecamatan_20_cahyadsn_kemendagri_CACAT.geojson").report
    assert [(note.row, note.code) for note in report.repaired] == [(3, "vectors.made_valid")]


@real
def test_the_outline_is_one_row_whether_from_the_regency_or_its_desa():
    whole = read("boundary", "kabupaten_hdx.geojson").data
    parts = read("boundary", "desa_278_hdx.geojson").data
    assert len(whole) == len(parts) == 1
    assert (
        list(whole[["name", "code"]].iloc[0])
        == list(parts[["name", "code"]].iloc[0])
        == [
            "Banjarnegara",
            "33.04",
        ]
    )
    share = (
        whole.geometry.iloc[0].intersection(parts.geometry.iloc[0]).area
        / whole.geometry.iloc[0].area
    )
    assert share > 0.9999


@real
def test_real_hazards_are_class_or_index_without_being_told():
    classes = read("landslide", "longsor_kelas_30m_epsg3395.tif")
    index = read("landslide", "longsor_indeks_x100_30m_epsg3395.tif")
    assert (classes.values, classes.data.scale) == ("class", 1.0)
    assert (index.values, index.data.scale) == ("index", pytest.approx(0.01))
    assert {note.code for note in classes.report.warned} == {
        "hazards.taken_as_class",
        "hazards.nodata_unknown",
    }
    flood = read("flash-flood", "bahaya_banjir_bandang.geojson")
    assert flood.values == "class"
    assert set(flood.data["class_"]) == {1.0, 2.0, 3.0}
    assert len(flood.data) == 4104


@real
def test_events_roads_cover_and_elevation_of_the_regency():
    events = read("events", "kejadian_longsor_bpbd_2022-2024.geojson")
    assert len(events.data) == 243
    assert set(events.data["year"]) == {2022.0, 2023.0, 2024.0}
    assert [(note.row, note.code) for note in events.report.warned] == [(57, "events.repeated")]
    roads = read("roads", "ruas_jalan_kabupaten_garis_lurus.geojson")
    assert roads.data["length_km"].sum() == pytest.approx(857.7, abs=0.1)
    assert roads.report.warned[0].code == "roads.sketched"
    cover = read("land-cover", "tutupan_lahan_rbi25k_sawah_ladang_danau.geojson").data
    assert len(cover) == 790
    assert "sawah" in set(cover["class_"])
    coarse = read("elevation", "elevasi_kasar_5menit_pvlib.tif").report
    assert coarse.warned[0].code == "elevation.coarse"
    fine = read_layer("elevation", SHARED / "porto-alegre" / "poa_elevation.tif")
    assert fine.report.warned == ()
    assert fine.data.cell_size_m == pytest.approx((26.8, 30.8), abs=0.1)


@pytest.mark.parametrize(
    ("cells", "options", "expected"),
    [
        (np.array([[0, 1], [2, 3]], np.uint8), {}, ("class", 1.0)),
        (np.array([[1, 1], [1, 1]], np.uint8), {}, ("class", 1.0)),
        (np.array([[1.0, 2.0], [3.0, 1.0]], np.float32), {}, ("class", 1.0)),
        (np.array([[0.2, 0.9]], np.float32), {}, ("index", 1.0)),
        (np.array([[0.0, 1.0]], np.float32), {}, ("index", 1.0)),
        (np.array([[4, 87]], np.int16), {}, ("index", 0.01)),
        (np.array([[12.5, 99.0]], np.float64), {}, ("index", 0.01)),
        (np.array([[1, 3]], np.uint8), {"values": "index", "scale": 0.25}, ("index", 0.25)),
        (np.array([[200, 3]], np.uint8), {"nodata": 200.0}, ("class", 1.0)),
    ],
)
def test_what_a_hazard_raster_holds_is_inferred_from_its_numbers(
    tmp_path, cells, options, expected
):
    reading = read_layer(
        "flood", raster(tmp_path / "a.tif", cells), options=LayerOptions(**options)
    )
    assert (reading.values, reading.data.scale) == (expected[0], pytest.approx(expected[1]))


@pytest.mark.parametrize(
    ("cells", "options", "code"),
    [
        (np.array([[5, 700]], np.int16), {}, "hazards.values_unknown"),
        (np.array([[-9999.0, 0.5]]), {}, "hazards.values_unknown"),
        (np.array([[5, 70]], np.int16), {"values": "class"}, "hazards.values_differ"),
        (np.array([[255, 255]], np.uint8), {"nodata": 255.0}, "rasters.all_nodata"),
    ],
)
def test_a_raster_that_fits_nothing_is_refused_and_never_guessed(tmp_path, cells, options, code):
    with pytest.raises(InputError) as caught:
        read_layer("flood", raster(tmp_path / "a.tif", cells), options=LayerOptions(**options))
    assert caught.value.code == code


def test_a_raster_without_a_crs_is_refused_unless_it_is_stated(tmp_path):
    path = raster(tmp_path / "a.tif", np.ones((4, 4), np.uint8), crs=None)
    with pytest.raises(CrsError) as caught:
        read_layer("flood", path)
    assert caught.value.code == "rasters.no_crs"
    reading = read_layer("flood", path, options=LayerOptions(crs="EPSG:32749"))
    assert reading.data.crs.to_epsg() == 32749


def test_a_large_raster_is_judged_by_windows_and_not_read_whole(tmp_path):
    path = tmp_path / "big.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=40_000, width=40_000, count=1, dtype="uint8", nodata=0,
        crs="EPSG:32749", transform=rasterio.Affine(5, 0, 300_000, 0, -5, 9_300_000),
        tiled=True, blockxsize=256, blockysize=256, compress="deflate", SPARSE_OK=True,
    ) as out:  # fmt: skip
        out.write(np.full((1, 256, 256), 2, np.uint8), window=((0, 256), (0, 256)))
    reading = read_layer("landslide", path)  # 1.6 GB of cells
    assert reading.values == "class"
    assert (reading.data.width, reading.data.nodata) == (40_000, 0)
    seen = look(reading.data)
    assert not seen.whole
    assert seen.nodata_share_0_1 == pytest.approx(24 / 25)  # of 25 windows one holds data


@pytest.mark.parametrize(
    ("text", "value"),
    [("Rendah", 1), ("SEDANG", 2), ("Tinggi", 3), ("Sangat Tinggi", 3), ("2", 2), ("3.0", 3), ("low", 1),
     ("Tidak rawan", 0), ("KRB Menengah", 2)],
)  # fmt: skip
def test_hazard_words_and_numbers_are_one_scale(text, value):
    assert class_of(text) == value


def test_polygons_with_unreadable_classes_are_rejected_by_row(tmp_path):
    frame = gpd.GeoDataFrame(
        {"Kelas": ["Tinggi", "ungu", "7"]}, geometry=[shapely.box(109, -7, 110, -6)] * 3, crs=4326
    )
    frame.to_file(tmp_path / "a.gpkg")
    reading = read_layer("flood", tmp_path / "a.gpkg")
    assert list(reading.data["class_"]) == [3.0]
    assert [note.row for note in reading.report.rejected] == [2, 3]


@pytest.mark.parametrize(
    ("cell", "iso"),
    [("2024-01-31", "2024-01-31"), ("31/01/2024", "2024-01-31"), ("31 Januari 2024", "2024-01-31"),
     ("Rabu, 31 Jan 2024", "2024-01-31"), ("Agustus 2023", "2023-08"), ("2022", "2022"), (2022, "2022"),
     (45322, "2024-01-31"), (dt.date(2024, 1, 31), "2024-01-31"), ("20240131", "2024-01-31"),
     ("31/02/2024", ""), ("kemarin", ""), (None, ""), ("1300-01-01", "")],
)  # fmt: skip
def test_dates_in_every_notation_of_reports(cell, iso):
    assert read_date(cell)[0] == iso


@pytest.mark.parametrize(
    ("cell", "whole", "value"),
    [("1.080.524", True, 1_080_524), ("4.060", True, 4060), ("4,151", False, 4.151), ("1.149,06", False, 1149.06),
     ("1,149.06", False, 1149.06), ("4060 jiwa", True, 4060), ("12.5", True, 12.5), (7, True, 7)],
)  # fmt: skip
def test_numbers_in_both_ways_of_writing(cell, whole, value):
    assert one(cell, whole=whole) == value


@pytest.mark.parametrize(
    "cell", ["", "-", "n/a", "tidak ada data", None, float("nan"), "inf", True]
)
def test_what_is_no_number_is_unknown_and_never_zero(cell):
    assert np.isnan(one(cell))


def test_an_unknown_kind_is_a_misuse_and_lists_the_kinds():
    with pytest.raises(UsageError, match="boundary"):
        read_layer("rivers", Path("x"))


def test_every_code_of_the_readers_has_its_sentence_and_every_note_its_way_out():
    house = Path(__file__).parents[2] / "data"
    rooms = [*house.glob("files/*.py"), *house.glob("layers/*.py"), house / "osm.py"]
    text = "".join(path.read_text(encoding="utf-8") for path in rooms)
    raised = set(re.findall(r'(?:Input|Crs|Usage)Error\(\s*"([a-z_]+\.[a-z_.]+)"', text))
    noted = set(re.findall(r'code="([a-z_]+\.[a-z_.]+)"', text))
    assert len(raised) > 40
    assert len(noted) > 30
    for lang in words.LANGUAGES:
        assert {c for c in raised | noted if not words.knows(c, lang=lang)} == set()
        assert {c for c in noted - raised if not words.knows(f"{c}.fix", lang=lang)} == set()


def test_kinds_are_those_of_the_contract():
    assert set(KINDS) == {
        "boundary", "areas", "population", "facilities", "indicators", "osm", "roads", "coverage",
        "elevation", "landslide", "flood", "flash-flood", "earthquake", "events", "land-cover",
        "demand", "offices",
    }  # fmt: skip

"""People, points and figures out of tables: joined by code or name, unknown never zero."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from data.layers import LayerOptions, read_layer
from data.layers.check import join_population
from geo.errors import InputError

SHARED = Path(os.environ.get("TAPAK_SHARED", Path(__file__).parents[3] / "shared")) / "data"
PLACE = SHARED / "banjarnegara"
real = pytest.mark.skipif(
    not SHARED.is_dir() and not os.environ.get("CI"), reason="no shared layers"
)


def table(path, *rows):
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def codes(notes):
    return [(note.row, note.code) for note in notes]


def areas(*rows, level="desa"):
    names = ["code", "code_bps", "name", "kecamatan"]
    frame = pd.DataFrame(rows, columns=names).assign(
        level=level,
        row=range(1, len(rows) + 1),
        kecamatan_code="",
        status="",
        area_km2_stated=np.nan,
    )
    squares = [shapely.box(109 + k / 10, -7, 109.1 + k / 10, -6.9) for k in range(len(rows))]
    return gpd.GeoDataFrame(frame, geometry=squares, crs=4326)


@real
def test_278_desa_and_20_kecamatan_add_up_to_the_regency_by_code_and_by_name():
    for areas_file, people_file in (
        ("desa_278_hdx.geojson", "penduduk_desa_2026s1.csv"),
        ("kecamatan_20_hdx_sederhana.geojson", "penduduk_kecamatan_2023-2026.csv"),
    ):
        places = read_layer("areas", PLACE / areas_file).data
        people = read_layer("population", PLACE / people_file).data
        for joined in (people, people.assign(code="", code_bps="")):
            found, notes = join_population(places, joined)
            assert np.nansum(found) == 1_080_524
            assert notes == []


@real
def test_the_latest_of_six_columns_is_taken_and_said():
    reading = read_layer("population", PLACE / "penduduk_kecamatan_2023-2026.csv")
    assert reading.report.warned[0].fields == {"taken": "penduduk_2026_1", "count": 6}
    older = LayerOptions(columns={"population": "penduduk_2023_2"})
    assert read_layer("population", PLACE / "penduduk_kecamatan_2023-2026.csv", options=older).data[
        "population"
    ].iloc[0] == pytest.approx(65_307)


@real
def test_hexagons_of_porto_alegre_are_points_with_people():
    reading = read_layer("population", SHARED / "porto-alegre" / "poa_hexgrid.csv")
    assert reading.report.accepted == 1227
    assert reading.data["population"].sum() == 812_935
    assert reading.data.crs.to_epsg() == 4326


def test_titles_totals_thousands_and_blanks_in_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["JUMLAH PENDUDUK KABUPATEN"], [], ["No", "Kecamatan", "Nama Desa", "Jumlah Penduduk (Jiwa)"],
        ["(1)", "(2)", "(3)", "(4)"], [1, "Susukan", "Berta", "4.060"], [2, "Susukan", "Derik", None],
        [3, "Susukan", "Gumelem", "banyak"], [4, "Susukan", "Dermaji", 0], [5, "Susukan", "Berta", 9],
        ["Jumlah", None, None, 4060],
    ):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    reading = read_layer("population", tmp_path / "a.xlsx")
    assert list(reading.data["population"]) == [4060, 0]
    assert list(reading.data["row"]) == [5, 8]
    assert codes(reading.report.rejected) == [
        (6, "population.blank"),
        (7, "population.not_a_count"),
    ]
    assert codes(reading.report.duplicates) == [(9, "population.area_again")]


def test_rows_join_by_either_code_then_name_and_the_rest_is_listed(tmp_path):
    places = areas(
        ("33.04.01.2001", "3304010009", "Berta", "Susukan"),
        ("33.04.01.2002", "3304010010", "Derik", "Susukan"),
        ("33.04.02.2001", "3304020001", "Pagak", "Klampok"),
    )
    by_bps = table(tmp_path / "a.csv", "kode,desa,kecamatan,penduduk", "3304010009,BERTA,x,10",
                   "3304010099,Derik,Susukan,7")  # fmt: skip
    found, notes = join_population(places, read_layer("population", by_bps).data)
    assert list(found[:1]) == [10]
    assert np.isnan(found[1:]).all()  # a code that no area has is no namesake
    assert codes(notes)[0] == (3, "population.unmatched")
    assert [note.fields["name"] for note in notes[1:]] == ["Derik", "Pagak"]
    by_name = table(
        tmp_path / "b.csv", "desa;kecamatan;jiwa", "Ds. Dérik;Kec. Susukan;5", "Pagakk;Klampok;6"
    )
    found, notes = join_population(places, read_layer("population", by_name).data)
    assert found[1:].tolist() == [5, 6]


def test_points_are_summed_where_they_lie_and_an_area_without_points_is_unknown(tmp_path):
    path = table(tmp_path / "a.csv", "id,lon,lat,population", "a,109.05,-6.95,3", "b,109.06,-6.95,4",
                 "c,120,-5,9")  # fmt: skip
    people, notes = join_population(
        areas(("", "", "A", ""), ("", "", "B", "")), read_layer("population", path).data
    )
    assert people[0] == 7
    assert np.isnan(people[1])
    assert notes[0].fields == {"count": 1, "total": 3}


def test_people_per_kecamatan_are_not_spread_over_desa_without_a_word(tmp_path):
    path = table(tmp_path / "a.csv", "kode_kemendagri,kecamatan,penduduk", "33.04.01,Susukan,66087")
    found, notes = join_population(
        areas(("33.04.01.2001", "", "Berta", "Susukan")), read_layer("population", path).data
    )
    assert np.isnan(found).all()
    assert codes(notes) == [(None, "population.other_level")]


def test_points_in_any_notation_and_each_bad_one_told(tmp_path):
    path = table(
        tmp_path / "a.csv", "tanggal;jenis;lintang;bujur",
        "2024-01-31;longsor;-7,3964;109,6976", "2023;longsor;7°23'47\" LS;109°41'51\" BT",
        ";longsor;9182000;356000", "x;longsor;0;0", "2022;longsor;;", "2022;longsor;109.69;-7.39",
    )  # fmt: skip
    reading = read_layer("events", path, options=LayerOptions(bounds=(109, -8, 110, -7)))
    assert reading.data.geometry.x.round(1).tolist() == [109.7, 109.7, 109.7]
    assert codes(reading.report.rejected) == [
        (5, "points.zero"),
        (6, "points.empty"),
        (7, "points.swapped"),
    ]
    assert codes(reading.report.warned) == [(4, "events.no_date")]
    south = table(tmp_path / "c.csv", "lat,lon", "-51.2,-30.1", "-30.1,-51.2")
    reading = read_layer("events", south, options=LayerOptions(bounds=(-52, -31, -51, -29)))
    assert codes(reading.report.rejected) == [(2, "points.swapped")]
    in_metres = table(tmp_path / "b.csv", "name,x,y,aktif", "Pos,356000,9182000,ya", "Lama,356000,9182000,tutup",
                      "Baru,356000,9182000,?")  # fmt: skip
    offices = read_layer("offices", in_metres, options=LayerOptions(crs="EPSG:32749"))
    assert list(offices.data["active"]) == [True, False, False]
    assert codes(offices.report.warned) == [(4, "offices.activity_unknown")]


def test_facilities_take_their_kind_from_column_or_name(tmp_path):
    path = table(
        tmp_path / "a.csv", "nama,jenis,lat,lon", "Polsek Bawang,,-7,109", "RSUD Hj Anna,,-7,109",
        "Kejari,,-7,109", "PN Banjarnegara,Pengadilan,-7,109", "SMP 1,,-7,109", "Lapas,,-7,109", "Warung,,-7,109",
        "Puskesmas Bawang,Faskes,-7,109",
    )  # fmt: skip
    reading = read_layer("facilities", path)
    assert list(reading.data["kind"])[:6] == [
        "police",
        "health",
        "prosecutor",
        "court",
        "school",
        "prison",
    ]
    assert reading.data["kind"].iloc[7] == "health"


def test_indicators_keep_the_state_and_every_column_of_numbers(tmp_path):
    path = table(
        tmp_path / "a.csv", "kode_desa,desa,kecamatan,status_idm,skor,catatan",
        "3304012001,Berta,Susukan,SANGAT TERTINGGAL,0.41,a", "3304012002,Derik,Susukan,maju,,b",
        "3304012003,Lain,Susukan,entah,0.5,c",
    )  # fmt: skip
    reading = read_layer("indicators", path)
    assert reading.data["code"].iloc[0] == "33.04.01.2001"
    assert list(reading.data["status"]) == ["Sangat Tertinggal", "Maju", ""]
    assert reading.data["skor"].iloc[0] == 0.41
    assert np.isnan(reading.data["skor"].iloc[1])
    assert "catatan" not in reading.data
    assert codes(reading.report.warned) == [(4, "indicators.unknown_status")]


def test_small_counts_of_demand_are_hidden_and_cannot_be_worked_out(tmp_path):
    path = table(
        tmp_path / "a.csv", "kecamatan,putusan,rata-rata jam", "Susukan,3,60", "Bawang,12,80", "Batur,7,",
        "Rakit,0,50", "Jumlah,22,",
    )  # fmt: skip
    reading = read_layer("demand", path)
    counts = reading.data.set_index("kecamatan")["sentences_per_year"]
    assert counts["Bawang"] == 12
    assert counts["Rakit"] == 0
    assert counts[["Susukan", "Batur"]].isna().all()
    assert codes(reading.report.warned) == [
        (None, "private.demand_above"), (2, "demand.hidden"), (4, "demand.hidden_too"),
    ]  # fmt: skip
    said = "".join(note.reason() + note.fix() for note in reading.report.warned)
    assert "3" not in said
    assert "7" not in said
    assert np.isnan(reading.data["mean_hours"].iloc[2])


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["nik,kecamatan,putusan", "33,Susukan,1"], "demand.persons"),
        (["Nama Klien,kecamatan,jumlah", "A,Susukan,1"], "demand.persons"),
        (["nama,kecamatan,jumlah", "A,Susukan,1"], "demand.persons"),
        (["kecamatan,alamat,jumlah", "Susukan,RT 1,9"], "demand.persons"),
        (["desa,kecamatan,putusan", "Berta,,9"], "demand.per_desa"),
        (["kecamatan,putusan", "Susukan,9", "susukan,8"], "demand.several_rows"),
    ],
)
def test_a_list_of_persons_is_refused_as_demand(tmp_path, rows, code):
    with pytest.raises(InputError) as caught:
        read_layer("demand", table(tmp_path / "a.csv", *rows))
    assert caught.value.code == code


def test_columns_that_are_missing_are_named_as_an_office_would_write_them(tmp_path):
    path = table(tmp_path / "a.csv", "wilayah,orang", "Berta,9")
    with pytest.raises(InputError) as caught:
        read_layer("events", path)
    assert "lat" in caught.value.say()
    with pytest.raises(InputError) as caught:
        read_layer("population", path, options=LayerOptions(columns={"population": "jiwa"}))
    assert caught.value.code == "columns.not_there"
    ok = read_layer(
        "population", path, options=LayerOptions(columns={"population": "orang", "name": "wilayah"})
    )
    assert list(ok.data["name"]) == ["Berta"]

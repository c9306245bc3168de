"""The demo district's asset register: an office's sheet, its notations, its planted faults."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from data.demo.facts import KECAMATAN
from data.demo.faults import FAULTS, write_register
from data.demo.ground import Grid, make_ground
from data.demo.land import make_land
from data.demo.register import HEADER, notation
from data.demo.streets import make_streets
from geo.coordinates import read

NEED, AREA = HEADER.index("Kebutuhan Tenaga (jam/minggu)"), HEADER.index("Luas (m2)")
LAT, LON = HEADER.index("Lintang"), HEADER.index("Bujur")
DESA, KECAMATAN_NAME = HEADER.index("Desa/Kelurahan"), HEADER.index("Kecamatan")


@pytest.fixture(scope="module")
def world():
    ground = make_ground(np.random.default_rng(4), grid=Grid())
    land = make_land(np.random.default_rng(5), ground=ground)
    return land, make_streets(np.random.default_rng(6), land=land, ground=ground)


def made(world, path, *, scale):
    land, streets = world
    rows = write_register(
        path, np.random.default_rng(7), land=land, streets=streets, scale=scale, overwrite=False
    )
    sheet = load_workbook(path, read_only=True).worksheets[0]
    return rows, [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.fixture(scope="module")
def register(world, tmp_path_factory):
    return made(world, tmp_path_factory.mktemp("register") / "aset_sintetis.xlsx", scale=1.0)


def test_sheet_has_titles_a_header_in_row_four_and_a_total_row(register):
    rows, sheet = register
    assert "SINTETIS" in sheet[0][0]
    assert tuple(sheet[3]) == HEADER
    assert len(rows) == 420
    assert [tuple(line) for line in sheet[4:-1]] == [row.cells for row in rows]
    assert sheet[-1][2] == "JUMLAH"
    assert sheet[-1][AREA] == sum(a for a in (r.cells[AREA] for r in rows) if isinstance(a, int))


def test_every_fault_is_planted_as_often_as_promised(register):
    rows, _ = register
    assert Counter(row.fault for row in rows if row.fault) == FAULTS
    by_fault = {fault: [r for r in rows if r.fault == fault] for fault in FAULTS}
    assert all(r.cells[LAT : LON + 1] == ("0", "0") for r in by_fault["zero"])
    assert all(r.cells[LAT : LON + 1] == (None, None) for r in by_fault["no_coordinates"])
    assert all(float(r.cells[LAT]) > 100 and float(r.cells[LON]) < 0 for r in by_fault["swapped"])
    assert all(isinstance(r.cells[NEED], str) for r in by_fault["need_is_a_word"])
    assert all(str(r.cells[AREA]).endswith(" m2") for r in by_fault["area_with_unit"])
    codes = Counter(row.cells[1] for row in rows)
    assert sorted(n for n in codes.values() if n > 1) == [2] * FAULTS["duplicate"]
    assert {codes[r.cells[1]] for r in by_fault["duplicate"]} == {2}


def test_every_other_coordinate_reads_back_to_where_the_asset_stands(register):
    rows, _ = register
    seen = Counter()
    for row in rows:
        if row.fault in {"zero", "outside", "swapped", "no_coordinates", "duplicate"}:
            continue
        lat, lon = row.cells[LAT], row.cells[LON]
        reading = read("" if lat is None else lat, "" if lon is None else lon, utm_zone="49S")
        seen[reading.notation] += 1
        assert (reading.lon, reading.lat) == pytest.approx((row.lon, row.lat), abs=4e-6)
    assert set(seen) == {"decimal", "comma", "dms", "pair", "utm"}
    assert min(seen.values()) >= 8


def test_assets_stand_in_the_desa_they_name_except_where_that_is_the_fault(world, register):
    land, _ = world
    rows, _ = register
    shapes = land.areas.to_crs("EPSG:4326").geometry
    named = set(zip(land.areas.kecamatan, land.areas.desa, strict=True))
    for row in rows:
        assert (row.cells[KECAMATAN_NAME], row.cells[DESA]) in named
        if row.fault == "duplicate":
            continue
        assert shapes.iloc[row.desa].buffer(1e-5).contains(shapely.Point(row.lon, row.lat))
        agrees = row.cells[KECAMATAN_NAME] == KECAMATAN[land.kecamatan_of[row.desa]].name
        assert agrees == (row.fault != "other_kecamatan")


def test_two_rows_are_alike_only_where_a_duplicate_was_planted(register):
    rows, _ = register
    sound = [r for r in rows if r.fault not in {"duplicate", "other_kecamatan"}]
    names = Counter((r.cells[2], r.cells[DESA], r.cells[KECAMATAN_NAME]) for r in sound)
    assert max(names.values()) == 1
    assert Counter(r.kind for r in rows)["Kantor Kecamatan"] <= 20


@pytest.mark.parametrize(("scale", "count"), [(0.2, 84), (3.0, 1260)])
def test_the_register_grows_and_shrinks_with_the_scale(world, tmp_path, scale, count):
    rows, sheet = made(world, tmp_path / "aset_sintetis.xlsx", scale=scale)
    assert abs(len(rows) - count) <= 3
    assert len(sheet) == len(rows) + 5
    assert set(FAULTS) <= {row.fault for row in rows}
    assert len({row.kind for row in rows}) == 18
    assert max(Counter((r.cells[1]) for r in rows).values()) == 2


@given(
    lon=st.floats(109.3, 110.0), lat=st.floats(-7.6, -7.1),
    kind=st.sampled_from(["number", "text", "comma", "dms", "pair"]),
)  # fmt: skip
def test_notations_round_trip_within_half_a_metre(lon, lat, kind):
    cells = notation(kind, lon=lon, lat=lat, xy=(0.0, 0.0))
    reading = read(cells[0], "" if cells[1] is None else cells[1], utm_zone="49S")
    assert (reading.lon, reading.lat) == pytest.approx((lon, lat), abs=2e-6)

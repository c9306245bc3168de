"""Cells say what their writers meant, or nothing: a word is never a number, silence never a no."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.assets import values
from data.assets.labels import meaning_of
from data.assets.points import _degrees
from geo.coordinates import read


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (549, 549.0), (12.5, 12.5), ("1.193 m2", 1193.0), ("1.234,5", 1234.5), ("1,234.5", 1234.5),
        ("12,5", 12.5), ("0.125", 0.125), ("7.334 m²", 7334.0), ("1.234.567", 1234567.0),
        ("2 ha", 20_000.0), ("1,5 Ha", 15_000.0), ("16 jam/minggu", 16.0), ("3 orang", 3.0),
        ("± 500 m2", 500.0), ("sekitar 40", 40.0), ("-5", -5.0), ("1 234", 1234.0),
    ],
)  # fmt: skip
def test_numbers_as_offices_write_them(cell, number):
    assert values.number(cell) == number


@pytest.mark.parametrize(
    "cell",
    [
        "banyak",
        "2-3",
        "8 s/d 16",
        "",
        None,
        "-",
        True,
        "12 x 20",
        "=1+1",
        float("inf"),
        "1.2.3",
        "a5",
    ],
)
def test_what_is_no_number_is_unknown(cell):
    assert math.isnan(values.number(cell))


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("B", "B"), ("Baik", "B"), ("KB", "KB"), ("Kurang Baik", "KB"), ("Rusak Ringan", "KB"),
        ("RB", "RB"), ("Rusak Berat", "RB"), ("rusak  berat", "RB"), ("Good", "B"), ("?", ""), (None, ""),
    ],
)  # fmt: skip
def test_conditions(cell, code):
    assert values.condition(cell) == code


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("Ya", "ya"), ("YA", "ya"), ("ada", "ya"), ("✓", "ya"), (1, "ya"), (True, "ya"), ("Yes", "ya"),
        ("TIDAK", "tidak"), ("Belum ada", "tidak"), ("tdk", "tidak"), (0, "tidak"), ("No", "tidak"),
        ("-", ""), (None, ""), ("Budi", ""), ("mungkin", ""),
    ],
)  # fmt: skip
def test_yes_no_and_neither(cell, answer):
    assert values.yes_no(cell) == answer


@pytest.mark.parametrize(
    ("cell", "category"),
    [
        ("Hak Pakai", "certified"), ("Hak Milik", "certified"), ("Sertifikat", "certified"),
        ("SHM No. 12", "certified"), ("Belum Sertifikat", "uncertified"),
        ("Belum bersertifikat", "uncertified"), ("Letter C", "uncertified"), ("Sewa", "rent"),
        ("Tanah desa", "village"), ("Tanah Kas Desa", "village"), ("Bengkok", "village"),
        ("Tanah sengketa, hak pakai", "dispute"), ("Tanah Pemda", ""), ("entah", ""),
    ],
)  # fmt: skip
def test_rights_to_land(cell, category):
    assert values.tenure(cell) == category


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("Nama Barang / Lokasi", "name"), ("Nama Aset", "name"), ("NAMA_SEKOLAH", "name"), ("Site name", "name"),
        ("Nama Desa", "desa"), ("Kel./Desa", "desa"), ("Village", "desa"), ("WADMKC", "kecamatan"),
        ("Nama OPD", "agency"), ("OPD Pengguna", "agency"), ("Letak / Lokasi Alamat", "address"),
        ("Garis Lintang", "lat"), ("Koordinat Y", "lat"), ("Long", "lon"), ("Easting", "lon"),
        ("Koordinat (Lat, Long)", "pair"), ("Titik Koordinat", "pair"),
        ("Kebutuhan Tenaga (jam/minggu)", "labour_need"), ("Hours needed per week", "labour_need"),
        ("Daya tampung/hari", "capacity"), ("Kapasitas Listrik (VA)", ""), ("Ada Pengawas", "supervision"),
        ("Nomor Kode Tanah", "land_code"), ("Luas Lantai (M2)", "floor_area"), ("Luas (m²)", "area"),
        ("Harga (ribuan Rp)", "price"), ("Nilai Perolehan", "price"), ("Tahun Perolehan", ""), ("NJOP", "price"),
        ("NIK", "personal"), ("No. HP", "personal"), ("Nama Pemilik", "personal"),
        ("Nama Kepala Sekolah", "personal"), ("Nama Pengawas", "personal"), ("Asal-usul", ""),
    ],
)  # fmt: skip
def test_column_names(label, meaning):
    assert meaning_of((label,))[0] == meaning


def test_parts_of_a_header_are_read_together_and_apart():
    assert meaning_of(("Status Tanah", "Sertifikat", "Nomor"))[0] == "certificate"
    assert meaning_of(("Titik Koordinat", "X"))[0] == "lon"
    assert meaning_of(("Nomor", "Register"))[0] == "register"
    assert meaning_of(("Identitas", "Kode"))[0] == "code"


_DEGREES = st.tuples(st.integers(-180, 180), st.integers(0, 10**8), st.integers(1, 8))


@given(_DEGREES, _DEGREES)
def test_degrees_read_at_once_are_what_the_reader_of_notations_reads(one, other):
    lat, lon = (
        f"{whole}.{part:08d}"[: len(str(whole)) + 1 + digits]
        for whole, part, digits in (one, other)
    )
    fast = _degrees(lat), _degrees(lon)
    if max(map(abs, fast)) > 180 or fast == (0, 0):
        return
    slow = read(lat, lon, utm_zone="49S")
    assert (slow.lat, slow.lon, slow.swapped) == (*fast, False)

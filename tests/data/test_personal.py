"""What tells of a person is refused and said why; what an office must say of a place passes."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.assets import AssetOptions, read_assets
from data.files.lists import is_list
from data.files.personal import HIDDEN, is_nik, kind_of, masked, refuse_persons
from data.files.tables import Sheet, read_tables
from geo.errors import InputError

SHARED = Path(os.environ.get("TAPAK_SHARED", Path(__file__).parents[3] / "shared")) / "data"
NIK = "3304015203900001"


@pytest.mark.parametrize(
    ("label", "what"),
    [
        ("NIK", "nik"), ("No. KTP", "nik"), ("Nomor Induk Kependudukan", "nik"), ("KTP/NIK", "nik"),
        ("NIK Penanggung Jawab", "nik"), ("No KK", "nik"), ("Kartu Keluarga", "nik"), ("e-KTP", "nik"),
        ("Nama Klien", "name"), ("NAMA TERPIDANA", "name"), ("Nama Lengkap Klien", "name"),
        ("Nama Anak", "name"), ("Nama Warga Binaan", "name"), ("Inisial Klien", "name"),
        ("Nama Narapidana (WBP)", "name"), ("Offender name", "name"),
        ("Nama Orang Tua", "parents"), ("Nama Ibu Kandung", "parents"), ("Nama Ayah", "parents"),
        ("Nama Wali", "parents"), ("Pekerjaan orang tua", "parents"),
        ("Tempat, Tanggal Lahir", "birth"), ("Tgl. Lahir", "birth"), ("TTL", "birth"),
        ("No. Perkara", "case"), ("Nomor Register Perkara", "case"), ("Pasal yang dilanggar", "case"),
        ("Alamat Rumah", "home"), ("Alamat Klien", "home"), ("Alamat Tempat Tinggal", "home"),
        ("Domisili", "home"), ("Alamat sesuai KTP", ""), ("Alamat KTP", "home"),
        ("No. HP", "phone"), ("Nomor WA PIC", "phone"), ("WhatsApp", "phone"), ("No Telp/HP", "phone"),
    ],
)  # fmt: skip
def test_columns_of_persons_are_known_by_their_names(label, what):
    assert kind_of(label) == what


@pytest.mark.parametrize(
    "label",
    [
        "Nama Aset", "Nama Barang", "Jenis Barang / Nama Barang", "Nama Desa", "Nama Kecamatan",
        "Nama Lokasi", "Nama OPD", "Nama Puskesmas", "Nama Sekolah", "Nama Panti Asuhan", "Nama Instansi",
        "Penanggung Jawab", "Nama Penanggung Jawab", "Jabatan", "Nama Kepala Sekolah", "NIP", "No. Telepon",
        "Telp Kantor", "Email", "Alamat", "Letak / Alamat", "Letak / Lokasi Alamat", "Alamat Kantor",
        "Alamat Rumah Sakit", "Alamat Rumah Dinas", "Alamat Rumah Ibadah", "Nama Rumah Sakit Ibu dan Anak",
        "Nama Ibu Kota Kecamatan", "Nama Wali Kota", "Umur Bangunan", "Tahun Pengadaan", "Asal-usul",
        "Nomor Register", "Kode Barang", "Nomor Kode Tanah", "Status Tanah Hak", "Sertifikat Tanggal",
        "Sertifikat Nomor", "Penggunaan", "Kapasitas (orang)", "Klien per hari", "Jumlah klien", "Anak",
        "Nama Anak Perusahaan", "Nama Anak Sungai", "Pemilik", "Status Kepemilikan", "Ket.", "NPSN", "NIB",
        "Konstruksi Bangunan", "Luas (M2)", "Kondisi (B/KB/RB)", "Koordinat", "Titik Lokasi", "No", "RT/RW",
        "Tanggal Berdiri", "Teknik", "Klinik", "Pasal", "Unik", "Mekanik", "Kegiatan kerja sosial Anak",
    ],
)  # fmt: skip
def test_columns_that_an_office_needs_pass(label):
    assert kind_of(label) in {"", "case"} if label == "Pasal" else kind_of(label) == ""


@pytest.mark.parametrize(
    ("digits", "yes"),
    [
        (NIK, True), ("3304011203900001", True), ("9671310112990007", True), ("3304012902000001", True),
        ("3304013002000001", False), ("3304017203900001", False), ("3304011213900001", False),
        ("0012345678901000", False), ("9904011203900001", False), ("3304011203900000", False),
        ("330401120390001", False), ("33040112039000012", False), ("33040112039OOOO1", False),
    ],
)  # fmt: skip
def test_a_nik_is_told_by_its_province_day_and_month(digits, yes):
    assert is_nik(digits) is yes


@pytest.mark.parametrize(
    ("text", "told", "found"),
    [
        (f"ibu {NIK} di sini", f"ibu {HIDDEN} di sini", 1),
        ("3304 0152 0390 0001", HIDDEN, 1), ("330401 520390 0001", HIDDEN, 1),
        (f"{NIK}, {NIK}.", f"{HIDDEN}, {HIDDEN}.", 2),
        ("1.3.1.04.02.0001", "1.3.1.04.02.0001", 0),
        ("12.01.33.04.08.01.00.00", "12.01.33.04.08.01.00.00", 0),
        ("197003121998031004", "197003121998031004", 0),  # a NIP has eighteen
        ("081234567890", "081234567890", 0), ("-7.4612071234567890", "-7.4612071234567890", 0),
        ("2026-11-24 03:15:00 2026-11-24", "2026-11-24 03:15:00 2026-11-24", 0),
    ],
)  # fmt: skip
def test_numbers_are_masked_in_a_text_and_nothing_else_is(text, told, found):
    assert masked(text) == (told, found)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_nik_is_left_whatever_stands_around_it(before, after):
    text = f"{before} {NIK} {after}"
    assert NIK not in masked(text)[0]
    assert masked(masked(text)[0])[1] == 0


HEADER = ("No", "Nama Lokasi", "Kode Barang", "Desa", "Keterangan")


def refused(*rows):
    with pytest.raises(InputError) as fault:
        refuse_persons([Sheet("Daftar", rows)], file="a.xlsx")
    assert fault.value.fields["file"] == "a.xlsx"
    return fault.value


def test_a_nik_among_other_words_is_refused_with_its_row_and_column():
    fault = refused(HEADER, (1, "SD 1", "1.3.1", "Berta", ""), (2, "SD 2", "", "", f"hub. {NIK}"))
    assert (fault.code, fault.fields["row"]) == ("private.refused.nik_inside", 3)
    assert fault.fields["column"] == "Keterangan"
    assert NIK not in fault.say()
    for cell in (int(NIK), float(NIK)):
        assert refused(HEADER, (1, "SD 1", "", "", cell)).code == "private.refused.nik_inside"
    assert refused((1, "x", NIK)).fields["column"] == "C"


def test_long_codes_are_no_persons():
    rows = [(k, f"SD {k}", NIK, "Berta", "") for k in range(30)]
    refuse_persons([Sheet("Daftar", (HEADER, *rows))], file="a.xlsx")


def test_a_column_of_mobile_numbers_is_refused_and_one_in_a_note_is_not():
    rows = [(k, f"SD {k}", "", "Berta", f"0812-3456-78{k:02d}") for k in range(10, 15)]
    assert refused(HEADER, *rows).code == "private.refused.phone_inside"
    rows = [(k, f"SD {k}", "", "Berta", 81234567800 + k) for k in range(5)]
    assert refused(HEADER, *rows).code == "private.refused.phone_inside"
    rows = [(k, f"SD {k}", "", "Berta", f"0286-5912{k}") for k in range(10, 15)]  # an office's
    refuse_persons([Sheet("Daftar", (HEADER, *rows))], file="a.xlsx")
    rows = [(1, "SD", "", "Berta", "hubungi 081234567890")] * 5
    refuse_persons([Sheet("Daftar", (HEADER, *rows))], file="a.xlsx")


def test_a_header_in_two_rows_and_a_second_sheet_are_looked_at():
    two = ("Daftar", None, None), ("No", "Data Klien", None), (None, "Nama Klien", "Alamat")
    assert refused(*two, (1, "A", "B")).code == "private.refused.name"
    plain = Sheet("Aset", (HEADER, (1, "SD 1", "", "Berta", "")))
    with pytest.raises(InputError):
        refuse_persons([plain, Sheet("Lampiran", (("Nama Klien", "Putusan"),))], file="a.xlsx")


def test_goods_called_like_a_telephone_are_goods():
    rows = (("No", "Nama Barang", "Merk"), (1, "Handphone", "HP"), (2, "Printer", "HP LaserJet"))
    refuse_persons([Sheet("KIB B", rows)], file="kib_b.xlsx")


def test_an_asset_register_with_persons_is_refused_whole(support, tmp_path):
    header = ("No", "Nama Aset", "Jenis", "Desa", "Nama Klien")
    path = support("registers").xlsx(
        tmp_path / "a.xlsx", Daftar=[header, (1, "SD 1", "SD", "Berta", "Budi")]
    )
    with pytest.raises(InputError, match="Nama Klien") as fault:
        read_assets(path, options=AssetOptions(), gazetteer=None)
    assert fault.value.code == "private.refused.name"


def test_no_real_layer_and_no_demo_register_is_refused(small_demo):
    """Zero false refusals: every sheet of the real data, and of the demo with its KIB A and C."""
    files = [p for p in (small_demo / "inputs").iterdir() if p.suffix in {".xlsx", ".csv"}]
    assert len(files) > 4
    if SHARED.is_dir():
        files += [p for p in SHARED.rglob("*") if p.suffix.lower() in {".xlsx", ".csv", ".ods"}]
    elif os.environ.get("CI") == "true":
        pytest.fail("the real layers are not there")
    looked_at = [p for p in files if is_list(p)]
    for path in looked_at:
        refuse_persons(read_tables(path), file=path.name)
    assert len(looked_at) > 4

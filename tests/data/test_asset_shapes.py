"""Registers of every shape: other names, other headers, other formats, the same places."""

import json

import geopandas as gpd
import pytest

from data.assets import AssetOptions, read_assets
from geo.errors import InputError

PLACES = [
    ("A1", "SD Negeri 1 Sukamaju", "Sekolah", "Sukamaju", "Utara", -7.45, 109.45),
    ("A2", "Puskesmas Karangsari", "Puskesmas", "Karangsari", "Utara", -7.46, 109.55),
    ("A3", "Pasar Sukarame", "Pasar", "Sukarame", "Selatan", -7.55, 109.45),
]


@pytest.fixture(scope="module")
def registers(request):
    return request.getfixturevalue("support")("registers")


def read(path, **columns):
    return read_assets(path, options=AssetOptions(columns=columns), gazetteer=None)


def same_places(table):
    sites = table.sites
    found = list(
        zip(
            sites["code"],
            sites["name"],
            sites["desa"],
            sites["kecamatan"],
            sites.geometry.y,
            sites.geometry.x,
            strict=True,
        )
    )
    expected = [
        (code, name, desa, kecamatan, lat, lon)
        for code, name, _, desa, kecamatan, lat, lon in PLACES
    ]
    assert found == expected
    assert sites["kind"].tolist() == ["school", "puskesmas", "market"]
    assert table.report.rejected == ()


def test_english_headers(registers, tmp_path):
    header = ("Asset code", "Asset name", "Type", "Village", "Subdistrict", "Latitude", "Longitude")
    same_places(read(registers.xlsx(tmp_path / "a.xlsx", Assets=[header, *PLACES])))


def test_titles_numbering_groups_totals_page_headers_and_signatures(registers, tmp_path):
    header = (
        "Kode Aset",
        "Nama Lokasi",
        "Kategori",
        "Kelurahan/Desa",
        "Kec.",
        "Y",
        "X",
        "Luas (M²)",
    )
    rows = [
        ("PEMERINTAH KABUPATEN UTARA",),
        ("DAFTAR ASET PER DESEMBER 2025",),
        (),
        header,
        tuple(range(1, 9)),
        ("A. DINAS PENDIDIKAN",),
        (*PLACES[0], 100),
        ("Jumlah per halaman", None, None, None, None, None, None, 100),
        header,
        ("B. DINAS KESEHATAN",),
        (*PLACES[1], 200),
        (),
        (*PLACES[2], 300),
        ("SUB TOTAL", None, None, None, None, None, None, 500),
        (None, "TOTAL", None, None, None, None, None, 600),
        (),
        (None, None, None, None, None, None, "Utara, 5 Januari 2026"),
        (None, None, None, None, None, None, "Kepala Badan"),
    ]
    table = read(registers.xlsx(tmp_path / "a.xlsx", Daftar=rows))
    same_places(table)
    assert table.sites["row"].tolist() == [7, 11, 13]
    assert table.register["value"].tolist() == [100.0, 200.0, 300.0]
    assert {note.code for note in table.report.warned} <= {
        "assets.heading_row",
        "assets.heading_rows",
    }


def test_headers_of_three_rows_with_merged_cells(registers, tmp_path):
    rows = [
        ("No", "Identitas Aset", None, None, "Lokasi", None, "Titik Koordinat", None),
        (None, "Kode", "Nama", "Jenis", "Wilayah", None, "Lintang", "Bujur"),
        (None, None, None, None, "Desa", "Kecamatan", None, None),
        *((k, *place) for k, place in enumerate(PLACES, start=1)),
    ]
    same_places(read(registers.xlsx(tmp_path / "a.xlsx", Daftar=rows)))


@pytest.mark.parametrize(
    "pair", ["Koordinat", "Koordinat (Lintang, Bujur)", "Lat Long", "Titik GPS"]
)
def test_both_coordinates_in_one_cell(registers, tmp_path, pair):
    header = ("Kode Barang", "Nama Barang", "Jenis", "Desa", "Kecamatan", pair)
    rows = [(*place[:5], f"{place[5]}, {place[6]}") for place in PLACES]
    same_places(read(registers.xlsx(tmp_path / "a.xlsx", Daftar=[header, *rows])))


def test_csv_with_semicolons_and_decimal_commas(tmp_path):
    path = tmp_path / "a.csv"
    lines = [
        "Daftar usulan;;;;;;",
        "kode_barang;nama_aset;jenis_aset;nama_desa;nama_kecamatan;lat;lng",
    ]
    lines += [
        ";".join([*place[:5], *(str(x).replace(".", ",") for x in place[5:])]) for place in PLACES
    ]
    path.write_text("\n".join(lines), encoding="cp1252")
    same_places(read(path))


def test_several_sheets_and_a_guide_beside_them(registers, tmp_path):
    header = ("Kode Barang", "Nama Barang", "Jenis", "Desa", "Kecamatan", "Lintang", "Bujur")
    other = ("Bujur", "Lintang", "Kecamatan", "Desa", "Jenis", "Nama Gedung", "Kode")
    path = registers.xlsx(
        tmp_path / "a.xlsx",
        Catatan=[("Mohon dibaca dahulu.",), ("Terima kasih.",)],
        Satu=[header, *PLACES[:2]],
        Dua=[("DAFTAR",), other, PLACES[2][::-1]],
    )
    table = read(path)
    same_places(table)
    assert table.sites["sheet"].tolist() == ["Satu", "Satu", "Dua"]
    assert [(n.code, n.fields["sheet"]) for n in table.report.warned] == [
        ("assets.sheet_skipped", "Catatan")
    ]


def test_a_sheet_per_kecamatan_names_it_in_its_title_or_a_heading(registers, tmp_path):
    header = ("Kode Barang", "Nama Barang", "Jenis", "Desa", "Lintang", "Bujur")
    bare = [(*place[:4], *place[5:]) for place in PLACES]
    rows = [header, ("KECAMATAN UTARA",), *bare[:2], ("Kec. Selatan",), bare[2]]
    table = read(registers.xlsx(tmp_path / "a.xlsx", Daftar=rows))
    assert table.sites["kecamatan"].tolist() == ["UTARA", "UTARA", "Selatan"]


@pytest.mark.parametrize(
    ("suffix", "driver"), [(".geojson", "GeoJSON"), (".gpkg", "GPKG"), (".shp", "ESRI Shapefile")]
)
def test_registers_as_maps(tmp_path, suffix, driver):
    names = ("kode_aset", "nama_aset", "jenis", "desa", "kecamatan")
    frame = gpd.GeoDataFrame(
        [place[:5] for place in PLACES],
        columns=names,
        geometry=gpd.points_from_xy([p[6] for p in PLACES], [p[5] for p in PLACES]),
        crs=4326,
    )
    path = tmp_path / f"aset{suffix}"
    frame.to_file(path, driver=driver)
    table = read(path)
    same_places(table)
    assert table.sites["row"].tolist() == [1, 2, 3]


def test_kml_of_bare_names(tmp_path):
    path = tmp_path / "aset.kml"
    marks = "".join(
        f"<Placemark><name>{name}</name><Point><coordinates>{lon},{lat},0</coordinates></Point></Placemark>"
        for _, name, _, _, _, lat, lon in PLACES
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>',
        encoding="utf-8",
    )
    table = read(path)
    assert table.sites["name"].tolist() == [place[1] for place in PLACES]
    assert table.sites["kind"].tolist() == ["school", "puskesmas", "market"]
    assert table.sites["has_point"].all()


def test_polygons_give_a_point_inside_and_missing_shapes_keep_the_row(tmp_path):
    ring = [[109.45, -7.45], [109.46, -7.45], [109.46, -7.46], [109.45, -7.46], [109.45, -7.45]]
    features = [
        {
            "type": "Feature",
            "properties": {"nama": "SD 1", "desa": "Sukamaju"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        },
        {"type": "Feature", "properties": {"nama": "SD 2", "desa": "Sukamaju"}, "geometry": None},
    ]
    path = tmp_path / "aset.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    sites = read(path).sites
    assert sites["has_point"].tolist() == [True, False]
    assert 109.45 < sites.geometry[0].x < 109.46


def test_a_stated_mapping_stands_above_the_rules(registers, tmp_path):
    header = ("Ref", "Objek X", "Golongan", "Nama", "Wilayah", "A", "B")
    path = registers.xlsx(tmp_path / "a.xlsx", Daftar=[header, *PLACES])
    stated = {
        "code": "Ref",
        "name": "Objek X",
        "kind_text": "Golongan",
        "desa": "Nama",
        "kecamatan": "Wilayah",
        "lat": "A",
        "lon": "B",
    }
    same_places(read(path, **stated))
    with pytest.raises(InputError) as fault:
        read(path, **stated, agency="Tidak Ada")
    assert fault.value.code == "assets.column_missing"


def test_what_is_no_register_is_refused_in_one_sentence(registers, tmp_path):
    rows = [("Bulan", "Curah hujan"), (1, 200), (2, 180)]
    for given, code in (
        ([("Catatan rapat",), ("1. Pembukaan",)], "assets.no_header"),
        (rows, "assets.no_header"),
        ([("No", "Nama", "Desa", "Kecamatan")], "assets.no_rows"),
    ):
        path = registers.xlsx(tmp_path / "a.xlsx", Daftar=given)
        with pytest.raises(InputError) as fault:
            read(path)
        assert fault.value.code == code
        assert "\n" not in fault.value.say()


def test_utm_columns_are_read_in_the_study_zone(registers, tmp_path):
    header = ("Nama", "Desa", "Easting", "Northing")
    path = registers.xlsx(
        tmp_path / "a.xlsx", Daftar=[header, ("SD 1", "Sukamaju", 356159.3, 9188674.0)]
    )
    point = read(path).sites.geometry[0]
    assert (point.x, point.y) == pytest.approx((109.696846, -7.338028), abs=2e-6)


def test_rows_without_a_name_are_named_by_kind_and_desa_or_refused(registers, tmp_path):
    header = ("Nama", "Jenis", "Desa", "Kecamatan", "Luas")
    rows = [
        (None, "Kantor Desa", "Sukamaju", "Utara", 10),
        (None, None, "Sukamaju", "Utara", 12),
        ("Balai", None, "Sukamaju", None, 9),
    ]
    table = read(registers.xlsx(tmp_path / "a.xlsx", Daftar=[header, *rows]))
    assert table.sites["name"].tolist() == ["Kantor Desa Sukamaju", "Balai"]
    assert [n.code for n in table.report.rejected] == ["assets.no_name"]


@pytest.mark.parametrize(
    "cell", ["7 24 03.5", "7°24'03.5\"", 7.4009722, "7,4009722", "-7.4009722", "7°24'03.5\" LS"]
)
def test_a_column_of_southern_latitudes_needs_no_minus(registers, tmp_path, cell):
    rows = [("Nama", "Desa", "LS", "BT"), ("SD 1", "Sukamaju", cell, "109.45")]
    point = read(registers.xlsx(tmp_path / "a.xlsx", Daftar=rows)).sites.geometry[0]
    assert (point.x, point.y) == pytest.approx((109.45, -7.4009722), abs=1e-6)

"""Files that are not what they say, cut short, or bombs: one plain sentence, fast, in little room."""

import io
import json
import resource
import struct
import time
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shared import shared

from data.files.guard import FileType, check_file
from data.layers import LayerOptions, read_layer
from geo.errors import InputError, TapakError


def point_layer(*coordinates, name="x"):
    features = [
        {
            "type": "Feature",
            "properties": {"nama": name},
            "geometry": {"type": "Point", "coordinates": list(each)},
        }
        for each in coordinates
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def write(path, content):
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zip_of(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


def big_zip(path, name, *, mebibytes, extra=None):
    """Write a small zip that unpacks to much: zeros for a part of the stated size."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for other, content in (extra or {}).items():
            packed.writestr(other, content)
        with packed.open(name, "w", force_zip64=True) as part:
            for _ in range(mebibytes):
                part.write(b" " * (1 << 20))
    return path


ENTITIES = '<!DOCTYPE k [<!ENTITY a0 "lolololol">' + "".join(
    f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 10)
)
KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>&a9;</name></Document></kml>'
VRT = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
XLSX_FRAME = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}
BAD = {
    "empty.csv": ("", "guard.empty"),
    "blank.geojson": (" \n\n\t ", "guard.empty"),
    "text.geojson": ("hello", "guard.wrong_type"),
    "sentence.geojson": ("hello, world; this is no map", "guard.wrong_type"),
    "word.csv": ("hello", "guard.wrong_type"),
    "picture.tif": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "guard.wrong_type"),
    "paper.csv": (b"%PDF-1.7\n1 0 obj, 2;", "guard.wrong_type"),
    "old.xls": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "guard.old_excel"),
    "other.json": ('{"a": [1, 2, 3]}', "guard.wrong_type"),
    "list.geojson": ("[1, 2, 3]", "guard.wrong_type"),
    "stream.geojson": ('{"type": "gdal_streamed_alg", "command_line": "x"}', "guard.redirect"),
    "hidden.geojson": (VRT, "guard.redirect"),
    "commented.geojson": (f"<?xml version='1.0'?>\n<!-- x -->{VRT}", "guard.redirect"),
    "raster.tif": ("<VRTDataset rasterXSize='1'/>", "guard.redirect"),
    "entities.kml": (f'<?xml version="1.0"?>{ENTITIES}]>{KML}', "guard.doctype"),
    "outside.osm": (
        '<!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/hostname">]><osm>&x;</osm>',
        "guard.doctype",
    ),
    "wide.kml": ((f'<?xml version="1.0"?>{ENTITIES}]>{KML}').encode("utf-16"), "guard.doctype"),
    "track.gpx": ("<gpx><wpt lat='1' lon='2'/></gpx>", "guard.wrong_type"),
    "nul.csv": (b"desa,penduduk\nBer\0ta,12\n", "guard.nul_bytes"),
    "late_nul.csv": (b"desa,penduduk\n" + b"Berta,12\n" * 200_000 + b"\0", "guard.nul_bytes"),
    "nul.geojson": (point_layer((110, -7)).encode().replace(b"nama", b"na\0a"), "guard.nul_bytes"),
    "deep.geojson": (
        '{"type":"FeatureCollection","features":' + "[" * 20_000 + "]" * 20_000 + "}",
        "guard.too_deep",
    ),
    "cut.geojson": (point_layer(*[(110, -7)] * 50)[:-200], "guard.truncated"),
    "cut_in_text.geojson": (point_layer((110, -7), name="x" * 50)[:90], "guard.truncated"),
    "cut.kml": ("<kml><Document><Placemark>", "guard.truncated"),
    "cut.zip": (b"PK\x03\x04" + b"\x11" * 400, "guard.truncated"),
    "cut.tif": (b"II*\0" + struct.pack("<I", 5000) + b"\0" * 50, "guard.truncated"),
    "cut.osm.pbf": (b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x7c" + b"\0" * 20, "guard.truncated"),
    "cut.gpkg": (b"SQLite format 3\0" + b"\x10\0" + b"\0" * 40, "guard.truncated"),
    "cut.shp": (struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 5000) + struct.pack("<2i", 1000, 5), "guard.truncated"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_one_plain_line_in_both_languages_quickly(tmp_path, name):
    content, code = BAD[name]
    path = write(tmp_path / name, content)
    start = time.perf_counter()
    with pytest.raises(InputError) as caught:
        check_file(path)
    assert time.perf_counter() - start < 2
    assert caught.value.code == code
    for lang in ("id", "en"):
        sentence = caught.value.say(lang=lang)
        assert name in sentence
        assert "\n" not in sentence
        assert ";" in sentence or "." in sentence  # what is wrong; what to do


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("bomb.xlsx", "xl/worksheets/sheet1.xml"),
        ("bomb.kmz", "doc.kml"),
        ("bomb.ods", "content.xml"),
    ],
)
def test_an_archive_that_unpacks_to_400_mb_is_refused_before_unpacking(tmp_path, name, part):
    extra = XLSX_FRAME if name.endswith("xlsx") else {}
    path = big_zip(tmp_path / name, part, mebibytes=400, extra=extra)
    assert path.stat().st_size < 4 << 20
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with pytest.raises(InputError) as caught:
        check_file(path)
    assert caught.value.code == "guard.unpacks_too_big"
    assert caught.value.fields["size_mb"] == 400
    assert time.perf_counter() - start < 0.5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_an_entity_bomb_inside_a_workbook_is_refused(tmp_path):
    sheet = f'<?xml version="1.0"?>{ENTITIES}]><worksheet>&a9;</worksheet>'
    path = zip_of(tmp_path / "a.xlsx", {**XLSX_FRAME, "xl/worksheets/sheet1.xml": sheet})
    with pytest.raises(InputError, match="DOCTYPE"):
        check_file(path)


def test_a_zip_whose_bytes_were_flipped_is_refused(tmp_path):
    parts = {"a.shp": "s" * 90_000, "a.shx": "x", "a.dbf": "d"}
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:  # stored as it is: only the checksum can tell
        for name, content in parts.items():
            packed.writestr(name, content)
    raw = bytearray(path.read_bytes())
    raw[80_000] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        check_file(path)
    assert caught.value.code == "guard.truncated"


def test_other_zips_and_missing_parts_are_named(tmp_path):
    letter = zip_of(
        tmp_path / "a.docx", {"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}
    )
    with pytest.raises(InputError) as caught:
        check_file(letter)
    assert caught.value.code == "guard.wrong_type"
    half = zip_of(tmp_path / "a.zip", {"desa.shp": "x", "desa.shx": "x"})
    with pytest.raises(InputError) as caught:
        check_file(half)
    assert (caught.value.code, caught.value.fields["missing"]) == ("guard.shapefile_parts", ".dbf")


def test_missing_files_folders_and_sizes_are_told(tmp_path):
    cases = {tmp_path / "none.csv": "guard.missing", tmp_path: "guard.folder"}
    cases[Path("a\0b.csv")] = "guard.missing"
    for path, code in cases.items():
        with pytest.raises(InputError) as caught:
            check_file(path)
        assert caught.value.code == code
    path = write(tmp_path / "a.csv", "a,b\n" * 1000)
    with pytest.raises(InputError) as caught:
        check_file(path, max_bytes=100)
    assert caught.value.code == "guard.too_big"


def test_types_are_told_by_content_whatever_the_name(tmp_path):
    frame = gpd.GeoDataFrame({"nama": ["a"]}, geometry=[shapely.Point(110, -7)], crs=4326)
    frame.to_file(tmp_path / "a.gpkg")
    frame.to_file(tmp_path / "a.shp")
    parts = {f"a{end}": (tmp_path / f"a{end}").read_bytes() for end in (".shp", ".shx", ".dbf")}
    kml = "<?xml version='1.0'?>\n<kml:kml xmlns:kml='x'><Document/></kml:kml>"
    assert check_file(tmp_path / "a.gpkg") is FileType.GPKG
    assert check_file(tmp_path / "a.shp") is FileType.SHAPEFILE
    assert check_file(zip_of(tmp_path / "z", parts)) is FileType.SHAPEFILE_ZIP
    assert check_file(write(tmp_path / "k.txt", kml)) is FileType.KML
    assert check_file(zip_of(tmp_path / "k", {"doc.kml": kml})) is FileType.KMZ
    bom = b"\xef\xbb\xbf" + point_layer((110, -7), name='brackets [[[ {{ and "quotes\\').encode()
    assert check_file(write(tmp_path / "g.json", bom)) is FileType.GEOJSON
    assert (
        check_file(write(tmp_path / "l.csv", "desa;jiwa\nCaf\xe9;3".encode("latin-1")))
        is FileType.CSV
    )
    assert check_file(write(tmp_path / "o.xml", "<osm version='0.6'></osm>")) is FileType.OSM_XML


def test_every_real_layer_is_known():
    kinds = {path.name: check_file(path) for path in sorted(shared("").glob("*/*"))}
    ends = {".geojson": FileType.GEOJSON, ".tif": FileType.GEOTIFF, ".csv": FileType.CSV,
            ".xlsx": FileType.XLSX, ".osm": FileType.OSM_XML, ".pbf": FileType.OSM_PBF}  # fmt: skip
    assert kinds == {name: ends[Path(name).suffix] for name in kinds}
    assert len(kinds) > 30


@pytest.mark.parametrize("kind", ["areas", "population", "landslide", "osm", "events", "demand"])
@pytest.mark.parametrize("name", ["hidden.geojson", "nul.csv", "cut.tif", "old.xls", "cut.osm.pbf"])
def test_every_reader_refuses_bad_files_with_a_sentence(tmp_path, kind, name):
    path = write(tmp_path / name, BAD[name][0])
    with pytest.raises(TapakError) as caught:
        read_layer(kind, path, options=LayerOptions())
    assert caught.value.code == BAD[name][1]


def flipped(raw, seed):
    """Damage a file four ways by turn: cut it, or change single bytes, a run, or its head."""
    rng = np.random.default_rng(seed)
    if seed % 4 == 0:
        return raw[: int(rng.integers(1, len(raw)))]
    if seed % 4 == 2:
        at = int(rng.integers(0, len(raw) - 64))
        return raw[:at] + rng.bytes(64) + raw[at + 64 :]
    out = np.frombuffer(raw, np.uint8).copy()
    reach = len(raw) if seed % 4 == 1 else min(len(raw), 300)
    out[rng.integers(0, reach, 15)] = rng.integers(0, 256, 15)
    return out.tobytes()


@pytest.mark.parametrize("name", ["a.gpkg", "a.kml", "a.kmz", "a.zip", "a.geojson", "a.tif"])
def test_no_damage_to_a_file_ends_in_anything_but_a_sentence(tmp_path, name):
    raw = sound_file(tmp_path, name)
    kind = "landslide" if name == "a.tif" else "areas"
    assert read_layer(kind, tmp_path / name).report.accepted
    for seed in range(24):
        said = outcome(kind, write(tmp_path / f"b{name}", flipped(raw, seed)))
        assert "\n" not in said


def outcome(kind, path):
    """Say what became of a file; anything but a reading or a sentence fails the test."""
    try:
        return f"read {read_layer(kind, path).report.accepted}"
    except TapakError as fault:
        return fault.say()


def sound_file(folder, name):
    squares = [shapely.box(109 + k / 10, -7.5, 109.1 + k / 10, -7.4) for k in range(9)]
    frame = gpd.GeoDataFrame({"desa": list("abcdefghi")}, geometry=squares, crs=4326)
    if name == "a.tif":
        import rasterio

        cells = np.random.default_rng(1).integers(0, 4, (300, 300)).astype(np.uint8)
        where = rasterio.transform.from_origin(350_000, 9_200_000, 30, 30)
        with rasterio.open(
            folder / name, "w", driver="GTiff", width=300, height=300, count=1, dtype="uint8",
            crs="EPSG:32749", transform=where, compress="deflate", tiled=True,
            blockxsize=64, blockysize=64,
        ) as out:  # fmt: skip
            out.write(cells, 1)
    elif name in {"a.zip", "a.kmz"}:
        inner = "a.shp" if name == "a.zip" else "a.kml"
        frame.to_file(folder / inner, driver="ESRI Shapefile" if name == "a.zip" else "KML")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
            for part in folder.glob("a.*"):
                out.write(part, part.name)
        (folder / name).write_bytes(packed.getvalue())
    else:
        drivers = {"a.kml": "KML", "a.gpkg": "GPKG", "a.geojson": "GeoJSON"}
        frame.to_file(folder / name, driver=drivers[name])
    return (folder / name).read_bytes()

"""Bad files made by rule, for every reader: the same ones at every run."""

from __future__ import annotations

import csv
import io
import random
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

SHARE_POINTS = ((109.7, -7.3), (109.71, -7.31), (109.72, -7.32))


@cache
def sound(name):
    """Bytes of a good small file: what the damaged ones are made of."""
    with tempfile.TemporaryDirectory() as room:
        return SOUND[name](Path(room))


def _frame(count=9):
    squares = [shapely.box(109 + k / 10, -7.5, 109.1 + k / 10, -7.4) for k in range(count)]
    names = {"desa": [f"Desa {k}" for k in range(count)], "kecamatan": ["Kalibening"] * count}
    return gpd.GeoDataFrame(names, geometry=squares, crs=4326)


def _vector(driver, end):
    def made(room):
        _frame().to_file(room / f"a{end}", driver=driver)
        return (room / f"a{end}").read_bytes()

    return made


def _zipped(driver, end):
    def made(room):
        _frame().to_file(room / f"a{end}", driver=driver)
        return zip_of({p.name: p.read_bytes() for p in sorted(room.glob("a.*"))})

    return made


def _tif(room):
    import rasterio

    cells = np.random.default_rng(1).integers(0, 4, (300, 300)).astype(np.uint8)
    where = rasterio.transform.from_origin(350_000, 9_200_000, 30, 30)
    told = {"driver": "GTiff", "width": 300, "height": 300, "count": 1, "dtype": "uint8"}
    tiles = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}
    with rasterio.open(
        room / "a.tif", "w", crs="EPSG:32749", transform=where, **told, **tiles
    ) as f:
        f.write(cells, 1)
    return (room / "a.tif").read_bytes()


REGISTER = [
    ("Nama", "Jenis", "Desa", "Kecamatan", "Lintang", "Bujur", "Luas", "Tahun"),
    *(
        (f"Balai Desa {k}", "kantor desa", f"Desa {k}", "Kalibening", -7.3 - k / 100, 109.7, 200, 2020)
        for k in range(12)
    ),
]  # fmt: skip


def _csv(_):
    held = io.StringIO()
    csv.writer(held).writerows(REGISTER)
    return held.getvalue().encode()


def _xlsx(room):
    import openpyxl

    book = openpyxl.Workbook()
    for row in REGISTER:
        book.active.append(row)
    book.save(room / "a.xlsx")
    return (room / "a.xlsx").read_bytes()


ODS = (
    '<?xml version="1.0"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    "<office:spreadsheet>%s</office:spreadsheet></office:body></office:document-content>"
)
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods_of(tables):
    return zip_of({"mimetype": ODS_TYPE, "content.xml": ODS % tables})


def ods_table(rows, name="a"):
    cells = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in row)
        + "</table:table-row>"
        for row in rows
    )
    return f'<table:table table:name="{name}">{cells}</table:table>'


def _pbf(room):
    import osmium

    (room / "a.osm").write_text(OSM)
    with osmium.SimpleWriter(str(room / "a.osm.pbf")) as out:
        for one in osmium.FileProcessor(str(room / "a.osm")):
            out.add(one)
    return (room / "a.osm.pbf").read_bytes()


OSM = (
    '<?xml version="1.0"?><osm version="0.6" generator="x">'
    + "".join(
        f'<node id="{k}" lat="{-7.3 - k / 1000}" lon="109.7" version="1">'
        '<tag k="amenity" v="school"/><tag k="name" v="SD"/></node>'
        for k in range(1, 9)
    )
    + '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/>'
    '<tag k="highway" v="residential"/></way></osm>'
)
GPX = (
    '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
    '<wpt lat="-7.3" lon="109.7"><name>p-0001</name><time>2026-11-20T02:00:00Z</time></wpt></gpx>'
)


def zip_of(parts, *, packed=zipfile.ZIP_DEFLATED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", packed) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def _photo(kind):
    def made(_):
        from PIL import Image

        held = io.BytesIO()
        noise = np.random.default_rng(3).integers(0, 255, (90, 120, 3)).astype(np.uint8)
        exif = Image.Exif()
        exif[0x8769] = {0x9003: "2026:11:20 09:00:00"}
        exif[0x8825] = {1: "S", 2: (7.0, 18.0, 0.0), 3: "E", 4: (109.0, 42.0, 0.0)}
        Image.fromarray(noise).save(held, kind, exif=exif)
        return held.getvalue()

    return made


def _pdf(_):
    from PIL import Image

    held = io.BytesIO()
    noise = np.random.default_rng(3).integers(0, 255, (700, 700)).astype(np.uint8)
    Image.fromarray(noise).save(held, "PDF")
    return held.getvalue()


def _qfield(_):
    import qfield_made

    return qfield_made.geopackage()


def _export(name):
    def made(_):
        import exports
        from returned import good

        visits = [exports.visit(n, f"p-{n:04d}", (109.7, -7.3), good()) for n in (1, 2, 3)]
        return getattr(exports, name)(visits)

    return made


def _web(room):
    from returned import good, submission, web_file

    path = web_file(
        room / "w.json", submission("w-1", "p-0001", answers=good(), lonlat=(109.7, -7.3))
    )
    return Path(path).read_bytes()


def _qr(_):
    from data.returns.qr import qr_text

    return qr_text({"submission": "q-1", "site": "p-0001", "answers": {"q02": "sesuai"}}).encode()


def _sheet(_):
    import paper_photos

    made = paper_photos.pack(count=1)
    page = next(iter(paper_photos.drawn(made).values()))
    return paper_photos.jpeg(page)


SOUND = {
    "geojson": _vector("GeoJSON", ".geojson"), "gpkg": _vector("GPKG", ".gpkg"),
    "kml": _vector("KML", ".kml"), "kmz": _zipped("KML", ".kml"),
    "shp.zip": _zipped("ESRI Shapefile", ".shp"), "tif": _tif, "csv": _csv, "xlsx": _xlsx,
    "ods": lambda _: ods_of(ods_table(REGISTER)), "osm.pbf": _pbf, "osm": lambda _: OSM.encode(),
    "gpx": lambda _: GPX.encode(), "jpg": _photo("JPEG"), "png": _photo("PNG"),
    "webp": _photo("WEBP"), "pdf": _pdf, "qfield.gpkg": _qfield, "odk.csv": _export("central_csv"),
    "odk.zip": _export("central_zip"), "odata.json": _export("odata"),
    "kobo.json": _export("kobo_api"), "kobo.xlsx": _export("kobo_book"), "web.json": _web, "qr.txt": _qr,
    "sheet.jpg": _sheet,
}  # fmt: skip


def damaged(raw, seed):
    """Damage bytes eight ways by turn: cut, single bytes, a run, the head, the tail, NULs, twice."""
    rng = random.Random(seed)
    size, way = len(raw), seed % 8
    out = bytearray(raw)
    if way == 0:
        return raw[: rng.randrange(1, size)]
    if way == 1:
        for _ in range(15):
            out[rng.randrange(size)] = rng.randrange(256)
    elif way == 2:
        at = rng.randrange(max(1, size - 64))
        out[at : at + 64] = rng.randbytes(64)
    elif way == 3:
        for _ in range(8):
            out[rng.randrange(min(size, 200))] = rng.randrange(256)
    elif way == 4:
        for _ in range(8):
            out[size - 1 - rng.randrange(min(size, 200))] = rng.randrange(256)
    elif way == 5:
        at = rng.randrange(size)
        out[at : at + rng.randrange(1, 40)] = b"\0" * rng.randrange(1, 40)
    elif way == 6:
        at = rng.randrange(size)
        out = out[:at] + out[rng.randrange(size) :]
    else:
        for _ in range(4):
            at = rng.randrange(max(1, size - 4))
            out[at : at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80"])
    return bytes(out)

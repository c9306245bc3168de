"""Bad maps made by rule: GeoJSON, KML, Shapefile, GeoPackage and GeoTIFF."""

from __future__ import annotations

import json
import sqlite3
import struct
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
from malformed import sound, zip_of


def feature(kind, coordinates, **told):
    shape = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"desa": "A"} | told, "geometry": shape}


def collection(*features, **beside):
    return json.dumps({"type": "FeatureCollection", **beside, "features": list(features)})


def polygon(*ring, **told):
    return feature("Polygon", [list(ring)], **told)


SQUARE = polygon([109, -7], [109.1, -7], [109.1, -7.1], [109, -7])
KML = '<?xml version="1.0"?>%s<kml xmlns="http://www.opengis.net/kml/2.2"><Document>%s</Document></kml>'
MARK = "<Placemark><name>%s</name><Polygon><outerBoundaryIs><LinearRing><coordinates>%s</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
RING = "109,-7 109.1,-7 109.1,-7.1 109,-7"
LAUGHS = '<!DOCTYPE k [<!ENTITY a0 "lol">' + "".join(
    f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 10)) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


def star(count):
    """A ring that crosses itself almost everywhere: the worst that making valid can meet."""
    turns = np.arange(count) * 2 * np.pi * (count // 2 - 1) / count
    xy = np.column_stack([109 + np.cos(turns) / 10, -7 + np.sin(turns) / 10])
    return polygon(*xy.tolist(), xy[0].tolist())


def chaos(count):
    xy = np.random.default_rng(1).uniform((109, -7.5), (110, -7), (count, 2)).tolist()
    return polygon(*xy, xy[0])


def nested(depth):
    point = '{"type":"Point","coordinates":[109,-7]}'
    held = '{"type":"GeometryCollection","geometries":[' * depth + point + "]}" * depth
    shape = '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":'
    return shape + held + "}]}"


GEOJSON = {
    "nan": lambda: collection(SQUARE).replace("109.1", "NaN"),
    "inf": lambda: collection(SQUARE).replace("109.1", "1e999"),
    "huge": lambda: collection(feature("Point", [1e300, -1e300])),
    "swapped": lambda: collection(polygon([-7, 109], [-7, 110], [-7.1, 110], [-7, 109])),
    "bowtie": lambda: collection(polygon([109, -7], [110, -8], [110, -7], [109, -8], [109, -7])),
    "unclosed": lambda: collection(polygon([109, -7], [110, -8], [110, -7])),
    "one corner": lambda: collection(polygon([109, -7])),
    "no corners": lambda: collection(feature("Polygon", [])),
    "no numbers": lambda: collection(feature("Polygon", [[["a", "b"], [None, 1], [{}, []]]])),
    "one number": lambda: collection(polygon([109], [110], [111], [109])),
    "no shape": lambda: collection({"type": "Feature", "properties": {}, "geometry": None}),
    "no feature": collection,
    "features an object": lambda: '{"type":"FeatureCollection","features":{"a":1}}',
    "features null": lambda: '{"type":"FeatureCollection","features":null}',
    "features numbers": lambda: '{"type":"FeatureCollection","features":[1,2,[3]]}',
    "metres": lambda: collection(polygon([4e5, 9e6], [4.1e5, 9e6], [4.1e5, 9.1e6], [4e5, 9e6])),
    "crs of nothing": lambda: collection(SQUARE, crs={"type": "name", "properties": {"name": "EPSG:99"}}),
    "crs an address": lambda: collection(SQUARE, crs={"type": "link", "properties": {"href": "http://127.0.0.1:9/x", "type": "proj4"}}),
    "crs a list": lambda: collection(SQUARE, crs=[1, {"a": []}]),
    "deep brackets": lambda: '{"type":"FeatureCollection","features":' + "[" * 20_000 + "]" * 20_000 + "}",
    "deep property": lambda: collection(SQUARE).replace('"A"', '{"a":' * 190 + "1" + "}" * 190),
    "deep collection": lambda: nested(60),
    "deeper collection": lambda: nested(5_000),
    "nul in name": lambda: collection(polygon(*SQUARE["geometry"]["coordinates"][0], desa="a\0b")),
    "half a character": lambda: collection(SQUARE).replace('"A"', '"\\ud800"'),
    "endless integer": lambda: collection(SQUARE).replace('"A"', "9" * 5_000),
    "mixed values": lambda: collection(*(polygon(*SQUARE["geometry"]["coordinates"][0], desa=v) for v in (1, "a", [1], {"a": 1}, None, True, 1.5))),
    "every shape": lambda: collection(SQUARE, feature("Point", [109, -7]), feature("LineString", [[109, -7], [110, -7]])),
    "3000 columns": lambda: collection(polygon(*SQUARE["geometry"]["coordinates"][0], **{f"k{n}": n for n in range(3_000)})),
    "star": lambda: collection(star(601)),
    "chaos": lambda: collection(chaos(700)),
    "one corner 100,000 times": lambda: collection(polygon(*([[109, -7]] * 100_000))),
    "10,000 holes outside": lambda: collection(feature("Polygon", [SQUARE["geometry"]["coordinates"][0], *([[[1, 1], [2, 1], [2, 2], [1, 1]]] * 10_000)])),
    "date line": lambda: collection(polygon([179, -8], [-179, -8], [-179, -7], [179, -8])),
    "topojson": lambda: '{"type":"Topology","objects":{"a":{"type":"Polygon","arcs":[[0]]}},"arcs":[[[0,0],[9,9]]]}',
    "esri json": lambda: '{"geometryType":"esriGeometryPolygon","type":"Feature","features":[{"attributes":{},"geometry":{"rings":[[[0,0]]]}}]}',
    "utf-16": lambda: collection(SQUARE).encode("utf-16"),
    "half latin": lambda: collection(SQUARE).replace('"A"', '"Caf\xe9"').encode("latin-1"),
    "two documents": lambda: collection(SQUARE) * 2,
    "garbage behind": lambda: collection(SQUARE) + "<script>",
    "keys twice": lambda: collection(SQUARE).replace('"type": "FeatureCollection"', '"type": "FeatureCollection", "type": "Feature", "features": []'),
    "points at a vrt": lambda: '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
    "pipeline": lambda: '{"type": "gdal_streamed_alg", "command_line": "gdal vector info x", "features": "FeatureCollection"}',
}  # fmt: skip
KMLS = {
    "laughs": lambda: KML % (LAUGHS, "<name>&a9;</name>"),
    "outside": lambda: KML % (OUTSIDE, "<name>&x;</name>"),
    "network link": lambda: KML % ("", "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"),
    "no numbers": lambda: KML % ("", MARK % ("a", "a,b c,d ,,, 1e999,nan")),
    "inf": lambda: KML % ("", MARK % ("a", "inf,-7 109.1,-inf 1e400,-7.1 nan,nan")),
    "open tags": lambda: (KML % ("", MARK % ("a", RING))).replace("</Placemark>", ""),
    "5,000 folders deep": lambda: KML % ("", "<Folder>" * 5_000 + "</Folder>" * 5_000),
    "a gml schema": lambda: (KML % ("", MARK % ("a", RING))).replace("<kml ", '<kml xmlns:gml="http://www.opengis.net/gml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://x http://127.0.0.1:9/x.xsd" '),
    "vrt in a comment": lambda: (KML % ("", MARK % ("a", RING))).replace("<kml", "<!-- <OGRVRTDataSource> --><kml"),
    "utf-7": lambda: (KML % ("", MARK % ("a", RING))).replace('"1.0"', '"1.0" encoding="utf-7"'),
    "unknown encoding": lambda: (KML % ("", MARK % ("a", RING))).replace('"1.0"', '"1.0" encoding="x-y"'),
    "10,000 layers": lambda: KML % ("", "".join(f"<Folder><name>{n}</name></Folder>" for n in range(10_000))),
    "long name": lambda: KML % ("", MARK % ("a" * 1_000_000, RING)),
}  # fmt: skip


def shapefile(**changes):
    """A zipped Shapefile of which some parts are changed: ``shp=function of its bytes``."""
    import io

    with zipfile.ZipFile(io.BytesIO(sound("shp.zip"))) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for end, change in changes.items():
        parts[f"a.{end}"] = change(parts.get(f"a.{end}", b""))
    return zip_of(parts)


def put(at, form, value):
    return lambda raw: raw[:at] + struct.pack(form, value) + raw[at + struct.calcsize(form) :]


SHAPES = {
    "length lies": lambda: shapefile(shp=put(24, ">i", 2**30)),
    "type unknown": lambda: shapefile(shp=put(32, "<i", 77)),
    "part count": lambda: shapefile(shp=put(144, "<i", 2**31 - 1)),
    "corner count": lambda: shapefile(shp=put(148, "<i", 2**31 - 1)),
    "record length": lambda: shapefile(shp=put(104, ">i", 2**30)),
    "index outside": lambda: shapefile(shx=put(100, ">i", 2**30)),
    "index negative": lambda: shapefile(shx=put(100, ">i", -5)),
    "rows": lambda: shapefile(dbf=put(4, "<I", 2**32 - 1)),
    "row length": lambda: shapefile(dbf=put(10, "<H", 65_535)),
    "head length": lambda: shapefile(dbf=put(8, "<H", 3)),
    "prj garbage": lambda: shapefile(prj=lambda _: b'GEOGCS["' * 3_000),
    "prj empty": lambda: shapefile(prj=lambda _: b""),
    "prj an address": lambda: shapefile(prj=lambda _: b"http://127.0.0.1:9/4326.prj"),
    "encoding unknown": lambda: shapefile(cpg=lambda _: b"x-y\0\xff"),
}


def gpkg(*commands):
    """A GeoPackage after some commands of SQL."""
    return changed_gpkg(sound("gpkg"), commands)


def changed_gpkg(raw, commands):
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "a.gpkg"
        path.write_bytes(raw)
        with closing(sqlite3.connect(path)) as base:
            for name in ("IsEmpty", "MinX", "MaxX", "MinY", "MaxY"):  # its triggers call them
                base.create_function(f"ST_{name}", 1, lambda _: 0)
            for command in commands:
                base.execute(command)
            base.commit()
        return path.read_bytes()


ENDLESS = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t)"
GPKGS = {
    "endless view": lambda: gpkg(f"CREATE VIEW v AS {ENDLESS} SELECT n AS fid, NULL AS geom FROM t", "UPDATE gpkg_contents SET table_name='v'"),
    "endless view beside": lambda: gpkg(f"CREATE VIEW v AS {ENDLESS} SELECT n AS fid FROM t", "INSERT INTO gpkg_contents(table_name, data_type) VALUES ('V', 'attributes')"),
    "virtual table": lambda: gpkg("CREATE VIRTUAL TABLE f USING fts5(a)"),
    "the list of tables as layer": lambda: gpkg("UPDATE gpkg_contents SET table_name='sqlite_master'"),
    "no such table": lambda: gpkg("UPDATE gpkg_contents SET table_name='x'"),
    "no such crs": lambda: gpkg("UPDATE gpkg_geometry_columns SET srs_id=77"),
    "crs garbage": lambda: gpkg("UPDATE gpkg_spatial_ref_sys SET definition='GEOGCS[\"' WHERE srs_id=4326", "UPDATE gpkg_spatial_ref_sys SET organization='X', organization_coordsys_id=9 WHERE srs_id=4326"),
    "shapes text": lambda: gpkg("UPDATE a SET geom='POINT(1 2)'"),
    "shapes random": lambda: gpkg("UPDATE a SET geom=randomblob(900)"),
    "shapes huge count": lambda: gpkg("UPDATE a SET geom=x'47500001E61000000103000000FFFFFF7F'"),
    "shapes nested": lambda: gpkg("UPDATE a SET geom=x'47500001E6100000" + "010700000001000000" * 3_000 + "'"),
    "layer name a command": lambda: gpkg('ALTER TABLE a RENAME TO "x""; ATTACH \'/tmp/y\' AS z; --"', "UPDATE gpkg_contents SET table_name='x\"; ATTACH ''/tmp/y'' AS z; --'", "UPDATE gpkg_geometry_columns SET table_name='x\"; ATTACH ''/tmp/y'' AS z; --'"),
    "400 layers": lambda: gpkg(*(f"INSERT INTO gpkg_contents(table_name, data_type) VALUES ('t{n}', 'features')" for n in range(400))),
    "another database": lambda: gpkg("DROP TABLE gpkg_contents"),
    "trigger that deletes": lambda: gpkg("CREATE TRIGGER t AFTER UPDATE ON a BEGIN DELETE FROM a; END"),
    "names bytes": lambda: gpkg("UPDATE a SET desa=x'ff00fe'"),
}  # fmt: skip


def entry(tag, form, value, count=1):
    return struct.pack("<HHII", tag, form, count, value)


def tiff(*entries, next_at=0):
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + b"".join(entries) + struct.pack("<I", next_at) + b"\0" * 600  # fmt: skip


def plain_tiff(width, height, **more):
    told = {
        256: width,
        257: height,
        258: 8,
        259: 1,
        262: 1,
        273: 200,
        277: 1,
        278: height,
        279: 100,
    }
    return tiff(
        *(entry(tag, 4, value) for tag, value in sorted((told | more.pop("tags", {})).items())),
        **more,
    )


def georeferenced(change, **told):
    """A good raster written with other settings."""
    import rasterio

    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "a.tif"
        given = {"driver": "GTiff", "width": 40, "height": 40, "count": 1, "dtype": "float32",
                 "crs": "EPSG:32749", "transform": rasterio.Affine(30, 0, 35e4, 0, -30, 92e5)} | told  # fmt: skip
        with rasterio.open(path, "w", **given) as out:
            change(out)
        return path.read_bytes()


def fill(value):
    return lambda out: out.write(np.full((out.count, out.height, out.width), value, out.dtypes[0]))


def nothing(_):
    return None


TIFFS = {
    "endless": lambda: plain_tiff(2**31 - 1, 2**31 - 1),
    "no width": lambda: plain_tiff(0, 0),
    "many tiles": lambda: plain_tiff(10**6, 10**6, tags={322: 16, 323: 16}),
    "directory in a circle": lambda: plain_tiff(10, 10, next_at=8),
    "no pieces": lambda: tiff(entry(256, 4, 9), entry(257, 4, 9)),
    "sparse and vast": lambda: georeferenced(nothing, width=400_000, height=400_000, tiled=True, blockxsize=4096, blockysize=4096, sparse_ok=True, dtype="uint8", BIGTIFF="YES", compress="deflate", nodata=0),
    "one vast block": lambda: georeferenced(nothing, width=60_000, height=60_000, blockysize=60_000, sparse_ok=True, dtype="uint8", compress="deflate"),
    "nothing known": lambda: georeferenced(fill(np.nan)),
    "infinite": lambda: georeferenced(fill(np.inf)),
    "complex": lambda: georeferenced(fill(1), dtype="complex64"),
    "three bands": lambda: georeferenced(fill(1), count=3, dtype="uint8"),
    "rotated": lambda: georeferenced(fill(1), transform=(30, 9, 35e4, 9, -30, 92e5)),
    "no place": lambda: georeferenced(fill(1), crs=None),
    "degrees in metres": lambda: georeferenced(fill(1), crs="EPSG:4326"),
    "index of 1e30": lambda: georeferenced(fill(1e30)),
    "jpeg inside broken": lambda: georeferenced(fill(9), dtype="uint8", compress="jpeg").replace(b"\xff\xd8", b"\xff\x00"),
}  # fmt: skip


CASES = {
    f"{end} {name}": (door, end, made)
    for door, end, table in (
        ("areas", ".geojson", GEOJSON), ("areas", ".kml", KMLS), ("areas", ".zip", SHAPES),
        ("areas", ".gpkg", GPKGS), ("landslide", ".tif", TIFFS),

    )
    for name, made in table.items()
}  # fmt: skip

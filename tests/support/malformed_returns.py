"""Bad files from the field made by rule: exports, web forms, QR, waypoints, photos, sheets, PDF."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
import zlib

from malformed import GPX, sound, zip_of
from malformed_maps import ENDLESS, LAUGHS, OUTSIDE, changed_gpkg

from data.returns.qr import QR_HEAD


def web(*submissions, **told):
    return json.dumps({"tapak": 1, "programme": "kerja-sosial", "submissions": list(submissions)} | told)  # fmt: skip


def one(**told):
    return {"submission": "w-1", "site": "p-0001", "answers": {"q02": "sesuai"}} | told


def png(width, height, *, data=b""):
    def part(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", data or zlib.compress(b"\0" * 99)) + part(b"IEND", b"")  # fmt: skip


def jpeg_of(width, height):
    raw = bytearray(sound("jpg"))
    at = next(n for n in range(len(raw)) if raw[n] == 0xFF and raw[n + 1] in {0xC0, 0xC2})
    raw[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(raw)


def shown(raw):
    return "data:image/png;base64," + base64.b64encode(raw).decode()


def photos(**named):
    """A zip of an export whose photos are these."""
    return zip_of(
        {"a.csv": sound("odk.csv")} | {name.replace("_", "."): raw for name, raw in named.items()}
    )


def exif_jpeg(change):
    from PIL import Image

    held, exif = io.BytesIO(), Image.Exif()
    exif[0x8769], exif[0x8825] = change
    Image.new("RGB", (40, 40)).save(held, "JPEG", exif=exif)
    return held.getvalue()


def pdf(body, *, tail=b""):
    return b"%PDF-1.7\n" + body + b"\ntrailer<</Root 1 0 R>>\n" + tail


PAGE = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/Resources<</XObject<</a 4 0 R>>>>>>endobj "  # fmt: skip


def image(width, height, data, *, filters=b"/FlateDecode", more=b""):
    return PAGE + b"4 0 obj<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray/Filter %s%s/Length %d>>stream\n" % (width, height, filters, more, len(data)) + data + b"\nendstream endobj "  # fmt: skip


def gpkg(*commands):
    return changed_gpkg(sound("qfield.gpkg"), commands)


INSERT = "INSERT INTO kunjungan_survei(submission, site, q05_syarat) VALUES ({}, {}, {})"
JSONS = {
    "deep list": lambda: "[" * 100_000 + "]" * 100_000,
    "deep value": lambda: '{"value":[' + '{"a":' * 900 + "1" + "}" * 900 + "]}",
    "deep answers": lambda: web(one(answers=json.loads('{"a":' * 300 + "1" + "}" * 300))),
    "deep list in a row": lambda: json.dumps({"value": [{"__id": "a", "site": json.loads("[" * 300 + "]" * 300)}]}),
    "endless integer": lambda: '{"value":[{"__id":"a","q06":' + "9" * 5_000 + "}]}",
    "long integer": lambda: '{"value":[{"__id":"a","site":"p-0001","q06":' + "9" * 4_000 + "}]}",
    "not numbers": lambda: '{"value":[{"__id":"a","q06":NaN,"q01":"nan inf 0 0","edits":Infinity}]}',
    "rows of rows": lambda: '{"value":[[1],2,"a",null,[[]],{"features":[1]}]}',
    "point of words": lambda: '{"value":[{"__id":"a","q01":{"type":"Point","coordinates":["a",{},null]}}]}',
    "point of lists": lambda: '{"value":[{"__id":"a","q01":{"type":"Point","coordinates":[[1],[2]]}}]}',
    "point twice": lambda: web(one(answers={"q01": {"lon": {"a": 1}, "lat": [2], "source": {}}})),
    "half a character": lambda: '{"value":[{"__id":"\\ud800","site":"\\udfff","surveyor":"a\\u0000"}]}',
    "200,000 rows": lambda: '{"value":[' + ",".join(['{"a":1}'] * 200_000) + "]}",
    "every field a list": lambda: web(one(surveyor=[1], team={}, started_at=[], ended_at={}, revision="x", photos=[], photo_facts=3)),
    "times": lambda: web(*(one(submission=f"w-{n}", started_at=t, ended_at=t) for n, t in enumerate(("9999-99-99", "1e9", "-1", "2026-11-20T25:61", "0001-01-01T00:00:00+23:59", "9" * 400, 10**400)))),
    "head of lists": lambda: web(one(), programme=[], pack={}, team=5, form_version=None, drafts={}),
    "submissions an object": lambda: '{"tapak":1,"submissions":{"a":1}}',
    "photo that is none": lambda: web(one(photos={"a.png": "data:image/png;base64,!!!!"})),
    "photo of a billion": lambda: web(one(photos={"a.png": shown(png(60_000, 60_000))})),
    "photo facts off": lambda: web(one(photo_facts={"a.png": {"lon": 10**400, "lat": "x", "taken_at": 5}})),
    "schema address": lambda: '{"$ref":"http://127.0.0.1:9/x","value":[]}',
    "cut in a sign": lambda: '{"value":[{"a":"\\u12',
    "keys empty": lambda: '{"value":[{"":"","/":"","///":{"":{"":1}}}]}',
}  # fmt: skip
QRS = {
    "bomb": lambda: QR_HEAD + base64.urlsafe_b64encode(zlib.compress(b" " * (64 << 20))).decode(),
    "no code": lambda: QR_HEAD + "!!!!",
    "25,000 codes": lambda: "\n".join([sound("qr.txt").decode()] * 25_000),
    "a list": lambda: QR_HEAD + base64.urlsafe_b64encode(zlib.compress(b"[1,2]")).decode(),
    "deep": lambda: QR_HEAD + base64.urlsafe_b64encode(zlib.compress(b"[" * 90_000)).decode(),
}
WAYS = {
    "laughs": lambda: LAUGHS + GPX,
    "outside": lambda: OUTSIDE + GPX.replace("p-0001", "&x;"),
    "deep": lambda: GPX.replace("<wpt", "<a>" * 100_000 + "<wpt", 1).replace("</gpx>", "</a>" * 100_000 + "</gpx>"),
    "inf": lambda: GPX.replace("-7.3", "inf").replace("109.7", "nan"),
    "no numbers": lambda: GPX.replace("-7.3", "x").replace("109.7", ""),
    "long digits": lambda: GPX.replace("-7.3", "9" * 5_000),
    "100,000 marks": lambda: GPX.replace("</gpx>", "<wpt/>" * 100_000 + "</gpx>"),
    "utf-7": lambda: GPX.replace('"1.0"', '"1.0" encoding="utf-7"'),
    "time": lambda: GPX.replace("2026-11-20T02:00:00Z", "9999-99-99T99:99:99Z"),
    "schema address": lambda: GPX.replace("<gpx ", '<gpx xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://x http://127.0.0.1:9/x.xsd" '),
}  # fmt: skip
PICTURES = {
    "png vast": lambda: png(60_000, 60_000),
    "png bomb": lambda: png(12_000, 12_000, data=zlib.compress(b"\0" * (12_000 * 36_001))),
    "png no size": lambda: png(0, 0),
    "jpeg vast": lambda: jpeg_of(65_500, 65_500),
    "jpeg no size": lambda: jpeg_of(0, 0),
    "gif": lambda: b"GIF89a" + b"\xff" * 60,
    "drawing": lambda: '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "heic": lambda: b"\0\0\0\x18ftypheic\0\0\0\0" + b"\0" * 300,
    "riff that is sound": lambda: b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 300,
    "page behind": lambda: sound("png") + b"<html><script>alert(1)</script></html>",
    "zip behind": lambda: sound("jpg") + zip_of({"a.csv": "a,b\n1,2"}),
    "head alone": lambda: b"\xff\xd8\xff\xe0",
}  # fmt: skip
ZIPS = {
    "zip in zip": lambda: zip_of({"a.zip": zip_of({"a.csv": sound("odk.csv")})}),
    "bomb": lambda: zip_of({"a.csv": b"a,b\n" * (80 << 18)}),
    "leads outside": lambda: zip_of({"../../../a.csv": sound("odk.csv"), "C:\\x.csv": "a,b"}),
    "21,000 parts": lambda: zip_of({f"{n}.txt": "" for n in range(21_000)}),
    "nothing inside": lambda: zip_of({}),
    "pictures alone": lambda: zip_of({"a.png": sound("png"), "b.jpg": sound("jpg")}),
    "vast photo": lambda: photos(a_png=png(60_000, 60_000), b_jpg=jpeg_of(65_500, 65_500)),
    "exif of nothing": lambda: photos(a_jpg=exif_jpeg(({}, {1: "S", 2: (0, 0), 3: "E", 4: (1e9, 1e9, 1e9)}))),
    "exif time": lambda: photos(a_jpg=exif_jpeg(({0x9003: "9999:99:99 99:99:99", 0x9011: "+99:99"}, {}))),
    "exif damaged": lambda: photos(a_jpg=sound("jpg").replace(b"MM\0*", b"MM\0*\xff\xff").replace(b"II*\0", b"II*\0\xff\xff\xff\xff")),
    "packed otherwise": lambda: zip_of({"a.csv": sound("odk.csv")}, packed=zipfile.ZIP_BZIP2),
    "contents lie": lambda: sound("odk.zip").replace(b"PK\x01\x02", b"PK\x01\x03"),
}  # fmt: skip
PDFS = {
    "empty": lambda: pdf(b""),
    "frame of itself": lambda: pdf(PAGE + b"4 0 obj<</Type/XObject/Subtype/Form/Resources<</XObject<</a 4 0 R/b 4 0 R/c 4 0 R/d 4 0 R/e 4 0 R/f 4 0 R>>>>/Length 0>>stream\n\nendstream endobj "),
    "pages in a circle": lambda: pdf(PAGE.replace(b"[3 0 R]", b"[2 0 R 2 0 R]")),
    "vast picture": lambda: pdf(image(100_000, 100_000, zlib.compress(b"\0" * 99))),
    "bomb": lambda: pdf(image(20_000, 20_000, zlib.compress(b"\0" * (400 << 20)))),
    "filters in a row": lambda: pdf(image(900, 900, b"x" * 99, filters=b"[" + b"/FlateDecode " * 500 + b"]")),
    "no size": lambda: pdf(image(-5, 0, b"x")),
    "colours unknown": lambda: pdf(image(700, 700, zlib.compress(b"\0" * 490_000)).replace(b"/DeviceGray", b"/Nothing")),
    "fax": lambda: pdf(image(700, 700, b"\xff" * 99, filters=b"/CCITTFaxDecode")),
    "resources a number": lambda: pdf(PAGE.replace(b"<</XObject<</a 4 0 R>>>>", b"5")),
    "picture a number": lambda: pdf(PAGE.replace(b"/a 4 0 R", b"/a 5")),
    "encrypted": lambda: pdf(PAGE).replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Standard/V 1/R 2/O(a)/U(b)/P -4>>"),
}  # fmt: skip
TABLES = {
    "long cell": lambda: sound("odk.csv").decode().replace("sesuai", "a" * 3_000_000),
    "heading alone": lambda: sound("odk.csv").decode().partition("\n")[0],
    "50,000 columns": lambda: ",".join(f"a-{n}" for n in range(50_000)) + ",KEY\n" + "1," * 50_000 + "x",
    "names twice": lambda: "KEY,KEY,site,site\na,b,c,d\n",
    "separator inside": lambda: "sep=;\n" + sound("odk.csv").decode(),
    "quote open": lambda: sound("odk.csv").decode() + '"' * 999,
    "utf-16 half": lambda: sound("odk.csv").decode().encode("utf-16")[:-1],
    "numbers": lambda: "KEY,site,p06-q06,p01-q01,edits\n" + "".join(f"k{n},p-0001,{v},{v} {v} {v} {v},{v}\n" for n, v in enumerate(("nan", "inf", "-1e999", "9" * 4_000, "1,5", "--", "0x1"))),
}  # fmt: skip
GPKGS = {
    "endless view": lambda: gpkg("DROP TABLE IF EXISTS v", f"CREATE VIEW v AS {ENDLESS} SELECT n AS submission FROM t", "INSERT INTO gpkg_contents(table_name, data_type) VALUES ('v', 'attributes')"),
    "blobs": lambda: gpkg(INSERT.format("randomblob(99)", "x'ff00'", "x'fffe'")),
    "no words": lambda: gpkg(INSERT.format("x'ff'", "1e400", "-9223372036854775808")),
    "twice": lambda: gpkg(*[INSERT.format("'a'", "'p-0001'", "'x'")] * 3),
    "pack outside": lambda: gpkg("UPDATE tapak_pack SET nilai='../../../etc' WHERE nama='pack'"),
    "long text": lambda: gpkg(INSERT.format("'a'", "'p-0001'", "printf('%.*c', 9000000, 'x')")),
    "30,000 rows": lambda: gpkg(f"INSERT INTO kunjungan_survei(submission) {ENDLESS.replace('FROM t)', 'FROM t WHERE n < 30000)')} SELECT 's' || n FROM t"),
}  # fmt: skip
CASES = {
    f"{end} {name}": ("collect", end, made)
    for end, table in ((".json", JSONS), (".txt", QRS), (".gpx", WAYS), (".jpg", PICTURES),
                       (".zip", ZIPS), (".pdf", PDFS), (".odk.csv", TABLES), (".qfield.gpkg", GPKGS))
    for name, made in table.items()
}  # fmt: skip

"""Bad OSM extracts made by rule: XML, and PBF whose blobs, counts and columns lie."""

from __future__ import annotations

import struct
import zlib

from malformed import OSM
from malformed_maps import LAUGHS, OUTSIDE


def osm(*more):
    return OSM.replace("</osm>", "".join(more) + "</osm>")


def blob(kind, data, *, size=None, raw_size=None, zipped=True):
    body = zlib.compress(data) if zipped else data
    told = b"\x10" + varint(len(data) if raw_size is None else raw_size)
    held = told + (b"\x1a" if zipped else b"\x0a") + varint(len(body)) + body
    head = (
        b"\x0a" + varint(len(kind)) + kind + b"\x18" + varint(len(held) if size is None else size)
    )
    return struct.pack(">I", len(head)) + head + held


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


HEAD = blob(b"OSMHeader", field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes"))
TABLE = field(1, field(1, b"") + field(1, b"amenity") + field(1, b"school"))


def packed(*values):
    return b"".join(varint(value) for value in values)


PBFS = {
    "header alone": lambda: HEAD,
    "bomb": lambda: HEAD + blob(b"OSMData", b"\0" * (31 << 20)) * 40,
    "bigger than it says": lambda: HEAD + blob(b"OSMData", TABLE * 999, raw_size=3),
    "smaller than it says": lambda: HEAD + blob(b"OSMData", TABLE, raw_size=2**31 - 1),
    "ends early": lambda: HEAD + blob(b"OSMData", TABLE, size=2**31),
    "unknown feature": lambda: blob(b"OSMHeader", field(4, b"Time-Machine")) + HEAD,
    "not zipped": lambda: HEAD + blob(b"OSMData", TABLE + b"\xff" * 50, zipped=False),
    "word outside": lambda: HEAD + blob(b"OSMData", TABLE + field(2, field(2, field(1, packed(2)) + field(8, packed(2)) + field(9, packed(2)) + field(10, packed(900, 901, 0))))),
    "columns differ": lambda: HEAD + blob(b"OSMData", TABLE + field(2, field(2, field(1, packed(2, 2, 2)) + field(8, packed(2)) + field(9, b"")))),
    "no step": lambda: HEAD + blob(b"OSMData", TABLE + varint(17 << 3) + b"\0" + field(2, field(2, field(1, packed(2)) + field(8, packed(2)) + field(9, packed(2))))),
    "way of nothing": lambda: HEAD + blob(b"OSMData", TABLE + field(2, field(3, b"\x08\x01" + field(2, packed(1)) + field(3, packed(2)) + field(8, packed(*range(2, 90)))))),
    "endless number": lambda: HEAD + blob(b"OSMData", TABLE + b"\xff" * 400),
}  # fmt: skip
OSMS = {
    "laughs": lambda: LAUGHS.replace(" k ", " osm ") + osm("<note>&a9;</note>"),
    "outside": lambda: OUTSIDE + osm("<note>&x;</note>"),
    "nodes missing": lambda: osm('<way id="2"><nd ref="77"/><nd ref="78"/><tag k="highway" v="path"/></way>'),
    "inf": lambda: OSM.replace('lat="-7.301"', 'lat="inf"'),
    "no numbers": lambda: OSM.replace('lat="-7.301"', 'lat="x"').replace('id="3"', 'id="y"'),
    "endless id": lambda: OSM.replace('id="3"', f'id="{"9" * 400}"'),
    "relation of itself": lambda: osm('<relation id="1"><member type="relation" ref="1" role="outer"/><tag k="type" v="multipolygon"/><tag k="amenity" v="school"/></relation>'),
    "50,000 tags": lambda: osm('<node id="99" lat="-7" lon="109">' + "".join(f'<tag k="a{n}" v="b"/>' for n in range(50_000)) + "</node>"),
    "deep": lambda: osm("<a>" * 20_000 + "</a>" * 20_000),
    "bytes": lambda: OSM.encode().replace(b"SD", b"\xff\xfe\x80"),
    "changes": lambda: OSM.replace("<osm ", "<osmChange ").replace("</osm>", "</osmChange>"),
    "nothing in it": lambda: '<osm version="0.6"></osm>',
}  # fmt: skip
CASES = {f".osm.pbf {name}": ("osm", ".osm.pbf", made) for name, made in PBFS.items()} | {
    f".osm {name}": ("osm", ".osm", made) for name, made in OSMS.items()
}

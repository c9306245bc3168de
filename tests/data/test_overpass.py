"""OpenStreetMap through osmnx: one table form, bounded patience, nothing written elsewhere."""

import json
import os
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import osmium
import osmnx
import pytest
import shapely
from loopback import RECORDED, Reply, serving

from data.fetch.fetcher import Manners
from data.fetch.overpass import fetch_overpass, find_place
from data.fetch.sources import sources
from data.osm import read_osm
from geo.errors import InputError

AREA = shapely.box(109.68, -7.41, 109.71, -7.38)
QUICK = Manners(connect_s=2, read_s=2, total_s=5, tries=3, pause_s=0, longest_wait_s=30)


def recorded(name):
    return Reply((RECORDED / name).read_bytes(), headers={"Content-Type": "application/json"})


def interpreter(asked):
    """Answer as Overpass does, by what the question holds."""
    for sign, name in (("highway", "streets"), ("amenity", "places"), ("building", "buildings")):
        if sign.encode() in asked.body:
            return recorded(f"overpass_{name}.json")
    raise AssertionError(asked.body)


@pytest.fixture(autouse=True)
def _here(monkeypatch, tmp_path):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")  # osmnx writes into the current folder when left alone
    yield
    assert list((tmp_path / "cwd").iterdir()) == []


@pytest.fixture
def server():
    with serving() as loopback:
        loopback.on("/api/interpreter", interpreter)
        loopback.recorded("/api/status", "overpass_status.txt")
        yield loopback


@pytest.fixture
def source(server):
    return replace(sources()["overpass"], url=f"{server.base}/api", max_mb=1)


@pytest.fixture
def slept():
    return []


@pytest.fixture
def fetch(source, tmp_path, slept):
    def run(**told):
        more = {"source": source, "manners": QUICK, **told}
        return fetch_overpass(
            AREA, tmp_path / "osm.osm.pbf", folder=tmp_path / "kept", sleep=slept.append, **more
        )

    return run


def fault(fetch, **told):
    with pytest.raises(InputError) as raised:
        fetch(**told)
    assert "\n" not in raised.value.say(lang="id")
    return raised.value


def test_answers_become_the_same_tables_as_a_file(fetch, server):
    made = fetch()
    extract = read_osm(made.path)
    assert sorted(extract.streets["osm_id"]) == ["w201", "w202"]
    street = extract.streets.set_index("osm_id").loc["w201"]
    assert (street["oneway"], street["surface"]) == ("-1", "asphalt")
    assert set(extract.places["kind"]) == {"puskesmas", "school", "bus_stop"}
    assert 'Halte <Contoh> & "Baru"' in set(extract.places["name"])
    assert len(extract.buildings) == 2  # the school came twice and is one
    assert made.date == "2026-11-20"
    assert server.paths().count("/api/interpreter") == 3
    assert server.paths().count("/api/status") == 3


def test_node_references_survive_so_that_junctions_can_be_found(fetch):
    found = osmium.FileProcessor(fetch().path, osmium.osm.WAY)
    ways = {way.id: [node.ref for node in way.nodes] for way in found}
    assert ways[201] == [101, 102, 103]
    assert ways[202] == [103, 104, 999]
    nodes = osmium.FileProcessor(fetch().path, osmium.osm.NODE)
    assert [n.id for n in nodes if "barrier" in n.tags] == [102]


def test_the_same_answers_make_the_same_bytes(fetch):
    first = fetch().path.read_bytes()
    assert fetch().path.read_bytes() == first


def test_our_name_is_given_and_the_area_is_asked(fetch, server):
    fetch()
    asked = next(a for a in server.asked if a.method == "POST")
    assert asked.headers["User-Agent"].startswith("Tapak")
    assert b"-7.4" in asked.body
    assert b"timeout%3A2" in asked.body


def test_osmnx_and_name_lookup_are_left_as_they_were(fetch, server):
    before = {n: getattr(osmnx.settings, n) for n in dir(osmnx.settings) if n[0] != "_"}
    look_up = socket.getaddrinfo
    fetch()
    server.on("/api/interpreter", Reply(status=400))
    fault(fetch)
    assert {n: getattr(osmnx.settings, n) for n in before} == before
    assert socket.getaddrinfo is look_up


def test_a_busy_server_is_asked_again_when_it_says(fetch, server, slept):
    server.on("/api/interpreter", Reply(status=429, headers={"Retry-After": "4"}), interpreter)
    started = time.monotonic()
    assert fetch().objects > 0
    assert slept == [4.0]
    assert time.monotonic() - started < 20  # osmnx alone would have slept 55 s


@pytest.mark.parametrize(
    ("status", "code"), [(429, "fetch.busy"), (504, "fetch.server"), (400, "fetch.status")]
)
def test_patience_ends_with_a_sentence(fetch, server, slept, status, code):
    server.on("/api/interpreter", Reply(status=status))
    assert fault(fetch).code == code
    assert len(slept) == (0 if status == 400 else 2)


def test_a_piece_given_up_midway_is_never_taken_for_whole(fetch, server):
    server.on("/api/interpreter", recorded("overpass_gave_up.json"))
    told = fault(fetch)
    assert told.code == "fetch.overpass_short"
    assert "geofabrik" in told.say(lang="id")


def test_pieces_that_came_are_not_asked_for_again(fetch, server, tmp_path):
    def cut(asked):
        streets = b"highway" in asked.body
        return interpreter(asked) if streets else replace(interpreter(asked), cut_at=50)

    server.on("/api/interpreter", cut)
    assert fault(fetch).code == "fetch.cut"
    kept = list((tmp_path / "kept").rglob("*.json"))
    assert len(kept) == 1
    server.on("/api/interpreter", interpreter)
    before = len(server.asked)
    fetch()
    assert sum(a.method == "POST" for a in server.asked[before:]) == 2
    assert list((tmp_path / "kept").rglob("*.json")) == []


def test_pieces_of_another_day_are_dropped(fetch, server, tmp_path):
    server.on("/api/interpreter", interpreter, Reply(status=400))
    fault(fetch)
    (old,) = (tmp_path / "kept").rglob("*.json")
    os.utime(old, (time.time() - 90_000,) * 2)
    server.on("/api/interpreter", interpreter)
    before = len(server.asked)
    fetch()
    assert sum(a.method == "POST" for a in server.asked[before:]) == 3


def test_a_slot_that_is_far_off_is_told_not_waited_for(fetch, server, slept):
    free = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"Connected as: 1\nCurrent time: x\nAnnounced endpoint: none\nRate limit: 2\nSlot available after: {free}, in 7200 seconds.\n"
    server.on("/api/status", Reply(text.encode()))
    told = fault(fetch)
    assert told.code == "fetch.busy"
    assert 119 <= told.fields["minutes"] <= 121
    assert slept == []


def test_a_redirect_is_not_followed(fetch, server):
    server.on("/api/interpreter", Reply(status=302, headers={"Location": f"{server.base}/x"}))
    assert fault(fetch).code == "fetch.status"
    assert "/x" not in server.paths()


def test_an_answer_over_the_limit_is_stopped(fetch, server):
    huge = b'{"elements": [' + b" " * (1 << 20) + b"]}"
    server.on("/api/interpreter", Reply(huge))
    assert fault(fetch).code == "fetch.too_big"
    server.on(
        "/api/interpreter", Reply(huge, headers={"Content-Length": "", "Connection": "close"})
    )
    assert fault(fetch).code == "fetch.too_big"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>login</html>",
        b"[1, 2]",
        b'{"elements": 5}',
        b'{"elements": [{"type": "node", "id": "x", "lat": 1, "lon": 2}]}',
        b'{"elements": [{"type": "way", "id": 1, "nodes": ["a"]}]}',
        b'{"elements": [{"type": "gate", "id": 1}]}',
        b'{"elements": [{"type": "node", "id": 99999999999999999999, "lat": 1, "lon": 2}]}',
        b"[" * 200_000,
    ],
)
def test_an_answer_that_is_none_is_told(fetch, server, body):
    server.on("/api/interpreter", Reply(body))
    assert fault(fetch).code == "fetch.not_understood"


def test_an_empty_area_is_told(fetch, server):
    server.on("/api/interpreter", recorded("overpass_empty.json"))
    assert fault(fetch).code == "fetch.osm_nothing"


def test_a_silent_server_times_out(fetch, server):
    server.on("/api/interpreter", Reply(b"{}", wait_s=1.0))
    manners = replace(QUICK, read_s=0.3, tries=1)
    assert fault(fetch, manners=manners).code == "fetch.timeout"


def test_nothing_listening_is_told(fetch, source):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        dead = replace(source, url=f"http://127.0.0.1:{door.getsockname()[1]}/api")
    assert fault(fetch, source=dead, rate_limit=False).code == "fetch.no_network"


def test_a_name_that_cannot_be_looked_up_asks_no_foreign_name_server(fetch, source, monkeypatch):
    asked = []

    def nobody(host, *_args, **_more):
        asked.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    monkeypatch.setattr(socket, "gethostbyname", nobody)
    monkeypatch.setattr("osmnx._http._original_getaddrinfo", nobody)
    monkeypatch.setenv("NO_PROXY", "*")
    lost = replace(source, url="https://overpass.invalid/api")
    assert fault(fetch, source=lost, rate_limit=False).code == "fetch.no_name"
    assert set(asked) == {"overpass.invalid"}


@pytest.fixture
def nominatim(server, tmp_path, slept):
    def run(name):
        at = replace(sources()["nominatim"], url=f"{server.base}/nominatim/")
        return find_place(
            name, source=at, folder=tmp_path / "kept", manners=QUICK, sleep=slept.append
        )

    return run


def test_a_place_is_found_by_its_name_with_an_outline(nominatim, server):
    server.recorded("/nominatim/search", "nominatim_place.json")
    place = nominatim("Kabupaten Contoh")
    assert (place.osm_id, place.geometry.geom_type) == ("r7", "Polygon")
    assert place.name.startswith("Kabupaten Contoh")
    assert place.geometry.equals(AREA)
    assert "q=Kabupaten+Contoh" in server.asked[0].path


@pytest.mark.parametrize("body", [b"[]", (RECORDED / "nominatim_point_only.json").read_bytes()])
def test_a_name_without_an_outline_is_told(nominatim, server, body):
    server.on("/nominatim/search", Reply(body))
    with pytest.raises(InputError) as raised:
        nominatim("Antah Berantah")
    assert raised.value.code == "fetch.no_place"
    assert "Antah Berantah" in raised.value.say(lang="id")


def test_the_recorded_answers_are_what_they_say():
    for path in Path(RECORDED).glob("overpass_*.json"):
        assert "elements" in json.loads(path.read_text(encoding="utf-8"))

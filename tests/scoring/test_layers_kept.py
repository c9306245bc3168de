"""Networks and people kept from run to run: the same bits, and never those of another world."""

import dataclasses
import time
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import worlds
from worlds import X0, Y0

from geo import streets
from geo.streets.kept import from_arrays, to_arrays
from scoring import measure, people
from scoring.ahead import make_ready
from scoring.criteria import load_catalogue
from scoring.layers import Layers
from scoring.study import run_study
from scoring.weights import Scenario

ADULT = Scenario(name="awal", programme="kerja-sosial", as_of="2026-11-24")
NOTHING = worlds.register([])
SITES = worlds.candidates(["library", "school"], xy=[(0, 0), (3_000, 0)])
_LINES = [[(0, 0), (9_000, 0)], [(9_000, 0), (9_000, 4_000)], [(3_000, 0), (3_000, 2_000)]]
_TAGS = ("name", "surface", "oneway", "access", "maxspeed", "junction", "bridge", "tunnel")
ROADS = gpd.GeoDataFrame(
    {"highway": ["secondary", "tertiary", "residential"]} | {tag: [""] * 3 for tag in _TAGS},
    geometry=[shapely.LineString([(X0 + x, Y0 + y) for x, y in line]) for line in _LINES],
    crs=worlds.UTM,
)
HOUSES = [(400.0 * i, 300.0) for i in range(20)]
GIVEN = {
    "streets": worlds.layer("streets", ROADS),
    "places": worlds.layer(
        "places", worlds.points([(9_000, 3_000)], kind=["puskesmas"], name=[""])
    ),
    "buildings": worlds.layer("buildings", worlds.points(HOUSES)),
    "people": worlds.layer(
        "people",
        worlds.polygons(
            [(-500, -500, 5_000, 900), (5_000, -500, 9_500, 900)],
            population=[90.0, 60.0],
            kecamatan=["A", "B"],
        ),
    ),
}


class Shelf:
    """A store in memory."""

    def __init__(self):
        self.held = {}

    def recall(self, name, key):
        found = self.held.get(name)
        return found[1] if found and found[0] == key else None

    def keep(self, name, key, arrays):
        self.held[name] = (key, arrays)


def world(store=None, *, given=GIVEN, speeds=None):
    return Layers(crs=worlds.UTM, by_kind=given, speeds=speeds or {}, store=store)


def evidence(layers):
    return run_study(SITES, layers, ADULT, register=NOTHING).evidence


def refuse(*_, **__):
    raise AssertionError("made anew")


def test_a_network_comes_back_from_its_arrays_bit_for_bit():
    built = streets.build(ROADS, profile="motorcycle")
    again = from_arrays(to_arrays(built), profile=built.profile, crs=built.crs)
    for name, values in to_arrays(built).items():
        np.testing.assert_array_equal(values, to_arrays(again)[name])
    ways = [
        streets.cost_minutes(n, SITES.points, SITES.points, "motorcycle") for n in (built, again)
    ]
    np.testing.assert_array_equal(*ways)
    assert ways[0][0, 1] > 1


def test_what_is_kept_is_not_made_again_and_tells_the_same(monkeypatch):
    shelf = Shelf()
    plain, first = evidence(world()), evidence(world(shelf))
    assert {"streets-motorcycle", "people"} <= set(shelf.held)
    monkeypatch.setattr(streets, "build", refuse)
    monkeypatch.setattr(people, "people_of", refuse)
    again = evidence(world(shelf))
    for told in (first, again):
        pd.testing.assert_frame_equal(plain, told)


def test_another_speed_or_another_extract_is_another_network(monkeypatch):
    shelf = Shelf()
    usual = world(shelf).network("motorcycle")
    slow = {"motorcycle": {"speeds_kmh": {"secondary": 10.0}}}
    changed = world(shelf, speeds=slow).network("motorcycle")
    assert changed.arcs.minutes.sum() > usual.arcs.minutes.sum()
    fewer = dataclasses.replace(GIVEN["streets"], data=ROADS.iloc[:2], hash="another")
    less = world(shelf, given=GIVEN | {"streets": fewer}).network("motorcycle")
    assert len(less.edges.tail) < len(usual.edges.tail)
    monkeypatch.setattr(streets, "build", refuse)
    with pytest.raises(AssertionError, match="made anew"):
        world(shelf).network("motorcycle")  # the last one of a name is kept, no other


def test_what_was_forgotten_is_made_again():
    layers = world()
    before = layers.network("walk")
    layers.forget()
    after = layers.network("walk")
    assert after is not before
    np.testing.assert_array_equal(after.arcs.minutes, before.arcs.minutes)


def test_a_fault_in_a_measure_of_its_own_thread_is_not_swallowed(monkeypatch):
    assert "population_within" in measure.BESIDE
    monkeypatch.setattr(measure, "MEASURES", dict(measure.MEASURES) | {"population_within": refuse})
    with pytest.raises(AssertionError, match="made anew"):
        evidence(world())


class Memory:
    """What was measured, in memory."""

    def __init__(self):
        self.held = {}

    def recall(self, key):
        return self.held.get(key)

    def keep(self, key, rows):
        self.held[key] = rows


def ready(layers, memory):
    catalogue = load_catalogue()
    letter = catalogue.programme(ADULT.programme).letter
    make_ready(layers, catalogue.scored(ADULT.programme), letter=letter, memory=memory)


@pytest.fixture
def made(monkeypatch):
    calls = []
    build, laid_out = streets.build, people.people_of

    def slowly(*given, **more):
        calls.append(more["profile"].mode)
        time.sleep(0.05)
        return build(*given, **more)

    def once(layers):
        calls.append("people")
        return laid_out(layers)

    monkeypatch.setattr(streets, "build", slowly)
    monkeypatch.setattr(people, "people_of", once)
    return calls


def test_networks_and_people_are_made_before_anybody_asks_and_only_once(made):
    layers = world()
    ready(layers, Memory())
    assert sorted(made) == ["motorcycle", "people", "walk"]
    told = evidence(layers)
    assert sorted(made) == ["motorcycle", "people", "walk"]
    pd.testing.assert_frame_equal(told, evidence(world()))


def test_where_everything_is_kept_nothing_is_made_ahead(made):
    memory = Memory()
    run_study(SITES, world(), ADULT, register=NOTHING, memory=memory)
    made.clear()
    ready(world(), memory)
    assert made == []


def test_two_threads_that_ask_for_a_network_get_the_same_one(made):
    layers = world()
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(layers.network, ["walk", "walk"])
    assert one is other
    assert made == ["walk"]


def test_streets_that_are_open_to_nobody_are_no_fault_of_what_is_made_ahead():
    shut = dataclasses.replace(GIVEN["streets"], data=ROADS.assign(access="no"), hash="shut")
    ready(world(given=GIVEN | {"streets": shut}), Memory())

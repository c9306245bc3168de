"""What each criterion of areas measures, against numbers made another way."""

from dataclasses import replace

import numpy as np
import pytest
import worlds
from desa_made import SIDE, boxes, column, desa, people, places

import scoring.areas_evidence as evidence_of_areas
from scoring.areas import run_areas
from scoring.areas_catalogue import load_area_catalogue

ONE = [(0.0, 0.0, 2000.0, 2000.0)]
WALKED_15_MIN_M = 15 / 60 * 4500


def run(study, frame, *layers, **more):
    return run_areas(study, worlds.layers(worlds.layer("areas", frame), *layers), **more)


def share_of_square(inside, side=2000.0, n=1000):
    """Share of a square where `inside` of (x, y) holds, by a fine raster of its own."""
    line = (np.arange(n) + 0.5) * side / n
    return float(inside(*np.meshgrid(line, line)).mean())


def test_hosts_are_counted_where_people_walk_to_them_in_15_minutes():
    spots = [(1000, 1000), (200, 300), (9000, 9000)]
    found = run(places(spots), desa(ONE))
    exact = sum(
        share_of_square(lambda x, y, a=a, b=b: np.hypot(x - a, y - b) <= WALKED_15_MIN_M)
        for a, b in spots
    )
    value, sd = column(found, "hosts_near")
    assert value[0] == pytest.approx(exact, abs=0.05)  # people stand in squares of 250 m
    assert sd[0] >= 0.5


def test_no_host_listed_is_unknown_and_one_out_of_reach_is_none():
    nobody = run(places([(500, 500)], ["empty_land"]), desa(ONE))
    assert np.isnan(column(nobody, "hosts_near")[0]).all()
    far = run(places([(9000, 9000)]), desa(ONE))
    assert column(far, "hosts_near")[0].tolist() == [0.0]


def lines(*ways):
    import geopandas as gpd
    import shapely

    shapes = [shapely.LineString([(worlds.X0 + x, worlds.Y0 + y) for x, y in w]) for w in ways]
    frame = gpd.GeoDataFrame({"highway": "residential"}, index=range(len(ways)), geometry=shapes)
    return worlds.layer("streets", frame.set_crs(worlds.UTM))


def test_streets_that_lead_to_no_host_leave_the_number_unknown_not_zero():
    """A fragment of a map: the desa's own lane is not joined to the host's."""
    host = places([(1000, 1900)])
    joined = lines([(0, 1000), (1000, 1000), (2000, 1000)], [(1000, 1000), (1000, 1900)])
    apart = lines([(0, 1000), (2000, 1000)], [(990, 1900), (1010, 1900)])
    assert column(run(host, desa(ONE), joined), "hosts_near")[0][0] > 0
    assert np.isnan(column(run(host, desa(ONE), apart), "hosts_near")[0][0])


def test_where_no_street_is_mapped_people_walk_straight_to_a_host_beside_them():
    """The only mapped street passes 3 km to the north: the desa is still around its host."""
    host = places([(1000, 1000)])
    street = lines([(0, 5000), (2000, 5000)])
    with_street = column(run(host, desa(ONE), street), "hosts_near")
    without = column(run(host, desa(ONE)), "hosts_near")
    assert with_street == without
    assert without[0][0] > 0


def test_young_people_within_two_kilometres_are_the_stated_share_of_all():
    grid = boxes(7, 7)
    found = run(places([(500, 500)]), desa(grid), people(grid, 1000.0))
    middle = found.study.candidates.ids.index(f"a-33.04.01.{2001 + 24}")
    value, sd = column(found, "youth_near")
    exact = load_area_catalogue().youth.share * 1000 * np.pi * 2.0**2 * (1000 / SIDE) ** 2
    assert value[middle] == pytest.approx(exact, rel=0.02)
    assert sd[middle] / value[middle] == pytest.approx(np.hypot(0.35, 0.015 / 0.097), abs=1e-3)


def harmful(*spots, kind="bar"):
    return worlds.layer("places", worlds.points(spots, kind=[kind] * len(spots), name=["X"]))


def test_the_share_away_from_harmful_places_is_that_of_the_settlement():
    found = run(places([(500, 500)]), desa(ONE), harmful((1000, 1000)))
    value, sd = column(found, "settlement_clear")
    assert value[0] == pytest.approx(1 - np.pi * 0.3**2 / 4, abs=0.01)
    assert 0.05 < sd[0] < 0.25


def test_nothing_harmful_on_the_map_is_not_certain_to_be_clear():
    mapped = run(places([(500, 500)]), desa(ONE), harmful((9000, 9000)))
    silent = run(places([(500, 500)]), desa(ONE), harmful((900, 900), kind="school"))
    assert column(mapped, "settlement_clear") == ([1.0], [0.02])
    assert column(silent, "settlement_clear") == ([1.0], [0.29])
    nothing = run(places([(500, 500)]), desa(ONE))
    assert np.isnan(column(nothing, "settlement_clear")[0][0])


def flood(box, **more):
    return worlds.layer("flood", worlds.polygons([box], class_=[3.0]), **more)


def test_hazard_is_the_share_of_the_settlement_and_a_silent_map_is_no_safety():
    half = (0, 0, 2000, 1000)
    declared = run(places([(500, 500)]), desa(ONE), flood(half, full_cover=True))
    assert column(declared, "settlement_hazard")[0][0] == pytest.approx(0.5, abs=0.03)
    third = (0, 0, 2000, 700)
    silent = run(places([(500, 500)]), desa(ONE), flood(third))
    assert np.isnan(column(silent, "settlement_hazard")[0][0])


def test_where_nobody_lives_is_not_counted():
    """Rice fields cover the flooded half: the other half is where people live."""
    fields = worlds.polygons([(0, 0, 2000, 1000)], class_=["Sawah"])
    cover = worlds.layer("land-cover", fields)
    low = flood((0, 0, 2000, 990), full_cover=True)
    found = run(places([(500, 500)]), desa(ONE), cover, low)
    assert column(found, "settlement_hazard")[0][0] == pytest.approx(0.0, abs=0.03)


def test_buildings_say_where_people_live_where_enough_are_mapped():
    """200 houses in one corner of a desa of 1,000: the bar beside them is what counts."""
    spots = [(100 + 10 * (k % 20), 100 + 10 * (k // 20)) for k in range(200)]
    houses = worlds.layer("buildings", worlds.points(spots, area_m2=[50.0] * 200))
    bar = harmful((200, 150))
    with_houses = run(places([(500, 500)]), desa(ONE), people(ONE), houses, bar)
    without = run(places([(500, 500)]), desa(ONE), people(ONE), bar)
    assert column(with_houses, "settlement_clear")[0][0] == 0.0
    assert column(without, "settlement_clear")[0][0] > 0.9
    thin = run(places([(500, 500)]), desa(ONE), people(ONE, 5000.0), houses, bar)
    assert column(thin, "settlement_clear")[0][0] > 0.9


class Kept:
    """A memory that counts."""

    def __init__(self):
        self.rows, self.made = {}, 0

    def recall(self, key):
        return self.rows.get(key)

    def keep(self, key, rows):
        self.made += 1
        self.rows[key] = rows


def test_measures_are_kept_until_a_rule_of_settlement_changes(monkeypatch):
    memory, layers = Kept(), (people(ONE), harmful((1000, 1000)))
    study = places([(1000, 1000)])
    first = run(study, desa(ONE), *layers, memory=memory)
    made = memory.made
    assert made == 5
    again = run(study, desa(ONE), *layers, memory=memory)
    assert memory.made == made
    np.testing.assert_array_equal(again.study.matrix.mean, first.study.matrix.mean)
    rules = load_area_catalogue()
    for change in ({"most_points": 100}, {"share_sd": dict.fromkeys(rules.settlement.share_sd, 1)}):
        told = replace(rules, settlement=replace(rules.settlement, **change))
        monkeypatch.setattr("scoring.areas.load_area_catalogue", lambda told=told: told)
        before = memory.made
        run(study, desa(ONE), *layers, memory=memory)
        assert memory.made == before + 5


def test_other_hosts_are_counted_anew_and_nothing_else():
    memory = Kept()
    run(places([(1000, 1000)]), desa(ONE), people(ONE), memory=memory)
    before = memory.made
    run(places([(1000, 1000), (900, 900)]), desa(ONE), people(ONE), memory=memory)
    assert memory.made == before + 1


def test_every_measure_says_on_which_layers_it_stands():
    measures = evidence_of_areas.MEASURES
    assert set(measures) == set(evidence_of_areas.USES)
    used = {c.measure for c in load_area_catalogue().catalogue.criteria.values()}
    assert used == {*measures, "survey"}

"""Travel on a small grid of streets whose minutes are known by hand."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
import worlds
from worlds import X0, Y0

from scoring.demand import demand_points
from scoring.study import run_study
from scoring.travel import served_places
from scoring.trips import nearest, straight
from scoring.weights import Scenario

ADULT = Scenario(name="awal", programme="kerja-sosial", as_of="2026-11-24")
OFFICE = Scenario(name="awal", programme="pos-bapas", as_of="2026-11-24")
NOTHING = worlds.register([])


def road(x0, y0, x1, y1, highway="secondary"):
    return {
        "highway": highway,
        "geometry": shapely.LineString([(X0 + x0, Y0 + y0), (X0 + x1, Y0 + y1)]),
    }


def streets(*roads):
    columns = ("name", "surface", "oneway", "access", "maxspeed", "junction", "bridge", "tunnel")
    frame = gpd.GeoDataFrame(list(roads), crs=worlds.UTM)
    return worlds.layer("streets", frame.assign(**dict.fromkeys(columns, "")))


VALLEY = streets(road(0, 0, 20_000, 0), road(20_000, 0, 20_000, 5_000, "tertiary"))


def places(xy, kinds):
    frame = worlds.points(xy, kind=list(kinds), name=[""] * len(kinds))
    return worlds.layer("places", frame)


def minutes_of(result, key):
    return result.matrix.mean[:, [c.key for c in result.criteria].index(key)]


def run(candidates, *layers, scenario=ADULT):
    return run_study(candidates, worlds.layers(*layers), scenario, register=NOTHING)


def test_health_response_follows_the_road_and_its_speed():
    sites = worlds.candidates(["library", "library"], xy=[(0, 0), (10_000, 0)])
    health = places([(20_000, 0)], ["puskesmas"])
    far, near = minutes_of(run(sites, VALLEY, health), "health_response")
    assert far == pytest.approx(2 * near, rel=0.01)
    assert 10 < far < 45


def test_without_streets_minutes_are_as_the_crow_flies_and_say_so():
    sites = worlds.candidates(["library"], xy=[(0, 0)])
    result = run(sites, places([(11_000, 0)], ["puskesmas"]))
    assert minutes_of(result, "health_response")[0] == pytest.approx(
        3 + 1.6 * 11 / 22 * 60, abs=0.01
    )
    row = result.evidence[result.evidence["criterion"] == "health_response"].iloc[0]
    assert "straight-line" in row["source"]
    assert row["sd"] == pytest.approx(0.4 * row["value"] + 3, abs=0.01)


def test_a_place_over_5_km_off_the_streets_goes_straight_and_the_others_do_not():
    sites = worlds.candidates(["library", "library"], xy=[(0, 9_000), (0, 0)])
    result = run(sites, VALLEY, places([(10_000, 0)], ["puskesmas"]))
    sources = result.evidence[result.evidence["criterion"] == "health_response"]["source"].tolist()
    assert ["straight-line" in s for s in sources] == [True, False]


def test_an_office_in_another_town_is_reached_straight():
    sites = worlds.candidates(["library"], xy=[(0, 0)])
    offices = worlds.layer(
        "offices", worlds.points([(-40_000, 0), (5_000, 0)], active=[True, False])
    )
    reach = minutes_of(run(sites, VALLEY, offices), "officer_reach")[0]
    assert reach == pytest.approx(straight(np.array([40_000.0]), mode="motorcycle")[0], abs=0.01)


def test_what_cannot_be_reached_is_unknown_not_far():
    island = streets(road(0, 0, 4_000, 0), road(0, 3_000, 4_000, 3_000))
    points = worlds.points([(100, 0)]).geometry
    targets = worlds.points([(100, 3_000)]).geometry
    network = worlds.layers(island).network("motorcycle")
    assert np.isnan(nearest(points, targets, network, mode="motorcycle").minutes[0])


def people(kecamatan=("Atas", "Bawah")):
    boxes = [(-500, -500, 500, 500), (19_500, -500, 20_500, 500)]
    frame = worlds.polygons(boxes, population=[3_000.0, 1_000.0], kecamatan=list(kecamatan))
    return worlds.layer("people", frame)


def demand(counts):
    import pandas as pd

    frame = pd.DataFrame({"kecamatan": ["Atas", "Bawah"], "sentences_per_year": counts})
    return worlds.layer("demand", frame.assign(clients=np.nan))


def test_demand_is_spread_by_population_unless_counts_say_otherwise():
    assert demand_points(worlds.layers(people())) is None
    plain = demand_points(worlds.layers(people()), by_population=True)
    assert plain.share == pytest.approx([0.75, 0.25])
    counted = demand_points(worlds.layers(people(), demand([10.0, 30.0])))
    assert counted.share == pytest.approx([0.25, 0.75])


def test_a_withheld_count_gets_the_mean_rate_of_the_others():
    hidden = demand_points(worlds.layers(people(), demand([30.0, np.nan])))
    assert hidden.share == pytest.approx([0.75, 0.25])


def test_client_access_is_the_share_within_45_minutes_and_for_an_office_the_mean():
    long = streets(road(0, 0, 60_000, 0))
    boxes = [(-500, -500, 500, 500), (59_500, -500, 60_500, 500)]
    frame = worlds.polygons(boxes, population=[3_000.0, 1_000.0], kecamatan=["Atas", "Bawah"])
    crowd = worlds.layer("people", frame)
    counts = demand([30.0, 10.0])
    sites = worlds.candidates(["village_office"], xy=[(100, 0)])
    assert minutes_of(run(sites, long, crowd, counts), "client_access")[0] == pytest.approx(0.75)
    mean = minutes_of(run(sites, long, crowd, counts, scenario=OFFICE), "client_access")[0]
    assert np.isnan(minutes_of(run(sites, long, crowd), "client_access")[0])
    one_way = 60_000 / 1000 / 60 * 60  # at 60 km/h
    assert 0.2 * one_way < mean < one_way


def test_a_served_road_is_a_stop_everywhere_along_it():
    layers = worlds.layers(VALLEY, places([(500, 300)], ["bus_stop"]))
    served = served_places(layers, stops=["bus_stop"], roads=["secondary"])
    assert len(served) == 3
    assert served_places(worlds.layers(), stops=["bus_stop"], roads=["secondary"]) is None


def test_a_study_may_change_a_speed_and_its_minutes_change():
    sites = worlds.candidates(["library"], xy=[(0, 0)])
    given = [VALLEY, places([(20_000, 0)], ["puskesmas"])]
    usual = minutes_of(run(sites, *given), "health_response")[0]
    from scoring.layers import Layers

    slow = {"motorcycle": {"speeds_kmh": {"secondary": 10.0}}}
    world = Layers(crs=worlds.UTM, by_kind={one.kind: one for one in given}, speeds=slow)
    changed = run_study(sites, world, ADULT, register=NOTHING)
    assert minutes_of(changed, "health_response")[0] == pytest.approx(120, rel=0.02)
    assert usual < 60

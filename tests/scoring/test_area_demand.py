"""Demand by kecamatan: people and counts are kept, what is unknown stays so, minutes are the study's."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from scoring.area_demand import _mean, area_demand, offices_told
from scoring.layers import Layer, Layers
from scoring.trips import straight

UTM = CRS.from_epsg(32749)
X, Y = 400_000.0, 9_180_000.0


def layer(kind, data):
    return Layer(kind=kind, hash=kind, source=kind, data=data)


def desa(**told):
    """Four desa of 2 km in a row, two kecamatan of one name in two regencies, and one more."""
    codes = ["33.04.01.2001", "33.04.01.2002", "33.03.01.2001", "33.04.02.2001"]
    shapes = [shapely.box(X + 2e3 * k, Y, X + 2e3 * k + 2e3, Y + 2e3) for k in range(4)]
    columns = {
        "code": codes,
        "kecamatan": ["Kota", "Kota", "kota", "Bawang"],
        "name": list("abcd"),
        "level": "desa",
        "population": [100.0, 300.0, 50.0, 80.0],
    }
    return gpd.GeoDataFrame(columns | told, geometry=shapes, crs=UTM)


def offices(*places):
    frame = {"name": [f"Bapas {k}" for k in range(len(places))], "active": [a for *_, a in places]}
    points = [shapely.Point(X + x, Y + 1e3) for x, _ in places]
    return gpd.GeoDataFrame(frame, geometry=points, crs=UTM)


def demand(rows):
    names = ("kecamatan", "code", "sentences_per_year", "clients")
    frame = pd.DataFrame(rows, columns=list(names))
    return frame.astype({"sentences_per_year": float, "clients": float})


def layers(**data):
    return Layers(crs=UTM, by_kind={kind: layer(kind, d) for kind, d in data.items()})


def test_people_are_summed_by_code_and_stand_at_their_middle():
    found, why = area_demand(layers(people=desa()))
    assert why == ""
    assert found["code"].tolist() == ["33.03.01", "33.04.01", "33.04.02"]
    assert found["regency"].tolist() == ["33.03", "33.04", "33.04"]
    assert found["people"].tolist() == [50.0, 400.0, 80.0]
    middle = found.to_crs(UTM).geometry.x - X
    assert middle.to_numpy() == pytest.approx([5e3, (100 * 1e3 + 300 * 3e3) / 400, 7e3], abs=0.1)
    spread = np.sqrt((100 * 1.5**2 + 300 * 0.5**2) / 400)
    assert found["spread_km"].to_numpy() == pytest.approx([0, spread, 0], abs=1e-6)


def test_counts_go_by_code_else_by_a_name_that_is_not_shared_and_nothing_is_made_nought():
    by_code = demand([["Kota", "33.04.01", 40, np.nan], ["Bawang", "", np.nan, 7]])
    found, _ = area_demand(layers(people=desa(), demand=by_code))
    clients = found.set_index("code")["clients"]
    assert clients["33.04.01"] == 40
    assert clients["33.04.02"] == 7
    assert np.isnan(clients["33.03.01"])
    shared = demand([["KOTA ", "", 40, np.nan], ["Bawang", "", np.nan, np.nan]])
    found, _ = area_demand(layers(people=desa(), demand=shared))
    assert found["clients"].isna().all()


def test_minutes_are_those_to_the_nearest_active_office():
    near_closed = offices((0.0, False), (8e3, True))
    found, _ = area_demand(layers(people=desa(), offices=near_closed))
    far = {"33.04.01": [7e3, 5e3], "33.03.01": [3e3], "33.04.02": [1e3]}
    weight = {"33.04.01": [100, 300], "33.03.01": [1], "33.04.02": [1]}
    for code, row in found.set_index("code").iterrows():
        minutes = straight(np.array(far[code]), mode="motorcycle")
        assert row["office_min"] == pytest.approx(np.average(minutes, weights=weight[code]))
        assert row["flown_km"] == pytest.approx(np.average(far[code], weights=weight[code]) / 1e3)
        assert row["office_km"] == pytest.approx(1.6 * row["flown_km"])
        assert row["way"] == "straight-line"


def test_without_an_active_office_minutes_are_unknown():
    for given in ({}, {"offices": offices((0.0, False))}):
        found, _ = area_demand(layers(people=desa(), **given))
        assert found[["office_min", "office_km", "flown_km"]].isna().all(axis=None)
        assert set(found["way"]) == {""}


def test_a_mean_over_less_than_nine_in_ten_of_the_people_is_unknown():
    values, at = np.array([10.0, np.nan, 20.0, np.nan]), np.array([0, 0, 1, 1])
    found = _mean(values, np.array([90.0, 10.0, 89.0, 11.0]), at)
    assert found[0] == 10.0
    assert np.isnan(found[1])


def test_people_as_points_take_the_kecamatan_they_lie_in():
    rng = np.random.default_rng(1)
    points = shapely.points(X + rng.uniform(0, 8e3, 500), Y + rng.uniform(0, 2e3, 500))
    people = gpd.GeoDataFrame({"population": np.full(500, 2.0)}, geometry=points, crs=UTM)
    areas = desa().drop(columns="population")
    found, why = area_demand(layers(people=people, areas=areas))
    assert why == ""
    x = shapely.get_x(points) - X
    inside = [((x > 4e3) & (x < 6e3)).sum(), (x < 4e3).sum(), (x > 6e3).sum()]
    assert found["people"].tolist() == [2.0 * n for n in inside]
    middle = found.to_crs(UTM).geometry.x.to_numpy() - X
    assert middle == pytest.approx([x[(x > 4e3) & (x < 6e3)].mean(), x[x < 4e3].mean(),
                                    x[x > 6e3].mean()], abs=0.1)  # fmt: skip
    assert area_demand(layers(people=people))[1] == "no_areas"


def test_nobody_known_is_said_and_not_a_row():
    for given in ({}, {"people": desa(population=[np.nan] * 4)}, {"people": desa().iloc[:0]}):
        found, why = area_demand(layers(**given))
        assert (len(found), why) == (0, "no_people")


def test_offices_are_told_by_name_with_their_place():
    told = offices_told(layers(offices=offices((8e3, True), (0.0, False))))
    assert [(o["name"], o["active"]) for o in told] == [("Bapas 0", True), ("Bapas 1", False)]
    assert all(108 < o["lon"] < 111 for o in told)
    assert offices_told(layers()) == []

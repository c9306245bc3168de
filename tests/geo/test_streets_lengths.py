"""Kilometres of many quickest trips at once are those of the trips drawn one by one."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.streets import build, cost_minutes, path
from geo.streets.lengths import quickest_km
from scoring.trips import kilometres

CRS = "EPSG:32749"
X0, Y0 = 350_000.0, 9_180_000.0


def grid(seed, side=7, step_m=700.0):
    """Streets between jittered crossings; some are slow, some open one way, one is an island."""
    draw = np.random.default_rng(seed)
    at = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), -1) * step_m
    at = at + draw.normal(0, 120, at.shape) + [X0, Y0]
    lines = [
        (at[i, j], at[k, m])
        for i in range(side)
        for j in range(side)
        for k, m in ((i + 1, j), (i, j + 1))
        if k < side and m < side
    ]
    kept = draw.random(len(lines)) < 0.85
    lines = [shapely.LineString(line) for line, use in zip(lines, kept, strict=True) if use]
    lines.append(shapely.LineString([(X0 + 30_000, Y0), (X0 + 30_400, Y0), (X0 + 30_900, Y0 + 90)]))
    tags = {
        "highway": draw.choice(["primary", "residential", "track"], len(lines)),
        "oneway": draw.choice(["yes", "no", "no"], len(lines)),
    }
    return build(gpd.GeoDataFrame(tags, geometry=lines, crs=CRS), profile="motorcycle")


def places(xy):
    return gpd.GeoSeries(shapely.points(np.asarray(xy)), crs=CRS)


@pytest.mark.parametrize("seed", range(3))
def test_lengths_are_those_of_the_drawn_trips(seed):
    streets, draw = grid(seed), np.random.default_rng(seed + 10)
    corner = np.array([X0, Y0])
    spots = corner + draw.uniform(0, 4_200, (25, 2))
    here = places(spots)
    there = places(np.vstack([corner + draw.uniform(0, 4_200, (4, 2)), spots[3]]))
    got = quickest_km(streets, here, there)
    for i in range(len(here)):
        for j in range(len(there)):
            told = path(streets, here.iloc[[i]], there.iloc[[j]])
            assert got[i, j] == pytest.approx(told.km, abs=2e-5, nan_ok=True)
    assert got[3, 4] == 0
    assert (np.isnan(got) == ~np.isfinite(cost_minutes(streets, here, there, "motorcycle"))).all()


def test_what_lies_off_the_streets_goes_straight_with_a_detour_and_an_island_is_unknown():
    streets = grid(0)
    here = places([(X0 + 1_000, Y0 + 1_000), (X0, Y0 - 9_000), (X0 + 30_200, Y0)])
    there = places([(X0 + 2_000, Y0 + 2_000), (X0 - 20_000, Y0)])
    got = kilometres(here, there, streets)
    assert got[0, 0] == pytest.approx(quickest_km(streets, here, there)[0, 0])
    assert got[0, 0] > np.hypot(1, 1)
    assert got[1, 0] == pytest.approx(1.6 * np.hypot(2, 11))
    assert got[:, 1] == pytest.approx(1.6 * np.hypot([21, 20, 50.2], [1, 9, 0]))
    assert np.isnan(got[2, 0])
    assert kilometres(here, there, None)[0, 0] == pytest.approx(1.6 * np.hypot(1, 1))

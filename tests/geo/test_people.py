"""People spread over buildings, land cover, rasters and plain ground: nobody lost, nobody made."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box

from geo.errors import CrsError, InputError
from geo.nearby import people_points_within, people_within
from geo.people import spread
from geo.people_near import people_raster_within
from geo.terrain import Raster

UTM = "EPSG:32749"
nan = math.nan


def frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=UTM)


def patchwork(seed, n=12, size=6_000):
    square = box(0, 0, size, size)
    seeds = shapely.MultiPoint(np.random.default_rng(seed).uniform(0, size, (n, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=square))
    return frame(shapely.intersection(cells, square), name=[f"Desa {k}" for k in range(n)])


def raster_of(path, cells, *, step=100.0, top=6000.0, crs=UTM):
    cells = np.asarray(cells, "float64")
    with rasterio.open(path, "w", driver="GTiff", height=cells.shape[0], width=cells.shape[1],
                       count=1, dtype="float64", crs=crs, nodata=-1,
                       transform=Affine(step, 0, 0, 0, -step, top)) as out:  # fmt: skip
        out.write(cells, 1)
    return Raster.open(path)


def buildings(seed, n=4_000):
    rng = np.random.default_rng(seed)
    return frame(shapely.points(rng.uniform(0, 6_000, (n, 2))), area_m2=rng.lognormal(4, 1, n))


def per_area(found, n):
    return np.bincount(found.points["area"], found.points["people"], n)


def sources(seed, folder):
    rng = np.random.default_rng(seed)
    cover = [box(*(a := rng.uniform(0, 5_000, 2)), *(a + rng.uniform(50, 2_500, 2))) for _ in "abc"]
    yield None
    yield buildings(seed)
    yield frame(cover)
    yield raster_of(folder / f"{seed}.tif", rng.poisson(2.0, (60, 60)))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("whole", [False, True])
def test_every_area_keeps_its_people_whatever_they_are_spread_over(tmp_path, seed, whole):
    areas = patchwork(seed)
    totals = np.random.default_rng(seed).integers(0, 9_000, len(areas)).astype(float)
    totals[3] = 0
    for onto in sources(seed, tmp_path):
        found = spread(areas, totals, onto, whole=whole, grid_m=90)
        np.testing.assert_allclose(per_area(found, len(areas)), totals, rtol=0 if whole else 1e-9)
        assert (found.points["people"] > 0).all()
        if whole:
            assert (np.mod(found.points["people"], 1) == 0).all()
            assert found.points["people"].sum() == totals.sum()  # to the last person


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**31), st.integers(0, 500), st.integers(1, 40))
def test_whole_persons_are_never_more_than_one_off_their_share(seed, total, n):
    rng = np.random.default_rng(seed)
    homes = frame(shapely.points(rng.uniform(1, 99, (n, 2))), area_m2=rng.integers(1, 5, n))
    area = frame([box(0, 0, 100, 100)])
    exact = np.zeros(n)
    exact[:] = total * homes["area_m2"] / homes["area_m2"].sum()
    found = spread(area, [total], homes, whole=True).points
    assert found["people"].sum() == total
    homes_xy, there = (
        shapely.get_coordinates(homes.geometry),
        shapely.get_coordinates(found.geometry),
    )
    given_to = np.zeros(n)
    for xy, people in zip(there, found["people"], strict=True):
        given_to[np.flatnonzero((homes_xy == xy).all(axis=1))[0]] += people
    assert (np.abs(given_to - exact) < 1).all()


def test_buildings_take_people_by_their_floor_and_one_of_unknown_size_as_the_median():
    homes = frame([Point(10, 10), Point(20, 20), Point(30, 30), Point(900, 900)],
                  area_m2=[100.0, 300.0, nan, 70.0])  # fmt: skip
    found = spread(frame([box(0, 0, 100, 100)]), [500], homes).points  # the median of 3 is 100
    assert found["people"].tolist() == pytest.approx([100, 300, 100])
    plain = spread(frame([box(0, 0, 100, 100)]), [500], homes, weights=[1, 1, 2, 0]).points
    assert plain["people"].tolist() == pytest.approx([125, 125, 250])


def test_a_building_on_a_border_is_lived_in_once():
    halves = frame([box(0, 0, 50, 100), box(50, 0, 100, 100)])
    homes = frame([Point(50, 50), Point(10, 10), Point(90, 90)], area_m2=[1.0, 1.0, 1.0])
    found = spread(halves, [10, 10], homes).points
    assert len(found) == 3
    assert found["people"].sum() == pytest.approx(20)


def test_an_area_without_a_building_is_spread_evenly_and_told():
    areas = frame([box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)], name=["Ada", "Kosong"])
    homes = frame([Point(100, 100)], area_m2=[50.0])
    found = spread(areas, [300, 200], homes, grid_m=100)
    assert found.evenly.tolist() == [1]
    empty = found.points[found.points["area"] == 1]
    assert len(empty) == 100
    assert empty["people"].tolist() == pytest.approx([2.0] * 100)
    (note,) = found.notes
    assert note.reason(lang="id").startswith("1 wilayah")
    assert "Kosong" in note.reason(lang="en")
    assert note.fix(lang="id")
    assert spread(areas, [300, 0], homes).notes == ()  # nobody lives there: nothing to tell


def test_unknown_totals_and_missing_outlines_are_left_out_and_told_never_made_zero():
    areas = frame([box(0, 0, 100, 100), None, box(100, 0, 200, 100), Polygon()])
    found = spread(areas, [10, 20, nan, 5])
    assert found.left_out.tolist() == [1, 2, 3]
    assert found.points["people"].sum() == pytest.approx(10)
    assert [note.code for note in found.notes] == ["people.left_out"]
    assert "2, 3, 4" in found.notes[0].reason(lang="en")


def test_land_cover_weighs_by_its_exact_area_in_each_area():
    areas = frame([box(0, 0, 1000, 1000)])
    town, field = box(0, 0, 137, 250), box(500, 500, 900, 900)
    found = spread(areas, [1000], frame([town, field]), weights=[9, 1], grid_m=50).points
    in_town = found["people"][found.geometry.x < 300].sum()
    assert in_town == pytest.approx(1000 * 9 * town.area / (9 * town.area + field.area), rel=1e-12)


def test_evenly_spread_people_are_where_totals_by_area_put_them():
    areas = patchwork(5)
    totals = np.random.default_rng(5).integers(100, 9_000, len(areas))
    sites = gpd.GeoSeries(gpd.points_from_xy(*np.random.default_rng(6).uniform(0, 6000, (40, 2)).T),
                          crs=UTM)  # fmt: skip
    fine = spread(areas, totals, grid_m=20).points
    at_points = people_points_within(sites, fine, fine["people"], radius_m=900)
    by_area = people_within(sites, areas, totals, radius_m=900)
    np.testing.assert_allclose(at_points, by_area, rtol=0.01, atol=3)


def test_a_raster_in_degrees_gives_its_people_to_the_area_they_lie_in(tmp_path):
    grid = np.zeros((60, 60))
    grid[10, 10], grid[40, 50] = 3, 1
    grid[20:25, 20:25] = -1  # the file's mark of no data: nobody is put there
    raster = raster_of(tmp_path / "d.tif", grid, step=0.001, top=-7.0, crs="EPSG:4326")
    whole = gpd.GeoSeries([box(0, -7.06, 0.06, -7.0)], crs=4326).to_crs("EPSG:32731")
    found = spread(gpd.GeoDataFrame(geometry=whole), [400], raster).points
    assert found["people"].tolist() == pytest.approx([300, 100])
    lonlat = found.to_crs(4326).geometry
    assert lonlat.x.tolist() == pytest.approx([0.0105, 0.0505])
    assert lonlat.y.tolist() == pytest.approx([-7.0105, -7.0405])


def test_people_of_a_raster_within_a_circle_count_the_part_of_each_cell(tmp_path):
    cells = np.random.default_rng(3).uniform(0, 40, (60, 60))
    raster = raster_of(tmp_path / "p.tif", cells)
    xy = np.array([[3000.0, 3000], [1234.5, 4321], [3000, 5900], [-9000, 0], [nan, nan]])
    points = gpd.GeoSeries([Point(p) if np.isfinite(p).all() else None for p in xy], crs=UTM)
    people, share = people_raster_within(raster, points, radius_m=730)
    squares = np.array([[box(100 * c, 5900 - 100 * r, 100 * c + 100, 6000 - 100 * r)
                         for c in range(60)] for r in range(60)])  # fmt: skip
    for k in range(3):
        disc = Point(xy[k]).buffer(730, quad_segs=400)
        truth = (cells * shapely.area(shapely.intersection(squares, disc)) / 1e4).sum()
        assert people[k] == pytest.approx(truth, rel=1e-3)
    assert share[:2] == pytest.approx([1, 1], abs=1e-6)
    assert 0.5 < share[2] < 0.7
    np.testing.assert_array_equal(people[3:], [nan, nan])
    np.testing.assert_array_equal(share[3:], [0, nan])
    everyone, _ = people_raster_within(raster, points[:1], radius_m=9_000)
    assert everyone[0] == pytest.approx(cells.sum(), rel=1e-12)  # conserved


def test_circles_on_a_raster_in_degrees_are_true_circles(tmp_path):
    ones = raster_of(tmp_path / "d.tif", np.ones((300, 300)), step=0.001, top=-7.0, crs="EPSG:4326")
    sites = gpd.GeoSeries(gpd.points_from_xy([0.1, 0.2], [-7.1, -7.2]), crs=4326)
    people, share = people_raster_within(ones, sites.to_crs("EPSG:32731"), radius_m=5_000)
    wide, high = ones.cell_size_m
    assert people == pytest.approx(math.pi * 5_000**2 / (wide * high), rel=2e-3)
    assert share == pytest.approx([1, 1], abs=1e-6)


def test_what_cannot_be_spread_is_refused():
    area, home = frame([box(0, 0, 9, 9)]), frame([Point(1, 1)], area_m2=[-4.0])
    for code, call in (
        ("nearby.length", lambda: spread(area, [1, 2])),
        ("nearby.negative", lambda: spread(area, [-1])),
        ("people.grid", lambda: spread(area, [1], grid_m=0)),
        ("people.weight", lambda: spread(area, [1], home)),
        ("people.not_whole", lambda: spread(area, [1.5], whole=True)),
        ("crs.differs", lambda: spread(area, [1], home.to_crs(32750))),
    ):
        with pytest.raises((InputError, CrsError)) as fault:
            call()
        assert fault.value.code == code
        assert fault.value.say(lang="id")
        assert fault.value.say(lang="en")

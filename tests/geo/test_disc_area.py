"""The area of a circle inside polygons, against GEOS cutting a circle of very many sides."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from geo import disc_area
from geo.outlines import outlines, sound_polygons


def areas(shapes, xy, radius_m):
    """One number for each pair of polygon and point."""
    flat = outlines(sound_polygons(np.array(shapes, object)), transform=Affine.identity())
    at, which = np.divmod(np.arange(len(xy) * len(shapes)), len(shapes))
    found = disc_area.disc_areas(flat, np.asarray(xy, float), at=at, which=which, radius_m=radius_m)
    return found.reshape(len(xy), len(shapes))


def star(rng, corners):
    angle = (np.arange(corners) + rng.uniform(0, 0.9, corners)) * (2 * np.pi / corners)
    reach = rng.uniform(1, 100, (corners, 1))
    return Polygon(rng.uniform(-60, 60, 2) + reach * np.c_[np.cos(angle), np.sin(angle)])


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 2**31), st.floats(0.5, 150), st.integers(3, 12))
def test_it_equals_a_circle_of_four_thousand_sides(seed, radius, corners):
    rng = np.random.default_rng(seed)
    shapes = [star(rng, corners), star(rng, corners).difference(star(rng, 5))]
    shapes = [shape if shape.area > 0 else box(0, 0, 1, 1) for shape in shapes]
    xy = rng.uniform(-100, 100, (6, 2))
    xy[0] = shapes[0].exterior.coords[0]  # a corner as the middle
    discs = shapely.buffer(shapely.points(xy), radius, quad_segs=1000)
    truth = shapely.area(shapely.intersection(discs[:, None], np.array(shapes, object)))
    np.testing.assert_allclose(areas(shapes, xy, radius), truth, rtol=2e-6, atol=2e-6 * radius**2)


@pytest.mark.parametrize("radius", [0.7, 1.0, math.sqrt(2), 3.0])
def test_edges_that_touch_the_circle_or_cut_its_middle(radius):
    half = box(0, -9, 9, 9)  # its side runs through the middle
    touching = box(radius, -9, radius + 5, 9)
    square = box(-1, -1, 1, 1)
    found = areas([half, touching, square, box(-99, -99, 99, 99)], [[0, 0]], radius)[0]
    circle = math.pi * radius**2
    cap = math.acos(min(1 / radius, 1)) * radius**2 - math.sqrt(max(radius**2 - 1, 0))
    inside = 4.0 if radius > 1.41 else circle - 4 * cap
    np.testing.assert_allclose(found, [circle / 2, 0, inside, circle], rtol=1e-12, atol=1e-12)


def test_holes_and_parts_far_from_the_origin():
    corner = np.array([500_000.0, 9_200_000.0])
    ring = Polygon(box(-40, -40, 40, 40).exterior, [box(-5, -5, 5, 5).exterior])
    both = MultiPolygon([ring, box(60, -5, 70, 5)])
    moved = shapely.transform(both, lambda xy: xy + corner)
    found = areas([moved, shapely.reverse(moved)], [corner], 20.0)[0]
    np.testing.assert_allclose(found, math.pi * 400 - 100, rtol=1e-9)
    assert areas([moved], [corner], 500.0)[0, 0] == pytest.approx(both.area, rel=1e-9)


def test_plain_python_and_compiled_code_give_the_same_bits():
    rng = np.random.default_rng(4)
    shapes = sound_polygons(np.array([star(rng, 9) for _ in range(40)], object))
    flat = outlines(shapes, transform=Affine.identity())
    at, which = np.divmod(np.arange(4_000), 40)
    xy, one, other = rng.uniform(-100, 100, (100, 2)), np.zeros(4_000), np.zeros(4_000)
    disc_area._disc_areas(flat, xy, at, which, 35.0, one)
    disc_area._compiled()(flat, xy, at, which, 35.0, other)
    np.testing.assert_array_equal(one, other)
    assert (one > 0).sum() > 1_000


def test_the_parts_of_a_patchwork_add_up_to_the_circle():
    rng = np.random.default_rng(9)
    frame = box(-500, -500, 500, 500)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(rng.uniform(-500, 500, (60, 2))))
    pieces = shapely.intersection(shapely.get_parts(cells), frame)
    found = areas([p for p in pieces if p.area > 0], rng.uniform(-250, 250, (50, 2)), 200.0)
    np.testing.assert_allclose(found.sum(axis=1), math.pi * 200**2, rtol=1e-9)

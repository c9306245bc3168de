"""Shapes as short lists of whole numbers, for a page that carries its own data."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

STEP_DEG = 1e-5
"""One unit of a packed coordinate: about 1.1 m on the ground."""


def packed_ring(ring: Any) -> list[int]:
    """Pack one line or ring in units of `STEP_DEG`: first lon, lat, then the steps that follow."""
    units = np.rint(shapely.get_coordinates(ring) / STEP_DEG).astype(np.int64)
    moved = np.r_[True, np.any(np.diff(units, axis=0) != 0, axis=1)]
    units = units[moved]
    return [int(v) for v in np.vstack([units[:1], np.diff(units, axis=0)]).ravel()]


def packed_polygons(geometries: Any) -> list[list[list[int]]]:
    """Pack every polygon inside some geometries, each as its outer ring followed by its holes."""
    polygons = _parts(geometries, shapely.GeometryType.POLYGON)
    packed = [[packed_ring(r) for r in (p.exterior, *p.interiors)] for p in polygons]
    return [[r for r in rings if len(r) >= 6] for rings in packed if len(rings[0]) >= 6]


def packed_lines(geometries: Any) -> list[list[int]]:
    """Pack every line inside some geometries."""
    lines = _parts(geometries, shapely.GeometryType.LINESTRING)
    return [ring for ring in map(packed_ring, lines) if len(ring) >= 4]


def packed_points(geometries: Any) -> list[int]:
    """Pack every point inside some geometries as lon, lat, lon, lat … in units of `STEP_DEG`."""
    points = _parts(geometries, shapely.GeometryType.POINT)
    return [int(v) for v in np.rint(shapely.get_coordinates(points) / STEP_DEG).ravel()]


def thinned(geometries: Any, *, tolerance_deg: float) -> Any:
    """Drop detail finer than `tolerance_deg` (degrees) and turn every outer ring the same way.

    With outer rings one way and holes the other, a page can fill many polygons as one path
    (rule *nonzero*), and where two overlap the colour does not double or vanish: no union needed.
    """
    shapes = _present(geometries)
    valid = np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))
    return shapely.normalize(shapely.simplify(valid, tolerance_deg))


def coverage_simplified(geometries: Any, *, tolerance_deg: float) -> Any:
    """Simplify neighbouring areas so that shared borders stay shared (Visvalingam–Whyatt)."""
    polygons = np.asarray(shapely.make_valid(_present(geometries)))
    return shapely.coverage_simplify(polygons, tolerance_deg)


def label_point(geometry: Any) -> tuple[float, float]:
    """Find the middle of the widest place inside an area (lon, lat): where its name sits best."""
    parts = _parts([geometry], shapely.GeometryType.POLYGON)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    middle = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest, tolerance=1e-3))[0]
    return float(middle[0]), float(middle[1])


def _present(geometries: Any) -> Any:
    array = np.asarray(geometries, dtype=object)
    return array[~(shapely.is_missing(array) | shapely.is_empty(array))]


def _parts(geometries: Any, kind: shapely.GeometryType) -> Any:
    parts = np.asarray(shapely.get_parts(_present(geometries)))
    parts = np.asarray(shapely.get_parts(parts))  # a collection may hold multi-geometries
    return parts[shapely.get_type_id(parts) == kind]

"""Streets as they come, made ready for a graph: usable, cleaned, in metres, with their slopes."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geo.crs import measures_true, require_metric, transformer, utm_crs
from geo.errors import CrsError, InputError
from geo.raster import Raster
from geo.streets.profiles import Profile
from geo.streets.rules import rules
from geo.streets.slopes import slopes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_PER_DEGREE = 1e7  # OpenStreetMap keeps seven decimals: ways that meet share them exactly
_PER_METRE = 100.0  # in a metric frame, ways that meet agree to the centimetre
_GAP_M = 1.0  # between two ways along the chain, so that no place on it belongs to both


class Ways(NamedTuple):
    """Usable ways; vertices of all ways stand one after the other."""

    xy: Floats  # distinct places, metres
    vertex: Ints  # the place of each vertex
    vertex_xy: Floats  # and where that is
    starts: Ints  # first vertex of each way
    ends: Ints  # last vertex of each way
    chain_m: Floats  # at each vertex
    slope: Floats  # of the step from each vertex to the next; NaN unknown
    kmh: Floats  # on that step, were it level
    forward: Mask  # of each way
    backward: Mask
    row: Ints  # position of each way in the frame


def clean(
    streets: gpd.GeoDataFrame, *, profile: Profile, ground: Raster | None
) -> tuple[Ways, CRS]:
    """Keep what the mode may use, in metres.

    Raises
    ------
    CrsError
        ``crs.missing``; ``crs.not_metric`` in a CRS that is neither degrees nor true metres.
    InputError
        ``streets.none`` when nothing is left.
    """
    crs = _metric_crs(streets, profile.mode)
    source = CRS.from_user_input(streets.crs)
    tags = rules(streets.drop(columns=streets.geometry.name), profile)
    grid = _PER_DEGREE if source.is_geographic else _PER_METRE
    found, way, row = _vertices(streets, tags.kmh > 0, grid=grid)
    if not len(found):
        raise InputError("streets.none", mode=profile.mode)
    places, vertex = _places(found)
    xy = places / grid
    if crs != source:
        xy = np.column_stack(transformer(source, crs).transform(*xy.T))
    starts = np.flatnonzero(np.diff(way, prepend=-1))
    ends = np.append(starts[1:], len(way)) - 1
    vertex_xy = xy[vertex]
    step = np.hypot(*np.diff(vertex_xy, axis=0).T)
    step[ends[:-1]] = _GAP_M
    chain_m = np.concatenate([[0.0], np.cumsum(step)])
    slope = np.full(len(vertex), np.nan)
    if ground is not None:
        level = tags.level[row]
        slope = slopes(vertex_xy, chain_m, starts, ends, ground=ground, level=level, crs=crs)
    ways = Ways(
        xy=xy,
        vertex=vertex,
        vertex_xy=vertex_xy,
        starts=starts,
        ends=ends,
        chain_m=chain_m,
        slope=slope,
        kmh=np.repeat(tags.kmh[row], ends - starts + 1),
        forward=tags.forward[row],
        backward=tags.backward[row],
        row=row,
    )
    return ways, crs


def _metric_crs(streets: gpd.GeoDataFrame, mode: str) -> CRS:
    if streets.crs is None:
        raise CrsError("crs.missing", what="streets")
    crs = CRS.from_user_input(streets.crs)
    if measures_true(crs):
        return crs
    if not crs.is_geographic:
        return require_metric(streets, what="streets")  # says what is wrong
    bounds = streets.total_bounds
    if not np.isfinite(bounds).all():
        raise InputError("streets.none", mode=mode)
    return utm_crs(shapely.box(*bounds))


def _vertices(streets: gpd.GeoDataFrame, usable: Mask, *, grid: float) -> tuple[Ints, Ints, Ints]:
    """Vertices in grid units, the way of each, the row of each way; no stop, no lone vertex."""
    rows = np.flatnonzero(usable)
    parts, row = _lines(streets.geometry.to_numpy()[rows], rows)
    xy, way = shapely.get_coordinates(parts, return_index=True)
    finite = np.isfinite(xy).all(axis=1)
    at, way = np.round(xy[finite] * grid).astype(np.int64), way[finite]
    moves = np.ones(len(at), dtype=bool)
    moves[1:] = (np.diff(at, axis=0) != 0).any(axis=1) | (np.diff(way) != 0)
    at, way = at[moves], way[moves]
    kept = np.bincount(way, minlength=len(parts)) >= 2
    at, way = at[kept[way]], way[kept[way]]
    return at, (np.cumsum(kept) - 1)[way].astype(np.int64), row[kept].astype(np.int64)


def _lines(shapes: npt.NDArray[np.object_], rows: Ints) -> tuple[npt.NDArray[np.object_], Ints]:
    """Return the lines among shapes and their parts, and the row of each."""
    if (shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING).all():
        return shapes, rows  # as in OpenStreetMap: no copy of half a million shapes
    parts, of = shapely.get_parts(shapes, return_index=True)
    line = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    return parts[line], rows[of[line]]


def _places(at: Ints) -> tuple[Ints, Ints]:
    """Distinct places, and the place of each vertex."""
    low = at.min(axis=0)
    height = int(at[:, 1].max() - low[1]) + 1
    code = (at[:, 0] - low[0]) * height + (at[:, 1] - low[1])
    _, first, vertex = np.unique(code, return_index=True, return_inverse=True)
    return at[first], vertex.astype(np.int64)

"""Coordinate reference systems: what a study measures in, and the refusal of everything else."""

from __future__ import annotations

from functools import lru_cache
from math import nan
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.errors import CrsError, InputError

if TYPE_CHECKING:
    import geopandas as gpd  # slow to load, and the bounds and zones below do without it

INDONESIA = (94.9, -11.2, 141.1, 6.2)
"""Bounds of Indonesia (min lon, min lat, max lon, max lat) in degrees, EPSG:4326."""

Frame = TypeVar("Frame", "gpd.GeoDataFrame", "gpd.GeoSeries")
LONLAT = CRS.from_epsg(4326)
_ROUND_DIGITS = 7  # 1e-7 degree is about one centimetre: finer than any register or receiver
_STRETCHED = ("mercator (variant", "pseudo mercator")  # world maps: a metre there is 1/cos(lat)


def utm_crs(geometry_4326: Any) -> CRS:
    """Choose the UTM zone of a geometry's centroid.

    Parameters
    ----------
    geometry_4326 : shapely geometry
        Any geometry in EPSG:4326 (lon, lat in degrees), usually the study's boundary.

    Returns
    -------
    pyproj.CRS
        WGS 84 / UTM: EPSG 326zz north of the equator, 327zz south of it, with
        ``zz = floor((lon + 180) / 6) + 1``.

    Raises
    ------
    CrsError
        ``crs.not_degrees`` when the geometry is empty or lies outside −180…180, −90…90.

    Examples
    --------
    >>> utm_crs(shapely.Point(109.7, -7.4)).to_epsg()
    32749
    """
    centroid = shapely.centroid(geometry_4326)
    lon, lat = (nan, nan) if centroid.is_empty else (float(centroid.x), float(centroid.y))
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # also catches NaN
        raise CrsError("crs.not_degrees", x=lon, y=lat)
    zone = min(int((lon + 180) // 6) + 1, 60)
    return CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)


def measures_true(crs: CRS) -> bool:
    """Tell whether a length in this CRS is a length on the ground: projected, metres, not Mercator.

    World Mercator (EPSG:3395) and Web Mercator (EPSG:3857) say "metre" but stretch by 1/cos(lat).
    """
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info[:2]):
        return False
    operation = crs.coordinate_operation
    method = operation.method_name.casefold() if operation is not None else ""
    return not any(stretched in method for stretched in _STRETCHED)


def require_metric(frame: gpd.GeoDataFrame | gpd.GeoSeries, *, what: str) -> CRS:
    """Refuse a frame that cannot be measured in metres.

    Parameters
    ----------
    frame : GeoDataFrame or GeoSeries
    what : str
        The name of the frame in the sentence a person sees, such as ``"sites"``.

    Returns
    -------
    pyproj.CRS
        The frame's CRS.

    Raises
    ------
    CrsError
        ``crs.missing`` without a CRS; ``crs.not_metric`` in degrees, feet or a world Mercator.
    """
    if frame.crs is None:
        raise CrsError("crs.missing", what=what)
    crs = CRS.from_user_input(frame.crs)
    if not measures_true(crs):
        raise CrsError("crs.not_metric", what=what, crs=crs.to_string()[:60])
    return crs


def to_metric(frame: Frame, *, crs: CRS) -> Frame:
    """Reproject a frame to the study's metric CRS.

    Parameters
    ----------
    frame : GeoDataFrame or GeoSeries
        In any CRS. Missing and empty geometries stay as they are.
    crs : pyproj.CRS
        Projected, in metres, not a world Mercator.

    Returns
    -------
    GeoDataFrame or GeoSeries
        A new frame; the caller's is not changed.

    Raises
    ------
    CrsError
        ``crs.missing``, ``crs.not_metric``, or ``crs.not_finite`` when a coordinate has no image.
    """
    if not measures_true(crs):
        raise CrsError("crs.not_metric", what="crs", crs=crs.to_string()[:60])
    return _moved(frame, crs)


def to_lonlat(frame: Frame) -> Frame:
    """Reproject a frame to EPSG:4326, coordinates rounded to 1e-7 degree (about one centimetre).

    Rounding may fold a sliver onto itself; such a geometry is snapped to the same grid as a valid
    one instead. Missing and empty geometries stay as they are.

    Raises
    ------
    CrsError
        ``crs.missing`` without a CRS; ``crs.not_finite`` when a coordinate has no image.
    """
    import geopandas as gpd

    moved = _moved(frame, LONLAT)
    geometry = moved.geometry
    before = geometry.to_numpy()
    rounded = shapely.transform(before, lambda xy: np.round(xy, _ROUND_DIGITS))
    folded = shapely.is_valid(before) & ~shapely.is_valid(rounded)
    rounded[folded] = shapely.set_precision(before[folded], 10.0**-_ROUND_DIGITS)
    fresh = gpd.GeoSeries(rounded, index=geometry.index, crs=LONLAT, name=geometry.name)
    return fresh if isinstance(moved, gpd.GeoSeries) else moved.set_geometry(fresh)


def points_xy(points: gpd.GeoDataFrame | gpd.GeoSeries, *, crs: CRS) -> np.ndarray:
    """Read points as an (n, 2) float64 array of x, y in `crs`; NaN where there is no geometry.

    Raises
    ------
    CrsError
        ``crs.missing`` without a CRS.
    InputError
        ``geometry.not_points`` when a geometry is neither a point nor missing.
    """
    geometry = points.geometry
    if geometry.crs is None:
        raise CrsError("crs.missing", what="points")
    shapes = geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    if ((kinds != -1) & (kinds != shapely.GeometryType.POINT)).any():
        raise InputError("geometry.not_points")
    if CRS.from_user_input(geometry.crs) != crs:
        shapes = geometry.to_crs(crs).to_numpy()
    shapes = np.where(shapely.is_empty(shapes), None, shapes)  # GEOS throws on x of an empty point
    xy = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    return np.where(np.isfinite(xy).all(axis=1, keepdims=True), xy, np.nan)


@lru_cache(maxsize=64)
def transformer(source: CRS, target: CRS) -> Transformer:
    """Make the transformer x, y → x, y (east first, whatever the authority's axis order)."""
    return Transformer.from_crs(source, target, always_xy=True)


def read_crs(stated: CRS | str, *, what: str) -> CRS:
    """Understand a stated CRS, such as ``"EPSG:32749"``.

    Raises
    ------
    CrsError
        ``crs.unreadable`` when it means nothing.
    """
    try:
        return CRS.from_user_input(stated)
    except CRSError as fault:
        raise CrsError("crs.unreadable", what=what, crs=str(stated)[:60]) from fault


def _moved(frame: Frame, crs: CRS) -> Frame:
    if frame.crs is None:
        raise CrsError("crs.missing", what="layer")
    moved = frame.to_crs(crs)
    if not np.isfinite(shapely.get_coordinates(moved.geometry.to_numpy())).all():
        raise CrsError("crs.not_finite", crs=crs.to_string()[:60])
    return moved

"""Hazards around a place: unknown where the map is silent, never taken as safe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.nearby import class_at, nearest_m
from geo.overlap import class_over
from geo.terrain import Raster, disc_quantile, slope_at, zonal
from scoring.candidates import Candidates
from scoring.layers import Layer, Layers
from scoring.measured import Floats, Measured, from_layer, unknown

CLASS_INDEX = (0.0, 0.165, 0.495, 0.83)
"""Index 0-1 that stands for hazard class 0-3: the middle of the classes cut at .33 and .66."""
CLASS_INDEX_SD = 0.17
"""Half a class in index units: what is lost when only a class is known."""
CLASS_SD = 0.5
DISTANCE_SD_M = 10.0
LEAST_SHARE_OF_DESA = 0.5
"""A desa less than half mapped is unknown, as a disc is."""


def hazard_index(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Hazard index 0-1: the 90th percentile within 50 m of a point, the mean over a desa.

    Less than half of the disc (or desa) mapped: unknown. A study may settle unknown cells by the
    rule of CRITERIA §3: 0.15 ± 0.15 where slope < 8° and no event lies within 500 m.
    """
    layer = layers.get(p["layer"])
    if layer is None:
        return unknown(candidates)
    value, sd = (
        _raster_index(candidates, layer, p)
        if isinstance(layer.data, Raster)
        else _polygon_index(candidates, layers, layer, p)
    )
    if layer.settle_nodata:
        settled = np.isnan(value) & may_settle(candidates, layers, p)
        value = np.where(settled, p["settled_value"], value)
        sd = np.where(settled, p["settled_sd"], sd)
    return from_layer(layer, value, sd)


def _raster_index(
    candidates: Candidates, layer: Layer, p: Mapping[str, Any]
) -> tuple[Floats, Floats]:
    n, raster = len(candidates), layer.data
    value, share, spread = np.full(n, np.nan), np.zeros(n), np.zeros(n)
    at = np.flatnonzero(candidates.has_point)
    if len(at):
        points = candidates.frame.geometry.iloc[at]
        value[at], share[at] = disc_quantile(
            raster, points, radius_m=p["radius_m"], q=p["quantile"]
        )
    over = np.flatnonzero(candidates.only_desa)
    if len(over):
        polygons = candidates.frame.iloc[over]
        table = zonal(raster, polygons, stats=["mean", "stdev", "valid_share_0_1"])
        value[over], spread[over] = table["mean"], table["stdev"]
        share[over] = table["valid_share_0_1"]
    value = np.where(share >= p["least_share_known"], value, np.nan)
    if layer.values == "class":
        value = np.interp(value, range(4), CLASS_INDEX)
        spread = np.hypot(spread * (CLASS_INDEX[2] - CLASS_INDEX[1]), CLASS_INDEX_SD)
    return np.clip(value, 0, 1), np.where(np.isnan(value), np.nan, np.hypot(spread, 0.10))


def _polygon_index(
    candidates: Candidates, layers: Layers, layer: Layer, p: Mapping[str, Any]
) -> tuple[Floats, Floats]:
    mean, spread = _polygon_class(candidates, layers, layer, p)
    step = CLASS_INDEX[2] - CLASS_INDEX[1]
    sd = np.hypot(np.hypot(spread * step, CLASS_INDEX_SD), 0.10)
    return np.interp(mean, range(4), CLASS_INDEX), np.where(np.isnan(mean), np.nan, sd)


def _polygon_class(
    candidates: Candidates, layers: Layers, layer: Layer, p: Mapping[str, Any]
) -> tuple[Floats, Floats]:
    """Worst class near a point; mean class over a desa with its spread; (class, spread)."""
    frame = layers.metric(layer.kind)
    classes = frame["class_"].to_numpy(dtype=float)
    value, spread = np.full(len(candidates), np.nan), np.zeros(len(candidates))
    at, over = np.flatnonzero(candidates.has_point), np.flatnonzero(candidates.only_desa)
    if len(at):
        points = candidates.frame.geometry.iloc[at]
        worst = class_at(points, frame.geometry, classes, radius_m=p["radius_m"])
        value[at] = np.where(np.isnan(worst) & layer.full_cover, 0.0, worst)
    if len(over):
        areas = candidates.frame.geometry.iloc[over]
        value[over], spread[over] = _over_desa(areas, frame.geometry, classes, layer.full_cover)
    return value, spread


def _over_desa(
    areas: gpd.GeoSeries, polygons: gpd.GeoSeries, classes: Floats, full_cover: bool
) -> tuple[Floats, Floats]:
    mean, sd, share = class_over(areas, polygons, classes)
    if not full_cover:
        known = share >= LEAST_SHARE_OF_DESA
        return np.where(known, mean, np.nan), np.where(known, sd, 0.0)
    whole = np.where(np.isnan(mean), 0.0, mean) * share
    second = np.where(np.isnan(mean), 0.0, mean**2 + sd**2) * share
    return whole, np.sqrt(np.maximum(second - whole**2, 0.0))


def hazard_class(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Worst hazard class 0-3 within 50 m of a point, or the mean class over a desa.

    Outside the polygons is class 0 only where the layer declares full cover; otherwise unknown.
    """
    layer = layers.get(p["layer"])
    if layer is None:
        return unknown(candidates)
    if isinstance(layer.data, Raster):
        return from_layer(layer, _raster_class(candidates, layer, radius_m=p["radius_m"]))
    value, spread = _polygon_class(candidates, layers, layer, p)
    return from_layer(layer, value, np.hypot(spread, CLASS_SD))


def _raster_class(candidates: Candidates, layer: Layer, *, radius_m: float) -> Floats:
    value = np.full(len(candidates), np.nan)
    at = np.flatnonzero(candidates.has_point)
    if len(at):
        points = candidates.frame.geometry.iloc[at]
        value[at] = disc_quantile(layer.data, points, radius_m=radius_m, q=1.0)[0]
    if layer.values == "index":
        value = as_class(value)
    silent = np.isnan(value) & candidates.has_point
    return np.where(silent & layer.full_cover, 0.0, value)


def as_class(index: Floats) -> Floats:
    """Cut an index 0-1 into classes 1-3 at .33 and .66 (CRITERIA §3); 0 stays class 0."""
    cut = 1.0 + (index >= 0.33) + (index >= 0.66)
    return np.where(np.isnan(index), np.nan, np.where(index <= 0, 0.0, cut))


def worst_class(candidates: Candidates, layers: Layers, kind: str, *, radius_m: float) -> Floats:
    """Worst mapped class 0-3 near a point, NaN where nothing is mapped; for condition C4.

    Unlike a score it speaks as soon as one mapped cell lies within reach: a written condition is
    precaution, not proof.
    """
    layer = layers.get(kind)
    if layer is None:
        return np.full(len(candidates), np.nan)
    if isinstance(layer.data, Raster):
        return _raster_class(candidates, layer, radius_m=radius_m)
    return _polygon_class(candidates, layers, layer, {"radius_m": radius_m})[0]


def may_settle(
    candidates: Candidates, layers: Layers, p: Mapping[str, Any]
) -> npt.NDArray[np.bool_]:
    """Where unknown landslide cells may be settled: slope known and < 8°, no event within 500 m.

    Without an elevation layer or without an events layer nothing is settled.
    """
    if layers.get("elevation") is None or layers.get("events") is None:
        return np.zeros(len(candidates), dtype=bool)
    steep = slope(candidates, layers, {}).value
    with np.errstate(invalid="ignore"):
        gentle = steep < p["settled_slope_deg"]
    distance = nearest_m(candidates.points, layers.metric("events").geometry)[0]
    quiet = np.asarray(distance > p["settled_event_m"], dtype=bool)
    return np.asarray(candidates.has_point & gentle & quiet, dtype=bool)


def slope(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:  # noqa: ARG001 - every measure has the same signature
    """Slope in degrees (Horn) at a point; sd 2° for cells of 10 m or finer, else 3°."""
    layer = layers.get("elevation")
    if layer is None:
        return unknown(candidates)
    value = np.full(len(candidates), np.nan)
    at = np.flatnonzero(candidates.has_point)
    if len(at):
        value[at] = slope_at(layer.data, candidates.frame.geometry.iloc[at])
    sd = np.full(len(candidates), 2.0 if max(layer.data.cell_size_m) <= 10 else 3.0)
    return from_layer(layer, value, sd)

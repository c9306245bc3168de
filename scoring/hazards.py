"""Hazards around a place: unknown where the map is silent, never taken as safe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.nearby import class_at, nearest_m
from geo.terrain import Raster, disc_quantile, slope_at, zonal
from scoring.candidates import Candidates
from scoring.layers import Layer, Layers
from scoring.measured import Floats, Measured, from_layer, unknown

CLASS_INDEX = (0.0, 0.165, 0.495, 0.83)
"""Index 0-1 that stands for hazard class 0-3: the middle of the classes cut at .33 and .66."""
CLASS_INDEX_SD = 0.17
"""Half a class in index units: what is lost when only a class is known."""
DISTANCE_SD_M = 10.0


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
    worst = _polygon_class(candidates, layers, layer, radius_m=p["radius_m"])
    sd = np.where(np.isnan(worst), np.nan, np.hypot(CLASS_INDEX_SD, 0.10))
    return np.interp(worst, range(4), CLASS_INDEX), sd


def _polygon_class(
    candidates: Candidates, layers: Layers, layer: Layer, *, radius_m: float
) -> Floats:
    frame = layers.metric(layer.kind)
    places = candidates.frame.geometry
    worst = class_at(
        places, frame.geometry, frame["class_"].to_numpy(dtype=float), radius_m=radius_m
    )
    if layer.full_cover:
        worst = np.where(np.isnan(worst), 0.0, worst)
    return np.where((candidates.frame["placed"] == "unplaced").to_numpy(), np.nan, worst)


def hazard_class(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Worst hazard class 0-3 within 50 m of a point or anywhere in a desa.

    Outside the polygons is class 0 only where the layer declares full cover; otherwise unknown.
    """
    layer = layers.get(p["layer"])
    if layer is None:
        return unknown(candidates)
    if isinstance(layer.data, Raster):
        value, _ = _raster_class(candidates, layer, radius_m=p["radius_m"])
        return from_layer(layer, value)
    return from_layer(layer, _polygon_class(candidates, layers, layer, radius_m=p["radius_m"]))


def _raster_class(
    candidates: Candidates, layer: Layer, *, radius_m: float
) -> tuple[Floats, Floats]:
    n = len(candidates)
    value, share = np.full(n, np.nan), np.zeros(n)
    at = np.flatnonzero(candidates.has_point)
    if len(at):
        points = candidates.frame.geometry.iloc[at]
        value[at], share[at] = disc_quantile(layer.data, points, radius_m=radius_m, q=1.0)
    if layer.values == "index":
        value = as_class(value)
    if layer.full_cover:
        value = np.where(np.isnan(value) & candidates.has_point, 0.0, value)
    return value, share


def as_class(index: Floats) -> Floats:
    """Cut an index 0-1 into classes 1-3 at .33 and .66 (CRITERIA §3); 0 stays class 0."""
    cut = 1.0 + (index >= 0.33) + (index >= 0.66)
    return np.where(np.isnan(index), np.nan, np.where(index <= 0, 0.0, cut))


def worst_class(candidates: Candidates, layers: Layers, kind: str, *, radius_m: float) -> Floats:
    """Worst mapped class 0-3 near a place, NaN where nothing is mapped; for condition C4.

    Unlike a score it speaks as soon as one mapped cell lies within reach: a written condition is
    precaution, not proof.
    """
    layer = layers.get(kind)
    if layer is None:
        return np.full(len(candidates), np.nan)
    if isinstance(layer.data, Raster):
        return _raster_class(candidates, layer, radius_m=radius_m)[0]
    return _polygon_class(candidates, layers, layer, radius_m=radius_m)


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
    return candidates.has_point & gentle & (distance > p["settled_event_m"])


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

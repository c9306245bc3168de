"""The demo district's hazards, landslide events and land cover, derived from its relief."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from data.demo.facts import CRS_M, KECAMATAN, SYNTHETIC
from data.demo.ground import Floats, Grid, Ground, Mask, noise, reservoir
from data.demo.land import Land, polygons

UNKNOWN = 255
"""Nodata of the landslide index."""
DEGREE_OF_HAZARD = {1: "Rendah", 2: "Sedang", 3: "Tinggi"}
EVENTS = 240


def near_district(land: Land, *, cells: int) -> Mask:
    """Mark the district and a rim around it, so that nothing is missing along its outline."""
    from scipy.ndimage import binary_dilation

    return np.asarray(binary_dilation(land.labels >= 0, iterations=cells))


def landslide_index(
    rng: np.random.Generator, *, land: Land, ground: Ground
) -> npt.NDArray[np.uint8]:
    """Index 0–100 that grows with slope; 255 (unknown) on flat ground and where nobody mapped."""
    from scipy.ndimage import uniform_filter

    slope = uniform_filter(ground.slope_deg, 3)
    index = 104.0 * (np.clip(slope, 0.0, 45.0) / 32.0) ** 0.8
    index += 8.0 * noise(rng, ground.grid, longest_m=2500.0, power=1.5)
    unmapped = noise(rng, ground.grid, longest_m=4000.0, power=2.0) > 1.7
    known = near_district(land, cells=6) & (slope >= 3.5) & ~unmapped
    return np.where(known, np.clip(np.round(index), 0, 100), UNKNOWN).astype(np.uint8)


def _classes(score: Floats, breaks: tuple[float, float, float]) -> npt.NDArray[np.int32]:
    """Class 3 below the first break, 2 and 1 below the next ones, -1 beyond."""
    classes = np.full(score.shape, -1, dtype=np.int32)
    for level, limit in zip((1, 2, 3), reversed(breaks), strict=True):
        classes[score < limit] = level
    return classes


def _frame(
    labels: npt.NDArray[np.int32], grid: Grid, *, smallest_m2: float, words: dict[int, Any]
) -> Any:
    import geopandas as gpd

    shapes, values = polygons(labels, grid, smooth_m=70.0)
    large = shapely.area(shapes) >= smallest_m2
    shapes, values = shapes[large], values[large]
    order = np.lexsort((-shapely.area(shapes), -values))
    columns: dict[str, Any] = {"kelas": [words.get(v, v) for v in values[order].tolist()]}
    if words is DEGREE_OF_HAZARD:
        columns = {"kelas": values[order], "tingkat": columns["kelas"]}
    columns["luas_ha"] = np.round(shapely.area(shapes[order]) / 1e4, 2)
    columns["keterangan"] = SYNTHETIC
    return gpd.GeoDataFrame(columns, geometry=shapes[order], crs=CRS_M)


def hazard_polygons(rng: np.random.Generator, *, land: Land, ground: Ground) -> dict[str, Any]:
    """Flood, flash-flood and earthquake zones: frames with kelas 1–3, UTM 49S.

    Flood lies low and near the river, flash flood along the branches, earthquake grows southward.
    """
    grid, here = ground.grid, near_district(land, cells=3)
    rough = noise(rng, grid, longest_m=3000.0, power=1.6)
    wide = noise(rng, grid, longest_m=12_000.0, power=3.2)
    _, north = grid.centres()
    score = {
        "flood": ground.above_river_m + ground.river_m / 150.0 + 1.5 * rough,
        "flash-flood": ground.branch_m + 45.0 * rough,
        "earthquake": (north - 9_184_000.0) / 14_000.0 + 0.35 * wide,
    }
    breaks = {
        "flood": (5.0, 9.0, 16.0),
        "flash-flood": (110.0, 200.0, 320.0),
        "earthquake": (-0.9, 0.2, np.inf),
    }
    smallest = {"flood": 2e4, "flash-flood": 1e4, "earthquake": 0.0}
    return {
        kind: _frame(
            np.where(here, _classes(score[kind], breaks[kind]), -1).astype(np.int32),
            grid,
            smallest_m2=smallest[kind],
            words=DEGREE_OF_HAZARD,
        )
        for kind in score
    }


def land_cover(rng: np.random.Generator, *, land: Land, ground: Ground) -> Any:
    """Rice fields on gentle low ground, dry fields on slopes, lakes: a frame, UTM 49S."""
    from scipy.ndimage import uniform_filter

    slope = uniform_filter(ground.slope_deg, 9)
    patchy = noise(rng, ground.grid, longest_m=2500.0, power=1.9)
    east, north = ground.grid.centres()
    tarn = np.hypot(east - 374_300.0, north - 9_203_600.0) < 330.0
    cover = np.full(ground.grid.shape, -1, dtype=np.int32)
    cover[(slope >= 5.0) & (slope < 17.0) & (patchy > 0.5)] = 1
    cover[(slope < 5.0) & (ground.elevation_m < 800.0) & (patchy > 0.1)] = 0
    cover[reservoir(ground) | tarn] = 2
    cover[land.labels < 0] = -1
    words = {0: "sawah", 1: "tegalan", 2: "danau"}
    return _frame(cover, ground.grid, smallest_m2=6e4, words=words)


def landslide_events(
    rng: np.random.Generator, *, land: Land, grid: Grid, index: npt.NDArray[np.uint8]
) -> Any:
    """Events of three years: most where the index is high, a quarter where it is unknown."""
    import geopandas as gpd

    flat_labels, flat_index = land.labels.ravel(), index.ravel().astype(float)
    known = (flat_labels >= 0) & (flat_index != UNKNOWN)
    blank = (flat_labels >= 0) & (flat_index == UNKNOWN)
    weight = np.where(known, flat_index**2, 0.0)
    weight = 0.75 * weight / weight.sum() + 0.25 * blank / blank.sum()
    cells = rng.choice(len(weight), EVENTS, replace=False, p=weight)
    east, north = grid.centres()
    xy = np.column_stack([east.ravel()[cells], north.ravel()[cells]])
    xy += rng.uniform(-0.45, 0.45, xy.shape) * grid.cell_m
    wet = np.array([31, 28, 24, 14, 6, 3, 2, 2, 4, 10, 20, 28], dtype=float)  # rain in Central Java
    month = rng.choice(np.arange(1, 13), EVENTS, p=wet / wet.sum())
    day, year = rng.integers(1, 29, EVENTS), rng.integers(2023, 2026, EVENTS)
    order = np.lexsort((day, month, year))
    dates = [f"{y}-{m:02d}-{d:02d}" for y, m, d in zip(year, month, day, strict=True)]
    only_year = rng.random(EVENTS) < 0.04
    desa = flat_labels[cells]
    columns = {
        "id": np.arange(1, EVENTS + 1),
        "tahun": year[order],
        "tanggal": [None if only_year[i] else dates[i] for i in order],
        "jenis": "Tanah longsor",
        "desa": land.areas["desa"].to_numpy()[desa[order]],
        "kecamatan": [KECAMATAN[i].name for i in land.kecamatan_of[desa[order]]],
        "keterangan": SYNTHETIC,
    }
    return gpd.GeoDataFrame(columns, geometry=shapely.points(xy[order]), crs=CRS_M)

"""Checks of boundaries: their own figures, their parts, overlaps, and the study's outline."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from data.gazetteer import normalise
from geo.crs import to_metric, utm_crs
from geo.errors import Note

AREA_TOLERANCE = 0.05
UNION_SHARE = 0.90
OVERLAP_KM2 = 0.1
OUTSIDE_SHARE = 0.5
"""An area lies outside when more than this share of it does."""
UNCOVERED_SHARE = 0.01
KM2 = 1e6


def _metric(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Shapes in the UTM zone of the frame: its scale error (0.04 %) is far below every limit."""
    west, south, east, north = frame.total_bounds
    crs = utm_crs(shapely.box(west, south, east, north))
    return np.asarray(to_metric(frame.geometry, crs=crs).to_numpy())


def against_own_figure(areas: gpd.GeoDataFrame) -> list[Note]:
    """Find areas whose stated size differs from the drawn one by more than 5 %."""
    drawn_km2 = shapely.area(_metric(areas)) / KM2
    stated_km2 = areas["area_km2_stated"].to_numpy(dtype=np.float64)
    off = np.abs(drawn_km2 - stated_km2) > AREA_TOLERANCE * stated_km2  # NaN: nothing was stated
    return [
        Note(
            row=int(areas["row"].iloc[k]),
            code="check.area_contradicts",
            fields={
                "name": areas["name"].iloc[k],
                "stated_km2": float(stated_km2[k]),
                "drawn_km2": float(drawn_km2[k]),
                "percent": float(100 * abs(drawn_km2[k] / stated_km2[k] - 1)),
            },
        )
        for k in np.flatnonzero(off)
    ]


def not_the_union(kecamatan: gpd.GeoDataFrame, desa: gpd.GeoDataFrame) -> list[Note]:
    """Find kecamatan that share less than 90 % with the union of their own desa.

    The share is |A ∩ B| / |A ∪ B| (Jaccard) of the kecamatan A and the union B of the desa that
    name it, by code or else by name.
    """
    home = home_of(kecamatan, desa)
    whole = gpd.GeoSeries(
        np.concatenate([kecamatan.geometry.to_numpy(), desa.geometry.to_numpy()]), crs=desa.crs
    )
    metric = _metric(gpd.GeoDataFrame(geometry=whole))
    own, parts = metric[: len(kecamatan)], metric[len(kecamatan) :]
    notes: list[Note] = []
    for k in range(len(kecamatan)):
        fields: dict[str, object] = {"name": kecamatan["name"].iloc[k]}
        row = int(kecamatan["row"].iloc[k])
        if not (home == k).any():
            notes.append(Note(row=row, code="check.no_desa", fields=fields))
            continue
        union = shapely.union_all(parts[home == k])
        share = shapely.area(shapely.intersection(own[k], union)) / shapely.area(
            shapely.union(own[k], union)
        )
        if share < UNION_SHARE:
            fields |= {
                "percent": float(100 * share),
                "kecamatan_km2": float(shapely.area(own[k]) / KM2),
                "desa_km2": float(shapely.area(union) / KM2),
                "count": int((home == k).sum()),
            }
            notes.append(Note(row=row, code="check.not_the_union", fields=fields))
    return notes


def home_of(kecamatan: gpd.GeoDataFrame, desa: gpd.GeoDataFrame) -> np.ndarray:
    """Find the kecamatan (position) that each desa names: by either code, else by name; −1."""
    own = {code: k for k, code in enumerate(kecamatan["code"]) if code}
    bps = {code: k for k, code in enumerate(kecamatan["code_bps"]) if code}
    named = {normalise(name): k for k, name in enumerate(kecamatan["name"])}
    homes = []
    for code, code_bps, name in zip(desa["code"], desa["code_bps"], desa["kecamatan"], strict=True):
        by_code = own.get(code[:8], bps.get(code_bps[:7], -1))
        homes.append(by_code if by_code >= 0 else named.get(normalise(name), -1))
    return np.array(homes, dtype=int)


def mixed_sources(areas: gpd.GeoDataFrame) -> list[Note]:
    """Find areas of one level that lie over each other by more than 0.1 km² in all."""
    shapes = _metric(areas)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    shared_km2 = shapely.area(shapely.intersection(shapes[one], shapes[other])) / KM2
    total_km2 = float(shared_km2.sum())
    if total_km2 <= OVERLAP_KM2:
        return []
    worst = int(np.argmax(shared_km2))
    fields = {
        "total_km2": total_km2,
        "pairs": int((shared_km2 > 1e-4).sum()),
        "one": areas["name"].iloc[one[worst]],
        "other": areas["name"].iloc[other[worst]],
        "worst_km2": float(shared_km2[worst]),
    }
    return [Note(row=None, code="check.areas_overlap", fields=fields)]


def outside_boundary(areas: gpd.GeoDataFrame, boundary: Any) -> list[Note]:
    """Find areas mostly outside the study's outline, and an outline the areas do not fill."""
    both = gpd.GeoSeries(
        np.concatenate([boundary.geometry.to_numpy(), areas.geometry.to_numpy()]), crs=areas.crs
    )
    metric = _metric(gpd.GeoDataFrame(geometry=both))
    outline, shapes = shapely.union_all(metric[: len(boundary)]), metric[len(boundary) :]
    inside = shapely.area(shapely.intersection(shapes, outline))
    outside_0_1 = 1 - inside / np.maximum(shapely.area(shapes), 1e-9)
    notes = [
        Note(
            row=int(areas["row"].iloc[k]),
            code="check.outside_boundary",
            fields={"name": areas["name"].iloc[k], "percent": float(100 * outside_0_1[k])},
        )
        for k in np.flatnonzero(outside_0_1 > OUTSIDE_SHARE)
    ]
    bare = shapely.area(shapely.difference(outline, shapely.union_all(shapes)))
    if bare > UNCOVERED_SHARE * shapely.area(outline):
        fields = {"km2": float(bare / KM2), "percent": float(100 * bare / shapely.area(outline))}
        notes.append(Note(row=None, code="check.boundary_uncovered", fields=fields))
    return notes

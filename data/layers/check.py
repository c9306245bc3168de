"""Do a study's layers agree with each other? Every contradiction as a note with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from data.layers.check_areas import (
    against_own_figure,
    mixed_sources,
    not_the_union,
    outside_boundary,
)
from data.layers.check_others import (
    elsewhere,
    far_points,
    misspelt_names,
    sums_differ,
    uncovered_by_raster,
)
from data.layers.peopling import join_population
from geo.errors import Note

__all__ = ["compare", "join_population"]


def compare(layers: Mapping[str, Any]) -> list[Note]:
    """Compare the layers of a study with each other and with what they say of themselves.

    Parameters
    ----------
    layers : mapping of kind to data
        What `read_layer` returned as ``data``, by kind. A kind may hold a list, one entry per
        file: areas as desa and as kecamatan, population at both levels. Missing kinds are fine.

    Returns
    -------
    list of Note
        ``check.area_contradicts`` (stated against drawn, over 5 %) · ``check.not_the_union`` (a
        kecamatan shares under 90 % with its desa) · ``check.areas_overlap`` (over 0.1 km² in
        all: two sources mixed, or a bad one) · ``check.outside_boundary`` ·
        ``check.boundary_uncovered`` · ``check.sum_differs`` · ``population.*`` ·
        ``check.name_misspelt`` · ``check.points_far`` · ``check.layer_elsewhere`` ·
        ``check.raster_uncovered``.
    """
    areas = _areas(layers.get("areas"))
    boundary = layers.get("boundary")
    notes: list[Note] = []
    for level in areas.values():
        notes += against_own_figure(level)
        notes += mixed_sources(level)
        if boundary is not None:
            notes += outside_boundary(level, boundary)
    if areas.keys() >= {"desa", "kecamatan"}:
        notes += not_the_union(areas["kecamatan"], areas["desa"])
        notes += misspelt_names(areas["desa"], areas["kecamatan"])
    notes += _population_notes(areas, layers.get("population"))
    outline = boundary if boundary is not None else next(iter(areas.values()), None)
    if outline is not None:
        notes += far_points(layers, outline)
        notes += elsewhere(layers, outline)
        notes += uncovered_by_raster(layers, outline)
    return notes


def _areas(given: Any) -> dict[str, gpd.GeoDataFrame]:
    """Sort one frame or a list of them into one frame per level."""
    frames = given if isinstance(given, list) else [given] if given is not None else []
    if not frames:
        return {}
    whole = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    return {
        str(level): whole[whole["level"] == level].reset_index(drop=True)
        for level in pd.unique(whole["level"])
    }


def _population_notes(areas: Mapping[str, gpd.GeoDataFrame], given: Any) -> list[Note]:
    """Join population to every level it speaks of, and compare the sums of the two levels."""
    tables = given if isinstance(given, list) else [given] if given is not None else []
    notes: list[Note] = []
    people = {}
    for level, frame in areas.items():
        fitting = [t for t in tables if "level" not in t or (t["level"] == level).any()]
        for table in fitting:
            people[level], told = join_population(frame, table)
            notes += told
    if tables and areas and not people:
        notes += join_population(next(iter(areas.values())), tables[0])[1]
    by_table = [t for t in tables if "level" in t]
    if people.keys() >= {"desa", "kecamatan"} and by_table:
        notes += sums_differ(areas, people)
    return notes

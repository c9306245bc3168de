"""Where people live: desa totals spread over mapped buildings where enough of them are mapped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.nearby import people_points_within, people_within
from geo.people import spread
from scoring.layers import Layers

Floats = npt.NDArray[np.float64]

MOST_PEOPLE_A_BUILDING = 10.0
"""A desa with more people for each mapped building is mapped too thinly to tell where they live."""
BY_BUILDINGS_SD, BY_AREA_SD = 0.15, 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """How people lie in the study.

    ``points`` (m,) with ``weight`` people each, or None where desa totals are taken as even;
    ``relative_sd`` is the sd of a count of people, as a share of it.
    """

    points: gpd.GeoSeries | None
    weight: Floats
    relative_sd: float


def people_of(layers: Layers) -> People:
    """Lay out the people of a study as finely as its layers allow.

    Population points stand as they are. Desa totals are spread over buildings by their area
    (dasymetric) in every desa with at most ten people a mapped building, evenly elsewhere; the
    sd goes from 35 % (by area) to 15 % (by buildings) with the share of people so spread.
    """
    people = layers.metric("people")
    amount = people["population"].to_numpy(dtype=float)
    if (people.geom_type == "Point").all():
        return People(points=people.geometry, weight=amount, relative_sd=BY_BUILDINGS_SD)
    mapped = _well_mapped(layers, people, amount)
    share = float(np.nansum(amount[mapped]) / max(np.nansum(amount), 1.0))
    if not share:
        return People(points=None, weight=np.empty(0), relative_sd=BY_AREA_SD)
    buildings = layers.metric("buildings")
    inside = np.zeros(len(buildings), dtype=bool)
    areas = shapely.STRtree(people.geometry.to_numpy()[mapped])
    inside[areas.query(buildings.geometry.to_numpy(), predicate="within")[0]] = True
    found = spread(people, amount, buildings.iloc[np.flatnonzero(inside)])
    return People(
        points=found.points.geometry,
        weight=found.points["people"].to_numpy(dtype=float),
        relative_sd=BY_AREA_SD - (BY_AREA_SD - BY_BUILDINGS_SD) * share,
    )


def people_near(layers: Layers, points: gpd.GeoSeries, *, radius_m: float) -> tuple[Floats, float]:
    """Count the people within a radius of each point; also the relative sd of the counts."""
    laid_out = people_laid_out(layers)
    if laid_out.points is not None:
        near = people_points_within(points, laid_out.points, laid_out.weight, radius_m=radius_m)
        return near, laid_out.relative_sd
    people = layers.metric("people")
    amount = people["population"].to_numpy(dtype=float)
    return people_within(points, people.geometry, amount, radius_m=radius_m), laid_out.relative_sd


def people_laid_out(layers: Layers) -> People:
    """Return `people_of`, laid out once for all who ask."""
    laid_out: People = layers.derived("people_of", lambda: _kept_people(layers))
    return laid_out


def _kept_people(layers: Layers) -> People:
    """Lay out the people, or take them as they were laid out before."""

    def made() -> dict[str, npt.NDArray[Any]]:
        people = people_of(layers)
        x, y = np.empty((2, 0)) if people.points is None else _xy(people.points)
        sd = np.array(people.relative_sd)
        even = np.array(people.points is None)
        return {"x": x, "y": y, "weight": people.weight, "relative_sd": sd, "even": even}

    found = layers.arrays("people", ("people", "buildings"), made)
    points = None
    if not found["even"]:
        points = gpd.GeoSeries(shapely.points(found["x"], found["y"]), crs=layers.crs)
    sd = float(found["relative_sd"])
    return People(points=points, weight=found["weight"], relative_sd=sd)


def _xy(points: gpd.GeoSeries) -> tuple[Floats, Floats]:
    shapes = points.to_numpy()
    return shapely.get_x(shapes), shapely.get_y(shapes)


def _well_mapped(layers: Layers, people: gpd.GeoDataFrame, amount: Floats) -> npt.NDArray[np.bool_]:
    if layers.get("buildings") is None or not len(layers.metric("buildings")):
        return np.zeros(len(people), dtype=bool)
    buildings = layers.metric("buildings").geometry.to_numpy()
    area, _ = shapely.STRtree(buildings).query(people.geometry.to_numpy(), predicate="contains")
    count = np.bincount(area, minlength=len(people))
    return np.asarray((count > 0) & (amount <= MOST_PEOPLE_A_BUILDING * count), dtype=bool)

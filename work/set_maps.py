"""Maps of a chosen set and of a chosen office: who goes where, and how long it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

import words
from geo.crs import to_lonlat
from geo.map_layers import HAZARDS
from geo.map_types import MapLayer
from geo.maps import SiteMap, render_site_map
from scoring.study import StudyResult
from work.assemble import Assembled
from work.grounds import Grounds
from work.mapping import site_map

Floats = npt.NDArray[np.float64]
CATCHMENTS = (
    *("#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#edc948", "#76b7b2"),
    *("#e15759", "#9c755f", "#8cd17d", "#d37295", "#a0cbe8", "#86bcb6"),
)
NOBODY = "#8a9196"
TODAY = "#111111"
MINUTES = (30, 60, 90, 120)
MINUTE_COLOURS = ("#fef0d9", "#fdcc8a", "#fc8d59", "#d7301f", "#7f0000")


def _base(
    result: StudyResult, inputs: Assembled, ids: Sequence[str], layers: Sequence[MapLayer]
) -> SiteMap:
    """Draw some sites of a study over its kecamatan and some layers."""
    read = {k: layer for k, layer in inputs.read.items() if k not in {*HAZARDS, "events"}}
    whole = site_map(result, replace(inputs, read=read), title=words.say("sets.title"))
    chosen = whole.sites["id"].isin(set(ids))
    return replace(
        whole,
        sites=whole.sites.loc[chosen],
        layers=tuple(layers),
        heading=words.say("sets.chosen"),
    )


def catchment_map(
    result: StudyResult,
    inputs: Assembled,
    found: Grounds,
    *,
    opened: Sequence[Mapping[str, Any]],
    sent: Mapping[str, str],
) -> str:
    """Draw which site each desa is sent to.

    Parameters
    ----------
    opened : sequence of mapping
        ``id``, ``rank`` and ``name``; the colours follow their order.
    sent : mapping
        The site that takes most of a desa's hours, by desa.
    """
    names = {one["id"]: f"{one['rank']}. {one['name']}" for one in opened}
    nobody = words.say("sets.nobody")
    label = [names.get(sent.get(str(desa), ""), nobody) for desa in found.desa["id"]]
    frame = _desa(found, label)
    legend = [(name, CATCHMENTS[k % len(CATCHMENTS)]) for k, name in enumerate(names.values())]
    layer = MapLayer(
        key="catchments",
        title=words.say("sets.catchments"),
        frame=frame,
        style="area",
        class_column="label",
        shown=True,
        legend=(*legend, (nobody, NOBODY)),
    )
    return render_site_map(_base(result, inputs, list(names), [layer]))


def office_map(
    result: StudyResult,
    inputs: Assembled,
    found: Grounds,
    *,
    minutes: Floats,
    today: shapely.Point,
    opened: Sequence[str] = (),
) -> str:
    """Draw how long every desa travels, with the office of today (EPSG:4326) and those opened.

    Parameters
    ----------
    minutes : ndarray, shape (m,)
        One way, in the order of the desa; NaN = unknown.
    """
    key = minutes_key()
    labels = np.array([label for label, _ in key[:-1]], dtype=object)
    unknown = key[-1][0]
    place = np.searchsorted(np.asarray(MINUTES, dtype=float), minutes, side="left")
    label = np.where(np.isnan(minutes), unknown, labels[np.minimum(place, len(MINUTES))])
    travel = MapLayer(
        key="minutes",
        title=words.say("sets.minutes"),
        frame=_desa(found, label.tolist()),
        style="area",
        class_column="label",
        shown=True,
        legend=key,
    )
    title = words.say("sets.office.today")
    here = MapLayer(
        key="today",
        title=title,
        frame=gpd.GeoDataFrame(geometry=[today], crs="EPSG:4326"),
        style="event",
        class_column="",
        shown=True,
        legend=((title, TODAY),),
    )
    return render_site_map(_base(result, inputs, opened, [travel, here]))


def minutes_key() -> tuple[tuple[str, str], ...]:
    """Return the classes of minutes in words, each with its colour; the last is the unknown."""
    bounds = [words.say("sets.minutes.upto", n=n) for n in MINUTES]
    labels = [*bounds, words.say("sets.minutes.over", n=MINUTES[-1])]
    known = zip(labels, MINUTE_COLOURS, strict=True)
    return (*known, (words.say("sets.minutes.unknown"), NOBODY))


def _desa(found: Grounds, label: Sequence[str]) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame({"label": list(label)}, geometry=found.desa.geometry.to_numpy(),
                             crs=found.desa.crs)  # fmt: skip
    return to_lonlat(frame)

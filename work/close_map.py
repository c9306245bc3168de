"""The close map of one site: hazards, events, roads and neighbours within about a kilometre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import words
from geo.crs import to_lonlat
from geo.map_layers import HAZARDS, event_layer, hazard_layer
from geo.map_types import MapLayer
from geo.maps import render_site_map
from geo.terrain import Raster
from geo.zones import class_polygons
from scoring.layers import Layer, Layers
from work.assemble import Assembled
from work.board import Board
from work.mapping import BREAKS, site_map
from work.roles import may, require_inside

NEAR_M = 1000.0
AROUND = 1.7
"""What is drawn reaches so many times as far: a map is wider than high, and can be moved."""
NEIGHBOURS = (
    ("children", ("school", "kindergarten", "orphanage"), "#b4326e"),
    ("harmful", ("bar", "gambling", "nightclub", "prison"), "#111111"),
    ("health", ("puskesmas", "hospital", "health"), "#0072b2"),
    ("worship", ("place_of_worship",), "#7a4fa3"),
    ("transport", ("bus_stop", "terminal"), "#3f7d20"),
)
ROADS = (
    ("main", ("motorway", "trunk", "primary", "secondary"), "#6b4f3a"),
    ("local", ("tertiary",), "#8c7a6b"),
)
OTHER_ROAD = "#b9b2aa"


def close_map(board: Board, site: str) -> str | None:
    """Draw what lies around one site as a page of HTML; None where not even its desa is known.

    Other sites are drawn for those who may see their scores.
    """
    result, inputs = board.result, board.inputs
    i = result.candidates.ids.index(site)
    require_inside(str(result.candidates.frame["agency"].fillna("").iloc[i]))
    point = result.candidates.points.iloc[i]
    if inputs is None or point is None or point.is_empty:
        return None
    degrees = _degrees(point, result.candidates.points.crs)
    whole = site_map(result, replace(inputs, read=_drawn(inputs)), title=board.study_name)
    land = gpd.clip(board.kecamatan, degrees) if len(board.kecamatan) else board.kecamatan
    land = land[land.geom_type.isin(["Polygon", "MultiPolygon"])]
    inside = whole.sites.geometry.intersects(degrees)
    if not may("view_internal"):
        inside &= whole.sites["id"] == site
    return render_site_map(
        replace(
            whole,
            sites=whole.sites.loc[inside],
            kecamatan=land,
            layers=tuple(_layers(inputs, degrees)),
            attribution=inputs.credit(("boundary", "areas", *HAZARDS, "events")),
            heading=words.say("maps.near"),
            focus=site,
            focus_m=NEAR_M,
        )
    )


def _drawn(inputs: Assembled) -> dict[str, Layer]:
    """Leave out the layers of a whole regency: the close map brings its own."""
    left_out = {*HAZARDS, "events", "areas"}
    return {kind: layer for kind, layer in inputs.read.items() if kind not in left_out}


def _degrees(point: shapely.Point, crs: object) -> shapely.Polygon:
    """Return the box around a point that is drawn, EPSG:4326."""
    left, bottom, right, top = point.buffer(AROUND * NEAR_M).bounds
    box = gpd.GeoSeries([shapely.box(left, bottom, right, top)], crs=crs)
    there: shapely.Polygon = to_lonlat(box).iloc[0]
    return there


def _layers(inputs: Assembled, around: shapely.Polygon) -> list[MapLayer]:
    found = [
        _hazard(inputs.read[kind], around, shown=kind == "landslide")
        for kind in HAZARDS
        if kind in inputs.read
    ]
    found += _roads(inputs.layers, around)
    found += _neighbours(inputs.layers, around)
    if "events" in inputs.read:
        frame = inputs.read["events"].data
        frame = frame.loc[frame.geometry.notna(), ["geometry"]]
        found.append(event_layer(frame[frame.intersects(around)], shown=True))
    return [layer for layer in found if layer is not None]


def _layer(
    key: str,
    title: str,
    frame: gpd.GeoDataFrame,
    style: str,
    legend: Sequence[tuple[str, str, str]],
    *,
    shown: bool = True,
    class_column: str = "",
) -> MapLayer:
    return MapLayer(
        key=key,
        title=title,
        frame=frame,
        style=style,  # type: ignore[arg-type]  # one of the styles, chosen above
        class_column=class_column,
        shown=shown,
        legend=tuple((label, colour) for _, label, colour in legend),
    )


def _hazard(layer: Layer, around: shapely.Polygon, *, shown: bool) -> MapLayer:
    """Show a hazard at its own grain: cells of a raster are not merged as on a map of the whole."""
    if isinstance(layer.data, Raster):
        there = gpd.GeoSeries([around], crs="EPSG:4326").to_crs(layer.data.crs).total_bounds
        bounds = (float(there[0]), float(there[1]), float(there[2]), float(there[3]))
        zones = class_polygons(layer.data, BREAKS[layer.values or "index"], within=bounds)
    else:
        zones = gpd.clip(layer.data[["class_", "geometry"]], around)
    return hazard_layer(layer.kind, zones, shown=shown)


def _classed(
    frame: gpd.GeoDataFrame,
    column: str,
    classes: Sequence[tuple[str, tuple[str, ...], str]],
    around: shapely.Polygon,
) -> gpd.GeoDataFrame:
    """Give features in the box the label of their class, "" for those of none."""
    near = frame.iloc[frame.sindex.query(around, predicate="intersects")]
    labels = {kind: words.say(f"place.near.{key}") for key, kinds, _ in classes for kind in kinds}
    label = near[column].map(labels).fillna("").astype(str)
    return gpd.GeoDataFrame(
        {"label": label.to_numpy(dtype=object)}, geometry=near.geometry.to_numpy(), crs=frame.crs
    )


def _data(layer: Layer) -> gpd.GeoDataFrame:
    frame: gpd.GeoDataFrame = layer.data() if callable(layer.data) else layer.data
    return to_lonlat(frame) if frame.crs.to_epsg() != 4326 else frame


def _roads(layers: Layers, around: shapely.Polygon) -> list[MapLayer]:
    streets = layers.get("streets")
    if streets is None:
        return []
    found = _classed(_data(streets), "highway", ROADS, around)
    other = words.say("place.near.small_road")
    found["label"] = np.where(found["label"] == "", other, found["label"])
    legend = [(key, words.say(f"place.near.{key}"), colour) for key, _, colour in ROADS]
    legend.append(("other", other, OTHER_ROAD))
    title = words.say("place.near.roads")
    return [_layer("roads", title, found, "line", legend, class_column="label")]


def _neighbours(layers: Layers, around: shapely.Polygon) -> list[MapLayer]:
    places = layers.get("places")
    if places is None:
        return []
    found = _classed(_data(places), "kind", NEIGHBOURS, around)
    found = found.loc[found["label"] != ""]
    found = found.set_geometry(found.geometry.representative_point())
    legend = [(key, words.say(f"place.near.{key}"), colour) for key, _, colour in NEIGHBOURS]
    title = words.say("place.near.places")
    return [_layer("places", title, found, "event", legend, class_column="label")]


def neighbours(board: Board, site: str, *, within_m: float = NEAR_M) -> pd.DataFrame:
    """List the named neighbours of a site: ``class_``, ``kind``, ``name``, ``distance_m``."""
    columns = ["class_", "kind", "name", "distance_m"]
    places = board.inputs.layers.get("places") if board.inputs else None
    point = board.result.candidates.points.iloc[board.result.candidates.ids.index(site)]
    if board.inputs is None or places is None or point is None or point.is_empty:
        return pd.DataFrame(columns=columns)
    frame = board.inputs.layers.metric("places")
    near = frame.iloc[frame.sindex.query(point, predicate="dwithin", distance=within_m)]
    classes = {kind: key for key, kinds, _ in NEIGHBOURS for kind in kinds}
    told = pd.DataFrame(
        {
            "class_": near["kind"].map(classes).to_numpy(),
            "kind": near["kind"].to_numpy(),
            "name": near["name"].fillna("").astype(str).to_numpy(),
            "distance_m": near.distance(point).to_numpy(),
        }
    )
    return told.loc[told["class_"].notna()].sort_values("distance_m", ignore_index=True)

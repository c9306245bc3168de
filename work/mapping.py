"""The offline map page of a study: its sites, and the hazards and events around them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd

import words
from data.workspace import Study, open_study
from geo.crs import to_lonlat
from geo.files import taken_back
from geo.map_layers import HAZARDS, event_layer, hazard_layer
from geo.maps import MapCriterion, MapLayer, SiteMap, write_site_map
from geo.terrain import Raster
from geo.zones import class_polygons
from reports.wording import day_text
from scoring.layers import Layer
from scoring.study import StudyResult
from work.access_log import took_from
from work.assemble import Assembled
from work.basemaps import water_of
from work.board import kecamatan_of
from work.present import site_rows
from work.ranking import compute
from work.roles import require

BREAKS = {"index": (1e-9, 0.33, 0.66), "class": (0.5, 1.5, 2.5)}


def map_study(
    folder: Path,
    output: Path,
    *,
    programme: str | None = None,
    scenario: str | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Write the map page; ``{file, bytes, sites, excluded, synthetic}``."""
    require("view_internal")
    with open_study(folder) as study:
        result, inputs = compute(study, programme, scenario)
        page = site_map(result, inputs, title=study.settings.name)
    with taken_back(output) as written:
        write_site_map(output, page, overwrite=overwrite)
        written()
        took_from(folder, "map", output.name)
    return {
        "file": str(output),
        "bytes": output.stat().st_size,
        "sites": len(result.ranking.order),
        "excluded": len(result.judgement.excluded),
        "synthetic": inputs.synthetic,
    }


def site_map(result: StudyResult, inputs: Assembled, *, title: str) -> SiteMap:
    """Lay out a result as a map page in the language of the context."""
    programme = words.say(f"programme.{result.scenario.programme}")
    return SiteMap(
        title=title,
        subtitle=programme,
        sites=_sites(result),
        criteria=tuple(
            MapCriterion(
                key=c.key,
                title=words.say(f"criterion.{c.key}"),
                group="benefit" if c.group == "benefit" else "safety",
                weight_0_1=float(w),
            )
            for c, w in zip(result.criteria, result.ranking.weights, strict=True)
        ),
        kecamatan=kecamatan_of(inputs),
        layers=tuple(_layers(inputs)),
        attribution=inputs.credit(("boundary", "areas", *HAZARDS, "events")),
        synthetic=inputs.synthetic,
        lang=words.language.get(),
        run=words.say("map.as_of", date=day_text(result.scenario.as_of)),
    )


def _sites(result: StudyResult) -> gpd.GeoDataFrame:
    rows = site_rows(result)
    places = result.candidates.points.where(result.candidates.frame["placed"] != "unplaced")
    frame = rows.frame.assign(
        contributions=list(rows.contributions), unknown=list(rows.unknown.astype(int))
    )
    return gpd.GeoDataFrame(frame, geometry=to_lonlat(places).to_numpy(), crs="EPSG:4326")


def _layers(inputs: Assembled) -> list[MapLayer]:
    found = [hazard_layer(k, _zones(inputs.read[k])) for k in HAZARDS if k in inputs.read]
    if "events" in inputs.read:
        events = inputs.read["events"].data
        found.append(event_layer(events.loc[events.geometry.notna(), ["geometry"]]))
    return found


def _zones(layer: Layer) -> gpd.GeoDataFrame:
    """Return a hazard's zones as polygons of ``class_`` (EPSG:4326)."""
    if isinstance(layer.data, Raster):
        return class_polygons(layer.data, BREAKS[layer.values or "index"])
    return layer.data[["class_", "geometry"]]


def drawn_layers(study: Study, inputs: Assembled) -> dict[str, gpd.GeoDataFrame]:
    """Return what a static map draws under its sites, EPSG:4326; a layer not given is left out.

    Returns
    -------
    dict of str to GeoDataFrame
        ``roads``: lines with ``highway`` and ``name``; ``water``: lines with ``waterway`` and
        ``name``; ``lakes``: areas; ``landslide``, ``flood``, ``flash-flood``,
        ``earthquake``: zones of ``class_`` 1-3, as far as somebody mapped them; ``events``: points
        with ``date``; ``boundary``: the study's outline.
    """
    found = {kind: _zones(inputs.read[kind]) for kind in HAZARDS if kind in inputs.read}
    streets = inputs.layers.get("streets")
    if streets is not None:
        frame = streets.data() if callable(streets.data) else streets.data
        found["roads"] = frame[["highway", "name", "geometry"]]
    if "events" in inputs.read:
        events = inputs.read["events"].data
        found["events"] = events.loc[events.geometry.notna(), ["date", "geometry"]]
    if "boundary" in inputs.read:
        found["boundary"] = inputs.read["boundary"].data[["geometry"]]
    return found | water_of(study, inputs)

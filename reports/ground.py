"""What every map of one document is drawn on: the layers of a run, made ready once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geo.crs import utm_crs
from geo.figure_around import scale_for
from geo.figure_ground import Ground, Window, ready
from reports.facts import ReportFacts, ReportSite

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in metres."""
AROUND = 1.05
"""How much more than its land a map of the whole shows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapGround:
    """Layers and sites of a run in metres.

    Parameters
    ----------
    ground : Ground
    sites : GeoDataFrame
        Every site with a point, as `geo.figures.draw_map` takes them, ``number`` its rank; the
        excluded have none.
    xy : mapping of str to (x, y)
        Metres, by id.
    desa : mapping
        Box of each desa in metres, by its name and kecamatan.
    """

    ground: Ground
    sites: gpd.GeoDataFrame
    xy: dict[str, tuple[float, float]]
    desa: dict[tuple[str, str], Box]

    def window(
        self, width_mm: float, height_mm: float, *, above_mm: float = 0.0, step: int = 0
    ) -> Window | None:
        """Return the window of the whole study; None where no outline is known.

        Parameters
        ----------
        above_mm : float
            Room to leave free at its upper edge.
        step : int
            Scales are whole multiples of it, so that the land fills the map; 0 for the few round
            ones that maps of several sizes share.
        """
        box = self.box()
        if box is None:
            return None
        left, bottom, right, top = box
        wide, tall = (right - left) * AROUND, (top - bottom) * AROUND
        free_mm = height_mm - above_mm
        scale = scale_for(wide, tall, width_mm, free_mm)
        if step:
            need = max(wide / width_mm, tall / free_mm) * 1000
            scale = max(math.ceil(need / step), 1) * step
        middle = (left + right) / 2, (bottom + top) / 2 + above_mm * scale / 2000
        return Window(middle, width_mm, height_mm, scale)

    def box(self) -> Box | None:
        """Return the box of the outline, else of the areas, else of the sites."""
        for name in ("boundary", "kecamatan", "desa"):
            theme = self.ground.theme(name)
            if theme is not None:
                left, bottom, right, top = shapely.total_bounds(theme.shapes).tolist()
                return left, bottom, right, top
        if not self.xy:
            return None
        at = np.array(list(self.xy.values()))
        left, bottom = at.min(axis=0).tolist()
        right, top = at.max(axis=0).tolist()
        return left - 500, bottom - 500, right + 500, top + 500

    def desa_box(self, site: ReportSite) -> Box | None:
        """Return the box of the desa that a site without a point lies in, where it is known."""
        return self.desa.get((site.desa, site.kecamatan)) if site.desa else None


def map_ground(facts: ReportFacts) -> MapGround | None:
    """Make the layers and sites of a run ready; None where nothing at all has a place."""
    layers = dict(facts.layers) | {"kecamatan": facts.kecamatan, "desa": facts.desa}
    outline = next((f for f in (layers.get("boundary"), *layers.values()) if _some(f)), None)
    placed = [s for s in (*facts.sites, *facts.excluded) if s.lon is not None and s.lat is not None]
    points = gpd.points_from_xy([s.lon for s in placed], [s.lat for s in placed])
    if outline is None and not placed:
        return None
    shape = (
        shapely.box(*outline.total_bounds) if outline is not None else shapely.MultiPoint(points)
    )
    crs = utm_crs(shape)
    frame = site_frame(placed, points)
    at = frame.to_crs(crs).geometry
    xy = {name: (float(x), float(y)) for name, x, y in zip(frame["id"], at.x, at.y, strict=True)}
    ground = ready(layers, crs=crs)
    return MapGround(ground=ground, sites=frame, xy=xy, desa=_desa_boxes(facts, crs))


def _desa_boxes(facts: ReportFacts, crs: CRS) -> dict[tuple[str, str], Box]:
    if not len(facts.desa):
        return {}
    boxes = facts.desa.to_crs(crs).bounds.to_numpy().tolist()
    names = zip(facts.desa["name"], facts.desa["kecamatan"], strict=True)
    return {
        (str(desa), str(kecamatan)): (box[0], box[1], box[2], box[3])
        for (desa, kecamatan), box in zip(names, boxes, strict=True)
    }


def _some(frame: gpd.GeoDataFrame | None) -> bool:
    return frame is not None and len(frame) > 0


def site_frame(sites: Sequence[ReportSite], points: object) -> gpd.GeoDataFrame:
    """Lay sites out for a map: numbered by rank, the excluded without a number."""
    return gpd.GeoDataFrame(
        {
            "id": [s.id for s in sites],
            "number": [str(s.rank) if s.rank else "" for s in sites],
            "name": [s.name for s in sites],
            "score": np.array([s.score if s.rank else np.nan for s in sites], dtype=float),
            "status": [s.readiness if s.rank else "excluded" for s in sites],
            "approximate": [False] * len(sites),
            "main": [False] * len(sites),
        },
        geometry=points,
        crs="EPSG:4326",
    )

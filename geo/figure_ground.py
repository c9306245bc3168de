"""The land under a printed map: layers made ready once, then cut and thinned for each window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geo.crs import to_metric

if TYPE_CHECKING:
    import geopandas as gpd

Floats = npt.NDArray[np.float64]
UNITS_PER_MM = 50
"""Paths are whole numbers of a fiftieth of a millimetre: half a printer's dot."""
_THIN_MM = 0.06
_LINE, _POLYGON = 1, 3
ROAD_CLASSES: Mapping[str, int] = {
    **dict.fromkeys(("motorway", "trunk", "primary"), 0),
    **dict.fromkeys(("secondary", "tertiary"), 1),
    **dict.fromkeys(("unclassified", "residential", "living_street", "road"), 2),
}
"""Main road, connecting road, street; everything else is a path (3)."""
PATH = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Theme:
    """One layer in metres: sound parts, each with its class and name, found by place."""

    shapes: npt.NDArray[Any]
    classes: npt.NDArray[np.int64]
    names: npt.NDArray[Any]
    tree: Any

    def near(self, window: Window) -> npt.NDArray[np.int64]:
        """Rows whose box meets the window, in their own order."""
        found: npt.NDArray[np.int64] = np.sort(self.tree.query(shapely.box(*window.bounds)))
        return found


@dataclass(frozen=True, slots=True)
class Window:
    """What a map shows: its middle (metres), its size on paper, and its scale 1 : ``scale``."""

    centre: tuple[float, float]
    width_mm: float
    height_mm: float
    scale: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top in metres."""
        x, y = self.centre
        wide, tall = (side * self.scale / 2000 for side in (self.width_mm, self.height_mm))
        return x - wide, y - tall, x + wide, y + tall

    def on_paper(self, xy: Floats) -> Floats:
        """Metres (n, 2) to millimetres from the upper left corner of the map."""
        left, _, _, top = self.bounds
        mm = 1000 / self.scale
        return np.column_stack([(xy[:, 0] - left) * mm, (top - xy[:, 1]) * mm])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """Layers of a study, in one metric CRS, ready to be cut to any number of windows."""

    crs: CRS
    themes: Mapping[str, Theme]

    def theme(self, name: str) -> Theme | None:
        """Return a layer, or None where nobody gave it."""
        return self.themes.get(name)


def ready(layers: Mapping[str, gpd.GeoDataFrame], *, crs: CRS) -> Ground:
    """Make layers ready for maps.

    Parameters
    ----------
    layers : mapping of str to GeoDataFrame
        By name, in any CRS: ``boundary``, ``kecamatan``, ``desa`` (``name``), ``roads``
        (``highway``, ``name``), ``water`` (``name``), ``lakes``, ``landslide``, ``flood``,
        ``flash-flood`` (``class_`` 1 to 3), ``events``. Others are left alone; missing ones too.
    crs : pyproj.CRS
        Metric CRS of every map made of them.
    """
    found = {}
    for name, frame in sorted(layers.items()):
        made = _theme(name, frame, crs)
        if made is not None:
            found[name] = made
    return Ground(crs=crs, themes=found)


def _theme(name: str, frame: gpd.GeoDataFrame, crs: CRS) -> Theme | None:
    kept = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    if not len(kept):
        return None
    shapes = np.asarray(to_metric(kept, crs=crs).geometry.to_numpy(), dtype=object)
    unsound = ~shapely.is_valid(shapes) & (shapely.get_dimensions(shapes) == 2)
    shapes[unsound] = shapely.make_valid(shapes[unsound])
    parts, row = shapely.get_parts(shapes, return_index=True)
    classes, names = _classes(name, kept), _names(kept)
    return Theme(shapes=parts, classes=classes[row], names=names[row], tree=shapely.STRtree(parts))


def _classes(name: str, frame: gpd.GeoDataFrame) -> npt.NDArray[np.int64]:
    if name == "roads" and "highway" in frame:
        plain = frame["highway"].astype(str).str.removesuffix("_link")
        return np.asarray(plain.map(ROAD_CLASSES).fillna(PATH), dtype=np.int64)
    if "class_" in frame:
        return np.asarray(frame["class_"].fillna(0), dtype=np.int64)
    return np.zeros(len(frame), dtype=np.int64)


def _names(frame: gpd.GeoDataFrame) -> npt.NDArray[Any]:
    if "name" not in frame:
        return np.full(len(frame), "", dtype=object)
    return np.array([n if isinstance(n, str) else "" for n in frame["name"]], dtype=object)


def cut(theme: Theme, rows: npt.NDArray[np.int64], window: Window) -> tuple[Any, Any]:
    """Cut some shapes of a layer to a window and thin them to what paper can show.

    Returns
    -------
    parts, rows : arrays
        What is left, in metres, each with the row it comes from.
    """
    left, bottom, right, top = window.bounds
    rim = window.scale / 1000  # a millimetre more, so that no outline runs along the frame
    shapes = theme.shapes[rows]
    mm = window.scale / 1000
    small = shapely.simplify(shapes, _THIN_MM * mm, preserve_topology=False)
    held = shapely.clip_by_rect(small, left - rim, bottom - rim, right + rim, top + rim)
    parts, index = shapely.get_parts(held, return_index=True)
    flat = shapely.get_type_id(parts) >= 4  # a collection inside: once more
    if flat.any():
        deeper, of = shapely.get_parts(parts, return_index=True)
        parts, index = deeper, index[of]
    kept = ~shapely.is_empty(parts)
    # shells one way and holes the other: filled as one path (rule nonzero), holes stay open and
    # what overlaps is painted once
    return shapely.orient_polygons(parts[kept]), rows[index[kept]]


def paths(parts: Any, window: Window) -> str:
    """Write lines or polygons as the data of one SVG path, in units of `UNITS_PER_MM`."""
    if not len(parts):
        return ""
    kind = shapely.get_type_id(parts)
    areas = parts[kind == _POLYGON]
    lines = parts[(kind == _LINE) | (kind == 2)]
    rings = shapely.get_rings(areas) if len(areas) else np.empty(0, dtype=object)
    return _drawn(rings, window, closed=True) + _drawn(lines, window, closed=False)


def _drawn(lines: Any, window: Window, *, closed: bool) -> str:
    if not len(lines):
        return ""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    units = np.rint(window.on_paper(xy) * UNITS_PER_MM).astype(np.int64)
    new = np.r_[True, np.diff(owner) != 0]
    kept = new | np.r_[True, np.any(np.diff(units, axis=0) != 0, axis=1)]
    units, new = units[kept], new[kept]
    steps = np.where(new[:, None], units, np.diff(units, axis=0, prepend=units[:1]))
    starts = np.flatnonzero(new)
    ends = np.r_[starts[1:], len(units)]
    told = steps.tolist()
    least = 3 if closed else 2
    close = "z" if closed else ""
    out = []
    for a, b in zip(starts.tolist(), ends.tolist(), strict=True):
        if b - a >= least:
            rest = " ".join(f"{x} {y}" for x, y in told[a + 1 : b])
            out.append(f"M{told[a][0]} {told[a][1]}l{rest}{close}")
    return "".join(out)

"""What a basemap shows, laid out on the square world of the tile grid and quick to look up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.crs import to_lonlat
from geo.raster import Raster
from geo.tile_grid import SIZE, Coverage, Floats, tiles_of, to_world
from geo.tile_style import COVER_OF, RIVERS, ROADS, ROUGH

if TYPE_CHECKING:
    import geopandas as gpd

Ints = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]
BUILDINGS_FROM = 15
_THINNED_BELOW = 15
_THINNED_PX = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """The layers a basemap is drawn from; each may be missing, each in any stated CRS.

    Parameters
    ----------
    roads : GeoDataFrame of lines, optional
        ``highway`` (OSM class) · ``name`` · ``surface``.
    cover : GeoDataFrame of areas, optional
        ``class_``: land cover in the words of OSM or of an Indonesian land-cover map.
    rivers : GeoDataFrame of lines, optional
        ``waterway`` · ``name``.
    buildings : GeoDataFrame of areas, optional
    areas : GeoDataFrame of areas, optional
        ``name`` · ``level`` ("desa" or "kecamatan") · ``kecamatan``.
    boundary : GeoDataFrame of areas, optional
        The district; what is drawn whole at large scale.
    places : GeoDataFrame of points, optional
        ``kind`` (a key of `tile_style.SPOTS`) · ``name``.
    names : GeoDataFrame of points, optional
        ``kind`` (OSM's ``place``, or "peak") · ``name``.
    elevation : Raster, optional
        Heights in metres: light on the slopes, and contour lines.
    name, attribution : str
        Shown by the programs that open the map.
    watermark : str
        Written over the map again and again, such as "data sintetis"; "" writes nothing.
    """

    roads: gpd.GeoDataFrame | None = None
    cover: gpd.GeoDataFrame | None = None
    rivers: gpd.GeoDataFrame | None = None
    buildings: gpd.GeoDataFrame | None = None
    areas: gpd.GeoDataFrame | None = None
    boundary: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    names: gpd.GeoDataFrame | None = None
    elevation: Raster | None = None
    name: str = ""
    attribution: str = ""
    watermark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Lines or areas, each in one piece, with flat coordinates.

    Parameters
    ----------
    whole : array of geometries, shape (n,)
        On the square world.
    coords : array of float64, shape (m, 2)
    starts : array of int, shape (r + 1,)
        Of each line, or of each ring.
    rings : array of int, shape (n + 1,)
        First ring of each area; of lines, 0 to n.
    kind, name : array of str, shape (n,)
    rough : array of bool, shape (n,)
        Of roads: rain makes the surface slow.
    """

    whole: Any
    coords: Floats
    starts: Ints
    rings: Ints
    kind: Texts
    name: Texts
    rough: npt.NDArray[np.bool_]
    tree: Any = field(repr=False)

    def near(self, box: tuple[float, float, float, float]) -> Ints:
        """Name the shapes whose box touches another one, in order."""
        return np.sort(self.tree.query(shapely.box(*box)))

    def pieces(self, which: Ints, *, scale: float, origin: Floats) -> list[Floats]:
        """Return the lines or rings of some shapes in pixels of a picture."""
        rings = _ranges(self.rings[which], self.rings[which + 1])
        at = _ranges(self.starts[rings], self.starts[rings + 1])
        ends = np.cumsum(self.starts[rings + 1] - self.starts[rings])[:-1]
        return np.split(self.coords[at] * scale - origin, ends) if len(rings) else []

    def only(self, keep: npt.NDArray[np.bool_], *, zoom: int) -> Shapes:
        """Take some, with no more points than a zoom can show."""
        geometries = self.whole[keep]
        if zoom < _THINNED_BELOW:
            step = _THINNED_PX / (SIZE * 2**zoom)
            geometries = shapely.simplify(geometries, step, preserve_topology=False)
        gone = shapely.is_empty(geometries)
        return _shapes(
            geometries[~gone], self.kind[keep][~gone], self.name[keep][~gone],
            self.rough[keep][~gone],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A basemap on the square world: shapes by layer, and points with their kinds and names."""

    roads: Shapes
    cover: Shapes
    rivers: Shapes
    buildings: Shapes
    desa: Shapes
    kecamatan: Shapes
    boundary: Shapes


def scene_of(basemap: Basemap, coverage: Coverage) -> Scene:
    """Lay a basemap's lines and areas out on the square world.

    Of the buildings, which are many and drawn on the finest levels only, those near their tiles.
    """
    areas = basemap.areas
    level = None if areas is None else areas["level"].to_numpy(dtype=object)
    desa = None if areas is None else areas[level == "desa"]
    kecamatan = None if areas is None else areas[level == "kecamatan"]
    if kecamatan is not None and not len(kecamatan) and desa is not None and len(desa):
        kecamatan = desa.dissolve("kecamatan").reset_index()
    return Scene(
        roads=_layer(basemap.roads, "highway", known=ROADS.__contains__),
        cover=_layer(basemap.cover, "class_", known=COVER_OF.__contains__),
        rivers=_layer(basemap.rivers, "waterway", known=RIVERS.__contains__),
        buildings=_layer(_near(basemap.buildings, coverage), ""),
        desa=_edges(desa),
        kecamatan=_edges(kecamatan),
        boundary=_edges(basemap.boundary),
    )


def _near(frame: gpd.GeoDataFrame | None, coverage: Coverage) -> gpd.GeoDataFrame | None:
    shown = coverage.tiles.get(BUILDINGS_FROM)
    if frame is None or not len(frame) or not shown:
        return None
    box = to_lonlat(frame).geometry.bounds.to_numpy()
    middle = tiles_of((box[:, :2] + box[:, 2:]) / 2, BUILDINGS_FROM)
    around = {(x + i, y + j) for x, y in shown for i in (-1, 0, 1) for j in (-1, 0, 1)}
    codes = np.array([x << 32 | y for x, y in around])
    return frame[np.isin(middle[:, 0] << 32 | middle[:, 1], codes)]


def on_world(frame: gpd.GeoDataFrame) -> Any:
    """Return a frame's geometries on the square world."""
    return shapely.transform(to_lonlat(frame).geometry.to_numpy(), to_world)


def texts(frame: gpd.GeoDataFrame, column: str) -> Texts:
    """Return a column as text; "" where it is missing."""
    if column not in frame:
        return np.full(len(frame), "", dtype=object)
    cells = frame[column]
    said: Texts = cells.astype(object).where(cells.notna(), "").to_numpy(dtype=object)
    return said


def _layer(
    frame: gpd.GeoDataFrame | None, column: str, *, known: Callable[[str], bool] | None = None
) -> Shapes:
    if frame is None or not len(frame):
        none = np.empty(0, dtype=object)
        return _shapes(none, none, none, np.empty(0, dtype=bool))
    kind, name = texts(frame, column), texts(frame, "name")
    rough = np.isin(texts(frame, "surface").astype(str), list(ROUGH))
    keep = frame.geometry.notna().to_numpy() & ~frame.geometry.is_empty.to_numpy()
    if known is not None:
        keep &= np.array([known(k) for k in kind], dtype=bool)
    parts, of = shapely.get_parts(on_world(frame[keep]), return_index=True)
    drawable = shapely.get_dimensions(parts) > 0
    parts, of = parts[drawable], of[drawable]
    return _shapes(parts, kind[keep][of], name[keep][of], rough[keep][of])


def _edges(frame: gpd.GeoDataFrame | None) -> Shapes:
    """Return the lines between areas, each once: dashes drawn twice would run into each other."""
    if frame is None or not len(frame):
        return _layer(None, "")
    lines = shapely.line_merge(shapely.union_all(shapely.boundary(on_world(frame))))
    parts = np.asarray(shapely.get_parts(lines))
    blank = np.full(len(parts), "", dtype=object)
    return _shapes(parts, blank, blank, np.zeros(len(parts), dtype=bool))


def _shapes(geometries: Any, kind: Texts, name: Texts, rough: npt.NDArray[np.bool_]) -> Shapes:
    areas = len(geometries) > 0 and shapely.get_dimensions(geometries[0]) == 2
    if areas:
        parts, of = shapely.get_rings(geometries, return_index=True)
    else:
        parts, of = geometries, np.arange(len(geometries))
    coords, index = shapely.get_coordinates(parts, return_index=True)
    return Shapes(
        whole=geometries,
        coords=coords,
        starts=np.searchsorted(index, np.arange(len(parts) + 1)),
        rings=np.searchsorted(of, np.arange(len(geometries) + 1)),
        kind=kind,
        name=name,
        rough=rough,
        tree=shapely.STRtree(geometries),
    )


def _ranges(first: Ints, end: Ints) -> Ints:
    """Return first[0] … end[0] − 1, first[1] … end[1] − 1, … in one array."""
    lengths = end - first
    total = int(lengths.sum())
    shift = np.repeat(first - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    found: Ints = (np.arange(total) + shift).astype(np.int64)
    return found

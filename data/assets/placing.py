"""Where each candidate stands among the study's areas: on its point, in its desa, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.assets.locate import locate
from data.gazetteer import Gazetteer, normalise
from geo.crs import to_metric, utm_crs
from geo.errors import Note

POINT, DESA, UNPLACED = "point", "desa", "unplaced"
OUT_OF_AREA = "out_of_area"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What `place` found.

    Parameters
    ----------
    sites : GeoDataFrame
        EPSG:4326, every site given, in the same order, with ``desa_code``, ``desa``, ``kecamatan``
        (of the area it stands in, else as written), ``placed`` (``"point"``, ``"desa"`` or
        ``"unplaced"``), ``positional_sd_m`` (0 on a point; √(area/12) in a desa; NaN) and
        ``geometry`` (Point, the desa's polygon, or None).
    excluded : DataFrame
        ``id``, ``reason`` (``"out_of_area"``), ``text_code`` and ``fields`` of the sentence.
    notes : tuple of Note
        One per site whose words and point disagree, or that no word could place; ``fields["id"]``
        is the site's.
    """

    sites: gpd.GeoDataFrame
    excluded: pd.DataFrame
    notes: tuple[Note, ...]


def place(
    sites: gpd.GeoDataFrame,
    *,
    areas: gpd.GeoDataFrame | None,
    boundary: gpd.GeoDataFrame | None,
    bounds: tuple[float, float, float, float],
) -> Placement:
    """Place every site: again at each rank, so that the order of adding files never matters.

    Parameters
    ----------
    sites : GeoDataFrame
        The register's ``sites`` frame, EPSG:4326.
    areas : GeoDataFrame or None
        The ``areas`` layer (desa, and possibly kecamatan), EPSG:4326.
    boundary : GeoDataFrame or None
        The ``boundary`` layer. None: only `bounds` decide what lies outside.
    bounds : (min lon, min lat, max lon, max lat)
        Degrees.

    Notes
    -----
    A place known only to lie in a desa of area A is taken as uniform in it: each coordinate has
    about the sd of a uniform variable over √A, that is √A / √12 = √(A/12) metres.
    """
    has_point = sites["has_point"].to_numpy(dtype=bool)
    points = np.asarray(sites.geometry.array, dtype=object)
    inside = np.zeros(len(sites), dtype=bool)
    inside[has_point] = _inside(points[has_point], boundary, bounds)
    excluded = _excluded(sites, points, has_point & ~inside)
    ground = _Ground(areas)
    where = np.full(len(sites), -1)
    where[inside] = ground.holding(points[inside])
    named = ground.named(sites)
    notes = _notes(sites, ground.gazetteer, has_point=has_point, where=where, named=named)
    # a point in a gap between two sources' borders keeps the desa its register names
    area = np.where(has_point, np.where(where >= 0, where, np.where(inside, named, -1)), named)
    return Placement(
        sites=_placed(sites, ground, points, has_point=has_point, area=area),
        excluded=excluded,
        notes=tuple(notes),
    )


class _Ground:
    """The desa of a study: which holds a point, which bears a name."""

    def __init__(self, areas: gpd.GeoDataFrame | None) -> None:
        self.areas = areas
        self.gazetteer = Gazetteer(areas) if areas is not None else None
        if areas is not None:
            level = areas["level"] if "level" in areas else pd.Series("desa", index=areas.index)
            desa = np.flatnonzero(level.to_numpy(dtype=object) != "kecamatan")
            self._order = desa if len(desa) else np.arange(len(areas))
            self._tree = shapely.STRtree(np.asarray(areas.geometry.array)[self._order])

    def holding(self, points: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
        """Return the area under each point, -1 for none; on a shared border the first listed."""
        found = np.full(len(points), -1, dtype=np.int64)
        if self.areas is None or not len(points):
            return found
        point, area = self._tree.query(points, predicate="intersects")
        order = np.lexsort((area, point))[::-1]
        found[point[order]] = self._order[area[order]]
        return found

    def named(self, sites: gpd.GeoDataFrame) -> npt.NDArray[np.int64]:
        """Return the desa the register's words name, -1 where they name none for sure."""
        if self.gazetteer is None:
            return np.full(len(sites), -1, dtype=np.int64)
        columns = ("has_point", "desa", "kecamatan", "address", "name")
        told = zip(*(sites[c].to_numpy(dtype=object) for c in columns), strict=True)
        found = [_named(self.gazetteer, *said) for said in told]
        return np.array([-1 if area is None else area for area in found], dtype=np.int64)


def _named(
    gazetteer: Gazetteer, has_point: bool, desa: str, kecamatan: str, address: str, name: str
) -> int | None:
    if has_point:
        return gazetteer.find(desa, kecamatan)
    return locate(gazetteer, desa=desa, kecamatan=kecamatan, address=address, name=name)


def _inside(
    points: npt.NDArray[np.object_],
    boundary: gpd.GeoDataFrame | None,
    bounds: tuple[float, float, float, float],
) -> npt.NDArray[np.bool_]:
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    west, south, east, north = bounds
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    if boundary is not None:
        whole = shapely.union_all(np.asarray(boundary.geometry.array))
        shapely.prepare(whole)
        inside &= shapely.intersects_xy(whole, lon, lat)
    return np.asarray(inside, dtype=bool)


def _excluded(
    sites: gpd.GeoDataFrame, points: npt.NDArray[np.object_], out: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    rows = [
        {
            "id": sites["id"].iloc[at],
            "reason": OUT_OF_AREA,
            "text_code": "placing.out_of_area",
            "fields": {
                "at": _sheet(sites, int(at)),
                "lat": f"{points[at].y:.6f}",
                "lon": f"{points[at].x:.6f}",
            },
        }
        for at in np.flatnonzero(out)
    ]
    return pd.DataFrame(rows, columns=["id", "reason", "text_code", "fields"])


def _sheet(sites: gpd.GeoDataFrame, at: int) -> str:
    return f"{sites['sheet'].iloc[at]}: " if sites["sheet"].nunique() > 1 else ""


def _notes(
    sites: gpd.GeoDataFrame,
    gazetteer: Gazetteer | None,
    *,
    has_point: npt.NDArray[np.bool_],
    where: npt.NDArray[np.int64],
    named: npt.NDArray[np.int64],
) -> list[Note]:
    """Say where words and points disagree, and which places no word could settle."""
    if gazetteer is None:
        return []
    told = zip(
        *(
            sites[column].to_numpy(dtype=object)
            for column in ("id", "name", "desa", "kecamatan", "row", "sheet")
        ),
        strict=True,
    )
    several = sites["sheet"].nunique() > 1
    area = np.where(has_point, where, named).tolist()
    same = cache(partial(_same_kecamatan, gazetteer))
    notes = []
    for at, (key, name, desa, kecamatan, row, sheet) in enumerate(told):
        if area[at] >= 0:
            found = gazetteer.kecamatan[area[at]]
            code = "placing.other_kecamatan" if has_point[at] else "placing.desa_elsewhere"
            if not normalise(kecamatan) or same(kecamatan, found):
                continue
        elif not has_point[at]:
            found = ""
            code = "placing.desa_unknown" if normalise(desa) else "placing.find_point"
        else:
            continue
        fields = {"id": key, "name": name, "desa": desa, "kecamatan": kecamatan, "found": found}
        at_sheet = f"{sheet}: " if several else ""
        notes.append(Note(row=int(row), code=code, fields={"at": at_sheet, **fields}))
    return notes


def _same_kecamatan(gazetteer: Gazetteer, written: str, found: str) -> bool:
    return normalise(gazetteer.find_kecamatan(written) or written) == normalise(found)


def _placed(
    sites: gpd.GeoDataFrame,
    ground: _Ground,
    points: npt.NDArray[np.object_],
    *,
    has_point: npt.NDArray[np.bool_],
    area: npt.NDArray[np.int64],
) -> gpd.GeoDataFrame:
    known = area >= 0
    in_desa = known & ~has_point
    shape = points.copy()
    sd_m = np.where(has_point, 0.0, np.nan)
    columns = {
        "desa_code": np.full(len(sites), "", dtype=object),
        "desa": sites["desa"].to_numpy(dtype=object, copy=True),
        "kecamatan": sites["kecamatan"].to_numpy(dtype=object, copy=True),
    }
    if ground.areas is not None and ground.gazetteer is not None and known.any():
        at = area[known]
        names = np.array(ground.gazetteer.names, dtype=object)
        is_desa = ground.gazetteer.is_desa
        codes = ground.areas["code"].to_numpy(dtype=object)
        columns["desa_code"][known] = np.where(is_desa[at], codes[at], "")
        columns["desa"][known] = np.where(is_desa[at], names[at], columns["desa"][known])
        columns["kecamatan"][known] = np.array(ground.gazetteer.kecamatan, dtype=object)[at]
        shape[in_desa] = np.asarray(ground.areas.geometry.array, dtype=object)[area[in_desa]]
        sd_m[in_desa] = _spread_m(ground.areas)[area[in_desa]]
    shape[~has_point & ~in_desa] = None
    placed = np.where(has_point, POINT, np.where(in_desa, DESA, UNPLACED))
    frame = sites.drop(columns="geometry").assign(
        **columns, placed=placed, positional_sd_m=sd_m, geometry=shape
    )
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=4326)


def _spread_m(areas: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    metric = to_metric(areas, crs=utm_crs(shapely.box(*areas.total_bounds)))
    return np.sqrt(np.asarray(metric.geometry.area, dtype=np.float64) / 12.0)

"""A study's demand gathered by kecamatan: who lives where, who is counted, how far today's is."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from scoring.demand import GRID_M, counted, demand_points, folded
from scoring.layers import Layers
from scoring.trips import between, kilometres, off_streets

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MODE = "motorcycle"
LEAST_KNOWN = 0.9
"""A mean over less of a kecamatan's people is unknown, as for the minutes of a place."""
STREETS, STRAIGHT, NO_WAY = "streets", "straight-line", ""
NO_PEOPLE, NO_AREAS = "no_people", "no_areas"
COLUMNS = (
    "regency", "code", "kecamatan", "people", "clients", "spread_km", "office_min", "office_km",
    "flown_km", "way",
)  # fmt: skip
_NUMBERS = ("people", "clients", "spread_km", "office_min", "office_km", "flown_km")


def area_demand(layers: Layers) -> tuple[gpd.GeoDataFrame, str]:
    """Gather a study's demand by kecamatan.

    People stand where `scoring.demand.demand_points` puts them. Minutes and kilometres are those
    of `scoring.trips.between` and `kilometres` to the nearest *active* Bapas or Pos Bapas.

    Returns
    -------
    GeoDataFrame
        One row a kecamatan, by code and name; EPSG:4326 points at the middle of its people.
        ``regency`` · ``code`` (Kemendagri, "" unknown) · ``kecamatan`` · ``people`` · ``clients``
        (counted a year; NaN unknown or hidden, never 0 for it) · ``spread_km`` (root mean square
        distance of its people to the middle) · ``office_min``, ``office_km``, ``flown_km`` (means
        over its people: minutes, kilometres on the way and straight; NaN where known for less than
        nine in ten of them) · ``way`` ("streets", "straight-line" where any of it was reckoned so,
        "" where there is none).
    str
        Why there is no row: ``no_people``, ``no_areas`` (people as points, and nothing says in
        which kecamatan), else "".
    """
    homes = _homes(layers)
    if isinstance(homes, str):
        return _table(layers, pd.DataFrame({name: [] for name in (*COLUMNS, "x", "y")})), homes
    points = gpd.GeoSeries(shapely.points(homes["x"], homes["y"]), crs=layers.crs)
    homes = homes.assign(**_to_office(layers, points))
    key = homes["code"].where(homes["code"] != "", "|" + folded(homes["kecamatan"]))
    order = np.unique(key.to_numpy(dtype=str), return_inverse=True)[1]
    found = _gathered(homes, order)
    found["clients"] = _clients(layers, found)
    found = found.sort_values(["code", "kecamatan"], kind="stable").reset_index(drop=True)
    return _table(layers, found), ""


def offices_told(layers: Layers) -> list[dict[str, object]]:
    """Name the offices of today, by name: ``{name, lon, lat, active}`` (EPSG:4326)."""
    if layers.get("offices") is None:
        return []
    offices = layers.metric("offices")
    points = offices.geometry.to_crs(4326)
    at = (points.x.round(6), points.y.round(6))
    rows = zip(offices["name"], *at, offices["active"], strict=True)
    told = [{"name": str(n), "lon": x, "lat": y, "active": bool(a)} for n, x, y, a in rows]
    return sorted(told, key=lambda one: (one["name"], one["lon"], one["lat"]))


def _homes(layers: Layers) -> pd.DataFrame | str:
    """Lay out where people live, with their kecamatan: ``x`` · ``y`` · ``people`` · names."""
    if layers.get("people") is None:
        return NO_PEOPLE
    people = layers.metric("people")
    amount = people["population"].to_numpy(dtype=float)
    people = people.loc[np.isfinite(amount) & (amount > 0)].reset_index(drop=True)
    if len(people) and (people.geom_type == "Point").all():
        return _of_points(layers, people)
    laid = demand_points(layers, by_population=True)  # of the same rows, in their order
    if laid is None:
        return NO_PEOPLE
    return _named(people).assign(x=laid.points.x.to_numpy(), y=laid.points.y.to_numpy())


def _of_points(layers: Layers, people: gpd.GeoDataFrame) -> pd.DataFrame | str:
    """Give points of people the kecamatan they lie in; gathered in its squares of a kilometre."""
    if layers.get("areas") is None:
        return NO_AREAS
    areas = layers.metric("areas")
    if (areas["level"] == "desa").any():
        areas = areas.loc[areas["level"] == "desa"].reset_index(drop=True)
    point, area = shapely.STRtree(areas.geometry.to_numpy()).query(
        people.geometry.to_numpy(), predicate="within"
    )
    point, first = np.unique(point, return_index=True)
    if not len(point):
        return NO_PEOPLE
    named = _named(areas.assign(population=0.0)).iloc[area[first]].reset_index(drop=True)
    shapes = people.geometry.to_numpy()[point]
    named["people"] = people["population"].to_numpy(dtype=float)[point]
    named["x"], named["y"] = shapely.get_x(shapes), shapely.get_y(shapes)
    square = [np.floor(named[axis] / GRID_M) for axis in ("x", "y")]
    weighed = named.assign(x=named["x"] * named["people"], y=named["y"] * named["people"])
    sums = weighed.groupby(["code", "kecamatan", *square], sort=True)[["people", "x", "y"]].sum()
    sums = sums.reset_index(level=[0, 1]).reset_index(drop=True)
    laid: pd.DataFrame = sums.assign(x=sums["x"] / sums["people"], y=sums["y"] / sums["people"])
    return laid


def _named(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": _kecamatan_code(areas["code"]),
            "kecamatan": areas["kecamatan"].fillna("").astype(str).to_numpy(),
            "people": areas["population"].to_numpy(dtype=float),
        }
    )


def _kecamatan_code(codes: pd.Series) -> npt.NDArray[np.str_]:
    """Cut Kemendagri codes down to the kecamatan: ``33.04.06.2001`` is in 33.04.06."""
    digits = codes.fillna("").astype(str).str.replace(".", "", regex=False)
    cut = digits.str[:2] + "." + digits.str[2:4] + "." + digits.str[4:6]
    return np.array(cut.where(digits.str.fullmatch(r"\d{6,10}"), ""), dtype=str)


def _to_office(layers: Layers, homes: gpd.GeoSeries) -> dict[str, npt.NDArray[np.generic]]:
    """Return minutes and kilometres from each home to the nearest active office, NaN unknown."""
    nothing = np.full(len(homes), np.nan)
    told = {"office_min": nothing, "office_km": nothing, "flown_km": nothing}
    if layers.get("offices") is not None:
        offices = layers.metric("offices")
        active = offices.geometry[offices["active"].to_numpy(dtype=bool)].reset_index(drop=True)
        if len(active):
            return _nearest(layers, homes, active)
    return {**told, "flown": np.zeros(len(homes), dtype=bool)}


def _nearest(
    layers: Layers, homes: gpd.GeoSeries, active: gpd.GeoSeries
) -> dict[str, npt.NDArray[np.generic]]:
    network = layers.network(MODE)
    minutes = between(homes, active, network, mode=MODE, limit_min=np.inf)
    minutes = np.where(np.isnan(minutes), np.inf, minutes)
    at, rows = minutes.argmin(axis=1), np.arange(len(homes))
    known = np.isfinite(minutes[rows, at])
    off = off_streets(network, homes) | off_streets(network, active)[at]
    xy, there = (np.column_stack([s.x, s.y]) for s in (homes, active))
    straight_km = np.hypot(*(xy - there[at]).T) / 1_000
    km = kilometres(homes, active, network)[rows, at]
    return {
        "office_min": np.where(known, minutes[rows, at], np.nan),
        "office_km": np.where(known, km, np.nan),
        "flown_km": np.where(known, straight_km, np.nan),
        "flown": off & known,
    }


def _gathered(homes: pd.DataFrame, at: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Sum and average homes by kecamatan, weighted by their people."""
    weight = homes["people"].to_numpy(dtype=float)
    people = np.bincount(at, weight)
    first = np.unique(at, return_index=True)[1]
    x, y = (np.bincount(at, weight * homes[axis]) / people for axis in ("x", "y"))
    apart = (homes["x"].to_numpy() - x[at]) ** 2 + (homes["y"].to_numpy() - y[at]) ** 2
    found = homes[["code", "kecamatan"]].iloc[first].reset_index(drop=True)
    found["regency"] = found["code"].str[:5]
    found["people"], found["x"], found["y"] = people, x, y
    spread_km = np.sqrt(np.bincount(at, weight * apart) / people) / 1_000
    found["spread_km"] = np.round(spread_km, 6)  # of one home it is 0, not what is left of rounding
    for name in ("office_min", "office_km", "flown_km"):
        found[name] = _mean(homes[name].to_numpy(dtype=float), weight, at)
    flown = np.bincount(at, homes["flown"].to_numpy(dtype=float)) > 0
    way = np.where(flown, STRAIGHT, STREETS)
    found["way"] = np.where(np.isfinite(found["office_min"]), way, NO_WAY)
    return found


def _mean(values: Floats, weight: Floats, at: npt.NDArray[np.int64]) -> Floats:
    known = np.isfinite(values)
    part, whole = np.bincount(at, weight * known), np.bincount(at, weight)
    total = np.bincount(at, np.where(known, values, 0.0) * weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(part >= LEAST_KNOWN * whole, total / part, np.nan)


def _clients(layers: Layers, found: pd.DataFrame) -> Floats:
    """Take each kecamatan's count: by its code, else by a name that only one of them has."""
    demand = layers.get("demand")
    if demand is None or not len(demand.data):
        return np.full(len(found), np.nan)
    count = counted(demand.data)
    code = _kecamatan_code(demand.data["code"])
    by_code = pd.Series(count.to_numpy(), index=code)
    by_code = by_code[(code != "") & ~by_code.index.duplicated()]
    name = folded(found["kecamatan"])
    by_name = name.map(count[~count.index.duplicated(keep=False)])
    alone = ~name.duplicated(keep=False) & (name != "")
    return np.asarray(found["code"].map(by_code).fillna(by_name.where(alone)), dtype=float)


def _table(layers: Layers, found: pd.DataFrame) -> gpd.GeoDataFrame:
    """Lay the kecamatan out as points, EPSG:4326 to a centimetre or so; numbers as floats."""
    points = gpd.GeoSeries(shapely.points(found["x"], found["y"]), crs=layers.crs).to_crs(4326)
    xy = np.round(np.column_stack([points.x, points.y]), 7)
    told = {name: found[name].astype(float if name in _NUMBERS else object) for name in COLUMNS}
    return gpd.GeoDataFrame(told, geometry=shapely.points(xy), crs="EPSG:4326")

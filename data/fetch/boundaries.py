"""Boundaries: the regency's outline, its kecamatan and desa, from HDX COD-AB or geoBoundaries."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from data.fetch.area import Made, credited
from data.fetch.fetcher import Fetched, Fetcher
from data.fetch.levels import read_level, unpack_level
from data.fetch.sources import Source
from data.gazetteer import normalise
from geo.errors import InputError
from geo.files import written_whole

_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_MD5 = re.compile(r"[0-9a-f]{32}")
_MOST_NAMED = 8
_KINDS = {"2": "boundary", "3": "areas", "4": "areas"}
_NAMES = {"2": "kabupaten", "3": "kecamatan", "4": "desa"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Where one level lies: a fetched file, what it states about itself, and how to unpack it."""

    fetched: Fetched
    date: str
    licence: str


def fetch_boundaries(
    *, name: str = "", area: Any = None, source: Source, fetcher: Fetcher, room: Path
) -> list[Made]:
    """Fetch a regency's outline and its areas.

    Parameters
    ----------
    name : str
        The regency's name or its four-digit code; "" when `area` says it.
    area : shapely geometry in EPSG:4326, optional
        Take the regencies that lie mostly in it, or it mostly in them.
    source : Source
        ``hdx`` or ``geoboundaries``.
    room : Path
        Folder the files are made in.

    Returns
    -------
    list of Made
        One GeoJSON a level: first kind ``boundary``, then ``areas``.

    Raises
    ------
    InputError
        ``fetch.no_regency`` · ``fetch.no_regency_here`` · ``fetch.several`` (with their codes) ·
        ``fetch.not_understood`` · ``fetch.damaged``, and those of `Fetcher`.
    """
    layers = _hdx(source, fetcher) if source.key == "hdx" else _geoboundaries(source, fetcher)
    with TemporaryDirectory(prefix="tapak-", dir=room) as unpacked:
        frames: dict[str, gpd.GeoDataFrame] = {}
        paths = {
            level: unpack_level(layer.fetched.path, level, Path(unpacked), source)
            for level, layer in layers.items()
        }
        regency = _regency(read_level(paths["2"], "2", source), name=name, area=area)
        outline = shapely.union_all(regency.geometry.to_numpy())
        frames["2"] = regency
        for level in sorted(set(paths) - {"2"}):
            box = tuple(float(edge) for edge in shapely.bounds(outline))
            inside = _within(read_level(paths[level], level, source, box=box), regency, outline)
            if len(inside):
                frames[level] = inside
    _name_parents(frames)
    return [_made(level, frames[level], layers[level], source, room) for level in sorted(frames)]


def _hdx(source: Source, fetcher: Fetcher) -> dict[str, Layer]:
    """Find the shapefiles in HDX's catalogue; they are one zip for all levels."""
    told = fetcher.json(source.url, source=source)
    try:
        package = told["result"]
        ends = ("shp.zip", "shp_zip")
        resource = next(r for r in package["resources"] if str(r["name"]).lower().endswith(ends))
        url, digest = str(resource["download_url"]), str(resource.get("hash", "")).lower()
        stated = _DATE.search(str(package.get("dataset_date", "")))
        licence = str(package.get("license_title") or source.licence)
    except (KeyError, TypeError, StopIteration):
        raise InputError("fetch.not_understood", host=source.host()) from None
    checked = source.checksum == "published" and _MD5.fullmatch(digest)
    fetched = fetcher.file(url, source=source, md5=digest if checked else "")
    date = stated.group() if stated else fetched.modified
    return {n: Layer(fetched=fetched, date=date, licence=licence) for n in source.levels}


def _geoboundaries(source: Source, fetcher: Fetcher) -> dict[str, Layer]:
    """Ask geoBoundaries' catalogue for every level's file."""
    layers = {}
    for level in source.levels:
        told = fetcher.json(source.url.format(level=level), source=source)
        try:
            url = str(told["gjDownloadURL"])
            stated = _DATE.search(str(told.get("boundaryYearRepresented", "")))
            licence = str(told.get("boundaryLicense") or source.licence)
        except (KeyError, TypeError, AttributeError):
            raise InputError("fetch.not_understood", host=source.host()) from None
        fetched = fetcher.file(url, source=source)
        date = stated.group() if stated else fetched.modified
        layers[level] = Layer(fetched=fetched, date=date, licence=licence)
    return layers


def _regency(frame: gpd.GeoDataFrame, *, name: str, area: Any) -> gpd.GeoDataFrame:
    """Pick the regency that is meant; a name that fits several is never guessed."""
    if name:
        digits = re.sub(r"\D", "", name)
        wanted = normalise(name)
        fits = (frame["code"] == digits).to_numpy() if len(digits) == 4 else np.array([], bool)
        if not fits.any():
            fits = np.array([normalise(each) == wanted for each in frame["name"]], dtype=bool)
        if not fits.any():
            raise InputError("fetch.no_regency", name=name[:60])
        if fits.sum() > 1:
            found = frame["name"][fits] + " (" + frame["code"][fits] + ")"
            raise InputError("fetch.several", name=name[:60], found=", ".join(found[:_MOST_NAMED]))
        return frame[fits].reset_index(drop=True)
    shapes = frame.geometry.to_numpy()
    shared = shapely.area(shapely.intersection(shapes, area))
    least = np.minimum(shapely.area(shapes), float(shapely.area(area)))
    mostly = shared > 0.5 * least
    if not mostly.any():
        raise InputError("fetch.no_regency_here")
    return frame[mostly].reset_index(drop=True)


def _within(frame: gpd.GeoDataFrame, regency: gpd.GeoDataFrame, outline: Any) -> gpd.GeoDataFrame:
    """Keep the areas of a regency: by their code where both have one, else by where they lie."""
    codes = [code for code in regency["code"] if code]
    if codes and (frame["code"] != "").all():
        mine = frame["code"].str[:4].isin(codes).to_numpy()
    else:
        shapely.prepare(outline)
        mine = shapely.covers(outline, shapely.point_on_surface(frame.geometry.to_numpy()))
    return frame[mine].sort_values(["code", "name"], kind="stable").reset_index(drop=True)


def _name_parents(frames: dict[str, gpd.GeoDataFrame]) -> None:
    """Give desa their kecamatan by where they lie, when the source does not say it."""
    desa, kecamatan = frames.get("4"), frames.get("3")
    if desa is None or kecamatan is None or (desa["parent"] != "").any():
        return
    tree = shapely.STRtree(kecamatan.geometry.to_numpy())
    inside = shapely.point_on_surface(desa.geometry.to_numpy())
    at, of = tree.query(inside, predicate="intersects")
    parents = np.full(len(desa), "", dtype=object)
    parents[at] = kecamatan["name"].to_numpy()[of]
    frames["4"] = desa.assign(parent=parents)


def _made(level: str, frame: gpd.GeoDataFrame, layer: Layer, source: Source, room: Path) -> Made:
    """Write one level with the column names every reader here knows."""
    output = room / f"{_NAMES[level]}-{source.key}.geojson"
    features = []
    rounded = shapely.transform(frame.geometry.to_numpy(), lambda xy: np.round(xy, 7))
    for row, shape in zip(frame.itertuples(index=False), rounded, strict=True):
        told = {_NAMES[level]: row.name, "kode_bps": row.code}
        if level == "4":
            told["kecamatan"] = row.parent
        known = {key: value for key, value in told.items() if value}
        geometry = json.loads(shapely.to_geojson(shape))
        features.append({"type": "Feature", "properties": known, "geometry": geometry})
    with written_whole(output, overwrite=True) as temporary:
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        temporary.write_text(text, encoding="utf-8")
    told = credited(source, url=layer.fetched.url, date=layer.date, licence=layer.licence)
    return Made(kind=_KINDS[level], path=output, source=source, options=told)

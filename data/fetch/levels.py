"""One level of a boundary file: taken out of its zip, read, its columns named plainly."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import shapely

from data.fetch.area import Bounds
from data.fetch.sources import Source
from data.files import guard  # first: it settles which drivers GDAL may load
from geo.crs import to_lonlat
from geo.errors import CrsError, InputError

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED = (".shp", ".shx", ".dbf")
_MOST_UNPACKED = 4 << 30
_BLOCK = 1 << 20
_NAME_LAST = ("shapename", "name")


def unpack_level(path: Path, level: str, room: Path, source: Source) -> Path:
    """Take one level's shapefile out of a zip, under names of our own.

    Parameters
    ----------
    path : Path
        A zip of shapefiles, or a GeoJSON, which is returned as it is.
    level : str
        "2" kabupaten, "3" kecamatan, "4" desa.
    room : Path
        Where it is unpacked.

    Raises
    ------
    InputError
        ``fetch.damaged`` when the zip is broken, lacks the level, or unpacks to too much.
    """
    if not zipfile.is_zipfile(path):
        return path
    try:
        with zipfile.ZipFile(path) as packed:
            stem = _stem(packed.namelist(), level)
            for name in packed.namelist():
                suffix = PurePosixPath(name).suffix.lower()
                if name[: -len(suffix) or None] == stem and suffix in _PARTS:
                    _unpack(packed, name, room / f"adm{level}{suffix}")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError):
        raise InputError("fetch.damaged", source=source.title) from None
    if any(not (room / f"adm{level}{suffix}").is_file() for suffix in _NEEDED):
        raise InputError("fetch.damaged", source=source.title)
    return room / f"adm{level}.shp"


def _stem(names: list[str], level: str) -> str:
    """Find the level's polygons: idn_admin4.shp, idn_admbnda_adm4_bps_20200401.shp."""
    pattern = re.compile(rf"adm(?:in)?_?{level}(?!\d)")
    shapes = [n for n in names if n.lower().endswith(".shp") and "__MACOSX" not in n]
    fits = [n for n in shapes if pattern.search(PurePosixPath(n).stem.lower())]
    plain = [n for n in fits if not re.search(r"admbnd[lp]|line|point|capital", n.lower())]
    return min(plain, key=lambda n: (len(n), n))[:-4] if plain else ""


def _unpack(packed: zipfile.ZipFile, name: str, target: Path) -> None:
    size = 0
    with packed.open(name) as raw, target.open("wb") as into:
        while block := raw.read(_BLOCK):
            size += len(block)
            if size > _MOST_UNPACKED:
                raise zipfile.BadZipFile(name)
            into.write(block)


def read_level(
    path: Path, level: str, source: Source, *, box: Bounds | tuple[float, ...] | None = None
) -> gpd.GeoDataFrame:
    """Read one level.

    Parameters
    ----------
    path : Path
        As `unpack_level` returned it.
    level : str
    source : Source
    box : tuple of float, optional
        Read only what touches it (degrees).

    Returns
    -------
    GeoDataFrame
        EPSG:4326: ``code`` (digits, "" unknown) · ``name`` · ``parent`` (name of the level
        above, "" unknown) · valid ``geometry``.
    """
    import pyogrio

    known = {guard.FileType.SHAPEFILE, guard.FileType.GEOJSON}
    try:
        if guard.check_file(path, max_bytes=_MOST_UNPACKED) not in known:
            raise InputError("fetch.damaged", source=source.title)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = to_lonlat(pyogrio.read_dataframe(path, bbox=box, force_2d=True))
    except (InputError, CrsError, RuntimeError, ValueError, OSError, MemoryError):
        raise InputError("fetch.damaged", source=source.title) from None
    columns = {str(name).lower(): str(name) for name in frame.columns}
    named = _first(
        columns, [f"adm{level}_{end}" for end in ("name", "en", "id")] + list(_NAME_LAST)
    )
    if not named:
        raise InputError("fetch.damaged", source=source.title)
    above = str(int(level) - 1)
    parent = _first(columns, [f"adm{above}_{end}" for end in ("name", "en", "id")])
    code = _first(columns, [f"adm{level}_pcode", f"adm{level}_code"])
    shapes = shapely.make_valid(frame.geometry.to_numpy())
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    plain = gpd.GeoDataFrame(
        {
            "code": _text(frame, code).str.replace(r"\D", "", regex=True),
            "name": _text(frame, named),
            "parent": _text(frame, parent),
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    return plain[there].reset_index(drop=True)


def _first(columns: dict[str, str], wanted: list[str]) -> str:
    return next((columns[name] for name in wanted if name in columns), "")


def _text(frame: gpd.GeoDataFrame, name: str) -> Any:
    import pandas as pd

    if not name:
        return pd.Series([""] * len(frame), index=frame.index, dtype=object)
    return frame[name].astype(object).where(frame[name].notna(), "").astype(str).str.strip()

"""Vector maps: any of the formats read to one frame in EPSG:4326, with every bad shape told."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.files import (
    guard,  # first: it keeps GDAL's drivers that read other files from being loaded
)
from data.files.guard_zip import parts_of
from geo import crs as crs_of
from geo.errors import CrsError, InputError, Note

MENDED = frozenset({"vectors.made_valid", "vectors.encoding"})
"""Codes of notes that tell of something repaired; `vectors.crs_kept` is a warning; all others
name a feature left without a shape."""

DOUBTED = frozenset({"vectors.crs_kept"})
MAX_LAYERS = 200
_FARTHEST = 2.1e7  # metres: no projected coordinate on Earth is larger
_ENCODINGS = (None, "cp1252", "latin-1")


def read_vector(
    path: Path, *, crs: str | None = None, layer: str | None = None
) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Read a vector file to EPSG:4326.

    Parameters
    ----------
    path : Path
        GeoJSON, GeoPackage, Shapefile (bare or zipped), KML or KMZ.
    crs : str, optional
        The CRS of a file that states none (``"EPSG:32749"``). A file's own statement wins.
    layer : str, optional
        Which layer, when a GeoPackage or a zip holds several.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, the file's own columns (text as str, missing text ""), and ``row``, the
        1-based number of the feature. Z is dropped. A shape that cannot be used is None.
    list of Note
        One per shape made valid or lost, and for a text encoding or CRS that was settled.

    Raises
    ------
    InputError
        Those of `guard.check_file`; ``vectors.not_a_map`` · ``.unreadable`` · ``.choose_layer`` ·
        ``.too_many_layers`` · ``.no_features``.
    CrsError
        ``vectors.no_crs`` · ``vectors.not_degrees`` · ``vectors.bad_crs``.
    """
    path = Path(path)
    kind = guard.check_file(path)
    if kind not in guard.VECTORS:
        raise InputError("vectors.not_a_map", file=path.name)
    raw, notes = _read_any(path, kind, layer)
    if not len(raw):
        raise InputError("vectors.no_features", file=path.name)
    frame, crs_notes = _with_crs(raw, path, kind=kind, stated=crs)
    frame, lost = _finite_only(frame)
    frame, mended = _made_valid(_in_degrees(frame, path))
    return _plain_columns(frame), [*notes, *crs_notes, *lost, *mended]


def _sources(path: Path, kind: guard.FileType, layer: str | None) -> list[tuple[str, str | None]]:
    """Name the addresses GDAL reads, each with its layer (None for the only one)."""
    address = str(path.absolute())
    if kind is guard.FileType.SHAPEFILE_ZIP:
        stems = {Path(part).stem: part for part in parts_of(path, ".shp")}
        return [(f"/vsizip/{{{address}}}/{stems[_one_of(path, list(stems), layer)]}", None)]
    if kind is guard.FileType.GPKG:
        return [(address, _one_of(path, layers_of(address, shaped=True), layer))]
    if kind is guard.FileType.KMZ:  # its inner file: opened as a KMZ, GDAL loses the attributes
        address = f"/vsizip/{{{address}}}/{parts_of(path, '.kml')[0]}"
    if kind in {guard.FileType.KML, guard.FileType.KMZ}:
        return [(address, name) for name in ([layer] if layer else layers_of(address))]
    return [(address, None)]


def layers_of(address: str, *, shaped: bool = False) -> list[str]:
    """Name the layers of a file, or only those with shapes; ``vectors.too_many_layers``."""
    import pyogrio

    found = pyogrio.list_layers(address)
    if len(found) > MAX_LAYERS:  # each is opened by itself
        raise InputError("vectors.too_many_layers", file=Path(address).name, limit=MAX_LAYERS)
    return [str(name) for name, shape in found if shape or not shaped]


def _one_of(path: Path, names: list[str], wanted: str | None) -> str:
    if wanted in names:
        return str(wanted)
    if len(names) != 1:
        raise InputError("vectors.choose_layer", file=path.name, layers=", ".join(names[:8]))
    return names[0]


def _read_any(
    path: Path, kind: guard.FileType, layer: str | None
) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Read with the file's own text encoding, then with the two that offices use."""
    import pyogrio

    for encoding in _ENCODINGS:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                sources = _sources(path, kind, layer)
                frames = [_read_layer(*source, encoding) for source in sources]
            break
        except UnicodeDecodeError:
            continue
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
            raise InputError("vectors.unreadable", file=path.name) from None
        except (RuntimeError, ValueError, OverflowError, MemoryError, OSError) as fault:
            if isinstance(fault, InputError):
                raise
            raise InputError("vectors.unreadable", file=path.name) from None
    else:
        raise InputError("vectors.unreadable", file=path.name)
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    if "geometry" not in frame.columns:
        raise InputError("vectors.not_a_map", file=path.name)
    note = Note(row=None, code="vectors.encoding", fields={"encoding": encoding or ""})
    return frame.assign(row=np.arange(1, len(frame) + 1)), [note] if encoding else []


def _read_layer(address: str, layer: str | None, encoding: str | None) -> gpd.GeoDataFrame:
    import pyogrio

    return pyogrio.read_dataframe(
        address,
        layer=layer,
        encoding=encoding,
        force_2d=True,
        on_invalid="ignore",
        datetime_as_string=True,
    )


def _with_crs(
    frame: gpd.GeoDataFrame, path: Path, *, kind: guard.FileType, stated: str | None
) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Settle the CRS: the file's own, else the stated one; degrees must look like degrees."""
    own = frame.crs
    if own is None:
        if stated is None:
            raise CrsError("vectors.no_crs", file=path.name)
        return _declare(frame, stated, path), []
    if not own.is_geographic or not _looks_projected(frame):
        differs = stated is not None and not own.equals(_parsed(stated, path))
        fields = {"own": own.to_string()[:60], "stated": stated}
        return frame, [Note(row=None, code="vectors.crs_kept", fields=fields)] if differs else []
    # GeoJSON without a "crs" member is degrees by definition, yet this one holds metres
    if stated is None or kind is not guard.FileType.GEOJSON:
        raise CrsError("vectors.not_degrees", file=path.name)
    return _declare(frame, stated, path), []


def _parsed(stated: str, path: Path) -> Any:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(stated)
    except CRSError:
        raise CrsError("vectors.bad_crs", file=path.name, crs=stated) from None


def _declare(frame: gpd.GeoDataFrame, stated: str, path: Path) -> gpd.GeoDataFrame:
    declared = frame.set_crs(_parsed(stated, path), allow_override=True)
    if declared.crs.is_geographic and _looks_projected(declared):
        raise CrsError("vectors.not_degrees", file=path.name)
    return declared


def _looks_projected(frame: gpd.GeoDataFrame) -> bool:
    """Tell whether most shapes lie where no degree can, yet where metres could."""
    bounds = shapely.bounds(frame.geometry.to_numpy())
    bounds = bounds[np.isfinite(bounds).all(axis=1) & (np.abs(bounds).max(axis=1) < _FARTHEST)]
    outside = (np.abs(bounds[:, [0, 2]]) > 360).any(axis=1) | (np.abs(bounds[:, [1, 3]]) > 180).any(
        axis=1
    )
    return bool(len(bounds) and outside.mean() > 0.5)


def _finite_only(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Take away shapes that are missing, empty, not finite, or off the Earth.

    A latitude of 109.7 stays: only the reader of a kind can offer to swap the pair.
    """
    shapes = frame.geometry.to_numpy().copy()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    xy, index = shapely.get_coordinates(shapes, return_index=True)
    limits = (360.0, 180.0) if frame.crs.is_geographic else (_FARTHEST, _FARTHEST)
    bad = np.zeros(len(shapes), dtype=bool)
    bad[index[~(np.abs(xy) <= limits).all(axis=1)]] = True
    shapes[missing | bad] = None
    notes = [
        Note(row=int(row), code="vectors.bad_coordinates" if off else "vectors.no_geometry")
        for row, off in zip(frame["row"][missing | bad], bad[missing | bad], strict=True)
    ]
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)), notes


def _in_degrees(frame: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    try:
        return crs_of.to_lonlat(frame)
    except CrsError:
        raise
    except (RuntimeError, ValueError):  # a CRS that cannot be carried to degrees
        raise CrsError("vectors.bad_crs", file=path.name, crs=str(frame.crs)[:60]) from None


def _made_valid(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Make invalid shapes valid, keeping every ring's inside (GEOS "structure" method)."""
    shapes = frame.geometry.to_numpy().copy()
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    if not broken.any():
        return frame, []
    before = shapely.area(shapes[broken])
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    shapes[broken & shapely.is_empty(shapes)] = None
    after = np.nan_to_num(shapely.area(shapes[broken]))
    change = np.abs(after - before) / np.maximum(np.maximum(before, after), 1e-300)
    notes = [
        Note(row=int(row), code="vectors.made_valid", fields={"change_percent": float(share * 100)})
        if shape is not None
        else Note(row=int(row), code="vectors.no_geometry")
        for row, share, shape in zip(frame["row"][broken], change, shapes[broken], strict=True)
    ]
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)), notes


def _as_text(cell: object) -> str:
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    return str(cell).replace("\0", "")


def _plain_columns(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make every column that is not a number text, missing as "", without NUL signs."""
    plain = {
        name: frame[name].map(_as_text).astype(object)
        for name in frame.columns
        if name != "geometry" and not pd.api.types.is_numeric_dtype(frame[name])
    }
    return frame.assign(**plain)

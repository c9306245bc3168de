"""Shapes of one sort out of any file: polygons, lines or points, the rest refused by row."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.files import columns, lists, numerals, vectors
from data.files.layer_types import LayerOptions
from data.files.points import points_of_list
from data.files.reading import Tally
from geo.errors import InputError, Note

Found = dict[str, str]


def _features(path: Path, options: LayerOptions) -> tuple[gpd.GeoDataFrame, Tally]:
    """Read a vector file and sort its notes into the account."""
    frame, notes = vectors.read_vector(path, crs=options.crs, layer=options.layer)
    tally = Tally()
    for note in notes:
        if note.code in vectors.MENDED:
            tally.repaired.append(note)
        elif note.code in vectors.DOUBTED:
            tally.warned.append(note)
        else:
            tally.rejected.append(note)
    shaped = frame[frame.geometry.notna()]
    # a latitude beyond the pole: the pair is the wrong way round
    swapped = (np.abs(shapely.bounds(shaped.geometry.to_numpy())[:, [1, 3]]) > 90).any(axis=1)
    tally.rejected += [Note(row=int(row), code="vectors.swapped") for row in shaped["row"][swapped]]
    shaped = shaped[~swapped].reset_index(drop=True)
    if shaped.empty:  # then every feature has a note; the first says what is the matter
        raise InputError(f"{tally.rejected[0].code}.file", file=path.name)
    return shaped, tally


def _only(
    frame: gpd.GeoDataFrame, tally: Tally, *, dimension: int, code: str, path: Path
) -> gpd.GeoDataFrame:
    fits = shapely.get_dimensions(frame.geometry.to_numpy()) == dimension
    tally.rejected += [Note(row=int(row), code=code) for row in frame["row"][~fits]]
    if not fits.any():
        raise InputError(f"{code}.file", file=path.name)
    return frame[fits].reset_index(drop=True)


def polygons(
    path: Path, options: LayerOptions, wanted: columns.Aliases
) -> tuple[gpd.GeoDataFrame, Found, Tally]:
    """Read polygons; points and lines are refused by row.

    Raises
    ------
    InputError
        ``shapes.need_polygons.file`` when there is no polygon at all.
    """
    frame, tally = _features(path, options)
    frame = _only(frame, tally, dimension=2, code="shapes.need_polygons", path=path)
    return frame, columns.find(_own(frame), wanted, mapping=options.columns), tally


def lines(
    path: Path, options: LayerOptions, wanted: columns.Aliases
) -> tuple[gpd.GeoDataFrame, Found, Tally]:
    """Read lines; ``shapes.need_lines.file`` when there is none."""
    frame, tally = _features(path, options)
    frame = _only(frame, tally, dimension=1, code="shapes.need_lines", path=path)
    return frame, columns.find(_own(frame), wanted, mapping=options.columns), tally


def points(
    path: Path, options: LayerOptions, wanted: columns.Aliases
) -> tuple[gpd.GeoDataFrame, Found, Tally]:
    """Read points from a map, or from a table with coordinates; an area gives a point inside it.

    Raises
    ------
    InputError
        ``shapes.need_points.file`` · ``points.none``, and those of the file's reader.
    """
    if lists.is_list(path):
        return points_of_list(path, options, wanted)
    frame, tally = _features(path, options)
    shapes = frame.geometry.to_numpy()
    dimension = shapely.get_dimensions(shapes)
    lined = dimension == 1
    tally.rejected += [Note(row=int(row), code="shapes.need_points") for row in frame["row"][lined]]
    if lined.all():
        raise InputError("shapes.need_points.file", file=path.name)
    inside = np.where(shapely.get_type_id(shapes) == 0, shapes, shapely.point_on_surface(shapes))
    frame = frame.set_geometry(gpd.GeoSeries(inside, index=frame.index, crs=frame.crs))
    frame = frame[~lined].reset_index(drop=True)
    return frame, columns.find(_own(frame), wanted, mapping=options.columns), tally


def _own(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame.columns if name not in {"geometry", "row"}]


def text(frame: pd.DataFrame, found: Found, field: str) -> pd.Series:
    """Take a column as trimmed text; "" where the cell or the whole column is missing."""
    if field not in found:
        return pd.Series([""] * len(frame), index=frame.index, dtype=object)
    column = frame[found[field]]
    plain = column.map(_plain_text)
    return plain.astype(object)


def _plain_text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def numbers(frame: pd.DataFrame, found: Found, field: str, *, whole: bool = False) -> np.ndarray:
    """Take a column as numbers; NaN where the cell or the whole column is missing."""
    if field not in found:
        return np.full(len(frame), np.nan)
    return numerals.to_numbers(frame[found[field]], whole=whole)

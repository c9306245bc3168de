"""The sheets of a register file, of any format, as one frame of rows."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.assets.columns import Header, find_header, header_at, header_notes
from data.assets.kib import MOVABLE, card_of
from data.assets.rows import read_rows
from data.files.personal import refuse_labels, refuse_persons
from data.files.tables import Sheet, clean, read_tables
from geo.errors import InputError, Note

OUR_SHEETS = frozenset({"Petunjuk", "Pilihan"})
"""Sheets of our own form that hold no places."""

_LAT, _LON = "geometry lat", "geometry lon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """All data rows of a file.

    Parameters
    ----------
    frame : DataFrame
        As `data.assets.rows.SheetRows`, the sheets one after the other, with ``card`` (what the
        sheet lists, see `data.assets.kib`); absent cells are None.
    labels, dropped : Mapping
        By sheet: its column names, and the numbers of the columns that are kept nowhere.
    notes : tuple of Note
        On the file: sheets, columns and rows left out.
    """

    frame: pd.DataFrame
    labels: Mapping[str, tuple[str, ...]]
    dropped: Mapping[str, tuple[int, ...]]
    notes: tuple[Note, ...]


def read_sheets(path: Path, *, mapping: Mapping[str, str]) -> Rows:
    """Read every sheet (or the features) of a register file.

    Raises
    ------
    InputError
        What `data.files.tables` and `data.files.vectors` refuse; ``assets.no_header`` when no
        sheet has a header that names places; ``assets.no_rows`` when nothing stands under it;
        ``private.refused.*`` where a column tells of persons (`data.files.personal`).
    """
    from data.files.guard import VECTORS, check_file
    from data.files.vectors import read_vector

    if check_file(path) in VECTORS:
        features, said = read_vector(path)
        refuse_labels(map(str, features.columns), file=path.name)
        return _gather(path, [_as_sheet(path, features, mapping)], said)
    found: list[tuple[Sheet, Header]] = []
    notes: list[Note] = []
    sheets = read_tables(path)
    refuse_persons((s for s in sheets if s.name not in OUR_SHEETS), file=path.name)
    for sheet in _distinct(sheets):
        header = None if sheet.name in OUR_SHEETS else find_header(sheet, mapping=mapping)
        if header is None:
            if sheet.rows and sheet.name not in OUR_SHEETS:
                notes.append(_skipped(sheet, "assets.sheet_skipped"))
        elif card_of(sheet, header) == MOVABLE:
            notes.append(_skipped(sheet, "assets.sheet_movable"))
        else:
            found.append((sheet, header))
    if not found:
        raise InputError("assets.no_header", file=path.name)
    return _gather(path, found, notes)


def _distinct(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Give sheets of one name (possible in ods) names of their own."""
    seen: dict[str, int] = {}
    out = []
    for sheet in sheets:
        seen[sheet.name] = seen.get(sheet.name, 0) + 1
        count = seen[sheet.name]
        out.append(sheet if count == 1 else replace(sheet, name=f"{sheet.name} ({count})"))
    return out


def _skipped(sheet: Sheet, code: str) -> Note:
    return Note(row=None, code=code, fields={"sheet": sheet.name})


def _gather(path: Path, found: Sequence[tuple[Sheet, Header]], notes: Sequence[Note]) -> Rows:
    said = list(notes)
    frames = []
    for sheet, header in found:
        rows = read_rows(sheet, header)
        said += [*header_notes(header), *rows.notes]
        frames.append(rows.frame.assign(card=card_of(sheet, header)))
    frame = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    if frame.empty:
        raise InputError("assets.no_rows", file=path.name)
    frame = frame.astype(object)
    return Rows(
        frame=frame.where(frame.notna(), None),
        labels={sheet.name: header.labels for sheet, header in found},
        dropped={sheet.name: tuple(header.dropped) for sheet, header in found},
        notes=tuple(note for k, note in enumerate(said) if note not in said[:k]),
    )


def _as_sheet(path: Path, features: Any, mapping: Mapping[str, str]) -> tuple[Sheet, Header]:
    """Turn the features of a map into a sheet with their points as two more columns.

    Row k of the sheet is feature k: the header is no row of the file.
    """
    labels = [str(c) for c in features.columns if c not in {"row", features.geometry.name}]
    cells = [[_plain(cell) for cell in features[label]] for label in labels]
    lon, lat = _points(features)
    table = Sheet(path.stem, ((*labels, _LAT, _LON),))
    # what is drawn says more surely where a place is than any column beside it
    known = {**mapping, "lat": _LAT, "lon": _LON}
    header = header_at(table, first=0, depth=1, mapping=known)
    rows = tuple(zip(*cells, lat, lon, strict=True))
    return Sheet(path.stem, rows), replace(header, first_row=0, last_row=0)


def _plain(cell: Any) -> object:
    value = clean(cell.item() if isinstance(cell, np.generic) else cell)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value if isinstance(value, Hashable) else str(value)  # a list that a map's table holds


def _points(features: Any) -> tuple[list[float | None], list[float | None]]:
    """Return one point per feature: itself, or a point inside the shape that is drawn."""
    import shapely

    shapes = np.asarray(features.geometry.array, dtype=object)
    is_point = shapely.get_type_id(shapes) == 0
    points = np.where(is_point, shapes, shapely.point_on_surface(shapes))
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    nowhere = np.isnan(lon) | np.isnan(lat)
    return (
        [None if gone else float(x) for x, gone in zip(lon, nowhere, strict=True)],
        [None if gone else float(y) for y, gone in zip(lat, nowhere, strict=True)],
    )

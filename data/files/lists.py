"""A list in a spreadsheet: its header found, its total rows left out, its rows numbered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from data.files import columns, guard
from data.files.personal import refuse_persons
from data.files.tables import Sheet, read_tables
from geo.errors import InputError

HEADER_WITHIN = 40
_TOTAL = re.compile(
    r"\s*(?:grand\s+|sub\s*)?(?:total|jumlah|jml|rata-rata|average)\b", re.IGNORECASE
)


def is_list(path: Path) -> bool:
    """Tell whether a file is a table without a map in it (xlsx, ods, csv)."""
    return guard.check_file(path) in guard.TABLES


def read_list(
    path: Path,
    wanted: columns.Aliases,
    *,
    need: Sequence[Sequence[str]],
    mapping: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read the one list of a table file that has the columns needed.

    Parameters
    ----------
    path : Path
        xlsx, ods or csv.
    wanted : mapping of field to aliases
    need : sequence of sequences of fields
        Of each inner sequence one field must be found: ``[("code", "name"), ("people",)]``.
    mapping : mapping of field to column, optional

    Returns
    -------
    DataFrame
        Cells as they are under the header's own names, and ``row``, the sheet's 1-based row.
        Title rows above the header, rows of column numbers, empty rows and total rows are left out.
    dict
        Field to column name.

    Raises
    ------
    InputError
        ``lists.columns_missing`` (names the fields) · ``lists.no_rows``, those of the table, and
        ``private.refused.*`` where it tells of persons (`data.files.personal`).
    """
    best: tuple[int, int, Sheet] | None = None
    sheets = read_tables(path)
    refuse_persons(sheets, file=path.name)
    for sheet in sheets:
        for at, cells in enumerate(sheet.rows[:HEADER_WITHIN]):
            score = _score(cells, wanted, mapping)
            if best is None or score > best[0]:
                best = (score, at, sheet)
    if best is not None and mapping and best[0] == 0:
        columns.find(best[2].rows[best[1]], wanted, mapping=mapping)  # names the column not there
    if best is None or best[0] == 0:
        raise InputError("lists.columns_missing", file=path.name, missing=_spoken(need, wanted))
    frame = _under_header(best[2], best[1])
    found = columns.find((c for c in frame.columns if c != "row"), wanted, mapping=mapping)
    missing = [fields for fields in need if not any(field in found for field in fields)]
    if missing:
        raise InputError("lists.columns_missing", file=path.name, missing=_spoken(missing, wanted))
    if frame.empty:
        raise InputError("lists.no_rows", file=path.name)
    return frame, found


def _score(
    cells: Sequence[object], wanted: columns.Aliases, mapping: Mapping[str, str] | None
) -> int:
    """Count the fields that a row names when it is taken as the header."""
    here = {columns.plain(cell) for cell in cells if isinstance(cell, str)} - {""}
    stated = sum(columns.plain(name) in here for name in (mapping or {}).values())
    named = sum(any(columns.plain(alias) in here for alias in each) for each in wanted.values())
    return 2 * stated + named


def _spoken(fields: Sequence[Sequence[str]], wanted: columns.Aliases) -> str:
    """Name columns by the alias an office would write."""
    named = [
        [wanted[field][0] if wanted.get(field) else field for field in each] for each in fields
    ]
    return ", ".join("/".join(each) for each in named or [["?"]])


def _under_header(sheet: Sheet, at: int) -> pd.DataFrame:
    """Cut the rows under a header and number them as the sheet does."""
    names: list[str] = []
    for number, cell in enumerate(sheet.rows[at], start=1):
        name = str(cell).strip() if cell is not None and str(cell).strip() else f"kolom_{number}"
        names.append(name if name not in (*names, "row") else f"{name}_{number}")
    width, body, rows = len(names), [], []
    header = [columns.plain(cell) for cell in sheet.rows[at]]
    for number, cells in enumerate(sheet.rows[at + 1 :], start=at + 2):
        whole = (*cells, *([None] * (width - len(cells))))[:width]
        if not _is_furniture(whole, header):
            body.append(whole)
            rows.append(number)
    frame = pd.DataFrame(body, columns=names, dtype=object)
    return frame.assign(row=rows)


def _is_furniture(cells: Sequence[object], header: Sequence[str]) -> bool:
    """Tell rows that are no data: empty, totals, column numbers, the header said again."""
    filled = [cell for cell in cells if cell is not None and str(cell).strip()]
    if not filled or [columns.plain(cell) for cell in cells] == list(header):
        return True
    texts = [cell for cell in filled[:3] if isinstance(cell, str)]
    if any(_TOTAL.match(text) for text in texts):
        return True
    counted = [str(cell).strip().strip("()") for cell in filled]
    return len(filled) > 2 and counted == [str(k) for k in range(1, len(filled) + 1)]

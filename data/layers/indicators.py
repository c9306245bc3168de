"""Figures per desa, the Indeks Desa among them, from a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from data.files import codes, columns, lists, numerals, shapes
from data.files.layer_types import LayerOptions
from data.files.reading import ReadReport, Tally
from geo.errors import InputError, Note
from scoring.kinds import fold

_FIELDS = {
    "code": columns.CODE,
    "code_bps": columns.CODE_BPS,
    "desa": columns.DESA,
    "kecamatan": columns.KECAMATAN,
    "name": columns.NAME,
    "status": (
        "status_indeks_desa", "status_desa", "status_idm", "indeks_desa_status", "klasifikasi",
        "status_id", "status",
    ),
}  # fmt: skip
STATUSES = ("sangat tertinggal", "tertinggal", "berkembang", "maju", "mandiri")
"""The five states of the national Indeks Desa; the longer name is looked for first."""


def read_indicators(path: Path, options: LayerOptions) -> tuple[pd.DataFrame, ReadReport]:
    """Read indicators per desa.

    Returns
    -------
    DataFrame
        ``code`` · ``code_bps`` · ``name`` · ``kecamatan`` · ``status`` (one of the five states,
        written as ``Sangat Tertinggal``; "" unknown) · ``row`` and every other column that holds
        numbers, under its own name.
    """
    need = [("code", "code_bps", "desa", "name")]
    frame, found = lists.read_list(path, _FIELDS, need=need, mapping=options.columns)
    tally = Tally()
    own = shapes.text(frame, found, "code") if "code" in found else None
    bps = shapes.text(frame, found, "code_bps") if "code_bps" in found else None
    code, code_bps = codes.split(own, bps, size=len(frame))
    desa = shapes.text(frame, found, "desa")
    written = shapes.text(frame, found, "status")
    table = pd.DataFrame(
        {
            "code": code,
            "code_bps": code_bps,
            "name": desa.where(desa != "", shapes.text(frame, found, "name")).to_numpy(),
            "kecamatan": shapes.text(frame, found, "kecamatan").to_numpy(),
            "status": [_status(text) for text in written],
            "row": frame["row"].to_numpy(),
        }
    )
    strange = ((table["status"] == "") & (written != "").to_numpy()).to_numpy()
    tally.warned += [
        Note(row=int(row), code="indicators.unknown_status", fields={"text": text[:40]})
        for row, text in zip(table["row"][strange], written[strange], strict=True)
    ]
    figures = _figures(frame, set(found.values()) | set(table.columns))
    if not figures and "status" not in found:
        raise InputError("indicators.nothing", file=path.name)
    table = _one_row_each(table.assign(**figures), tally)
    return table, tally.report("indicators", accepted=len(table))


def _status(text: str) -> str:
    folded = fold(text)
    return next((state.title() for state in STATUSES if state in folded), "")


def _figures(frame: pd.DataFrame, taken: set[str]) -> dict[str, np.ndarray]:
    """Take the other columns that hold a number in most of their filled cells."""
    figures: dict[str, np.ndarray] = {}
    for name in frame.columns:
        if name not in taken:
            values = numerals.to_numbers(frame[name])
            filled = frame[name].map(lambda cell: cell is not None and str(cell).strip() != "")
            if filled.any() and np.isfinite(values).sum() > 0.5 * filled.sum():
                figures[str(name)] = values
    return figures


def _one_row_each(table: pd.DataFrame, tally: Tally) -> pd.DataFrame:
    """Keep the first row of a desa; later rows of the same desa are listed."""
    key = table["code"].where(table["code"] != "", table["code_bps"])
    named = table["name"].str.casefold() + "|" + table["kecamatan"].str.casefold()
    key = key.where(key != "", named)
    again = key.duplicated(keep="first").to_numpy()
    first = dict(zip(key[::-1], table["row"][::-1], strict=True))
    for row, each in zip(table["row"][again], key[again], strict=True):
        fields = {"first": int(first[each])}
        tally.duplicates.append(Note(row=int(row), code="indicators.area_again", fields=fields))
    return table[~again].reset_index(drop=True)

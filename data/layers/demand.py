"""Expected sentences per kecamatan: never persons, never cells small enough to point at one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from data.files import codes, columns, lists, personal, shapes
from data.files.layer_types import LayerOptions
from data.files.reading import ReadReport, Tally
from data.gazetteer import normalise
from data.personal_counts import MINIMUM, hidden
from geo.errors import InputError, Note

_FIELDS = {
    "kecamatan": (*columns.KECAMATAN, "wilayah", *columns.NAME),
    "desa": columns.DESA,
    "code": columns.CODE,
    "code_bps": columns.CODE_BPS,
    "sentences_per_year": (
        "putusan_per_tahun", "putusan_setahun", "jumlah_putusan", "putusan", "perkara_per_tahun",
        "jumlah_perkara", "sentences_per_year", "sentences",
    ),
    "clients": ("klien", "jumlah_klien", "clients", "jumlah"),
    "mean_hours": ("rata_rata_jam", "jam_rata_rata", "rata2_jam", "mean_hours", "jam"),
}  # fmt: skip
COUNTS = ("sentences_per_year", "clients")
ABOVE = "Gabungan sekabupaten"
"""In a stored copy, the kecamatan of the row that holds the sum of all hidden counts."""


def read_demand(path: Path, options: LayerOptions) -> tuple[pd.DataFrame, ReadReport]:
    """Read demand per kecamatan.

    Rows of desa are summed to their kecamatan, whose sum alone goes on. Counts of 1 to 4 become
    unknown (NaN) and are told without their number, and so do as many others as it takes for no
    total to give one back (`data.personal_counts.hidden`). What is hidden is summed for the whole
    regency: ``attrs["above"]`` of the table, by count.

    Returns
    -------
    DataFrame
        ``kecamatan`` · ``code`` · ``code_bps`` · ``sentences_per_year`` · ``clients`` ·
        ``mean_hours`` (NaN unknown, and where a count of its row is hidden) · ``row``.

    Raises
    ------
    InputError
        ``demand.persons`` (columns of persons) · ``demand.per_desa`` (desa without a kecamatan) ·
        ``demand.several_rows`` (more than one row for a kecamatan: a list of cases, not of counts).
    """
    need = [("kecamatan", "code", "code_bps"), COUNTS]
    _refuse_persons(path)
    frame, found = lists.read_list(path, _FIELDS, need=need, mapping=options.columns)
    tally = Tally()
    table = _table(frame, found)
    above = table["kecamatan"].map(normalise) == normalise(ABOVE)
    sums = {count: float(table.loc[above, count].sum(min_count=1)) for count in COUNTS}
    table = table.loc[~above].reset_index(drop=True)
    table = _per_kecamatan(table, tally, has_desa="desa" in found, file=path.name)
    for count in COUNTS:
        table, rest = _hidden(table, count, tally)
        sums[count] = rest if np.isfinite(rest) else sums[count]
    table.attrs["above"] = {count: n for count, n in sums.items() if np.isfinite(n)}
    return table, tally.report("demand", accepted=len(table))


def _table(frame: pd.DataFrame, found: dict[str, str]) -> pd.DataFrame:
    own = shapes.text(frame, found, "code") if "code" in found else None
    bps = shapes.text(frame, found, "code_bps") if "code_bps" in found else None
    code, code_bps = codes.split(own, bps, size=len(frame))
    return pd.DataFrame(
        {
            "kecamatan": shapes.text(frame, found, "kecamatan").to_numpy(),
            "code": code,
            "code_bps": code_bps,
            **{key: shapes.numbers(frame, found, key, whole=True) for key in COUNTS},
            "mean_hours": shapes.numbers(frame, found, "mean_hours"),
            "row": frame["row"].to_numpy(),
        }
    )


def _per_kecamatan(table: pd.DataFrame, tally: Tally, *, has_desa: bool, file: str) -> pd.DataFrame:
    """Sum rows of desa, so that nothing finer than a kecamatan leaves this reader."""
    pairs = list(zip(table["code"], table["code_bps"], strict=True))
    desa = has_desa or any(codes.level_of(*pair) == "desa" for pair in pairs)
    if desa:
        above = [codes.kecamatan_of(*pair) for pair in pairs]
        own = ["." in code for code in above]
        table = table.assign(
            code=[c if o else "" for c, o in zip(above, own, strict=True)],
            code_bps=["" if o else c for c, o in zip(above, own, strict=True)],
        )
    named = table["kecamatan"].map(normalise)
    key = named.where(named != "", table["code"] + table["code_bps"])
    if desa and (key == "").any():
        raise InputError("demand.per_desa", file=file)
    if not desa and key.duplicated().any():
        raise InputError("demand.several_rows", file=file)
    return _summed(table, key, tally) if desa else table


def _summed(table: pd.DataFrame, key: pd.Series, tally: Tally) -> pd.DataFrame:
    """Add up desa; a kecamatan is unknown while one of its desa is, for nothing is guessed."""
    tally.warned.append(Note(row=None, code="private.demand_summed", fields={"n": len(table)}))
    weight = table["sentences_per_year"].fillna(table["clients"])
    timed = table.assign(weight=weight, hours=table["mean_hours"] * weight)
    groups = timed.groupby(key.to_numpy(), sort=False)
    first = groups[["kecamatan", "code", "code_bps", "row"]].first()
    summed = [*COUNTS, "weight", "hours"]
    unknown = timed[summed].isna().groupby(key.to_numpy(), sort=False).any()
    sums = groups[summed].sum().mask(unknown)
    with np.errstate(invalid="ignore", divide="ignore"):
        hours = np.round(sums["hours"].to_numpy() / sums["weight"].to_numpy(), 1)
    told = first.assign(**{count: sums[count] for count in COUNTS}, mean_hours=hours)
    return told[list(table.columns)].reset_index(drop=True)


def _refuse_persons(path: Path) -> None:
    """Refuse a file with a column of persons in any of its headers."""
    from data.files.tables import read_tables

    told = {columns.plain(name) for name in personal.in_counts()}
    for sheet in read_tables(path):
        for cells in sheet.rows[: lists.HEADER_WITHIN]:
            named = [cell for cell in cells if isinstance(cell, str) and columns.plain(cell)]
            plain = {columns.plain(cell): cell for cell in named}
            if len(plain) < 2:
                continue  # a title, not a header
            if found := told & plain.keys():
                column = plain[min(found)]
                raise InputError("demand.persons", file=path.name, column=column)
            if {"nama", "kecamatan"} <= plain.keys() or {"name", "kecamatan"} <= plain.keys():
                raise InputError("demand.persons", file=path.name, column="nama")


def _hidden(table: pd.DataFrame, count: str, tally: Tally) -> tuple[pd.DataFrame, float]:
    """Hide small counts and what would give them back; hours of few people go with them."""
    values = table[count].to_numpy(dtype=np.float64).copy()
    bad = np.isfinite(values) & ((values < 0) | (values != np.round(values)))
    told = hidden(np.where(bad, np.nan, values))
    for mask, code in (
        (bad, "demand.not_a_count"),
        (told.small, "demand.hidden"),
        (told.other, "demand.hidden_too"),
    ):
        listed = tally.rejected if mask is bad else tally.warned
        listed += [
            Note(row=int(row), code=code, fields={"kecamatan": name, "minimum": MINIMUM})
            for row, name in zip(table["row"][mask], table["kecamatan"][mask], strict=True)
        ]
    if told.small.any():
        code = "private.demand_above" if np.isfinite(told.above) else "private.demand_too_few"
        tally.warned.append(Note(row=None, code=code))
    gone = told.small | told.other
    hours = np.where(gone, np.nan, table["mean_hours"].to_numpy(dtype=np.float64))
    return table.assign(**{count: told.values, "mean_hours": hours}), told.above

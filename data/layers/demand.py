"""Expected sentences per kecamatan: never persons, never cells small enough to point at one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from data.files import codes, columns, lists, shapes
from data.files.layer_types import LayerOptions
from data.files.reading import ReadReport, Tally
from data.gazetteer import normalise
from geo.errors import InputError, Note

MINIMUM = 5
"""Smallest count that is kept (CRITERIA §6; UU 27/2022 on personal data)."""

_FIELDS = {
    "kecamatan": (*columns.KECAMATAN, "wilayah", *columns.NAME),
    "code": columns.CODE,
    "code_bps": columns.CODE_BPS,
    "sentences_per_year": (
        "putusan_per_tahun", "putusan_setahun", "jumlah_putusan", "putusan", "perkara_per_tahun",
        "jumlah_perkara", "sentences_per_year", "sentences",
    ),
    "clients": ("klien", "jumlah_klien", "clients", "jumlah"),
    "mean_hours": ("rata_rata_jam", "jam_rata_rata", "rata2_jam", "mean_hours", "jam"),
}  # fmt: skip
# a column named so tells of persons; the whole file is refused
PERSONAL = (
    "nik", "no_ktp", "ktp", "nokk", "nama_klien", "nama_terpidana", "nama_terdakwa", "nama_anak",
    "nama_lengkap", "alamat", "alamat_klien", "no_perkara", "nomor_perkara", "tanggal_lahir",
    "tgl_lahir", "tempat_lahir", "umur", "usia", "jenis_kelamin", "no_hp", "telepon", "rt", "rw",
    "pasal", "client_name", "address", "date_of_birth",
)  # fmt: skip
COUNTS = ("sentences_per_year", "clients")


def read_demand(path: Path, options: LayerOptions) -> tuple[pd.DataFrame, ReadReport]:
    """Read demand per kecamatan.

    Counts of 1 to 4 become unknown (NaN) and are told without their number; where only one cell
    is hidden, the smallest other count is hidden too, or a published total would give it back.

    Returns
    -------
    DataFrame
        ``kecamatan`` · ``code`` · ``code_bps`` · ``sentences_per_year`` · ``clients`` ·
        ``mean_hours`` (NaN unknown) · ``row``.

    Raises
    ------
    InputError
        ``demand.persons`` (columns of persons) · ``demand.per_desa`` · ``demand.several_rows``
        (more than one row for a kecamatan: a list of cases, not of counts).
    """
    need = [("kecamatan", "code", "code_bps"), COUNTS]
    _refuse_persons(path)
    frame, found = lists.read_list(path, _FIELDS, need=need, mapping=options.columns)
    tally = Tally()
    own = shapes.text(frame, found, "code") if "code" in found else None
    bps = shapes.text(frame, found, "code_bps") if "code_bps" in found else None
    code, code_bps = codes.split(own, bps, size=len(frame))
    if any(codes.level_of(*pair) == "desa" for pair in zip(code, code_bps, strict=True)):
        raise InputError("demand.per_desa", file=path.name)
    table = pd.DataFrame(
        {
            "kecamatan": shapes.text(frame, found, "kecamatan").to_numpy(),
            "code": code,
            "code_bps": code_bps,
            **{key: shapes.numbers(frame, found, key, whole=True) for key in COUNTS},
            "mean_hours": shapes.numbers(frame, found, "mean_hours"),
            "row": frame["row"].to_numpy(),
        }
    )
    key = table["kecamatan"].map(normalise).where(table["kecamatan"] != "", table["code"])
    if key.duplicated().any():
        raise InputError("demand.several_rows", file=path.name)
    for count in COUNTS:
        table = table.assign(**{count: _hidden(table, count, tally)})
    return table, tally.report("demand", accepted=len(table))


def _refuse_persons(path: Path) -> None:
    """Refuse a file with a column of persons or of desa in any of its headers."""
    from data.files.tables import read_tables

    personal = {columns.plain(name) for name in PERSONAL}
    desa = {columns.plain(name) for name in columns.DESA}
    for sheet in read_tables(path):
        for cells in sheet.rows[: lists.HEADER_WITHIN]:
            named = [cell for cell in cells if isinstance(cell, str) and columns.plain(cell)]
            plain = {columns.plain(cell): cell for cell in named}
            if len(plain) < 2:
                continue  # a title, not a header
            if found := personal & plain.keys():
                column = plain[min(found)]
                raise InputError("demand.persons", file=path.name, column=column)
            if {"nama", "kecamatan"} <= plain.keys() or {"name", "kecamatan"} <= plain.keys():
                raise InputError("demand.persons", file=path.name, column="nama")
            if desa & plain.keys():
                raise InputError("demand.per_desa", file=path.name)


def _hidden(table: pd.DataFrame, count: str, tally: Tally) -> np.ndarray:
    """Hide counts under the minimum, and one more where a single one is hidden."""
    values = table[count].to_numpy(dtype=np.float64).copy()
    bad = np.isfinite(values) & ((values < 0) | (values != np.round(values)))
    small = (values >= 1) & (values < MINIMUM) & ~bad
    other = np.zeros(len(values), dtype=bool)
    if small.sum() == 1 and (values >= MINIMUM).any():
        other[np.nanargmin(np.where(values >= MINIMUM, values, np.nan))] = True
    for mask, code in (
        (bad, "demand.not_a_count"),
        (small, "demand.hidden"),
        (other, "demand.hidden_too"),
    ):
        listed = tally.rejected if mask is bad else tally.warned
        listed += [
            Note(row=int(row), code=code, fields={"kecamatan": name, "minimum": MINIMUM})
            for row, name in zip(table["row"][mask], table["kecamatan"][mask], strict=True)
        ]
    values[bad | small | other] = np.nan
    return values

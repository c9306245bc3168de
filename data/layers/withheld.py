"""Demand as it is kept: counts per kecamatan that may be kept, and nothing else of the file."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from data.files.layer_types import LayerReading
from data.layers.demand import ABOVE, COUNTS

KEPT = ("kecamatan", "code", *COUNTS, "mean_hours")
_HEADER = ("kecamatan", "kode", "putusan", "klien", "rata_rata_jam")


def withheld(reading: LayerReading, folder: Path, *, name: str) -> Path:
    """Write the counts that may be kept, in place of the office's own file.

    ``inputs/`` holds files as given, with this one exception: a count of 1 to 4 points at persons
    (CRITERIA §6), and so may whatever other column a list of cases has; the office's own file
    stays with the office. What is hidden stands as one sum for the whole regency, in a row of its
    own named `data.layers.demand.ABOVE`.

    Parameters
    ----------
    reading : LayerReading
        The demand as `data.layers.demand` read it: small counts are NaN already.
    folder : Path
        Where to write.
    name : str
        The office's name of the file; the copy carries it with the suffix ``.csv``.
    """
    path = folder / f"{Path(name).stem}.csv"
    table = reading.data.assign(
        code=reading.data["code"].where(reading.data["code"] != "", reading.data["code_bps"])
    )
    above = reading.data.attrs["above"]
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(_HEADER)
        for row in table[list(KEPT)].itertuples(index=False):
            writer.writerow([_cell(cell) for cell in row])
        if above:
            sums = [_cell(above.get(count, np.nan)) for count in COUNTS]
            writer.writerow([ABOVE, "", *sums, ""])
    return path


def _cell(cell: object) -> object:
    """Write a number as short as it is, and what is not known as nothing."""
    if not isinstance(cell, float):
        return cell
    if np.isnan(cell):
        return ""
    return int(cell) if cell.is_integer() else cell

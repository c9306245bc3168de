"""Demand whose small cells are withheld before the file is kept: what is hidden is nowhere."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from data.files.layer_types import LayerReading
from data.layers.demand import COUNTS

KEPT = ("kecamatan", "code", *COUNTS, "mean_hours")


def withheld(reading: LayerReading, folder: Path, *, name: str) -> Path | None:
    """Write the counts that may be kept, or None when nothing has to be withheld.

    ``inputs/`` holds files as given, with this one exception: a count of 1 to 4 points at
    persons (CRITERIA §6), so the office's own file stays with the office.

    Parameters
    ----------
    reading : LayerReading
        The demand as `data.layers.demand` read it: small counts are NaN already.
    folder : Path
        Where to write.
    name : str
        The office's name of the file; the copy carries it with the suffix ``.csv``.
    """
    hidden = {"demand.hidden", "demand.hidden_too"}
    if not any(note.code in hidden for note in reading.report.warned):
        return None
    path = folder / f"{Path(name).stem}.csv"
    table = reading.data[list(KEPT)]
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["kecamatan", "kode", "putusan", "klien", "rata_rata_jam"])
        for row in table.itertuples(index=False):
            writer.writerow(["" if _missing(cell) else cell for cell in row])
    return path


def _missing(cell: object) -> bool:
    return isinstance(cell, float) and bool(np.isnan(cell))

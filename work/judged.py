"""A register judged against the study's boundary and desa, so that its report says it at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import shapely

from data.assets.placing import place
from data.assets.types import AssetTable
from data.files.reading import in_file_order
from data.settings import Settings
from geo.errors import Note


def judged(table: AssetTable, *, areas: Any, boundary: Any, settings: Settings) -> AssetTable:
    """Add to a register's report what its places say when they meet the study's areas.

    Nothing is taken out: a place outside today's boundary stays in the store and is judged again
    at every ranking, so the order of `tapak add` never matters.

    Parameters
    ----------
    table : AssetTable
        As read.
    areas, boundary : GeoDataFrame or None
        EPSG:4326.
    settings : Settings
        For the study's bounds.
    """
    found = place(table.sites, areas=areas, boundary=boundary, bounds=settings.area.bounds)
    row_of = dict(zip(*(table.sites[c].to_numpy(dtype=object) for c in ("id", "row")), strict=True))
    outside = {
        str(gone["id"]): Note(
            row=int(row_of[gone["id"]]), code=gone["text_code"], fields=gone["fields"]
        )
        for gone in found.excluded.to_dict("records")
    }
    report = replace(
        table.report,
        accepted=table.report.accepted - len(outside),
        warned=in_file_order((*table.report.warned, *found.notes)),
        rejected=in_file_order((*table.report.rejected, *outside.values())),
    )
    return replace(table, report=report, rows=_rows(table.rows, outside, found.notes))


def _rows(rows: pd.DataFrame, outside: dict[str, Note], warned: tuple[Note, ...]) -> pd.DataFrame:
    """Carry what was found into the rows of the lembar balik."""
    doubts: dict[str, list[Note]] = {}
    for note in warned:
        doubts.setdefault(str(note.fields["id"]), []).append(note)
    status, notes = [], []
    columns = (rows[c].to_numpy(dtype=object) for c in ("status", "id", "notes"))
    for was, candidate, told in zip(*columns, strict=True):
        kept = was in {"accepted", "warned", "repaired"}
        out = kept and candidate in outside
        more = [outside[candidate]] if out else (doubts.get(candidate, []) if kept else [])
        doubted = "warned" if more and was == "accepted" else was
        status.append("rejected" if out else doubted)
        notes.append((*told, *more))
    return rows.assign(status=status, notes=pd.Series(notes, index=rows.index, dtype=object))


def boundary_shape(boundary: Any) -> shapely.Geometry | None:
    """Return the study's outline as one geometry, which sharpens the repair of swapped pairs."""
    return None if boundary is None else boundary.geometry.union_all()

"""An agency's own rows: a register may not speak for another agency, nor take its sites."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd

from data.assets.labels import fold
from data.assets.types import AssetTable
from data.files.reading import in_file_order
from geo.errors import Note


def same_agency(one: str, other: str) -> bool:
    """Tell whether two names are of one agency, however they are written; "" is nobody's."""
    return bool(fold(one)) and fold(one) == fold(other)


def only_own(table: AssetTable, known: gpd.GeoDataFrame, *, agency: str) -> AssetTable:
    """Refuse the rows of a register that name another agency or a site that is another's.

    Rows that name no agency become this agency's.

    Parameters
    ----------
    table : AssetTable
        With known places under the ids they have.
    known : GeoDataFrame
        Every site of the study, with ``id`` and ``agency``.
    agency : str
        Whose register it is.
    """
    owner = dict(zip(known["id"], known["agency"], strict=True)) if len(known) else {}
    refused: dict[str, Note] = {}
    columns = (table.sites[c].tolist() for c in ("id", "row", "name", "agency"))
    for site, row, name, said in zip(*columns, strict=True):
        told = {"agency": agency, "name": name}
        if said and not same_agency(said, agency):
            code, told = "propose.other_agency", told | {"given": said}
        elif site in owner and not same_agency(owner[site] or "", agency):
            code = "propose.not_yours"
        else:
            continue
        refused[site] = Note(row=int(row), code=code, fields=told)
    sites = table.sites.loc[~table.sites["id"].isin(refused)].reset_index(drop=True)
    return replace(
        table,
        sites=sites.assign(agency=agency),
        register=table.register.loc[~table.register["candidate"].isin(refused)].reset_index(
            drop=True
        ),
        report=replace(
            table.report,
            accepted=len(sites),
            rejected=in_file_order((*table.report.rejected, *refused.values())),
        ),
        rows=_rows(table.rows, refused),
    )


def _rows(rows: pd.DataFrame, refused: dict[str, Note]) -> pd.DataFrame:
    """Say it in the rows of the lembar balik too."""
    out = rows["id"].isin(refused)
    notes = [
        (*told, refused[of]) if of in refused else told
        for of, told in zip(rows["id"], rows["notes"], strict=True)
    ]
    return rows.assign(
        status=rows["status"].where(~out, "rejected"),
        notes=pd.Series(notes, index=rows.index, dtype=object),
    )

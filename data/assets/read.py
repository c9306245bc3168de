"""Asset registers: from the tables, cards and maps that agencies send to the places they list.

One line through small parts: `asset_sheets` finds the tables, `kib` joins buildings to land,
`asset_points` reads coordinates, `duplicates` counts a place once, `asset_ids` names it and
`asset_register` reads what is said of it. Where a place stands among the areas of a study is
`placing`'s to say, again at each rank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.assets import kib
from data.assets.duplicates import find_doubles, normalise_name, repeated
from data.assets.ids import apply_ids, known_ids, make_ids
from data.assets.locate import locate
from data.assets.notes import DUPLICATE, REJECTED, WARNED, Remarks
from data.assets.places import describe
from data.assets.points import read_points
from data.assets.register import read_register
from data.assets.sheets import Rows, read_sheets
from data.assets.types import AssetOptions, AssetTable
from data.gazetteer import Gazetteer, normalise
from geo.errors import Note

__all__ = ["AssetOptions", "AssetTable", "merge_ids", "read_assets"]


def read_assets(path: Path, *, options: AssetOptions, gazetteer: Gazetteer | None) -> AssetTable:
    """Read an asset register of any shape.

    Parameters
    ----------
    path : Path
        xlsx, ods, csv, GeoJSON, GeoPackage, Shapefile, KML or KMZ.
    options : AssetOptions
    gazetteer : Gazetteer or None
        The study's desa, when it has them already: tells same-named places of one desa from
        places of one name. It changes no place, so files may be added in any order.

    Returns
    -------
    AssetTable
        Every data row of the file has a status in ``rows``; what is not simply accepted has a
        note in ``report``.

    Raises
    ------
    InputError
        The file cannot be read, or is no register (see `data.assets.sheets.read_sheets`).
    """
    rows = read_sheets(Path(path), mapping=options.columns)
    frame, remarks = rows.frame, Remarks(rows.frame)
    remarks.add_file(WARNED, rows.notes)
    lead = kib.leaders(frame, remarks)
    members = kib.members(lead)
    leading = np.fromiter(sorted(members), dtype=np.int64, count=len(members))
    places = describe(frame, leading, members, remarks)
    lon, lat = read_points(
        frame,
        remarks,
        utm_zone=options.utm_zone,
        bounds=options.bounds,
        boundary=options.boundary,
    )
    # a place stands where its leading row says, else where the first of its buildings does
    at = [next((row for row in members[k] if lon[row] == lon[row]), k) for k in leading.tolist()]
    places = places.assign(lon=lon[at], lat=lat[at])
    _say_where(rows, places, leading, remarks)
    places = places[remarks.status[leading] != REJECTED]
    kept, same = _without_doubles(places, remarks, gazetteer)
    return _table(rows, remarks, kept, members=members, lead=lead, same=same)


def _say_where(
    rows: Rows, places: pd.DataFrame, leading: npt.NDArray[np.int64], remarks: Remarks
) -> None:
    """Say which rows lack coordinates: once for a sheet that has no such column."""
    columns = [c for c in ("lat", "lon", "pair") if c in rows.frame]
    cells = rows.frame[columns].notna().any(axis=1).to_numpy()[leading]
    located = {sheet: bool(cells[group].any()) for sheet, group in _groups(places["sheet"])}
    for sheet, some in located.items():
        if not some:
            note = Note(row=None, code="assets.no_coordinate_column", fields={"sheet": sheet})
            remarks.add_file(WARNED, [note])
    bare = np.isnan(places["lon"].to_numpy()) & ~cells
    bare &= places["sheet"].map(located).to_numpy(dtype=bool)
    for at, desa in zip(leading[bare].tolist(), places["desa"][bare], strict=True):
        code = "assets.no_coordinates" if desa else "assets.no_place"
        remarks.add(at, WARNED, code, desa=desa)


def _groups(sheets: pd.Series) -> list[tuple[str, npt.NDArray[np.int64]]]:
    values = sheets.to_numpy(dtype=object)
    return [(sheet, np.flatnonzero(values == sheet)) for sheet in dict.fromkeys(values)]


def _without_doubles(
    places: pd.DataFrame, remarks: Remarks, gazetteer: Gazetteer | None
) -> tuple[pd.DataFrame, dict[int, int]]:
    """Count a place once; warn where a code or a name only looks the same."""
    codes, names = _list(places["code"]), [normalise_name(n) for n in _list(places["name"])]
    some = repeated(codes, names)
    doubtful = places.iloc[some]
    at, names = doubtful["at"].tolist(), [names[k] for k in some]
    said = zip(*(_list(doubtful[c]) for c in ("desa", "kecamatan", "address", "name")), strict=True)
    where = [_desa_key(gazetteer, *texts) for texts in said]
    lon, lat = doubtful["lon"].to_numpy(), doubtful["lat"].to_numpy()
    doubles = find_doubles(_list(doubtful["code"]), names, where, lon, lat)
    for code, status, pairs in (
        ("assets.duplicate", DUPLICATE, doubles.same),
        ("assets.code_shared", WARNED, doubles.code_shared),
        ("assets.name_shared", WARNED, doubles.name_shared),
    ):
        for later, earlier in pairs:
            other = remarks.where(at[earlier])
            remarks.add(at[later], status, code, other=other, name=doubtful["name"].iat[earlier])
    same = {at[later]: at[kept] for later, kept in doubles.same}
    return places[~places["at"].isin(same)], same


def _list(column: pd.Series) -> list[str]:
    return list(column.to_numpy(dtype=object))


def _desa_key(
    gazetteer: Gazetteer | None, desa: str, kecamatan: str, address: str, name: str
) -> str:
    if gazetteer is not None and (desa or address):
        found = locate(gazetteer, desa=desa, kecamatan=kecamatan, address=address, name=name)
        if found is not None:
            return str(found)
    return f"{normalise(desa)}, {normalise(kecamatan)}" if desa else ""


def _table(
    rows: Rows,
    remarks: Remarks,
    places: pd.DataFrame,
    *,
    members: Mapping[int, Sequence[int]],
    lead: npt.NDArray[np.int64],
    same: Mapping[int, int],
) -> AssetTable:
    has_point = places["lon"].notna().to_numpy()
    lon, lat = places["lon"].to_numpy(), places["lat"].to_numpy()
    where = zip(lon.tolist(), lat.tolist(), _list(places["address"]), strict=True)
    ties = [f"{x:.7f} {y:.7f} {a}" for x, y, a in where]
    code, name, desa, kecamatan = (
        _list(places[column]) for column in ("code", "name", "desa", "kecamatan")
    )
    ids = make_ids(code, name, desa, kecamatan, ties)
    points = np.full(len(places), None, dtype=object)
    points[has_point] = shapely.points(lon[has_point], lat[has_point])
    sites = gpd.GeoDataFrame(
        places.drop(columns=["at", "lon", "lat"]).assign(id=ids, has_point=has_point),
        geometry=points,
        crs=4326,
    ).reset_index(drop=True)
    order = ["id", *(c for c in sites.columns if c not in {"id", "geometry"}), "geometry"]
    leading = places["at"].tolist()
    register = read_register(
        rows.frame, remarks, members={at: members[at] for at in leading}, ids=ids
    )
    of_place = dict(zip(leading, ids, strict=True))
    of_row = [of_place.get(same.get(at, at), "") for at in lead.tolist()]
    told = pd.DataFrame({"sheet": rows.frame["sheet"], "row": rows.frame["row"].astype(int)})
    told = told.assign(
        status=remarks.status,
        id=of_row,
        notes=pd.Series([remarks.notes(at) for at in range(len(lead))], dtype=object),
        cells=rows.frame["cells"].tolist(),
    )
    return AssetTable(
        sites=sites[order],
        register=register,
        report=remarks.report(accepted=len(sites)),
        rows=told,
        labels=rows.labels,
        dropped=rows.dropped,
    )


def merge_ids(table: AssetTable, known_sites: gpd.GeoDataFrame) -> AssetTable:
    """Return the table with known places under the ids they have (see `known_ids`)."""
    merged = known_ids(table.sites, known_sites)
    if not merged:
        return table
    return replace(
        table,
        sites=gpd.GeoDataFrame(apply_ids(table.sites, merged, column="id"), crs=4326),
        register=apply_ids(table.register, merged, column="candidate"),
        rows=apply_ids(table.rows, merged, column="id"),
    )

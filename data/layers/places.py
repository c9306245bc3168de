"""Places with a point: hazard events, facilities of other services, offices of the Bapas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from data.files import columns, shapes
from data.files.dates import read_date
from data.files.layer_types import LayerOptions
from data.files.reading import ReadReport, Tally
from data.osm_kinds import FACILITY_OF
from geo.errors import Note
from scoring.kinds import fold, kind_from_text

_EVENT = {
    "date": ("tanggal", "tgl", "date", "waktu", "tanggal_kejadian", "waktu_kejadian"),
    "year": ("tahun", "year", "thn", "tahun_kejadian"),
    "event": ("jenis", "kejadian", "jenis_kejadian", "jenis_bencana", "bencana", "event", "type"),
}  # fmt: skip
_FACILITY = {
    "kind": ("jenis", "kind", "tipe", "type", "kategori", "jenis_fasilitas", "fclass", "amenity"),
    "name": (*columns.NAME, "nama_fasilitas", "nama_sekolah", "nama_faskes", "nama_kantor", "id"),
}
_OFFICE = {
    "name": (*columns.NAME, "nama_kantor", "kantor"),
    "active": ("aktif", "active", "status", "beroperasi"),
}
# words, folded, that name a service; looked for before the kinds of the law's list
_SERVICES = (
    ("prosecutor", ("kejaksaan", "kejari", "kejati", "prosecutor")),
    ("court", ("pengadilan", "court", "courthouse")),
    ("prison", ("rutan", "lapas", "rumah tahanan", "lembaga pemasyarakatan", "lpka", "prison")),
    ("bapas", ("bapas", "balai pemasyarakatan")),
    ("police", ("polres", "polsek", "polda", "polresta", "polisi", "kepolisian", "police")),
    ("health", ("health", "kesehatan", "faskes", "pustu", "puskesmas", "klinik", "clinic")),
)
_YES = frozenset({"ya", "aktif", "y", "yes", "true", "1", "active", "beroperasi", "buka"})
_NO = frozenset({"tidak", "tidak aktif", "t", "no", "false", "0", "inactive", "tutup", "rencana"})


def read_events(path: Path, options: LayerOptions) -> tuple[gpd.GeoDataFrame, ReadReport]:
    """Read hazard events: ``date`` (ISO, may be a year) · ``year`` · ``event`` · ``row`` · point.

    An event without a readable date is kept and told: it happened, only not when.
    """
    frame, found, tally = shapes.points(path, options, _EVENT)
    read = [read_date(cell) for cell in _cells(frame, found, "date")]
    year_only = [read_date(cell) for cell in _cells(frame, found, "year")]
    dated = [own if own[0] else other for own, other in zip(read, year_only, strict=True)]
    for row, (iso, _) in zip(frame["row"], dated, strict=True):
        if not iso:
            tally.warned.append(Note(row=int(row), code="events.no_date"))
    columns_ = {
        "date": [iso for iso, _ in dated],
        "year": np.array([year for _, year in dated], dtype=np.float64),
        "event": shapes.text(frame, found, "event"),
    }
    events = _placed(frame, columns_)
    _tell_repeats(events, tally)
    return events, tally.report("events", accepted=len(events))


def _tell_repeats(events: gpd.GeoDataFrame, tally: Tally) -> None:
    """Tell events with the same day and the same spot; both are kept, reports do repeat."""
    spot = events.geometry.to_wkt() + events["date"]
    first = dict(zip(spot[::-1], events["row"][::-1], strict=True))
    again = spot.duplicated(keep="first") & (events["date"].str.len() == 10)
    tally.warned += [
        Note(row=int(row), code="events.repeated", fields={"first": int(first[key])})
        for row, key in zip(events["row"][again], spot[again], strict=True)
    ]


def read_facilities(path: Path, options: LayerOptions) -> tuple[gpd.GeoDataFrame, ReadReport]:
    """Read facilities that are not candidates: ``kind`` · ``name`` · ``row`` · point.

    ``kind`` is police, health, court, prosecutor, prison, school, bapas, or a key of
    `scoring.kinds`; "unknown" is kept and told.
    """
    frame, found, tally = shapes.points(path, options, _FACILITY)
    name, written = shapes.text(frame, found, "name"), shapes.text(frame, found, "kind")
    kind = [facility_kind(*pair) for pair in zip(written, name, strict=True)]
    facilities = _placed(frame, {"kind": kind, "name": name})
    for row, each, text in zip(frame["row"], kind, written + " " + name, strict=True):
        if each == "unknown":
            fields = {"text": text.strip()[:60]}
            tally.warned.append(Note(row=int(row), code="facilities.unknown_kind", fields=fields))
    return facilities, tally.report("facilities", accepted=len(facilities))


def facility_kind(written: str, name: str) -> str:
    """Name the service of a facility from its kind column, else from its name.

    >>> facility_kind("", "Polsek Karangkobar"), facility_kind("Fasilitas kesehatan", "RSUD")
    ('police', 'health')
    """
    for text in (written, name):
        folded = f" {fold(text)} "
        service = next(
            (kind for kind, words in _SERVICES if any(f" {word} " in folded for word in words)), ""
        )
        listed = service or kind_from_text(text)
        if listed != "unknown":
            return FACILITY_OF.get(listed, listed)
    return "unknown"


def read_offices(path: Path, options: LayerOptions) -> tuple[gpd.GeoDataFrame, ReadReport]:
    """Read offices of the Bapas: ``name`` · ``active`` (bool) · ``row`` · point.

    Without a column of activity all are taken as active, and told; a blank or strange cell in
    such a column is taken as not active, and told: no minutes are promised from a closed office.
    """
    frame, found, tally = shapes.points(path, options, _OFFICE)
    written = [fold(cell) for cell in shapes.text(frame, found, "active")]
    if "active" in found:
        for row, word in zip(frame["row"], written, strict=True):
            if word not in _YES | _NO:
                tally.warned.append(Note(row=int(row), code="offices.activity_unknown"))
        active = [word in _YES for word in written]
    else:
        tally.warned.append(Note(row=None, code="offices.all_active"))
        active = [True] * len(frame)
    offices = _placed(frame, {"name": shapes.text(frame, found, "name"), "active": active})
    return offices, tally.report("offices", accepted=len(offices))


def _cells(frame: pd.DataFrame, found: shapes.Found, field: str) -> list[Any]:
    return list(frame[found[field]]) if field in found else [None] * len(frame)


def _placed(frame: gpd.GeoDataFrame, columns_: dict[str, Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {**columns_, "row": frame["row"].to_numpy()},
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
    )

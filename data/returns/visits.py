"""What stands in a GeoPackage that came back from QField: visits, sites, and which pack it was."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely

from data.files import guard  # first: it keeps GDAL's drivers that read other files out
from data.files.vectors import layers_of
from geo.crs import to_lonlat
from geo.errors import InputError

WAL = "-wal"
_IDS = frozenset({"submission", "uuid"})
_META = frozenset({"nama", "nilai"})
_META_TABLE, _SITES = "tapak_pack", "lokasi_survei"
_FROM_META = ("programme", "team", "form_version", "pack")
_QGIS_NULL = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"
_NOTHING = frozenset({"", "NULL", _QGIS_NULL, "{}", "[]", "{NULL}", '{""}', '[""]'})
"""How QGIS and QField write an answer that was not given, or taken back."""
_ACCURACY = ("q01_accuracy", "accuracy_m", "acc_m", "accuracy", "horizontal_accuracy")
_SOURCE = ("q01_source", "point_source")
_DECIMALS = 9
_WAL_AT = 18
Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a GeoPackage holds.

    ``visits`` and ``sites`` are rows without what was left unanswered; ``pack`` is the id of the
    pack it went out as, "" when nothing in it says so.
    """

    visits: tuple[Row, ...]
    sites: tuple[Row, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)

    @property
    def pack(self) -> str:
        """Return the pack's id, by the table of its own, else by what most visits say."""
        if told := self.meta.get("pack"):
            return told
        said = Counter(str(row["pack"]) for row in self.visits if row.get("pack"))
        return said.most_common(1)[0][0] if said else ""


def contents(name: str, raw: bytes, *, wal: bytes | None = None) -> Contents:
    """Read every layer that holds submissions, whatever it is called, and the pack's own tables.

    Parameters
    ----------
    name : str
        What the file is called where it comes from.
    raw : bytes
    wal : bytes, optional
        The journal that lay beside it. QGIS writes there first, and a copy of the open project
        may hold its last visits in the journal alone.

    Raises
    ------
    InputError
        What `data.files.guard.check_file` refuses; ``vectors.unreadable``.
    """
    import pyogrio

    with TemporaryDirectory(prefix="tapak-") as room:
        path = Path(room) / "kiriman.gpkg"
        path.write_bytes(raw)  # a copy: opening one in place would leave journals beside it
        if wal:
            Path(f"{path}{WAL}").write_bytes(wal)
        guard.check_file(path)
        try:
            layers = {
                layer: pyogrio.read_dataframe(path, layer=layer, datetime_as_string=True)
                for layer in layers_of(str(path))
            }
        except (RuntimeError, ValueError, OSError) as fault:
            if isinstance(fault, InputError):
                raise
            raise InputError("vectors.unreadable", file=name) from None
    meta = _meta(layers)
    visits = [row for layer in layers.values() if _is_visits(layer) for row in _values(layer)]
    sites = [
        row for layer, frame in layers.items() if layer.startswith(_SITES) for row in _values(frame)
    ]
    told = {key: meta[key] for key in _FROM_META if key in meta}
    return Contents(visits=tuple({**told, **row} for row in visits), sites=tuple(sites), meta=meta)


def open_when_copied(raw: bytes) -> bool:
    """Tell a copy made while the project was open: its header still asks for a journal."""
    return raw[_WAL_AT : _WAL_AT + 2] == b"\2\2"


def _is_visits(layer: Any) -> bool:
    return bool(_IDS & {str(column).casefold() for column in layer.columns})


def _meta(layers: Mapping[str, Any]) -> dict[str, str]:
    for name, frame in layers.items():
        if name.startswith(_META_TABLE) and set(frame.columns) >= _META:
            pairs = zip(frame["nama"], frame["nilai"], strict=True)
            return {str(key): str(value) for key, value in pairs if value}
    return {}


def _values(layer: Any) -> Iterable[Row]:
    points: list[tuple[float, float] | None] = [None] * len(layer)
    if "geometry" in layer and layer.crs is not None and "q01" not in layer:
        shapes = to_lonlat(layer).geometry.to_numpy()
        there = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
        shapes[~there] = shapely.Point(np.nan, np.nan)
        x, y = shapely.get_x(shapes), shapely.get_y(shapes)  # a height is left out
        points = [
            (round(float(lon), _DECIMALS), round(float(lat), _DECIMALS)) if ok else None
            for ok, lon, lat in zip(there, x, y, strict=True)
        ]
    plain = layer.drop(columns="geometry", errors="ignore").to_dict("records")
    for row, point in zip(plain, points, strict=True):
        said = {str(k): _plain(v) for k, v in row.items() if not _blank(v)}
        _set_clocks(said)
        yield said | ({"q01": _placed(said, *point)} if point else {})


def _blank(value: object) -> bool:
    if (
        value is None
        or isinstance(value, bytes | memoryview)
        or (isinstance(value, str) and value.strip() in _NOTHING)
    ):
        return True
    return bool(value != value)  # noqa: PLR0124 - NaN differs from itself


def _plain(value: Any) -> object:
    """Return a number as Python's own: a column with gaps comes as 8.0 where 8 was written."""
    if isinstance(value, float | np.floating):
        return int(value) if float(value).is_integer() else float(value)
    return value.item() if isinstance(value, np.generic) else value


def _placed(row: Row, lon: float, lat: float) -> object:
    """Write a visit's point: with what it says of its accuracy, or plain where it says nothing."""
    accuracy = next((row.pop(name) for name in _ACCURACY if name in row), None)
    source = next((row.pop(name) for name in _SOURCE if name in row), None)
    if accuracy is None and source is None:
        return f"{lat} {lon}"
    return {
        "lon": lon,
        "lat": lat,
        "accuracy_m": accuracy,
        "source": source or ("map" if accuracy == 0 else "gps"),
    }


def _set_clocks(row: Row) -> None:
    """Take the milliseconds for the time, where they are: a GeoPackage's own time has no zone."""
    for named in ("started", "ended"):
        told = row.pop(f"{named}_ms", None)
        if isinstance(told, int) and told > 0:
            try:
                moment = dt.datetime.fromtimestamp(told / 1000, dt.UTC)
            except (OverflowError, ValueError, OSError):
                continue
            row[f"{named}_at"] = moment.isoformat(timespec="seconds")

"""A layer's file read apart, for its account only: what is measured later is read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data.files.account import report_of, report_told
from data.files.first import needs_child, read_apart
from data.files.layer_types import LayerOptions, LayerReading
from data.files.reading import ReadReport
from data.layers.read import read_layer
from geo.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTold:
    """What adding a layer needs to know of its file.

    Parameters
    ----------
    report : ReadReport
    level : str
        Of areas: ``desa``, ``kecamatan`` …; "" for every other layer.
    is_table : bool
        Whether several files of this kind make one layer.
    """

    report: ReadReport
    level: str = ""
    is_table: bool = False


def first_read(kind: str, path: Path, options: LayerOptions) -> LayerTold:
    """Read a layer's file for the first time and return its account.

    Raises
    ------
    TapakError
        What `data.layers.read_layer` raises, and ``guard.too_heavy`` · ``guard.crashed``.
    """
    if not needs_child(path):
        return _told(read_layer(kind, path, options=options))
    told = read_apart(
        "data.layers.first:read_told", path, {"kind": kind, "options": asdict(options)}
    )
    try:
        report, level = report_of(told["report"]), str(told["level"])
        return LayerTold(report=report, level=level, is_table=bool(told["table"]))
    except (TypeError, KeyError, AttributeError):
        raise InputError("guard.crashed", file=path.name) from None


def _told(reading: LayerReading) -> LayerTold:
    data = reading.data
    is_table = hasattr(data, "columns")
    level = str(data["level"].iloc[0]) if reading.kind == "areas" else ""
    return LayerTold(report=reading.report, level=level, is_table=is_table)


def read_told(*, path: str, kind: str, options: Mapping[str, Any]) -> dict[str, object]:
    """Read a layer's file in the child and tell its account as JSON values."""
    bounds = options.get("bounds")
    given = {**options, "bounds": None if bounds is None else tuple(bounds)}
    told = _told(read_layer(kind, Path(path), options=LayerOptions(**given)))
    return {"report": report_told(told.report), "level": told.level, "table": told.is_table}

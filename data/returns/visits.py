"""Visits in a GeoPackage that came back from QField: every layer that holds submissions."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely

from data.files import guard  # first: it keeps GDAL's drivers that read other files out
from data.returns.rows import raw_rows
from data.returns.types import Given, RawRow
from geo.crs import to_lonlat
from geo.errors import InputError

_IDS = frozenset({"submission", "uuid"})


def read_visits(given: Given) -> list[RawRow]:
    """Read the layers that hold submissions; a visit's own point is its answer to question 1.

    Raises
    ------
    InputError
        What `data.files.guard.check_file` refuses; ``vectors.unreadable``.
    """
    import pyogrio

    with TemporaryDirectory(prefix="tapak-") as room:
        path = Path(room) / "kiriman.gpkg"
        path.write_bytes(given.raw)  # a copy: opening one in place would leave journals beside it
        guard.check_file(path)
        try:
            named = [str(name) for name, _ in pyogrio.list_layers(path)]
            layers = [pyogrio.read_dataframe(path, layer=n, datetime_as_string=True) for n in named]
        except (RuntimeError, ValueError, OSError):
            raise InputError("vectors.unreadable", file=given.name) from None
    rows = [row for layer in layers if _IDS & set(layer.columns) for row in _values(layer)]
    return raw_rows(enumerate(rows, start=1), given, channel="qfield")


def _values(layer: Any) -> list[dict[str, object]]:
    points = np.full(len(layer), "", dtype=object)
    if "geometry" in layer and layer.crs is not None and "q01" not in layer:
        shapes = to_lonlat(layer).geometry.to_numpy()
        there = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
        x, y = shapely.get_x(shapes), shapely.get_y(shapes)
        points[there] = [f"{lat} {lon}" for lat, lon in zip(y[there], x[there], strict=True)]
    plain = layer.drop(columns="geometry", errors="ignore").to_dict("records")
    return [
        {k: v for k, v in row.items() if v is not None and v == v}  # noqa: PLR0124 - NaN differs from itself
        | ({"q01": point} if point else {})
        for row, point in zip(plain, points, strict=True)
    ]

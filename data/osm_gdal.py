"""OpenStreetMap extracts as GDAL hands them over: one table a layer, large ones in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from data.files import guard  # noqa: F401 - first: it settles which drivers GDAL may load
from geo.errors import InputError

Bounds = tuple[float, ...] | None
_CONFIG = Path(__file__).with_name("osm.ini")
_BATCH = 50_000


def by_feature(
    path: Path, layer: str, names: Sequence[str], *, where: str, bounds: Bounds
) -> pd.DataFrame:
    """Read one of the driver's layers feature by feature, with shapes in the column ``shape``.

    Slow for many features, but read so a damaged block anywhere in the file is an error: read as
    arrow it ends the stream without a word.

    Raises
    ------
    InputError
        ``osm.damaged``.
    """
    import pyogrio

    with _damage_told(path):
        _, _, wkb, columns = pyogrio.raw.read(
            str(path.absolute()),
            sql=_select(layer, names, where),
            bbox=bounds,
            CONFIG_FILE=str(_CONFIG),
        )
    return _shaped(dict(zip(("osm_id", *names), columns, strict=True)), wkb)


def whole(
    path: Path, layer: str, names: Sequence[str], *, where: str, bounds: Bounds
) -> pd.DataFrame:
    """Read one of the driver's layers at once, with shapes in the column ``shape``."""
    read = batches(path, layer, names, where=where, bounds=bounds)
    return pd.concat([framed(batch, ("osm_id", *names)) for batch in read], ignore_index=True)


def batches(
    path: Path, layer: str, names: Sequence[str], *, bounds: Bounds, where: str = ""
) -> Iterator[Any]:
    """Read one of the driver's layers as arrow record batches; the first one is empty.

    Naming the layer in SQL lets the driver drop the others while it reads; taking the layer
    itself would pile them up in memory. A long condition costs more there than on the batches.
    """
    import pyarrow as pa
    import pyogrio

    with (
        _damage_told(path),
        pyogrio.raw.open_arrow(
            str(path.absolute()),
            sql=_select(layer, names, where),
            bbox=bounds,
            batch_size=_BATCH,
            use_pyarrow=True,
            CONFIG_FILE=str(_CONFIG),
        ) as (_, reader),
    ):
        yield pa.RecordBatch.from_pylist([], schema=reader.schema)
        yield from reader


def framed(batch: Any, names: Sequence[str]) -> pd.DataFrame:
    """Turn a batch into a table with shapes in the column ``shape``; those without are left out."""
    wkb = batch.column(batch.schema.names[-1]).to_numpy(zero_copy_only=False)
    return _shaped({name: batch.column(name).to_pandas() for name in names}, wkb)


def _select(layer: str, names: Sequence[str], where: str) -> str:
    condition = f" WHERE {where}" if where else ""
    return f"SELECT osm_id, {', '.join(names)} FROM {layer}{condition}"  # noqa: S608 - names are our own constants


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    """Tell what GDAL cannot read as one sentence."""
    try:
        yield
    except (RuntimeError, ValueError, OSError, MemoryError):
        raise InputError("osm.damaged", file=path.name) from None


def _shaped(columns: dict[str, Any], wkb: np.ndarray) -> pd.DataFrame:
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    frame: pd.DataFrame = pd.DataFrame({**columns, "shape": shapes})[usable]
    return frame.reset_index(drop=True)

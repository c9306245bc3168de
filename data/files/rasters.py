"""Rasters at the door: opened as a handle, judged by a few windows, never loaded whole."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from data.files import guard
from data.files.layer_types import LayerOptions
from geo.errors import CrsError, InputError
from geo.raster import Raster

WINDOW = 256
WINDOWS_A_SIDE = 5
_FEW_CELLS = 1 << 22  # below this the whole raster is looked at: 32 MB of numbers
_BIG_BLOCK_BYTES = 1 << 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a few windows of a raster hold.

    Parameters
    ----------
    values : ndarray of float64
        Known cells with the file's own scale and offset applied, flat.
    nodata_share_0_1 : float
        Share of the cells looked at that hold no data.
    whole : bool
        Every cell was looked at.
    integer : bool
        The file stores whole numbers.
    """

    values: np.ndarray
    nodata_share_0_1: float
    whole: bool
    integer: bool


def open_raster(path: Path, options: LayerOptions) -> Raster:
    """Open a GeoTIFF as a handle with the CRS and nodata the study states, not yet scaled.

    Raises
    ------
    InputError
        ``rasters.not_a_raster``, and those of `guard.check_file` and `Raster.open`.
    CrsError
        ``rasters.no_crs`` when neither file nor study states one.
    """
    if guard.check_file(path) is not guard.FileType.GEOTIFF:
        raise InputError("rasters.not_a_raster", file=path.name)
    try:
        raster = Raster.open(path, crs=options.crs)
    except CrsError as fault:
        if fault.code == "crs.missing":
            raise CrsError("rasters.no_crs", file=path.name) from None
        raise
    return raster if options.nodata is None else replace(raster, nodata=options.nodata)


def scaled(raster: Raster, scale: float) -> Raster:
    """Multiply every value of a handle, on top of the scale its file declares."""
    return replace(raster, scale=raster.scale * scale, offset=raster.offset * scale)


def look(raster: Raster) -> Look:
    """Read windows spread over a raster (all of a small one) and say what they hold.

    A damaged block shows itself here and is refused, so that measuring does not stop midway.

    Raises
    ------
    InputError
        ``guard.truncated`` when a block cannot be decoded; ``rasters.big_blocks`` when one block
        alone would fill the memory; ``rasters.all_nodata`` when nothing is known anywhere.
    """
    import rasterio

    name = raster.path.name
    try:
        with warnings.catch_warnings(), rasterio.open(raster.path) as source:
            warnings.simplefilter("ignore")
            kind = np.dtype(source.dtypes[0])
            if int(np.prod(source.block_shapes[0])) * kind.itemsize > _BIG_BLOCK_BYTES:
                raise InputError("rasters.big_blocks", file=name)
            cells, whole = _cells_of(source, raster.nodata)
    except rasterio.errors.RasterioError:
        raise InputError("guard.truncated", file=name) from None
    known = np.isfinite(cells)
    if not known.any():
        raise InputError("rasters.all_nodata", file=name)
    return Look(
        values=cells[known] * raster.scale + raster.offset,
        nodata_share_0_1=float(1 - known.mean()),
        whole=whole,
        integer=bool(np.issubdtype(kind, np.integer)),
    )


def _cells_of(source: Any, nodata: float | None) -> tuple[np.ndarray, bool]:
    """Read all cells of a small raster, windows of a large one, or a thinned copy if those fail."""
    whole = source.width * source.height <= _FEW_CELLS
    windows = [None] if whole else _spread(source.width, source.height)
    cells = _known(np.concatenate([source.read(1, window=w).ravel() for w in windows]), nodata)
    if not whole and not np.isfinite(cells).any():
        thin = (min(source.height, 1024), min(source.width, 1024))
        cells = _known(source.read(1, out_shape=thin).ravel(), nodata)
    return cells, whole


def _known(cells: np.ndarray, nodata: float | None) -> np.ndarray:
    numbers = cells.astype(np.float64)
    numbers[~np.isfinite(numbers)] = np.nan
    if nodata is not None:
        numbers[numbers == nodata] = np.nan
    return numbers


def _spread(width: int, height: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Lay windows evenly over a raster, from corner to corner."""
    rows = np.linspace(0, max(height - WINDOW, 0), WINDOWS_A_SIDE).astype(int)
    columns = np.linspace(0, max(width - WINDOW, 0), WINDOWS_A_SIDE).astype(int)
    return [
        ((int(r), min(int(r) + WINDOW, height)), (int(c), min(int(c) + WINDOW, width)))
        for r in rows
        for c in columns
    ]

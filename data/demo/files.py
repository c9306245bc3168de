"""How the demo district's files are written: the same seed gives the same bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data.demo.facts import CRS_M, SYNTHETIC
from data.demo.ground import Floats, Grid
from geo.files import written_whole

STAMP = (2026, 1, 1, 0, 0, 0)
"""The only time that stands in any of the files."""
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def lonlat(xy: Floats) -> Floats:
    """Turn UTM 49S metres (n × 2) into degrees, rounded to 1e-7."""
    from pyproj import Transformer

    to_degrees = Transformer.from_crs(CRS_M, "EPSG:4326", always_xy=True)
    return np.round(np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])), 7)


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], *, overwrite: bool
) -> None:
    """Write a UTF-8 CSV whose last column says on every row that the data are synthetic."""
    with (
        written_whole(path, overwrite=overwrite) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as target,
    ):
        out = csv.writer(target, lineterminator="\n")
        out.writerow([*header, "keterangan"])
        out.writerows([*row, SYNTHETIC] for row in rows)


def write_shapes(path: Path, frame: Any, *, overwrite: bool) -> None:
    """Write a metric frame as GeoJSON in degrees, seven decimals; its description says synthetic.

    Raises
    ------
    OSError
        When not every feature can be read back.
    """
    import pyogrio

    with written_whole(path, overwrite=overwrite) as temporary:
        pyogrio.write_dataframe(
            frame.to_crs("EPSG:4326"),
            temporary,
            driver="GeoJSON",
            layer=path.stem,
            COORDINATE_PRECISION="7",
            DESCRIPTION=SYNTHETIC,
        )
        if pyogrio.read_info(temporary)["features"] != len(frame):
            raise OSError(path)


def write_raster(path: Path, values: Any, *, grid: Grid, nodata: float, overwrite: bool) -> None:
    """Write an array of the grid's shape as a compressed GeoTIFF in UTM 49S."""
    import rasterio

    with (
        written_whole(path, overwrite=overwrite) as temporary,
        rasterio.open(
            temporary,
            "w",
            driver="GTiff",
            width=grid.width,
            height=grid.height,
            count=1,
            dtype=values.dtype,
            crs=CRS_M,
            transform=grid.transform,
            nodata=nodata,
            compress="deflate",
            predictor=3 if values.dtype.kind == "f" else 2,
            tiled=True,
            blockxsize=256,
            blockysize=256,
        ) as target,
    ):
        target.write(values, 1)
        target.update_tags(keterangan=SYNTHETIC)


def write_sheet(
    path: Path,
    name: str,
    rows: Iterable[Sequence[object]],
    *,
    widths: Sequence[float],
    overwrite: bool,
) -> None:
    """Write one worksheet as xlsx, with every time stamp inside it set to `STAMP`."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row in rows:
        sheet.append(list(row))
    raw = io.BytesIO()
    book.save(raw)
    with written_whole(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(_without_times(raw))


def _without_times(raw: io.BytesIO) -> bytes:
    """Pack a zip again with fixed times."""
    stamp = "{}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}Z".format(*STAMP).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w") as target:
        for entry in sorted(source.namelist()):
            part = source.read(entry)
            if entry == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + stamp, part)
            target.writestr(zipfile.ZipInfo(entry, STAMP), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()

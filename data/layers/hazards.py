"""Hazards and ground cover: rasters of an index or a class, polygons with a class or a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

from data.files import guard, numerals, rasters, shapes
from data.files.layer_types import LayerOptions, Values
from data.files.reading import ReadReport, Tally
from geo.errors import InputError, Note

CLASS = (
    "kelas", "kelas_bahaya", "class", "klas", "kls", "gridcode", "kelas_id", "kode_kelas", "bahaya",
    "tingkat", "tingkat_bahaya", "kerawanan", "tingkat_kerawanan", "zona", "hazard", "hazard_class",
    "keterangan", "ket", "dn", "value", "nilai",
)  # fmt: skip
COVER = (
    "kelas", "class", "tutupan", "tutupan_lahan", "penutup_lahan", "penggunaan", "landcover",
    "land_cover", "landuse", "fclass", "namobj", "remark", "keterangan", "jenis", "nama",
)  # fmt: skip
# words are looked for in this order: "sangat tinggi" before "tinggi", "tidak rawan" before "rawan"
WORDS = (
    (0, ("tidak", "aman", "none", "no hazard", "nihil")),
    (3, ("sangat tinggi", "tinggi", "high", "severe")),
    (1, ("sangat rendah", "rendah", "low")),
    (2, ("sedang", "menengah", "medium", "moderate")),
)
COARSE_M = 100.0
"""Elevation cells wider than this say nothing of the slope at a site."""


def read_hazard(kind: str, path: Path, options: LayerOptions) -> tuple[Any, ReadReport, Values]:
    """Read a hazard layer.

    Returns
    -------
    Raster or GeoDataFrame
        A `geo.raster.Raster` scaled to index 0–1 or class 0–3, or polygons with ``class_``
        (float 0–3), ``row`` and ``geometry``.
    ReadReport
    {"index", "class"}
        What the values are.
    """
    if guard.check_file(path) is guard.FileType.GEOTIFF:
        return _hazard_raster(kind, path, options)
    frame, found, tally = shapes.polygons(path, options, {"class": CLASS})
    if "class" not in found:
        raise InputError("hazards.no_class", file=path.name)
    cells = shapes.text(frame, found, "class")
    classes = np.array([class_of(cell) for cell in cells])
    unread = np.isnan(classes)
    tally.rejected += [
        Note(row=int(row), code="hazards.unreadable_class", fields={"text": str(cell)[:40]})
        for row, cell in zip(frame["row"][unread], cells[unread], strict=True)
    ]
    if unread.all():
        raise InputError("hazards.no_class", file=path.name)
    layer = frame[["row", "geometry"]].assign(class_=classes)[~unread].reset_index(drop=True)
    return layer, tally.report(kind, accepted=len(layer)), "class"


def class_of(cell: str) -> float:
    """Read a hazard class: 0–3, or a word such as Rendah, Sedang, Tinggi; NaN for anything else.

    >>> class_of("Tinggi"), class_of("2"), class_of("KRB Sedang")
    (3.0, 2.0, 2.0)
    """
    number = numerals.one(cell)
    if np.isfinite(number):
        return number if number in {0.0, 1.0, 2.0, 3.0} else np.nan
    text = cell.casefold()
    return next((float(k) for k, words in WORDS if any(w in text for w in words)), np.nan)


def _hazard_raster(kind: str, path: Path, options: LayerOptions) -> tuple[Any, ReadReport, Values]:
    raster = rasters.open_raster(path, options)
    seen = rasters.look(raster)
    values, scale = meaning(seen, path, options)
    tally = Tally()
    if options.values is None or (values == "index" and options.scale is None):
        low, high = float(seen.values.min()), float(seen.values.max())
        fields = {"low": low, "high": high, "scale": scale}
        tally.warned.append(Note(row=None, code=f"hazards.taken_as_{values}", fields=fields))
    if seen.nodata_share_0_1 > 0:
        fields = {"percent": seen.nodata_share_0_1 * 100}
        tally.warned.append(Note(row=None, code="hazards.nodata_unknown", fields=fields))
    return rasters.scaled(raster, scale), tally.report(kind, accepted=1), values


def meaning(seen: rasters.Look, path: Path, options: LayerOptions) -> tuple[Values, float]:
    """Tell what a hazard raster holds and the scale that brings it to 0–1 or to classes 0–3.

    Whole numbers up to 3 are classes; other numbers up to 1 an index; up to 100 an index in
    hundredths. What the study states wins; what fits nothing is refused, never guessed.

    Raises
    ------
    InputError
        ``hazards.values_unknown`` · ``hazards.values_differ`` (stated otherwise than they are).
    """
    low, high = float(seen.values.min()), float(seen.values.max())
    integers = bool((seen.values == np.round(seen.values)).all())
    taken: Values = "class" if integers and high <= 3 and (seen.integer or high > 1) else "index"
    values: Values = options.values or taken
    scale = options.scale if options.scale is not None else 1.0
    if options.scale is None and values == "index" and high > 1:
        scale = 0.01
    top = 3.0 if values == "class" else 1.0
    if low * scale < -1e-6 or high * scale > top * (1 + 1e-6):
        code = "hazards.values_differ" if options.values else "hazards.values_unknown"
        raise InputError(code, file=path.name, low=low, high=high, values=values)
    return values, scale


def read_elevation(path: Path, options: LayerOptions) -> tuple[Any, ReadReport]:
    """Read a DEM as a handle; heights no mountain has and cells too wide for slope are told."""
    raw = rasters.open_raster(path, options)
    raster = rasters.scaled(raw, options.scale or 1.0)
    heights = rasters.look(raster).values
    low, high = float(heights.min()), float(heights.max())
    tally = Tally()
    if low < -500 or high > 9000:
        fields: dict[str, object] = {"low": low, "high": high}
        tally.warned.append(Note(row=None, code="elevation.impossible", fields=fields))
    cell_m = max(raster.cell_size_m)
    if cell_m > COARSE_M:
        fields = {"cell_m": float(cell_m), "limit_m": COARSE_M}
        tally.warned.append(Note(row=None, code="elevation.coarse", fields=fields))
    return raster, tally.report("elevation", accepted=1)


def read_cover(path: Path, options: LayerOptions) -> tuple[gpd.GeoDataFrame, ReadReport]:
    """Read land cover polygons: ``class_`` (text, lower case), ``row``, ``geometry``."""
    frame, found, tally = shapes.polygons(path, options, {"class": COVER})
    if "class" not in found:
        raise InputError("cover.no_class", file=path.name)
    cover = frame[["row", "geometry"]].assign(
        class_=shapes.text(frame, found, "class").str.casefold()
    )
    blank = (cover["class_"] == "").to_numpy()
    tally.warned += [Note(row=int(row), code="cover.blank_class") for row in cover["row"][blank]]
    return cover, tally.report("land-cover", accepted=len(cover))

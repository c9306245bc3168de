"""A study cut out of national files: one regency or those of one Bapas, never the nation."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

import words
from data.layers import KINDS
from data.workspace import built_beside
from geo.errors import InputError
from geo.files import written_whole
from work.add import add_files
from work.cutting_window import Box, around, cut_osm, cut_raster
from work.errands import progress
from work.roles import require

_RASTERS = (".tif", ".tiff")
_CODE = r"^\d\d\.?\d\d(?:\.?\d\d(?:\.?\d{4})?)?$"
_DOTTED = r"^\d\d\.\d\d(?:\.\d\d(?:\.\d{4})?)?$"
_NAMED = re.compile(r"kode|code|^kd|_kd", re.IGNORECASE)


def cut_study(
    sources: Path, folder: Path, *, codes: Sequence[str], margin_km: float = 10.0
) -> dict[str, Any]:
    """Cut a study out of national files and add each as an office would.

    Parameters
    ----------
    sources : Path
        TOML: ``kind = "file"`` or ``kind = {file = …, full_cover = true, …}``, one line a kind of
        `tapak add`; relative to the file. ``boundary`` or ``areas`` must be there.
    folder : Path
        Of the study; not there yet, or empty. It appears when everything was cut and added.
    codes : sequence of str
        Kemendagri codes: ``33.04``, or several of one Bapas.
    margin_km : float
        So far beyond the outline streets, people and hazards are taken along: trips cross borders.

    Returns
    -------
    dict
        ``{folder, codes, files: [{kind, file, bytes, accepted}]}``

    Raises
    ------
    InputError
        ``cut.sources`` when the list cannot be read, ``cut.no_outline`` when no area has a code.
    """
    require("data")
    told = read_sources(sources)
    name = words.say("cut.name", codes=", ".join(codes))
    folder = folder.absolute()
    with built_beside(folder, name=name) as (made, room):
        files = _cut(told, room / "berkas", codes, margin_km)
        added = []
        for number, (kind, path, options) in enumerate(files):
            progress(number / len(files), path.name)
            report = add_files(made, [path], kind=kind, options=options)
            row = {"kind": kind, "file": path.name, "bytes": path.stat().st_size}
            added.append(row | {"accepted": report["accepted"]})
    return {"folder": str(folder), "codes": list(codes), "files": added}


def read_sources(path: Path) -> dict[str, dict[str, Any]]:
    """Read which national file each kind comes from: ``{kind: {file, options…}}``."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise InputError("cut.sources", file=path.name) from fault
    found = {}
    for kind, value in told.items():
        options = dict(value) if isinstance(value, dict) else {"file": value}
        file = path.parent / str(options.get("file", ""))
        if kind not in KINDS or not file.is_file():
            raise InputError("cut.source", file=path.name, kind=kind[:40])
        found[kind] = options | {"file": file}
    if not found.keys() & {"boundary", "areas"}:
        raise InputError("cut.no_areas", file=path.name)
    return found


def _cut(
    told: Mapping[str, Mapping[str, Any]], room: Path, codes: Sequence[str], margin_km: float
) -> list[tuple[str, Path, dict[str, Any]]]:
    room.mkdir()
    outline = _outline(told, codes)
    box = around(outline, margin_km=margin_km)
    boundary = room / "batas.geojson"
    _write_shapes(boundary, outline)
    files = [("boundary", boundary, dict[str, Any]())]
    for kind in (k for k in KINDS if k in told and k != "boundary"):
        source = Path(told[kind]["file"])
        options = {k: v for k, v in told[kind].items() if k != "file"}
        target = room / f"{kind}-{source.name}"
        if kind == "osm":
            cut_osm(source, target, box)
        elif source.suffix.lower() in _RASTERS:
            cut_raster(source, target, box)
        elif source.suffix.lower() in {".csv", ".tsv"}:
            _cut_rows(source, target, codes)
        else:
            target = target.with_suffix(".geojson")
            inside = _shapes(source, box, codes if kind == "areas" else ())
            if not len(inside):
                continue  # nothing of this kind lies there: unknown, and `check` says so
            _write_shapes(target, inside)
        files.append((kind, target, options))
    return files


def _outline(told: Mapping[str, Mapping[str, Any]], codes: Sequence[str]) -> Any:
    """Return the outlines of the codes (EPSG:4326): of the boundaries, else of the areas."""
    for kind in ("boundary", "areas"):
        if kind not in told:
            continue
        found = _coded(Path(told[kind]["file"]), codes)
        if len(found):
            whole = found.geometry.union_all()
            return found.iloc[:1].set_geometry([whole], crs=found.crs) if kind == "areas" else found
    raise InputError("cut.no_outline", codes=", ".join(codes))


def _coded(path: Path, codes: Sequence[str]) -> Any:
    """Read the features whose code lies in one of the codes; attributes of all, shapes of these."""
    import pyogrio

    table = pyogrio.read_dataframe(path, read_geometry=False, fid_as_index=True)
    fids = table.index[_inside(table, codes)]
    if not len(fids):
        return fids
    return pyogrio.read_dataframe(path, fids=fids.to_numpy()).to_crs("EPSG:4326")


def _inside(table: Any, codes: Sequence[str]) -> Any:
    """Mark the rows whose Kemendagri code lies in one of the codes.

    The column is one called as codes are (``kode``, ``code``, ``kd``), else one of dotted codes.
    """
    wanted = tuple(code.replace(".", "") for code in codes)
    named = [n for n in table.columns if _NAMED.search(str(n))]
    for name in (*named, *(n for n in table.columns if n not in named)):
        text = table[name].fillna("").astype(str).str.strip()
        codelike = text.str.match(_CODE if name in named else _DOTTED)
        digits = text.where(codelike, "").str.replace(".", "", regex=False)
        inside = digits.str.startswith(wanted).to_numpy(dtype=bool)
        if inside.any():
            return inside
    return np.zeros(len(table), dtype=bool)


def _shapes(path: Path, box: Box, codes: Sequence[str]) -> Any:
    """Read what lies in a box by the file's own index, cut at the box; areas only of the codes."""
    import pyogrio

    crs = pyogrio.read_info(path)["crs"] or "EPSG:4326"
    frame = pyogrio.read_dataframe(path, bbox=box.bounds_in(crs)).to_crs("EPSG:4326")
    if codes:
        return frame.loc[_inside(frame.drop(columns="geometry"), codes)].reset_index(drop=True)
    cut = shapely.clip_by_rect(np.asarray(frame.geometry), *box.bounds)
    frame = frame.set_geometry(cut, crs="EPSG:4326")
    return frame.loc[~frame.geometry.is_empty].reset_index(drop=True)


def _write_shapes(path: Path, frame: Any) -> None:
    import pyogrio

    with written_whole(path) as temporary:
        pyogrio.write_dataframe(frame, temporary, driver="GeoJSON", COORDINATE_PRECISION="7")
        if pyogrio.read_info(temporary)["features"] != len(frame):
            raise OSError(path)


def _cut_rows(source: Path, target: Path, codes: Sequence[str]) -> None:
    """Keep the rows of a table that carry a code; a table without codes stays whole."""
    table = pd.read_csv(source, dtype=str, keep_default_na=False, sep=None, engine="python")
    inside = _inside(table, codes)
    chosen = table.loc[inside] if inside.any() else table
    with (
        written_whole(target) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        out = csv.writer(file, lineterminator="\n")
        out.writerow(table.columns)
        out.writerows(chosen.to_numpy().tolist())


def cut_lines(told: dict[str, Any]) -> list[str]:
    """Tell where the study stands and what was cut for it."""
    lines = [words.say("cut.told", folder=told["folder"], codes=", ".join(told["codes"]))]
    return lines + [
        words.say("cut.told_file", kind=f["kind"], accepted=f["accepted"], bytes=f["bytes"])
        for f in told["files"]
    ]

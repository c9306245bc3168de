"""Adding files to a study: read whole, reported row by row, kept together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data.files.first import make_ready
from data.files.layer_types import LayerOptions, LayerReading
from data.files.reading import ReadReport
from data.layers import read_layer
from data.layers.first import first_read
from data.layers.withheld import withheld
from data.records import FileRecord
from data.workspace import Study, open_study
from geo.errors import UsageError
from work.assemble import layer_options
from work.audit import note
from work.errands import progress
from work.intake import (
    ASSETS,
    known_kind,
    looked_at,
    merged,
    read_layers,
    read_registers,
    refuse_nothing,
    replaced,
    store_layers,
    store_registers,
)
from work.roles import require
from work.row_report import register_rows
from work.steady import uncollected


def add_files(
    folder: Path,
    files: Sequence[Path],
    *,
    kind: str,
    options: Mapping[str, object] | None = None,
    reply: Path | None = None,
    overwrite: bool = False,
    synthetic: bool = False,
    source: str = "",
    licence: str = "",
) -> dict[str, object]:
    """Add files of one kind to a study.

    The same kind again replaces what was there (areas: of the same level); assets merge by id.

    Parameters
    ----------
    folder : Path
        The study.
    files : sequence of Path
        Read in this order; either all of them are stored, or none.
    kind : str
        ``assets`` or one of `data.layers.KINDS`.
    options : mapping, optional
        ``crs``, ``values``, ``full_cover`` as given on the command line.
    reply : Path, optional
        Where to write the *lembar balik* (assets only).
    synthetic : bool
        The files are invented; every map and page will say so.
    source, licence : str
        Where they come from and on what terms, shown wherever they are.

    Returns
    -------
    dict
        ``{kind, accepted, repaired, warned, rejected, duplicates}``; the last four list
        ``{row, reason, fix}``.

    Raises
    ------
    NotAllowedError
        When the role may not.
    InputError
        When a file cannot be read, or nothing in it could be taken; the study is as it was.
    """
    require("data")
    known_kind(kind, files)
    if reply is not None and kind != ASSETS:
        raise UsageError("add.reply_assets_only")
    if reply is not None and len(files) > 1:
        raise UsageError("add.reply_one_file")
    told = _told(options, synthetic=synthetic)
    make_ready(files)
    with uncollected(), open_study(folder) as study, study.locked(), ExitStack() as kept:
        given = _withheld(study, files, told, kept) if kind == "demand" else list(files)
        terms = {"options": told, "source": source, "licence": licence}
        records = [kept.enter_context(study.adding(p, kind, **terms)) for p in given]
        if kind == ASSETS:
            reports = _add_assets(study, records, reply=reply, overwrite=overwrite)
        else:
            reports = _add_layers(study, kind, records)
        if kind == "demand":
            reports += [
                _said(study, path, told) for path, g in zip(files, given, strict=True) if g != path
            ]
    return merged(kind, reports).as_json()


def preview_files(
    folder: Path,
    files: Sequence[Path],
    *,
    kind: str,
    options: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Read files as `add_files` would and tell what it would say; nothing is kept.

    Returns
    -------
    dict
        What `add_files` returns, and ``files: [{name, bytes}]``, ``replaces`` (names of the files
        in whose place these would stand) and, of a register, what `register_rows` tells.
        A file of which nothing can be taken is told with its rows, not refused.
    """
    require("data")
    known_kind(kind, files)
    make_ready(files)
    with uncollected(), open_study(folder) as study, ExitStack() as kept:
        told = _told(options)
        records = [kept.enter_context(looked_at(p, kind, told)) for p in files]
        progress(0.1)
        found: dict[str, Any] = {"replaces": []}
        if kind == ASSETS:
            tables = read_registers(study, records)
            reports = [table.report for table in tables]
            found |= register_rows(tables, study.store.candidates())
        else:
            readings = read_layers(study, kind, records)
            reports = [reading.report for reading in readings]
            found["replaces"] = [f.name for f in replaced(study, kind, readings)]
    files_told = [{"name": r.name, "bytes": r.bytes} for r in records]
    return {**merged(kind, reports).as_json(), **found, "files": files_told}


def _told(options: Mapping[str, object] | None, *, synthetic: bool = False) -> dict[str, object]:
    told = {k: v for k, v in (options or {}).items() if v not in (None, "", False)}
    return told | ({"synthetic": True} if synthetic else {})


def _demand(study: Study, path: Path, told: Mapping[str, object]) -> LayerReading:
    return read_layer("demand", path, options=_demand_options(study, path, told))


def _demand_options(study: Study, path: Path, told: Mapping[str, object]) -> LayerOptions:
    record = FileRecord(kind="demand", name=path.name, path="", sha256="", bytes=0, options=told)
    return layer_options(study, record)


def _withheld(
    study: Study, files: Sequence[Path], told: Mapping[str, object], kept: ExitStack
) -> list[Path]:
    """Put what may be kept in the place of every demand file: counts per kecamatan, none small."""
    room = Path(kept.enter_context(TemporaryDirectory(prefix="tapak-")))
    for path in files:
        first_read("demand", path, _demand_options(study, path, told))
    return [withheld(_demand(study, p, told), room, name=p.name) for p in files]


def _said(study: Study, path: Path, told: Mapping[str, object]) -> ReadReport:
    """Tell what the office's own file had withheld; its rows were counted with the copy."""
    return replace(_demand(study, path, told).report, accepted=0)


def _add_layers(study: Study, kind: str, records: Sequence[FileRecord]) -> list[ReadReport]:
    readings = read_layers(study, kind, records)
    reports = [reading.report for reading in readings]
    for record, report in zip(records, reports, strict=True):
        refuse_nothing(record, report)
    with study.store.transaction():
        store_layers(study, kind, records, readings)
        note_added(study, "data", kind, records, reports)
    return reports


def _add_assets(
    study: Study, records: Sequence[FileRecord], *, reply: Path | None, overwrite: bool
) -> list[ReadReport]:
    from data.assets.agency_form import write_reply

    tables = read_registers(study, records)
    reports = [table.report for table in tables]
    for record, report in zip(records, reports, strict=True):
        refuse_nothing(record, report)
    with study.store.transaction():
        store_registers(study, records, tables)
        note_added(study, "data", ASSETS, records, reports)
        if reply is not None:
            write_reply(reply, tables[0], overwrite=overwrite)
    return reports


def note_added(
    study: Study,
    action: str,
    kind: str,
    records: Sequence[FileRecord],
    reports: Sequence[ReadReport],
) -> None:
    """Record that files were added, with their fingerprints and what became of their rows."""
    whole = merged(kind, reports)
    note(
        study,
        action,
        ", ".join(record.name for record in records)[:200],
        after={
            "kind": kind,
            "accepted": whole.accepted,
            "rejected": len(whole.rejected),
            "sha256": [record.sha256[:16] for record in records],
        },
    )

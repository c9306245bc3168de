"""Reading what is to be added to a study, whole, and storing it: the one door of every file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from data.assets import merge_ids, read_assets
from data.assets.first import try_register
from data.assets.types import AssetOptions, AssetTable
from data.files.reading import ReadReport
from data.gazetteer import Gazetteer
from data.inputs import as_given
from data.layers import KINDS
from data.layers.first import LayerTold
from data.records import FileRecord
from data.workspace import Study
from geo.errors import InputError, TapakError, UsageError
from geo.files import sha256_of
from work.assemble import current_layer, first_account
from work.judged import boundary_shape, judged

ASSETS = "assets"
Sift = Callable[[AssetTable, Any], AssetTable]
"""Takes out of a register what its giver may not give; told the sites the study knows."""


def known_kind(kind: str, files: Sequence[Path]) -> None:
    """Refuse a kind there is not, and no file at all."""
    if kind != ASSETS and kind not in KINDS:
        raise UsageError("add.kind", given=kind, known=", ".join((ASSETS, *KINDS)))
    if not files:
        raise UsageError("add.no_file")


@contextmanager
def looked_at(path: Path, kind: str, options: Mapping[str, object]) -> Iterator[FileRecord]:
    """Describe a file where it lies, so that it can be read without being kept."""
    with as_given(path) as (given, _):
        yield FileRecord(
            kind=kind,
            name=path.name,
            path=str(given.absolute()),  # inside ``inputs/`` an absolute path is itself
            sha256=sha256_of(given),
            bytes=given.stat().st_size,
            options=dict(options),
        )


def read_layers(study: Study, kind: str, records: Sequence[FileRecord]) -> list[LayerTold]:
    """Read the files of one layer for the first time, apart, and return their accounts.

    Raises
    ------
    InputError
        The reader's sentence, with the file under the name its giver knows.
    UsageError
        ``add.one_file`` for several files of a layer that is not a table.
    """
    readings = []
    for record in records:
        with _named(study, record):
            readings.append(first_account(study, record))
    if len(readings) > 1 and not all(r.is_table for r in readings):
        raise UsageError("add.one_file", kind=kind)
    return readings


def read_registers(
    study: Study, records: Sequence[FileRecord], *, sift: Sift | None = None
) -> list[AssetTable]:
    """Read registers, name known sites as they are named, and judge them against the areas."""
    areas, boundary = current_layer(study, "areas"), current_layer(study, "boundary")
    gazetteer = Gazetteer(areas) if areas is not None else None
    known = study.store.candidates()
    tables: list[AssetTable] = []
    for record in records:
        options = asset_options(study, record, boundary=boundary)
        with _named(study, record):
            try_register(study.input_path(record), options)
            table = read_assets(study.input_path(record), options=options, gazetteer=gazetteer)
        table = merge_ids(table, known)
        if sift is not None:
            table = sift(table, known)
        tables.append(judged(table, areas=areas, boundary=boundary, settings=study.settings))
    return tables


def asset_options(study: Study, record: FileRecord, *, boundary: Any) -> AssetOptions:
    """Return how a register is read: the study's zone, bounds, outline and stated columns."""
    return AssetOptions(
        columns=study.settings.asset_columns,
        utm_zone=study.settings.area.utm_zone,
        bounds=study.settings.area.bounds,
        file_sha256=record.sha256,
        boundary=boundary_shape(boundary),
    )


@contextmanager
def _named(study: Study, record: FileRecord) -> Iterator[None]:
    """Let a fault call the file by the name its giver knows, not by the one it is kept under."""
    kept = study.input_path(record).name
    try:
        yield
    except TapakError as fault:
        for name, value in fault.fields.items():
            if isinstance(value, str):
                fault.fields[name] = value.replace(kept, record.name)
        raise


def refuse_nothing(record: FileRecord, report: ReadReport) -> None:
    """Refuse a file of which nothing could be taken, with the first reason."""
    if report.accepted or report.duplicates:
        return
    first = report.rejected[0].reason() if report.rejected else ""
    raise InputError("add.nothing", file=record.name, reason=first)


def store_layers(
    study: Study, kind: str, records: Sequence[FileRecord], readings: Sequence[LayerTold]
) -> None:
    """Put the files of a layer in the place of those that were there; in a transaction."""
    _replace_old(study, kind, readings)
    for record, reading in zip(records, readings, strict=True):
        level = {"level": reading.level} if kind == "areas" else {}
        study.store.put_file(replace(record, options={**record.options, **level}))


def store_registers(
    study: Study, records: Sequence[FileRecord], tables: Sequence[AssetTable]
) -> None:
    """Merge registers into the study's sites by id; in a transaction."""
    for record, table in zip(records, tables, strict=True):
        study.store.merge_assets(study.store.put_file(record), table.sites, table.register)


def _replace_old(study: Study, kind: str, readings: Sequence[LayerTold]) -> None:
    """Areas of another level stay: desa and kecamatan are two views of one division."""
    stay = [
        f
        for f in study.store.files()
        if f.kind == kind and f not in replaced(study, kind, readings)
    ]
    study.store.supersede(kind)
    for file in stay:
        study.store.put_file(replace(file, id=None, added_at=""))


def replaced(study: Study, kind: str, readings: Sequence[LayerTold]) -> list[FileRecord]:
    """List the current files in whose place these would stand."""
    current = [f for f in study.store.files() if f.kind == kind]
    if kind != "areas":
        return current
    new = {reading.level for reading in readings}
    return [f for f in current if f.options.get("level") in new]


def merged(kind: str, reports: Sequence[ReadReport]) -> ReadReport:
    """Make one account of several files'."""
    return ReadReport(
        kind=kind,
        accepted=sum(r.accepted for r in reports),
        **{
            name: tuple(note for r in reports for note in getattr(r, name))
            for name in ("repaired", "warned", "rejected", "duplicates")
        },
    )

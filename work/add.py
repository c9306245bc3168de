"""Adding files to a study: read whole, reported row by row, kept together or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data.assets import merge_ids, read_assets
from data.assets.types import AssetOptions, AssetTable
from data.files.layer_types import LayerReading
from data.files.reading import ReadReport
from data.gazetteer import Gazetteer
from data.layers import KINDS, read_layer
from data.layers.withheld import withheld
from data.records import FileRecord
from data.workspace import Study, open_study
from geo.errors import InputError, TapakError, UsageError
from work.assemble import current_layer, layer_options, read_record
from work.judged import boundary_shape, judged
from work.steady import uncollected

ASSETS = "assets"


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
    InputError
        When a file cannot be read, or nothing in it could be taken; the study is as it was.
    """
    if kind != ASSETS and kind not in KINDS:
        raise UsageError("add.kind", given=kind, known=", ".join((ASSETS, *KINDS)))
    if not files:
        raise UsageError("add.no_file")
    if reply is not None and kind != ASSETS:
        raise UsageError("add.reply_assets_only")
    if reply is not None and len(files) > 1:
        raise UsageError("add.reply_one_file")
    told = {k: v for k, v in (options or {}).items() if v not in (None, "", False)}
    told |= {"synthetic": True} if synthetic else {}
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
    return _merged(kind, reports)


def _demand(study: Study, path: Path, told: Mapping[str, object]) -> LayerReading:
    record = FileRecord(kind="demand", name=path.name, path="", sha256="", bytes=0, options=told)
    return read_layer("demand", path, options=layer_options(study, record))


def _withheld(
    study: Study, files: Sequence[Path], told: Mapping[str, object], kept: ExitStack
) -> list[Path]:
    """Put a copy without small cells in the place of a demand file that has them."""
    room = Path(kept.enter_context(TemporaryDirectory(prefix="tapak-")))
    return [withheld(_demand(study, p, told), room, name=p.name) or p for p in files]


def _said(study: Study, path: Path, told: Mapping[str, object]) -> ReadReport:
    """Tell what the office's own file had withheld; its rows were counted with the copy."""
    return replace(_demand(study, path, told).report, accepted=0)


def _merged(kind: str, reports: Sequence[ReadReport]) -> dict[str, object]:
    whole = ReadReport(
        kind=kind,
        accepted=sum(r.accepted for r in reports),
        **{
            name: tuple(note for r in reports for note in getattr(r, name))
            for name in ("repaired", "warned", "rejected", "duplicates")
        },
    )
    return whole.as_json()


def _refuse_nothing(record: FileRecord, report: ReadReport) -> None:
    if report.accepted or report.duplicates:
        return
    first = report.rejected[0].reason() if report.rejected else ""
    raise InputError("add.nothing", file=record.name, reason=first)


def _add_layers(study: Study, kind: str, records: Sequence[FileRecord]) -> list[ReadReport]:
    readings = []
    for record in records:
        with _as_given(study, record):
            reading, _ = read_record(study, record, parsed=True)
        _refuse_nothing(record, reading.report)
        readings.append(reading)
    if len(readings) > 1 and not all(hasattr(r.data, "columns") for r in readings):
        raise UsageError("add.one_file", kind=kind)
    with study.store.transaction():
        _replace_old(study, kind, readings)
        for record, reading in zip(records, readings, strict=True):
            level = {"level": _level(reading)} if kind == "areas" else {}
            study.store.put_file(replace(record, options={**record.options, **level}))
    return [reading.report for reading in readings]


@contextmanager
def _as_given(study: Study, record: FileRecord) -> Iterator[None]:
    """Let a fault call the file by the name its giver knows, not by the one it is kept under."""
    kept = study.input_path(record).name
    try:
        yield
    except TapakError as fault:
        for name, value in fault.fields.items():
            if isinstance(value, str):
                fault.fields[name] = value.replace(kept, record.name)
        raise


def _level(reading: LayerReading) -> str:
    return str(reading.data["level"].iloc[0])


def _replace_old(study: Study, kind: str, readings: Sequence[LayerReading]) -> None:
    """Areas of another level stay: desa and kecamatan are two views of one division."""
    if kind != "areas":
        study.store.supersede(kind)
        return
    new = {_level(reading) for reading in readings}
    stay = [f for f in study.store.files() if f.kind == kind and f.options.get("level") not in new]
    study.store.supersede(kind)
    for file in stay:
        study.store.put_file(replace(file, id=None, added_at=""))


def _add_assets(
    study: Study, records: Sequence[FileRecord], *, reply: Path | None, overwrite: bool
) -> list[ReadReport]:
    from data.assets.agency_form import write_reply

    areas, boundary = current_layer(study, "areas"), current_layer(study, "boundary")
    gazetteer = Gazetteer(areas) if areas is not None else None
    tables: list[AssetTable] = []
    for record in records:
        path = study.input_path(record)
        options = asset_options(study, record, boundary=boundary)
        with _as_given(study, record):
            table = read_assets(path, options=options, gazetteer=gazetteer)
        table = merge_ids(table, study.store.candidates())
        tables.append(judged(table, areas=areas, boundary=boundary, settings=study.settings))
        _refuse_nothing(record, tables[-1].report)
    with study.store.transaction():
        for record, table in zip(records, tables, strict=True):
            study.store.merge_assets(study.store.put_file(record), table.sites, table.register)
        if reply is not None:
            write_reply(reply, tables[0], overwrite=overwrite)
    return [table.report for table in tables]


def asset_options(study: Study, record: FileRecord, *, boundary: Any) -> AssetOptions:
    """Return how a register is read: the study's zone, bounds, outline and stated columns."""
    return AssetOptions(
        columns=study.settings.asset_columns,
        utm_zone=study.settings.area.utm_zone,
        bounds=study.settings.area.bounds,
        file_sha256=record.sha256,
        boundary=boundary_shape(boundary),
    )

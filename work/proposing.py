"""Proposals of agencies, one site or a register: read and shown first, stored when confirmed."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import words
from data.assets.agency_form import COLUMNS, write_reply
from data.assets.types import AssetTable
from data.inputs import safe_name
from data.records import FileRecord, now_utc
from data.store_life import CommentRecord
from data.workspace import Study, open_study
from geo.errors import InputError, NotAllowedError
from work.add import note_added
from work.errands import progress
from work.intake import ASSETS, Sift, looked_at, read_registers, refuse_nothing, store_registers
from work.own_agency import only_own
from work.roles import Actor, Role, require
from work.row_report import register_rows
from work.steady import uncollected

FIELDS = tuple(key for key, _ in COLUMNS if key != "number")
"""What is said of one site: the columns of the form, in its order."""
BESIDE = ("contact_office", "documents")
"""What is said beside the form; kept as a comment on the site."""
MOST_LETTERS = 300
_PERSON = re.compile(
    r"@|\d[\d\s().+-]{6,}\d|^\s*(?:bapak|ibu|pak|bu|sdr|sdri|mr|mrs|ms)\b", re.IGNORECASE
)


def preview_site(folder: Path, fields: Mapping[str, str]) -> dict[str, Any]:
    """Tell what the reader would say of one proposed site; nothing is kept.

    Parameters
    ----------
    folder : Path
    fields : Mapping[str, str]
        Text by `FIELDS` and `BESIDE`; coordinates in any notation, ``kind`` in words.

    Returns
    -------
    dict
        As `preview_register`.
    """
    require("propose")
    with TemporaryDirectory(prefix="tapak-") as room:
        return preview_register(folder, _one_row(Path(room), fields))


def propose_site(folder: Path, fields: Mapping[str, str]) -> dict[str, Any]:
    """Propose one site: a register of one row, taken in like any other.

    Returns
    -------
    dict
        As `propose_register`, and ``sites``: the id it has.

    Raises
    ------
    NotAllowedError
        When the role may not propose.
    InputError
        ``propose.name_missing`` · ``propose.person`` (a person where an office is asked for) ·
        what the reader says when the row cannot be taken.
    """
    require("propose")
    with TemporaryDirectory(prefix="tapak-") as room:
        beside = {key: _line(fields.get(key, "")) for key in BESIDE}
        return _propose(folder, _one_row(Path(room), fields), beside=beside)


def preview_register(folder: Path, path: Path) -> dict[str, Any]:
    """Tell what the reader would say of a register; nothing is kept.

    Returns
    -------
    dict
        ``{kind, accepted, repaired, warned, rejected, duplicates}`` as `work.add.add_files`,
        what `register_rows` tells, and ``reply``: the bytes of the lembar balik.
    """
    actor = require("propose")
    with uncollected(), open_study(folder) as study, looked_at(path, ASSETS, {}) as record:
        progress(0.1)
        [table] = read_registers(study, [record], sift=_sift(actor))
        progress(0.8)
        return _account(table, study)


def propose_register(folder: Path, path: Path) -> dict[str, Any]:
    """Propose the sites of a register; the account and the lembar balik as `preview_register`.

    Raises
    ------
    NotAllowedError
        When the role may not propose; ``propose.no_agency`` for an agency without a name.
    InputError
        When the file cannot be read, or nothing in it could be taken; the study is as it was.
    """
    require("propose")
    return _propose(folder, path, beside={})


def _propose(folder: Path, path: Path, *, beside: Mapping[str, str]) -> dict[str, Any]:
    actor = require("propose")
    sift, source = _sift(actor), actor.agency or actor.name
    with uncollected(), open_study(folder) as study, study.locked(wait_s=30), ExitStack() as kept:
        adding: AbstractContextManager[FileRecord] = study.adding(path, ASSETS, source=source)
        record = kept.enter_context(adding)
        [table] = read_registers(study, [record], sift=sift)
        refuse_nothing(record, table.report)
        told = _account(table, study)
        with study.store.transaction():
            store_registers(study, [record], [table])
            _remark(study, table, beside, by=actor.name)
            note_added(study, "propose", ASSETS, [record], [table.report])
    return told


def _sift(actor: Actor) -> Sift | None:
    """Return what keeps an agency to its own sites; the office may propose for anybody."""
    if actor.role != Role.AGENCY:
        return None
    if not actor.agency.strip():
        raise NotAllowedError("propose.no_agency")
    return partial(only_own, agency=actor.agency)


def _account(table: AssetTable, study: Study) -> dict[str, Any]:
    with TemporaryDirectory(prefix="tapak-") as room:
        reply = Path(room) / "balik.xlsx"
        write_reply(reply, table)
        raw = reply.read_bytes()
    return {
        **table.report.as_json(),
        **register_rows([table], study.store.candidates()),
        "sites": table.sites["id"].tolist(),
        "reply": raw,
    }


def _remark(study: Study, table: AssetTable, beside: Mapping[str, str], *, by: str) -> None:
    """Keep beside the site what the form has no column for."""
    told = [words.say(f"propose.said.{key}", told=said) for key, said in beside.items() if said]
    if told:
        for site in table.sites["id"]:
            said = " ".join(told)
            study.store.add_comment(CommentRecord(candidate=site, by=by, said=said, at=now_utc()))


def _one_row(room: Path, fields: Mapping[str, str]) -> Path:
    """Write one site as a register of one row, under the names of the form's columns."""
    said = {key: _line(fields.get(key, "")) for key in FIELDS}
    if not said["name"]:
        raise InputError("propose.name_missing")
    if _PERSON.search(fields.get("contact_office", "")):
        raise InputError("propose.person")
    path = room / safe_name(f"usulan-{said['name']}.csv")
    rows: Sequence[Sequence[str]] = (
        [words.say("form.column.number"), *(words.say(f"form.column.{key}") for key in FIELDS)],
        ["1", *said.values()],
    )
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
    return path


def _line(text: str) -> str:
    """Make one line of what was typed, within reason; no sign of control is kept."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MOST_LETTERS]

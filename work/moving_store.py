"""Moving a study's rows between the folder's own file and a server: all of them, or nothing."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import words
from data.copying import TableContents, contents_of, copy_store, refuse_different
from data.database import shown_name
from data.kept_in import ASIDE, DATABASE, place_in
from data.server import Server, drop_schema, schemas_of
from data.settings import FILE, read_settings
from data.settings_store import StoreSettings, schema_name, url_fault, with_store
from data.store import Store
from data.study_lock import locked
from data.workspace import Study, open_study
from geo.errors import StudyError, UsageError
from geo.files import written_whole
from work.audit import note
from work.roles import require

WAIT_S = 30.0
HERE = "sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """Where a study is going: what study.toml will say, and where the copy is made at first."""

    stated: StoreSettings | None
    place: Path | Server
    """Where the copy is made: a file of its own beside the study's, or the schema itself."""


def move_study(folder: Path, to: str, *, schema: str = "") -> dict[str, Any]:
    """Move a study's store, compare every table, and only then say so in study.toml.

    Parameters
    ----------
    folder : Path
    to : str
        ``sqlite``, or ``postgresql://host/database`` without a password.
    schema : str
        The study's own schema on the server; made from the study's name when not given.

    Returns
    -------
    dict
        ``{study, from, to, tables: [{table, rows, sha256}], aside}``: ``aside`` is where the old
        rows stay.

    Raises
    ------
    UsageError
        When `to` is no such address.
    StudyError
        When the store is there already, the schema is taken, the server cannot be had, or the
        copy differs. The study then is as it was.
    """
    require("move")
    _refuse_address(to)
    folder = folder.absolute()
    with open_study(folder) as study:  # says plainly what is no study, before any lock
        before = study.place
    with locked(folder, wait_s=WAIT_S):
        with open_study(folder) as study, study.store.held(wait_s=WAIT_S, folder=folder.name):
            if study.place != before:
                raise StudyError("study.moved", folder=folder.name)
            with _target(study, to, schema) as target:
                tables = _copied(study, target)
                after = _switched(study, target)
        aside = _aside(folder, before)
    return {
        "study": str(folder),
        "from": shown_name(before),
        "to": shown_name(after),
        "tables": [asdict(table) for table in tables],
        "aside": aside,
    }


def _refuse_address(to: str) -> None:
    code = None if to == HERE else url_fault(to)
    if code is not None:
        raise UsageError("store.move_password" if code.endswith("password") else "store.move_to")


@contextmanager
def _target(study: Study, to: str, schema: str) -> Iterator[_Target]:
    """Yield where the copy goes; what was made of it is gone again when the block fails."""
    if (to == HERE) == isinstance(study.place, Path):
        raise StudyError("store.there_already", place=shown_name(study.place))
    if to == HERE:
        room = Path(mkdtemp(prefix=".tapak-", dir=study.folder))
        try:
            yield _Target(stated=None, place=room / DATABASE)
        finally:
            shutil.rmtree(room, ignore_errors=True)
        return
    stated = _free(study, to, schema)
    place = place_in(study.folder, replace(study.settings, store=stated))
    try:
        yield _Target(stated=stated, place=place)
    except BaseException:
        if isinstance(place, Server):
            with suppress(Exception):  # the fault itself is what counts; an empty schema harms none
                drop_schema(place)
        raise


def _free(study: Study, to: str, schema: str) -> StoreSettings:
    """Choose the schema: the one asked for when it is free, else the first free one by name."""
    named = schema or schema_name(study.settings.name)
    stated = StoreSettings(url=to, schema=named)
    place = place_in(study.folder, replace(study.settings, store=stated))
    taken = schemas_of(place) if isinstance(place, Server) else frozenset()
    if named in taken and schema:
        raise StudyError("store.schema_taken", schema=schema)
    names = (named, *(f"{named}_{n}" for n in range(2, 1000)))
    return replace(stated, schema=next(name for name in names if name not in taken))


def _copied(study: Study, target: _Target) -> tuple[TableContents, ...]:
    """Copy and compare; the copy is read again from where it was written."""
    told = contents_of(study.store)
    with Store.open(target.place) as new:
        copy_store(study.store, new)
    with Store.open(target.place) as new:
        refuse_different(told, contents_of(new))
        moved = replace(study, store=new)
        where = HERE if target.stated is None else shown_name(target.place)
        note(moved, "move", where, before=shown_name(study.place), after=where)
    return told


def _switched(study: Study, target: _Target) -> Path | Server:
    """Put the copy in its place and name it in study.toml; from here on it is the study's store."""
    if isinstance(target.place, Path):
        _aside(study.folder, study.folder / DATABASE)  # left by a move that died after its switch
        with target.place.open("rb+") as copy:
            os.fsync(copy.fileno())
        target.place.replace(study.folder / DATABASE)
    file = study.folder / FILE
    text = with_store(file.read_bytes().decode("utf-8-sig"), target.stated)
    with written_whole(file, overwrite=True) as new:
        new.write_bytes(text.encode())
        found = read_settings(new)
        if found != replace(study.settings, store=target.stated):
            raise StudyError("store.settings_differ", file=FILE)
    return place_in(study.folder, found)


def _aside(folder: Path, old: Path | Server) -> str:
    """Lay the old store aside and return its name; a server's schema stays where it is."""
    if isinstance(old, Server):
        return old.shown
    if not old.exists():
        return ""
    if old.with_name(f"{old.name}-wal").exists():
        return old.name  # somebody is still reading it: it stays under its name, and unused
    when = dt.datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    aside = folder / f"{ASIDE}{when}.sqlite"
    old.replace(aside)
    return aside.name


def moved_lines(told: dict[str, Any]) -> list[str]:
    """Say what was moved, for a person."""
    rows = sum(table["rows"] for table in told["tables"])
    return [
        words.say("store.moved", old=told["from"], new=told["to"], rows=rows),
        words.say("store.aside", aside=told["aside"]),
    ]

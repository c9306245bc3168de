"""Whether a study's store, disk, record and app are well; it looks and changes nothing."""

from __future__ import annotations

import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import sqlalchemy as sa

import words
from data.database import engine_of, plain_faults, shown_name, writing
from data.kept_in import place_of
from data.migrate import revision_of
from data.records import now_utc
from data.schema import HEAD
from data.server import Server, schemas_of
from data.settings import FILE, read_settings
from data.store import Store
from data.store_life import EventRecord
from geo.errors import StudyError, TapakError, UsageError
from work.roles import require

_WAIT_S = 5.0
_TIP = 50
"""So many of the newest events are followed; the whole chain is for ``tapak audit verify``."""
_WORST = {"ok": 0, "warn": 1, "fail": 2}


def study_health(folder: Path, *, url: str = "", min_free_mb: int = 500) -> dict[str, Any]:
    """Look at everything that must hold while a study is served.

    Parameters
    ----------
    folder : Path
        The study. Its store is neither made nor brought to a newer schema.
    url : str
        Address of the running app, to ask it too.
    min_free_mb : int
        Fewer free megabytes (10⁶ bytes) on the study's disk than this is a fault.

    Returns
    -------
    dict
        ``{state, at, checks: [{check, state, text}]}``; a state is ``ok``, ``warn`` or ``fail``,
        and that of the whole is its worst.

    Raises
    ------
    UsageError
        ``health.url`` when `url` is no http address.
    """
    require("view")
    if url and not url.startswith(("http://", "https://")):
        raise UsageError("health.url", given=url)
    folder = folder.absolute()
    checks = [
        _look("settings", lambda: _settings(folder)),
        _look("disk", lambda: _disk(folder, min_free_mb)),
        _look("folder", lambda: _folder(folder)),
    ]
    checks += _store_checks(folder)
    if url:
        checks.append(_look("app", lambda: _app(url)))
    worst = max((c["state"] for c in checks), key=lambda state: _WORST[state])
    return {"state": worst, "at": now_utc(), "checks": checks}


def health_lines(told: dict[str, Any]) -> list[str]:
    """Make a line of each check, and one of the whole."""
    lines = [
        words.say("health.line", state=words.say(f"health.{c['state']}"), text=c["text"])
        for c in told["checks"]
    ]
    return [*lines, words.say(f"health.whole.{told['state']}")]


def _told(check: str, state: str, text: str) -> dict[str, str]:
    return {"check": check, "state": state, "text": text}


def _look(check: str, at: Callable[[], str]) -> dict[str, str]:
    """Make one look; whatever goes wrong in it is its answer, never the end of the others."""
    try:
        return _told(check, "ok", at())
    except TapakError as fault:
        return _told(check, "warn" if fault.code == "store.busy" else "fail", fault.say())
    except (OSError, sa.exc.SQLAlchemyError) as fault:
        text = words.say("health.fault", check=words.say(f"health.of.{check}"), what=_short(fault))
        return _told(check, "fail", text)


def _short(fault: Exception) -> str:
    """Name a fault without the paths or addresses it may hold."""
    return getattr(fault, "strerror", None) or type(fault).__name__


def _settings(folder: Path) -> str:
    if not (folder / FILE).is_file():
        raise StudyError("study.not_a_study", folder=folder.name)
    return words.say("health.settings", name=read_settings(folder / FILE).name)


def _disk(folder: Path, min_free_mb: int) -> str:
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < min_free_mb:
        raise StudyError("health.disk_low", free=free_mb, wanted=min_free_mb)
    return words.say("health.disk", free=free_mb)


def _folder(folder: Path) -> str:
    with TemporaryFile(prefix=".tapak-", dir=folder) as trial:
        trial.write(b"tapak")
        trial.flush()
    return words.say("health.folder")


def _store_checks(folder: Path) -> list[dict[str, str]]:
    """Open the store as it is and look at its schema, at writing, and at the end of the record."""
    try:
        place = place_of(folder)
    except (TapakError, OSError):  # the settings' own line says what is wrong with them
        return []
    name = shown_name(place)
    there = _look("store", lambda: _there(place, name))
    if there["state"] != "ok":
        return [there]
    engine = engine_of(place, wait_s=_WAIT_S)
    try:
        looked = [_look("store", lambda: _schema(engine, name))]
        if looked[0]["state"] == "ok":
            looked.append(_look("write", lambda: _write(engine, name)))
            looked.append(_look("record", lambda: _record(engine, name)))
    finally:
        engine.dispose()
    return looked


def _there(place: Path | Server, name: str) -> str:
    """Refuse a store that is gone: opening it would make an empty one."""
    if not (place.is_file() if isinstance(place, Path) else place.schema in schemas_of(place)):
        raise StudyError("health.no_store", file=name)
    return ""


def _schema(engine: sa.Engine, name: str) -> str:
    with plain_faults(name):
        found = revision_of(engine)
    if found != HEAD:
        raise StudyError("health.schema", found=found or "-", wanted=HEAD)
    return words.say("health.store", schema=HEAD)


def _write(engine: sa.Engine, name: str) -> str:
    """Write the schema's number over itself and take it back: a real write that leaves nothing."""
    with plain_faults(name), writing(engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = version_num"))
        connection.rollback()
    return words.say("health.write")


def _record(engine: sa.Engine, name: str) -> str:
    events = Store(engine, name=name).events(newest=_TIP)
    broken = _broken_tail(events)
    if broken is not None:
        raise StudyError("health.record_broken", number=broken)
    return words.say("health.record", n=events[-1].number if events else 0)


def _broken_tail(events: tuple[EventRecord, ...]) -> int | None:
    """Return the number of the first of the newest events that does not follow, or None."""
    for before, event in zip((None, *events), events, strict=False):
        follows = before is None or (event.number, event.previous) == (
            before.number + 1,
            before.sha256,
        )
        if not follows or event.sha256 != event.fingerprint():
            return event.number
    return None


def _app(url: str) -> str:
    shown = url.rstrip("/")
    try:
        with urllib.request.urlopen(f"{shown}/_stcore/health", timeout=_WAIT_S) as answer:  # noqa: S310 - http(s) only, checked
            well = answer.status == 200
    except OSError as fault:
        raise StudyError("health.app_silent", url=shown) from fault
    if not well:
        raise StudyError("health.app_silent", url=shown)
    return words.say("health.app", url=shown)

"""Files that came back from the field, without names: what is left of each is its photos."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from data.hashes import sha256_hex
from data.kept_in import ASIDE, DATABASE
from data.pseudonyms import Pseudonyms
from data.returns.gpkg import PACKS
from data.workspace import Study
from geo.files import written_whole
from work.photos import KEPT, pictures_in, shrunk
from work.raw_kept import photos_only

_NAMED_BY_TRIGGERS = ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")
LONGEST_PX = 2000
"""Photos that are written anew, without what the camera noted, stay as large as this."""


def stripped(
    study: Study, raws: Collection[str], rows: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Write anew what is left of some files, and return what rows of visits say from now on.

    Parameters
    ----------
    raws : collection of str
        Names of files under ``inputs/returns``.
    rows : iterable of mapping
        Every row of ``response``.

    Returns
    -------
    dict
        Number of a row → ``{raw_sha256, photos}``. The old files stand until `sweep`.
    """
    found: dict[str, Any] = {}
    mine = [row for row in rows if row["raw_sha256"] in raws]
    for raw in sorted(raws):
        own = [row for row in mine if row["raw_sha256"] == raw]
        listed = {str(p["sha256"]) for row in own for p in row["photos"] if p.get("sha256")}
        path = study.folder / "inputs" / KEPT / raw
        anew: dict[str, bytes] = {}
        for picture in pictures_in(path) if raw and path.is_file() else ():
            sha = sha256_hex(picture)
            if sha in listed and (small := shrunk(picture, longest_px=LONGEST_PX)) is not None:
                anew[sha] = small
        name = _written(study, anew) if anew else ""
        for row in own:
            photos = [p | {"sha256": _hash(anew, p)} for p in row["photos"]]
            found[row["number"]] = {"raw_sha256": name, "photos": photos}
    return found


def _hash(anew: Mapping[str, bytes], photo: Mapping[str, Any]) -> str:
    raw = anew.get(str(photo.get("sha256", "")))
    return sha256_hex(raw) if raw is not None else ""


def _written(study: Study, anew: Mapping[str, bytes]) -> str:
    raw = photos_only(anew.values())
    name = sha256_hex(raw)
    path = study.folder / "inputs" / KEPT / name
    if not path.exists():
        with written_whole(path) as temporary:
            temporary.write_bytes(raw)
    return name


def sweep(study: Study) -> int:
    """Delete the files under ``inputs/returns`` that no visit and no finding names any more."""
    room = study.folder / "inputs" / KEPT
    named = {row.raw_sha256 for row in study.store.responses()}
    named |= {Path(str(f.fields.get("picture", ""))).name for f in study.store.findings()}
    return let_go([p for p in sorted(room.glob("*")) if p.is_file() and p.name not in named])


def left_stores(study: Study, *, before: str = "") -> list[Path]:
    """Name the files of stores that a move left behind: whole copies, names and all.

    With `before`, an ISO day, only those last written earlier than that day.
    """
    found = sorted(study.folder.glob(f"{ASIDE}*.sqlite*"))
    if study.place != study.folder / DATABASE:
        found += sorted(study.folder.glob(f"{DATABASE}*"))
    return [p for p in found if not before or _day_of(p) < before]


def _day_of(path: Path) -> str:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date().isoformat()


def let_go(paths: Sequence[Path]) -> int:
    """Delete files; returns how many."""
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


def packs_without(study: Study, people: Pseudonyms) -> int:
    """Take names out of the packs' own copies of what came home; returns how many cells."""
    room = study.folder / "inputs" / PACKS
    return sum(_without(path, people) for path in sorted(room.rglob("*.gpkg")))


def _without(path: Path, people: Pseudonyms) -> int:
    count = 0
    with closing(sqlite3.connect(path)) as base, base:
        for name in _NAMED_BY_TRIGGERS:
            base.create_function(name, 1, lambda _shape: None)  # none runs when a text changes
        tables = base.execute("SELECT table_name FROM gpkg_contents").fetchall()
        for (table,) in tables:
            columns = [
                row[1]
                for row in base.execute(f'PRAGMA table_info("{table}")')
                if str(row[2]).upper().startswith(("TEXT", "VARCHAR"))
            ]
            for column in columns:
                query = f'SELECT rowid, "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'  # noqa: S608 - named by the file's own schema
                for rowid, text in base.execute(query).fetchall():
                    told = people.who(text) if isinstance(text, str) else text
                    if told != text:
                        change = f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?'  # noqa: S608 - named by the file's own schema
                        base.execute(change, (told, rowid))
                        count += 1
    return count

"""A study kept as one encrypted file, and made a study again from it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import words
from data.backup import ABOUT, FORMAT, SETTINGS, Nowhere, Writing, files_of, read_backup
from data.backup_age import Sealed
from data.backup_unpack import unpacked
from data.hashes import canonical_json
from data.records import now_utc
from data.schema import HEAD
from data.workspace import Study, open_study
from geo.errors import InputError, StudyError
from geo.files import sha256_of, taken_back, written_whole
from work.access_log import took
from work.audit import note
from work.errands import progress
from work.roles import require

SHORTEST = 12
"""A passphrase of fewer letters is guessed too soon, however slow each guess is made."""
PACKS = "inputs/packs/"
"""What is changed in place (data.returns.gpkg, whose reader takes 30 MB to load)."""
WAIT_S = 60.0


def backup(
    folder: Path, output: Path, *, passphrase: str, overwrite: bool = False
) -> dict[str, Any]:
    """Write a study into one encrypted file (age), while others go on working.

    In it: study.toml, every row of the store as of one moment, ``inputs/`` (photos and the packs'
    own copies with them) and ``out/``. Not in it: ``cache/``, which is made again, and
    ``rahasia/``, whose secrets belong to the server and not to the study.
    The file is read back and every hash compared before it gets its name.

    Returns
    -------
    dict
        ``{file, bytes, sha256, made_at, schema, members, rows}``; ``rows`` by table.

    Raises
    ------
    InputError
        ``private.passphrase_short``.
    StudyError
        ``file.exists`` · ``study.locked`` when somebody has been writing for a minute.
    """
    require("backup")
    if len(passphrase) < SHORTEST:
        raise InputError("private.passphrase_short", least=SHORTEST)
    output = output.absolute()
    if output.exists() and not overwrite:
        raise StudyError("file.exists", file=output.name)
    with open_study(folder) as study, taken_back(output) as stands:
        with written_whole(output, overwrite=overwrite) as temporary:
            told = _written(study, temporary, passphrase, leave=output)
            progress(0.7)
            if read_backup(temporary, passphrase, Nowhere()) != told:
                raise StudyError("file.not_written", file=output.name)
        stands()
        made = {"file": str(output), "bytes": output.stat().st_size, "sha256": sha256_of(output)}
        with study.locked(wait_s=WAIT_S), study.store.transaction():
            after = {"sha256": made["sha256"], "bytes": made["bytes"]}
            note(study, "backup", output.name, after=after)
            took(study, "backup", output.name)
    made |= {name: told[name] for name in ("made_at", "schema", "rows")}
    return made | {"members": len(told["members"])}


def _written(study: Study, path: Path, passphrase: str, *, leave: Path) -> dict[str, Any]:
    """Write the file and return its manifest.

    The moment is fixed under the lock, and what is changed in place (study.toml, the packs' own
    copies) is written under it; rows and the other inputs, which only grow, need no lock. Rows are
    fixed before inputs are listed, so every file that a row names is there.
    """
    about = {"format": FORMAT, "schema": HEAD, "study": study.settings.name, "made_at": now_utc()}
    with path.open("wb") as raw:
        writing = Writing(Sealed(raw, passphrase))
        writing.text(ABOUT, canonical_json(about))
        with ExitStack() as locked:
            locked.enter_context(study.locked(wait_s=WAIT_S))
            with study.store.all_rows() as rows:
                writing.file(SETTINGS, study.folder / SETTINGS)
                for name, own in files_of(study.folder, leave=leave):
                    if name.startswith(PACKS):
                        writing.file(name, own)
                locked.close()  # from here on others may write again
                for piece in rows:
                    writing.piece(*piece)
        progress(0.3)
        for name, own in files_of(study.folder, leave=leave):
            if not name.startswith(PACKS):
                writing.file(name, own)
        writing.finish(about)
    return about | {"members": writing.members[:-1], "rows": writing.rows}


def restore(path: Path, folder: Path, *, passphrase: str) -> dict[str, Any]:
    """Make a study again from a backup, in a folder that is not there yet or is empty.

    The study appears at its name when every hash has been compared, its store has been brought to
    the newest schema and it has been opened once. Its rows stand in its own folder, also when the
    office kept them in a shared database (``tapak move`` takes them there).

    Returns
    -------
    dict
        ``{folder, study, made_at, members, rows}``.

    Raises
    ------
    PassphraseError
        ``private.wrong_passphrase``: exit code 3.
    InputError
        What `data.backup.read_backup` says.
    StudyError
        What `data.backup_unpack.unpacked` says.
    """
    require("backup")
    with unpacked(path, folder, passphrase) as (new, manifest):
        progress(0.9)
        with open_study(new) as study, study.store.transaction():
            told = {"made_at": manifest["made_at"], "members": len(manifest["members"])}
            note(study, "restore", path.name, after=told)
    return {
        "folder": str(folder.absolute()),
        "study": str(manifest["study"]),
        **told,
        "rows": manifest["rows"],
    }


def backup_lines(told: dict[str, Any]) -> list[str]:
    """Tell what was kept, and what keeping it asks of the office."""
    rows = sum(told["rows"].values())
    kept = {name: told[name] for name in ("file", "bytes", "members")}
    return [
        words.say("private.backup.done", rows=rows, **kept),
        words.say("private.backup.keep"),
    ]


def restore_lines(told: dict[str, Any]) -> list[str]:
    """Tell what stands there now."""
    rows = sum(told["rows"].values())
    kept = {name: told[name] for name in ("folder", "study", "made_at", "members")}
    return [words.say("private.restore.done", rows=rows, **kept)]

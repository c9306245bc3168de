"""What must hold of a study after a command in it was killed: whole, nothing lost, and it goes on."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from whole import final_files, sound, there

ROOT = Path(__file__).parents[2]
ACK = re.compile(r"^ACK (\d+) (\d+)$", re.MULTILINE)
OF_THE_MOMENT = {
    *("added_at", "received_at", "made_at", "created_at", "at", "number", "version", "file_id"),
    *("supersedes", "response", "previous", "sha256_of_pack"),
}
"""Columns that differ between two runs of the same commands."""
OWN_NUMBER = {"file", "evidence", "finding", "verdict"}
"""Tables whose ``id`` only counts."""
ASIDE = "tapak-sebelum-pindah-"
"""How the old store's file is called once a study has moved."""
UNSEEN = {"alembic_version", "access", "run", "written", "study_key"}
"""What happened and when (the chain of events is followed by itself), and what is drawn by lot."""


class Mortal:
    """The program that forks commands and lets them die; one for all trials."""

    def __init__(self):
        self._room = TemporaryDirectory(prefix="mortal-")  # not on the disk that fills up
        command = [sys.executable, str(ROOT / "tests" / "support" / "mortal.py")]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert self._process.stdout.readline() == "READY\n"

    def run(self, room, commands, **how):
        """Run commands one after the other; returns what became of them and the acknowledged."""
        says = Path(self._room.name) / "says.txt"
        says.unlink(missing_ok=True)
        job = {"room": str(room), "commands": commands, "says": str(says), **how}
        print(json.dumps(job), file=self._process.stdin, flush=True)
        told = json.loads(self._process.stdout.readline())
        told["said"] = says.read_text(encoding="utf-8", errors="replace") if says.exists() else ""
        told["codes"] = [int(code) for _, code in ACK.findall(told["said"])]
        return told

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._room.cleanup()


# -- what stands in it


def rows_of(connection, table):
    """Return a table's rows as sorted text, without what differs from run to run."""
    if table.name == "event":
        left_out = set(table.c.keys()) - {"action", "role"}
        return tuple(sorted(_found(connection, table, left_out)))
    left_out = set(OF_THE_MOMENT) | ({"id"} if table.name in OWN_NUMBER else set())
    if table.name == "pack":
        left_out.add("sha256")  # a pack holds the day it was made
    return tuple(sorted(_found(connection, table, left_out)))


def _found(connection, table, left_out):
    query = sa.select(*(c for c in table.c if c.name not in left_out))
    if "superseded" in table.c:
        query = query.where(table.c.superseded.is_(False))
    return {json.dumps([_plain(v) for v in row], default=str) for row in connection.execute(query)}


def _plain(value):
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else value


def content(study):
    """Return what a person would find in a study's store, table by table; {} where there is none."""
    from data.schema import Base
    from data.workspace import open_study

    if not there(study):
        return {}
    with open_study(study) as opened, opened.store.snapshot() as connection:
        tables = [t for t in Base.metadata.sorted_tables if t.name not in UNSEEN]
        return {table.name: rows_of(connection, table) for table in tables}


def names(study):
    """Return the names of what was kept and written."""
    kept = (p.relative_to(study) for p in final_files(study))
    return {str(p) for p in kept if "cache" not in p.parts and not p.name.startswith(ASIDE)}


def shape_of(study):
    """Return the shape of a study's store without bringing it to the newest."""
    from data.database import engine_of
    from data.kept_in import place_of

    place = place_of(study)
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as store:
            return tuple(store.execute("SELECT name, sql FROM sqlite_master ORDER BY name"))
    with engine_of(place, wait_s=10).connect() as connection:
        asked = "SELECT table_name, column_name, data_type, is_nullable FROM"
        asked += " information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2"
        return tuple(map(tuple, connection.exec_driver_sql(asked)))


@dataclass
class Trials:
    """One command tried again and again: undisturbed once, then killed at many moments.

    ``prepare(room)`` lays a fresh study into a folder and returns where the command's study stands
    or will stand; ``command(study)`` is what is run. ``before`` and ``after`` are all that may be
    found there after a kill.
    """

    name: str
    mortal: Mortal
    prepare: object
    command: object
    room: Path
    once: bool = False
    """A command that says no when what it does is done already (move, restore)."""
    tally: dict = field(default_factory=lambda: {"kills": 0, "new": 0, "old": 0, "acknowledged": 0})

    def undisturbed(self):
        study = self.fresh("undisturbed")
        self.shapes = {shape_of(study) if there(study) else None}
        told = self.mortal.run(study.parent, [self.command(study)])
        assert told["codes"] == [0], told["said"][-2000:]
        self.shapes.add(shape_of(study))
        sound(study)
        self.after, self.names_after = content(study), names(study)
        self.points, self.seconds = told["points"], told["seconds"]
        self.before = content(self.fresh("untouched"))
        return self

    def fresh(self, name):
        room = self.room / self.name / name
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir(parents=True)
        return self.prepare(room)

    def kill(self, name, **how):
        """Kill the command once; returns whether it died before it was done."""
        study = self.fresh("trial")
        told = self.mortal.run(study.parent, [self.command(study)], **how)
        where = f"{self.name} {name} {how}"
        assert told["killed"] or told["codes"] == [0], f"{where}: {told['said'][-2000:]}"
        assert told["orphans_s"] < 10, f"{where}: a child of it went on without it"
        if not told["killed"]:
            return False
        assert not there(study) or shape_of(study) in self.shapes, f"{where}: half a schema"
        sound(study)
        found = content(study)
        assert found in (self.before, self.after), f"{where}: {difference(found, self.before)}"
        if told["codes"]:
            assert found == self.after, f"{where}: what was acknowledged is lost"
            assert names(study) == self.names_after, (
                f"{where}: a file that was acknowledged is lost"
            )
        if not (self.once and names(study) == self.names_after and found == self.after):
            again = self.mortal.run(study.parent, [self.command(study)])
            assert again["codes"] == [0], f"{where}: {again['said'][-2000:]}"
        sound(study)
        found_now = content(study)
        assert found_now == self.after, f"{where}: {difference(found_now, self.after)}"
        assert names(study) == self.names_after, where
        self.tally["kills"] += 1
        self.tally["acknowledged"] += bool(told["codes"])
        self.tally["new" if found == self.after else "old"] += 1
        return True

    def at_points(self, chosen):
        """Kill at moments that a disk remembers, by their numbers."""
        for number in chosen:
            assert self.kill(self.points[number - 1], die_at=number)

    def at_random(self, count, draw):
        """Kill after so many seconds of the measured duration until `count` were killed."""
        hit = sum(
            self.kill("seconds", die_after_s=draw.uniform(0, self.seconds)) for _ in range(count)
        )
        for _ in range(4 * count):
            if hit >= count:
                return
            hit += self.kill("seconds", die_after_s=draw.uniform(0, self.seconds / 2))
        assert hit >= count


def difference(found, wanted):
    """Name the tables that differ, and one row of each."""
    told = {}
    for table, rows in wanted.items():
        gone, more = set(rows) - set(found.get(table, ())), set(found.get(table, ())) - set(rows)
        if gone or more:
            told[table] = (
                len(gone),
                len(more),
                [r[:200] for r in [*sorted(gone)[:1], *sorted(more)[:1]]],
            )
    return told

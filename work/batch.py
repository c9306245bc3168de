"""Many studies ranked at once, here or on a cluster; what is finished is never done again."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import words
from data.settings import PROGRAMMES
from data.study_lock import locked
from geo.errors import StudyError, UsageError
from geo.files import written_whole
from work.batch_ask import Answer, Ask, code_version
from work.batch_crew import Crew, ProcessCrew
from work.batch_dask import DaskCrew
from work.batch_flow import Going, Standing, Told, work
from work.batch_guard import MARKS
from work.batch_list import Listed, studies_of
from work.batch_task import DONE, carry_out, parts_of
from work.batch_whole import records, write_manifest, write_whole
from work.roles import require

_LEFT = ".tapak-"
BEGUN = ".begun"
"""The day of a batch that has begun and not ended."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def batch(
    given: Sequence[str],
    out: Path,
    *,
    scheduler: str = "",
    workers: int = 0,
    method: Ask | None = None,
    crew: Callable[[int], Crew] | None = None,
    told: Told = lambda _: None,
) -> dict[str, Any]:
    """Rank many studies and keep each result in a folder; what stands there already is kept.

    Parameters
    ----------
    given : sequence of str
        See `work.batch_list.studies_of`.
    out : Path
        Made when missing; see docs/scale.md for what it holds.
    scheduler : str
        ``tcp://host:port`` of a Dask scheduler, ``local`` for a Dask cluster of this machine;
        empty: processes of this machine, without Dask.
    workers : int
        On this machine; 0: as many as it has cores.
    method : Ask, optional
        Programme, scenario, day, limits and tile size for every study; the rest is filled in.
    crew : callable, optional
        Makes whoever does the work, told for how many; in place of the two above.
    told : callable
        Is called with a `Standing` as work goes on.

    Returns
    -------
    dict
        ``{done: [{study, sites, excluded, kept, seconds, cpu_s, read_bytes, written_bytes,
        peak_mb}], failed: [{study, reason}], seconds, tasks}``, both sorted by study.

    Raises
    ------
    NotAllowedError
        When the role may not rank.
    InputError, UsageError
        When no study is found, or the command contradicts itself.
    StudyError
        ``batch.busy`` when another batch writes there; ``batch.no_scheduler`` when the cluster is
        gone for good: what is finished stays, and the same command goes on from there.
    """
    require("rank")
    listed = studies_of(given)
    if workers < 0:
        raise UsageError("batch.workers", given=workers)
    began = time.monotonic()
    out = out.absolute()
    with _alone(out):
        asks = _asks(listed, out, method)
        with written_whole(out / BEGUN, overwrite=True) as temporary:
            temporary.write_text(asks[0].as_of, encoding="ascii")
        shutil.rmtree(out / MARKS, ignore_errors=True)
        count = min(workers or os.cpu_count() or 1, len(asks))
        hands = crew(count) if crew else _crew(scheduler, count)
        going = Going(hands, told, Standing(studies=len(asks)), deque(asks))
        try:
            work(going)
        finally:
            hands.close()
        _finish(out, going, asks[0])
    failed = [{"study": s, "reason": going.failed[s]} for s in sorted(going.failed)]
    return {
        "done": [_row(going.done[s]) for s in sorted(going.done)],
        "failed": failed,
        "seconds": round(time.monotonic() - began, 3),
        "tasks": going.standing.tasks,
    }


def _crew(scheduler: str, workers: int) -> Crew:
    if scheduler:
        return DaskCrew(carry_out, address=scheduler, workers=workers)
    return ProcessCrew(carry_out, workers=workers)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Keep other batches out of a folder for the length of the block."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StudyError("batch.not_writable", folder=out.name) from fault
    with ExitStack() as held:
        try:
            held.enter_context(locked(out))
        except StudyError as fault:
            code = "batch.busy" if fault.code == "study.locked" else "batch.not_writable"
            raise StudyError(code, folder=out.name) from fault
        yield


def _asks(listed: Sequence[Listed], out: Path, method: Ask | None) -> list[Ask]:
    first = method or Ask(name="", folder="", out="")
    common = replace(
        first,
        out=str(out),
        programme=first.programme or PROGRAMMES[0],
        as_of=first.as_of or _day(out),
        code=code_version(),
        lang=words.language.get(),
    )
    others = {r["programme"] for r in records(out)} - {common.programme}
    if others:
        raise StudyError("batch.other_programme", folder=out.name, known=", ".join(sorted(others)))
    return [replace(common, name=one.name, folder=str(one.folder)) for one in listed]


def _day(out: Path) -> str:
    """Return the day of a batch that did not end here, else today: going on is the same batch."""
    begun_on = out / BEGUN
    if begun_on.is_file():
        day = begun_on.read_text(encoding="ascii").strip()
        if _DAY.fullmatch(day):
            return day
    return dt.datetime.now(tz=dt.UTC).date().isoformat()


def _finish(out: Path, going: Going, first: Ask) -> None:
    """Take away what ended workers left, and write what reads all parts at once."""
    for room in (*out.glob(f"{_LEFT}*"), *out.glob(f"*/{_LEFT}*"), *out.glob(f"*/*/{_LEFT}*")):
        shutil.rmtree(room, ignore_errors=True)
    shutil.rmtree(out / MARKS, ignore_errors=True)
    failed = [{"study": s, "reason": going.failed[s]} for s in sorted(going.failed)]
    for name in going.failed:  # a result of before would say what is no longer so
        (out / DONE / f"{name}.json").unlink(missing_ok=True)
        for old in parts_of(out, name):
            old.unlink(missing_ok=True)
    about = {"programme": first.programme, "scenario": first.scenario, "as_of": first.as_of}
    write_whole(out)
    write_manifest(out, failed, about)
    (out / BEGUN).unlink(missing_ok=True)


_ROW = ("study", "sites", "excluded")
_SPENT = ("seconds", "cpu_s", "read_bytes", "written_bytes", "peak_mb")


def _row(answer: Answer) -> dict[str, Any]:
    told = {name: answer[name] for name in _ROW} | {"kept": answer["state"] == "kept"}
    return told | {name: round(answer[name], 3) for name in _SPENT}


def batch_lines(told: dict[str, Any]) -> list[str]:
    """Tell what a batch did: how many, how long, and each study that failed with its reason."""
    done, failed = told["done"], told["failed"]
    kept = sum(one["kept"] for one in done)
    lines = [words.say("batch.told", done=len(done), kept=kept, seconds=told["seconds"])]
    if failed:
        lines.append(words.say("batch.told_failed", failed=len(failed)))
    return lines + [f"  {one['study']}: {one['reason']}" for one in failed]

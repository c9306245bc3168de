"""Taking back what teams bring: a file or a server's form, read, judged and stored once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import words
from data.returns import RawRow
from data.returns.across import read_returned
from data.returns.gpkg import MERGED, PACKS
from data.workspace import Study, open_study
from geo.files import written_whole
from surveys.servers import fetch_submissions
from work import audit
from work.photos import KEPT
from work.raw_kept import kept_as
from work.roles import require
from work.taking import take


def collect(folder: Path, source: str, *, channel: str = "") -> dict[str, Any]:
    """Take back a file, or every submission of a server's form.

    Parameters
    ----------
    folder : Path
        The study.
    source : str
        A path, or the ``https://`` address of an ODK Central or Kobo form.
    channel : str
        What brought it, where the file alone does not tell.

    Returns
    -------
    dict
        ``accepted``, ``duplicates``, ``superseded``, ``conflicts`` (counts), ``review`` (what
        people should look at: what stops a submission, and what only warns), ``rejected``
        (rows that name no submission or no site, and parts of the file that cannot be read) and
        ``remarks`` (what else is to be known of the file).

    Raises
    ------
    NotAllowedError
        When the role may not.
    TapakError
        What `data.returns.across.read_returned` and `surveys.servers.fetch_submissions` raise.
    """
    require("visit")
    with open_study(folder) as study, _at_hand(source) as path:
        packs = study.folder / "inputs" / PACKS
        reading = read_returned(path, packs=packs)
        if channel:
            rows = tuple(replace(row, channel=channel) for row in reading.rows)
            reading = replace(reading, rows=rows)
        with study.locked(wait_s=30):
            with study.store.transaction():
                told = take(study, reading.rows)
                _keep(study, path, reading.rows)
                audit.note(study, "collect", source.partition("?")[0][-80:], after=_counts(told))
            for pack, merged in reading.merged.items():
                with written_whole(packs / pack / MERGED, overwrite=True) as temporary:
                    temporary.write_bytes(merged)
    told["rejected"] = [*(n.as_json() for n in reading.notes), *told["rejected"]]
    return told | {"remarks": [n.as_json() for n in reading.remarks]}


def _counts(told: dict[str, Any]) -> dict[str, int]:
    """Count what came of a file, for the record."""
    return {name: n if isinstance(n, int) else len(n) for name, n in told.items()}


@contextmanager
def _at_hand(source: str) -> Iterator[Path]:
    if not source.casefold().startswith(("https://", "http://")):
        yield Path(source)
        return
    raw = fetch_submissions(source)
    with TemporaryDirectory(prefix="tapak-") as room:
        path = Path(room) / "kiriman.json"
        path.write_bytes(raw)
        yield path


def _keep(study: Study, path: Path, rows: tuple[RawRow, ...]) -> None:
    """Keep the file as it came (see `work.raw_kept`), and pictures of what its reader doubted."""
    held = {name: png for row in rows for name, png in row.crops.items()}
    if rows:
        raw_file = kept_as(path, rows, study.store.pseudonyms())
        held |= {} if raw_file is None else {rows[0].raw_sha256: raw_file}
    for name, raw in held.items():
        kept = study.folder / "inputs" / KEPT / name
        if not kept.exists():
            with written_whole(kept) as temporary:
                temporary.write_bytes(raw)


def said(finding: dict[str, Any]) -> str:
    """Name a finding's severity."""
    return words.say(f"tell.severity.{finding['severity']}")


def collected_lines(told: dict[str, Any]) -> list[str]:
    """Tell an import: the counts, what to look at, what could not be taken."""
    counts: dict[str, Any] = {n: told[n] for n in list(told)[:4]}
    lines = [words.say("tell.collected", **counts)]
    lines += [f"  {said(r)} · {r['site']} · {r['id']}: {r['what']}" for r in told["review"]]
    for note in told["rejected"]:
        row = words.say("tell.row", row=note["row"]) if note["row"] else words.say("tell.file")
        lines.append(f"  {words.say('tell.rejected')} · {row}: {note['reason']} {note['fix']}")
    file = words.say("tell.file")
    lines += [f"  {file}: {note['reason']} {note['fix']}" for note in told["remarks"]]
    return lines

"""The documents of a study as the app offers them: which are made, of which run, are they old."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.store_life import EventRecord
from data.workspace import Study, open_study
from geo.files import sha256_of
from reports.preview import first_page
from reports.wording import day_text
from work.reporting import PUBLIC, WRITERS, make_report
from work.roles import require


def file_name(kind: str, suffix: str, *, programme: str, lang: str, public: bool) -> str:
    """Return what a document is called in the study's folder ``out``."""
    return f"{kind}-{programme}{'-publik' if public else ''}-{lang}{suffix}"


def list_documents(
    folder: Path, *, programme: str, lang: str, public: bool = False
) -> list[dict[str, Any]]:
    """List the documents that can be made.

    Returns
    -------
    list of dict
        ``{kind, suffix, name, path, run, on, current}``; run and on are "" for one that is not
        made. It is ``current`` while the last run is its own, no input came or went since that
        run, and nobody has taken a step in the life of a site since it was written.
    """
    require("report")
    with open_study(folder) as study:
        written = _written(study)
        last = _last_run(study, programme)
        stepped = max((step.at for step in study.store.steps()), default="")
        found = []
        for kind, suffix in WRITERS:
            if public and kind not in PUBLIC:
                continue
            name = file_name(kind, suffix, programme=programme, lang=lang, public=public)
            path, event = study.out_path(name), written.get(name)
            there = event is not None and _same(path, event)
            run = str(event.after["run"]) if event is not None and there else ""
            at = event.at if event is not None and there else ""
            found.append(
                {
                    "kind": kind,
                    "suffix": suffix,
                    "name": name,
                    "path": path,
                    "run": run,
                    "on": day_text(at[:10]) if at else "",
                    "current": bool(run) and run == last and stepped <= at,
                }
            )
    return found


def make_document(
    folder: Path, kind: str, suffix: str, *, programme: str, lang: str, public: bool
) -> dict[str, Any]:
    """Write a document into the study's folder ``out``, in place of the one before."""
    require("report")
    name = file_name(kind, suffix, programme=programme, lang=lang, public=public)
    with open_study(folder) as study:
        path = study.out_path(name)
    return make_report(
        folder,
        path,
        kind=kind,
        lang=lang,
        public=public,
        programme=programme,
        overwrite=True,
    )


def preview(path: Path) -> bytes | None:
    """Draw the first page of a PDF as PNG; None where it cannot be drawn."""
    require("report")
    return first_page(path.read_bytes())


def _written(study: Study) -> dict[str, EventRecord]:
    """Return the last writing of each file."""
    return {
        str(event.after["file"]): event
        for event in study.store.events()
        if event.action == "report" and isinstance(event.after, dict) and "file" in event.after
    }


def _same(path: Path, event: EventRecord) -> bool:
    return path.is_file() and sha256_of(path) == event.after["sha256"]


def _last_run(study: Study, programme: str) -> str:
    """Return the last run of a programme while its inputs are those of the study, else ""."""
    runs = [run for run in study.store.runs() if run.programme == programme]
    now = {f"{file.kind}:{file.id}" for file in study.store.files()}
    if not runs or {key for key in runs[-1].inputs if ":" in key} != now:
        return ""
    return runs[-1].id

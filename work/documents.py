"""The documents of a study as the app offers them: which are made, of which run, are they old."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from data.hashes import sha256_hex
from data.store_life import EventRecord
from data.workspace import Study, open_study
from geo.files import sha256_of
from reports.preview import first_page
from reports.wording import day_text
from work.access_log import took_from
from work.reporting import PUBLIC, WRITERS, basis_of, make_report
from work.roles import require
from work.weighing import OWN


def file_name(
    kind: str, suffix: str, *, programme: str, lang: str, public: bool, scenario: str | None = None
) -> str:
    """Return what a document is called in the study's folder ``out``; a scenario's has its name."""
    about = (programme, _short(scenario) if scenario else "", "publik" if public else "")
    return f"{'-'.join(filter(None, (kind, *about, lang)))}{suffix}"


def _short(name: str) -> str:
    """Make a name fit for a file: its plain letters, and a mark that no other name has."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:24].strip("-")
    return "-".join(filter(None, (plain, sha256_hex(name.encode())[:6])))


def list_documents(
    folder: Path,
    *,
    programme: str,
    lang: str,
    public: bool = False,
    scenario: str | None = None,
    on: dt.date | None = None,
) -> list[dict[str, Any]]:
    """List the documents that can be made under a saved scenario, else the study's own weights.

    Returns
    -------
    list of dict
        ``{kind, suffix, name, path, run, on, current}``; run and on are "" for one that is not
        made. It is ``current`` while the last run is its own and what it hangs on is as it was
        when it was written: settings with their weights, inputs, accepted visits, the visit plan,
        every step in the life of a site; and while no site on it has lapsed by the day ``on``
        (today by default).
    """
    require("report")
    basis = basis_of(folder, saved=scenario not in {None, OWN})
    today = (on or dt.datetime.now(dt.UTC).date()).isoformat()
    with open_study(folder) as study:
        written = last_written(study)
        last = _last_run(study, programme, scenario or OWN)
        found = []
        for kind, suffix in WRITERS:
            if public and kind not in PUBLIC:
                continue
            terms: dict[str, Any] = {"programme": programme, "lang": lang, "scenario": scenario}
            name = file_name(kind, suffix, public=public, **terms)
            path, event = study.out_path(name), written.get(name)
            told = event.after if event is not None and unchanged(path, event) else {}
            run = str(told.get("run", ""))
            kept = holds(told, {basis}, today)
            found.append(
                {
                    "kind": kind,
                    "suffix": suffix,
                    "name": name,
                    "path": path,
                    "run": run,
                    "on": day_text(event.at[:10]) if event is not None and run else "",
                    "current": bool(run) and run == last and kept,
                }
            )
    return found


def make_document(
    folder: Path,
    kind: str,
    suffix: str,
    *,
    programme: str,
    lang: str,
    public: bool,
    scenario: str | None = None,
) -> dict[str, Any]:
    """Write a document into the study's folder ``out``, in place of the one before."""
    require("report")
    terms: dict[str, Any] = {"programme": programme, "lang": lang, "scenario": scenario}
    name = file_name(kind, suffix, public=public, **terms)
    with open_study(folder) as study:
        path = study.out_path(name)
    return make_report(
        folder,
        path,
        kind=kind,
        public=public,
        overwrite=True,
        **terms,
    )


def document_bytes(folder: Path, path: Path) -> bytes:
    """Return a document that is being downloaded, and record who took it."""
    require("report")
    took_from(folder, "download", path.name)
    return path.read_bytes()


def document_text(path: Path) -> str:
    """Return a document of HTML that is looked at on the page."""
    require("report")
    return path.read_text(encoding="utf-8")


def preview(path: Path) -> bytes | None:
    """Draw the first page of a PDF as PNG; None where it cannot be drawn."""
    require("report")
    return first_page(path.read_bytes())


def last_written(study: Study) -> dict[str, EventRecord]:
    """Return the last writing of each file."""
    return {
        str(event.after["file"]): event
        for event in study.store.events()
        if event.action == "report" and isinstance(event.after, dict) and "file" in event.after
    }


def unchanged(path: Path, event: EventRecord) -> bool:
    """Tell whether a file is still there as the event of its writing says."""
    return path.is_file() and sha256_of(path) == event.after["sha256"]


def holds(told: Mapping[str, Any], bases: Collection[str], today: str) -> bool:
    """Tell whether what a document hung on is as it was, and no site on it has lapsed by a day."""
    return told.get("basis") in bases and today <= (told.get("lapses") or today)


def _last_run(study: Study, programme: str, scenario: str) -> str:
    """Return the last run of a scenario, else ""."""
    wanted = (programme, scenario)
    own = [r.id for r in study.store.runs() if (r.programme, r.scenario.get("name")) == wanted]
    return own[-1] if own else ""

"""What anybody may see of a study: the documents the office made for the public, as they stand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from data.workspace import open_study
from geo.errors import StudyError
from reports.wording import day_text
from work.documents import holds, last_written, unchanged
from work.reporting import basis_of
from work.roles import require


def published(folder: Path) -> dict[str, Any]:
    """List the documents for the public that stand in the study's folder ``out``.

    A document is published by making it there (`work.documents.make_document` with ``public``, on
    the page "Laporan"), and withdrawn by deleting it. One that was changed after it was made is
    not shown. Nothing of the study itself is told but its name.

    Returns
    -------
    dict
        ``{study, documents: [{kind, programme, lang, suffix, name, on, synthetic, old}]}``, the
        newest of its name, sorted by programme, language and kind; ``on`` is the day in words. It
        is ``old`` once something it hangs on has changed, such as the state of a site, or a site
        on it has lapsed.
    """
    require("view_public")
    bases = {basis_of(folder, saved=saved) for saved in (False, True)}
    today = dt.datetime.now(dt.UTC).date().isoformat()
    with open_study(folder) as study:
        found = [
            {
                "kind": event.subject,
                "programme": str(event.after["programme"]),
                "lang": str(event.after["lang"]),
                "suffix": Path(name).suffix,
                "name": name,
                "on": day_text(event.at[:10]),
                "synthetic": bool(event.after["synthetic"]),
                "old": not holds(event.after, bases, today),
            }
            for name, event in last_written(study).items()
            if event.after.get("public") is True
            and "programme" in event.after
            and unchanged(study.out_path(name), event)
        ]
        order = ("programme", "lang", "kind", "name")
        found.sort(key=lambda one: [one[key] for key in order])
        return {"study": study.settings.name, "documents": found}


def published_bytes(folder: Path, name: str) -> bytes:
    """Return one of the documents that `published` lists.

    Raises
    ------
    StudyError
        ``published.gone`` when it is not among them.
    """
    require("view_public")
    if name not in {one["name"] for one in published(folder)["documents"]}:
        raise StudyError("published.gone", name=name[:80])
    with open_study(folder) as study:
        return study.out_path(name).read_bytes()

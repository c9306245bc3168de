"""Making a study: an empty one, or the synthetic demo district."""

from __future__ import annotations

from pathlib import Path

import words
from data.workspace import built_beside, create_study, open_study
from work.add import add_files
from work.errands import progress
from work.roles import require


def new_study(folder: Path, *, name: str) -> dict[str, object]:
    """Make an empty study folder; ``{folder, name}``."""
    require("data")
    with create_study(folder, name=name) as study:
        return {"folder": str(folder), "name": study.settings.name}


def require_study(folder: Path) -> None:
    """Refuse a folder that is no study, before anything is started for it."""
    require("view")
    open_study(folder).close()


def demo_study(folder: Path, *, seed: int = 1, scale: float = 1.0) -> dict[str, object]:
    """Make the demo district as a study: generated files, each added as an office would.

    The study is built beside `folder` and renamed into place, so a demo that is cut short leaves
    nothing behind.

    Returns
    -------
    dict
        ``{folder, name, seed, scale, files: [{kind, file, accepted}]}``
    """
    from data.demo import write_district

    require("data")
    folder = folder.absolute()
    name = words.say("demo.name")
    with built_beside(folder, name=name) as (made, room):
        added = []
        made_files = list(write_district(room / "berkas", seed=seed, scale=scale))
        for number, given in enumerate(made_files):
            progress(number / len(made_files), given.path.name)
            options = {"full_cover": given.full_cover}
            report = add_files(made, [given.path], kind=given.kind, options=options, synthetic=True)
            added.append(
                {"kind": given.kind, "file": given.path.name, "accepted": report["accepted"]}
            )
    return {"folder": str(folder), "name": name, "seed": seed, "scale": scale, "files": added}

"""Writes every kind of document of a study: python every_kind.py STUDY ROOM, in a process of its own."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DAY = dt.date(2026, 12, 1)
"""On which the life of the sites is looked at: no test may hang on today."""


def write(folder: Path, room: Path) -> dict[str, str]:
    """Write all kinds in all formats, the public ones too; returns their sha256 by name."""
    from work.gathering import gather
    from work.reporting import PUBLIC, WRITERS, make_report

    room.mkdir(parents=True)
    told = gather(folder, briefed=False).facts.told  # what rank --json prints, with no new run
    (room / "rank.json").write_text(json.dumps(told, sort_keys=True, indent=1), encoding="utf-8")
    for kind, suffix in WRITERS:
        make_report(folder, room / f"{kind}{suffix}", kind=kind, on=DAY)
        if kind in PUBLIC:
            make_report(folder, room / f"{kind}-publik{suffix}", kind=kind, on=DAY, public=True)
    make_report(folder, room / "ringkasan-en.pdf", kind="ringkasan", on=DAY, lang="en")
    make_report(folder, room / "kantor.pdf", kind="ringkasan", on=DAY, programme="pos-bapas")
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(room.iterdir())
    }


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    print(json.dumps(write(Path(sys.argv[1]), Path(sys.argv[2]))))

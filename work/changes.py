"""What of a study's store may change what is measured and ranked, as one fingerprint."""

from __future__ import annotations

from pathlib import Path

from data.kept_in import Stamp, contents, stamp

__all__ = ["ASIDE", "Stamp", "fingerprint", "stamp"]

ASIDE = frozenset(
    {
        *("access", "alembic_version", "comment", "event", "forgotten", "life"),
        *("pack", "plan", "run", "scenario", "study_key"),
    }
)
"""Tables that say what people did, planned or saved, and of which no measure or gate hangs."""


def fingerprint(folder: Path) -> str:
    """Hash study.toml and every row that a ranking may hang on; "" without a store.

    Reading the rows of some thousand places takes a tenth of what opening their board takes, so a
    comment, a run or a scenario does not make everybody wait for a board that has not changed.
    """
    return contents(folder, aside=ASIDE)

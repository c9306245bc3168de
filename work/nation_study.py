"""Which results of a batch a study shows as the nation: ``[nation] results`` of study.toml."""

from __future__ import annotations

from pathlib import Path

from data.kept_in import settings_at
from data.settings import FILE
from work.roles import require


def nation_folder(folder: Path) -> Path | None:
    """Return the folder of results that study.toml names; None where it names none.

    Raises
    ------
    InputError
        When study.toml has faults.
    """
    require("view_internal")
    try:
        state = (folder / FILE).stat()
    except OSError:
        return None
    named = settings_at(folder / FILE, state).nation_results
    return folder / named if named else None  # an absolute name stands for itself


def results_of(folder: Path) -> Path:
    """Return the results themselves, or those that a study in the folder names."""
    from work.batch_whole import MANIFEST  # loads what ranks, which the app's frame does not need

    require("view_internal")
    if (folder / MANIFEST).is_file():
        return folder
    return nation_folder(folder) or folder

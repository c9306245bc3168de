"""Which results of a batch a study shows as the nation: ``[nation] results`` of study.toml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from data.settings import FILE, read_settings
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
    named = _read(folder / FILE, state.st_mtime_ns, state.st_size)
    return folder / named if named else None  # an absolute name stands for itself


def results_of(folder: Path) -> Path:
    """Return the results themselves, or those that a study in the folder names."""
    from work.batch_whole import MANIFEST  # loads what ranks, which the app's frame does not need

    require("view_internal")
    if (folder / MANIFEST).is_file():
        return folder
    return nation_folder(folder) or folder


@lru_cache(maxsize=8)
def _read(path: Path, changed_ns: int, size: int) -> str:  # noqa: ARG001 - the cache's key
    return read_settings(path).nation_results

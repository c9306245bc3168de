"""The first opening of a file from outside: apart, within limits, before we parse it here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data.files import child, guard

_LOADED = ("data.layers.first", "pyogrio", "rasterio", "pyarrow")
PLAIN_BYTES = 16 * guard.MEBIBYTE
"""A CSV up to here is read where one is: it is text cut at a sign, and no library's to parse."""


def needs_child(path: Path) -> bool:
    """Tell whether a file is to be opened apart: all but small plain tables.

    Raises
    ------
    InputError
        What `data.files.guard.check_file` refuses.
    """
    return guard.check_file(path) is not guard.FileType.CSV or path.stat().st_size > PLAIN_BYTES


def make_ready(files: Sequence[Path]) -> None:
    """Start the child early for files that will need it, told by their names alone: a guess."""
    if any(path.suffix.lower() not in {".csv", ".tsv", ".txt"} for path in files):
        child.make_ready(*_LOADED)


def read_apart(task: str, path: Path, given: Mapping[str, Any], *, extract: bool = False) -> Any:
    """Call a reader of ours on a file in a child process (`data.files.child.in_child`).

    Parameters
    ----------
    task : str
        ``module:function``; it is given ``path`` and what `given` holds.
    path : Path
    given : mapping
        JSON values.
    extract : bool
        An OSM extract, see `data.files.child.limits_for`.
    """
    whole = path.absolute()
    limits = child.limits_for(whole.stat().st_size, extract=extract)
    return child.in_child(task, {"path": str(whole), **given}, file=path.name, limits=limits)

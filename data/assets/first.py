"""A register's file read apart once, whole, before the study's own process reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from data.assets.read import read_assets
from data.assets.types import AssetOptions
from data.files.first import needs_child, read_apart


def try_register(path: Path, options: AssetOptions) -> None:
    """Read a register in a child; what it cannot read, or not within limits, is refused here.

    A small CSV is left out: nothing but our own code reads it.

    Raises
    ------
    TapakError
        What `read_assets` raises, and ``guard.too_heavy`` · ``guard.crashed``.
    """
    if needs_child(path):
        told = {"columns": dict(options.columns), "utm_zone": options.utm_zone}
        read_apart("data.assets.first:read_once", path, told)


def read_once(*, path: str, columns: Mapping[str, str], utm_zone: str) -> int:
    """Read a register in the child and tell how many places it holds."""
    options = AssetOptions(columns=columns, utm_zone=utm_zone)
    return int(read_assets(Path(path), options=options, gazetteer=None).report.accepted)

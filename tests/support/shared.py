"""Where the real layers are: skipped where the folder is absent, a failure in CI."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

DESK = (
    ("boundary", "kabupaten_hdx.geojson"),
    ("areas", "desa_278_hdx.geojson"),
    ("landslide", "longsor_indeks_x100_30m_epsg3395.tif"),
    ("assets", "daftar_aset_contoh.xlsx"),
)
"""The least of Banjarnegara's layers from which visits are planned."""
FOLDER = Path(os.environ.get("TAPAK_SHARED", Path(__file__).parents[3] / "shared")) / "data"


def shared(name: str) -> Path:
    """One real file, or a skip (a failure when CI says it must be there)."""
    path = FOLDER / name
    if path.exists():
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name} must be there in CI")
    return pytest.skip(f"{name} is not here")


def banjarnegara(folder: Path, layers: Sequence[tuple[str, str]] = DESK) -> Path:
    """Make a study of the first user's regency from (kind, file) of its layers."""
    from work.add import add_files
    from work.studies import new_study

    new_study(folder, name="Kabupaten Banjarnegara")
    for kind, name in layers:
        add_files(folder, [shared(f"banjarnegara/{name}")], kind=kind)
    return folder

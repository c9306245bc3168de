"""The desa of a study ranked for juveniles, as the page shows them beside the places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.workspace import open_study
from scoring.areas_catalogue import PROGRAMME
from work.areas import areas_json, areas_of
from work.ranking import compute
from work.roles import require


def list_areas(folder: Path) -> dict[str, Any]:
    """Rank the desa of a study for juveniles; see `work.areas.areas_json`, {} without desa."""
    require("view_internal")
    with open_study(folder) as study:
        result, inputs = compute(study, PROGRAMME)
        return areas_json(areas_of(study, result, inputs), result)

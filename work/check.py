"""Checking a study: its layers against each other, and its criteria for saying the same twice."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from data.layers.check import compare
from data.workspace import open_study
from geo.errors import Note
from scoring.evidence import DecisionMatrix
from work.assemble import Assembled
from work.ranking import compute
from work.roles import require

EXPECTED = (
    "boundary",
    "areas",
    "population",
    "assets",
    "landslide",
    "flood",
    "flash-flood",
    "events",
)
"""What a study of this country can hardly do without; what is missing is named, not refused."""
FEWEST_PAIRED = 10


def check_study(
    folder: Path, *, programme: str | None = None, scenario: str | None = None
) -> dict[str, Any]:
    """Compare a study's layers and print pairs of criteria correlated above the threshold.

    Returns
    -------
    dict
        ``{layers: [{kind, source, accepted}], missing, findings: [{row, reason, fix}],
        correlated: [{a, b, r}]}``
    """
    require("view_internal")
    with open_study(folder) as study:
        result, inputs = compute(study, programme, scenario)
        threshold = study.settings.thresholds.correlation
    present = {f.kind for f in inputs.files}
    return {
        "layers": [
            {"kind": f.kind, "source": f.name, "accepted": f.added_at[:10]} for f in inputs.files
        ],
        "missing": [kind for kind in EXPECTED if kind not in present],
        "findings": [note.as_json() for note in findings(inputs)],
        "correlated": correlated(result.matrix, threshold=threshold),
    }


def findings(inputs: Assembled) -> list[Note]:
    """Tell where a study's layers contradict each other, and what joining and placing found."""
    return [*compare({kind: layer.data for kind, layer in inputs.read.items()}), *inputs.notes]


def correlated(matrix: DecisionMatrix, *, threshold: float) -> list[dict[str, Any]]:
    """Pairs of criteria whose worths say nearly the same (Pearson's r over sites known on both).

    Criteria that do not vary, and pairs known together at fewer than ten sites, are left out.
    """
    values, found = matrix.values(), []
    for a, b in combinations(range(len(matrix.criteria)), 2):
        both = ~(matrix.unknown[:, a] | matrix.unknown[:, b])
        if both.sum() < FEWEST_PAIRED:
            continue
        x, y = values[both, a], values[both, b]
        if x.std() == 0 or y.std() == 0:
            continue
        r = float(np.corrcoef(x, y)[0, 1])
        if abs(r) > threshold:
            found.append({"a": matrix.criteria[a].key, "b": matrix.criteria[b].key, "r": r})
    return found

"""Measuring: every criterion that a layer or a register can tell becomes rows of evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scoring import hazards, surroundings
from scoring.candidates import Candidates
from scoring.criteria import Criterion
from scoring.evidence import COLUMNS, default_sd, empty, rounded
from scoring.layers import Layers
from scoring.measured import Measured

Remember = Callable[[str, Callable[[], pd.DataFrame]], pd.DataFrame]
"""Returns what is kept under a key, or computes, keeps and returns it."""

MEASURES: Mapping[str, Callable[[Candidates, Layers, Mapping[str, Any]], Measured]] = {
    "hazard_index": hazards.hazard_index,
    "hazard_class": hazards.hazard_class,
    "slope": hazards.slope,
    "kind": surroundings.kind,
    "population_within": surroundings.population_within,
    "indicator": surroundings.indicator,
    "distance": surroundings.distance,
    "count_kinds": surroundings.count_kinds,
    "count_within": surroundings.events_within,
    "road_class": surroundings.road_class,
}
"""What the desk can measure. Register, survey and travel criteria are told by others."""

USES: Mapping[str, tuple[str, ...]] = {
    "hazard_index": ("landslide", "elevation", "events"),
    "hazard_class": ("flood", "flash-flood", "earthquake"),
    "slope": ("elevation",),
    "kind": (),
    "population_within": ("people",),
    "indicator": ("indicators",),
    "distance": ("places",),
    "count_kinds": ("places",),
    "count_within": ("events",),
    "road_class": ("streets",),
}
"""Layers whose hash is part of a measure's cache key."""


def measure_key(candidates: Candidates, layers: Layers, criterion: Criterion, letter: str) -> str:
    """Hash everything a measure depends on: places, layers, parameters and the way of measuring.

    sha256(candidate ids, WKB, kind, position, layer hashes used, parameters, measure_version).
    """
    frame = candidates.frame
    used = [
        [k, layer.hash, layer.full_cover, layer.settle_nodata]
        for k in USES[criterion.measure]
        if (layer := layers.get(k)) is not None
    ]
    told = [criterion.key, criterion.measure_version, dict(criterion.parameters), used, letter]
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    digest.update(str(layers.crs.to_epsg()).encode())
    for column in ("id", "kind", "desa_code", "kecamatan", "placed", "positional_sd_m"):
        digest.update("\x1f".join(map(str, frame[column])).encode())
    digest.update(b"".join(wkb or b"-" for wkb in frame.geometry.to_wkb()))
    return digest.hexdigest()


def measure(
    candidates: Candidates,
    layers: Layers,
    criteria: Sequence[Criterion],
    *,
    letter: str,
    remember: Remember | None = None,
) -> pd.DataFrame:
    """Measure every criterion the desk can measure.

    Parameters
    ----------
    candidates : Candidates
        Metric CRS.
    layers : Layers
        A criterion whose layer is missing comes out unknown: no row.
    criteria : sequence of Criterion
    letter : str
        Programme letter, for the unit and the value table.
    remember : callable, optional
        Keeps a criterion's rows under `measure_key`.

    Returns
    -------
    DataFrame
        Evidence, columns `scoring.evidence.COLUMNS`; unknown values have no row.
    """
    blocks = []
    for criterion in criteria:
        if criterion.measure not in MEASURES:
            continue

        def compute(criterion: Criterion = criterion) -> pd.DataFrame:
            return measure_one(candidates, layers, criterion, letter=letter)

        key = measure_key(candidates, layers, criterion, letter) if remember else ""
        blocks.append(remember(key, compute) if remember else compute())
    known = [b for b in blocks if len(b)]
    return pd.concat(known, ignore_index=True) if known else empty()


def measure_one(
    candidates: Candidates, layers: Layers, criterion: Criterion, *, letter: str
) -> pd.DataFrame:
    """Measure one criterion and return its rows of evidence."""
    found = MEASURES[criterion.measure](candidates, layers, criterion.parameters)
    value = rounded(found.value, criterion.step)
    default = default_sd(criterion.sd, value)
    sd = default if found.sd is None else np.where(np.isnan(found.sd), default, found.sd)
    category = (
        found.category if found.category is not None else np.full(len(value), "", dtype=object)
    )
    table = criterion.table[letter]
    known = np.isin(category.astype(str), list(table)) if table else ~np.isnan(value)
    if table:
        sd = np.where(np.isnan(sd), criterion.sd.abs, sd)
    return pd.DataFrame(
        {
            "candidate": np.asarray(candidates.ids, dtype=object)[known],
            "criterion": criterion.key,
            "value": value[known],
            "category": category[known],
            "sd": np.round(sd[known], 9),
            "unit": criterion.unit[letter],
            "origin": "desk",
            "source": found.source,
            "layer": found.layer,
            "taken_at": "",
            "by": "",
            "link": criterion.link,
        },
        columns=list(COLUMNS),
    )

"""Measuring: every criterion that a layer or a register can tell becomes rows of evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring import hazards, surroundings, travel
from scoring.candidates import Candidates
from scoring.criteria import Criterion
from scoring.evidence import COLUMNS, default_sd, empty, rounded
from scoring.layers import Layers
from scoring.measured import Measured
from scoring.rows import repeated, together

Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
TILE = 50_000
"""Places measured at a time; the unit that a mapper may send to another process. Every tile lays
out people and searches the streets anew, so a regency is one tile."""


class Memory(Protocol):
    """Keeps what was measured under a key made of everything it was measured from."""

    def recall(self, key: str) -> pd.DataFrame | None:
        """Return what is kept, or None."""

    def keep(self, key: str, rows: pd.DataFrame) -> None:
        """Keep rows, instead of what was kept under the key before."""


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
    "nearest_minutes": travel.nearest_minutes,
    "partner_minutes": travel.partner_minutes,
    "officer_minutes": travel.officer_minutes,
    "served_minutes": travel.served_minutes,
    "demand_access": travel.demand_access,
}
"""What the desk can measure. Register and survey criteria are told by people."""

_WAY = ("streets", "elevation")
USES: Mapping[str, tuple[str, ...]] = {
    "hazard_index": ("landslide", "elevation", "events"),
    "hazard_class": ("flood", "flash-flood", "earthquake"),
    "slope": ("elevation",),
    "kind": (),
    "population_within": ("people", "buildings"),
    "indicator": ("indicators",),
    "distance": ("places",),
    "count_kinds": ("places",),
    "count_within": ("events",),
    "road_class": ("streets",),
    "nearest_minutes": ("places", *_WAY),
    "partner_minutes": ("places", *_WAY),
    "officer_minutes": ("offices", *_WAY),
    "served_minutes": ("places", *_WAY),
    "demand_access": ("people", "demand", "places", "buildings", *_WAY),
}
"""Layers whose hash is part of a measure's cache key."""

KEPT_FORM = 2
"""Counted up when the form of what is kept changes."""
WHOLE = ("demand_access",)
"""Measures whose work lies on the side of the demand: tiling the places would repeat it."""
BESIDE = ("population_within",)
"""Measures that share nothing but projected layers with the others: a thread of their own."""
_SEEN = ("kind", "desa_code", "kecamatan", "placed", "positional_sd_m")


def layer_key(layers: Layers, criterion: Criterion, letter: str) -> str:
    """Hash everything a measure depends on but the places: layers, parameters, way of measuring.

    sha256(criterion, measure_version, parameters, hashes of the layers used, metric CRS).
    """
    used = [
        [kind, layer.hash, layer.full_cover, layer.settle_nodata]
        for kind in USES[criterion.measure]
        if (layer := layers.get(kind)) is not None
    ]
    parameters = dict(criterion.parameters[letter])
    speeds = layers.speeds if criterion.travel else {}
    told = [criterion.key, criterion.measure_version, parameters, used, speeds, letter]
    text = json.dumps([KEPT_FORM, told, layers.crs.to_wkt()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def place_keys(candidates: Candidates) -> npt.NDArray[np.int64]:
    """Hash each place by what a measure may see of it: shape, kind, area and position; (n,).

    64 bits of BLAKE2b: among a million places two differing ones share a key with a chance of
    about 3 in 100 million.
    """
    frame = candidates.frame
    columns = [frame[c].astype(object).tolist() for c in _SEEN]
    digests = (
        hashlib.blake2b(repr((wkb, *seen)).encode(), digest_size=8).digest()
        for wkb, *seen in zip(frame.geometry.to_wkb(), *columns, strict=True)
    )
    return np.frombuffer(b"".join(digests), dtype="<i8")


def measure(
    candidates: Candidates,
    layers: Layers,
    criteria: Sequence[Criterion],
    *,
    letter: str,
    memory: Memory | None = None,
    mapper: Mapper = map,
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
    memory : Memory, optional
        What was measured before; only places and layers that are new are measured.
    mapper : callable
        ``map``, or one that sends tiles of places to other processes.

    Returns
    -------
    DataFrame
        Evidence, columns `scoring.evidence.COLUMNS`; unknown values have no row.
    """
    keys = place_keys(candidates) if memory is not None else None

    def one(criterion: Criterion) -> pd.DataFrame:
        if memory is None or keys is None:
            return _measured(candidates, layers, criterion, letter=letter, mapper=mapper)
        return _remembered(
            candidates,
            layers,
            criterion,
            keys=keys,
            letter=letter,
            memory=memory,
            mapper=mapper,
        )

    told = [c for c in criteria if c.measure in MEASURES]
    with ThreadPoolExecutor(max_workers=1) as pool:
        beside = {c.key: pool.submit(one, c) for c in told if c.measure in BESIDE}
        found = {c.key: one(c) for c in told if c.key not in beside}
    found |= {key: waited.result() for key, waited in beside.items()}
    blocks = [_evidence(candidates, c, found[c.key], letter=letter) for c in told]
    known = [b for b in blocks if len(b)]
    return together(known) if known else empty()


def _remembered(
    candidates: Candidates,
    layers: Layers,
    criterion: Criterion,
    *,
    keys: npt.NDArray[np.int64],
    letter: str,
    memory: Memory,
    mapper: Mapper,
) -> pd.DataFrame:
    """Measure only the places that are not kept, keep all, and return all in order."""
    key = layer_key(layers, criterion, letter)
    kept, asked = memory.recall(key), pd.Index(keys)
    if kept is not None and np.array_equal(kept["place"], keys):
        return kept
    known = np.zeros(len(keys), dtype=bool) if kept is None else asked.isin(kept["place"])
    new = np.flatnonzero(~known)
    new = new[~asked[new].duplicated()]
    if len(new):
        fresh = _measured(candidates.part(new), layers, criterion, letter=letter, mapper=mapper)
        fresh.insert(0, "place", keys[new])
        kept = fresh if kept is None else pd.concat([kept, fresh], ignore_index=True)
        kept = kept.loc[kept["place"].isin(asked)].reset_index(drop=True)
        memory.keep(key, kept)
    if kept is None:
        return _measured(candidates, layers, criterion, letter=letter, mapper=mapper)
    at = pd.Index(kept["place"]).get_indexer(asked)
    whole: pd.DataFrame = kept.iloc[at].reset_index(drop=True)
    return whole


def _measured(
    candidates: Candidates, layers: Layers, criterion: Criterion, *, letter: str, mapper: Mapper
) -> pd.DataFrame:
    n = len(candidates)
    if n <= TILE or criterion.measure in WHOLE:
        return measure_tile(candidates, layers=layers, criterion=criterion, letter=letter)
    starts = range(0, n, TILE)
    tiles = [candidates.part(np.arange(start, min(start + TILE, n))) for start in starts]
    one = partial(measure_tile, layers=layers, criterion=criterion, letter=letter)
    whole: pd.DataFrame = pd.concat(list(mapper(one, tiles)), ignore_index=True)
    return whole


def measure_tile(
    candidates: Candidates, *, layers: Layers, criterion: Criterion, letter: str
) -> pd.DataFrame:
    """Measure one criterion on some places.

    Returns
    -------
    DataFrame
        One row a place, in order: value, category, sd, known, source, layer.
    """
    found = MEASURES[criterion.measure](candidates, layers, criterion.parameters[letter])
    value = rounded(found.value, criterion.step)
    default = default_sd(criterion.sd, value)
    sd = default if found.sd is None else np.where(np.isnan(found.sd), default, found.sd)
    category = found.category
    if category is None:
        category = np.full(len(value), "", dtype=object)
    table = criterion.table[letter]
    if table:
        sd = np.where(np.isnan(sd), criterion.sd.abs, sd)
    return pd.DataFrame(
        {
            "value": value,
            "category": category.astype(str),
            "sd": np.round(sd, 9),
            "known": pd.Index(category).isin(list(table)) if table else ~np.isnan(value),
            "source": found.source,
            "layer": found.layer,
        }
    )


def _evidence(
    candidates: Candidates, criterion: Criterion, found: pd.DataFrame, *, letter: str
) -> pd.DataFrame:
    known = found["known"].to_numpy(dtype=bool)
    told = found.loc[known, ["value", "category", "sd", "source", "layer"]].reset_index(drop=True)
    told = told.assign(
        candidate=pd.Categorical.from_codes(np.flatnonzero(known), categories=candidates.index),
        criterion=repeated(criterion.key, len(told)),
        unit=repeated(criterion.unit[letter], len(told)),
        origin=repeated("desk", len(told)),
        taken_at=repeated("", len(told)),
        by=repeated("", len(told)),
        link=repeated(criterion.link, len(told)),
    )
    return told[list(COLUMNS)]

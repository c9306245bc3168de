"""Evidence of areas: every criterion the desk can tell becomes rows, kept by what they stand on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from scoring.areas_catalogue import LETTER, AreaCatalogue
from scoring.areas_measure import MEASURES, Ground, lay_out
from scoring.candidates import Candidates
from scoring.criteria import Criterion
from scoring.evidence import COLUMNS, empty, rounded
from scoring.layers import Layers
from scoring.measure import Memory
from scoring.study import StudyResult
from scoring.visited import field_rows

USES: Mapping[str, tuple[str, ...]] = {
    "hosts": ("people", "buildings", "land-cover", "streets", "elevation"),
    "youth": ("people", "buildings", "land-cover"),
    "served": ("people", "buildings", "land-cover", "places", "streets", "elevation"),
    "clear": ("people", "buildings", "land-cover", "places"),
    "hazard": ("people", "buildings", "land-cover", "landslide", "flood", "flash-flood"),
}
"""Layers whose hash is part of a measure's cache key, as in `scoring.measure`."""
HEAD_QUESTION = "21"
"""What the village head thinks of it: asked at a place, it tells of the desa."""
HEAD = ("community_acceptance", "village_willing")
NOT_REFUSED = 3.0
"""A head who answers at least this (1-5) does not refuse; only a letter does (ours)."""


def measure_areas(
    areas: Candidates,
    layers: Layers,
    hosts: Candidates,
    *,
    rules: AreaCatalogue,
    memory: Memory | None = None,
) -> pd.DataFrame:
    """Measure every criterion of areas that the desk can; returns evidence, unknown has no row.

    Parameters
    ----------
    areas : Candidates
        Desa polygons, n rows, metric CRS.
    layers : Layers
    hosts : Candidates
        Places that may be chosen in the programme (not excluded).
    rules : AreaCatalogue
    memory : Memory, optional
        What was measured before of the same areas, hosts and layers.
    """
    ground: Ground | None = None  # laid out only when something is new
    blocks = []
    for criterion in rules.catalogue.criteria.values():
        if criterion.measure not in MEASURES:
            continue
        key = _key(areas, layers, hosts, criterion, rules)
        kept = memory.recall(key) if memory is not None else None
        if kept is None:
            ground = ground or lay_out(areas, layers, hosts, rules=rules)
            kept = _rows(areas, criterion, ground)
            if memory is not None:
                memory.keep(key, kept)
        blocks.append(kept)
    known = [block for block in blocks if len(block)]
    return pd.concat(known, ignore_index=True) if known else empty()


def told_inside(
    places: StudyResult, area_ids: tuple[str, ...], inside: tuple[tuple[int, ...], ...]
) -> pd.DataFrame | None:
    """Take what visits heard from village heads at the places inside as evidence of the desa.

    One answer a desa and surveyor, the latest: of the criterion `HEAD`, and of gate G3. A head's
    letter refuses the place it names, not the desa, so it is not carried over as a proof.
    """
    rows = places.evidence
    if "question" not in rows:
        return None
    asked = (rows["criterion"] == HEAD[0]) & (rows["question"] == HEAD_QUESTION)
    if not asked.any():
        return None
    ids = places.candidates.ids
    area_of = {ids[i]: a for a, own in zip(area_ids, inside, strict=True) for i in own}
    told = rows.loc[asked & rows["candidate"].isin(area_of)]
    told = told.assign(candidate=told["candidate"].map(area_of), criterion=HEAD[1])
    told = field_rows(told)
    agrees = (told["value"] >= NOT_REFUSED).astype(float)
    gate = told.assign(criterion="G3", value=agrees, sd=0.5, unit="probability", link="gate")
    return pd.concat([told, gate], ignore_index=True)


def _rows(areas: Candidates, criterion: Criterion, ground: Ground) -> pd.DataFrame:
    found = MEASURES[criterion.measure](ground, criterion.parameters[LETTER])
    if found is None:
        return empty()
    value = rounded(found.value, criterion.step)
    known = ~np.isnan(value)
    frame = pd.DataFrame(
        {
            "candidate": np.asarray(areas.ids, dtype=object)[known],
            "value": value[known],
            "sd": np.round(found.sd[known], 9),
        }
    )
    return frame.assign(
        criterion=criterion.key,
        category="",
        unit=criterion.unit[LETTER],
        origin="desk",
        source=found.source,
        layer=found.layer,
        taken_at="",
        by="",
        link=criterion.link,
    )[list(COLUMNS)]


def _key(
    areas: Candidates,
    layers: Layers,
    hosts: Candidates,
    criterion: Criterion,
    rules: AreaCatalogue,
) -> str:
    """sha256 of areas, hosts where they count, layers used, parameters, rules and CRS."""
    used = [
        [kind, layer.hash, layer.full_cover]
        for kind in USES[criterion.measure]
        if (layer := layers.get(kind)) is not None
    ]
    seen = [_digest(areas.frame)]
    if criterion.measure == "hosts":
        seen.append(_digest(hosts.frame))
    told = [criterion.key, criterion.measure_version, dict(criterion.parameters[LETTER])]
    youth, settlement = asdict(rules.youth), asdict(rules.settlement)
    rule = [rules.catalogue.version, youth, settlement]
    speeds = layers.speeds if criterion.travel else {}
    text = json.dumps(["areas", told, used, seen, rule, speeds, layers.crs.to_wkt()])
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(frame: gpd.GeoDataFrame) -> str:
    whole = hashlib.sha256()
    columns = (frame["id"], frame["placed"], frame["source"], frame["desa_code"])
    for wkb, *seen in zip(shapely.to_wkb(frame.geometry.to_numpy()), *columns, strict=True):
        whole.update(repr((wkb, *seen)).encode())
    return whole.hexdigest()

"""The straight line for areas: desa polygons ranked for juveniles, with the places inside each."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import to_lonlat
from geo.errors import InputError
from scoring.areas_catalogue import LETTER, load_area_catalogue
from scoring.areas_evidence import measure_areas, told_inside
from scoring.areas_judged import chosen_places, judge_areas, readiness_of
from scoring.candidates import COLUMNS, Candidates
from scoring.evidence import empty, resolve
from scoring.layers import Layers
from scoring.measure import Memory
from scoring.rows import together
from scoring.study import StudyResult, rank_candidates
from scoring.weights import Scenario, effective

KIND = "area"
_NAMED = 5  # desa that share an id, named in an error


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaResult:
    """Areas ranked as candidates of their own.

    Parameters
    ----------
    study : StudyResult
        As `scoring.study.run_study` returns it, over areas: all that says how sure a ranking is or
        what would flip it works on it too.
    places : tuple of tuple of int, length n
        For each area the positions of the ranked places inside it (in the candidates of the
        ranking they come from), best first.
    chosen : tuple of int, length n
        The one place that gate G7 and the readiness stand on; −1 where no place is ranked.
    readiness : tuple of str, length n
        That of the chosen place where every gate of the area is passed, else ``survei_dulu``.
    """

    study: StudyResult
    places: tuple[tuple[int, ...], ...]
    chosen: tuple[int, ...]
    readiness: tuple[str, ...]


def run_areas(
    places: StudyResult,
    layers: Layers,
    *,
    given: pd.DataFrame | None = None,
    memory: Memory | None = None,
) -> AreaResult | None:
    """Measure, resolve, judge and rank the desa of a study; None without desa.

    Parameters
    ----------
    places : StudyResult
        The ranking of the programme's places: those that are not excluded are the hosts.
    layers : Layers
        With ``areas`` (code, code_bps, name, level, kecamatan).
    given : DataFrame, optional
        Further evidence on areas, such as a village head's answer (criterion ``village_willing``)
        or letter (gate G3); columns `scoring.evidence.COLUMNS`.
    memory : Memory, optional
    """
    areas = area_candidates(layers)
    if areas is None:
        return None
    rules = load_area_catalogue()
    catalogue, programme = rules.catalogue, places.scenario.programme
    hosts = places.candidates.part(np.sort(places.ranking.order))
    inside = places_inside(areas, places)
    chosen = chosen_places(places, inside, places.scenario.thresholds)
    blocks = [
        measure_areas(areas, layers, hosts, rules=rules, memory=memory),
        told_inside(places, areas.ids, inside),
        given,
    ]
    known = [block for block in blocks if block is not None and len(block)]
    evidence = together(known) if known else empty()
    scored = catalogue.scored(programme)
    matrix = resolve(evidence, areas.ids, scored, letter=LETTER)
    judgement = judge_areas(areas, evidence, places, chosen=chosen, catalogue=catalogue)
    # the weights a study states are those of places; nobody has set those of areas yet
    scenario = Scenario(
        name=places.scenario.name,
        programme=programme,
        as_of=places.scenario.as_of,
        thresholds=places.scenario.thresholds,
    )
    study = StudyResult(
        candidates=areas,
        criteria=scored,
        evidence=evidence,
        matrix=matrix,
        judgement=judgement,
        ranking=rank_candidates(matrix, judgement, effective(catalogue, scenario)),
        scenario=scenario,
        catalogue=catalogue,
    )
    readiness = readiness_of(judgement, places, chosen)
    return AreaResult(study=study, places=inside, chosen=chosen, readiness=readiness)


def area_candidates(layers: Layers) -> Candidates | None:
    """Return the desa of a study as candidates; None where there are none.

    The id is ``a-`` and the Kemendagri code, else the BPS code, else name and kecamatan.

    Raises
    ------
    InputError
        ``areas.same_id`` where two desa carry one id: neither is dropped without a word.
    """
    if layers.get("areas") is None:
        return None
    areas = layers.metric("areas")
    areas = areas.loc[areas["level"] == "desa"].reset_index(drop=True)
    if not len(areas):
        return None
    code, bps = (areas[name].fillna("").astype(str) for name in ("code", "code_bps"))
    named = areas["name"].astype(str) + ", " + areas["kecamatan"].astype(str)
    ids = "a-" + code.where(code != "", bps.where(bps != "", named))
    _refuse_twins(areas, ids, source=layers.by_kind["areas"].source)
    inner = areas.geometry.representative_point()
    lonlat = to_lonlat(gpd.GeoDataFrame(geometry=inner, crs=areas.crs)).geometry
    frame = gpd.GeoDataFrame(
        {
            "id": ids,
            "name": areas["name"],
            "kind": KIND,
            "agency": "",
            "desa": areas["name"],
            "desa_code": code,
            "kecamatan": areas["kecamatan"],
            "kecamatan_code": areas.get("kecamatan_code", ""),
            "placed": "desa",
            "positional_sd_m": np.sqrt(areas.geometry.area / 12.0),
            "out_of_area": _outside(inner, layers),
            "lon": lonlat.x.to_numpy(),
            "lat": lonlat.y.to_numpy(),
            "row": areas["row"] if "row" in areas else np.arange(len(areas)) + 1,
            "source": layers.by_kind["areas"].source,
        },
        geometry=areas.geometry,
        crs=areas.crs,
    )
    return Candidates(frame=frame[[*COLUMNS, "geometry"]])


def _refuse_twins(areas: gpd.GeoDataFrame, ids: pd.Series, *, source: str) -> None:
    twins = ids.duplicated(keep=False)
    if not twins.any():
        return
    told = ids.str.removeprefix("a-") + " (" + areas["name"].astype(str) + ")"
    named = sorted(told[twins].unique())
    more = "…" if len(named) > _NAMED else ""
    raise InputError("areas.same_id", source=source, desa=", ".join(named[:_NAMED]) + more)


def _outside(inner: gpd.GeoSeries, layers: Layers) -> npt.NDArray[np.bool_]:
    if layers.get("boundary") is None:
        return np.zeros(len(inner), dtype=bool)
    outline = shapely.union_all(layers.metric("boundary").geometry.to_numpy())
    shapely.prepare(outline)
    return ~np.asarray(shapely.intersects(outline, inner.to_numpy()), dtype=bool)


def places_inside(areas: Candidates, places: StudyResult) -> tuple[tuple[int, ...], ...]:
    """List the ranked places inside each area, best first; by desa code, else by where they lie.

    Where desa overlap the one of the smaller id holds the place, in whatever order they come.
    """
    frame, order = places.candidates.frame, places.ranking.order
    codes = areas.frame["desa_code"]
    of_code = {code: i for i, code in enumerate(codes) if code}
    at = frame["desa_code"].map(of_code).fillna(-1).to_numpy(dtype=np.int64)
    lost = np.flatnonzero((at < 0) & (frame["placed"] != "unplaced").to_numpy())
    if len(lost):
        tree = shapely.STRtree(areas.frame.geometry.to_numpy())
        points = places.candidates.points.iloc[lost].to_numpy()
        which, area = tree.query(points, predicate="intersects")
        by_id = np.argsort(np.argsort(np.asarray(areas.ids)))
        by_place = np.lexsort((by_id[area], which))
        which, area = which[by_place], area[by_place]
        first = np.unique(which, return_index=True)[1]
        at[lost[which[first]]] = area[first]
    inside: list[list[int]] = [[] for _ in range(len(areas))]
    for row in order.tolist():
        if at[row] >= 0:
            inside[at[row]].append(row)
    return tuple(map(tuple, inside))

"""The straight line for areas: desa polygons ranked for juveniles, with the places inside each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import to_lonlat
from scoring.areas_catalogue import LETTER, load_area_catalogue
from scoring.areas_evidence import measure_areas
from scoring.candidates import COLUMNS, Candidates
from scoring.criteria import Catalogue, Gate
from scoring.evidence import TRIALS, empty, resolve
from scoring.exclusions import Exclusion, Judgement
from scoring.layers import Layers
from scoring.measure import Memory
from scoring.study import StudyResult, rank_candidates
from scoring.weights import Scenario, effective

KIND = "area"
_ORDER = {"siap": 2, "bersyarat": 1, "survei_dulu": 0}


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
    readiness : tuple of str, length n
        ``siap`` or ``bersyarat`` when every gate is passed, as the readiest place inside is.
    """

    study: StudyResult
    places: tuple[tuple[int, ...], ...]
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
    measured = measure_areas(areas, layers, hosts, rules=rules, memory=memory)
    blocks = [b for b in (measured, given) if b is not None and len(b)]
    evidence = pd.concat(blocks, ignore_index=True) if blocks else empty()
    scored = catalogue.scored(programme)
    matrix = resolve(evidence, areas.ids, scored, letter=LETTER)
    inside = places_inside(areas, places)
    judgement = _judged(areas, evidence, places, inside=inside, catalogue=catalogue)
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
    return AreaResult(study=study, places=inside, readiness=_readiness(judgement, places, inside))


def area_candidates(layers: Layers) -> Candidates | None:
    """Return the desa of a study as candidates; None where there are none.

    The id is ``a-`` and the Kemendagri code, else the BPS code, else name and kecamatan.
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
    areas, ids, code = (x[~ids.duplicated()].reset_index(drop=True) for x in (areas, ids, code))
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


def _outside(inner: gpd.GeoSeries, layers: Layers) -> npt.NDArray[np.bool_]:
    if layers.get("boundary") is None:
        return np.zeros(len(inner), dtype=bool)
    outline = shapely.union_all(layers.metric("boundary").geometry.to_numpy())
    shapely.prepare(outline)
    return ~np.asarray(shapely.intersects(outline, inner.to_numpy()), dtype=bool)


def places_inside(areas: Candidates, places: StudyResult) -> tuple[tuple[int, ...], ...]:
    """List the ranked places inside each area, best first; by desa code, else by where they lie."""
    frame, order = places.candidates.frame, places.ranking.order
    codes = areas.frame["desa_code"]
    of_code = {code: i for i, code in enumerate(codes) if code}
    at = frame["desa_code"].map(of_code).fillna(-1).to_numpy(dtype=np.int64)
    lost = np.flatnonzero((at < 0) & (frame["placed"] != "unplaced").to_numpy())
    if len(lost):
        tree = shapely.STRtree(areas.frame.geometry.to_numpy())
        points = places.candidates.points.iloc[lost].to_numpy()
        which, area = tree.query(points, predicate="intersects")
        first = np.unique(which, return_index=True)[1]
        at[lost[which[first]]] = area[first]
    inside: list[list[int]] = [[] for _ in range(len(areas))]
    for row in order.tolist():
        if at[row] >= 0:
            inside[at[row]].append(row)
    return tuple(map(tuple, inside))


def _judged(
    areas: Candidates,
    evidence: pd.DataFrame,
    places: StudyResult,
    *,
    inside: tuple[tuple[int, ...], ...],
    catalogue: Catalogue,
) -> Judgement:
    """Judge areas: G3 by letter, G7 by the fittest place inside, G9 by the boundary.

    Nothing at the desk says that a place is fit for children, so G7 stays unknown until one place
    inside has been asked.
    """
    gates, thresholds = tuple(catalogue.gates.values()), places.scenario.thresholds
    outside = areas.frame["out_of_area"].to_numpy(dtype=bool)
    fit = _fitness(places)
    p_gate = np.full((len(areas), len(gates)), 0.5)
    proven = np.zeros(p_gate.shape, dtype=bool)
    for g, gate in enumerate(gates):
        if gate.code == "G9":
            p_gate[:, g], proven[:, g] = np.where(outside, 0.0, 1.0), outside
        elif gate.code == "G7":
            p_gate[:, g] = [max((float(fit[i]) for i in rows), default=0.5) for rows in inside]
        else:
            p_gate[:, g], proven[:, g] = _answers(areas, evidence, gate)
    passed = p_gate >= thresholds.gate_pass
    failed = (p_gate <= thresholds.gate_fail) & proven
    return Judgement(
        excluded=_excluded(areas, gates, failed),
        gates=gates,
        p_gate=p_gate,
        passed=passed,
        conditions=((),) * len(areas),
        first_gate=tuple(
            next((g.code for g, ok in zip(gates, row, strict=True) if not ok), "") for row in passed
        ),
        no_point=np.zeros(len(areas), dtype=bool),
    )


def _fitness(places: StudyResult) -> npt.NDArray[np.float64]:
    """Probability that each place is fit for children: gate G7 of the places."""
    codes = [gate.code for gate in places.judgement.gates]
    return places.judgement.p_gate[:, codes.index("G7")]


def _answers(
    areas: Candidates, evidence: pd.DataFrame, gate: Gate
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Beta(½, ½) over what people said of a gate, and where a proof it accepts says no."""
    row_of: Mapping[str, int] = {c: i for i, c in enumerate(areas.ids)}
    rows = evidence.loc[(evidence["criterion"] == gate.code) & evidence["candidate"].isin(row_of)]
    at = rows["candidate"].map(row_of).to_numpy(dtype=int)
    trials = rows["origin"].map(TRIALS).fillna(0.0).to_numpy(dtype=float)
    yes = np.bincount(at, trials * rows["value"].to_numpy(dtype=float), len(areas))
    proven = np.zeros(len(areas), dtype=bool)
    proven[at[(rows["value"] <= 0).to_numpy() & rows["origin"].isin(gate.proof).to_numpy()]] = True
    return (0.5 + yes) / (1.0 + np.bincount(at, trials, len(areas))), proven


def _excluded(
    areas: Candidates, gates: tuple[Gate, ...], failed: npt.NDArray[np.bool_]
) -> tuple[Exclusion, ...]:
    found = []
    for i in np.flatnonzero(failed.any(axis=1)):
        gate = gates[int(np.argmax(failed[i]))]
        found.append(
            Exclusion(
                candidate=areas.ids[i],
                reason=gate.reason,
                gate=gate.code,
                basis=gate.basis,
                source=gate.proof[0],
                value="",
            )
        )
    return tuple(found)


def _readiness(
    judgement: Judgement, places: StudyResult, inside: tuple[tuple[int, ...], ...]
) -> tuple[str, ...]:
    of_place, whole = places.judgement.readiness, np.all(judgement.passed, axis=1)
    best = [
        max((of_place[i] for i in rows), key=_ORDER.__getitem__, default="survei_dulu")
        for rows in inside
    ]
    return tuple(b if ok else "survei_dulu" for b, ok in zip(best, whole, strict=True))

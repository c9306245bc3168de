"""Who may not be chosen, on which proof; who must be visited first; under which conditions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.nearby import count_within
from scoring.candidates import Candidates
from scoring.criteria import Catalogue, Gate
from scoring.evidence import TRIALS
from scoring.fusion import rates
from scoring.hazards import worst_class
from scoring.kinds import UNKNOWN, kinds
from scoring.layers import Layers
from scoring.rows import looked_up, positions
from scoring.weights import Thresholds

HAZARDS = ("landslide", "flood", "flash-flood")
HAZARD_REACH_M = 50.0
CHILDREN = ["school", "kindergarten", "orphanage"]
CHILDREN_REACH_M = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """One place that may not be chosen: why, on which basis, and the value that shows it."""

    candidate: str
    reason: str
    gate: str
    basis: str
    source: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the gates say of n candidates.

    Parameters
    ----------
    excluded : tuple of Exclusion
        At most one a candidate, the first proof in catalogue order.
    gates : tuple of Gate
    p_gate : ndarray, shape (n, g)
        Posterior mean that a gate is passed, ½ where nobody has said anything.
    passed : ndarray of bool, shape (n, g)
    conditions : tuple of tuple of str
        Codes of the written conditions, in catalogue order.
    first_gate : tuple of str
        The gate to settle first at each candidate, "" where all are passed.
    no_point : ndarray of bool, shape (n,)
        Where the place itself must be found first (*cari titik*).
    """

    excluded: tuple[Exclusion, ...]
    gates: tuple[Gate, ...]
    p_gate: npt.NDArray[np.float64]
    passed: npt.NDArray[np.bool_]
    conditions: tuple[tuple[str, ...], ...]
    first_gate: tuple[str, ...]
    no_point: npt.NDArray[np.bool_]

    @property
    def readiness(self) -> tuple[str, ...]:
        """``survei_dulu`` while a gate is unknown, else ``bersyarat`` or ``siap``."""
        return tuple(
            "survei_dulu" if not ok else ("bersyarat" if codes else "siap")
            for ok, codes in zip(np.all(self.passed, axis=1).tolist(), self.conditions, strict=True)
        )


def judge(
    candidates: Candidates,
    evidence: pd.DataFrame,
    layers: Layers,
    *,
    catalogue: Catalogue,
    programme: str,
    thresholds: Thresholds,
    as_of: str,
) -> Judgement:
    """Judge every candidate by the gates of a programme (CRITERIA §2, §5).

    A gate's state is the mean of a Beta(½, ½) posterior over what people said: at least .70 it is
    passed, at most .25 *with proof the gate accepts* the place is excluded, otherwise it is
    unknown and the place is ranked all the same. An event within 500 m in the last three years
    keeps gate G5 unknown until somebody has looked.

    Parameters
    ----------
    as_of : str
        ISO date from which the three years are counted back.
    """
    gates = catalogue.gates_of(programme)
    letter = catalogue.programme(programme).letter
    p_gate, proven = _posteriors(candidates, evidence, gates)
    recent = recent_event(candidates, layers, thresholds=thresholds, as_of=as_of)
    outside = candidates.frame["out_of_area"].to_numpy(dtype=bool)
    for g, gate in enumerate(gates):
        if gate.code == "G9":
            here = np.where(candidates.has_point & ~proven[:, g], 1.0, p_gate[:, g])
            p_gate[:, g] = np.where(outside, 0.0, here)
            proven[:, g] |= outside
        if gate.code == "G5":
            p_gate[:, g] = np.where(recent & ~proven[:, g], 0.5, p_gate[:, g])
    failed = (p_gate <= thresholds.gate_fail) & proven
    seen = _kinds_seen(evidence)
    return Judgement(
        excluded=_exclusions(candidates, gates, failed, letter, seen),
        gates=gates,
        p_gate=p_gate,
        passed=p_gate >= thresholds.gate_pass,
        conditions=_conditions(candidates, evidence, layers, catalogue, seen),
        first_gate=_first_gates(candidates, gates, p_gate >= thresholds.gate_pass, recent),
        no_point=~candidates.has_point,
    )


def _posteriors(
    candidates: Candidates, evidence: pd.DataFrame, gates: Sequence[Gate]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    n = len(candidates)
    p_gate, proven = np.full((n, len(gates)), 0.5), np.zeros((n, len(gates)), dtype=bool)
    about = positions(evidence["criterion"], [g.code for g in gates])
    evidence, about = evidence.iloc[np.flatnonzero(about >= 0)], about[about >= 0]
    site = positions(evidence["candidate"], candidates.index)
    for g, gate in enumerate(gates):
        chosen = np.flatnonzero((about == g) & (site >= 0))
        if not len(chosen):
            continue
        rows, at = evidence.iloc[chosen], site[chosen]
        trials = np.nan_to_num(looked_up(rows["origin"], TRIALS), nan=0.0)
        alpha, beta = rates(at, rows["value"].to_numpy(dtype=float), trials, sites=n)
        p_gate[:, g] = alpha / (alpha + beta)
        no = at[(rows["value"] <= 0).to_numpy() & rows["origin"].isin(gate.proof).to_numpy()]
        proven[no, g] = True
    return p_gate, proven


def recent_event(
    candidates: Candidates, layers: Layers, *, thresholds: Thresholds, as_of: str
) -> npt.NDArray[np.bool_]:
    """Where an event lies near (500 m) and recent (three years before `as_of`), shape (n,)."""
    near = np.zeros(len(candidates), dtype=bool)
    at = np.flatnonzero(candidates.has_point)
    if layers.get("events") is None or not len(at):
        return near
    events = layers.metric("events")
    days = round(365.25 * thresholds.event_years)
    since = (dt.date.fromisoformat(as_of) - dt.timedelta(days=days)).isoformat()
    date = events["date"].fillna("").astype(str)
    year_only = date.str.len() <= 4
    recent = (~year_only & (date >= since)) | (year_only & (date >= since[:4]))
    points = candidates.frame.geometry.iloc[at]
    near[at] = (
        count_within(points, events.geometry[recent], radius_m=thresholds.event_distance_m) > 0
    )
    return near


def _kinds_seen(evidence: pd.DataFrame) -> Mapping[str, str]:
    """Name the kind that the latest visit found where it differs from the list, by candidate."""
    rows = evidence.loc[evidence["criterion"] == "institution_kind"]
    rows = rows.loc[(rows["origin"] == "survey") & rows["category"].isin(list(kinds()))]
    rows = rows.sort_values(["taken_at", "source"], kind="stable")
    return dict(zip(rows["candidate"], rows["category"], strict=True))


def _exclusions(
    candidates: Candidates,
    gates: Sequence[Gate],
    failed: npt.NDArray[np.bool_],
    letter: str,
    seen: Mapping[str, str],
) -> tuple[Exclusion, ...]:
    found = []
    known = kinds()
    outside = candidates.frame["out_of_area"].to_numpy(dtype=bool)
    kind_of = _kinds_now(candidates, seen)
    unfit = [k for k in set(kind_of) if k != UNKNOWN and not known[k].eligible[letter]]
    no_use = np.isin(kind_of, unfit)
    for i in np.flatnonzero(no_use | failed.any(axis=1)).tolist():
        candidate, kind = candidates.ids[i], str(kind_of[i])
        if no_use[i]:
            found.append(
                Exclusion(
                    candidate=candidate,
                    reason="kind",
                    gate="",
                    basis="CRITERIA §4",
                    source="survey" if candidate in seen else "register",
                    value=kind,
                )
            )
        else:
            gate = gates[int(np.argmax(failed[i]))]
            found.append(
                Exclusion(
                    candidate=candidate,
                    reason="survey" if gate.code == "G9" and not outside[i] else gate.reason,
                    gate=gate.code,
                    basis=gate.basis,
                    source="boundary" if gate.code == "G9" and outside[i] else "survey",
                    value="",
                )
            )
    return tuple(found)


def _conditions(
    candidates: Candidates,
    evidence: pd.DataFrame,
    layers: Layers,
    catalogue: Catalogue,
    seen: Mapping[str, str],
) -> tuple[tuple[str, ...], ...]:
    where: dict[str, npt.NDArray[np.bool_]] = {
        "C1": _children_near(candidates, layers),
        "C4": _hazard_near(candidates, layers),
    }
    order, kind_of = list(catalogue.conditions), _kinds_now(candidates, seen)
    holds = np.zeros((len(candidates), len(order)), dtype=bool)
    for kind in set(kind_of) & kinds().keys():
        of_kind = [order.index(code) for code in kinds()[kind].conditions]
        holds[np.ix_(kind_of == kind, of_kind)] = True
    for code, here in where.items():
        holds[here, order.index(code)] = True
    rows = evidence.loc[(evidence["link"] == "condition").to_numpy(dtype=bool)]
    site = positions(rows["candidate"], candidates.index)
    for code in rows["criterion"].unique():
        holds[site[(rows["criterion"] == code).to_numpy() & (site >= 0)], order.index(code)] = True
    _, first, which = np.unique(
        holds @ (1 << np.arange(len(order))), return_index=True, return_inverse=True
    )
    codes = [tuple(c for c, on in zip(order, holds[i], strict=True) if on) for i in first]
    return tuple(codes[k] for k in which.tolist())


def _kinds_now(candidates: Candidates, seen: Mapping[str, str]) -> npt.NDArray[np.object_]:
    """Return the kind of each place: as a visit found it, else as listed; shape (n,)."""
    kind_of = np.array(candidates.frame["kind"].tolist(), dtype=object)
    at = candidates.index.get_indexer(pd.Index(list(seen), dtype=object))
    kind_of[at[at >= 0]] = np.array(list(seen.values()), dtype=object)[at >= 0]
    return kind_of


def _children_near(candidates: Candidates, layers: Layers) -> npt.NDArray[np.bool_]:
    near = np.zeros(len(candidates), dtype=bool)
    at = np.flatnonzero(candidates.has_point)
    if layers.get("places") is None or not len(at):
        return near
    places = layers.metric("places")
    targets = places.geometry[places["kind"].isin(CHILDREN)]
    points = candidates.frame.geometry.iloc[at]
    near[at] = count_within(points, targets, radius_m=CHILDREN_REACH_M) > 0
    return near


def _hazard_near(candidates: Candidates, layers: Layers) -> npt.NDArray[np.bool_]:
    near = np.zeros(len(candidates), dtype=bool)
    for kind in HAZARDS:
        worst = worst_class(candidates, layers, kind, radius_m=HAZARD_REACH_M)
        near |= np.nan_to_num(worst, nan=0.0) >= 2
    return near & candidates.has_point


def _first_gates(
    candidates: Candidates,
    gates: Sequence[Gate],
    passed: npt.NDArray[np.bool_],
    recent: npt.NDArray[np.bool_],
) -> tuple[str, ...]:
    codes = [g.code for g in gates]
    asked = {k: codes.index(v.ask_first) for k, v in kinds().items() if v.ask_first in codes}
    first = np.where(passed.all(axis=1), -1, np.argmin(passed, axis=1))
    every = np.arange(len(first))
    of_kind = looked_up(candidates.frame["kind"], asked)
    wanted = [(~np.isnan(of_kind), np.nan_to_num(of_kind).astype(int))]
    for code, here in (("G5", recent), ("G9", ~candidates.has_point)):  # the last goes first
        if code in codes:
            wanted.append((here, np.full(len(first), codes.index(code))))
    for here, gate in wanted:
        first = np.where(here & ~passed[every, gate], gate, first)
    return tuple([*codes, ""][g] for g in first.tolist())

"""Judging areas for juveniles: their gates, and the one place inside that they stand on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.candidates import Candidates
from scoring.criteria import Catalogue, Gate
from scoring.evidence import TRIALS
from scoring.exclusions import Exclusion, Judgement
from scoring.study import StudyResult
from scoring.weights import Thresholds

Inside = tuple[tuple[int, ...], ...]


def chosen_places(places: StudyResult, inside: Inside, thresholds: Thresholds) -> tuple[int, ...]:
    """Choose the one place of each area that its readiness and gate G7 stand on.

    The best ranked of those fit for children (G7 at least ``thresholds.gate_pass``); where none
    is, the one of highest chance to be (of equals the better ranked).

    Parameters
    ----------
    places : StudyResult
    inside : tuple of tuple of int, length n
        Positions of the ranked places in each area, best first.
    thresholds : Thresholds

    Returns
    -------
    tuple of int, length n
        −1 where an area has no ranked place.
    """
    fit = _fitness(places)

    def one(rows: tuple[int, ...]) -> int:
        passing = (i for i in rows if fit[i] >= thresholds.gate_pass)
        return next(passing, max(rows, key=lambda i: fit[i], default=-1))

    return tuple(one(rows) for rows in inside)


def judge_areas(
    areas: Candidates,
    evidence: pd.DataFrame,
    places: StudyResult,
    *,
    chosen: tuple[int, ...],
    catalogue: Catalogue,
) -> Judgement:
    """Judge areas: G3 by letter, G7 by the chosen place inside, G9 by the boundary.

    Nothing at the desk says that a place is fit for children, so G7 stays unknown until the place
    has been asked.

    Parameters
    ----------
    areas : Candidates
        Desa, n rows.
    evidence : DataFrame
        Of the areas; columns `scoring.evidence.COLUMNS`.
    places : StudyResult
    chosen : tuple of int, length n
        From `chosen_places`.
    catalogue : Catalogue
    """
    gates, thresholds = tuple(catalogue.gates.values()), places.scenario.thresholds
    outside = areas.frame["out_of_area"].to_numpy(dtype=bool)
    fit, at = _fitness(places), np.asarray(chosen, dtype=np.int64)
    p_gate = np.full((len(areas), len(gates)), 0.5)
    proven = np.zeros(p_gate.shape, dtype=bool)
    for g, gate in enumerate(gates):
        if gate.code == "G9":
            p_gate[:, g], proven[:, g] = np.where(outside, 0.0, 1.0), outside
        elif gate.code == "G7":
            p_gate[at >= 0, g] = fit[at[at >= 0]]
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


def readiness_of(
    judgement: Judgement, places: StudyResult, chosen: tuple[int, ...]
) -> tuple[str, ...]:
    """Readiness of areas: that of the chosen place where every gate of the area is passed."""
    of_place, whole = places.judgement.readiness, np.all(judgement.passed, axis=1)
    return tuple(
        of_place[i] if ok and i >= 0 else "survei_dulu"
        for i, ok in zip(chosen, whole.tolist(), strict=True)
    )

"""An invented district of square desa, for tests of areas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import worlds

from scoring.candidates import Candidates
from scoring.study import run_study
from scoring.weights import Scenario

CHILD = Scenario(name="awal", programme="pelayanan-masyarakat", as_of="2026-11-24")
SIDE = 1000.0


def code(k):
    return f"33.04.01.{2001 + k}"


def boxes(columns=5, rows=5, side=SIDE):
    return [
        (side * x, side * y, side * (x + 1), side * (y + 1))
        for y in range(rows)
        for x in range(columns)
    ]


def desa(where, **changed):
    """Desa polygons as their reader gives them."""
    n = len(where)
    columns = {
        "code": [code(k) for k in range(n)],
        "code_bps": [""] * n,
        "name": [f"Desa {k}" for k in range(n)],
        "level": ["desa"] * n,
        "kecamatan": [f"Kecamatan {k % 2}" for k in range(n)],
    }
    return worlds.polygons(where, **(columns | changed))


def people(where, amount=1000.0):
    frame = desa(where).assign(population=np.broadcast_to(amount, len(where)).astype(float))
    return worlds.layer("people", frame)


def places(spots, kinds=None, *, inside=None, given=None, register=()):
    """A ranking of the juveniles' places; `inside` names the desa of each, else it is unknown."""
    kinds = kinds or ["library"] * len(spots)
    made = worlds.candidates(kinds, xy=spots)
    codes = [""] * len(spots) if inside is None else [code(k) for k in inside]
    made = Candidates(frame=made.frame.assign(desa_code=codes))
    told = worlds.register(list(register))
    return run_study(made, worlds.layers(), CHILD, register=told, given=given)


def with_fit(study, fit):
    """The same ranking with another chance of gate G7 at each place."""
    g = [gate.code for gate in study.judgement.gates].index("G7")
    p = study.judgement.p_gate.copy()
    p[:, g] = fit
    passed = p >= study.scenario.thresholds.gate_pass
    return replace(study, judgement=replace(study.judgement, p_gate=p, passed=passed))


def all_passed(study, *but):
    """The same ranking with every gate passed at every place but some."""
    passed = np.ones_like(study.judgement.passed)
    passed[list(but)] = False
    p = np.where(passed, 0.9, 0.5)
    return replace(study, judgement=replace(study.judgement, p_gate=p, passed=passed))


def by_id(found):
    """Rank, score and contributions of every ranked area, by its id."""
    ids, ranking = found.study.candidates.ids, found.study.ranking
    return {
        ids[i]: (
            float(ranking.scores.score[at]),
            ranking.scores.contributions[at].tolist(),
            found.readiness[i],
            found.places[i],
        )
        for at, i in enumerate(ranking.order.tolist())
    }


def column(found, key):
    """Mean and sd of one criterion, in the order of the areas."""
    k = [c.key for c in found.study.criteria].index(key)
    return found.study.matrix.mean[:, k], found.study.matrix.sd[:, k]

"""How sure a ranking is, what would change its mind, where other methods agree."""

from __future__ import annotations

from typing import Any

import numpy as np

from scoring.draws import spec_around
from scoring.explain import Lift, lifts, settled
from scoring.flip import Flip, flip, flip_dial
from scoring.rank import methods
from scoring.robustness import RankSupport, support
from scoring.study import StudyResult

TOP = 10
DRAWS = 10_000
SEED = 1


def sure(result: StudyResult, *, draws: int = DRAWS, top: int = TOP) -> RankSupport | None:
    """Draw weights and evidence (SMAA-2, seed 1); None when nothing is ranked."""
    if not len(result.ranking.order):
        return None
    groups = [c.group for c in result.criteria]
    return support(
        result.matrix,
        spec_around(result.ranking.weights, groups),
        among=np.sort(result.ranking.order),
        top=top,
        draws=draws,
        seed=SEED,
    )


def sureness_json(result: StudyResult, told: dict[str, Any]) -> dict[str, Any]:
    """Add ``p_first`` and ``p_top`` to each site, ``clear_winner`` to the whole."""
    found = sure(result)
    if found is None:
        return told | {"clear_winner": False, "top": TOP}
    first = dict(zip(found.candidate_ids, found.p_first.tolist(), strict=True))
    among = dict(zip(found.candidate_ids, found.p_top.tolist(), strict=True))
    sites = [s | {"p_first": first[s["id"]], "p_top": among[s["id"]]} for s in told["sites"]]
    sure_of = {"draws": found.draws, "seed": found.seed, "threshold": found.threshold}
    whole = {"clear_winner": bool(found.clear_winner), "top": found.top, "sureness": sure_of}
    return told | {"sites": sites} | whole


def methods_json(result: StudyResult, *, top: int = TOP) -> dict[str, Any]:
    """Score the ranked sites by all six methods.

    Returns
    -------
    dict
        ``{methods: [name], first: {name: [ids of the first sites]}, tau: {name: {other: τ}},
        shared: {name: {other: share of the first sites in both}}, in_all: [ids]}``
    """
    order = np.sort(result.ranking.order)
    if len(order) < 2:
        return {"methods": [], "first": {}, "tau": {}, "shared": {}, "in_all": []}
    ids = np.asarray(result.candidates.ids, dtype=object)[order]
    found = methods(settled(result.matrix)[order], result.ranking.weights, k=min(top, len(order)))
    agreed, names = found.agreement, list(found.scores)
    pairs = {
        key: {
            one: {other: float(table[i][j]) for j, other in enumerate(agreed.methods) if j != i}
            for i, one in enumerate(agreed.methods)
        }
        for key, table in (("tau", agreed.tau), ("shared", agreed.shared))
    }
    return {
        "methods": names,
        "first": {
            name: ids[np.lexsort((ids.astype(str), -scores))][:top].tolist()
            for name, scores in found.scores.items()
        },
        **pairs,
        "in_all": ids[np.asarray(agreed.in_all, dtype=int)].tolist(),
    }


def flips_json(result: StudyResult) -> dict[str, Any]:
    """Say what would let another site lead: freely, groups held, by the group dial alone."""
    order = result.ranking.order
    values, weights = settled(result.matrix)[order], result.ranking.weights
    groups = [c.group for c in result.criteria]
    ways = {
        "free": flip(values, weights),
        "groups_held": flip(values, weights, groups=groups),
        "dial": flip_dial(values, weights, groups),
    }
    keys = [c.key for c in result.criteria]
    sides = list(dict.fromkeys(groups))
    return {
        way: None if found is None else _flip(result, found, sides if way == "dial" else keys)
        for way, found in ways.items()
    }


def _flip(result: StudyResult, found: Flip, names: list[str]) -> dict[str, Any]:
    ids, order = result.candidates.ids, result.ranking.order
    challenger = int(order[found.challenger])
    return {
        "challenger": ids[challenger],
        "challenger_name": str(result.candidates.frame["name"].iloc[challenger]),
        "leader": ids[int(order[found.leader])],
        "l1": float(found.l1),
        "moves": [
            {"from": names[m.source], "to": names[m.target], "share": float(m.share_0_1)}
            for m in found.moves
        ],
        "weights": dict(zip([c.key for c in result.criteria], found.weights.tolist(), strict=True)),
    }


def counterfactuals_json(result: StudyResult, row: int, *, top: int = TOP) -> list[dict[str, Any]]:
    """Per criterion, the value at which a site enters the shortlist; empty when it is in it."""
    order = np.sort(result.ranking.order)
    if row not in set(order.tolist()):
        return []
    found = lifts(result.matrix, result.ranking.weights, row, top=top, among=order)
    return [{"criterion": key, "lift": _lift(one)} for key, one in found.items()]


def _lift(one: Lift | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "value": None if np.isnan(one.value) else float(one.value),
        "category": one.category,
        "now": None if np.isnan(one.now) else float(one.now),
        "worth": float(one.worth),
        "questions": list(one.questions),
        "survey": bool(one.survey),
    }

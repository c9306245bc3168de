"""How sure a ranking is, what would change its mind, where other methods agree."""

from __future__ import annotations

from typing import Any

import numpy as np

from scoring.explain import Lift, lifts, settled
from scoring.flip import Flip, flip, flip_dial
from scoring.rank import methods
from scoring.robustness import RankSupport, support
from scoring.sentences import flip_sentence, lift_sentence, sureness_sentence
from scoring.study import StudyResult
from scoring.visits import gate_chance
from scoring.weights import drawn
from work.weighing import stated_json

TOP = 10
DRAWS = 10_000
SEED = 1


def sure(result: StudyResult, *, draws: int = DRAWS, top: int = TOP) -> RankSupport | None:
    """Draw weights and evidence (SMAA-2, seed 1); None when nothing is ranked."""
    if not len(result.ranking.order):
        return None
    return support(
        result.matrix,
        drawn(result.catalogue, result.scenario, count=draws, seed=SEED),
        among=np.sort(result.ranking.order),
        top=top,
        seed=SEED,
    )


def sureness_json(result: StudyResult, told: dict[str, Any]) -> dict[str, Any]:
    """Add ``p_first``, ``p_top`` and ``p_gate`` to each site, ``clear_winner`` to the whole."""
    found = sure(result)
    if found is None:
        return told | {"clear_winner": False, "top": TOP}
    first = dict(zip(found.candidate_ids, found.p_first.tolist(), strict=True))
    among = dict(zip(found.candidate_ids, found.p_top.tolist(), strict=True))
    # a ranking's sureness assumes that open gates pass: the chance of it stands beside (§5.5)
    chance = gate_chance(result.judgement).tolist()
    gate = dict(zip(result.candidates.ids, chance, strict=True))
    sites = [
        s | {"p_first": first[s["id"]], "p_top": among[s["id"]], "p_gate": gate[s["id"]]}
        for s in told["sites"]
    ]
    sure_of: dict[str, Any] = {
        "draws": found.draws,
        "seed": found.seed,
        "threshold": found.threshold,
        "stated": stated_json(result.scenario.stated),
        "text": _sure_text(result, found),
    }
    whole = {"clear_winner": bool(found.clear_winner), "top": found.top, "sureness": sure_of}
    return told | {"sites": sites} | whole


def _sure_text(result: StudyResult, found: RankSupport) -> str:
    frame = result.candidates.frame
    return sureness_sentence(found, dict(zip(frame["id"], frame["name"].astype(str), strict=True)))


def site_sureness_json(result: StudyResult, row: int) -> dict[str, Any] | None:
    """Say how sure the place of one site is; None when it is not ranked."""
    found = sure(result)
    site = result.candidates.ids[row]
    if found is None or site not in found.candidate_ids:
        return None
    k = found.candidate_ids.index(site)
    return {
        "p_first": float(found.p_first[k]),
        "p_top": float(found.p_top[k]),
        "p_gate": float(gate_chance(result.judgement)[row]),
        "top": found.top,
        "clear_winner": found.clear_winner,
        "text": _sure_text(result, found),
    }


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
    """Say what would let another site lead: freely, groups held, by the group dial alone.

    Every way that exists carries its sentence; ``text`` beside them is that of the free way, also
    where no weights do it.
    """
    order = result.ranking.order
    values, weights = settled(result.matrix)[order], result.ranking.weights
    groups = [c.group for c in result.criteria]
    ways = {
        "free": flip(values, weights),
        "groups_held": flip(values, weights, groups=groups),
        "dial": flip_dial(values, weights, groups),
    }
    names = result.candidates.frame["name"].astype(str).iloc[order].tolist()
    keys = [c.key for c in result.criteria]
    sides = list(dict.fromkeys(groups))
    leader = names[0] if names else ""

    def said(way: str) -> str:
        return flip_sentence(ways[way], names, sides if way == "dial" else keys, leader=leader)

    told: dict[str, Any] = {
        way: None
        if found is None
        else _flip(result, found, sides if way == "dial" else keys) | {"text": said(way)}
        for way, found in ways.items()
    }
    return told | {"text": said("free")}


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
    by_key, letter = {c.key: c for c in result.criteria}, result.matrix.letter
    return [
        {
            "criterion": key,
            "lift": _lift(one),
            "text": lift_sentence(one, by_key[key], letter, top=top) if one else None,
        }
        for key, one in found.items()
    ]


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

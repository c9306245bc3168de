"""Which sites are put before leadership: those approved, else the set that serves the district."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from data.hashes import canonical_json, sha256_hex
from data.workspace import Study
from geo.files import written_whole
from reports.facts import ReportSite
from scoring.draws import Stream
from scoring.moments import worth_moments
from scoring.set_types import Sites
from scoring.sets import choose_sites
from scoring.siting import LEFT_OUT
from scoring.study import StudyResult
from scoring.weights import drawn
from work.choosing import areas_of_demand, asked, chosen_json, sites_of
from work.grounds import Grounds, minutes_to
from work.sureness import SEED, TOP, sure

Floats = npt.NDArray[np.float64]

TIMES = 10
"""How often the set is chosen anew, with other reasonable weights and data."""
SECONDS, SECONDS_AGAIN = 60.0, 6.0
"""For choosing, which is kept for the run; what is not proven by then is said in the result. A
recalculation that is not done by then does not count."""
NEAR_0_1 = 0.01
"""A list that is at most so much worse than the best is as good: the data are not finer."""
NEAREST = 12
REACH_MIN = 45.0
_PART = 77  # of the stream of numbers: its own, so that no other draw is the same
_FORM = 5
"""Counted up when what is kept changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The sites put before leadership, in the order of the ranking.

    Parameters
    ----------
    ids : tuple of str
    how : {"listed", "chosen", "first", "office", "none"}
        Approved sites; the least number that serves every kecamatan; the first of the ranking,
        where a set cannot be chosen (``why`` says why); an office; nothing is ranked.
    chosen : mapping or None
        What ``sites --json`` or ``office --json`` says of them.
    same, shared : int or None, float or None
        Of a chosen set, in how many of ``times`` recalculations the list is as good as the best,
        and how many of its sites they choose on average. Of n approved sites ``shared`` is how
        many are among the first n when the ranking is recalculated (`work.sureness.sure`);
        ``same`` is None.
    """

    ids: tuple[str, ...]
    how: str
    chosen: Mapping[str, Any] | None = None
    why: str = ""
    same: int | None = None
    shared: float | None = None
    times: int = 0


def propose(
    study: Study,
    result: StudyResult,
    sites: Sequence[ReportSite],
    found: Grounds | None,
    *,
    told: Mapping[str, Any] | None = None,
    why: str = "",
) -> Proposal:
    """Find the list of a programme that chooses sites.

    Parameters
    ----------
    found : Grounds or None
        None where nothing can be chosen, which ``why`` explains.
    told : mapping, optional
        A set chosen before (``sites --json``).
    """
    listed = tuple(site.id for site in sites if site.listed)
    if not sites:
        return Proposal(ids=(), how="none")
    if listed:
        return Proposal(ids=listed, how="listed", chosen=told, shared=_again(result, listed))
    if found is None:
        return Proposal(ids=tuple(site.id for site in sites[:TOP]), how="first", why=why)
    kept = _kept(study, result, found, told)
    opened = {one["id"] for one in (kept["chosen"] or {}).get("opened", ())}
    return Proposal(
        ids=tuple(site.id for site in sites if site.id in opened),
        how="chosen",
        chosen=kept["chosen"],
        same=kept["same"],
        shared=kept["shared"],
        times=kept["times"],
    )


def _again(result: StudyResult, listed: Sequence[str]) -> float | None:
    """Count how many of n sites are among the first n of the ranking's recalculations, on average.

    The mean of that number is the sum of the sites' probabilities to be there.
    """
    found = sure(result, top=len(listed))
    if found is None:
        return None
    top = dict(zip(found.candidate_ids, found.p_top.tolist(), strict=True))
    return float(sum(top.get(site, 0.0) for site in listed))


def _kept(
    study: Study,
    result: StudyResult,
    found: Grounds,
    told: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Choose once for a run and keep it: every document of the run then says the same."""
    minutes = np.round(minutes_to(found, found.places, limit_min=REACH_MIN), 6)
    sites, _ = sites_of(result, found)
    parts = {
        "form": _FORM,
        "ids": sites.ids,
        "suitability": np.round(sites.suitability, 9).tolist(),
        "capacity": np.round(sites.capacity_h_week, 6).tolist(),
        "minutes": sha256_hex(np.nan_to_num(minutes, posinf=-1.0).tobytes()),
        "demand": sha256_hex(np.round(found.demand["hours_mid"].to_numpy(), 9).tobytes()),
        "weights": result.ranking.weights.tolist(),
        "told": [] if told is None else sorted(one["id"] for one in told["opened"]),
    }
    path = study.cache_path("proposal", sha256_hex(canonical_json(parts))[:32], ".json")
    if path.is_file():
        try:
            known: dict[str, Any] = json.loads(path.read_bytes())
        except ValueError:
            known = {}  # a damaged cache is made anew
        if {"chosen", "same", "shared", "times"} <= set(known):
            return known
    made = _chosen(result, found, sites, told)
    with written_whole(path, overwrite=True) as temporary:
        temporary.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    return made


def _chosen(
    result: StudyResult,
    found: Grounds,
    sites: Sites,
    told: Mapping[str, Any] | None,
) -> dict[str, Any]:
    chosen = dict(told or chosen_json(result, found, asked(), time_limit_s=SECONDS))
    own = tuple(one["id"] for one in chosen["opened"])
    again: list[Again] = []
    if own and not chosen["clash"]:
        again = recalculated(result, found, sites, own)
    if not again:
        return {"chosen": chosen, "same": None, "shared": None, "times": 0}
    return {
        "chosen": chosen,
        "same": sum(one.same for one in again),
        "shared": float(np.mean([len(one.opened & set(own)) for one in again])),
        "times": len(again),
    }


class Again(NamedTuple):
    """One recalculation: the sites it chooses, and whether the list at hand is as good there."""

    opened: frozenset[str]
    same: bool


def recalculated(
    result: StudyResult,
    found: Grounds,
    sites: Sites,
    own: Sequence[str],
    *,
    times: int = TIMES,
) -> list[Again]:
    """Choose as many sites anew, with other reasonable weights and data.

    In each recalculation the weights are drawn as the scenario states them, and every site's
    suitability is drawn from what is known of it: ``suit_i = (Σ e_k E[v_ik] + √(Σ e_k² Var v_ik)
    z_i) / Σ e_k`` over the criteria that the program does not constrain itself, z_i standard
    normal. Travel, demand and capacity stay. Of each desa the `NEAREST` most suitable sites within
    reach are looked at, and those of the list. The list is as good as the best when its own
    objective is at most `NEAR_0_1` below that of the best.

    Parameters
    ----------
    own : sequence of str
        The list at hand.

    Returns
    -------
    list of Again
        Those that were done in their time.
    """
    mean, variance = worth_moments(result.matrix)
    mean, variance = mean[found.rows], variance[found.rows]
    kept = [k for k, c in enumerate(result.criteria) if c.key not in LEFT_OUT]
    weights = drawn(result.catalogue, result.scenario, count=times, seed=SEED)[:, kept]
    luck = Stream(SEED, _PART).normal(times, len(found.rows))
    minutes, areas = minutes_to(found, found.places, limit_min=REACH_MIN), areas_of_demand(found)
    mine = np.flatnonzero(np.isin(np.array(sites.ids, dtype=object), list(own)))
    again = []
    for e, z in zip(weights, luck, strict=True):
        suit = mean[:, kept] @ e + np.sqrt(variance[:, kept] @ (e * e)) * z
        world = replace(sites, suitability=np.clip(suit / e.sum(), 0.0, 1.0))
        near = np.union1d(_near(world.suitability, minutes), mine)
        terms = asked(count=len(own))
        held = choose_sites(
            _of(world, mine), areas, minutes[:, mine], terms, time_limit_s=SECONDS_AGAIN
        )
        best = choose_sites(
            _of(world, near),
            areas,
            minutes[:, near],
            terms,
            time_limit_s=SECONDS_AGAIN,
            gap=NEAR_0_1 / 2,
        )
        if best.opened and best.gap <= NEAR_0_1 / 2:
            same = held.objective >= best.objective * (1 - NEAR_0_1)
            again.append(Again(frozenset(best.opened), bool(same)))
    return again


def _near(suitability: Floats, minutes: Floats) -> npt.NDArray[np.int64]:
    """Return the sites that are among the most suitable within reach of some desa."""
    reached = np.where(np.isfinite(minutes), suitability[None, :], -np.inf)
    most = min(NEAREST, reached.shape[1])
    best = np.argsort(-reached, axis=1, kind="stable")[:, :most]
    inside = np.take_along_axis(reached, best, axis=1) > -np.inf
    return np.unique(best[inside])


def _of(sites: Sites, rows: npt.NDArray[np.int64]) -> Sites:
    return Sites(
        ids=tuple(sites.ids[k] for k in rows),
        suitability=sites.suitability[rows],
        capacity_h_week=sites.capacity_h_week[rows],
        kind=tuple(sites.kind[k] for k in rows),
        xy_m=sites.xy_m[rows],
        to_survey=sites.to_survey[rows],
    )

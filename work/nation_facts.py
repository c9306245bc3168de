"""What is told of a nation: its areas beside their people, how sure the first place is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

import words
from scoring.nation import gini, least_served
from work.nation_held import Nation, Ranked

PER = 100_000
"""Sites are told for so many people."""


def areas(nation: Nation, now: Ranked, *, top: int) -> list[dict[str, Any]]:
    """Lay out the studies that compare, by name: each is a regency, or those of one Bapas.

    Returns
    -------
    list of dict
        ``{study, regencies: [code], sites, excluded, best_rank, in_top, people, per_100k}``;
        ``best_rank`` is None without a ranked site, the last two where no people are known.
    """
    study = nation.labels["study"].astype(str)
    names, at = np.unique(study, return_inverse=True)
    gone = np.bincount(at, weights=nation.labels["excluded"] != "", minlength=len(names))
    own = at[now.rows]
    sites = np.bincount(own, minlength=len(names))
    inside = np.bincount(own, weights=now.found.rank <= top, minlength=len(names))
    best = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(best, own, now.found.rank)
    codes = _regencies(nation, at, now)
    people = {p["study"]: p.get("people") or 0.0 for p in nation.parts}
    shown = (k for k, name in enumerate(names.tolist()) if name not in nation.odd)
    found = []
    for k in shown:
        count, held = int(sites[k]), float(people.get(str(names[k]), 0.0))
        known = held > 0
        found.append(
            {
                "study": str(names[k]),
                "regencies": codes.get(k, []),
                "sites": count,
                "excluded": int(gone[k]),
                "best_rank": int(best[k]) if count else None,
                "in_top": int(inside[k]),
                "people": round(held) if known else None,
                "per_100k": PER * count / held if known else None,
            }
        )
    return found


def _regencies(nation: Nation, at: npt.NDArray[np.int64], now: Ranked) -> dict[int, list[str]]:
    """Name the regencies in which each study has ranked sites."""
    codes, which = np.unique(nation.labels["regency"].astype(str), return_inverse=True)
    pairs = np.unique(at[now.rows] * len(codes) + which[now.rows])
    found: dict[int, list[str]] = {}
    for pair in pairs.tolist():
        if code := str(codes[pair % len(codes)]):
            found.setdefault(pair // len(codes), []).append(code)
    return found


def equity(told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Say how unevenly ranked sites are shared out among the people of areas.

    Parameters
    ----------
    told : sequence of mapping
        `areas`; one whose people are unknown is left out.

    Returns
    -------
    dict
        ``{gini, least_half, studies: [{study, people, sites, in_top}]}``: ``least_half`` is the
        share (0-1) of the sites where the half of the people lives that has fewest a person; None
        where no people are known.
    """
    known = [one for one in told if one["people"]]
    held, people = (np.array([one[k] for one in known], dtype=float) for k in ("sites", "people"))
    measured = {"gini": gini, "least_half": least_served}
    figures = {
        name: float("nan") if not known else measure(held, people)
        for name, measure in measured.items()
    }
    return {
        **{name: None if np.isnan(x) else round(x, 9) for name, x in figures.items()},
        "studies": [
            {name: one[name] for name in ("study", "people", "sites", "in_top")} for one in known
        ],
    }


def overlapping(now: Ranked) -> int:
    """Count the other sites that may stand before the first one, once what is unknown is known."""
    if not len(now.rows):
        return 0
    return int((now.found.high[1:] >= now.found.low[0]).sum())


def province_text(code: str) -> str:
    """Name the province of a Kemendagri code; its two digits where there is no such province."""
    two = code[:2]
    return words.say(f"nation.province.{two}") if words.knows(f"nation.province.{two}") else two


def place_text(regencies: Sequence[str], study: str) -> str:
    """Say where: ``33.04 Jawa Tengah``; the study's name where no code is known."""
    if not regencies:
        return study
    provinces = dict.fromkeys(province_text(code) for code in regencies)
    return f"{', '.join(regencies)} {', '.join(provinces)}"

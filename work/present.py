"""One result as rows that a person reads: shared by the command line, the map and the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import words
from scoring.rank import bands, rank_range
from scoring.study import Ranking, StudyResult


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRows:
    """Sites in the order of the candidates' frame, so that position i stays the same site.

    Parameters
    ----------
    frame : DataFrame
        id, name, kind (words), place, agency, kecamatan, rank (0 = excluded), rank_text, best,
        worst, score, low, high, coverage, band, status, approximate, conditions, reason, lon, lat.
    contributions : ndarray, shape (n, m)
        Summing to ``score``; zero for excluded sites.
    unknown : ndarray of bool, shape (n, m)
    """

    frame: pd.DataFrame
    contributions: npt.NDArray[np.float64]
    unknown: npt.NDArray[np.bool_]


def place_of(desa: str, kecamatan: str) -> str:
    """Say where a place lies, as far as it is known."""
    if desa and kecamatan:
        return words.say("site.place", desa=desa, kecamatan=kecamatan)
    return words.say("site.kecamatan", kecamatan=kecamatan) if kecamatan else desa


def _excluded_text(result: StudyResult) -> dict[str, str]:
    kinds = dict(zip(result.candidates.ids, result.candidates.frame["kind"], strict=True))
    return {
        e.candidate: words.say(
            f"excluded.{e.reason}",
            kind=words.say(f"kind.{kinds[e.candidate]}"),
            gate=words.say(f"gate.{e.gate}") if e.gate else "",
        )
        for e in result.judgement.excluded
    }


def _rank_text(rank: int, best: int, worst: int) -> str:
    if rank == 0:
        return "–"
    return str(rank) if best == worst else words.say("site.rank", rank=rank, best=best, worst=worst)


def site_rows(result: StudyResult, ranking: Ranking | None = None) -> SiteRows:
    """Lay out a result for people, in the language of the context.

    Parameters
    ----------
    result : StudyResult
    ranking : Ranking, optional
        A ranking of the same result under other weights; the result's own by default.
    """
    ranking = ranking or result.ranking
    n, m = result.matrix.mean.shape
    at, scores = ranking.order, ranking.scores
    best, worst = rank_range(scores.low, scores.high)
    columns: dict[str, npt.NDArray[Any]] = {}
    for name, values in (
        ("rank", ranking.rank),
        ("best", best),
        ("worst", worst),
        ("score", scores.score),
        ("low", scores.low),
        ("high", scores.high),
        ("coverage", scores.coverage),
    ):
        whole = np.zeros(n, dtype=values.dtype)
        whole[at] = values
        columns[name] = whole
    contributions = np.zeros((n, m))
    contributions[at] = scores.contributions
    frame = _told(result).assign(**columns)
    frame["band"] = [words.say(f"band.{b}") for b in bands(frame["score"].to_numpy())]
    frame["rank_text"] = [
        _rank_text(*three)
        for three in zip(frame["rank"], frame["best"], frame["worst"], strict=True)
    ]
    out = frame["rank"] == 0
    frame.loc[out, "status"] = "excluded"
    frame.loc[out, "band"] = ""
    return SiteRows(frame=frame, contributions=contributions, unknown=result.matrix.unknown)


def _told(result: StudyResult) -> pd.DataFrame:
    """Everything that no weight changes."""
    frame, judgement = result.candidates.frame, result.judgement
    reasons = _excluded_text(result)
    places = zip(frame["desa"].fillna(""), frame["kecamatan"].fillna(""), strict=True)
    return pd.DataFrame(
        {
            "id": frame["id"],
            "name": frame["name"],
            "kind": [words.say(f"kind.{kind}") for kind in frame["kind"]],
            "place": [place_of(desa, kecamatan) for desa, kecamatan in places],
            "agency": frame["agency"].fillna(""),
            "kecamatan": frame["kecamatan"].fillna(""),
            "status": list(judgement.readiness),
            "approximate": ~result.candidates.has_point,
            "conditions": [
                "; ".join(words.say(f"condition.{code}") for code in codes)
                for codes in judgement.conditions
            ],
            "reason": [reasons.get(candidate, "") for candidate in frame["id"]],
            "lon": frame["lon"].to_numpy(dtype=float),
            "lat": frame["lat"].to_numpy(dtype=float),
        }
    ).reset_index(drop=True)

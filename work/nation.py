"""The sites of a batch's results in one ranking, under any weights, without measuring again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import words
from geo.files import written_whole
from work.nation_facts import areas, equity
from work.nation_held import Nation, Ranked, open_nation, ranked
from work.roles import require
from work.weighing import parse_weights

TOP = 100
SHOWN = ("study", "regency", "id", "name", "kind", "readiness")
NUMBERS = ("score", "low", "high", "coverage")


def rank_nation(
    results: Path,
    *,
    weights: Sequence[str] = (),
    groups: Sequence[str] = (),
    top: int | None = None,
    output: Path | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Rank the sites of all studies that compare, in one list.

    Parameters
    ----------
    results : Path
        What `work.batch.batch` wrote.
    weights, groups : sequence of str
        ``KEY=NUMBER``; what is not named keeps the catalogue's weight.
    top : int, optional
        So many sites are told, 100 by default; all of them go to `output`.
    output : Path, optional
        Parquet of the whole ranking, best first.
    overwrite : bool
        Replace `output`.

    Returns
    -------
    dict
        ``{programme, weights, sites: [{rank, study, regency, id, name, kind, readiness, score,
        low, high, coverage}], counts: {studies, sites, excluded}, regencies: [{regency, sites,
        best_rank, in_top}], equity: {gini, least_half, studies: [{study, people, sites, in_top}]},
        not_comparable: [{study, differs: {part: [key]}, text}], seconds}``; equity is
        `work.nation_facts.equity`.

    Raises
    ------
    StudyError
        ``nation.no_results`` when the folder holds none; ``nation.other_catalogue`` when none was
        measured by today's catalogue.
    """
    require("view_internal")
    began = time.perf_counter()
    nation = open_nation(results)
    now = ranked(nation, weights=parse_weights(weights), groups=parse_weights(groups))
    most = top or TOP
    if output is not None:
        _write(output, nation, now, overwrite=overwrite)
    regency = nation.labels["regency"][now.rows]
    return {
        "programme": nation.programme,
        "weights": dict(zip([c.key for c in nation.criteria], now.weights.tolist(), strict=True)),
        "sites": site_rows(nation, now, np.arange(min(most, len(now.rows)))),
        "counts": {
            "studies": len(nation.parts) - len(nation.odd),
            "sites": len(now.rows),
            "excluded": nation.excluded,
        },
        "regencies": _regencies(regency, now.found.rank, most),
        "equity": equity(areas(nation, now, top=most)),
        "not_comparable": [
            {"study": study, "differs": {k: list(v) for k, v in differs.items()}, "text": text}
            for study, (differs, text) in sorted(nation.odd.items())
        ],
        "seconds": round(time.perf_counter() - began, 3),
    }


def site_rows(nation: Nation, now: Ranked, at: npt.NDArray[np.int64]) -> list[dict[str, Any]]:
    """Lay out the sites at some places of a ranking (0 is the best).

    Returns
    -------
    list of dict
        ``{rank, study, regency, id, name, kind, readiness, score, low, high, coverage}``
    """
    rows = now.rows[at]
    columns: dict[str, list[Any]] = {"rank": now.found.rank[at].tolist()}
    columns |= {name: nation.labels[name][rows].tolist() for name in SHOWN}
    columns |= {name: getattr(now.found, name)[at].tolist() for name in NUMBERS}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def ranking_table(nation: Nation, now: Ranked) -> Any:
    """Lay the whole ranking out as an Arrow table, best first, with the columns of `site_rows`."""
    import pyarrow as pa

    columns = {"rank": now.found.rank} | {n: nation.labels[n][now.rows] for n in SHOWN}
    return pa.table(columns | {name: getattr(now.found, name) for name in NUMBERS})


def _regencies(
    regency: npt.NDArray[Any], rank: npt.NDArray[np.int64], top: int
) -> list[dict[str, Any]]:
    """Count each regency's sites, its best rank, and how many stand among the first."""
    names, at = np.unique(regency.astype(str), return_inverse=True)
    best = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(best, at, rank)
    sites, inside = np.bincount(at), np.bincount(at, weights=rank <= top)
    return [
        {"regency": n, "sites": int(s), "best_rank": int(b), "in_top": int(i)}
        for n, s, b, i in zip(names.tolist(), sites, best, inside, strict=True)
    ]


def _write(path: Path, nation: Nation, now: Ranked, *, overwrite: bool) -> None:
    import pyarrow.parquet as pq

    with written_whole(path, overwrite=overwrite) as temporary:
        pq.write_table(ranking_table(nation, now), temporary, compression="zstd")


def nation_lines(told: dict[str, Any]) -> list[str]:
    """Tell the first sites, and which studies do not compare and why."""
    counts = told["counts"]
    lines = [words.say("nation.told", sites=counts["sites"], studies=counts["studies"])]
    lines += [
        f"{s['rank']:>6}  {s['score']:.3f}  {s['regency']}  {s['name']} ({s['study']})"
        for s in told["sites"]
    ]
    uneven = told["equity"]["gini"]
    if uneven is not None:
        lines.append(words.say("nation.equity", gini=uneven))
    if "brief" in told:
        lines.append(words.say("nation.brief.told", file=told["brief"]["file"]))
    if "map" in told:
        lines.append(words.say("nation.map.told", **told["map"]))
    odd = told["not_comparable"]
    return lines + [f"  {one['study']}: {one['text']}" for one in odd]

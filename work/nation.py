"""The sites of a batch's results in one ranking, under any weights, without measuring again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import words
from geo.errors import StudyError
from geo.files import written_whole
from scoring.criteria import Catalogue, load_catalogue
from scoring.nation import (
    Basis,
    Together,
    differences,
    gini,
    rank_together,
    rules_of,
    usual,
)
from scoring.weights import Scenario, effective
from work.batch_table import MEAN
from work.batch_whole import NARROW, NATION, records
from work.roles import require
from work.weighing import parse_weights

TOP = 100
_SHOWN = ("study", "regency", "id", "name", "kind", "readiness")
_NUMBERS = ("score", "low", "high", "coverage")
Rows = npt.NDArray[np.int64]


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
        best_rank, in_top}], equity: {gini, studies: [{study, people, sites, in_top}]},
        not_comparable: [{study, differs: {part: [key]}, text}], seconds}``; ``gini`` tells how
        unevenly the sites are shared out among the studies' people (None where people of none are
        known).

    Raises
    ------
    StudyError
        ``nation.no_results`` when the folder holds none; ``nation.other_catalogue`` when none was
        measured by today's catalogue.
    """
    require("view_internal")
    began = time.perf_counter()
    parts = list(records(results))
    if not parts or not (results / NATION).is_file():
        raise StudyError("nation.no_results", folder=results.name)
    programme, catalogue = str(parts[0]["programme"]), load_catalogue()
    chosen = _weights(catalogue, programme, weights, groups)
    odd = not_comparable({p["study"]: Basis(**p["basis"]) for p in parts}, catalogue, programme)
    table, mean = _measured(results, catalogue, programme)
    usable = np.isin(table["study"], list(odd), invert=True) & (table["excluded"] == "")
    rows = np.flatnonzero(usable)
    letter = catalogue.programme(programme).letter
    criteria = catalogue.scored(programme)
    found = rank_together(mean[rows], criteria, chosen, letter=letter)
    most = top or TOP
    if output is not None:
        _write(output, table, rows, found, overwrite=overwrite)
    return {
        "programme": programme,
        "weights": dict(zip([c.key for c in criteria], chosen.tolist(), strict=True)),
        "sites": _sites(table, rows, found, most),
        "counts": {
            "studies": len(parts) - len(odd),
            "sites": len(rows),
            "excluded": int((table["excluded"] != "").sum()),
        },
        "regencies": _regencies(table["regency"][rows[found.order]], found.rank, most),
        "equity": _equity(parts, odd, table["study"][rows[found.order]], found.rank, most),
        "not_comparable": [
            {"study": study, "differs": {k: list(v) for k, v in differs.items()}, "text": text}
            for study, (differs, text) in sorted(odd.items())
        ],
        "seconds": round(time.perf_counter() - began, 3),
    }


def _weights(
    catalogue: Catalogue, programme: str, weights: Sequence[str], groups: Sequence[str]
) -> npt.NDArray[np.float64]:
    scenario = Scenario(
        name="nation",
        programme=programme,
        weights=parse_weights(weights),
        groups=parse_weights(groups),
    )
    return effective(catalogue, scenario)


def not_comparable(
    bases: Mapping[str, Basis], catalogue: Catalogue, programme: str
) -> dict[str, tuple[dict[str, tuple[str, ...]], str]]:
    """Say which studies do not compare with the others, in what they differ, and in words.

    What most studies agree on among those measured by today's catalogue is the rule.

    Raises
    ------
    StudyError
        ``nation.other_catalogue`` when none is.
    """
    rules = rules_of(catalogue, programme)
    today = [b for b in bases.values() if (b.catalogue, b.anchors) == (catalogue.version, rules)]
    if not today:
        raise StudyError("nation.other_catalogue", version=catalogue.version)
    rule = usual(today)
    found = {}
    for study, basis in bases.items():
        if differs := differences(basis, rule):
            parts = "; ".join(_said(part, keys) for part, keys in differs.items())
            found[study] = (differs, words.say("nation.not_comparable", parts=parts))
    return found


def _said(part: str, keys: tuple[str, ...]) -> str:
    if part == "anchors":
        return words.say("nation.anchors", keys=", ".join(keys))
    if part == "classes":
        codes = [(key, f"layer.{key}") for key in keys]
        titles = ", ".join(words.say(code) if words.knows(code) else key for key, code in codes)
        return words.say("nation.classes", keys=titles)
    if part == "catalogue":
        return words.say("nation.catalogue", own=keys[0], rule=keys[1])
    return words.say(f"nation.{part}")


def _measured(
    results: Path, catalogue: Catalogue, programme: str
) -> tuple[dict[str, npt.NDArray[Any]], npt.NDArray[np.float64]]:
    """Read what ranking needs: labels by column, and the means (n, m) in catalogue order."""
    import pyarrow.parquet as pq

    keys = [MEAN + c.key for c in catalogue.scored(programme)]
    table = pq.read_table(results / NATION)
    labels = {name: table[name].to_numpy() for name in NARROW}
    mean = np.full((len(table), len(keys)), np.nan)
    for k, key in enumerate(keys):
        if key in table.column_names:
            mean[:, k] = table[key].to_numpy()
    return labels, mean


def _sites(
    table: Mapping[str, npt.NDArray[Any]], rows: Rows, found: Together, top: int
) -> list[dict[str, Any]]:
    first = rows[found.order[:top]]
    columns: dict[str, list[Any]] = {"rank": found.rank[:top].tolist()}
    columns |= {name: table[name][first].tolist() for name in _SHOWN}
    columns |= {name: getattr(found, name)[:top].tolist() for name in _NUMBERS}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


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


def _equity(
    parts: Sequence[Mapping[str, Any]],
    odd: Mapping[str, Any],
    study: npt.NDArray[Any],
    rank: npt.NDArray[np.int64],
    top: int,
) -> dict[str, Any]:
    """Set each study's sites against its people; a study whose people are unknown is left out."""
    sites, first = Counter(study.tolist()), Counter(study[rank <= top].tolist())
    told = [
        {
            "study": part["study"],
            "people": round(part["people"]),
            "sites": sites[part["study"]],
            "in_top": first[part["study"]],
        }
        for part in parts
        if part["study"] not in odd and (part.get("people") or 0.0) > 0
    ]
    held, people = (np.array([one[k] for one in told], dtype=float) for k in ("sites", "people"))
    uneven = gini(held, people) if told else float("nan")
    return {"gini": None if np.isnan(uneven) else round(uneven, 9), "studies": told}


def _write(
    path: Path,
    table: Mapping[str, npt.NDArray[Any]],
    rows: Rows,
    found: Together,
    *,
    overwrite: bool,
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    best = rows[found.order]
    columns = {"rank": found.rank} | {name: table[name][best] for name in _SHOWN}
    columns |= {name: getattr(found, name) for name in _NUMBERS}
    with written_whole(path, overwrite=overwrite) as temporary:
        pq.write_table(pa.table(columns), temporary, compression="zstd")


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
    odd = told["not_comparable"]
    return lines + [f"  {one['study']}: {one['text']}" for one in odd]

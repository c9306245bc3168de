"""What is known of each place: long rows of evidence, resolved into one decision matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.criteria import Catalogue, Criterion, SdRule
from scoring.rows import looked_up, positions, repeated, together
from scoring.values import piecewise
from scoring.visited import FIELD, field_rows, settle

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

COLUMNS = (
    "candidate",
    "criterion",
    "value",
    "category",
    "sd",
    "unit",
    "origin",
    "source",
    "layer",
    "taken_at",
    "by",
    "link",
)
"""One row of evidence; ``origin`` is one of `TRIALS` or ``desk``. Rows that a visit told carry
``surveyor``, ``submission`` and ``question`` besides."""

TRIALS = {
    "survey": 1.0,
    "letter": 1.0,
    "document": 1.0,
    "boundary": 1.0,
    "telephone": 0.5,
    "register": 0.5,
}
"""How many trials one yes/no answer counts for in the Beta(½, ½) posterior (DESIGN §6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMatrix:
    """What is known, resolved: n candidates × m criteria.

    ``mean`` and ``sd`` are in the criterion's unit (worth 0-1 where the criterion is a category),
    NaN where ``unknown``.
    """

    mean: Floats
    sd: Floats
    unknown: npt.NDArray[np.bool_]
    candidate_ids: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    letter: str

    def values(self) -> Floats:
        """Worth 0-1 through each criterion's value function, NaN where unknown; shape (n, m)."""
        worth = self.mean.copy()
        for k, criterion in enumerate(self.criteria):
            if criterion.anchors[self.letter]:
                worth[:, k] = piecewise(self.mean[:, k], criterion.anchors[self.letter])
        return worth

    def priors(self) -> Floats:
        """Worth assumed while unknown, shape (m,)."""
        return np.array([c.prior for c in self.criteria])


def empty() -> pd.DataFrame:
    """Return evidence without a row, with every column of the right type."""
    frame = pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    return frame.astype({"value": float, "sd": float})


def default_sd(rule: SdRule, value: Floats, *, years_old: Floats | float = 0.0) -> Floats:
    """Default uncertainty of a measured value (DESIGN §6).

    ``max(rel·|value|, abs) + year·|value|·max(0, years_old − 2)``; for counts ``√(value + ½)``.
    """
    if rule.root:
        return np.asarray(np.sqrt(value + 0.5))
    base = np.maximum(rule.rel * np.abs(value), rule.abs)
    late = np.maximum(0.0, np.nan_to_num(np.asarray(years_old, dtype=float)) - 2.0)
    return np.asarray(base + rule.year * np.abs(value) * late)


def rounded(value: Floats, step: float) -> Floats:
    """Round to a step, so that tiled and whole, and two Pythons, agree (DESIGN §4)."""
    return np.round(np.round(value / step) * step, 10)


def register_evidence(
    register: pd.DataFrame, catalogue: Catalogue, *, letter: str, year: int
) -> pd.DataFrame:
    """Turn what an agency's own list says into evidence.

    Parameters
    ----------
    register : DataFrame
        Columns candidate, key, value, category, year, source, layer.
    catalogue : Catalogue
        Its ``[register.*]`` tables say what "Ya" or "KB" is worth.
    letter : str
        Programme letter, for the unit.
    year : int
        The year to which the register's age is counted.

    Returns
    -------
    DataFrame
        Rows of evidence; supervision also counts half a trial for gate G4. A register's "Tidak"
        never excludes: half a trial leaves the gate above its limit.
    """
    names = ("candidate", "category", "source", "layer")
    register = register.astype(dict.fromkeys(names, "category"))
    blocks = [
        _register_block(group, criterion, catalogue.register.get(str(key), {}), letter, year)
        for key, group in register.groupby("key", sort=True)
        if (criterion := catalogue.criteria.get(str(key))) is not None
    ]
    for gate in catalogue.gates.values():
        rows = register[register["key"] == gate.criterion] if gate.criterion else register.iloc[:0]
        answered = rows[rows["category"].isin(["ya", "tidak"])]
        value = np.asarray(answered["category"] == "ya", dtype=float)
        blocks.append(
            _block(answered, gate.code, value, np.full(len(value), 0.5), "probability", "gate")
        )
    return together([b for b in blocks if len(b)]) if any(map(len, blocks)) else empty()


def _register_block(
    rows: pd.DataFrame, criterion: Criterion, reads: Mapping[str, object], letter: str, year: int
) -> pd.DataFrame:
    value = rows["value"].to_numpy(dtype=float).copy()
    sd = default_sd(criterion.sd, value, years_old=year - rows["year"].to_numpy(dtype=float))
    category = rows["category"].astype(object).fillna("").to_numpy(dtype=object).copy()
    answers = reads.get("answers", {})
    if isinstance(answers, dict):
        for answer, read in answers.items():
            said = category == answer
            if "value" in read:
                value[said], sd[said] = read["value"], read["sd"]
            else:
                category[said], sd[said] = read["category"], criterion.sd.abs
    known = ~np.isnan(value) | np.isin(category.astype(str), list(criterion.table[letter]))
    block = _block(
        rows,
        criterion.key,
        rounded(value, criterion.step),
        sd,
        criterion.unit[letter],
        criterion.link,
    )
    block["category"] = category if criterion.table[letter] else ""
    told: pd.DataFrame = block.loc[known]
    return told


def _block(
    rows: pd.DataFrame, key: str, value: Floats, sd: Floats, unit: str, link: str
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "candidate": rows["candidate"].array,
            "criterion": repeated(key, len(rows)),
            "value": value,
            "category": repeated("", len(rows)),
            "sd": sd,
            "unit": repeated(unit, len(rows)),
            "origin": repeated("register", len(rows)),
            "source": rows["source"].array,
            "layer": rows["layer"].array,
            "taken_at": _years(rows["year"].to_numpy(dtype=float)),
            "by": repeated("", len(rows)),
            "link": repeated(link, len(rows)),
        },
        columns=list(COLUMNS),
    )


def _years(year: Floats) -> pd.Categorical[Any]:
    """Write years as text, "" where none is known."""
    known, code = np.unique(year, return_inverse=True)
    names = pd.Index(["" if np.isnan(y) else f"{int(y)}" for y in known])
    return pd.Categorical(names).take(code)


def _smallest_sd(evidence: pd.DataFrame, pair: Ints) -> Ints:
    """Positions of one desk row a `pair`; only those told twice have to be compared."""
    twice = np.bincount(pair)[pair] > 1 if len(pair) else np.zeros(0, dtype=bool)
    doubtful = np.flatnonzero(twice)
    told = evidence[["sd", "source", "value"]].iloc[doubtful].assign(pair=pair[doubtful])
    told = told.set_axis(doubtful).sort_values(["pair", "sd", "source", "value"], kind="stable")
    first = told.index[~told["pair"].duplicated()].to_numpy(dtype=np.int64)
    return np.concatenate([np.flatnonzero(~twice), first])


def resolve(
    evidence: pd.DataFrame,
    candidate_ids: Sequence[str],
    criteria: Sequence[Criterion],
    *,
    letter: str,
) -> DecisionMatrix:
    """Weigh all evidence into one mean and sd per candidate and criterion.

    Of several desk rows the one with the smallest sd stands (ties: the smaller source, so that
    the order of arrival never matters). What visits told is weighed with it as
    `scoring.visited.settle` says. No row: unknown, never zero.

    Parameters
    ----------
    evidence : DataFrame
        Columns `COLUMNS`.
    candidate_ids, criteria : sequence
        Order of the rows and columns of the result.
    letter : str
        Programme letter, for value tables.
    """
    n, m = len(candidate_ids), len(criteria)
    mean, sd = np.full((n, m), np.nan), np.full((n, m), np.nan)
    ids = pd.Index(candidate_ids)
    site = positions(evidence["candidate"], ids)
    column = positions(evidence["criterion"], [c.key for c in criteria])
    asked = evidence["origin"].isin(FIELD).to_numpy(dtype=bool)
    visited = field_rows(evidence.loc[asked & (site >= 0)])
    desk = np.flatnonzero(~asked & (site >= 0) & (column >= 0))
    best = desk[_smallest_sd(evidence.iloc[desk], site[desk] * m + column[desk])]
    value, spread = (evidence[name].to_numpy(dtype=float) for name in ("value", "sd"))
    for k, criterion in enumerate(criteria):
        rows = best[column[best] == k]
        table, at = criterion.table[letter], site[rows]
        named = evidence["category"].iloc[rows]
        mean[at, k] = looked_up(named, table) if table else value[rows]
        sd[at, k] = spread[rows]
        told = visited.loc[visited["criterion"] == criterion.key]
        if len(told):
            mean[:, k], sd[:, k] = settle(
                told,
                positions(told["candidate"], ids),
                criterion=criterion,
                letter=letter,
                desk=(mean[:, k], sd[:, k]),
                trials=np.array([TRIALS[origin] for origin in told["origin"]]),
            )
    unknown = np.isnan(mean)
    return DecisionMatrix(
        mean=mean,
        sd=np.where(unknown, np.nan, sd),
        unknown=unknown,
        candidate_ids=tuple(candidate_ids),
        criteria=tuple(criteria),
        letter=letter,
    )

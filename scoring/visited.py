"""What visits change: the answers to one criterion, weighed with what the desk knew."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.criteria import Criterion
from scoring.fusion import categories, fuse

Floats = npt.NDArray[np.float64]

FIELD = ("survey", "telephone")
"""Origins that people gave for one place, to be weighed against each other."""
AS_LISTED = "as_listed"
"""The category a surveyor gives who finds the kind that the list says."""
DESK_TRIALS = 0.5
_ORDER = ["candidate", "criterion", "surveyor", "question", "taken_at", "submission"]
_RANGE = {"scale_1_5": (1.0, 5.0), "share": (0.0, 1.0), "probability": (0.0, 1.0)}


def field_rows(evidence: pd.DataFrame) -> pd.DataFrame:
    """Pick the answers of visits: one a site, criterion, surveyor and question, the latest.

    Returns
    -------
    DataFrame
        In canonical order, with columns surveyor, submission and question filled (from ``by`` and
        ``source`` where the rows do not carry them), so that arrival never matters.
    """
    rows = evidence.loc[evidence["origin"].isin(FIELD)]
    filled = {
        "surveyor": rows["surveyor"] if "surveyor" in rows else rows["by"],
        "submission": rows["submission"] if "submission" in rows else rows["source"],
        "question": rows.get("question", ""),
    }
    rows = rows.assign(**filled)
    rows = rows.assign(
        **{name: rows[name].astype(object).fillna("").astype(str) for name in _ORDER}
    )
    rows = rows.sort_values([*_ORDER, "value", "category"], kind="stable")
    return rows.drop_duplicates(_ORDER[:4], keep="last")


def settle(
    rows: pd.DataFrame,
    at: npt.NDArray[np.int64],
    *,
    criterion: Criterion,
    letter: str,
    desk: tuple[Floats, Floats],
    trials: Floats,
) -> tuple[Floats, Floats]:
    """Weigh the answers to one criterion with what the desk knew.

    ``fuse``: numbers by `scoring.fusion.fuse`, categories by `scoring.fusion.categories`, the desk
    among them. ``replace``: the same without the desk. ``raise``: the higher of the mapped hazard
    and the answers; a visit never lowers a hazard.

    Parameters
    ----------
    rows : DataFrame
        From `field_rows`, of this criterion only.
    at : ndarray of int, shape (o,)
        Position of each row's candidate.
    desk : (mean, sd), each of shape (n,)
        NaN where the desk knows nothing.
    trials : ndarray, shape (o,)
        How much each row counts among categories.

    Returns
    -------
    mean, sd : ndarray, shape (n,)
    """
    mean, sd = desk[0].copy(), desk[1].copy()
    raising = rows["link"].to_numpy() == "raise"
    if raising.any():
        _raise(mean, sd, at[raising], rows.loc[raising])
    weighed = ~raising
    if not weighed.any():
        return mean, sd
    said, at, trials = rows.loc[weighed], at[weighed], trials[weighed]
    replaced = np.zeros(len(mean), dtype=bool)
    replaced[at[said["link"].to_numpy() == "replace"]] = True
    told = np.unique(at)
    if criterion.table[letter]:
        table = criterion.table[letter]
        new = _categories(said, at, table, replaced, (mean, sd), trials)
    else:
        new = _numbers(said, at, criterion, letter, replaced, (mean, sd))
    known = told[~np.isnan(new[0][told])]
    mean[known], sd[known] = new[0][known], new[1][known]
    return mean, sd


def _raise(mean: Floats, sd: Floats, at: npt.NDArray[np.int64], rows: pd.DataFrame) -> None:
    value, spread = rows["value"].to_numpy(dtype=float), rows["sd"].to_numpy(dtype=float)
    for i in np.lexsort((-spread, value)):  # the highest answer last; of equals the surest
        here = at[i]
        if np.isnan(mean[here]) or value[i] > mean[here]:
            mean[here], sd[here] = value[i], spread[i]
        elif value[i] == mean[here]:
            sd[here] = min(sd[here], spread[i])


def _numbers(
    rows: pd.DataFrame,
    at: npt.NDArray[np.int64],
    criterion: Criterion,
    letter: str,
    replaced: npt.NDArray[np.bool_],
    desk: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:
    value, surveyor = rows["value"].to_numpy(dtype=float), rows["surveyor"].to_numpy()
    names, who = np.unique(surveyor.astype(str), return_inverse=True)
    lone = replaced | np.isnan(desk[0]) | np.isnan(desk[1])
    found = fuse(
        desk[0],
        np.where(lone, np.inf, desk[1]),
        site=at,
        surveyor=who,
        value=value,
        sd=rows["sd"].to_numpy(dtype=float),
        bias_sd=bias_sd(criterion, value),
        surveyors=len(names),
    )
    low, high = _RANGE.get(criterion.unit[letter], (0.0, np.inf))
    return np.clip(found.mean, low, high), found.sd


def bias_sd(criterion: Criterion, value: Floats) -> float:
    """τ: how far one surveyor lies from another on a criterion, given all their answers."""
    return max(criterion.bias.rel * float(np.median(np.abs(value))), criterion.bias.abs)


def _categories(
    rows: pd.DataFrame,
    at: npt.NDArray[np.int64],
    table: Mapping[str, float],
    replaced: npt.NDArray[np.bool_],
    desk: tuple[Floats, Floats],
    trials: Floats,
) -> tuple[Floats, Floats]:
    """Weigh kinds: one the table does not hold is worth nothing, ``as_listed`` is the desk's."""
    named, own = pd.Series(rows["category"].to_numpy(dtype=object)), desk[0][at]
    worth = named.map(dict(table)).fillna(0.0).to_numpy(dtype=float)
    worth = np.where(named == AS_LISTED, own, worth)
    told = ~np.isnan(worth)
    site, spread = at[told], rows["sd"].to_numpy(dtype=float)[told]
    before = np.flatnonzero(~np.isnan(desk[0]) & ~replaced)
    return categories(
        np.concatenate([before, site]),
        np.concatenate([desk[0][before], worth[told]]),
        np.concatenate([np.full(len(before), DESK_TRIALS), trials[told]]),
        np.concatenate([desk[1][before], spread]),
        sites=len(desk[0]),
    )

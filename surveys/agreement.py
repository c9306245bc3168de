"""How far surveyors agree: Krippendorff's α, and how each of them leans."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.criteria import Criterion
from scoring.evidence import DecisionMatrix
from scoring.fusion import fuse
from scoring.visited import bias_sd, field_rows

Floats = npt.NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(matrix: npt.ArrayLike, level: Level = "ordinal") -> float:
    """Krippendorff's α of surveyors who visited the same sites.

    α = 1 − D_o/D_e with the coincidences o_ck = Σ_u (pairs c, k in unit u)/(m_u − 1),
    D_o = Σ o_ck δ²_ck and D_e = Σ n_c n_k δ²_ck/(n − 1). δ² is 0 or 1 (nominal),
    (c − k)² (interval) or (Σ_{g=c..k} n_g − (n_c + n_k)/2)² (ordinal). Krippendorff (2011),
    *Computing Krippendorff's Alpha-Reliability*.

    Parameters
    ----------
    matrix : array_like, shape (surveyors, sites)
        NaN where a surveyor did not answer; sites with one answer tell nothing and drop out.
    level : {"nominal", "ordinal", "interval"}

    Returns
    -------
    float
        1 full agreement, 0 that of chance, below 0 worse; NaN where no site was visited twice or
        all answers are the same.
    """
    told = np.asarray(matrix, dtype=float)
    told = told[:, np.sum(~np.isnan(told), axis=0) >= 2]
    values = np.unique(told[~np.isnan(told)])
    if len(values) < 2:
        return float("nan")
    counts = np.array([(told == value).sum(axis=0) for value in values], dtype=float)  # (v, sites)
    each = counts.sum(axis=0)
    coincidence = (counts / (each - 1)) @ counts.T
    coincidence -= np.diag((counts / (each - 1)).sum(axis=1))
    n_c = coincidence.sum(axis=1)
    distance = _distance(values, n_c, level)
    expected = (np.outer(n_c, n_c) * distance).sum() / (n_c.sum() - 1)
    return float(1.0 - (coincidence * distance).sum() / expected)


def _distance(values: Floats, n_c: Floats, level: Level) -> Floats:
    if level == "nominal":
        return np.asarray(values[:, None] != values[None, :], dtype=float)
    if level == "interval":
        return np.asarray((values[:, None] - values[None, :]) ** 2)
    place = np.cumsum(n_c) - n_c / 2  # Σ_{g=c..k} n_g − (n_c + n_k)/2 is a difference of mid-ranks
    return np.asarray((place[:, None] - place[None, :]) ** 2)


def agreement(evidence: pd.DataFrame, criteria: tuple[Criterion, ...]) -> pd.DataFrame:
    """Report α of every criterion that two or more surveyors answered at the same sites.

    Returns
    -------
    DataFrame
        criterion, sites (told by two or more), surveyors, alpha; ordinal for scales of 1-5, nominal
        for categories, interval for all other numbers.
    """
    rows = field_rows(evidence)
    found = []
    for criterion in criteria:
        told = rows.loc[rows["criterion"] == criterion.key]
        if told.empty:
            continue
        named = (told["category"].astype(str) != "").all()
        value = told["category"].astype("category").cat.codes if named else told["value"]
        told = told.assign(said=value.to_numpy(dtype=float))
        wide = told.pivot_table("said", "surveyor", "candidate", aggfunc="mean")
        twice = int((wide.notna().sum(axis=0) >= 2).sum())
        scale = "scale_1_5" in criterion.unit.values()
        level: Level = "nominal" if named else ("ordinal" if scale else "interval")
        alpha = krippendorff_alpha(wide.to_numpy(), level)
        found.append((criterion.key, twice, len(wide), alpha))
    return pd.DataFrame(found, columns=["criterion", "sites", "surveyors", "alpha"])


def surveyor_bias(
    evidence: pd.DataFrame, criteria: tuple[Criterion, ...], *, desk: DecisionMatrix
) -> pd.DataFrame:
    """Report how each surveyor leans on each criterion that is a number.

    b̂_s and its sd by `scoring.fusion.fuse`: positive where a surveyor says more than others say and
    than the desk expects. A lean is known only as far as others visited the same sites, or the desk
    knows them; its sd says how far.

    Parameters
    ----------
    evidence : DataFrame
    criteria : tuple of Criterion
    desk : DecisionMatrix
        What was known before the visits.

    Returns
    -------
    DataFrame
        criterion, surveyor, bias, sd (the criterion's unit), answers.
    """
    rows = field_rows(evidence)
    rows = rows.loc[rows["link"] != "raise"]
    row_of = {name: i for i, name in enumerate(desk.candidate_ids)}
    rows = rows.loc[rows["candidate"].isin(row_of) & rows["value"].notna()]
    column = {criterion.key: k for k, criterion in enumerate(desk.criteria)}
    blocks = []
    for criterion in criteria:
        told = rows.loc[rows["criterion"] == criterion.key]
        if len(told) and criterion.key in column:
            at = np.array([row_of[one] for one in told["candidate"]], dtype=np.int64)
            k = column[criterion.key]
            before = desk.mean[:, k], np.where(desk.unknown[:, k], np.inf, desk.sd[:, k])
            blocks.append(_leaning(told, at, criterion, before))
    columns = ["criterion", "surveyor", "bias", "sd", "answers"]
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=columns)


def _leaning(
    told: pd.DataFrame,
    at: npt.NDArray[np.int64],
    criterion: Criterion,
    before: tuple[Floats, Floats],
) -> pd.DataFrame:
    value = told["value"].to_numpy(dtype=float)
    names, who = np.unique(told["surveyor"].to_numpy().astype(str), return_inverse=True)
    replaced = (told["link"] == "replace").any()
    found = fuse(
        before[0],
        np.full(len(before[1]), np.inf) if replaced else before[1],
        site=at,
        surveyor=who,
        value=value,
        sd=told["sd"].to_numpy(dtype=float),
        bias_sd=bias_sd(criterion, value),
        surveyors=len(names),
    )
    return pd.DataFrame(
        {
            "criterion": criterion.key,
            "surveyor": names,
            "bias": found.bias,
            "sd": np.sqrt(np.diag(found.bias_cov)),
            "answers": np.bincount(who, minlength=len(names)),
        }
    )

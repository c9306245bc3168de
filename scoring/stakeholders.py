"""Several people's weights made one, with their disagreement left in sight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from scoring.arrays import Floats
from scoring.elicitation import direct


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """One set of weights from s people on m criteria, and where they part.

    ``weights`` (m,) sum to 1 in every group. ``low`` and ``high`` (m,) are the least and the most
    that anybody gives, ``spread`` their difference. ``distance`` (s, s) is the share of weight,
    0-1, that one person places elsewhere than the other; ``furthest`` are the two who lie furthest
    apart (positions from 0; None for one person, or when all agree). ``vetoed`` (m,) marks criteria
    that have no weight in the end only because somebody gave 0.
    """

    weights: Floats
    low: Floats
    high: Floats
    spread: Floats
    distance: Floats
    furthest: tuple[int, int] | None
    vetoed: npt.NDArray[np.bool_]


def combine(
    stated: npt.ArrayLike,
    *,
    groups: Sequence[str] | None = None,
    voice: npt.ArrayLike | None = None,
) -> Combined:
    """Combine several people's weights by geometric mean, group by group.

    ``w_k ∝ Π_s w_sk ^ a_s`` with voices a that sum to 1 (aggregation of individual priorities:
    Aczél & Saaty 1983, J. Math. Psychology 27: 93-102; Forman & Peniwati 1998, EJOR 108: 165-169).
    Distance is half the sum of absolute differences. One person's 0 takes the criterion out, which
    ``vetoed`` shows. The order of people changes no bit of the weights.

    Parameters
    ----------
    stated : array_like, shape (s, m)
        Weights by each person, zero or more, on any scale; scaled inside groups first.
    groups : sequence of str, optional
        Group of every criterion; without it all are one group.
    voice : array_like, shape (s,), optional
        How much each person counts; equal without it.

    Raises
    ------
    InputError
        For a negative or missing weight, a person without weight in a group, or zeros that leave a
        group with nothing.
    """
    table = np.array(stated, dtype=float)
    if table.ndim != 2 or not len(table):
        raise ValueError(f"weights of people × criteria are needed, not shape {table.shape}")
    people = np.array([direct(row, groups) for row in table])
    share = direct(np.ones(len(people)) if voice is None else voice)
    if share.shape != (len(people),):
        raise ValueError(f"{len(people)} voices are needed, not {share.size}")
    heard = people[share > 0]
    with np.errstate(divide="ignore"):  # the log of 0 is -inf, and its exponential 0
        logs = np.log(heard) * share[share > 0, None]
    raw = np.exp([math.fsum(column) for column in logs.T])
    vetoed = (raw == 0) & (heard > 0).any(axis=0)
    names = ["-"] * raw.size if groups is None else list(groups)
    for group in dict.fromkeys(names):
        if not any(r > 0 for r, name in zip(raw, names, strict=True) if name == group):
            raise InputError("weights.all_vetoed", group=group)
    apart = np.abs(people[:, None, :] - people[None, :, :]).sum(axis=2) / (2 * len(set(names)))
    pair = np.unravel_index(int(np.argmax(apart)), apart.shape)
    low, high = people.min(axis=0), people.max(axis=0)
    return Combined(
        weights=direct(raw, groups),
        low=low,
        high=high,
        spread=high - low,
        distance=apart,
        furthest=(int(pair[0]), int(pair[1])) if apart.max() > 0 else None,
        vetoed=vetoed,
    )

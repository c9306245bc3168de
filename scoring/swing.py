"""The real range of every swing, for the screen on which points are given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.criteria import Criterion
from scoring.evidence import DecisionMatrix


@dataclass(frozen=True, slots=True, kw_only=True)
class SwingRange:
    """From what to what a criterion swings.

    ``worst`` and ``best`` are where its worth is lowest and highest: numbers in ``unit``, or the
    category's name when the criterion is a table. Weights belong to *this* swing. ``seen_worst``
    and ``seen_best`` are the worths 0-1 met among the candidates whose value is known, NaN when
    none is; when they lie close together the criterion separates few, however heavy. ``known`` is
    how many values are known.
    """

    key: str
    group: str
    unit: str
    worst: float | str
    best: float | str
    seen_worst: float
    seen_best: float
    known: int


def swing_ranges(matrix: DecisionMatrix) -> tuple[SwingRange, ...]:
    """Give the range of every criterion of a study, in the order of its criteria.

    Parameters
    ----------
    matrix : DecisionMatrix
        Values of the candidates; the range itself comes from the catalogue's anchors or table, so
        that it does not move when a site is added.
    """
    worth = matrix.values()
    found = []
    for k, criterion in enumerate(matrix.criteria):
        seen = worth[~np.isnan(worth[:, k]), k]
        worst, best = _ends(criterion, matrix.letter)
        found.append(
            SwingRange(
                key=criterion.key,
                group=criterion.group,
                unit=str(criterion.unit.get(matrix.letter) or ""),
                worst=worst,
                best=best,
                seen_worst=float(seen.min()) if seen.size else float("nan"),
                seen_best=float(seen.max()) if seen.size else float("nan"),
                known=int(seen.size),
            )
        )
    return tuple(found)


def _ends(criterion: Criterion, letter: str) -> tuple[float | str, float | str]:
    """Return the value, or category, of the lowest and of the highest worth."""
    pairs: list[tuple[float | str, float]] = list(criterion.anchors[letter])
    if not pairs:
        pairs = list(criterion.table[letter].items())
    return min(pairs, key=lambda p: p[1])[0], max(pairs, key=lambda p: p[1])[0]

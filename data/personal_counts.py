"""Counts too small to be kept: hidden, with as many others as it takes, and summed one level up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MINIMUM = 5
"""Smallest count that is kept (CRITERIA §6; UU 27/2022 on personal data)."""
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Counts of places as they may be kept.

    ``values`` (n,) has NaN where hidden; ``small`` marks counts of 1 to 4, ``other`` those hidden
    so that no total gives a small one back. ``above`` is the sum of all hidden, which stands one
    level up; NaN when nothing is hidden, or when even the sum is too small to be kept.
    """

    values: Floats
    small: Flags
    other: Flags
    above: float


def hidden(counts: Floats) -> Hidden:
    """Hide counts of 1 to 4, and the smallest others until no total tells a hidden one.

    Whoever knows all published counts, the total, and which of the hidden are under 5 must be left
    with two or more possible values for each of these. With s small ones, c others and the sum R of
    both, a small one can be at most ``R − (s − 1) − 5 c`` and, without others, at least
    ``R − 4 (s − 1)``.

    Parameters
    ----------
    counts : ndarray, shape (n,)
        Whole numbers ≥ 0, NaN unknown. Nought is no person and is kept.
    """
    values = counts.astype(np.float64)
    small = (values >= 1) & (values < MINIMUM)
    other = np.zeros(len(values), dtype=bool)
    if not small.any():
        return Hidden(values=values, small=small, other=other, above=np.nan)
    large = np.flatnonzero(values >= MINIMUM)
    waiting = list(large[np.argsort(values[large], kind="stable")])
    while not _safe(values[small], values[other]) and waiting:
        other[waiting.pop(0)] = True
    total = float(values[small | other].sum())
    kept = np.where(small | other, np.nan, values)
    above = total if _safe(values[small], values[other]) else np.nan
    return Hidden(values=kept, small=small, other=other, above=above)


def _safe(small: Floats, other: Floats) -> bool:
    """Tell whether the sum of both leaves every small one open, and is itself no small count."""
    total, rest = small.sum() + other.sum(), len(small) - 1
    most = min(MINIMUM - 1, total - rest - MINIMUM * len(other))
    least = 1.0 if len(other) else max(1.0, total - (MINIMUM - 1) * rest)
    return bool(total >= MINIMUM and most > least)

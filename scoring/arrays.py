"""Arrays at the door: tables, weights and directions checked once, before a method trusts them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def checked_table(values: npt.ArrayLike) -> Floats:
    """Return a table of n candidates × m criteria as floats, never a view of the caller's.

    Raises
    ------
    ValueError
        When it is not two-dimensional, or holds NaN (unknown must be settled by a prior first) or
        infinity.
    """
    table = np.array(values, dtype=float, order="C")
    if table.ndim != 2:
        raise ValueError(f"a table of candidates × criteria is needed, not shape {table.shape}")
    if np.isnan(table).any():
        raise ValueError("a value is unknown (NaN); give it a prior before comparing")
    if not np.isfinite(table).all():
        raise ValueError("a value is infinite")
    return table


def checked_weights(weights: npt.ArrayLike, count: int) -> Floats:
    """Return ``count`` weights of zero or more, not all zero; their scale is left as it is.

    Raises
    ------
    ValueError
        When their number differs, one is unknown, infinite or negative, or all are zero.
    """
    w = np.array(weights, dtype=float)
    if w.shape != (count,):
        raise ValueError(f"{count} weights are needed, not shape {w.shape}")
    if np.isnan(w).any():
        raise ValueError("a weight is unknown (NaN)")
    if not np.isfinite(w).all() or (w < 0).any() or not w.sum() > 0:
        raise ValueError("weights must be finite, zero or more, and not all zero")
    return w


def checked_directions(maximise: npt.ArrayLike, count: int) -> Flags:
    """Return one boolean a criterion, true where more is better; one alone stands for all.

    Raises
    ------
    ValueError
        When the values are not boolean (1/-1 or "max" would be misread) or do not fit.
    """
    flags = np.asarray(maximise)
    if flags.dtype != np.bool_ and not (flags.size == 0 and count == 0):
        raise ValueError("maximise must be boolean: true where more is better")
    if flags.shape not in ((), (count,)):
        raise ValueError(f"{count} directions are needed, not shape {flags.shape}")
    return np.broadcast_to(flags.astype(np.bool_), (count,)).copy()


def best_and_worst(table: Floats, maximise: Flags) -> tuple[Floats, Floats]:
    """Return the best and the worst value of every criterion among the candidates (n ≥ 1)."""
    high, low = table.max(axis=0), table.min(axis=0)
    return np.where(maximise, high, low), np.where(maximise, low, high)

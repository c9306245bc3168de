"""Value functions: from a measured unit to a worth between 0 and 1, through fixed anchors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def piecewise(x: npt.ArrayLike, anchors: Sequence[tuple[float, float]]) -> Floats:
    """Map values to worth, linearly between fixed anchors.

    ``v(x) = v_a + (v_b − v_a)·(x − x_a)/(x_b − x_a)`` for the two anchors around x; flat outside.
    The anchors never depend on the set of candidates, so adding a site changes no other score
    (DESIGN §5.1; Belton & Stewart 2002, *Multiple Criteria Decision Analysis*, ch. 5).

    Parameters
    ----------
    x : array_like
        Values in the criterion's unit, any shape. NaN stays NaN: unknown is not zero.
    anchors : sequence of (value, score)
        At least one pair, values strictly increasing.

    Returns
    -------
    ndarray
        Worth 0-1, same shape as `x`.

    Raises
    ------
    ValueError
        When there is no anchor or the values are not strictly increasing.
    """
    points = np.asarray(anchors, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2 or np.any(np.diff(points[:, 0]) <= 0):
        raise ValueError("anchors must be (value, score) pairs with strictly increasing values")
    return np.asarray(np.interp(np.asarray(x, dtype=float), points[:, 0], points[:, 1]))


def from_table(categories: Sequence[str], table: Mapping[str, float]) -> Floats:
    """Look up the worth of categories; one that the table does not hold stays NaN (unknown)."""
    return np.array([table.get(category, np.nan) for category in categories], dtype=float)

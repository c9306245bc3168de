"""The compiled loops of `scoring.location`; imported only when a median is looked for.

Each has a plain numpy twin in ``tests/scoring/test_location.py``.
"""

from __future__ import annotations

from typing import Any

import numba

_compiled: Any = numba.njit(cache=True, nogil=True)


def _swap_gains(cost: Any, first: Any, second: Any, which: Any, gain: Any, extra: Any) -> None:
    """Sum what every column would save if opened, and what of a removal's loss it takes back.

    ``gain[j]`` is saved by opening j with nothing closed; ``extra[j, r]`` is the part of the loss
    of closing the r-th opened column that j prevents (Resende & Werneck 2007). `first` and
    `second` are a row's cost to its nearest and second nearest opened column, `which` the nearest.
    """
    gain[:] = 0.0
    extra[:, :] = 0.0
    for i in range(cost.shape[0]):
        near, far, k = first[i], second[i], which[i]
        for j in range(cost.shape[1]):
            v = cost[i, j]
            if v < near:
                gain[j] += near - v
                extra[j, k] += far - near
            elif v < far:
                extra[j, k] += far - v


def _reduced(cost: Any, price: Any, worth: Any) -> None:
    """Sum what opening each column saves at these prices: ``ρ_j = Σ_i min(0, c_ij − λ_i)``."""
    worth[:] = 0.0
    for i in range(cost.shape[0]):
        pay = price[i]
        for j in range(cost.shape[1]):
            worth[j] += min(0.0, cost[i, j] - pay)


swap_gains = _compiled(_swap_gains)
reduced = _compiled(_reduced)

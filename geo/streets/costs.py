"""Minutes between joined points, the searches and the trips along one edge put together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from geo.streets.graph import Streets
from geo.streets.joins import Joins, along_min, same_edge

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def spread(streets: Streets, facilities: Sequence[Joins], *, limit_min: float) -> Floats:
    """Minutes from every node to the nearest facility of each set; shape (sets, nodes)."""
    from geo.streets import search

    seeds = [(ends.nodes.ravel(), ends.arrive_min.ravel()) for ends in facilities]
    return search.from_seeds(streets.arcs_back, seeds, limit_min=limit_min)


def matrix(streets: Streets, start: Joins, ends: Joins, *, limit_min: float) -> Floats:
    """Minutes from each point of `start` to each of `ends`, searched from the smaller side."""
    from geo.streets import search

    leave, arrive = (start.nodes, start.leave_min), (ends.nodes, ends.arrive_min)
    if len(start.edge) <= len(ends.edge):
        out = search.matrix(streets.arcs, leave, arrive, limit_min=limit_min)
    else:
        out = search.matrix(streets.arcs_back, arrive, leave, limit_min=limit_min).T
    i, j = same_edge(start, ends)
    along = along_min(streets, start, i, ends, j)
    within = along <= limit_min
    i, j, along = i[within], j[within], along[within]
    out[i, j] = np.minimum(out[i, j], along)
    return out


def ranked(row: Ints, index: Ints, value: Floats, *, n: int, k: int) -> tuple[Floats, Ints]:
    """Of (row, index, value) triples the k smallest values a row, each index once."""
    finite = np.isfinite(value)
    row, index, value = row[finite], index[finite], value[finite]
    order = np.lexsort((value, index, row))
    row, index, value = row[order], index[order], value[order]
    fresh = np.ones(len(row), dtype=bool)
    fresh[1:] = (np.diff(row) != 0) | (np.diff(index) != 0)
    row, index, value = row[fresh], index[fresh], value[fresh]
    order = np.lexsort((index, value, row))
    row, index, value = row[order], index[order], value[order]
    place = np.arange(len(row)) - np.searchsorted(row, row, side="left")
    kept = place < k
    out, which = np.full((n, k), np.inf), np.full((n, k), -1, dtype=np.int64)
    out[row[kept], place[kept]], which[row[kept], place[kept]] = value[kept], index[kept]
    return out, which


def without_points(minutes: Floats, start: Joins) -> Floats:
    """Minutes, NaN where there is no point to start from."""
    return np.where(np.isnan(start.walk_m), np.nan, minutes)


def require_mode(streets: Streets, mode: str) -> None:
    """Refuse a mode that is not the network's."""
    if mode != streets.mode:
        raise InputError("streets.mode", asked=str(mode)[:60], built=streets.mode)


def require_minutes(minutes: float) -> None:
    """Refuse minutes that are not a number, or negative."""
    if not (math.isfinite(minutes) and minutes >= 0):
        raise InputError("streets.minutes", minutes=float(minutes))

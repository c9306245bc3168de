"""What weights change, packed flat: a header as JSON, then whole numbers, then floats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.first_places import FirstPlaces
from scoring.rank import BANDS, bands, rank_range
from scoring.study import Ranking
from work.board import Board

Array = npt.NDArray[Any]  # float64, or int64 for the names in WHOLE
WHOLE = ("order", "rank", "best", "worst", "move", "band")
REAL = ("score", "benefit", "low", "high", "coverage", "p_first", "p_top")
ALIGN = 8


def numbers(board: Board, ranking: Ranking, places: FirstPlaces | None = None) -> dict[str, Array]:
    """Spread a ranking over all sites of the board, in the order of its facts.

    Returns
    -------
    dict of ndarray
        ``order`` (positions, best first, the excluded last), ``rank`` (0 = excluded), ``best`` and
        ``worst`` rank its interval allows, ``move`` (places gained against the study's weights),
        ``band`` (0 very weak … 4 very strong), and 0-1: ``score``, ``benefit`` (the part of the
        score that is public benefit), ``low``, ``high``, ``coverage``, ``p_first``, ``p_top`` (0
        where nobody has counted); each of shape (n,).
    """
    n, at, scores = len(board.result.candidates), ranking.order, ranking.scores
    best, worst = rank_range(scores.low, scores.high)
    benefit = np.array([c.group == "benefit" for c in board.result.criteria])
    own = board.result.ranking
    before, now = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    before[own.order], now[at] = own.rank, ranking.rank
    place = {name: k for k, (_, name) in enumerate(reversed(BANDS))}

    def spread(values: Array) -> Array:
        whole = np.zeros(n, dtype=values.dtype)
        whole[at] = values
        return whole

    chances = {name: np.zeros(n) for name in ("p_first", "p_top")}
    if places is not None:
        for name, share in chances.items():
            share[places.rows] = getattr(places, name)
    return chances | {
        "order": np.concatenate([at, np.setdiff1d(np.arange(n), at)]),
        "rank": now,
        "best": spread(best),
        "worst": spread(worst),
        "move": np.where(now > 0, before - now, 0),
        "band": spread(np.array([place[b] for b in bands(scores.score)], dtype=np.int64)),
        "score": spread(scores.score),
        "benefit": spread(scores.contributions[:, benefit].sum(axis=1)),
        "low": spread(scores.low),
        "high": spread(scores.high),
        "coverage": spread(scores.coverage),
    }


def packed(header: Mapping[str, object], arrays: Mapping[str, Array]) -> bytes:
    """Pack a header and arrays so that the browser reads them without parsing numbers.

    Four bytes tell the header's length; the header (JSON, padded with blanks to a multiple of
    eight) follows; then `WHOLE` as little-endian int32 (an even number of arrays, so floats stay
    aligned) and `REAL` as float64.
    """
    text = json.dumps(header, allow_nan=False).encode()
    text += b" " * (-(len(text) + 4) % ALIGN)
    whole = np.stack([arrays[name] for name in WHOLE]).astype("<i4")
    real = np.stack([arrays[name] for name in REAL]).astype("<f8")
    return len(text).to_bytes(4, "little") + text + whole.tobytes() + real.tobytes()

"""The chance part of a score: one standard normal for each site and draw, named by both.

The number belongs to the site's id and the draw, not to the site's place in a table: another order
of sites, or one more site, changes nobody else's luck.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint64]

CELLS_BITS = 12
FIRST, SECOND = np.uint64(0x3C79AC492BA7B653), np.uint64(0x1CE4E5B9BF58476D)
"""Multipliers of the mixing (M. Steele & Vigna 2022, *Computationally easy, spectrally good
multipliers*; the shifts are those of Pelle Evensen's moremur)."""
_END = 4.0  # the farthest a number goes from 0; with it the kurtosis is 3.00 too


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What is needed to draw the uncertain part of n sites' scores in D draws.

    Parameters
    ----------
    variance : ndarray, shape (n, m)
        Variance of the worth of each site on each criterion.
    sites : ndarray of uint64, shape (n,)
        See `site_keys`.
    draws : ndarray of uint64, shape (D,)
        Raw random bits, one number a draw.
    """

    variance: Floats
    sites: Keys
    draws: Keys


def site_keys(ids: Sequence[str]) -> Keys:
    """Return 64 bits for each id: the first of its sha256."""
    digests = [hashlib.sha256(i.encode()).digest()[:8] for i in ids]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def normal_table() -> Floats:
    """Quantiles of the standard normal at the edges of 4096 equal shares, shape (4097,).

    Linear between, ±4 at the ends, scaled so that the variance is 1.
    """
    from scipy.special import ndtri

    cells = 1 << CELLS_BITS
    half = ndtri(np.arange(cells // 2 + 1, cells) / cells)
    edges = np.r_[-_END, -half[::-1], 0.0, half, _END]
    a, b = edges[:-1], edges[1:]
    return np.asarray(edges / np.sqrt(np.mean((a * a + a * b + b * b) / 3.0)))


def normals(noise: Noise, draws: slice) -> Floats:
    """Return the standard normal numbers of some draws, shape (draws, n).

    ``h = mix(site + draw)``; its top 12 bits choose a share of `normal_table`, the next 24 the
    place between its edges. The compiled twin is `scoring.robust_kernels`.
    """
    with np.errstate(over="ignore"):
        h = noise.sites[None, :] + noise.draws[draws][:, None]
        h ^= h >> np.uint64(27)
        h *= FIRST
        h ^= h >> np.uint64(33)
        h *= SECOND
        h ^= h >> np.uint64(27)
    table = normal_table()
    cell = (h >> np.uint64(64 - CELLS_BITS)).astype(np.int64)
    part = ((h >> np.uint64(28)) & np.uint64(0xFFFFFF)).astype(float) * 2.0**-24
    return np.asarray(table[cell] + part * (table[cell + 1] - table[cell]))

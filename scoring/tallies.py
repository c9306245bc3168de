"""Counting ranks over many draws of weights, in bounded memory: who stood where, how often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.noise import Keys, Noise, normals

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_BLOCK = 500_000  # scores held at a time
_FIRSTS = 100_000  # first places added at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How often each of n sites held each rank, and under which weights it came first.

    Parameters
    ----------
    ranks : ndarray, shape (n, R)
        Draws in which the site held the rank; shared ranks count in shares.
    first_weights : ndarray, shape (n, m)
        Sum of the weight draws in which the site came first (in shares).
    draws : int
    """

    ranks: Floats
    first_weights: Floats
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Everything one count needs; `same` names rows of values that are equal throughout."""

    values: Floats
    weights: Floats
    noise: Noise | None
    same: Ints
    counts: Counts

    def blocks(self, size: int) -> Iterator[slice]:
        """Cut the draws into blocks of so many."""
        for start in range(0, len(self.weights), max(size, 1)):
            yield slice(start, min(start + max(size, 1), len(self.weights)))

    def draw_keys(self, block: slice) -> Keys:
        """Return the random bits of a block of draws (nothing when all is certain)."""
        if self.noise is None:
            return np.zeros(block.stop - block.start, np.uint64)
        return self.noise.draws[block]

    def add_firsts(self, draw: Ints, site: Ints, last: Ints) -> None:
        """Add the weights of draws to the sites that came first in them (down to rank `last`)."""
        for start in range(0, len(draw), _FIRSTS):
            some = slice(start, start + _FIRSTS)
            share = 1.0 / (last[some, None] + 1)
            np.add.at(self.counts.first_weights, site[some], self.weights[draw[some]] * share)


def new_job(values: Floats, weights: Floats, ranks: int, noise: Noise | None) -> Job:
    """Set out one count of the first `ranks` ranks."""
    n, m = values.shape
    counts = Counts(ranks=np.zeros((n, ranks)), first_weights=np.zeros((n, m)), draws=len(weights))
    return Job(values=values, weights=weights, noise=noise, same=_alike(values), counts=counts)


def _alike(values: Floats) -> Ints:
    """Name rows of values so that rows of one name are equal throughout.

    Equal rows may, rarely, have two names; that only costs time where they tie.
    """
    keys = (values * np.sqrt(np.arange(values.shape[1]) + 2.0)).sum(axis=1)
    order = np.argsort(keys, kind="stable")
    rows = values[order]
    same = np.empty(len(values), np.int64)
    same[order] = np.cumsum(np.r_[False, (rows[1:] != rows[:-1]).any(axis=1)][: len(rows)])
    return same


def _tally(out: Floats, site: Ints, first: Ints, last: Ints) -> None:
    ranks, span = out.shape[1], last - first + 1
    for step in range(int(span.max(initial=0))):
        on = (step < span) & (first + step < ranks)
        at = site[on] * ranks + first[on] + step
        out += np.bincount(at, 1.0 / span[on], minlength=out.size).reshape(out.shape)


def scores_of(
    values: Floats, weights: Floats, noise: Noise | None = None, *, draws: slice = slice(None)
) -> Floats:
    """Score n sites in some draws, shape (draws, n), added criterion by criterion."""
    w = weights[draws]
    total = np.zeros((len(w), len(values)))
    for k in range(values.shape[1]):
        total += w[:, [k]] * values[:, k]
    if noise is not None:
        spread = np.zeros_like(total)
        for k in range(values.shape[1]):
            spread += (w[:, [k]] * w[:, [k]]) * noise.variance[:, k]
        total += np.sqrt(spread) * normals(noise, draws)
    return total


def count_plain(job: Job) -> None:
    """Count with NumPy alone; the twin of the compiled loops."""
    n, ranks = job.counts.ranks.shape
    for block in job.blocks(_BLOCK // max(n, 1)):
        scores = scores_of(job.values, job.weights, job.noise, draws=block)
        site = np.argsort(-scores, axis=1)  # ties are settled below
        ordered = np.take_along_axis(scores, site, axis=1)
        first, last = _spans(ordered)
        _settle(job, site, first, last)
        draw, at = np.nonzero(first < ranks)
        _tally(job.counts.ranks, site[draw, at], first[draw, at], last[draw, at])
        won, at = np.nonzero(first == 0)
        job.add_firsts(won + block.start, site[won, at], last[won, at])


def _spans(ordered: Floats) -> tuple[Ints, Ints]:
    """First and last rank (from 0) of every place in sorted rows: equal scores share."""
    n = ordered.shape[1]
    at = np.broadcast_to(np.arange(n), ordered.shape)
    new = np.ones(ordered.shape, bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    ends = np.ones(ordered.shape, bool)
    ends[:, :-1] = new[:, 1:]
    first = np.maximum.accumulate(np.where(new, at, 0), axis=1)
    last = np.minimum.accumulate(np.where(ends, at, n)[:, ::-1], axis=1)[:, ::-1]
    return first, last.copy()


def _settle(job: Job, site: Ints, first: Ints, last: Ints) -> None:
    """Among tied sites that are not alike, let those that fewer of them dominate stand before."""
    alike = job.same[site]
    strange = (first[:, 1:] == first[:, :-1]) & (alike[:, 1:] != alike[:, :-1])
    groups = {(d, int(first[d, p])) for d, p in zip(*np.nonzero(strange), strict=True)}
    for d, start in groups:
        end = int(last[d, start]) + 1
        tied = site[d, start:end]
        v = job.values[tied]
        no_worse = (v[:, None] >= v[None]).all(axis=2)
        above = (no_worse & ~no_worse.T).sum(axis=0)
        order = np.argsort(above, kind="stable")
        site[d, start:end] = tied[order]
        first[d, start:end] = start + np.searchsorted(above[order], above[order], side="left")
        last[d, start:end] = start + np.searchsorted(above[order], above[order], side="right") - 1

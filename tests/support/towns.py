"""Small towns for location models, small enough to try every choice."""

import itertools

import numpy as np


def town(seed, n=12, m=9, whole=False):
    """Demand and candidates strewn over a square of 50."""
    draw = np.random.default_rng(seed)
    here, there = draw.uniform(0, 50, (n, 2)), draw.uniform(0, 50, (m, 2))
    cost = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    demand = draw.integers(1, 20, n).astype(float)
    return (np.round(cost) if whole else cost), demand


def choices(m, p):
    return [list(c) for c in itertools.combinations(range(m), p)]

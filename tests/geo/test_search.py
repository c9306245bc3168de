"""The compiled searches say what scipy says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.streets import search
from geo.streets.graph import Arcs


def network(seed, *, n=60, arcs=150, longest=9.0):
    """A random directed graph, some of it cut off, arcs as different as 1 second and 9 minutes."""
    rng = np.random.default_rng(seed)
    pair = np.unique(rng.integers(0, n, arcs) * n + rng.integers(0, n, arcs))
    tail, head = pair // n, pair % n
    tail, head = tail[tail != head], head[tail != head]
    minutes = np.exp(rng.uniform(np.log(0.017), np.log(longest), len(tail)))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n))]).astype(np.int64)
    return Arcs(indptr, head.astype(np.int32), minutes, np.arange(len(tail), dtype=np.int32))


def with_entrances(arcs, groups):
    """The same graph with one more node for each group, arcs from it into the group's seeds."""
    n = len(arcs.indptr) - 1
    tail = np.repeat(np.arange(n), np.diff(arcs.indptr)).tolist()
    head, minutes = arcs.heads.tolist(), arcs.minutes.tolist()
    for k, (nodes, seed_min) in enumerate(groups):
        best = {}
        for node, spent in zip(nodes.tolist(), seed_min.tolist(), strict=True):
            best[node] = min(spent, best.get(node, np.inf))
        for node, spent in best.items():
            if np.isfinite(spent):
                tail.append(n + k)
                head.append(node)
                minutes.append(spent)
    size = n + len(groups)
    return csr_matrix((minutes, (tail, head)), shape=(size, size))


def seeds(rng, n, count, *, longest):
    nodes = rng.integers(0, n, count).astype(np.int32)
    minutes = rng.uniform(0.01, longest, count)
    minutes[rng.random(count) < 0.2] = np.inf
    return nodes, minutes


@given(st.integers(0, 10_000), st.sampled_from([0.5, 5.0, 400.0]))
@settings(max_examples=60, deadline=None)
def test_minutes_from_seeds_are_those_of_scipy(seed, longest):
    arcs, rng = network(seed), np.random.default_rng(seed)
    groups = [seeds(rng, 60, size, longest=longest) for size in (1, 4, 30)]
    plain = dijkstra(with_entrances(arcs, groups), indices=[60, 61, 62])[:, :60]
    np.testing.assert_allclose(search.from_seeds(arcs, groups), plain, rtol=1e-12)


@given(st.integers(0, 10_000), st.sampled_from([3.0, np.inf]), st.sampled_from([9.0, 900.0]))
@settings(max_examples=80, deadline=None)
def test_a_matrix_is_that_of_scipy(seed, limit_min, longest):
    arcs, rng = network(seed, longest=longest), np.random.default_rng(seed)
    start = [seeds(rng, 60, 2, longest=5.0) for _ in range(7)]
    count = int(rng.integers(1, 12))
    ends, end_min = seeds(rng, 60, 2 * count, longest=5.0)
    ends, end_min = ends.reshape(count, 2), end_min.reshape(count, 2)
    spent = dijkstra(with_entrances(arcs, start), indices=np.arange(60, 67))[:, :60]
    plain = (spent[:, ends] + end_min).min(axis=2)
    plain[plain > limit_min] = np.inf
    nodes, minutes = np.array([s[0] for s in start]), np.array([s[1] for s in start])
    ours = search.matrix(arcs, (nodes, minutes), (ends, end_min), limit_min=limit_min)
    np.testing.assert_allclose(ours, plain, rtol=1e-12)


@given(st.integers(0, 10_000), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_the_k_nearest_are_those_of_one_scipy_search_for_each_owner(seed, k):
    arcs, rng = network(seed), np.random.default_rng(seed)
    groups = [seeds(rng, 60, 2, longest=5.0) for _ in range(4)]
    plain = np.sort(dijkstra(with_entrances(arcs, groups), indices=np.arange(60, 64))[:, :60].T)
    plain = np.pad(plain, ((0, 0), (0, 2)), constant_values=np.inf)[:, :k]
    nodes, minutes = np.concatenate([g[0] for g in groups]), np.concatenate([g[1] for g in groups])
    ours, who = search.k_from_seeds(arcs, nodes, minutes, np.repeat(np.arange(4), 2), k=k)
    np.testing.assert_allclose(ours, plain, rtol=1e-12)
    assert ((who >= 0) == np.isfinite(plain)).all()
    for found in who:
        named = found[found >= 0]
        assert len(set(named.tolist())) == len(named)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_number_of_cores_changes_no_bit(workers, monkeypatch):
    arcs, rng = network(3, n=400, arcs=1_500), np.random.default_rng(1)
    groups = [seeds(rng, 400, 5, longest=3.0) for _ in range(9)]
    before = search.from_seeds(arcs, groups)
    monkeypatch.setattr(search, "_workers", lambda tasks: min(tasks, workers))
    assert (search.from_seeds(arcs, groups) == before).all()


def test_beyond_the_limit_there_is_nothing():
    arcs = network(5)
    group = (np.array([0], np.int32), np.array([0.0]))
    free, held = (
        search.from_seeds(arcs, [group])[0],
        search.from_seeds(arcs, [group], limit_min=2)[0],
    )
    assert (held[free <= 2] == free[free <= 2]).all()
    assert np.isinf(held[free > 2]).all()
    assert (np.isfinite(free) & (free > 2)).any()


def test_no_seed_leads_nowhere():
    arcs, none = network(1), (np.zeros(0, np.int32), np.zeros(0))
    assert np.isinf(search.from_seeds(arcs, [none])).all()
    found, who = search.k_from_seeds(arcs, *none, np.zeros(0, np.int32), k=2)
    assert np.isinf(found).all()
    assert (who == -1).all()

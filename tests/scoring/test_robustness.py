"""How sure a ranking is: shares that are known by hand, ties, dominance, and the compiled twin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring import fast_tallies
from scoring.acceptability import count_ranks
from scoring.draws import WeightSpec, draw
from scoring.noise import Noise, normal_table, normals, site_keys
from scoring.rank import weighted_sum
from scoring.robustness import central_weights, rank_acceptability
from scoring.tallies import count_plain, new_job

ANY2 = np.column_stack([np.linspace(0.0005, 0.9995, 1000), np.linspace(0.9995, 0.0005, 1000)])
COARSE = st.integers(1, 6).flatmap(
    lambda n: arrays(float, (n, 3), elements=st.sampled_from([0.0, 0.5, 1.0, 5e-324, 0.5 + 1e-16]))
)
SPARSE = arrays(float, (7, 3), elements=st.sampled_from([0.0, 1.0, 0.3, 1e-9]))


def dominates(a, b):
    return (a >= b).all() and (a > b).any()


def test_shares_and_central_weights_known_by_hand():
    """First where w > .6, where 1 − w > .6, and between: .4, .4, .2; each chosen by its middle."""
    values = [[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]]
    shares = rank_acceptability(values, ANY2)
    assert shares[:, 0] == pytest.approx([0.4, 0.4, 0.2], abs=1e-12)
    assert shares[2] == pytest.approx([0.2, 0.8, 0.0], abs=1e-12)
    found = central_weights(values, ANY2)
    assert found == pytest.approx(np.array([[0.8, 0.2], [0.2, 0.8], [0.5, 0.5]]), abs=1e-12)


def test_three_unit_sites_under_any_weights_share_by_symmetry_with_the_order_centroid():
    """Whoever is first under uniform weights holds the largest: its mean is 11/18 (ROC)."""
    drawn = draw(WeightSpec(kind="any", weights=(1.0,) * 3), 40_000)
    assert rank_acceptability(np.eye(3), drawn) == pytest.approx(np.full((3, 3), 1 / 3), abs=0.01)
    assert np.diag(central_weights(np.eye(3), drawn)) == pytest.approx([11 / 18] * 3, abs=0.005)


def test_alike_sites_share_ranks_and_those_never_first_have_no_central_weights():
    values = [[0.4, 0.6], [0.4, 0.6], [0.1, 0.1]]
    shares = rank_acceptability(values, ANY2)
    assert shares.tolist() == [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]
    found = central_weights(values, ANY2)
    assert np.isnan(found[2]).all()
    assert found[:2] == pytest.approx(np.full((2, 2), 0.5))
    assert rank_acceptability([[1, 0], [0, 1]], [[0.5, 0.5]]).tolist() == [[0.5, 0.5]] * 2


@given(COARSE, SPARSE)
def test_a_dominated_site_is_never_first_and_a_dominating_one_always(values, weights):
    """Even where the weights, or rounding, make them tie."""
    shares = rank_acceptability(values, weights)
    assert shares.sum(axis=0) == pytest.approx(1.0)
    assert shares.sum(axis=1) == pytest.approx(1.0)
    for i, v in enumerate(values):
        if any(dominates(other, v) for other in values):
            assert shares[i, 0] == 0.0
        if all(dominates(v, other) for j, other in enumerate(values) if j != i):
            assert shares[i, 0] == 1.0


@given(COARSE, SPARSE, st.randoms(use_true_random=False))
def test_the_order_of_sites_and_one_more_behind_all_change_nothing(values, weights, random):
    shares, order = rank_acceptability(values, weights), list(range(len(values)))
    random.shuffle(order)
    assert rank_acceptability(values[order], weights) == pytest.approx(shares[order], abs=1e-12)
    more = rank_acceptability(np.vstack([values, values.min(axis=0) - 1.0]), weights)
    assert more[:-1, : len(values)] == pytest.approx(shares, abs=1e-12)
    assert more[-1, -1] == 1.0


def test_only_the_first_ranks_are_the_same_first_ranks():
    rng = np.random.default_rng(2)
    values, weights = rng.random((30, 4)), rng.dirichlet(np.ones(4), 200)
    every = rank_acceptability(values, weights)
    assert (rank_acceptability(values, weights, ranks=5) == every[:, :5]).all()
    by_sort = np.argsort(np.argsort(-(weights @ values.T), axis=1), axis=1)
    assert every == pytest.approx(
        np.array([[(by_sort[:, i] == r).mean() for r in range(30)] for i in range(30)])
    )
    assert rank_acceptability(np.zeros((0, 2)), ANY2).shape == (0, 0)


@pytest.mark.parametrize(
    ("values", "weights"),
    [
        ([[0.1, np.nan]], [[0.5, 0.5]]),
        ([[0.1]], [[0.5, 0.5]]),
        ([0.1], [[1.0]]),
        ([[1.0]], np.zeros((0, 1))),
    ],
)
def test_what_cannot_be_ranked_is_refused(values, weights):
    with pytest.raises(ValueError, match=r"fit|unknown"):
        rank_acceptability(values, weights)


def a_job(seed, *, coarse, noisy, ranks, clump=False):
    rng = np.random.default_rng(seed)
    n, m, draws = 150, 7, 120
    values = rng.random((n, m))
    if coarse:
        values = np.round(values * 2) / 2
    if clump:
        values = np.vstack([0.5 + 1e-6 * values[: n - 3], np.full((3, m), 1.0)])
    weights = rng.dirichlet(np.ones(m), draws)
    weights[:4] = np.eye(m)[:4]
    weights[4] = 1 / m
    noise = None
    if noisy:
        noise = Noise(
            variance=rng.random((n, m)) * 0.02 * (rng.random((n, 1)) < 0.5),
            sites=rng.integers(0, 2**64, n, dtype=np.uint64),
            draws=rng.integers(0, 2**64, draws, dtype=np.uint64),
        )
    return new_job(values, weights, ranks, noise)


@pytest.mark.parametrize("ranks", [1, 12, 150])
@pytest.mark.parametrize("noisy", [False, True])
@pytest.mark.parametrize(
    "world", [{"coarse": False}, {"coarse": True}, {"coarse": False, "clump": True}]
)
def test_the_compiled_loops_count_exactly_what_numpy_counts(ranks, noisy, world):
    plain, every, top = (a_job(3, noisy=noisy, ranks=ranks, **world) for _ in range(3))
    count_plain(plain)
    fast_tallies.count_every(every)
    fast_tallies.count_top(top)
    for fast in (every, top):
        assert np.allclose(fast.counts.ranks, plain.counts.ranks, rtol=0, atol=1e-9)
        assert np.allclose(fast.counts.first_weights, plain.counts.first_weights, atol=1e-9)
    assert plain.counts.ranks.sum(axis=0) == pytest.approx(120.0)


def test_large_counts_take_the_compiled_loops_and_agree_with_the_ranking_s_own_scores():
    rng = np.random.default_rng(5)
    values, weights = rng.random((6000, 5)), rng.dirichlet(np.ones(5), 900)
    found = count_ranks(values, weights, ranks=3)
    first = [int(np.argmax(weighted_sum(values, w))) for w in weights[:50]]
    assert found.ranks.sum() == pytest.approx(3 * 900)
    assert all(found.ranks[i, 0] > 0 for i in first)
    winners = np.argmax(weights @ values.T, axis=1)
    assert found.ranks[:, 0].tolist() == np.bincount(winners, minlength=6000).tolist()


def test_memory_stays_bounded_however_many_draws():
    import tracemalloc

    rng = np.random.default_rng(6)
    values, weights = rng.random((4000, 4)), rng.dirichlet(np.ones(4), 6000)
    tracemalloc.start()
    count_ranks(values, weights, ranks=20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # all scores at once would be 192 MB
    assert peak < 40e6


def test_noise_is_standard_normal_and_hangs_on_id_and_draw_alone():
    ids = [f"p-{i}" for i in range(300)]
    keys = np.random.default_rng(1).integers(0, 2**64, 1000, dtype=np.uint64)
    noise = Noise(variance=np.ones((300, 1)), sites=site_keys(ids), draws=keys)
    z = normals(noise, slice(None))
    assert abs(z.mean()) < 0.006
    assert z.std() == pytest.approx(1.0, abs=0.005)
    assert (z > 1.6449).mean() == pytest.approx(0.05, abs=0.002)
    assert (z < -2.3263).mean() == pytest.approx(0.01, abs=0.001)
    assert np.abs(np.corrcoef(z[:, :40].T) - np.eye(40)).max() < 0.15
    table = normal_table()
    assert (table == -table[::-1]).all()
    a, b = table[:-1], table[1:]
    assert np.mean((a * a + a * b + b * b) / 3) == pytest.approx(1.0, abs=1e-12)
    fourth = np.mean((a**4 + a**3 * b + a**2 * b**2 + a * b**3 + b**4) / 5)
    assert fourth == pytest.approx(3.0, abs=0.005)
    fewer = Noise(variance=np.ones((2, 1)), sites=site_keys(["p-7", "p-3"]), draws=keys)
    assert (normals(fewer, slice(10, 20)) == z[10:20][:, [7, 3]]).all()

"""Moments of worth are exact: against integration by another program and a million draws."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, norm

from scoring.criteria import load_catalogue
from scoring.evidence import DecisionMatrix
from scoring.moments import piecewise_moments, prior_moments, worth_moments

CONCAVE = ((0.0, 0.0), (0.25, 0.4), (0.75, 0.9), (1.0, 1.0))
FALLING = ((10.0, 1.0), (30.0, 0.5), (60.0, 0.0))
HUMP = ((0.0, 0.2), (1.0, 1.0), (3.0, 0.0))


def integrated(mean, sd, anchors):
    x, v = np.array(anchors).T
    edges = [mean - 12 * sd, *[p for p in x if abs(p - mean) < 12 * sd], mean + 12 * sd]
    total = [0.0, 0.0]
    for a, b in pairwise(edges):
        for j in (1, 2):
            total[j - 1] += quad(
                lambda t, j=j: np.interp(t, x, v) ** j * norm.pdf(t, mean, sd), a, b, epsabs=1e-13
            )[0]
    return total[0], total[1] - total[0] ** 2


@pytest.mark.parametrize("anchors", [CONCAVE, FALLING, HUMP, ((5.0, 0.3),)])
@pytest.mark.parametrize(("mean", "sd"), [(0.4, 0.1), (0.0, 0.3), (25.0, 4.0), (70.0, 6.0)])
def test_mean_and_variance_agree_with_numerical_integration(anchors, mean, sd):
    expected, variance = piecewise_moments(mean, sd, anchors)
    assert (float(expected), float(variance)) == pytest.approx(
        integrated(mean, sd, anchors), abs=1e-9
    )


@given(st.floats(-1, 2), st.floats(1e-6, 3))
def test_moments_stay_within_what_worth_can_be(mean, sd):
    expected, variance = piecewise_moments(mean, sd, CONCAVE)
    assert -1e-12 <= expected <= 1 + 1e-12
    assert 0 <= variance <= expected * (1 - expected) + 1e-9


def test_gauss_hermite_comes_near():
    t, w = np.polynomial.hermite_e.hermegauss(64)
    w = w / w.sum()
    mean = np.linspace(0, 1, 21)
    by_sum = sum(
        wi * np.interp(mean + 0.1 * ti, *np.array(CONCAVE).T) for ti, wi in zip(t, w, strict=True)
    )
    assert piecewise_moments(mean, np.full(21, 0.1), CONCAVE)[0] == pytest.approx(by_sum, abs=2e-3)


def test_certain_unknown_and_boundless_evidence():
    mean, variance = piecewise_moments([0.25, np.nan, 0.5, 0.5], [0.0, 0.1, np.inf, 1e-7], CONCAVE)
    assert mean == pytest.approx([0.4, np.nan, 0.5, 0.65], abs=1e-6, nan_ok=True)
    assert variance[0] == 0.0
    # somewhere, anywhere: half the chance on each side
    assert variance[2] == pytest.approx(0.25, abs=1e-3)
    assert variance[3] == pytest.approx(1e-14, rel=1e-3)


def test_a_prior_of_one_half_is_the_uniform_and_of_three_tenths_a_beta():
    mean, variance = prior_moments([0.5, 0.3, 0.0, 1.0])
    assert mean.tolist() == [0.5, 0.3, 0.0, 1.0]
    assert variance == pytest.approx([1 / 12, beta(0.6, 1.4).var(), 0.0, 0.0])


def test_a_matrix_gives_moments_for_everything_the_unknown_by_its_prior():
    catalogue = load_catalogue()
    labour, tenure = catalogue.criteria["labour_need"], catalogue.criteria["tenure"]
    matrix = DecisionMatrix(
        mean=np.array([[8.0, 0.6], [np.nan, np.nan], [24.0, 1.0]]),
        sd=np.array([[0.0, 0.1], [np.nan, np.nan], [np.nan, 0.1]]),
        unknown=np.array([[False, False], [True, True], [False, False]]),
        candidate_ids=("a", "b", "c"),
        criteria=(labour, dataclasses.replace(tenure, prior=0.3)),
        letter="O",
    )
    mean, variance = worth_moments(matrix)
    assert mean[:, 0] == pytest.approx([0.4, 0.5, 0.8])
    assert variance[:, 0] == pytest.approx([0.0, 1 / 12, 0.0])
    assert mean[1, 1] == 0.3
    assert mean[0, 1] == pytest.approx(0.6, abs=1e-5)
    # a category's worth cannot pass 1: half of the normal is cut off there
    assert mean[2, 1] == pytest.approx(1 - 0.1 / np.sqrt(2 * np.pi), abs=1e-9)

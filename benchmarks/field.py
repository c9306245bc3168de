"""How well visits are weighed: leaning surveyors found out and intervals that cover known truths.

Run with ``python benchmarks/field.py``; `normal_world` and the reports serve tests too.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[1]))

from scoring.fusion import fuse, rates

Floats = npt.NDArray[np.float64]
SIGMA, TAU, DESK_SD = 0.6, 0.5, 1.0
"""Noise and lean of answers on a scale of 1-5 (DESIGN §6), and how sure the desk is before them."""
SURVEYORS, VISITS, DOUBLE = 6, 120, 0.15
Z90 = float(stats.norm.ppf(0.95))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """True worth of n sites and lean of the surveyors, and the o visits that were made."""

    truth: Floats
    lean: Floats
    desk: Floats
    site: npt.NDArray[np.int64]
    who: npt.NDArray[np.int64]
    said: Floats


def normal_world(
    seed: int,
    *,
    sites: int = 300,
    visits: int = VISITS,
    double: float = DOUBLE,
    rounded: bool = False,
    noisy: float = 1.0,
) -> World:
    """Draw a world: θ ~ N(3, 1), desk θ ± 1, leans N(0, τ²), answers θ + b + N(0, σ²).

    Parameters
    ----------
    visits, double : int, float
        So many visits in all; of the sites visited this share is visited by two surveyors.
    rounded : bool
        Answers and truth as a form takes them: whole numbers 1-5, the truth within 1-5.
    noisy : float
        How many times as noisy half of the sites are as the model believes.
    """
    rng = np.random.default_rng(seed)
    truth = rng.normal(3, 1, sites)
    truth = np.clip(truth, 1, 5) if rounded else truth
    desk = truth + rng.normal(0, DESK_SD, sites)
    lean = rng.normal(0, TAU, SURVEYORS)
    once = round(visits / (1 + double))
    seen = rng.choice(sites, once, replace=False)
    again = seen[: visits - once]
    first = rng.integers(0, SURVEYORS, once)
    second = (first[: len(again)] + rng.integers(1, SURVEYORS, len(again))) % SURVEYORS
    site, who = np.r_[seen, again], np.r_[first, second]
    order = np.lexsort((who, site))
    site, who = site[order], who[order]
    factor = np.where(rng.random(sites) < 0.5, 1.0, noisy)
    said = truth[site] + lean[who] + rng.normal(0, SIGMA, len(site)) * factor[site]
    said = np.clip(np.round(said), 1, 5) if rounded else said
    return World(truth=truth, lean=lean, desk=desk, site=site, who=who, said=said)


def weigh(world: World, *, bias_sd: float = TAU) -> tuple[Floats, Floats, Floats]:
    """Fuse a world's visits; (mean, sd, bias)."""
    found = fuse(
        world.desk,
        np.full(len(world.desk), DESK_SD),
        site=world.site,
        surveyor=world.who,
        value=world.said,
        sd=np.full(len(world.site), SIGMA),
        bias_sd=bias_sd,
        surveyors=SURVEYORS,
    )
    return found.mean, found.sd, found.bias


def normal_report(seeds: int, *, bias_sd: float = TAU, **world: object) -> dict[str, float]:
    """Average over worlds: RMSE of leans and of visited sites, share whose 90 % interval covers."""
    squares, covered, errors = [], [], []
    for seed in range(seeds):
        drawn = normal_world(seed, **world)  # type: ignore[arg-type]
        mean, sd, bias = weigh(drawn, bias_sd=bias_sd)
        at = np.unique(drawn.site)
        squares.append((bias - drawn.lean) ** 2)
        covered.append(np.abs(mean - drawn.truth)[at] <= Z90 * sd[at])
        errors.append((mean - drawn.truth)[at] ** 2)
    return {
        "rmse": float(np.sqrt(np.mean(squares))),
        "error": float(np.sqrt(np.mean(np.concatenate(errors)))),
        "cover": float(np.mean(np.concatenate(covered))),
    }


def rate_report(
    seed: int,
    *,
    visits: int,
    register: bool = False,
    truth: tuple[float, float] = (0.5, 0.5),
    sites: int = 20_000,
) -> float:
    """Share of sites whose true rate lies in the 90 % interval of its Beta posterior.

    Parameters
    ----------
    visits : int
        Times each site was asked; one trial each.
    register : bool
        A register that is right 85 times in 100 counts half a trial besides.
    truth : (float, float)
        Rates are drawn from this Beta.
    """
    rng = np.random.default_rng(seed)
    rate = rng.beta(*truth, sites)
    site = np.repeat(np.arange(sites), visits)
    yes = (rng.random(len(site)) < rate[site]).astype(float)
    trials = np.ones(len(site))
    if register:
        listed = rng.random(sites) < 0.85 * rate + 0.075
        site, yes = np.r_[site, np.arange(sites)], np.r_[yes, listed]
        trials = np.r_[trials, np.full(sites, 0.5)]
    alpha, beta = rates(site, yes, trials, sites=sites)
    low, high = stats.beta.ppf([[0.05], [0.95]], alpha, beta)
    return float(np.mean((rate >= low) & (rate <= high)))


def main() -> None:
    print(f"{SURVEYORS} surveyors, {VISITS} visits, {DOUBLE:.0%} of sites twice, 200 worlds")
    print(f"{'scale 1-5':<44}{'RMSE of leans':>14}{'of sites':>10}{'90 % covers':>13}")
    for name, told in {
        "well specified": {},
        "whole numbers 1-5": {"rounded": True},
        "half of the sites twice as noisy": {"noisy": 2.0},
        "the same in whole numbers": {"noisy": 2.0, "rounded": True},
        "no site twice": {"double": 0.0},
        "leans left out of the model": {"bias_sd": 1e-3},
    }.items():
        found = normal_report(200, **told)  # type: ignore[arg-type]
        rmse, error, cover = (found[n] for n in ("rmse", "error", "cover"))
        print(f"{name:<44}{rmse:>14.3f}{error:>10.3f}{cover:>13.3f}")
    print(f"\n{'yes/no as a rate':<44}{'one visit':>14}{'two visits':>13}")
    for name, truth, register in (
        ("rates from Beta(½, ½)", (0.5, 0.5), False),
        ("the same, with a register", (0.5, 0.5), True),
        ("rates from Beta(2, 1), with a register", (2.0, 1.0), True),
        ("all or nothing, Beta(.15, .15)", (0.15, 0.15), False),
    ):
        one, two = (rate_report(1, visits=v, register=register, truth=truth) for v in (1, 2))
        print(f"{name:<44}{one:>14.3f}{two:>13.3f}")


if __name__ == "__main__":
    main()

"""What visits by value of information save, in simulated districts with a known truth.

`python benchmarks/visits.py [SEEDS]`: 300 seeds by default; 500 sites, 10 are chosen, 10 hours of
visits in two rounds, 30 % of the sites with an unknown gate (issue 5).
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import field_trials as trials
import numpy as np
from stopwatch import measured, show

from scoring.visits import visit_value

BARS = {"top": 0.85, "cut": 0.90}


def main() -> None:
    """Print the regret of each rule beside visits by value, and the seconds of the formula."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    found = trials.regrets(range(seeds))
    print(f"{seeds} seeds, mean regret of visits by value {found[:, 0].mean():.4f}")
    print(f"{'against':14} {'regret':>8} {'ratio':>6} {'95 % below':>11}   bar")
    for rule in trials.RULES[1:]:
        ratio, high = trials.compared(found, rule)
        bar = BARS.get(rule)
        said = "" if bar is None else f"≤ {bar}: {'yes' if ratio <= bar and high < 0 else 'NO'}"
        regret = found[:, trials.RULES.index(rule)].mean()
        print(f"{rule:14} {regret:8.4f} {ratio:6.3f} {high:11.4f}   {said}")
    draw = np.random.default_rng(1)
    for sites in (5_000, 50_000):
        mean, sd = draw.random((64, sites)), draw.random((64, sites)) * 0.1
        gate = np.full(sites, 0.5)
        run = measured(lambda m=mean, s=sd, p=gate: visit_value(m, s, k=10, p_gate=p))
        show(f"{sites} sites × 64 draws of weights", run)


if __name__ == "__main__":
    main()

"""Simulated districts with a known truth, in which rules of what to visit next compete."""

import numpy as np

from scoring.visits import change_variance, visit_value

DRAWS = 64
RULES = ("value", "top", "top_by_score", "cut")
"""By value of information a minute · top by expected score (gate chance counted) · top by the score
as ranked (gates taken to pass) · nearest the cut."""


def _weights(rng, around, half):
    return np.r_[rng.dirichlet(around[:half]) * 0.5, rng.dirichlet(around[half:]) * 0.5]


def district(rng, *, sites, criteria, gates_unknown):
    """Truth, what the desk knows (normal posteriors), what a visit would answer, and its cost."""
    half = criteria // 2
    stated = _weights(rng, np.full(criteria, 4.0), half)
    true = _weights(rng, 80 * stated, half)
    theta = rng.normal(0.5, 0.18, (sites, criteria)) + rng.normal(0, 0.06, (sites, 1))
    sd = rng.choice([0.05, 0.15, 0.3], (sites, criteria), p=[0.4, 0.35, 0.25])
    desk = theta + rng.normal(0, 1, (sites, criteria)) * sd
    prior = 1 / 0.19**2
    precision = 1 / sd**2 + prior
    asked = rng.random(criteria) < 0.5
    minutes = rng.gamma(4, 12, sites) + 30
    p_gate = np.where(rng.random(sites) < gates_unknown, 0.6, 1.0)
    passes = rng.random(sites) < p_gate
    sigma, tau = 0.08, 0.06
    bias = rng.normal(0, tau, (6, criteria))[rng.integers(0, 6, sites)]
    return {
        "draws": np.stack([stated, *(_weights(rng, 80 * stated, half) for _ in range(DRAWS - 1))]),
        "truth": (theta @ true) * passes,
        "mean": (desk / sd**2 + 0.5 * prior) / precision,
        "precision": precision,
        "asked": asked,
        "minutes": minutes,
        "p_gate": p_gate,
        "passes": passes,
        "answers": theta + rng.normal(0, sigma, (sites, criteria)) + bias,
        "noise": sigma**2 + tau**2,
    }


def _keys(rule, d, mean, precision, p_gate, k):
    scores = mean @ d["draws"].T
    now = scores[:, 0] * p_gate
    if rule == "top":
        return now
    if rule == "top_by_score":
        return scores[:, 0]
    if rule == "cut":
        return -np.abs(now - np.sort(now)[-k])
    taken = change_variance(1 / precision, np.where(d["asked"], d["noise"], np.inf))
    change = np.sqrt(taken @ (d["draws"].T ** 2))
    return visit_value(scores.T, change.T, k=k, p_gate=p_gate) / d["minutes"]


def _visit(d, rule, k, budget_min, rounds):
    mean, precision, p_gate = d["mean"].copy(), d["precision"].copy(), d["p_gate"].copy()
    seen, left, asked = np.zeros(len(mean), dtype=bool), budget_min, d["asked"]
    for r in range(rounds):
        key = np.where(seen, -np.inf, _keys(rule, d, mean, precision, p_gate, k))
        room, used = left / (rounds - r), 0.0
        for i in np.argsort(-key, kind="stable"):
            if seen[i] or used > room - 30:
                break
            if used + d["minutes"][i] > room:
                continue
            used, seen[i] = used + d["minutes"][i], True
            total = precision[i] + 1 / d["noise"]
            told = (mean[i] * precision[i] + d["answers"][i] / d["noise"]) / total
            mean[i, asked], precision[i, asked] = told[asked], total[asked]
            p_gate[i] = float(d["passes"][i])
        left -= used
    return mean @ d["draws"][0] * p_gate


def regrets(seeds, *, sites=500, criteria=12, k=10, budget_min=600, gates_unknown=0.3, rounds=2):
    """Regret of the k sites chosen after the visits, a row a seed, a column a rule."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        d = district(rng, sites=sites, criteria=criteria, gates_unknown=gates_unknown)
        best = np.sort(d["truth"])[-k:].sum()
        scores = [_visit(d, rule, k, budget_min, rounds) for rule in RULES]
        found.append([best - d["truth"][np.argsort(-s)[:k]].sum() for s in scores])
    return np.array(found)


def compared(found, rule):
    """Ratio of mean regrets, value over a rule, and the upper end of the paired 95 % interval."""
    value, other = found[:, 0], found[:, RULES.index(rule)]
    apart = value - other
    high = apart.mean() + 1.96 * apart.std(ddof=1) / np.sqrt(len(apart))
    return value.mean() / other.mean(), high

"""Small worlds for the set program, and the best set found by trying every one."""

import itertools

import numpy as np
from scipy.optimize import linprog

from scoring.set_types import Areas, Sites, Terms


def world(seed, n=7, m=10, kecamatan=3):
    """Sites and desa strewn over 20 km; about 3 minutes a kilometre."""
    draw = np.random.default_rng(seed)
    there, here = draw.uniform(0, 20_000, (n, 2)), draw.uniform(0, 20_000, (m, 2))
    minutes = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)) / 1000 * 3
    sites = Sites(
        ids=tuple(f"p-{k:02d}" for k in range(n)),
        suitability=draw.uniform(0.2, 0.9, n),
        capacity_h_week=draw.integers(10, 40, n).astype(float),
        kind=tuple(draw.choice(["school", "puskesmas"], n)),
        xy_m=there,
        to_survey=draw.random(n) < 0.5,
    )
    areas = Areas(
        ids=tuple(f"a-{k:02d}" for k in range(m)),
        hours_week=draw.integers(2, 9, m).astype(float),
        kecamatan=tuple(f"Kec {k % kecamatan}" for k in range(m)),
    )
    return sites, areas, minutes


def allowed(sites, terms, opened):
    """Whether a set keeps count, caps, spacing, must and must not."""
    ids = {sites.ids[k] for k in opened}
    if terms.count is not None and (
        len(opened) > terms.count or (terms.exactly and len(opened) != terms.count)
    ):
        return False
    if not set(terms.must) <= ids or ids & set(terms.must_not):
        return False
    if any(sum(sites.kind[k] == h for k in opened) > cap for h, cap in terms.caps.items()):
        return False
    apart = [
        np.hypot(*(sites.xy_m[a] - sites.xy_m[b])) for a, b in itertools.combinations(opened, 2)
    ]
    return not any(one < terms.spacing_m for one in apart)


def best_sharing(sites, areas, minutes, terms, opened):
    """Most suitable hours an opened set can serve, by scipy; None where a share cannot be met."""
    pairs = [
        (i, j) for i in opened for j in range(len(areas.ids)) if minutes[j, i] <= terms.max_minutes
    ]
    hours = areas.hours_week
    rows, limits = [], []
    for j in range(len(hours)):
        rows.append([1.0 * (jj == j) for _, jj in pairs])
        limits.append(1.0)
    for i in opened:
        rows.append([hours[jj] * (ii == i) for ii, jj in pairs])
        limits.append(sites.capacity_h_week[i])
    for name in sorted(set(areas.kecamatan)):
        rows.append([-hours[jj] * (areas.kecamatan[jj] == name) for _, jj in pairs])
        inside = [h for h, k in zip(hours, areas.kecamatan, strict=True) if k == name]
        limits.append(-terms.share_0_1 * sum(inside))
    if not pairs:
        return 0.0 if all(limit >= 0 for limit in limits) else None
    worth = [-sites.suitability[i] * hours[j] for i, j in pairs]
    found = linprog(worth, A_ub=rows, b_ub=limits, bounds=(0, 1))
    return -found.fun if found.status == 0 else None


def best_set(sites, areas, minutes, terms):
    """The best objective over every set there is; None where none meets the terms."""
    values = [
        best_sharing(sites, areas, minutes, terms, opened)
        for size in range(len(sites.ids) + 1)
        for opened in itertools.combinations(range(len(sites.ids)), size)
        if allowed(sites, terms, opened)
    ]
    kept = [v for v in values if v is not None]
    return max(kept) if kept else None


def shuffled(seed, sites, areas, minutes):
    """The same world told in another order."""
    draw = np.random.default_rng(seed)
    a, b = draw.permutation(len(sites.ids)), draw.permutation(len(areas.ids))
    return (
        Sites(
            ids=tuple(sites.ids[k] for k in a),
            suitability=sites.suitability[a],
            capacity_h_week=sites.capacity_h_week[a],
            kind=tuple(sites.kind[k] for k in a),
            xy_m=sites.xy_m[a],
            to_survey=sites.to_survey[a],
        ),
        Areas(
            ids=tuple(areas.ids[k] for k in b),
            hours_week=areas.hours_week[b],
            kecamatan=tuple(areas.kecamatan[k] for k in b),
        ),
        minutes[np.ix_(b, a)],
    )


TERMS = (
    Terms(count=3, max_minutes=30.0),
    Terms(count=4, max_minutes=25.0, spacing_m=6000.0),
    Terms(count=4, exactly=True, max_minutes=30.0, caps={"school": 2}),
    Terms(count=5, max_minutes=40.0, must=("p-01",), must_not=("p-03",), share_0_1=0.7),
    Terms(count=2, max_minutes=20.0, share_0_1=0.3),
)

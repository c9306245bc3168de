"""The set of sites as one program: what is asked becomes rows, each of which can be given up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.set_types import SHARE, Areas, Sites, Terms
from scoring.solver import Program

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything a program is built from, sites and areas sorted by id.

    ``i``, ``j`` list the pairs (site, area) within the travel limit and ``minutes`` their time;
    ``cliques`` cover every two sites nearer than the spacing.
    """

    sites: Sites
    areas: Areas
    terms: Terms
    i: Ints
    j: Ints
    minutes: Floats
    cliques: tuple[Ints, ...]

    @property
    def demands(self) -> tuple[str, ...]:
        """Keys of everything that is asked and could be given up; never the travel limit."""
        terms = self.terms
        asked = ["capacity"]
        asked += ["count"] if terms.count is not None else []
        asked += ["spacing"] if self.cliques else []
        asked += ["caps"] if terms.caps else []
        asked += ["must"] if terms.must else []
        asked += ["must_not"] if terms.must_not else []
        if terms.share_0_1 > 0:
            hours = dict.fromkeys(self.areas.kecamatan, 0.0)
            for name, amount in zip(self.areas.kecamatan, self.areas.hours_week, strict=True):
                hours[name] += amount
            asked += [SHARE + name for name in sorted(hours) if hours[name] > 0]
        return tuple(asked)

    def positions(self, ids: Collection[str]) -> Ints:
        """Positions of sites by id."""
        wanted = set(ids)
        return np.array(
            [k for k, one in enumerate(self.sites.ids) if one in wanted], dtype=np.int64
        )

    def of_kecamatan(self, name: str) -> npt.NDArray[np.bool_]:
        """Tell which areas lie in a kecamatan."""
        return np.array([one == name for one in self.areas.kecamatan])


def make_world(sites: Sites, areas: Areas, travel_min: Floats, terms: Terms) -> World:
    """Sort by id, keep the pairs within the travel limit; an unknown time (NaN) is not within."""
    by_site, by_area = np.argsort(sites.ids), np.argsort(areas.ids)
    by_area = by_area[areas.hours_week[by_area] > 0]
    sites = Sites(
        ids=tuple(sites.ids[k] for k in by_site),
        suitability=sites.suitability[by_site],
        capacity_h_week=sites.capacity_h_week[by_site],
        kind=tuple(sites.kind[k] for k in by_site),
        xy_m=sites.xy_m[by_site],
        to_survey=sites.to_survey[by_site],
    )
    areas = Areas(
        ids=tuple(areas.ids[k] for k in by_area),
        hours_week=areas.hours_week[by_area],
        kecamatan=tuple(areas.kecamatan[k] for k in by_area),
    )
    minutes = travel_min[np.ix_(by_area, by_site)].T
    i, j = np.nonzero(minutes <= terms.max_minutes)
    cliques = tuple(spacing_cliques(sites.xy_m, terms.spacing_m)) if terms.spacing_m > 0 else ()
    return World(
        sites=sites, areas=areas, terms=terms, i=i, j=j, minutes=minutes[i, j], cliques=cliques
    )


def spacing_cliques(xy_m: Floats, spacing_m: float) -> list[Ints]:
    """Group sites that are all nearer to each other than the spacing; groups hold every such pair.

    ``Σ_{i in group} y_i ≤ 1`` for a group is tighter than one row a pair. Grown greedily from the
    first pair not covered yet; which groups are found depends on the order, what they forbid not.
    """
    from scipy.spatial import cKDTree

    pairs = cKDTree(xy_m).query_pairs(spacing_m, output_type="ndarray")
    apart = np.hypot(*(xy_m[pairs[:, 0]] - xy_m[pairs[:, 1]]).T)
    close = [(int(a), int(b)) for a, b in np.sort(pairs[apart < spacing_m], axis=1)]
    near: dict[int, set[int]] = {}
    for a, b in close:
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    left, groups = set(close), []
    for pair in sorted(close):
        if pair not in left:
            continue
        group, common = list(pair), near[pair[0]] & near[pair[1]]
        while common:
            one = max(sorted(common), key=lambda k: len(common & near[k]))
            group.append(one)
            common &= near[one]
        group.sort()
        left -= {(a, b) for k, a in enumerate(group) for b in group[k + 1 :]}
        groups.append(np.array(group, dtype=np.int64))
    return groups


def build(
    world: World, asked: Collection[str], *, elastic: bool = False, strong: bool = True
) -> tuple[Program, dict[str, int]]:
    """Put the program together; columns are y (sites), x (pairs), then z (demands given up).

    With `elastic`, every asked demand has a whole-number column z that lifts its rows. Without
    `strong`, ``x_ij ≤ y_i`` is added up per site: the same choices in fewer rows, with a looser
    relaxation.
    """
    n, q = len(world.sites.ids), len(world.i)
    keys = [key for key in world.demands if key in asked]
    z = {key: n + q + k for k, key in enumerate(keys)} if elastic else {}
    size = n + q + len(z)
    whole = np.ones(size, dtype=bool)
    whole[n : n + q] = False
    program = Program(size, whole)
    x, hours = n + np.arange(q), world.areas.hours_week
    program.add(world.j, x, 1.0, high=1.0, count=len(hours))
    _open_first(program, world, x, strong=strong)
    if "capacity" in keys:
        _capacity_rows(program, world, x, z.get("capacity"))
    for name in [key for key in keys if key.startswith(SHARE)]:
        inside = world.of_kecamatan(name.removeprefix(SHARE))
        target = world.terms.share_0_1 * float(hours[inside].sum())
        pairs = np.flatnonzero(inside[world.j])
        columns, values = x[pairs], hours[world.j[pairs]]
        if name in z:
            columns, values = np.append(columns, z[name]), np.append(values, target)
        program.row(columns, values, low=target)
    _choice_rows(program, world, keys, z)
    return program, z


def _open_first(program: Program, world: World, x: Ints, *, strong: bool) -> None:
    """Hours go only to opened sites."""
    n, q = len(world.sites.ids), len(x)
    if strong:
        rows = np.concatenate([np.arange(q), np.arange(q)])
        ends = np.concatenate([x, world.i])
        program.add(rows, ends, np.repeat([1.0, -1.0], q), high=0.0, count=q)
        return
    hours = world.areas.hours_week[world.j]
    reach = np.bincount(world.i, weights=hours, minlength=n)
    rows = np.concatenate([world.i, np.arange(n)])
    ends = np.concatenate([x, np.arange(n)])
    program.add(rows, ends, np.concatenate([hours, -reach]), high=0.0, count=n)


def _capacity_rows(program: Program, world: World, x: Ints, z: int | None) -> None:
    """``Σ_j d_j x_ij ≤ cap_i y_i``, lifted to everything within reach where z gives it up."""
    n, capacity = len(world.sites.ids), world.sites.capacity_h_week
    hours = world.areas.hours_week[world.j]
    rows = [world.i, np.arange(n)]
    ends, values = [x, np.arange(n)], [hours, -capacity]
    if z is not None:
        reach = np.bincount(world.i, weights=hours, minlength=n)
        rows.append(np.arange(n))
        ends.append(np.full(n, z))
        values.append(-np.maximum(reach - capacity, 0.0))
    joined = (np.concatenate(rows), np.concatenate(ends), np.concatenate(values))
    program.add(*joined, high=0.0, count=n)


def _choice_rows(program: Program, world: World, keys: list[str], z: dict[str, int]) -> None:
    """Count, spacing, caps, must and must-not; each lifted by its z where there is one."""
    n, terms = len(world.sites.ids), world.terms

    def at_most(key: str, sites: Ints, most: int, least: int | None = None) -> None:
        lift = [z[key]] if key in z else []
        columns = np.concatenate([sites, np.array(lift, dtype=np.int64)])
        ones, room = np.ones(len(sites)), float(len(sites))
        program.row(columns, np.append(ones, [-room] * len(lift)), high=float(most))
        if least is not None:
            program.row(columns, np.append(ones, [room] * len(lift)), low=float(least))

    if "count" in keys and terms.count is not None:
        at_most("count", np.arange(n), terms.count, terms.count if terms.exactly else None)
    if "spacing" in keys:
        for group in world.cliques:
            at_most("spacing", group, 1)
    if "caps" in keys:
        for kind in sorted(terms.caps):
            of_kind = np.array([k for k, one in enumerate(world.sites.kind) if one == kind])
            if len(of_kind):
                at_most("caps", of_kind.astype(np.int64), terms.caps[kind])
    if "must" in keys:
        mine = world.positions(terms.must)
        at_most("must", mine, len(mine), len(mine))
    if "must_not" in keys:
        at_most("must_not", world.positions(terms.must_not), 0)

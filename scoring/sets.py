"""Choosing a set of sites: one program over candidates and desa demand, or why none can be."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from scoring import clash, set_sums
from scoring.set_program import World, build, make_world
from scoring.set_types import Areas, Clash, Sent, SetChoice, Sites, Terms, check_world
from scoring.solver import INFEASIBLE, NOTHING, Solved

Floats = npt.NDArray[np.float64]

_HOURS = 1e-6  # fewer hours a week than this are none


def choose_sites(
    sites: Sites,
    areas: Areas,
    travel_min: npt.ArrayLike,
    terms: Terms,
    *,
    time_limit_s: float = 60.0,
    gap: float = 0.0,
) -> SetChoice:
    """Choose the set of sites that serves most suitable hours (DESIGN §5.6).

    ::

        maximise    Σ_i Σ_j suit_i d_j x_ij
        subject to  Σ_i x_ij ≤ 1                       j sends at most all of its hours
                    x_ij ≤ y_i                         only to opened sites
                    Σ_j d_j x_ij ≤ cap_i y_i           hours a week
                    Σ_i y_i ≤ p (= p if exactly)
                    Σ_{j∈k} Σ_i d_j x_ij ≥ s Σ_{j∈k} d_j   for every kecamatan k
                    Σ_{i∈g} y_i ≤ 1                    for every clique g of sites nearer than the
                                                       spacing
                    Σ_{i of kind h} y_i ≤ cap_h        for every capped kind h
                    y_i = 1 (must), y_i = 0 (must not)
                    x_ij only where t_ij ≤ T;  0 ≤ x_ij ≤ 1,  y_i ∈ {0, 1}

    with i a site, j an area (desa), y_i = 1 where i is opened, x_ij the share of j's hours that go
    to i, suit_i the suitability 0-1 (without what the program constrains itself), d_j hours a week,
    cap_i hours a week, p the count, s the share, t_ij minutes of travel, T the most. It is a
    capacitated maximal covering model (Current & Storbeck 1988) with split demand; strong rows
    ``x_ij ≤ y_i`` keep its relaxation tight.

    Without a count, or where the count is given up, the least number of sites is found first
    (``minimise Σ y_i`` under the same rows, in at most half the time), then the best set of that
    many. Sites that end with no hours are closed again unless
    they must be opened or the count is exact: closing them changes nothing else.

    Parameters
    ----------
    sites : Sites
    areas : Areas
    travel_min : array_like, shape (m areas, n sites)
        Minutes; NaN (unknown) and infinite are not within any limit.
    terms : Terms
    time_limit_s : float
        For choosing; explaining an impossible request takes 30 s for what to give up and at most
        60 s for what clashes.
    gap : float
        Stop when proven within this share of the best; what is left unproven is in the result.

    Returns
    -------
    SetChoice
        Where the request is impossible, ``clash`` says why, and the set is the best one without
        what ``clash.give_up`` lists.

    Raises
    ------
    InputError
        See `scoring.set_types.check_world`.
    """
    minutes = np.array(travel_min, dtype=float)
    check_world(sites, areas, minutes, terms)
    world = make_world(sites, areas, minutes, terms)
    search = _Search(end=time.monotonic() + time_limit_s, gap=gap, limit_s=time_limit_s)
    sums, impossible = set_sums.impossible(world), False
    if not sums[1]:
        found = search.best(world, world.demands)
        if len(found.solved.x):
            return _told(found, time_limit_s, None)
        impossible = found.solved.status == INFEASIBLE
    given_up = clash.fewest_to_give_up(world)
    search = replace(search, end=time.monotonic() + time_limit_s)
    if given_up.keys == () and not impossible:  # possible after all: begin from what was found
        found = search.best(world, world.demands, start=given_up.start)
        return _told(found, time_limit_s, None)
    why = clash.explain(world, sums, given_up, impossible=impossible)
    if given_up.keys is None:
        return _told(_Best(world=world, solved=NOTHING), time_limit_s, why)
    search = replace(search, end=time.monotonic() + time_limit_s)
    kept = [key for key in world.demands if key not in given_up.keys]
    return _told(search.best(world, kept, start=given_up.start), time_limit_s, why)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Best:
    """A solved program, the world it was built from, and the least count proven, if looked for."""

    world: World
    solved: Solved
    at_least: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """How long and how closely the set is looked for."""

    end: float
    gap: float
    limit_s: float

    def best(self, world: World, asked: Collection[str], *, start: Floats | None = None) -> _Best:
        """Solve for the best set under some of the demands; the least number first without one."""
        at_least = None
        if "count" not in asked:
            world, at_least, least = self._least(world, asked)
            start = least if len(least) else start
            asked = [*asked, "count"]
        program, _ = build(world, asked)
        n = len(world.sites.ids)
        program.cost[n:] = world.sites.suitability[world.i] * world.areas.hours_week[world.j]
        seconds = self.end - time.monotonic()
        solved = program.solve(maximise=True, time_limit_s=seconds, gap=self.gap, start=start)
        return _Best(world=world, solved=solved, at_least=at_least)

    def _least(self, world: World, asked: Collection[str]) -> tuple[World, int, Floats]:
        """Find the least number of sites: the world with it as its count, its bound, and a set."""
        program, _ = build(world, asked)
        n = len(world.sites.ids)
        program.cost[:n] = 1.0
        seconds = self.end - time.monotonic()
        found = program.solve(maximise=False, time_limit_s=seconds / 2, gap_abs=0.999)
        least = round(float(found.x[:n].sum())) if len(found.x) else n
        bound = int(np.ceil(found.bound - 1e-6)) if np.isfinite(found.bound) else 0
        counted = replace(world.terms, count=max(least, 1), exactly=False)
        return replace(world, terms=counted), bound, found.x


def _told(best: _Best, limit_s: float, why: Clash | None) -> SetChoice:
    """Turn columns into ids, hours and shares."""
    world, solved = best.world, best.solved
    n, hours = len(world.sites.ids), world.areas.hours_week
    values = solved.x if len(solved.x) else np.zeros(n + len(world.i))
    sent = hours[world.j] * values[n:]
    sent[sent < _HOURS] = 0.0
    opened = np.round(values[:n]) > 0
    if not (world.terms.exactly and world.terms.count is not None):
        busy = np.bincount(world.i, weights=sent, minlength=n) > 0
        held = np.isin(np.arange(n), world.positions(world.terms.must))
        opened &= busy | held
    by_area = np.zeros(len(hours))
    np.add.at(by_area, world.j, sent)
    ids = np.array(world.sites.ids, dtype=object)
    return SetChoice(
        opened=tuple(ids[opened]),
        assigned=_sent(world, sent),
        served_share=float(by_area.sum() / hours.sum()),
        served_by_kecamatan=_by_kecamatan(world, by_area),
        to_survey=tuple(ids[opened & world.sites.to_survey]),
        objective=float((world.sites.suitability[world.i] * sent).sum()),
        gap=solved.gap,
        status=solved.status,
        time_limit_s=limit_s,
        at_least=best.at_least,
        clash=why,
    )


def _sent(world: World, sent: Floats) -> tuple[Sent, ...]:
    """Who sends how many hours where, by area and site."""
    pairs = np.flatnonzero(sent > 0)
    order = pairs[np.lexsort([world.i[pairs], world.j[pairs]])]
    return tuple(
        Sent(
            area=world.areas.ids[world.j[k]],
            site=world.sites.ids[world.i[k]],
            hours_week=float(sent[k]),
            travel_min=float(world.minutes[k]),
        )
        for k in order
    )


def _by_kecamatan(world: World, by_area: Floats) -> dict[str, float]:
    """Share of each kecamatan's hours that is served."""
    hours, served = {}, {}
    for name in sorted(set(world.areas.kecamatan)):
        inside = world.of_kecamatan(name)
        hours[name], served[name] = world.areas.hours_week[inside].sum(), by_area[inside].sum()
    return {name: float(served[name] / hours[name]) for name in hours}

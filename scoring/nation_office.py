"""Where in a nation new offices save the most travel, over demand gathered by kecamatan."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from scoring.location import p_median
from scoring.nation_way import EARTH_KM, Way, arc_km, chord_of, on_sphere

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SMALL = 250_000
"""Pairs of kecamatan and place up to which the choice is proven by `scoring.location.p_median`."""
PROVING_S = 10.0
GREEDY = 1.0 - math.exp(-1.0)
_AT_ONCE = 64
_NEAR_KM = 150.0
"""Kecamatan that nothing further off than this can save are looked through in a narrow band."""
_STEPS, _IDLE = 60, 8
"""Of the bound; a step is halved after so many that did not lower it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Homes:
    """Demand by kecamatan, shapes (n,).

    Parameters
    ----------
    lon, lat : ndarray
        Middle of its people, degrees (EPSG:4326).
    spread_km : ndarray
        Root mean square distance of its people to the middle.
    trips : ndarray
        One-way trips a year, there and back each one.
    today_min : ndarray
        Minutes to the office of today; never NaN.
    """

    lon: Floats
    lat: Floats
    spread_km: Floats
    trips: Floats
    today_min: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewOffices:
    """The offices chosen, most saved first.

    Parameters
    ----------
    chosen : ndarray, shape (k,)
        Rows of the places as given; fewer than asked where no other would save anything.
    saves_hours : ndarray, shape (k,)
        Hours a year that each saves beside those before it; they add up to what all save.
    after_min : ndarray, shape (n,)
        Minutes to the nearest of today's office and the chosen.
    office : ndarray, shape (n,)
        Which of the chosen people then go to; −1: the office of today.
    at_least_0_1 : float
        All save at least this share of what any choice of so many could (1: proven the best).
    """

    chosen: Ints
    saves_hours: Floats
    after_min: Floats
    office: Ints
    at_least_0_1: float


def new_offices(
    homes: Homes, lon: Floats, lat: Floats, *, count: int, way: Way, small: int = SMALL
) -> NewOffices:
    """Choose places that together save the most hours of travel a year.

    ::

        maximise  f(S) = Σ_i n_i (t_i − min(t_i, min_{j∈S} t_ij)) / 60,   |S| ≤ k

    with n_i the trips from kecamatan i, t_i its minutes of today, t_ij those to place j
    (`scoring.nation_way.Way`). f is monotone and submodular: taking the place that saves most,
    again and again, reaches at least 1 − 1/e of the best (Nemhauser, Wolsey & Fisher 1978); what a
    place saved before is a bound of what it saves now, so few are reckoned anew (Minoux 1978). A
    Lagrangian bound of the best mostly says far more of this very choice. Up to `small` pairs the
    p-median of min(t_i, t_ij) is solved and proven instead.

    No table of pairs is held: memory grows as n + m, time as n · m.

    Parameters
    ----------
    homes : Homes
    lon, lat : ndarray, shape (m,)
        Places where an office could be, EPSG:4326.
    count : int
        k, 1 at least.
    way : Way
    small : int

    Raises
    ------
    InputError
        ``nation.office.count`` when `count` is below 1.
    """
    if count < 1:
        raise InputError("nation.office.count", count=count)
    search = _Search.of(homes, lon, lat, way)
    taken, at_least = search.greedy(count)
    useful = np.flatnonzero(search.first > 0.0)
    if taken and at_least < 1.0 and len(useful) * len(homes.lon) <= small:
        taken, at_least = search.proven(taken, at_least, useful)
    marginal, ordered = search.in_order(taken)
    after, office = search.goes_to(ordered)
    back = np.argsort(search.own, kind="stable")
    return NewOffices(
        chosen=search.order[ordered],
        saves_hours=marginal,
        after_min=after[back],
        office=office[back],
        at_least_0_1=at_least,
    )


@dataclass(slots=True, kw_only=True, eq=False)
class _Search:
    """Places and kecamatan sorted by where they are, so that sums do not depend on their order."""

    homes: Floats
    spread_km: Floats
    weight: Floats  # hours a minute saved
    today: Floats
    places: Floats
    way: Way
    own: Ints
    order: Ints
    first: Floats

    @classmethod
    def of(cls, homes: Homes, lon: Floats, lat: Floats, way: Way) -> _Search:
        points = on_sphere(homes.lon, homes.lat)
        keys = (homes.today_min, homes.trips, homes.spread_km, homes.lat, homes.lon, points[:, 0])
        own, order = np.lexsort(keys), np.lexsort((lat, lon))
        search = cls(
            homes=points[own],
            spread_km=homes.spread_km[own],
            weight=homes.trips[own] / 60.0,
            today=homes.today_min[own],
            places=on_sphere(lon[order], lat[order]),
            way=way,
            own=own,
            order=order,
            first=np.empty(0),
        )
        search.first = search.gains(search.today, np.arange(len(order)))
        return search

    def gains(self, now: Floats, which: Ints) -> Floats:
        """Hours a year that each of some places saves, where people now travel so long."""
        from scoring import nation_office_kernels

        far2 = (now / self.way.min_per_km) ** 2 - self.spread_km**2
        far_km = np.sqrt(np.maximum(far2, 0.0)) * (1.0 + 1e-9)
        useful = (far2 > 0.0) & (now > 0.0) & (self.weight > 0.0)
        out, places = np.zeros(len(which)), np.ascontiguousarray(self.places[which])
        for some in (useful & (far_km <= _NEAR_KM), useful & (far_km > _NEAR_KM)):
            near = np.flatnonzero(some)
            chord = chord_of(far_km[near])
            told = np.array([EARTH_KM, self.way.min_per_km, chord.max(initial=0.0)])
            parts = (self.spread_km[near] ** 2, now[near], self.weight[near])
            homes = np.ascontiguousarray(self.homes[near])
            nation_office_kernels.gains(homes, chord**2, *parts, places, told, out)
        return out

    def minutes(self, place: int) -> Floats:
        """Minutes of every kecamatan to one place."""
        chord = np.sqrt(((self.homes - self.places[place]) ** 2).sum(axis=1))
        return np.asarray(self.way.min_per_km * np.hypot(arc_km(chord), self.spread_km))

    def greedy(self, count: int) -> tuple[list[int], float]:
        """Take the place that saves most, again and again; of equals the first."""
        upper, now = self.first.copy(), self.today.copy()
        taken: list[int] = []
        saved = 0.0
        while len(taken) < count and upper.size:
            fresh = np.zeros(len(upper), dtype=bool)
            fresh[:] = not taken
            while not fresh[best := int(upper.argmax())]:
                some = np.argpartition(-upper, min(_AT_ONCE, len(upper) - 1))[:_AT_ONCE]
                some = np.union1d(some[~fresh[some]], [best])
                upper[some], fresh[some] = self.gains(now, some), True
            if not upper[best] > 0.0:
                break
            taken.append(best)
            saved += float(upper[best])
            now = np.minimum(now, self.minutes(best))
            upper[best] = 0.0
        if len(taken) < count or count == 1:  # all that can be saved is; of one the best is taken
            return taken, 1.0
        return taken, max(float(GREEDY), saved / self.bound(now, count, saved))

    def bound(self, now: Floats, count: int, saved: float) -> float:
        """Bound what any choice of so many places saves, hours a year.

        ``U(p) = Σ_i w_i (t_i − p_i) + Σ_{k largest} ρ_j(p)``, ``ρ_j(p) = Σ_i w_i max(0, p_i −
        t_ij)``, is a bound for every price p ≤ t: the Lagrangian of the median (Cornuéjols, Fisher
        & Nemhauser 1977). It starts at the minutes after a choice, where it is Nemhauser's own, and
        goes down by projected subgradients.
        """
        every, price, heading = np.arange(len(self.places)), now.copy(), np.zeros(len(now))
        step, idle, best = 1.0, 0, np.inf
        for _ in range(_STEPS):
            gain = self.gains(price, every)
            top = np.argpartition(-gain, min(count, len(gain)) - 1)[:count]
            value = float(self.weight @ (self.today - price) + gain[top].sum())
            idle = 0 if value < best * (1 - 1e-4) else idle + 1
            best = min(best, value)
            if best <= saved * (1 + 1e-9):
                break
            if idle >= _IDLE:
                step, idle = step / 2.0, 0
            served = sum((self.minutes(int(j)) < price).astype(float) for j in top)
            slope = np.where((served < 1.0) & (price >= self.today), 0.0, served - 1.0)
            heading = slope + 0.7 * heading
            length = float(self.weight @ heading**2)
            if length <= 0.0:
                break
            price = np.clip(price - step * (value - saved) / length * heading, 0.0, self.today)
        return max(best, saved)

    def proven(self, taken: list[int], at_least: float, useful: Ints) -> tuple[list[int], float]:
        """Let the p-median find a better choice, or prove this one."""
        cost = np.column_stack([np.minimum(self.minutes(j), self.today) for j in useful])
        found = p_median(cost, self.weight, len(taken), time_limit_s=PROVING_S)
        if not len(found.opened):
            return taken, at_least
        other = useful[found.opened].tolist()
        mine, theirs = (self._saved(choice) for choice in (taken, other))
        chosen, saved = (other, theirs) if theirs > mine * (1 + 1e-12) else (taken, mine)
        spare = found.gap * found.objective
        return chosen, max(at_least, 1.0 if not spare else saved / (theirs + spare))

    def _saved(self, taken: list[int]) -> float:
        now, _ = self.goes_to(taken)
        return float(self.weight @ (self.today - now))

    def in_order(self, taken: list[int]) -> tuple[Floats, list[int]]:
        """Order a choice: each time the one that saves most beside those before it."""
        now, left = self.today.copy(), sorted(taken)
        ordered: list[int] = []
        told: list[float] = []
        while left:
            saves = self.gains(now, np.array(left))
            best = int(saves.argmax())
            told.append(float(saves[best]))
            ordered.append(left.pop(best))
            now = np.minimum(now, self.minutes(ordered[-1]))
        return np.array(told), ordered

    def goes_to(self, chosen: list[int]) -> tuple[Floats, Ints]:
        """Minutes of every kecamatan afterwards, and which of the chosen it goes to; −1 today's."""
        now, office = self.today.copy(), np.full(len(self.today), -1)
        for k, place in enumerate(chosen):
            there = self.minutes(place)
            office[there < now] = k
            now = np.minimum(now, there)
        return now, office

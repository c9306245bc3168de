"""Where an office saves its clients most travel, against the office of today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import InputError
from scoring.centre import p_center
from scoring.cover import max_cover, set_cover
from scoring.location import p_median
from scoring.siting_types import Siting
from scoring.travelled import Travel, travel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Kilometres = npt.ArrayLike | Callable[[Ints], npt.ArrayLike]

METHODS = ("p_median", "p_center", "max_cover", "set_cover")
TODAY = -1
"""Stands in ``by_desa.office`` for clients whose nearest office stays the one of today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A column that could stand in for an opened one at almost the same mean."""

    column: int
    instead_of: int
    mean_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeChoice:
    """The offices chosen, and what they change.

    Parameters
    ----------
    siting : Siting
        ``assigned`` as the program has it; ``by_desa.office`` says where clients then go.
    method : str
    today, after : Travel
    saved_hours_per_year, saved_km_per_year : float
        Client-hours and kilometres, there and back; NaN where today's are not known.
    by_desa : DataFrame
        ``demand`` · ``today_min`` · ``after_min`` · ``office`` (column, −1 = today's) ·
        ``today_km`` · ``after_km`` · ``saved_hours_per_year`` · ``saved_km_per_year``, one row a
        desa in the given order.
    rivals : tuple of Rival
        Other columns whose mean stays within `near_min`, best first; none = a clear winner.
    """

    siting: Siting
    method: str
    today: Travel
    after: Travel
    saved_hours_per_year: float
    saved_km_per_year: float
    by_desa: pd.DataFrame
    rivals: tuple[Rival, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDays:
    """Weekly service days instead of an office: what clients save, and what officers spend."""

    choice: OfficeChoice
    officer_hours_per_year: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeTerms:
    """How an office is looked for.

    Parameters
    ----------
    method : {"p_median", "p_center", "max_cover", "set_cover"}
    limit_min : float, optional
        Needed by the covers.
    visits_a_year : float
        Visits of one client (assumed: one a month).
    near_min : float
        Columns whose mean is within so many minutes of the chosen are named as rivals.
    time_limit_s : float
    """

    method: str = "p_median"
    limit_min: float | None = None
    visits_a_year: float = 12.0
    near_min: float = 1.0
    time_limit_s: float = 60.0


def choose_office(
    travel_min: npt.ArrayLike,
    demand: npt.ArrayLike,
    *,
    count: int,
    today_min: npt.ArrayLike,
    terms: OfficeTerms | None = None,
    capacity: npt.ArrayLike | None = None,
    distance_km: Kilometres | None = None,
    today_km: npt.ArrayLike | None = None,
) -> OfficeChoice:
    """Choose offices and compare them with the office of today, which stays open.

    The program is that of `p_median`, `p_center`, `max_cover` or `set_cover` with

    ::

        c_ij = min(t_ij, t_i0)

    where t_ij are the minutes of desa i to candidate j and t_i0 those to the office of today (a
    client goes where it is nearer). With `capacity` everyone goes to a chosen office: c_ij = t_ij.
    A year saves ``Σ_i d_i v 2 (t_i0 − c_i) / 60`` client-hours, with d_i clients, v visits a year,
    2 for there and back, c_i the minutes to where i then goes; kilometres alike.

    Parameters
    ----------
    travel_min : array_like, shape (n_desa, n_candidates)
        NaN or infinite = not reached by road as far as known: not offered.
    demand : array_like, shape (n_desa,)
        Clients, *perkiraan* (`scoring.hours.spread_demand`).
    count : int
        Offices to open; not used by set_cover, which finds the number.
    today_min : array_like, shape (n_desa,)
        NaN = unknown: that desa is not compared.
    terms : OfficeTerms, optional
    capacity : array_like, optional
        Clients an office can hold.
    distance_km : array_like, shape (n_desa, n_candidates), or callable, optional
        A callable gets the opened columns and returns theirs alone, (n_desa, opened).
    today_km : array_like, shape (n_desa,), optional

    Raises
    ------
    InputError
        ``siting.method`` · ``siting.no_limit`` · ``siting.shapes``, and those of the method.
    """
    t = np.array(travel_min, dtype=float)
    d, t0 = np.array(demand, dtype=float), np.array(today_min, dtype=float)
    if t.ndim != 2 or d.shape != (len(t),) or t0.shape != (len(t),):
        raise InputError("siting.shapes", cost=str(t.shape), demand=str(d.shape))
    t[np.isnan(t)] = np.inf
    cost = t if capacity is not None else np.fmin(t, t0[:, None])
    ask = terms or OfficeTerms()
    siting = _solve(cost, d, count, ask, capacity)
    if not len(siting.opened):
        after, office = t0.copy(), np.full(len(t), TODAY)
    else:
        after, office = _goes_to(t, t0, siting, held=capacity is not None)
    km, km0 = _kilometres(distance_km, today_km, office, siting.opened, t.shape)
    trips = d * ask.visits_a_year * 2.0
    by_desa = pd.DataFrame(
        {
            "demand": d,
            "today_min": t0,
            "after_min": after,
            "office": office,
            "today_km": km0,
            "after_km": km,
            "saved_hours_per_year": trips * (t0 - after) / 60.0,
            "saved_km_per_year": trips * (km0 - km),
        }
    )
    return OfficeChoice(
        siting=siting,
        method=ask.method,
        today=travel(t0, d, km0),
        after=travel(np.where(np.isnan(t0), np.nan, after), d, km),
        saved_hours_per_year=_total(by_desa["saved_hours_per_year"]),
        saved_km_per_year=_total(by_desa["saved_km_per_year"]),
        by_desa=by_desa,
        rivals=() if capacity is not None else _rivals(cost, d, siting.opened, ask.near_min),
    )


def _solve(
    cost: Floats, demand: Floats, count: int, ask: OfficeTerms, capacity: npt.ArrayLike | None
) -> Siting:
    """Run the method asked for."""
    seconds, limit = ask.time_limit_s, ask.limit_min
    if ask.method not in METHODS:
        raise InputError("siting.method", method=ask.method, methods=", ".join(METHODS))
    if ask.method == "p_median":
        return p_median(cost, demand, count, capacity=capacity, time_limit_s=seconds)
    if ask.method == "p_center":
        return p_center(cost, demand, count, capacity=capacity, time_limit_s=seconds)
    if limit is None:
        raise InputError("siting.no_limit", method=ask.method)
    if ask.method == "max_cover":
        return max_cover(cost, demand, count, limit=limit, capacity=capacity, time_limit_s=seconds)
    return set_cover(cost, demand, limit=limit, capacity=capacity, time_limit_s=seconds)


def _goes_to(t: Floats, t0: Floats, siting: Siting, *, held: bool) -> tuple[Floats, Ints]:
    """Minutes and office of each desa: the nearest, or the program's where capacity holds them."""
    nearest = siting.opened[np.argmin(t[:, siting.opened], axis=1)]
    office = np.where(siting.assigned >= 0, siting.assigned, nearest) if held else nearest
    after = t[np.arange(len(t)), office]
    stays = np.isinf(after) if held else ~(after < np.where(np.isnan(t0), np.inf, t0))
    return np.where(stays, t0, after), np.where(stays, TODAY, office)


def _kilometres(
    distance_km: Kilometres | None,
    today_km: npt.ArrayLike | None,
    office: Ints,
    opened: Ints,
    shape: tuple[int, ...],
) -> tuple[Floats, Floats]:
    """Kilometres to where each desa goes, and to the office of today; NaN where not given."""
    nothing = np.full(shape[0], np.nan)
    if distance_km is None or today_km is None:
        return nothing, nothing
    km, km0 = np.full(shape, np.nan), np.array(today_km, dtype=float)
    if not callable(distance_km):
        km = np.array(distance_km, dtype=float)
    elif len(opened):
        km[:, opened] = distance_km(opened)
    if km.shape != shape or km0.shape != (shape[0],):
        raise InputError("siting.shapes", cost=str(km.shape), demand=str(km0.shape))
    there = km[np.arange(shape[0]), np.maximum(office, 0)]
    return np.where(office == TODAY, km0, there), km0


def _total(column: pd.Series) -> float:
    """Sum of what is known; NaN where nothing is."""
    return float(column.sum(min_count=1))


def _rivals(cost: Floats, demand: Floats, opened: Ints, near_min: float) -> tuple[Rival, ...]:
    """Find swaps of one opened column that leave the mean within `near_min` minutes."""
    rows = demand > 0
    c, weight = cost[rows], demand[rows] / demand[rows].sum()
    if not len(opened) or not np.isfinite(c[:, opened].min(axis=1)).all():
        return ()
    best = float(weight @ c[:, opened].min(axis=1))
    found: list[Rival] = []
    for one in opened:
        others = opened[opened != one]
        rest = c[:, others].min(axis=1) if len(others) else np.full(len(c), np.inf)
        mean = weight @ np.minimum(rest[:, None], c)
        mean[opened] = np.inf
        found += [
            Rival(column=int(j), instead_of=int(one), mean_min=float(mean[j]))
            for j in np.flatnonzero(mean <= best + near_min)
        ]
    return tuple(sorted(found, key=lambda rival: (rival.mean_min, rival.column)))


def service_days(
    travel_min: npt.ArrayLike,
    demand: npt.ArrayLike,
    *,
    today_min: npt.ArrayLike,
    officer_min: npt.ArrayLike,
    days_a_week: int = 5,
    officers: float = 1.0,
    weeks_a_year: float = 52.0,
    terms: OfficeTerms | None = None,
) -> ServiceDays:
    """Compare weekly service days at kantor kecamatan: one kantor a day of the week.

    The kantor are chosen by `p_median` with p = `days_a_week`; officers drive there and back from
    the office of today: ``Σ_{j opened} 2 t_0j / 60 × officers × weeks`` hours a year.

    Parameters
    ----------
    travel_min : array_like, shape (n_desa, n_kantor)
    demand : array_like, shape (n_desa,)
    today_min : array_like, shape (n_desa,)
    officer_min : array_like, shape (n_kantor,)
        Minutes from the office of today to each kantor; NaN where unknown.
    days_a_week : int
    officers, weeks_a_year : float
    terms : OfficeTerms, optional

    Returns
    -------
    ServiceDays
        To be shown beside `choose_office`: clients' hours saved against officers' hours spent.
    """
    kantor = np.array(officer_min, dtype=float)
    choice = choose_office(
        travel_min,
        demand,
        count=min(int(days_a_week), len(kantor)),
        today_min=today_min,
        terms=terms,
    )
    spent = float(kantor[choice.siting.opened].sum()) * 2.0 / 60.0 * officers * weeks_a_year
    return ServiceDays(choice=choice, officer_hours_per_year=spent)

"""What a set of sites is asked to do, over which sites and areas, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geo.errors import InputError, Note

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SHARE = "share:"
"""Begins the key of "this kecamatan gets at least its share"; the kecamatan's name follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """n candidate sites.

    Parameters
    ----------
    ids : tuple of str
    suitability : ndarray, shape (n,)
        Worth 0-1 without what the program constrains itself (`scoring.siting.suitability_without`).
    capacity_h_week : ndarray, shape (n,)
        Hours a week a site can take (`scoring.hours.weekly_capacity`).
    kind : tuple of str
    xy_m : ndarray, shape (n, 2)
        Metric coordinates, for the spacing.
    to_survey : ndarray of bool, shape (n,)
        Sites that still have a gate to be settled in the field.
    """

    ids: tuple[str, ...]
    suitability: Floats
    capacity_h_week: Floats
    kind: tuple[str, ...]
    xy_m: Floats
    to_survey: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """m areas where demand comes from: desa, their hours a week, and their kecamatan."""

    ids: tuple[str, ...]
    hours_week: Floats
    kecamatan: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is asked of the set.

    Parameters
    ----------
    count : int, optional
        At most so many sites; None = the least number that meets everything else.
    exactly : bool
        Exactly `count`, not at most.
    max_minutes : float
        Nobody is sent farther than this.
    share_0_1 : float
        Every kecamatan has at least this share of its hours served.
    spacing_m : float
        No two opened sites nearer than this; 0 = no such demand.
    caps : Mapping[str, int]
        At most so many sites of a kind.
    must, must_not : tuple of str
        Ids that are opened, and ids that are not.
    """

    count: int | None = None
    exactly: bool = False
    max_minutes: float = 45.0
    share_0_1: float = 0.5
    spacing_m: float = 0.0
    caps: Mapping[str, int] = field(default_factory=dict)
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Hours a week that one area sends to one site."""

    area: str
    site: str
    hours_week: float
    travel_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Why a request cannot be met.

    Parameters
    ----------
    give_up : tuple of str
        The fewest demands that, given up, make the rest possible.
    because : tuple of str
        Demands that cannot stand together (none can be left out where it is proven so).
    proved : {"arithmetic", "relaxation", "search", "undecided"}
        By sums a person can check · by the linear relaxation · only by the solver's search · not
        decided within the time.
    fewest : int
        At least so many demands must be given up (the bound of the search for `give_up`).
    notes : tuple of Note
        What arithmetic shows, one sentence each.
    """

    give_up: tuple[str, ...]
    because: tuple[str, ...]
    proved: str
    fewest: int
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetChoice:
    """The set that was chosen; where ``clash`` is given, without what it says to give up.

    ``objective`` is suitability × hours served a week; ``gap`` 0-1 is not proven yet (infinite
    where nothing was found); ``served_share`` is of all hours, ``served_by_kecamatan`` of each
    kecamatan's; ``to_survey`` lists opened sites with a gate to be settled. Where the number of
    sites was looked for, at least ``at_least`` are proven to be needed.
    """

    opened: tuple[str, ...]
    assigned: tuple[Sent, ...]
    served_share: float
    served_by_kecamatan: Mapping[str, float]
    to_survey: tuple[str, ...]
    objective: float
    gap: float
    status: str
    time_limit_s: float
    at_least: int | None = None
    clash: Clash | None = None


def check_world(sites: Sites, areas: Areas, travel_min: Floats, terms: Terms) -> None:
    """Refuse what no set can be chosen from.

    Raises
    ------
    InputError
        ``siting.shapes`` · ``siting.bad_sites`` · ``siting.bad_demand`` · ``siting.no_such_site``
        · ``siting.count`` · ``siting.bad_share``.
    """
    n, m = len(sites.ids), len(areas.ids)
    if travel_min.shape != (m, n) or areas.hours_week.shape != (m,) or not n or not m:
        raise InputError("siting.shapes", cost=str(travel_min.shape), demand=str((m, n)))
    values = np.column_stack([sites.suitability, sites.capacity_h_week, sites.xy_m])
    bad = ~np.isfinite(values).all(axis=1) | (sites.capacity_h_week < 0)
    if bad.any() or len(set(sites.ids)) < n or len(set(areas.ids)) < m:
        raise InputError("siting.bad_sites", count=int(bad.sum()))
    wrong = ~np.isfinite(areas.hours_week) | (areas.hours_week < 0)
    if wrong.any() or not areas.hours_week.sum():
        raise InputError("siting.bad_demand", count=int(wrong.sum()))
    unknown = sorted({*terms.must, *terms.must_not} - set(sites.ids))
    if unknown:
        raise InputError("siting.no_such_site", sites=", ".join(unknown))
    if not 0 <= terms.share_0_1 <= 1:
        raise InputError("siting.bad_share", share=float(terms.share_0_1))
    if terms.count is not None and not 1 <= terms.count <= n:
        raise InputError("siting.count", count=terms.count, candidates=n)

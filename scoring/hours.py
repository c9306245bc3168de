"""Hours a week: what a site can take, and what a desa's demand comes to. All of it *perkiraan*."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import InputError

Floats = npt.NDArray[np.float64]

MINIMUM = 5
"""Smallest count of persons that may be used (CRITERIA §6; `data.layers.demand` hides smaller)."""

WEEKS = 52.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedSite:
    """What a site is assumed to offer while nobody has asked (ours; said wherever it is used).

    Labour need and places stand where the catalogue gives half its worth (12 hours, 1 place); open
    hours and days are a government office's.
    """

    labour_need_h_week: float = 12.0
    places_day: float = 1.0
    hours_open_day: float = 7.0
    days_week: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedDemand:
    """What demand is assumed to be while verdicts are not counted (ours).

    Parameters
    ----------
    per_100k_year : float
        Sentences (or clients) per 100,000 people a year; about 250 in a regency of a million.
    mean_hours : tuple of float
        Mean hours of a sentence: low, mid, high.
    """

    per_100k_year: float = 25.0
    mean_hours: tuple[float, float, float] = (40.0, 80.0, 120.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Hours a week of n sites, and which of the four values were assumed, shape (n, 4).

    The columns of ``assumed`` follow `PARTS`.
    """

    hours_week: Floats
    assumed: npt.NDArray[np.bool_]


PARTS = ("labour_need_h_week", "places_day", "hours_open_day", "days_week")


def weekly_capacity(
    labour_need_h_week: npt.ArrayLike,
    places_day: npt.ArrayLike,
    hours_open_day: npt.ArrayLike,
    days_week: npt.ArrayLike,
    *,
    most_hours_day: float,
    assumed: AssumedSite | None = None,
) -> Capacity:
    """Hours a week a site can take: ``min(need, places/day × min(H, open) × days/week)``.

    with need the extra labour it can use, places/day the persons it can accompany, H the most hours
    of one person on one day (`scoring.legal.most_hours_day`: 8 for adults), open its hours a day
    (for juveniles those outside school) and days/week the days it receives (DESIGN §5.6). What is
    unknown (NaN) is assumed and marked; a zero stays zero.

    Parameters
    ----------
    labour_need_h_week, places_day, hours_open_day, days_week : array_like, shape (n,)
    most_hours_day : float
    assumed : AssumedSite, optional

    Raises
    ------
    InputError
        ``siting.bad_capacity`` for a negative value or a week of more than 7 days.
    """
    stand_in = assumed or AssumedSite()
    given = np.column_stack(
        np.broadcast_arrays(
            *(
                np.atleast_1d(np.asarray(x, dtype=float))
                for x in (labour_need_h_week, places_day, hours_open_day, days_week)
            )
        )
    )
    wrong = (given < 0) | np.isinf(given)
    wrong[:, 3] |= given[:, 3] > 7
    if wrong.any():
        raise InputError("siting.bad_capacity", count=int(wrong.any(axis=1).sum()))
    unknown = np.isnan(given)
    filled = np.where(unknown, [getattr(stand_in, part) for part in PARTS], given)
    need, places, hours, days = filled.T
    week = np.minimum(need, places * np.minimum(most_hours_day, hours) * days)
    return Capacity(hours_week=week, assumed=unknown)


def spread_demand(
    demand: pd.DataFrame,
    desa: pd.DataFrame,
    *,
    count: str = "sentences_per_year",
    assumed: AssumedDemand | None = None,
) -> pd.DataFrame:
    """Spread counts per kecamatan over its desa by population: *perkiraan*, never a count.

    ``d_j = N_k · P_j / Σ_{l∈k} P_l`` with N_k the kecamatan's count, P_j the desa's population; an
    unknown or hidden N_k is assumed as a rate of the population, so that no total gives it back
    (counts under 5 and their complement are hidden where they are read). Hours a week =
    ``d_j × mean hours / 52``. Counts per desa would point at persons: 250 clients over 278 desa
    leave 99 % of the cells under 5 (CRITERIA §6).

    Parameters
    ----------
    demand : DataFrame
        ``kecamatan``, the column named by `count` (NaN unknown or hidden), ``mean_hours`` (NaN
        unknown; the column may be missing).
    desa : DataFrame
        ``id``, ``kecamatan`` (written as in `demand`), ``population`` (NaN unknown: the middle one
        of its kecamatan, else of all, stands in).
    count : {"sentences_per_year", "clients"}
    assumed : AssumedDemand, optional

    Returns
    -------
    DataFrame
        In the order of `desa`: ``id`` · ``kecamatan`` · ``amount`` (a year) · ``hours_low`` ·
        ``hours_mid`` · ``hours_high`` (a week) · ``basis`` ("count" or "assumed") ·
        ``population_assumed`` · ``estimate`` (always True).

    Raises
    ------
    InputError
        ``siting.no_population`` · ``siting.small_count`` · ``siting.kecamatan_twice`` ·
        ``siting.unknown_kecamatan``.
    """
    rule = assumed or AssumedDemand()
    given = demand.set_index("kecamatan")
    numbers = given[count].to_numpy(dtype=float)
    if given.index.has_duplicates:
        raise InputError("siting.kecamatan_twice")
    if ((numbers > 0) & (numbers < MINIMUM)).any() or (numbers < 0).any():
        raise InputError("siting.small_count", minimum=MINIMUM)
    if strange := sorted(set(given.index) - set(desa["kecamatan"])):
        raise InputError("siting.unknown_kecamatan", kecamatan=", ".join(map(str, strange)))
    people, stood_in = _people(desa)
    whole = desa["kecamatan"].map(people.groupby(desa["kecamatan"]).sum()).to_numpy(dtype=float)
    known = desa["kecamatan"].map(given[count]).to_numpy(dtype=float)
    rate = people.to_numpy() / 1e5 * rule.per_100k_year
    amount = np.where(np.isnan(known), rate, known * people.to_numpy() / whole)
    mean = np.full(len(desa), np.nan)
    if "mean_hours" in given:
        mean = desa["kecamatan"].map(given["mean_hours"]).to_numpy(dtype=float)
    low, mid, high = (
        amount * np.where(np.isnan(mean), hours, mean) / WEEKS for hours in rule.mean_hours
    )
    return pd.DataFrame(
        {
            "id": desa["id"].to_numpy(),
            "kecamatan": desa["kecamatan"].to_numpy(),
            "amount": amount,
            "hours_low": low,
            "hours_mid": mid,
            "hours_high": high,
            "basis": np.where(np.isnan(known), "assumed", "count"),
            "population_assumed": stood_in,
            "estimate": True,
        }
    )


def _people(desa: pd.DataFrame) -> tuple[pd.Series, npt.NDArray[np.bool_]]:
    """Let the middle population stand in where it is unknown, and mark where."""
    people = pd.Series(desa["population"].to_numpy(dtype=float), index=desa.index)
    unknown = people.isna().to_numpy() | (people < 0).to_numpy()
    known = people.mask(unknown)
    if not known.sum():
        raise InputError("siting.no_population")
    middle = known.groupby(desa["kecamatan"]).transform("median").fillna(known.median())
    filled = known.fillna(middle)
    # a kecamatan whose people are all counted as none still has its count to spread
    empty = filled.groupby(desa["kecamatan"]).transform("sum") == 0
    return filled.mask(empty, 1.0), unknown

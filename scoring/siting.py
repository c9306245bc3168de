"""Which set of places, or which office: the names by which the rooms above ask.

Location models work on plain arrays: ``cost`` is (n_demand, n_candidates), ``opened`` holds column
indices, ``assigned`` one column per demand row. Each method prints its program where it is defined.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from scoring.centre import p_center
from scoring.clash import demand_note
from scoring.cover import max_cover, set_cover
from scoring.hours import spread_demand, weekly_capacity
from scoring.location import p_median
from scoring.office import OfficeTerms, choose_office, service_days
from scoring.set_types import Areas, Clash, SetChoice, Sites, Terms
from scoring.sets import choose_sites
from scoring.siting_types import Siting
from scoring.study import StudyResult

LEFT_OUT = ("client_access", "officer_reach", "public_transport", "capacity")
"""Criteria that the set program constrains or optimises itself (CRITERIA §3)."""


def suitability_without(
    result: StudyResult, keys: Collection[str] = LEFT_OUT
) -> npt.NDArray[np.float64]:
    """Score without some criteria, the rest of the weights summing to 1 again.

    ``suit_i = Σ_{k ∉ keys} e_k v_ik / Σ_{k ∉ keys} e_k`` with e_k the effective weight and v_ik the
    worth 0-1 (its prior where unknown), so that a set is not paid twice for what its program
    already asks.

    Parameters
    ----------
    result : StudyResult
    keys : collection of str
        Criteria left out; those the programme does not weigh are passed over.

    Returns
    -------
    ndarray, shape (n_ranked,)
        0-1, in the order of ``result.ranking.order``.

    Raises
    ------
    InputError
        ``siting.nothing_left`` when no weight is left.
    """
    ranking = result.ranking
    kept = [k for k, criterion in enumerate(result.criteria) if criterion.key not in set(keys)]
    whole = float(ranking.weights[kept].sum())
    if whole <= 0:
        raise InputError("siting.nothing_left", criteria=", ".join(sorted(keys)))
    total = np.zeros(len(ranking.order))
    for k in kept:  # column by column, as the score itself (DESIGN §5.3)
        total += ranking.scores.contributions[:, k]
    return total / whole


__all__ = [
    "LEFT_OUT",
    "Areas",
    "Clash",
    "OfficeTerms",
    "SetChoice",
    "Sites",
    "Siting",
    "Terms",
    "choose_office",
    "choose_sites",
    "demand_note",
    "max_cover",
    "p_center",
    "p_median",
    "service_days",
    "set_cover",
    "spread_demand",
    "suitability_without",
    "weekly_capacity",
]

"""Weights: groups that share the whole, criteria that share their group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geo.errors import TapakError
from scoring.ahp import AhpResult, ahp, triad_note
from scoring.criteria import GROUPS, Catalogue
from scoring.diagnostics import critic, entropy
from scoring.elicitation import (
    Statement,
    anything,
    direct,
    exact,
    interval,
    rank_order_centroid,
    ranked,
    swing,
)
from scoring.stakeholders import Combined, combine
from scoring.stated import Stated, draw_stated, read_order, settle
from scoring.swing import SwingRange, swing_ranges

__all__ = [
    "AhpResult",
    "Combined",
    "Scenario",
    "Stated",
    "Statement",
    "SwingRange",
    "Thresholds",
    "ahp",
    "anything",
    "combine",
    "critic",
    "direct",
    "drawn",
    "effective",
    "entropy",
    "exact",
    "interval",
    "rank_order_centroid",
    "ranked",
    "read_order",
    "swing",
    "swing_ranges",
    "triad_note",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Where judgement tips: probabilities 0-1, metres, years, a correlation 0-1."""

    gate_pass: float = 0.70
    gate_fail: float = 0.25
    event_distance_m: float = 500.0
    event_years: float = 3.0
    correlation: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One way to weigh a programme's criteria, and who stands behind it.

    Parameters
    ----------
    name, programme : str
    groups : Mapping[str, float]
        Weight of benefit and safety; any positive scale. Empty = the catalogue's.
    weights : Mapping[str, float]
        Weight of criteria inside their group; any positive scale. Missing ones keep the
        catalogue's number.
    stated : Stated
        Limits and order said about the weights, and how surely the numbers are meant.
    set_by, set_on, basis : str
        Empty means "bobot awal, belum disepakati".
    as_of : str
        ISO date to which "in the last three years" is counted.
    thresholds : Thresholds
    """

    name: str
    programme: str
    groups: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    stated: Stated = field(default_factory=Stated)
    set_by: str = ""
    set_on: str = ""
    basis: str = ""
    as_of: str = ""
    thresholds: Thresholds = field(default_factory=Thresholds)


def effective(catalogue: Catalogue, scenario: Scenario) -> npt.NDArray[np.float64]:
    """Effective weights ``e_k = group weight × weight in group``, each summing to 1.

    Returns
    -------
    ndarray, shape (m,)
        In the order of ``catalogue.scored(scenario.programme)``. A group whose weights are all 0
        gives its weight to nobody, which is refused. Limits and an order are kept
        (`scoring.stated.settle`).

    Raises
    ------
    TapakError
        For an unknown criterion, a negative weight, or a group without weight.
    """
    criteria = catalogue.scored(scenario.programme)
    programme = catalogue.programme(scenario.programme)
    unknown = set(scenario.weights) - {c.key for c in criteria}
    if unknown:
        raise TapakError("weights.unknown_criterion", criteria=", ".join(sorted(unknown)))
    raw = np.array(
        [float(scenario.weights.get(c.key, c.weights[programme.letter])) for c in criteria]
    )
    shares = np.array([float(scenario.groups.get(g, programme.groups[g])) for g in GROUPS])
    if (raw < 0).any() or (shares < 0).any() or not np.isfinite([*raw, *shares]).all():
        raise TapakError("weights.negative")
    if shares.sum() <= 0:
        raise TapakError("weights.none", group="-")
    result = np.zeros(len(criteria))
    for group, share in zip(GROUPS, shares / shares.sum(), strict=True):
        member = np.array([c.group == group for c in criteria])
        total = raw[member].sum()
        if total <= 0 and share > 0:
            raise TapakError("weights.none", group=group)
        if share > 0:
            result[member] = share * raw[member] / total
    numbered = tuple(scenario.weights)
    return settle(scenario.stated, [c.key for c in criteria], result, numbered=numbered)


def drawn(
    catalogue: Catalogue, scenario: Scenario, *, count: int, seed: int = 1
) -> npt.NDArray[np.float64]:
    """Draw effective weights as a scenario states them, (count, m); see `draw_stated`."""
    criteria = catalogue.scored(scenario.programme)
    keys, groups = [c.key for c in criteria], [c.group for c in criteria]
    return draw_stated(
        scenario.stated, keys, groups, effective(catalogue, scenario), count=count, seed=seed
    )

"""``[weights.PROGRAMME]`` of study.toml: numbers, limits, an order, and who stands behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data.settings_check import Table
from geo.errors import InputError
from scoring.criteria import GROUPS, load_catalogue
from scoring.draws import ALPHA
from scoring.weights import Stated, read_order

STATED = ("intervals", "order", "certainty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A programme's weights as far as study.toml states them; the rest is the catalogue's.

    ``groups`` is empty or names every group and sums to 100. An empty ``set_by`` means that
    nobody has agreed on the weights yet. ``stated`` are limits, order and certainty.
    """

    groups: Mapping[str, float] = field(default_factory=dict)
    criteria: Mapping[str, float] = field(default_factory=dict)
    stated: Stated = field(default_factory=Stated)
    set_by: str = ""
    set_on: str = ""
    basis: str = ""


def read_weights(table: Table, programme: str) -> Weights:
    """Take a programme's ``[weights.…]`` out of study.toml, its faults noted with their lines."""
    table.known(("groups", "criteria", "set_by", "set_on", "basis", *STATED))
    groups, criteria = table.inside("groups"), table.inside("criteria")
    groups.known(GROUPS)
    keys = [c.key for c in load_catalogue().scored(programme)]
    criteria.known(keys)
    shares = {g: groups.number(g, 0.0, low=0, high=100) or 0.0 for g in GROUPS if groups.data}
    if shares and abs(sum(shares.values()) - 100) > 1e-9:
        total = f"{sum(shares.values()):g}"
        table.fault("groups", "settings.groups_sum", known=", ".join(GROUPS), total=total)
    told = {key: table.text(key) for key in ("set_by", "basis")} | {"set_on": table.day("set_on")}
    if any(told.values()) and not all(told.values()):
        table.fault("set_by", "settings.who_when_why")
    return Weights(
        groups=shares,
        stated=_stated(table, keys),
        criteria={k: criteria.number(k, 0.0, low=0, high=100) or 0.0 for k in criteria.data},
        **told,
    )


def _stated(table: Table, keys: Sequence[str]) -> Stated:
    """Take ``intervals`` (points of 100, ``key = [low, high]``), ``order`` and ``certainty``."""
    intervals, limits = table.inside("intervals"), {}
    intervals.known(keys)
    for key, ends in intervals.data.items():
        if (
            isinstance(ends, list)
            and len(ends) == 2
            and all(isinstance(x, (int, float)) for x in ends)
        ):
            limits[key] = (ends[0] / 100, ends[1] / 100)
        else:
            intervals.fault(key, "settings.needs_interval", given=str(ends))
    order = read_order(table.text("order"))
    unknown = {key for tier in order for key in tier} - set(keys)
    if unknown:
        known = ", ".join(keys)
        table.fault("order", "settings.not_one_of", given=", ".join(sorted(unknown)), known=known)
        return Stated()
    try:
        return Stated(
            limits=limits,
            order=order,
            certainty=table.choice("certainty", tuple(ALPHA), "fairly_sure"),
        )
    except InputError as fault:
        where = "order" if fault.code == "weights.order" else "intervals"
        table.fault(where, fault.code, **fault.fields)
        return Stated()

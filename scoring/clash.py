"""Why a set cannot be chosen: the fewest demands to give up, and demands that clash."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.errors import Note
from scoring.set_program import World, build
from scoring.set_types import SHARE, Clash
from scoring.solver import INFEASIBLE, OPTIMAL

GIVE_UP_S = 30.0
"""Seconds for finding the fewest demands to give up (DESIGN §5.6)."""

_PROOF_S = 10.0  # for each search while the clash is made smaller
_PROOFS_S = 60.0  # for all of them
_RELUCTANCE = {"must": 4, "must_not": 5, "count": 3, "caps": 2, "spacing": 1, "capacity": 9}
_ONE = 1000  # the cost of giving up a demand; reluctance only chooses among equally few


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """Demands given up; at least so many must be; and a choice that meets the others.

    ``keys`` is None, and ``start`` empty, where nothing was found in time.
    """

    keys: tuple[str, ...] | None
    at_least: int
    start: npt.NDArray[np.float64]


def fewest_to_give_up(world: World, *, time_limit_s: float = GIVE_UP_S) -> GivenUp:
    """Find the fewest demands that, given up, make the rest possible: one elastic program.

    ::

        minimise    Σ_k (1000 + r_k) z_k
        subject to  every row of `scoring.siting.choose_sites`, lifted by M z_k for the demand k
                    it belongs to; z_k ∈ {0, 1}

    with z_k = 1 where demand k is given up and r_k ≤ 9 a reluctance that only breaks ties (a
    kecamatan's share before spacing, caps, count, must, must not and capacity). The travel limit is
    never given up (elastic programming: Chinneck 2008, ch. 6).
    """
    program, z = build(world, world.demands, elastic=True, strong=False)
    for key, column in z.items():
        program.cost[column] = _ONE + _RELUCTANCE.get(key, 0)
    found = program.solve(maximise=False, time_limit_s=time_limit_s, gap_abs=0.999)
    bound = found.bound if np.isfinite(found.bound) else 0.0
    dearest = _ONE + max(_RELUCTANCE.values())
    at_least = int(np.ceil(max(0.0, bound - 1e-3) / dearest))
    if not len(found.x):
        return GivenUp(keys=None, at_least=at_least, start=found.x)
    keys = tuple(key for key, column in z.items() if found.x[column] > 0.5)
    return GivenUp(keys=keys, at_least=at_least, start=found.x[: len(found.x) - len(z)])


def explain(
    world: World,
    arithmetic: tuple[tuple[str, ...], tuple[Note, ...]],
    given_up: GivenUp,
    *,
    impossible: bool,
) -> Clash:
    """Explain a request in three steps (DESIGN §5.6).

    First what arithmetic shows; then the fewest demands to give up; then, where arithmetic shows
    nothing, a clash made smaller by leaving out one demand after another (deletion filter; Chinneck
    & Dravnieks 1991): on the linear relaxation where that is impossible already, which proves every
    step, else by the solver's search.

    Parameters
    ----------
    world : World
    arithmetic : tuple
        From `scoring.set_sums.impossible`.
    given_up : GivenUp
        From `fewest_to_give_up`.
    impossible : bool
        Whether the solver has already proven that no set meets everything.
    """
    keys, notes = arithmetic
    at_least = given_up.at_least
    if notes:
        because, proved = keys, "arithmetic"
    elif impossible or at_least > 0:
        because, proved = _smaller(world)
    else:
        because, proved = (), "undecided"
    return Clash(
        give_up=given_up.keys or (), because=because, proved=proved, fewest=at_least, notes=notes
    )


def _smaller(world: World) -> tuple[tuple[str, ...], str]:
    """Leave out every demand without which the clash stands."""
    end = time.monotonic() + _PROOFS_S
    # what a planner would give up first is tried first, so that what stays is the hard part
    order = sorted(world.demands, key=lambda key: (not key.startswith(SHARE), key))
    kept = _relaxed_clash(world, order, end)
    if kept is not None:
        return kept, "relaxation"
    left, unsure = list(order), False
    for key in order:
        rest = [one for one in left if one != key]
        seconds = min(_PROOF_S, end - time.monotonic())
        program, _ = build(world, rest, strong=True)
        status = program.solve(maximise=False, time_limit_s=seconds).status if seconds > 0 else ""
        if status == INFEASIBLE:
            left = rest
        elif status != OPTIMAL:
            unsure = True
    return tuple(left), "undecided" if unsure else "search"


def _relaxed_clash(world: World, order: Sequence[str], end: float) -> tuple[str, ...] | None:
    """Find an irreducible clash of the linear relaxation; None where the relaxation is possible."""

    def clashes(asked: Sequence[str]) -> bool:
        seconds = end - time.monotonic()
        if seconds <= 0:
            return False
        program, _ = build(world, asked, strong=False)
        solved = program.solve(maximise=False, time_limit_s=seconds, relaxed=True)
        return solved.status == INFEASIBLE

    left = list(order)
    if not clashes(left):
        return None
    for key in order:
        rest = [one for one in left if one != key]
        if clashes(rest):
            left = rest
    return tuple(left)


def demand_note(key: str, world: World) -> Note:
    """Say one demand in words: what was asked, and that it can be given up.

    Returns
    -------
    Note
        ``siting.ask.share`` · ``.capacity`` · ``.count`` · ``.spacing`` · ``.caps`` · ``.must`` ·
        ``.must_not``, with the numbers asked for.
    """
    terms = world.terms
    if key.startswith(SHARE):
        fields: dict[str, object] = {
            "kecamatan": key.removeprefix(SHARE),
            "percent": round(100 * terms.share_0_1),
        }
        return Note(row=None, code="siting.ask.share", fields=fields)
    fields = {
        "count": terms.count or 0,
        "spacing": float(terms.spacing_m),
        "caps": ", ".join(f"{kind} {cap}" for kind, cap in sorted(terms.caps.items())),
        "must": ", ".join(terms.must),
        "must_not": ", ".join(terms.must_not),
    }
    return Note(row=None, code=f"siting.ask.{key}", fields=fields)

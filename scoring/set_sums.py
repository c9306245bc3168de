"""What plain arithmetic shows of a request that cannot be met: sums a person can check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from geo.errors import Note
from scoring.set_program import World
from scoring.set_types import SHARE

_SLACK = 1e-9


def impossible(world: World) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """Find contradictions that need no search.

    Returns
    -------
    demands : tuple of str
        Keys of the demands that cannot stand, each once.
    notes : tuple of Note
        One sentence a finding, with both numbers.
    """
    demands: dict[str, None] = {}
    notes: list[Note] = []
    for keys, code, fields in (*_of_choice(world), *_of_hours(world)):
        demands |= dict.fromkeys(keys)
        notes.append(Note(row=None, code=code, fields=fields))
    return tuple(demands), tuple(notes)


Finding = tuple[tuple[str, ...], str, dict[str, object]]


def _of_choice(world: World) -> Iterator[Finding]:
    """Must-haves against must-nots, the count, the caps and the spacing; the count against caps."""
    terms, n = world.terms, len(world.sites.ids)
    must, banned = set(terms.must), set(terms.must_not)
    if both := sorted(must & banned):
        yield ("must", "must_not"), "siting.must_and_must_not", {"sites": ", ".join(both)}
    if terms.count is not None and len(must) > terms.count:
        fields: dict[str, object] = {"must": len(must), "count": terms.count}
        yield ("must", "count"), "siting.must_over_count", fields
    kinds = dict(zip(world.sites.ids, world.sites.kind, strict=True))
    held = Counter(kinds[one] for one in must)
    for kind, cap in sorted(terms.caps.items()):
        if held[kind] > cap:
            fields = {"kind": kind, "must": held[kind], "cap": cap}
            yield ("must", "caps"), "siting.must_over_cap", fields
    for group in world.cliques:
        mine = [world.sites.ids[k] for k in group if world.sites.ids[k] in must]
        if len(mine) > 1:
            fields = {"sites": ", ".join(mine), "spacing": float(terms.spacing_m)}
            yield ("must", "spacing"), "siting.must_too_near", fields
    if terms.count is not None and terms.exactly:
        free = Counter(kind for one, kind in kinds.items() if one not in banned)
        most = sum(min(count, terms.caps.get(kind, n)) for kind, count in free.items())
        if most < terms.count:
            yield (
                ("count", "caps", "must_not"),
                "siting.too_few_left",
                {
                    "count": terms.count,
                    "left": most,
                },
            )


def _of_hours(world: World) -> Iterator[Finding]:
    """Every kecamatan's hours against what is within reach; all hours against the largest sites."""
    terms, hours = world.terms, world.areas.hours_week
    allowed = np.ones(len(world.sites.ids), dtype=bool)
    allowed[world.positions(terms.must_not)] = False
    capacity = np.where(allowed, world.sites.capacity_h_week, 0.0)
    usable = allowed[world.i]
    reached = np.bincount(world.j[usable], minlength=len(hours)) > 0
    for key in world.demands:
        if not key.startswith(SHARE):
            continue
        name = key.removeprefix(SHARE)
        inside = world.of_kecamatan(name)
        need = terms.share_0_1 * float(hours[inside].sum())
        near = float(hours[inside & reached].sum())
        fields = {"kecamatan": name, "need": need, "minutes": float(terms.max_minutes)}
        banned = ("must_not",) if terms.must_not and _would_help(world, inside, need) else ()
        if near < need * (1 - _SLACK):
            yield (key, *banned), "siting.kecamatan_unreached", {**fields, "within": near}
            continue
        serving = np.unique(world.i[usable & inside[world.j]])
        room = float(capacity[serving].sum())
        if room < need * (1 - _SLACK):
            yield (key, "capacity"), "siting.kecamatan_no_room", {**fields, "room": room}
    if terms.count is None or not terms.share_0_1:
        return
    largest = float(np.sort(capacity)[::-1][: terms.count].sum())
    need = terms.share_0_1 * float(hours.sum())
    if largest < need * (1 - _SLACK):
        shares = tuple(key for key in world.demands if key.startswith(SHARE))
        fields = {"count": terms.count, "room": largest, "need": need}
        yield ("count", "capacity", *shares), "siting.too_little_room", fields


def _would_help(world: World, inside: npt.NDArray[np.bool_], need: float) -> bool:
    """Tell whether the sites that must not be used would bring the kecamatan within reach."""
    reached = np.bincount(world.j, minlength=len(inside)) > 0
    return float(world.areas.hours_week[inside & reached].sum()) >= need * (1 - _SLACK)

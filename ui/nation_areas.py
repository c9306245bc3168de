"""Areas of the nation beside their people, and the studies that do not compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import words
from ui.facts import percent
from ui.grid import Column, Row, cell, show_grid
from ui.look import sentence
from work.nation_facts import equity, place_text
from work.nation_held import Nation

GRID_PX = 620


def show_areas(told: Sequence[Mapping[str, Any]], *, top: int) -> None:
    """Show how evenly sites are shared out, and every area, those with fewest a person first."""
    shared = equity(told)
    unknown = sum(one["people"] is None for one in told)
    if shared["gini"] is None:
        sentence(words.say("nation.page.equity.unknown"), tone="warn")
    else:
        left = words.say("nation.page.equity.left_out", n=words.number(unknown)) if unknown else ""
        said = {"gini": words.number(shared["gini"], 2), "share": percent(shared["least_half"])}
        more = f"{words.say('nation.page.equity.more')} {left}".strip()
        sentence(words.say("nation.page.equity", **said), more=more)
    known = [one["per_100k"] for one in told if one["per_100k"] is not None]
    most = max(known, default=0.0)
    order = sorted(told, key=lambda one: (one["people"] is None, one["per_100k"] or 0.0))
    show_grid(
        "nation-areas",
        _columns(top),
        [_row(one, most) for one in order],
        title=words.say("nation.page.areas"),
        height_px=GRID_PX,
    )


def _columns(top: int) -> list[Column]:
    kinds = {"sites": "number", "best": "number", "in_top": "number", "people": "number"}
    return [
        Column(key="study", title=words.say("nation.page.column.study")),
        *(
            Column(key=k, title=words.say(f"nation.page.column.{k}", n=words.number(top)), kind=v)
            for k, v in (kinds | {"per": "bar"}).items()
        ),
    ]


def _row(one: Mapping[str, Any], most: float) -> Row:
    place = place_text(one["regencies"], one["study"])
    per = one["per_100k"]
    return Row(
        id=one["study"],
        cells={
            "study": cell(one["study"], sub=place if place != one["study"] else ""),
            **{
                key: cell(None if value is None else words.number(value), value=value)
                for key, value in (
                    ("sites", one["sites"]),
                    ("best", one["best_rank"]),
                    ("in_top", one["in_top"]),
                    ("people", one["people"]),
                )
            },
            "per": cell(
                None if per is None else words.number(per, 1),
                value=per,
                share=None if per is None or not most else per / most,
            ),
        },
    )


def show_odd(nation: Nation) -> None:
    """Show the studies that are left out of the ranking, each with the reason."""
    n = words.number(len(nation.odd))
    sentence(words.say("nation.page.odd", n=n), more=words.say("nation.page.odd.more"), tone="warn")
    rows = [
        Row(id=study, cells={"study": cell(study), "why": cell(text)})
        for study, (_, text) in sorted(nation.odd.items())
    ]
    columns = [
        Column(key=key, title=words.say(f"nation.page.column.{key}")) for key in ("study", "why")
    ]
    show_grid("nation-odd", columns, rows, title=words.say("nation.page.odd.title"))

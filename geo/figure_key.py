"""The key of a printed map: only what is really on it, each drawn as the map draws it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import words
from geo.figure_around import KeyItem
from geo.figure_land import (
    BORDER,
    BORDER_DESA,
    HAZARDS,
    LAKE,
    OPACITY,
    ROAD_RIM,
    ROADS,
    WATER,
    event,
)
from geo.figure_marks import Marks, mark
from geo.figure_text import INK
from geo.map_types import HAZARD_COLOURS, SCORE_COLOURS, STATUSES


def site_items(
    drawn: Marks,
    breaks: Sequence[float],
    title: str,
    *,
    short: bool,
    shapes: bool,
    lang: str | None,
) -> list[KeyItem]:
    """Explain shapes and colours of sites; in short, only the colours that are on the map."""
    statuses = drawn.statuses if shapes else ()
    items = []
    for status in (s for s in STATUSES if s in statuses):
        said = words.say(f"figure.status.{status}", lang=lang)
        items.append(KeyItem(drawn=mark(status, -1, 0, 0, 1.1), said=said))
    if drawn.classes - {-1}:
        items.append(KeyItem(drawn="", said=title, heads=True))
        ramp = ramp_items(breaks, lang=lang)
        items += [one for k, one in enumerate(ramp) if not short or k in drawn.classes]
    if -1 in drawn.classes and drawn.statuses - {"excluded"}:
        said = words.say("figure.unknown", lang=lang)
        items.append(KeyItem(drawn=mark("siap", -1, 0, 0, 1.1), said=said))
    return items


def ramp_items(breaks: Sequence[float], *, lang: str | None) -> list[KeyItem]:
    """Explain the ramp: five classes of hundredths."""
    edges = [f"{edge:g}" for edge in breaks]
    said = [words.say("figure.below", lang=lang, n=edges[0])]
    said += [f"{a}–{b}" for a, b in pairwise(edges)]
    said.append(words.say("figure.from_on", lang=lang, n=edges[-1]))
    return [
        KeyItem(drawn=_swatch(colour), said=text)
        for colour, text in zip(SCORE_COLOURS, said, strict=True)
    ]


def _swatch(fill: str, *, rim: str = INK, opacity: float = 1.0) -> str:
    return (
        f'<rect x="-2.3" y="-1.2" width="4.6" height="2.4" fill="{fill}" fill-opacity="{opacity:g}"'
        f' stroke="{rim}" stroke-width=".15"/>'
    )


def _line(colour: str, wide_mm: float, dash: str = "", rim_mm: float = 0.0) -> str:
    said = f' stroke-dasharray="{dash}"' if dash else ""
    line = 'd="M-2.4 0h4.8" fill="none"'
    rim = f'<path {line} stroke="{ROAD_RIM}" stroke-width="{rim_mm}"/>' if rim_mm else ""
    return f'{rim}<path {line} stroke="{colour}" stroke-width="{wide_mm}"{said}/>'


def land_items(
    shown: frozenset[str], prefix: str, *, solid: bool, lang: str | None
) -> list[KeyItem]:
    """Explain the land: hazards by class, events, roads, water, borders."""
    items = []
    for kind in HAZARDS:
        classes = [k for k in (1, 2, 3) if f"{kind}-{k}" in shown]
        if not classes:
            continue
        items.append(KeyItem(drawn="", said=words.say(f"figure.{kind}", lang=lang), heads=True))
        for k in classes:
            filled = solid or kind == "landslide"
            fill = HAZARD_COLOURS[k - 1] if filled else f"url(#{prefix}-{kind}-{k}-k)"
            opacity = OPACITY if filled else 1.0
            said = words.say(f"figure.hazard.{k}", lang=lang)
            items.append(KeyItem(drawn=_swatch(fill, opacity=opacity), said=said))
    simple = {
        "unknown": _swatch(f"url(#{prefix}-unknown-k)"),
        "events": event(0, 0, 1.0),
        **{
            f"road-{r.key}": _line(
                r.fill, r.width_mm, "0.9 0.5" if r.dash else "", r.casing_mm * 1.2
            )
            for r in ROADS
        },
        "water": _line(WATER, 0.35),
        "lakes": _swatch(LAKE, rim=WATER),
        "desa": _line(BORDER_DESA, 0.2, "0.8 0.5"),
        "kecamatan": _line(BORDER, 0.32, "1.6 0.6 0.3 0.6"),
        "boundary": _line("#463a52", 0.55),
    }
    more = [
        KeyItem(drawn=drawn, said=words.say(f"figure.key.{name}", lang=lang))
        for name, drawn in simple.items()
        if name in shown
    ]
    if more:
        items.append(KeyItem(drawn="", said=words.say("figure.land", lang=lang), heads=True))
    return [*items, *more]


def atlas_items(breaks: Sequence[float], *, lang: str | None) -> list[KeyItem]:
    """Explain what small maps share: the ramp, dots and land of which little is known."""
    unknown = KeyItem(
        drawn=mark("siap", -1, 0, 0, 0.9), said=words.say("figure.unknown_site", lang=lang)
    )
    hatched = KeyItem(
        drawn=_swatch("url(#key-unknown-k)"), said=words.say("figure.key.unknown", lang=lang)
    )
    border = KeyItem(
        drawn=_line(BORDER, 0.32, "1.6 0.6 0.3 0.6"),
        said=words.say("figure.key.kecamatan", lang=lang),
    )
    head = KeyItem(drawn="", said=words.say("figure.value", lang=lang), heads=True)
    return [head, *ramp_items(breaks, lang=lang), unknown, hatched, border]

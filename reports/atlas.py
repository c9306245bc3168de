"""The atlas: one map for each criterion, all at one scale and under the same rules."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

import words
from geo.figure_ground import Window
from geo.figure_key import atlas_items
from geo.figures import RIBBON_MM, Figure, MapOptions, draw_key, draw_map, middle_of
from reports.directions import where_text
from reports.facts import ReportCriterion, ReportFacts
from reports.frame import frame
from reports.georeference import georeferenced
from reports.ground import MapGround, map_ground
from reports.typeset import typeset
from reports.wording import day_text

PANEL_MM, BIG_MM = (79.0, 54.0), (168.0, 118.0)
BREAKS = (20, 40, 60, 80)
"""Of a criterion's value, hundredths; the score has its own."""
MOSTLY = 0.5
"""A kecamatan where so large a share of its sites is unknown, or more, is hatched."""
HAZARDS = ("landslide", "flood", "flash-flood")
_LAND = ("lakes", "kecamatan", "boundary")
_COLUMNS = ("no", "site", "kind", "place", "score", "where")


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What one criterion is worth at each ranked site, 0-1; NaN where it is not known."""

    title: str
    weight_0_1: float
    value: npt.NDArray[np.float64]

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Where it is known."""
        return np.isfinite(self.value)


def atlas_pdf(facts: ReportFacts) -> bytes:
    """Write the atlas.

    Returns
    -------
    bytes
        A tagged PDF: scores, what is known, hazards, each criterion of the programme, and every
        site with distance and direction. Its maps are georeferenced.
    """
    base = map_ground(facts)
    drawn: list[Figure] = []
    files: dict[str, bytes] = {}

    def shown(figure: Figure, title: str, note: str) -> dict[str, Any]:
        file = f"peta-{len(drawn)}.svg"
        drawn.append(figure)
        files[file] = figure.svg
        size = {"width": figure.width_mm, "height": figure.height_mm}
        return {"file": file, "alt": figure.alt, "title": title, "note": note} | size

    told = frame(facts, "atlas") | _around(facts)
    told |= {"big": [], "hazards": [], "groups": [], "key": None, "empty": _say(facts, "empty")}
    free = RIBBON_MM if facts.synthetic else 0.0
    big = base.window(*BIG_MM, above_mm=free) if base else None
    panel = base.window(*PANEL_MM, above_mm=free) if base else None
    if base is not None and big is not None and panel is not None:
        told["big"] = [shown(*one) for one in _overview(facts, base, big)]
        told["hazards"] = [shown(*one) for one in _hazards(facts, base, panel)]
        told["groups"] = [
            {"title": words.say(f"reports.site.group.{group}", lang=facts.lang)}
            | {"maps": [shown(*_criterion(facts, base, panel, one)) for one in own]}
            for group, own in values_by_group(facts).items()
        ]
        key = draw_key(
            atlas_items(BREAKS, lang=facts.lang), title=_say(facts, "value"), wide_mm=168.0
        )
        files["kunci.svg"] = key.svg
        told["key"] = {"file": "kunci.svg", "alt": key.alt, "height": key.height_mm}
    return georeferenced(typeset("atlas.typ", told, files=files), drawn)


def _say(facts: ReportFacts, name: str, /, **fields: object) -> str:
    return words.say(f"reports.atlas.{name}", lang=facts.lang, **fields)


def _percent(facts: ReportFacts, share: float) -> str:
    return words.say("ui.percent", lang=facts.lang, n=words.number(100 * share, lang=facts.lang))


def _around(facts: ReportFacts) -> dict[str, Any]:
    lang = facts.lang
    count = sum(s.lon is None or s.lat is None for s in facts.sites)
    notes = [_say(facts, "rules"), _say(facts, "hatching")]
    if count:
        notes.append(_say(facts, "no_point", n=count))
    date = day_text(facts.made_on, lang=lang)
    return {
        "notes": notes,
        "credit": _say(facts, "credit", sources=facts.attribution or "–", date=date),
        "words": {name: _say(facts, name) for name in ("hazards", "index")},
        "columns": [words.say(f"reports.column.{name}", lang=lang) for name in _COLUMNS],
        "way": words.say("reports.way.from", lang=lang),
        "index": [
            [
                str(site.rank),
                site.name,
                site.kind,
                ", ".join(p for p in (site.desa, site.kecamatan) if p) or "–",
                words.number(site.score, 3, lang=lang),
                where_text(facts, site),
            ]
            for site in facts.sites
        ],
        "last": facts.sentences.get(12, ""),
    }


def values_by_group(facts: ReportFacts) -> dict[str, list[Values]]:
    """Return what each weighted criterion is worth at the ranked sites, by group."""
    found: dict[str, list[Values]] = {}
    parts = [{part.key: part for part in site.parts} for site in facts.sites]
    for criterion in facts.criteria:
        if criterion.weight_0_1 > 0:
            found.setdefault(criterion.group, []).append(_values(criterion, parts))
    return found


def _values(criterion: ReportCriterion, parts: Sequence[Mapping[str, Any]]) -> Values:
    """Divide what a criterion gives by its weight: the value before it was weighed."""
    own = [one.get(criterion.key) for one in parts]
    value = [
        math.nan if part is None or part.unknown else part.contribution / criterion.weight_0_1
        for part in own
    ]
    return Values(
        title=criterion.title,
        weight_0_1=criterion.weight_0_1,
        value=np.clip(np.array(value, dtype=float), 0.0, 1.0),
    )


_Shown = tuple[Figure, str, str]


def _overview(facts: ReportFacts, base: MapGround, window: Window) -> list[_Shown]:
    """Draw the scores of all sites, and how much of each is known."""
    score = np.array([site.score for site in facts.sites])
    coverage = np.array([site.coverage_0_1 for site in facts.sites])
    common = _common(facts, base) | {
        "sources": facts.attribution,
        "date": day_text(facts.made_on, lang=facts.lang),
        "named": True,
        "legend": True,
        "small": False,
    }
    first = MapOptions(
        title=_say(facts, "score"),
        about=_extremes(facts, score),
        themes=(*_LAND, "roads"),
        **common,
    )
    second = MapOptions(
        title=_say(facts, "coverage"),
        about=_extremes(facts, coverage),
        themes=_LAND,
        breaks=BREAKS,
        ramp_title=_say(facts, "known_weight"),
        hatched=_thin(facts, coverage),
        shapes=False,
        **common,
    )
    dots = _dots(facts, base, score, status=True)
    known = _dots(facts, base, coverage)
    return [
        (draw_map(base.ground, window, dots, options=first), first.title, ""),
        (draw_map(base.ground, window, known, options=second), second.title, _say(facts, "thin")),
    ]


def _hazards(facts: ReportFacts, base: MapGround, window: Window) -> list[_Shown]:
    """Draw each hazard that somebody mapped, with the events on record over the first."""
    found = []
    none = base.sites.iloc[:0]
    for kind in HAZARDS:
        if base.ground.theme(kind) is None:
            continue
        title = words.say(f"figure.{kind}", lang=facts.lang)
        more = ("events",) if kind == "landslide" else ()
        options = MapOptions(
            title=title, themes=(*_LAND, kind, *more), **_common(facts, base) | {"legend": True}
        )
        found.append((draw_map(base.ground, window, none, options=options), title, ""))
    return found


def _criterion(facts: ReportFacts, base: MapGround, window: Window, own: Values) -> _Shown:
    count, known = len(own.value), int(own.known.sum())
    note = _say(facts, "note", weight=_percent(facts, own.weight_0_1), known=known, n=count)
    options = MapOptions(
        title=own.title,
        about=f"{note} {_extremes(facts, own.value)}",
        themes=_LAND,
        breaks=BREAKS,
        hatched=_unknown(facts, own.known),
        **_common(facts, base),
    )
    figure = draw_map(base.ground, window, _dots(facts, base, own.value), options=options)
    return figure, own.title, note


def _common(facts: ReportFacts, base: MapGround) -> dict[str, Any]:
    """Return what is the same for every map of the atlas."""
    origin = (*middle_of(base.ground), words.say("reports.middle", lang=facts.lang))
    quiet = {"legend": False, "named": False, "small": True}
    return {"lang": facts.lang, "synthetic": facts.synthetic, "origin": origin} | quiet


def _dots(
    facts: ReportFacts, base: MapGround, value: npt.NDArray[np.float64], *, status: bool = False
) -> gpd.GeoDataFrame:
    """Lay the ranked sites out as dots of a value; what is not known comes last, underneath."""
    by_id = dict(zip((site.id for site in facts.sites), value.tolist(), strict=True))
    own = base.sites[base.sites["id"].isin(list(by_id))]
    made = own.assign(number="", score=[by_id[name] for name in own["id"]])
    if not status:
        made = made.assign(status="siap")
    return made.sort_values("score", ascending=False, kind="stable", na_position="last")


def _by_kecamatan(facts: ReportFacts, value: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
    names = np.array([site.kecamatan for site in facts.sites], dtype=object)
    return {name: value[names == name] for name in sorted(set(names)) if name}


def _unknown(facts: ReportFacts, known: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    """Kecamatan where most sites are unknown, or that have no site to know anything of."""
    own = _by_kecamatan(facts, known)
    bare = [str(n) for n in facts.kecamatan["name"] if n not in own] if len(facts.kecamatan) else []
    return (*(n for n, one in own.items() if 1 - one.mean() >= MOSTLY), *bare)


def _thin(facts: ReportFacts, coverage: npt.NDArray[np.float64]) -> tuple[str, ...]:
    own = _by_kecamatan(facts, coverage)
    return tuple(n for n, one in own.items() if one.mean() < MOSTLY)


def _extremes(facts: ReportFacts, value: npt.NDArray[np.float64]) -> str:
    """Say in which kecamatan a value is highest and lowest on average; "" where it is not known."""
    own = {n: one[np.isfinite(one)] for n, one in _by_kecamatan(facts, value).items()}
    mean = {n: float(one.mean()) for n, one in own.items() if len(one)}
    if len(mean) < 2:
        return ""
    high = min(mean, key=lambda n: (-mean[n], n))
    low = min(mean, key=lambda n: (mean[n], n))
    return _say(
        facts,
        "extremes",
        high=high,
        of_high=words.number(mean[high], 2, lang=facts.lang),
        low=low,
        of_low=words.number(mean[low], 2, lang=facts.lang),
    )

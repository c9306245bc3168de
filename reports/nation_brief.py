"""The brief about the nation: one or two pages on which sites lead, and who is served least."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import words
from reports.nation_facts import NationArea, NationFacts, NationSite
from reports.seal import Seal
from reports.typeset import typeset
from reports.wording import cut, day_text, joined

KIND = "nasional"
FIRST, ENDS, ODD, HEAVIEST = 10, 5, 6, 5
"""How many sites, areas of either end, studies that do not compare and weights are shown."""
_SHA, _RUN = 20, 12
_NAME, _PLACE, _WHY, _TITLE = 60, 44, 120, 60


def nation_brief_pdf(facts: NationFacts) -> bytes:
    """Write the brief.

    Returns
    -------
    bytes
        A tagged PDF of one or two pages; the same facts give the same bytes.
    """
    return typeset("nasional.typ", told(facts))


def brief_seal(facts: NationFacts) -> Seal:
    """Return the seal: of which results the brief is, and under which weights."""
    return Seal(
        run=facts.results_sha256[:_RUN],
        sha=facts.results_sha256[:_SHA],
        kind=KIND,
        lang=facts.lang,
        on=facts.days[-1],
        terms=facts.terms,
    )


def told(facts: NationFacts) -> dict[str, Any]:
    """Lay the brief out as plain values."""
    return _frame(facts) | {
        "boxes": _boxes(facts),
        "sentences": _sentences(facts),
        "first": {
            "title": facts.say("first", n=len(facts.first)),
            "columns": [facts.say(f"column.{c}") for c in ("rank", "site", "place", "score")]
            + [facts.say("column.known"), facts.say("column.readiness")],
            "rows": [_site_row(facts, site) for site in facts.first],
            "none": facts.say("none"),
            "note": facts.say("interval"),
        },
        "ends": _ends(facts),
        "odd": _odd(facts),
        "next": {"title": facts.say("next"), "steps": _steps(facts)},
        "sources": {"title": facts.say("sources"), "text": _sources(facts)},
    }


def _frame(facts: NationFacts) -> dict[str, Any]:
    """Return what `templates/tapak.typ` needs; as `reports.frame.frame` for one study."""
    lang = facts.lang
    programme = words.say(f"programme.{facts.programme}", lang=lang)
    hash8, on = facts.results_sha256[:8], day_text(facts.days[-1], lang=lang)
    return {
        "lang": lang,
        "made_on": facts.days[-1],
        "seal": brief_seal(facts).words,
        "head": facts.say("head"),
        "kind": facts.say("kind"),
        "title": cut(facts.say("title", programme=programme), _TITLE),
        "programme": programme,
        "weights": _weights_text(facts),
        "run": words.say("reports.frame.run", lang=lang, run=hash8, on=on),
        "page": words.say("reports.frame.page", lang=lang, page="@", of="#"),
        "synthetic": words.say("reports.frame.synthetic", lang=lang) if facts.synthetic else "",
    }


def _weights_text(facts: NationFacts) -> str:
    code = "weights.tried" if facts.tried else "weights.catalogue"
    return facts.say(code, version=facts.catalogue)


def _boxes(facts: NationFacts) -> list[list[str]]:
    """Return the figures that stand out; what is not known is left out."""
    inside = sum(area.in_top > 0 for area in facts.areas)
    found = [
        [facts.number(facts.sites), facts.say("box.sites", n=facts.number(facts.studies))],
        [
            f"{facts.number(inside)} / {facts.number(len(facts.areas))}",
            facts.say("box.areas", n=facts.number(facts.top)),
        ],
    ]
    if facts.gini is not None:
        found.append([facts.number(facts.gini, 2), facts.say("box.gini")])
    found.append([facts.number(len(facts.odd)), facts.say("box.odd")])
    return found


def _sentences(facts: NationFacts) -> list[dict[str, str]]:
    days = " – ".join(day_text(d, lang=facts.lang) for d in sorted({facts.days[0], facts.days[-1]}))
    compared = facts.say(
        "compared",
        sites=facts.number(facts.sites),
        studies=facts.number(facts.studies),
        version=facts.catalogue,
        days=days,
        excluded=facts.number(facts.excluded),
    )
    return [
        {"lead": facts.say(f"lead.{name}"), "text": text}
        for name, text in (
            ("compared", compared),
            ("leading", _leading(facts)),
            ("weights", _weights(facts)),
            ("equity", _equity(facts)),
        )
    ]


def _leading(facts: NationFacts) -> str:
    if not facts.first:
        return facts.say("none")
    one = facts.first[0]
    told = {name: facts.number(getattr(one, name), 2) for name in ("score", "low", "high")}
    text = facts.say("leading", name=cut(one.name, _NAME), place=cut(one.place, _PLACE), **told)
    if facts.overlap:
        return f"{text} {facts.say('overlap', n=facts.number(facts.overlap))}"
    return f"{text} {facts.say('clear')}"


def _weights(facts: NationFacts) -> str:
    heavy = sorted(facts.weights, key=lambda key: (-facts.weights[key], key))[:HEAVIEST]
    told = [
        f"{words.say(f'criterion.{key}', lang=facts.lang)} {facts.percent(facts.weights[key])}"
        for key in heavy
    ]
    return facts.say("weights", names=joined(told, lang=facts.lang))


def _equity(facts: NationFacts) -> str:
    if facts.gini is None or facts.least_half is None:
        return facts.say("equity.unknown")
    share = facts.percent(facts.least_half)
    text = facts.say("equity", gini=facts.number(facts.gini, 2), share=share)
    unknown = sum(area.people is None for area in facts.areas)
    more = facts.say("equity.left_out", n=facts.number(unknown)) if unknown else ""
    return f"{text} {more}".strip()


def _site_row(facts: NationFacts, site: NationSite) -> dict[str, str]:
    score, low, high = (facts.number(x, 2) for x in (site.score, site.low, site.high))
    return {
        "rank": facts.number(site.rank),
        "name": cut(site.name, _NAME),
        "kind": cut(site.kind, _PLACE),
        "place": cut(site.place, _PLACE),
        "score": words.say("reports.score", lang=facts.lang, score=score, low=low, high=high),
        "known": facts.percent(site.coverage_0_1),
        "readiness": words.say(f"readiness.{site.readiness}", lang=facts.lang),
    }


def _served(facts: NationFacts) -> list[NationArea]:
    """Return the areas whose people are known, those with fewest sites a person first."""
    known = [area for area in facts.areas if area.per_100k is not None]
    return sorted(known, key=lambda area: (area.per_100k or 0.0, -(area.people or 0), area.name))


def _ends(facts: NationFacts) -> dict[str, Any] | None:
    """Lay out the areas with fewest and with most sites a person; None where no people are known.

    An area stands at one end only.
    """
    served = _served(facts)
    if not served:
        return None
    each = min(ENDS, (len(served) + 1) // 2)
    most = served[each:][::-1][:ENDS]
    return {
        "title": facts.say("ends"),
        "columns": [
            facts.say(f"column.{c}", n=facts.number(facts.top))
            for c in ("area", "people", "sites", "per", "in_top")
        ],
        "parts": [
            {"title": facts.say(code), "rows": [_area_row(facts, area) for area in own]}
            for code, own in (("ends.least", served[:each]), ("ends.most", most))
            if own
        ],
    }


def _area_row(facts: NationFacts, area: NationArea) -> list[str]:
    return [
        cut(area.place, _PLACE),
        facts.number(area.people or 0),
        facts.number(area.sites),
        facts.number(area.per_100k or 0.0, 1),
        facts.number(area.in_top),
    ]


def _odd(facts: NationFacts) -> dict[str, Any] | None:
    """List what does not compare and what failed, each with why; None where there is nothing."""
    every = [*facts.odd, *((study, facts.say("failed", why=why)) for study, why in facts.failed)]
    if not every:
        return None
    rest = len(every) - ODD
    return {
        "title": facts.say("odd"),
        "rows": [f"{cut(study, _PLACE)}: {cut(why, _WHY)}" for study, why in every[:ODD]],
        "more": facts.say("odd.more", n=facts.number(rest)) if rest > 0 else "",
    }


def _steps(facts: NationFacts) -> list[str]:
    """Say what to do next, what matters most first."""
    found = []
    if facts.odd:
        found.append(facts.say("step.odd", n=facts.number(len(facts.odd))))
    if facts.failed:
        found.append(facts.say("step.failed", n=facts.number(len(facts.failed))))
    waiting = sum(site.readiness != "siap" for site in facts.first)
    if waiting:
        found.append(facts.say("step.visit", n=waiting, all=len(facts.first)))
    if not facts.tried:
        found.append(facts.say("step.weights"))
    unknown = sum(area.people is None for area in facts.areas)
    if unknown:
        found.append(facts.say("step.people", n=facts.number(unknown)))
    if least := _least(facts):
        found.append(facts.say("step.least", names=joined(least, lang=facts.lang)))
    return found


def _least(facts: NationFacts) -> Sequence[str]:
    served = _served(facts)
    return [cut(area.place, _PLACE) for area in served[:3]] if len(served) > 3 else []


def _sources(facts: NationFacts) -> str:
    return facts.say("sources.text", version=facts.catalogue, sha=facts.results_sha256[:_SHA])

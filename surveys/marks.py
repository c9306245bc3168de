"""What every map and sheet a team carries says about a site, and in which colour."""

from __future__ import annotations

from xml.sax.saxutils import escape

import words
from surveys.sites import PackSite

DAY_COLOURS = ("d98324", "2b6cb0", "2f855a", "6b46c1", "b83280", "744210")
"""One colour a day (RRGGBB), told apart by people with any colour vision beside the day's name."""


def day_colour(day: int) -> str:
    """Return the colour of a day; after the last the first comes again."""
    return DAY_COLOURS[day % len(DAY_COLOURS)]


def numbered(site: PackSite) -> str:
    """Name a site with its place in the day's way, where it has one."""
    return f"{site.order}. {site.name}" if site.order else site.name


def site_lines(site: PackSite, lang: str | None) -> list[str]:
    """Say about a site what the team needs on the road, a line each."""
    place = ", ".join(part for part in (site.desa, site.kecamatan) if part)
    lines = [f"{site.kind_text} · {site.agency}" if site.agency else site.kind_text]
    lines += [line for line in (site.address, place) if line]
    if site.arrive:
        lines.append(
            words.say("surveys.map.hours", lang=lang, arrive=site.arrive, leave=site.leave)
        )
    if site.lon is None:
        lines.append(words.say("survey.find_point", lang=lang))
    lines += site.hazards
    if site.must_answer:
        asked = ", ".join(str(n) for n in site.must_answer)
        lines.append(words.say("surveys.map.must", lang=lang, questions=asked))
    return lines


def xml_text(text: str) -> str:
    """Drop what XML 1.0 cannot carry, then make the rest text."""
    return escape("".join(c for c in text if (c >= " " or c in "\t\n") and c not in "\ufffe\uffff"))

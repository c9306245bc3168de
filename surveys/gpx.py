"""The sites and ways of a team as GPX 1.1, in the colours of its days, for OsmAnd and the like."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import words
from surveys.marks import day_colour, numbered, site_lines, xml_text
from surveys.sites import PackInput, PackSite, Position

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="Tapak" xmlns="http://www.topografix.com/GPX/1/1"'
    ' xmlns:osmand="https://osmand.net">'
)
_MARKUP = str.maketrans("<>", "‹›")


def gpx_bytes(pack: PackInput, *, lang: str | None = None) -> bytes:
    """Write a team's sites as waypoints and its ways as a track a day, the same for the same pack.

    Parameters
    ----------
    pack : PackInput
        Sites in EPSG:4326. One without a point has no waypoint; the file's description names it.
    lang : {"id", "en"}, optional

    Returns
    -------
    bytes
        GPX 1.1 with OsmAnd's colours. Names are text. A description is text too, but OsmAnd shows
        it as HTML, so what could be a tag is written with single quotation angles.
    """
    placed = [site for site in pack.sites if site.lon is not None and site.lat is not None]
    parts = [_HEAD, "<metadata>", _element("name", f"{pack.study_name} · {pack.team}")]
    about = [words.say("surveys.web.synthetic", lang=lang)] if pack.synthetic else []
    about += [_unplaced(site, lang) for site in pack.sites if site.lon is None]
    if about:
        parts.append(_described(about))
    parts.append("</metadata>")
    parts += [_waypoint(site, lang) for site in placed]
    parts += [
        _track(day, line, lang) for day, line in sorted(pack.route_lonlat.items()) if len(line) > 1
    ]
    parts.append("</gpx>\n")
    return "\n".join(parts).encode("utf-8", errors="replace")


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{xml_text(text)}</{tag}>"


def _described(lines: list[str]) -> str:
    return _element("desc", "\n".join(lines).translate(_MARKUP))


def _unplaced(site: PackSite, lang: str | None) -> str:
    return f"{numbered(site)}: {words.say('survey.find_point', lang=lang)}"


def _position(lon: float, lat: float) -> str:
    return f"lat={quoteattr(f'{lat:.7f}')} lon={quoteattr(f'{lon:.7f}')}"


def _coloured(day: int, more: str = "") -> str:
    return f"<extensions><osmand:color>#{day_colour(day)}</osmand:color>{more}</extensions>"


def _waypoint(site: PackSite, lang: str | None) -> str:
    day = site.day or 0
    group = words.say("surveys.map.day", lang=lang, day=day or "–")
    where = _position(float(site.lon or 0), float(site.lat or 0))
    return "".join(
        (
            f"<wpt {where}>",
            _element("name", numbered(site)),
            _element("cmt", site.id),
            _described(site_lines(site, lang)),
            _element("type", group),
            _coloured(day, "<osmand:background>circle</osmand:background>"),
            "</wpt>",
        )
    )


def _track(day: int, line: tuple[Position, ...], lang: str | None) -> str:
    points = "".join(f"<trkpt {_position(lon, lat)}/>" for lon, lat in line)
    name = _element("name", words.say("surveys.map.route", lang=lang, day=day))
    return f"<trk>{name}{_coloured(day)}<trkseg>{points}</trkseg></trk>"

"""The map a team opens with a tap: its sites in order, and the way of each day, as one KMZ."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from xml.sax.saxutils import escape

import words
from surveys.marks import day_colour, numbered, site_lines, xml_text
from surveys.sites import PackInput, PackSite

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_ICON = "files/mark.png"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n'


def kmz_bytes(pack: PackInput, *, lang: str | None = None) -> bytes:
    """Write a team's map as KMZ (OGC KML 2.2), the same bytes for the same pack.

    Parameters
    ----------
    pack : PackInput
        Sites in EPSG:4326; one without a point is told in the folder of its day, without a mark.
    lang : {"id", "en"}, optional

    Returns
    -------
    bytes
        A zip holding ``doc.kml``. Placemark ids are the sites' ids, so a second pack's marks take
        the place of the first one's. Names are text, never markup.
    """
    days = sorted({site.day or 0 for site in pack.sites} | set(pack.route_lonlat))
    parts = [_HEAD, "<Document>", _named(f"{pack.study_name} · {pack.team}")]
    if pack.synthetic:
        parts.append(
            f"<description>{escape(words.say('surveys.web.synthetic', lang=lang))}</description>"
        )
    parts += [_style(day) for day in days]
    for day in days:
        title = words.say("surveys.map.day", lang=lang, day=day or "–")
        parts += [f'<Folder id="day-{day}">', _named(title)]
        parts += [_placemark(site, lang) for site in pack.sites if (site.day or 0) == day]
        parts += _route(pack, day, lang)
        parts.append("</Folder>")
    parts.append("</Document>\n</kml>\n")
    return _zipped("\n".join(parts).encode("utf-8", errors="replace"))


def _zipped(document: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (("doc.kml", document), (_ICON, _mark())):
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


@cache
def _mark() -> bytes:
    """Draw a white disc, which each day's style colours; an icon on a server needs a network."""
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (64, 64))
    ImageDraw.Draw(image).ellipse((6, 6, 58, 58), fill="white", outline="black", width=4)
    held = io.BytesIO()
    image.save(held, "png")
    return held.getvalue()


def _named(text: str) -> str:
    return f"<name>{xml_text(text)}</name>"


def _style(day: int) -> str:
    colour = day_colour(day)
    written = "ff" + colour[4:6] + colour[2:4] + colour[0:2]  # KML writes aabbggrr
    return (
        f'<Style id="s{day}"><IconStyle><color>{written}</color><Icon><href>{_ICON}</href></Icon>'
        f"</IconStyle><LineStyle><color>{written}</color><width>4</width></LineStyle></Style>"
    )


def _placemark(site: PackSite, lang: str | None) -> str:
    told = "\n".join(site_lines(site, lang))
    where = (
        ""
        if site.lon is None or site.lat is None
        else f"<Point><coordinates>{site.lon:.7f},{site.lat:.7f}</coordinates></Point>"
    )
    # A description may hold HTML: escaped twice, a name stays text in every reader.
    return (
        f'<Placemark id="{xml_text(site.id)}">{_named(numbered(site))}'
        f"<description>{escape(xml_text(told)).replace(chr(10), '&lt;br/&gt;')}</description>"
        f"<styleUrl>#s{site.day or 0}</styleUrl>"
        f'<ExtendedData><Data name="site"><value>{xml_text(site.id)}</value></Data></ExtendedData>'
        f"{where}</Placemark>"
    )


def _route(pack: PackInput, day: int, lang: str | None) -> list[str]:
    way = pack.route_lonlat.get(day, ())
    if len(way) < 2:
        return []
    line = " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in way)
    title = words.say("surveys.map.route", lang=lang, day=day)
    drawn = f"<tessellate>1</tessellate><coordinates>{line}</coordinates>"
    head = f'<Placemark id="route-{day}">{_named(title)}<styleUrl>#s{day}</styleUrl>'
    return [f"{head}<LineString>{drawn}</LineString></Placemark>"]

"""Sheets for a team without a phone: index, route, whom to call, and forms a photo can be read."""

from __future__ import annotations

import datetime as dt
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import words
from surveys.marks import DAY_COLOURS, day_colour, site_lines
from surveys.paper.items import BUBBLE_MM, spoken
from surveys.paper.layout import (
    EMPTY_MM,
    FULL_MM,
    HEAD_MM,
    MARK_MM,
    MARKS_MM,
    QR_MM,
    QR_SIZE_MM,
    Page,
    layout_version,
    pages,
)
from surveys.paper.serial import Serial
from surveys.questions import Question, Spec, opening
from surveys.sites import PackInput, PackSite

_TEMPLATE = Path(__file__).with_name("sheets.typ")
_WORDS = (
    *("index", "route", "emergency", "who", "number", "surveyor", "began"),
    *("valid", "form", "pack"),
)
_PAPER_WORDS = ("how", "how_photo", "like_this", "not_so", "first", "reasons", "north")
_COLUMNS = ("day", "order", "hours", "name", "place", "position")
_MAP_MM = (180.0, 94.0)
_BARS_KM, _BAR_MM = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50), 45
_MOST_WAY = 400
"""Corners drawn of a day's way; a sketch needs no more."""


def sheets_pdf(pack: PackInput, *, lang: str | None = None) -> bytes:
    """Write the A4 sheets as a tagged PDF (PDF/UA-1), the same bytes for the same pack.

    Parameters
    ----------
    pack : PackInput
    lang : {"id", "en"}, optional

    Returns
    -------
    bytes
        With a fixed date of making, since no clock is read; the footer says until when it holds.
        Every page of a form has four ArUco marks and a QR, so that a photo of it can be read by
        `surveys.paper.read.read_sheet`.
    """
    import typst

    data = json.dumps(_data(pack, lang), ensure_ascii=False)
    written = typst.compile(
        str(_TEMPLATE),
        sys_inputs={"data": data},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=int(dt.datetime(2026, 1, 2, tzinfo=dt.UTC).timestamp()),
    )
    return bytes(written)


def _data(pack: PackInput, lang: str | None) -> dict[str, Any]:
    said = {name: words.say(f"surveys.sheet.{name}", lang=lang) for name in _WORDS}
    said |= {name: words.say(f"surveys.paper.{name}", lang=lang) for name in _PAPER_WORDS}
    form = pages(pack.spec)
    days = sorted({site.day for site in pack.sites if site.day is not None})
    return {
        "lang": lang or words.language.get(),
        "title": words.say("surveys.sheet.title", lang=lang, study=pack.study_name, team=pack.team),
        "opening": opening(lang),
        "synthetic": words.say("surveys.web.synthetic", lang=lang) if pack.synthetic else "",
        "valid_until": pack.valid_until,
        "form_version": pack.form_version,
        "pack": pack.pack_id,
        "words": said,
        "columns": [words.say(f"surveys.sheet.column.{name}", lang=lang) for name in _COLUMNS],
        "emergency": [list(line) for line in pack.emergency],
        "days": [_day(pack, day, lang) for day in days],
        "map": _MAP_MM,
        "marks": {"at": MARKS_MM, "size": MARK_MM, "white": _white_cells()},
        "full": FULL_MM,
        "empty": EMPTY_MM,
        "qr": {"at": QR_MM, "size": QR_SIZE_MM},
        "bubble": BUBBLE_MM,
        "head": HEAD_MM,
        "form": [_page(page, pack.spec, lang) for page in form],
        "sites": [_site(site, pack, lang, len(form)) for site in pack.sites],
    }


def _day(pack: PackInput, day: int, lang: str | None) -> dict[str, Any]:
    """Lay a day's way and its stops out on a sketch, metres equal both ways, north up."""
    stops = [site for site in pack.sites if site.day == day]
    placed = [(s, s.lon, s.lat) for s in stops if s.lon is not None and s.lat is not None]
    way = list(pack.route_lonlat.get(day, ()))
    way = way[:: max(len(way) // _MOST_WAY, 1)] + way[-1:]
    drawn = _drawn([*way, *((lon, lat) for _, lon, lat in placed)])
    return {
        "title": words.say("surveys.map.day", lang=lang, day=day),
        "alt": words.say("surveys.paper.map", lang=lang, day=day, n=len(placed)),
        "colour": f"#{day_colour(day)}" if day < len(DAY_COLOURS) else "#333333",
        "way": drawn["at"][: len(way)],
        "stops": [
            {"at": at, "order": str(site.order or "")}
            for (site, _, _), at in zip(placed, drawn["at"][len(way) :], strict=True)
        ],
        "scale": drawn["scale"],
        "names": [f"{s.order}. {s.name}" if s.order else s.name for s in stops],
    }


def _drawn(points: list[tuple[float, float]]) -> dict[str, Any]:
    """Place lon/lat on the sketch (mm) and choose the bar of its scale: kilometres and mm."""
    if not points:
        return {"at": [], "scale": [0, 0]}
    lat0 = math.radians(sum(lat for _, lat in points) / len(points))
    xs = [lon * 111.32 * math.cos(lat0) for lon, _ in points]
    ys = [lat * 110.57 for _, lat in points]
    wide, tall = (max(v) - min(v) for v in (xs, ys))
    margin = 10.0
    mm = min(
        (_MAP_MM[0] - 2 * margin) / max(wide, 0.2), (_MAP_MM[1] - 2 * margin) / max(tall, 0.2)
    )  # fmt: skip
    left = (_MAP_MM[0] - wide * mm) / 2 - min(xs) * mm
    top = (_MAP_MM[1] - tall * mm) / 2 + max(ys) * mm
    bar = max([_BARS_KM[0], *(km for km in _BARS_KM if km * mm <= _BAR_MM)])
    return {
        "at": [
            (round(left + x * mm, 2), round(top - y * mm, 2)) for x, y in zip(xs, ys, strict=True)
        ],
        "scale": [bar, round(bar * mm, 2)],
    }


def _site(site: PackSite, pack: PackInput, lang: str | None, count: int) -> dict[str, Any]:
    at = "–" if site.lat is None or site.lon is None else f"{site.lat:.5f}, {site.lon:.5f}"
    own = [line for line in site_lines(site, lang) if line not in site.hazards]
    return {
        "day": str(site.day or "–"),
        "order": str(site.order or "–"),
        "hours": f"{site.arrive}–{site.leave}" if site.arrive else "–",
        "name": site.name,
        "place": ", ".join(part for part in (site.desa, site.kecamatan) if part),
        "position": at,
        "title": f"{site.name} ({site.id})",
        "lines": " · ".join([*own, at]),
        "hazards": " · ".join(site.hazards),
        "reasons": " · ".join(site.reasons),
        "must": list(site.must_answer),
        "pages": [
            {
                "qr": _qr(pack, site.id, page),
                "alt": words.say("surveys.paper.qr", lang=lang, site=site.id, page=page),
                "label": words.say("surveys.paper.page", lang=lang, page=page, count=count),
            }
            for page in range(1, count + 1)
        ],
    }


def _page(page: Page, spec: Spec, lang: str | None) -> dict[str, Any]:
    asked: dict[int, Question] = {question.number: question for question in spec.questions}
    return {
        "questions": page.questions,
        "said": [
            {
                "x": said.x_mm,
                "y": said.y_mm,
                "w": said.width_mm,
                "size": said.size_pt,
                "bold": said.bold,
                "centred": said.centred,
                "slanted": said.slanted,
                "text": spoken(said.of, asked.get(number, spec.questions[0]), lang),
            }
            for number, said in page.said
        ],
        "bubbles": [(bubble.x_mm, bubble.y_mm) for bubble in page.bubbles],
        "boxes": [(box.x_mm, box.y_mm, box.width_mm, box.height_mm) for box in page.boxes],
    }


def _qr(pack: PackInput, site: str, page: int) -> str:
    """Draw a page's QR as SVG."""
    import segno

    serial = Serial(
        page=page,
        pack=pack.pack_id,
        form_version=pack.form_version,
        layout=layout_version(pack.spec),
        letter=pack.spec.letter,
        team=pack.team,
        valid_until=pack.valid_until,
        site=site,
    )
    code = segno.make(serial.text(), error="m", micro=False)
    return str(code.svg_inline(border=0, omitsize=True))


@cache
def _white_cells() -> tuple[tuple[tuple[int, int], ...], ...]:
    """Name the white cells (column, row) of the marks 0 to 3; a mark is six cells across."""
    import cv2

    book = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    drawn = [cv2.aruco.generateImageMarker(book, number, 6) for number in range(len(MARKS_MM))]
    return tuple(
        tuple((x, y) for y in range(6) for x in range(6) if picture[y, x] > 0) for picture in drawn
    )

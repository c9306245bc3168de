"""Where everything stands on a sheet, in mm: one answer for the printer and for the reader."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import cache

from surveys.paper.blocks import LEFT_MM, RIGHT_MM, WIDTH_MM, question_block
from surveys.paper.items import Block, Box, Bubble, Said, shifted
from surveys.questions import Spec

PAGE_MM = (210.0, 297.0)
MARK_MM = 11.0
MARKS_MM = ((8.0, 8.0), (191.0, 8.0), (191.0, 278.0), (8.0, 278.0))
"""Upper left corners of the ArUco marks 0 to 3, clockwise from the upper left."""
QR_MM, QR_SIZE_MM = (160.0, 8.0), 27.0
FULL_MM = ((10.5, 24.0), (194.0, 24.0), (194.0, 273.0), (10.5, 273.0))
"""Printed full circles, by which a photo tells how dark black is on it."""
EMPTY_MM = ((16.5, 24.0), (200.0, 24.0), (200.0, 273.0), (16.5, 273.0))
"""Printed circles that nobody fills, by which a photo tells how light an empty one is."""
HEAD_MM = 54.6
"""Top of the boxes for who and since when, on the first page."""
DAY, MONTH = ("date_tens", "date_ones"), "date_month"
DATE = (*DAY, MONTH)
_DATE_MM, _DATE_STEP_MM = 46.0, 6.2
_FIRST_TOP_MM, _TOP_MM, _BOTTOM_MM = 64.5, 52.5, 268.0
_NOTE_LEAST_MM, _NOTE_MOST_MM = 12.0, 34.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a form.

    Parameters
    ----------
    number : int
        From 1.
    questions : tuple of (number, top in mm)
    said : tuple of (question number, Said)
        Question 0 is the head of the page.
    bubbles, boxes : tuples
        Bubbles of the date of the visit (`DATE`) first.
    """

    number: int
    questions: tuple[tuple[int, float], ...]
    said: tuple[tuple[int, Said], ...]
    bubbles: tuple[Bubble, ...]
    boxes: tuple[Box, ...]


@cache
def pages(spec: Spec) -> tuple[Page, ...]:
    """Lay out the form of one site.

    Parameters
    ----------
    spec : Spec

    Returns
    -------
    tuple of Page
        Positions in mm from the upper left corner of an A4 page. They depend on the spec and the
        words of both languages only, never on the site, so a photo is read with the spec alone.
        A question never breaks over two pages.
    """
    sheets: list[list[tuple[int, Block, float]]] = [[]]
    y = _FIRST_TOP_MM
    for question in spec.questions:
        block = question_block(question)
        if y + block.height_mm > _BOTTOM_MM:
            sheets.append([])
            y = _TOP_MM
        sheets[-1].append((question.number, block, y))
        y += block.height_mm
    made = [_page(number, placed) for number, placed in enumerate(sheets, start=1)]
    made[-1] = _with_note(made[-1], y)
    return tuple(made)


def _page(number: int, placed: list[tuple[int, Block, float]]) -> Page:
    items = [(n, item) for n, block, y in placed for item in shifted(block.items, y)]
    head = (
        Box(field="surveyor", x_mm=12, y_mm=HEAD_MM, width_mm=60, height_mm=8.4),
        Box(field="began", x_mm=75, y_mm=HEAD_MM, width_mm=45, height_mm=8.4),
    )
    said, bubbles = _date()
    return Page(
        number=number,
        questions=tuple((n, y) for n, _, y in placed),
        said=(*said, *((n, item) for n, item in items if isinstance(item, Said))),
        bubbles=(*bubbles, *(item for _, item in items if isinstance(item, Bubble))),
        boxes=(*(head if number == 1 else ()), *(i for _, i in items if isinstance(i, Box))),
    )


def _with_note(page: Page, y: float) -> Page:
    """Give what is left of the last page to free notes."""
    left = min(_BOTTOM_MM - y - 6, _NOTE_MOST_MM)
    if left < _NOTE_LEAST_MM:
        return page
    said = Said(
        of=("word", "note"), x_mm=LEFT_MM, y_mm=y + 0.6, width_mm=WIDTH_MM, size_pt=9, bold=True
    )  # fmt: skip
    box = Box(field="note", x_mm=LEFT_MM, y_mm=y + 5, width_mm=WIDTH_MM, height_mm=left)
    return replace(page, said=(*page.said, (0, said)), boxes=(*page.boxes, box))


def _date() -> tuple[list[tuple[int, Said]], list[Bubble]]:
    """Lay the date of the visit as bubbles on every page, since a page may come home alone."""
    step = _DATE_STEP_MM
    month_left = RIGHT_MM - 2.2 - 11 * step
    ones_left = month_left - 9.5 - 9 * step
    tens_left = ones_left - 2 - 4 * step
    groups = (
        (DAY[0], tens_left, range(4)),
        (DAY[1], ones_left, range(10)),
        (MONTH, month_left, range(1, 13)),
    )
    said: list[Said] = [
        Said(of=("word", "date"), x_mm=12, y_mm=_DATE_MM - 1.2, width_mm=20, bold=True),
        Said(
            of=("word", "month"), x_mm=month_left - 2.2, y_mm=_DATE_MM - 9.4, width_mm=30,
            size_pt=7.5,
        ),
        Said(
            of=("word", "day_of_month"), x_mm=tens_left - 2.2, y_mm=_DATE_MM - 9.4, width_mm=30,
            size_pt=7.5,
        ),
    ]  # fmt: skip
    bubbles: list[Bubble] = []
    for name, left, numbers in groups:
        for k, number in enumerate(numbers):
            x = round(left + k * step, 3)
            one = Said(
                of=("plain", str(number)), x_mm=x - 3, y_mm=_DATE_MM - 6.3, width_mm=6,
                size_pt=7.5, centred=True,
            )  # fmt: skip
            said.append(one)
            bubbles.append(Bubble(field=name, choice=str(number), x_mm=x, y_mm=_DATE_MM))
    return [(0, one) for one in said], bubbles


@cache
def layout_version(spec: Spec) -> str:
    """Return 4 hex digits over every position that is read, held by the sheet's QR."""
    told = [
        ([asdict(bubble) for bubble in page.bubbles], [asdict(box) for box in page.boxes])
        for page in pages(spec)
    ]
    fixed = [MARK_MM, MARKS_MM, FULL_MM, EMPTY_MM]
    return hashlib.sha256(json.dumps([told, fixed], sort_keys=True).encode()).hexdigest()[:4]

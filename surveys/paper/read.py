"""Read the photo of a filled sheet: each answer with its confidence, the doubtful set apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from scoring.criteria import load_catalogue
from surveys.cells import Answer
from surveys.paper.flat import Floats, Grey, darkness, flat_page, grey_picture, straightened
from surveys.paper.ink import Marks, around, circles, cut, is_written, measure, picture
from surveys.paper.items import Box, Bubble
from surveys.paper.layout import DATE, DAY, MONTH, QR_MM, QR_SIZE_MM, Page, layout_version, pages
from surveys.paper.serial import Serial, parse_serial
from surveys.questions import NOTHING, Field, FieldType, Spec, spec

FILLED, EMPTY, EMPTY_STROKE = 0.17, 0.06, 0.18
"""Ink from which a bubble is surely filled, and up to which it is surely empty (see `Marks`)."""
_HALF_SURE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperReading:
    """One page as it was read.

    Parameters
    ----------
    serial : Serial
        From the page's QR: site, page, pack, form, team.
    programme : str
    date : str
        ISO date of the visit, "" where it was not filled in or is doubtful.
    answers : Mapping
        Field name → key, tuple of keys, int or float. A doubtful field has none.
    confidence : Mapping
        Field name → 0 to 1, for every field with bubbles on the page, the date's too.
    doubtful : tuple of str
        Fields whose marks a person must look at: faint, double, crossed out or covered ones.
    written : tuple of str
        Boxes in which something is written by hand.
    crops : Mapping
        Doubtful or written field → its picture (PNG). Nothing of it is ever guessed.
    """

    serial: Serial
    programme: str
    date: str
    answers: Mapping[str, Answer]
    confidence: Mapping[str, float]
    doubtful: tuple[str, ...]
    written: tuple[str, ...]
    crops: Mapping[str, bytes]


def read_sheet(image: NDArray[np.uint8] | bytes) -> PaperReading:
    """Read one page of a form from a photo.

    Parameters
    ----------
    image : ndarray or bytes
        Grey (h, w) or BGR (h, w, 3) of uint8, or the bytes of a JPEG or PNG. Any way up.

    Raises
    ------
    InputError
        ``surveys.paper.no_picture``, ``.too_small``, ``.no_sheet``, ``.no_marks``,
        ``.two_sheets``, ``.not_flat``, ``.unclear``, ``.no_qr``, ``.other_form``: each says what
        to do.
    """
    grey = grey_picture(image)
    flat = flat_page(grey)
    serial = _serial(grey, flat)
    form = _form(serial)
    page = pages(form)[serial.page - 1]
    flat = straightened(flat, circles(page.bubbles))
    dark = darkness(flat)
    marks = measure(dark, page.bubbles)
    values, confidence, doubtful = _values(page, marks, form)
    kept = [box for box in page.boxes if box.kept]
    written = [box.field for box in kept if is_written(dark, box)]
    crops = {box.field: picture(flat, box) for box in kept if box.field in written}
    for name in doubtful:
        crops[name] = picture(flat, around([b for b in page.bubbles if b.field == name]))
    return PaperReading(
        serial=serial,
        programme=form.programme,
        date=_date(serial, values),
        answers=MappingProxyType({n: v for n, v in values.items() if n not in DATE}),
        confidence=MappingProxyType(confidence),
        doubtful=tuple(doubtful),
        written=tuple(written),
        crops=MappingProxyType(crops),
    )


def _serial(grey: Grey, flat: Grey) -> Serial:
    """Read the QR in its place, else anywhere in the photo."""
    place = Box(
        field="", x_mm=QR_MM[0], y_mm=QR_MM[1], width_mm=QR_SIZE_MM, height_mm=QR_SIZE_MM
    )  # fmt: skip
    told: set[Serial] = set()
    for part in (cut(flat, place, edge_mm=2.0), grey):
        told |= {one for text in _qr(part) if (one := parse_serial(text)) is not None}
    if not told:
        raise InputError("surveys.paper.no_qr")
    if len(told) > 1:
        raise InputError("surveys.paper.two_sheets")
    return told.pop()


def _qr(part: NDArray[np.generic]) -> list[str]:
    import zxingcpp

    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    codes = zxingcpp.read_barcodes(np.ascontiguousarray(part), formats=formats)
    return [str(code.text) for code in codes]


def _form(serial: Serial) -> Spec:
    """Return the survey a sheet was printed from; another version lies differently on paper."""
    programmes = load_catalogue().programmes
    name = next((key for key, one in programmes.items() if one.letter == serial.letter), "")
    now = spec(name) if name else None
    if (
        now is None
        or (now.version, layout_version(now)) != (serial.form_version, serial.layout)
        or not 1 <= serial.page <= len(pages(now))
    ):
        printed = f"{serial.form_version}-{serial.layout}"
        held = f"{now.version}-{layout_version(now)}" if now else "–"
        raise InputError("surveys.paper.other_form", site=serial.site, printed=printed, now=held)
    return now


def _values(
    page: Page, marks: Marks, form: Spec
) -> tuple[dict[str, Answer], dict[str, float], list[str]]:
    sure = _sureness(marks)
    values: dict[str, Answer] = {}
    confidence: dict[str, float] = {}
    doubtful: list[str] = []
    for name in dict.fromkeys(bubble.field for bubble in page.bubbles):
        rows = [i for i, bubble in enumerate(page.bubbles) if bubble.field == name]
        chosen = [page.bubbles[i] for i in rows if marks.filled[i] >= FILLED]
        value = _value(None if name in DATE else form.field(name), chosen)
        least = float(sure[rows].min())
        inks = [float(marks.filled[i]) for i in rows if marks.filled[i] >= FILLED]
        if chosen and (value is None or _mixed(value, inks)):
            least = 0.0  # a contradiction, however clear its marks
        confidence[name] = round(least, 3)
        if least < _HALF_SURE:
            doubtful.append(name)
        elif value is not None:
            values[name] = value
    return values, confidence, doubtful


def _mixed(value: Answer, inks: Sequence[float]) -> bool:
    """Tell whether some of many are filled and others only ticked or crossed: who knows why."""
    return isinstance(value, tuple) and min(inks) < _HALF_SURE * max(inks)


def _sureness(marks: Marks) -> Floats:
    """Turn ink into confidence: below one half between the thresholds, towards 1 beyond them."""
    yes = _HALF_SURE + _HALF_SURE * (marks.filled - FILLED) / FILLED
    lightest = np.minimum(1 - marks.filled / EMPTY, 1 - marks.stroke / EMPTY_STROKE)
    no = _HALF_SURE + _HALF_SURE * lightest
    beyond = np.where(marks.filled >= FILLED, yes, np.where(lightest >= 0, no, 0.25))
    return np.asarray(np.clip(np.where(marks.crossed | marks.hidden, 0.0, beyond), 0, 1))


def _value(field: Field | None, chosen: Sequence[Bubble]) -> Answer | None:
    """Tell what the filled bubbles say, or None: nothing, or a contradiction."""
    if not chosen:
        return None
    if field is not None and field.type in {FieldType.INTEGER, FieldType.DECIMAL}:
        return _number(field, chosen)
    keys = tuple(bubble.choice for bubble in chosen)
    if field is None or field.type is FieldType.CHOICE:
        return keys[0] if len(keys) == 1 else None
    if NOTHING in keys and len(keys) > 1:
        return None
    return tuple(choice for choice in field.choices if choice in keys)


def _number(field: Field, chosen: Sequence[Bubble]) -> Answer | None:
    """Add up digits; places above the first one filled are empty, one missing below is doubt."""
    digits = {bubble.place: int(bubble.choice) for bubble in chosen if bubble.place is not None}
    last = -1 if field.type is FieldType.DECIMAL and -1 in digits else 0
    first = max(digits)
    if len(digits) != len(chosen) or set(digits) != set(range(last, first + 1)):
        return None
    tenths = sum(digit * (10 ** (place + 1)) for place, digit in digits.items())
    number = tenths / 10
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        return None
    return number if field.type is FieldType.DECIMAL else int(tenths // 10)


def _date(serial: Serial, values: Mapping[str, Answer]) -> str:
    """Return the date of the visit; half a date is none."""
    if any(name not in values for name in DATE):
        return ""
    day = 10 * int(str(values[DAY[0]])) + int(str(values[DAY[1]]))
    return serial.date(day, int(str(values[MONTH])))

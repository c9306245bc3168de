"""What one answer says, whatever wrote it: keys or labels, numbers, points; never a guess."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import words
from geo.coordinates import parse
from geo.errors import InputError
from scoring.kinds import fold
from surveys.questions import NOTHING, Field, FieldType, choice_label

Point = dict[str, float | str | None]
Answer = str | int | float | tuple[str, ...] | Point

_LISTED = re.compile(r"[,;|\n]+")
_WKT = re.compile(r"^\s*point\s*z?\s*\(\s*(\S+)\s+(\S+)[^)]*\)\s*$", re.IGNORECASE)
_FOUR = re.compile(r"^\s*(-?\d+(?:\.\d+)?(?:\s+-?\d+(?:\.\d+)?){1,3})\s*$")
_DEGREES = re.compile(r"^\s*-?\d+(\.\d+)?\s*$")
_PLACED_BY_HAND_M = 0.0


class UnreadableError(ValueError):
    """An answer that cannot be read; ``why`` is the end of the note's code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read_cell(field: Field, value: object) -> Answer:
    """Read one answer.

    Parameters
    ----------
    field : Field
    value : object
        Not blank. A key or a label of either language; many: keys or labels between commas, or
        keys between spaces, or a list; a number, with point or comma; a point as "lat lon alt
        accuracy", a pasted pair, ``POINT (lon lat)``, or a mapping.

    Raises
    ------
    UnreadableError
        ``answer_unreadable``, ``answer_out_of_range``, ``answer_contradicts``.
    """
    if field.type is FieldType.CHOICE:
        return _one(field, value)
    if field.type is FieldType.MANY:
        return _many(field, value)
    if field.type is FieldType.INTEGER:
        number = _number(field, value)
        if not number.is_integer():
            raise UnreadableError("answer_unreadable")
        return int(number)
    if field.type is FieldType.DECIMAL:
        return _number(field, value)
    if field.type is FieldType.POINT:
        return _point(value)
    text = str(value).strip()
    return text.replace("\\", "/").rsplit("/", 1)[-1] if field.type is FieldType.PHOTO else text


@lru_cache(maxsize=512)
def _choices(field: Field) -> Mapping[str, str]:
    found = {fold(choice): choice for choice in field.choices}
    for lang in words.LANGUAGES:
        for choice in field.choices:
            found.setdefault(fold(choice_label(field, choice, lang)), choice)
    return found


def _one(field: Field, value: object) -> str:
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        value = "ya" if value else "tidak"
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    known = _choices(field)
    key = known.get(fold(text)) or known.get(fold(text.removesuffix(".0")))
    if key is None:
        raise UnreadableError("answer_unreadable")
    return key


def _many(field: Field, value: object) -> tuple[str, ...]:
    known = _choices(field)
    said: list[str] = []
    for part in _parts(value):
        if fold(part) in known:
            said.append(known[fold(part)])
        else:
            said += _run(part.split(), known)
    if not said:
        raise UnreadableError("answer_unreadable")
    if NOTHING in said and len(set(said)) > 1:
        raise UnreadableError("answer_contradicts")
    return tuple(choice for choice in field.choices if choice in said)


def _parts(value: object) -> list[str]:
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            try:
                value = json.loads(text)
            except ValueError:
                raise UnreadableError("answer_unreadable") from None
        else:
            inner = text[1:-1].replace('"', "") if text.startswith("{") else text
            return [part.strip() for part in _LISTED.split(inner) if part.strip()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [str(part) for part in value]
    return [str(value)]


def _run(spoken: Sequence[str], known: Mapping[str, str]) -> list[str]:
    """Read keys or labels between spaces: at each word the longest that is known."""
    said, i = [], 0
    while i < len(spoken):
        for j in range(len(spoken), i, -1):
            key = known.get(fold(" ".join(spoken[i:j])))
            if key is not None:
                said.append(key)
                i = j
                break
        else:
            raise UnreadableError("answer_unreadable")
    return said


def _number(field: Field, value: object) -> float:
    number = _plain_number(value)
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise UnreadableError("answer_out_of_range")
    return number


def _plain_number(value: object) -> float:
    """Read a number; "1.234,5" and "1,234.5" tell their own signs, "1,234" does not."""
    if isinstance(value, bool):
        raise UnreadableError("answer_unreadable")
    text = str(value).strip()
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d+", text):
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?\d{1,3}(,\d{3})+\.\d+", text):
        text = text.replace(",", "")
    elif re.fullmatch(r"-?\d+,(\d{1,2}|\d{4,})", text):
        text = text.replace(",", ".")
    try:
        number = float(text) if re.fullmatch(r"[-+0-9.eE]+", text) else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UnreadableError("answer_unreadable")
    return number


def _point(value: object) -> Point:
    if isinstance(value, Mapping):
        if "coordinates" in value:
            lon, lat = list(value["coordinates"])[:2]
            accuracy = (value.get("properties") or {}).get("accuracy")
            return _placed(lat, lon, accuracy, None)
        return _placed(
            value.get("lat"), value.get("lon"), value.get("accuracy_m"), value.get("source")
        )
    text = str(value).strip()
    if told := _WKT.match(text):
        return _placed(told[2], told[1], None, None)
    if told := _FOUR.match(text):
        numbers = [*told[1].split(), None, None, None]
        return _placed(numbers[0], numbers[1], numbers[3], None)
    return _placed(text, None, None, "pasted")


def _placed(lat: object, lon: object, accuracy: object, source: object) -> Point:
    x, y = _lonlat(lat, lon)
    accuracy_m = None if accuracy is None or str(accuracy).strip() == "" else _accuracy(accuracy)
    if source is None:
        source = "pasted" if accuracy_m is None else "gps"
        source = "map" if accuracy_m == _PLACED_BY_HAND_M else source
    return {"lon": x, "lat": y, "accuracy_m": accuracy_m, "source": str(source)}


def _lonlat(lat: object, lon: object) -> tuple[float, float]:
    """Read degrees as machines write them at once; what a person pasted by its notation."""
    if _DEGREES.match(str(lat)) and _DEGREES.match(str(lon)):
        y, x = float(str(lat)), float(str(lon))
        if abs(y) > 90 or abs(x) > 180 or (x == 0 and y == 0):
            raise UnreadableError("answer_out_of_range")
        return x, y
    try:
        return parse("" if lat is None else lat, "" if lon is None else lon, utm_zone="")
    except InputError:
        raise UnreadableError("answer_unreadable") from None


def _accuracy(value: object) -> float | None:
    number = _plain_number(value)
    return number if number >= 0 else None

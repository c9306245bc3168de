"""What one question takes on paper: its words, then bubbles and boxes one field under the other."""

from __future__ import annotations

from itertools import groupby

from surveys.paper.items import Block, Box, Bubble, Item, Said, lines_needed, shifted
from surveys.questions import Field, FieldType, Question, hint

LEFT_MM, RIGHT_MM = 20.5, 198.0
WIDTH_MM = RIGHT_MM - LEFT_MM
LINE_MM, ROW_MM = 4.0, 6.3
_GAP_MM = 1.5
_MIDDLE_MM = 1.15
"""How far above the middle of a row its words begin."""
_MOST_COLUMNS = 5
_BOX_MM = 9.5
_SMALL_PT, _SMALL_LINE_MM = 8.5, 3.6
_DIGIT_MM = 6.2
_PLACE_MM = 22.0
_NUMBERS = {FieldType.INTEGER, FieldType.DECIMAL}


def question_block(question: Question) -> Block:
    """Lay out a question: its words, then its fields one under the other."""
    text = Said(
        of=("question",), x_mm=LEFT_MM, y_mm=1.6, width_mm=WIDTH_MM - 21, size_pt=10, bold=True
    )
    items: tuple[Item, ...] = (text,)
    y = lines_needed(text, question) * LINE_MM + 1.4
    if (first := question.fields[0]).type is not FieldType.PHOTO:
        said, tall = _hint(first, question, y)
        items, y = items + said, y + tall
    y += _GAP_MM
    for _, group in groupby(question.fields, key=_alike):
        block = _group(tuple(group), question)
        items += shifted(block.items, y)
        y += block.height_mm
    return Block(items, y + _GAP_MM)


def _alike(field: Field) -> tuple[object, ...]:
    """Name what fields share that stand in one table or one row."""
    if field.type is FieldType.PHOTO:
        return ("photo",)
    if field.type in _NUMBERS:
        return ("number",)
    return ("choice", field.choices) if field.type is FieldType.CHOICE else (field.name,)


def _group(fields: tuple[Field, ...], question: Question) -> Block:
    field = fields[0]
    if field.type is FieldType.PHOTO:
        return _photos(fields, question)
    if field.type in _NUMBERS:
        return _numbers(fields, question)
    if len(fields) > 1:
        return _table(fields, question)
    if field.layout == "grid":
        block = _grid(field)
    elif field.choices:
        block = _flow(field, question)
    else:
        box = Box(field=field.name, x_mm=LEFT_MM, y_mm=0, width_mm=WIDTH_MM, height_mm=_BOX_MM)
        block = Block((box,), _BOX_MM + _GAP_MM)
    return block if field is question.fields[0] else _headed(field, question, block)


def _hint(field: Field, question: Question, y_mm: float) -> tuple[tuple[Item, ...], float]:
    """Lay out a field's hint, where it has one, and say how tall it is in millimetres."""
    if not hint(field):
        return (), 0.0
    said = Said(
        of=("hint", field.name), x_mm=LEFT_MM, y_mm=y_mm, width_mm=WIDTH_MM, size_pt=_SMALL_PT,
        slanted=True,
    )  # fmt: skip
    return (said,), lines_needed(said, question) * _SMALL_LINE_MM


def _headed(field: Field, question: Question, block: Block) -> Block:
    head = Said(of=("label", field.name), x_mm=LEFT_MM, y_mm=1.5, width_mm=WIDTH_MM, size_pt=9)
    items: tuple[Item, ...] = (head,)
    tall = lines_needed(head, question) * LINE_MM + 1.2
    said, more = _hint(field, question, tall)
    items, tall = items + said, tall + more
    return Block((*items, *shifted(block.items, tall)), tall + block.height_mm)


def _columns(field: Field, question: Question) -> int:
    """Take as many columns as leave every choice on one line, at least two."""
    for columns in range(min(_MOST_COLUMNS, len(field.choices)), 2, -1):
        wide = WIDTH_MM / columns - 6.5
        said = (
            Said(of=("choice", field.name, c), x_mm=0, y_mm=0, width_mm=wide) for c in field.choices
        )
        if all(lines_needed(one, question) == 1 for one in said):
            return columns
    return 2


def _flow(field: Field, question: Question) -> Block:
    columns = _columns(field, question)
    wide, y = WIDTH_MM / columns, 0.0
    items: list[Item] = []
    for start in range(0, len(field.choices), columns):
        tall = ROW_MM
        for k, choice in enumerate(field.choices[start : start + columns]):
            x, middle = LEFT_MM + k * wide, y + ROW_MM / 2
            said = Said(
                of=("choice", field.name, choice),
                x_mm=round(x + 6.1, 3),
                y_mm=middle - _MIDDLE_MM,
                width_mm=round(wide - 6.5, 3),
            )
            bubble = Bubble(
                field=field.name, choice=choice, x_mm=round(x + 2.2, 3), y_mm=middle
            )  # fmt: skip
            items += [bubble, said]
            tall = max(tall, ROW_MM + (lines_needed(said, question) - 1) * LINE_MM)
        y += tall
    return Block(tuple(items), y)


def _table(fields: tuple[Field, ...], question: Question) -> Block:
    """Lay fields with the same choices as rows under the choices' names."""
    first = fields[0]
    wide = min(26.0, 110 / len(first.choices))
    left = RIGHT_MM - wide * len(first.choices)
    heads = [
        Said(
            of=("choice", first.name, choice), x_mm=left + k * wide, y_mm=0, width_mm=wide - 1,
            size_pt=_SMALL_PT, centred=True,
        )
        for k, choice in enumerate(first.choices)
    ]  # fmt: skip
    items: list[Item] = list(heads)
    y = max(lines_needed(head, question) for head in heads) * 3.4 + 0.6
    for field in fields:
        said = Said(
            of=("label", field.name), x_mm=LEFT_MM, y_mm=y + ROW_MM / 2 - _MIDDLE_MM,
            width_mm=left - LEFT_MM - 1,
        )  # fmt: skip
        items.append(said)
        items += [
            Bubble(
                field=field.name, choice=choice,
                x_mm=round(left + k * wide + (wide - 1) / 2, 3), y_mm=y + ROW_MM / 2,
            )
            for k, choice in enumerate(field.choices)
        ]  # fmt: skip
        y += ROW_MM + (lines_needed(said, question) - 1) * LINE_MM
    return Block(tuple(items), y)


def _grid(field: Field) -> Block:
    """Lay the times of a week: a column a day, a row a time of day."""
    days = list(dict.fromkeys(choice.rpartition("_")[0] for choice in field.choices))
    times = list(dict.fromkeys(choice.rpartition("_")[2] for choice in field.choices))
    left, wide = LEFT_MM + 24, (WIDTH_MM - 24) / len(days)
    items: list[Item] = [
        Said(
            of=("word", "day", day), x_mm=round(left + k * wide, 3), y_mm=0,
            width_mm=round(wide, 3), size_pt=_SMALL_PT, centred=True,
        )
        for k, day in enumerate(days)
    ]  # fmt: skip
    for n, time in enumerate(times):
        middle = round(4 + (n + 0.5) * ROW_MM, 3)
        said = Said(
            of=("word", "time", time), x_mm=LEFT_MM, y_mm=middle - _MIDDLE_MM, width_mm=23
        )  # fmt: skip
        items.append(said)
        items += [
            Bubble(
                field=field.name, choice=f"{day}_{time}",
                x_mm=round(left + (k + 0.5) * wide, 3), y_mm=middle,
            )
            for k, day in enumerate(days)
        ]  # fmt: skip
    return Block(tuple(items), 4 + len(times) * ROW_MM)


def _numbers(fields: tuple[Field, ...], question: Question) -> Block:
    """Lay numbers two side by side."""
    alone = len(question.fields) == 1
    items: tuple[Item, ...] = ()
    y = 0.0
    for start in range(0, len(fields), 2):
        tall = 0.0
        for k, field in enumerate(fields[start : start + 2]):
            block = _digits(field, LEFT_MM + k * 92, named=not alone)
            items += shifted(block.items, y)
            tall = max(tall, block.height_mm)
        y += tall
    return Block(items, y)


def _digits(field: Field, left: float, *, named: bool) -> Block:
    """Lay a number as one row of bubbles for each of its digits, under the digits' names."""
    high, low = int(field.maximum or 0), int(field.minimum or 0)
    most = len(str(high))
    places = [*range(most - 1, -1, -1), *([-1] if field.type is FieldType.DECIMAL else [])]
    xs = [round(left + _PLACE_MM + 3 + _DIGIT_MM * digit, 3) for digit in range(10)]
    items: list[Item] = []
    y = 0.0
    if named:
        items.append(Said(of=("label", field.name), x_mm=left, y_mm=0.6, width_mm=84, size_pt=9))
        y = LINE_MM + 0.8
    items += [
        Said(of=("plain", str(d)), x_mm=x - 3, y_mm=y, width_mm=6, size_pt=_SMALL_PT, centred=True)
        for d, x in enumerate(xs)
    ]
    y += 3.6
    for place in places:
        middle = round(y + ROW_MM / 2, 3)
        said = Said(
            of=("word", "place", str(place)), x_mm=left, y_mm=middle - _MIDDLE_MM,
            width_mm=_PLACE_MM - 1,
        )  # fmt: skip
        items.append(said)
        top = place == most - 1
        first = int(str(low)[0]) if top and len(str(low)) == most else 0
        last = int(str(high)[0]) if top else 9
        items += [
            Bubble(field=field.name, choice=str(d), x_mm=xs[d], y_mm=middle, place=place)
            for d in range(first, last + 1)
        ]
        y += ROW_MM
    return Block(tuple(items), y)


def _photos(fields: tuple[Field, ...], question: Question) -> Block:
    """Lay a tick for oneself beside each photo: the photo itself travels as a file."""
    wide, tall = WIDTH_MM / max(len(fields), 2), ROW_MM
    items: list[Item] = []
    for k, field in enumerate(fields):
        x = LEFT_MM + k * wide
        said = Said(
            of=("label", field.name), x_mm=x + 6.1, y_mm=ROW_MM / 2 - _MIDDLE_MM,
            width_mm=wide - 6.5,
        )  # fmt: skip
        tall = max(tall, ROW_MM + (lines_needed(said, question) - 1) * LINE_MM)
        box = Box(
            field=field.name, x_mm=x + 0.3, y_mm=1.25, width_mm=3.8, height_mm=3.8, kept=False
        )  # fmt: skip
        items += [box, said]
    return Block(tuple(items), tall)

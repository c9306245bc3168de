"""The form an agency fills in to propose places, and (`write_reply`) the answer it gets back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import words
from data.assets.agency_reply import write_reply
from data.assets.form_cells import SOFT_FILL, heading, set_widths, text_cell, verify, wrapped
from geo.files import written_whole

__all__ = ["COLUMNS", "write_form", "write_reply"]

COLUMNS: tuple[tuple[str, float], ...] = (
    ("number", 9), ("code", 20), ("name", 34), ("kind", 24), ("agency", 26), ("address", 30),
    ("kecamatan", 18), ("desa", 20), ("coordinates", 25), ("labour_need", 17), ("capacity", 14),
    ("supervision", 14), ("condition", 18), ("tenure", 22),
)  # fmt: skip
"""The form's columns, at most 14, with their widths in characters."""

CONDITIONS = ("B", "KB", "RB")
TENURES = ("certified", "uncertified", "village", "rent", "dispute")
ANSWERS = ("ya", "tidak")
FORM, GUIDE, LISTS = "Usulan", "Petunjuk", "Pilihan"
TITLE_ROWS = 3
ROOM_ROWS = 1000
"""Rows below the example that carry the drop-downs."""


def write_form(
    path: Path,
    *,
    kinds: Mapping[str, str],
    kecamatan: Sequence[str],
    desa: Sequence[tuple[str, str]],
    overwrite: bool = False,
) -> None:
    """Write the form as xlsx: guide, form with drop-downs and an example row, lists of choices.

    What is chosen from the lists is read back by `data.assets.read_assets` without loss; the
    example row, numbered CONTOH, is passed over.

    Parameters
    ----------
    path : Path
    kinds : Mapping[str, str]
        Key of a kind to its words; the words are offered.
    kecamatan : sequence of str
        May be empty: the cells then take any text.
    desa : sequence of (kecamatan, desa)
        A kecamatan's desa are offered once the kecamatan is chosen.
    overwrite : bool

    Raises
    ------
    StudyError
        ``file.exists`` · ``file.not_written``.
    """
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    with written_whole(path, overwrite=overwrite) as temporary:
        guide_rows = _write_guide(book.create_sheet(GUIDE))
        pairs = sorted(set(desa))
        _write_rows(book.create_sheet(FORM), kinds=kinds, kecamatan=kecamatan, desa=pairs)
        columns = _choices(kinds, kecamatan, pairs)
        lists = book.create_sheet(LISTS)
        for row in range(max(map(len, columns.values()))):
            lists.append(
                [
                    text_cell(lists, cells[row] if row < len(cells) else None)
                    for cells in columns.values()
                ]
            )
        lists.sheet_state = "hidden"
        book.active = 1
        book.save(temporary)
        verify(temporary, {GUIDE: guide_rows, FORM: TITLE_ROWS + 2, LISTS: 1})


def _choices(
    kinds: Mapping[str, str], kecamatan: Sequence[str], desa: Sequence[tuple[str, str]]
) -> dict[str, list[str]]:
    """List the choices of each drop-down, one column of the hidden sheet each."""
    return {
        "kind": sorted(kinds.values()),
        "kecamatan": sorted(kecamatan),
        "desa_kecamatan": [name for name, _ in desa],
        "desa": [name for _, name in desa],
        "supervision": [words.say(f"form.answer.{key}") for key in ANSWERS],
        "condition": [words.say(f"form.condition.{key}") for key in CONDITIONS],
        "tenure": [words.say(f"form.tenure.{key}") for key in TENURES],
    }


def _write_guide(sheet: Any) -> int:
    from openpyxl.styles import Font

    set_widths(sheet, [110])
    lines = words.say("form.guide").split("\n")
    for number, line in enumerate(lines):
        look = {"font": Font(bold=True, size=14)} if number == 0 else {}
        sheet.append([text_cell(sheet, line or None, alignment=wrapped(), **look)])
    return len(lines)


def _write_rows(
    sheet: Any,
    *,
    kinds: Mapping[str, str],
    kecamatan: Sequence[str],
    desa: Sequence[tuple[str, str]],
) -> None:
    """Write titles, header and example, and hang the drop-downs on the rows to be filled in."""
    from openpyxl.styles import Font, PatternFill

    set_widths(sheet, [width for _, width in COLUMNS])
    sheet.freeze_panes = f"D{TITLE_ROWS + 2}"
    for validation in _validations(_choices(kinds, kecamatan, desa)):
        sheet.data_validations.append(validation)
    sheet.append([text_cell(sheet, words.say("form.title"), font=Font(bold=True, size=14))])
    sheet.append([text_cell(sheet, words.say("form.subtitle"))])
    sheet.append([])
    sheet.append(heading(sheet, [words.say(f"form.column.{key}") for key, _ in COLUMNS]))
    looks = {
        "font": Font(italic=True, color="666666"),
        "fill": PatternFill("solid", fgColor=SOFT_FILL),
        "alignment": wrapped(),
    }
    example = _example(kinds, desa[0] if desa else (next(iter(kecamatan), ""), ""))
    sheet.append([text_cell(sheet, example.get(key) or None, **looks) for key, _ in COLUMNS])


def _example(kinds: Mapping[str, str], where: tuple[str, str]) -> dict[str, object]:
    """Fill in one row as it should be; its number, CONTOH, tells the reader to pass it over."""
    texts = ("code", "name", "agency", "address", "coordinates")
    return {
        **{key: words.say(f"form.example.{key}") for key in texts},
        "number": "CONTOH",
        "kind": kinds.get("school") or next(iter(kinds.values()), ""),
        "kecamatan": where[0],
        "desa": where[1],
        "supervision": words.say("form.answer.ya"),
        "condition": words.say("form.condition.B"),
        "tenure": words.say("form.tenure.certified"),
        "labour_need": 16,
        "capacity": 2,
    }


def _validations(choices: Mapping[str, Sequence[str]]) -> list[Any]:
    """Make the drop-downs and the checks of the two numbers."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = {key: get_column_letter(k) for k, (key, _) in enumerate(COLUMNS, start=1)}
    source = {key: get_column_letter(k) for k, key in enumerate(choices, start=1)}
    first, last = TITLE_ROWS + 2, TITLE_ROWS + 2 + ROOM_ROWS
    lists = {
        key: f"{LISTS}!${source[key]}$1:${source[key]}${len(choices[key])}"
        for key in ("kind", "kecamatan", "supervision", "condition", "tenure")
        if choices[key]
    }
    if choices["desa"]:
        column, count = source["desa_kecamatan"], len(choices["desa"])
        among = f"{LISTS}!${column}$1:${column}${count}"
        chosen, start = f"${letter['kecamatan']}{first}", f"{LISTS}!${source['desa']}$1"
        lists["desa"] = f"OFFSET({start},MATCH({chosen},{among},0)-1,0,COUNTIF({among},{chosen}),1)"
    made = []
    for key, formula in lists.items():
        # names may be missing from our lists, so those two only warn
        style = "warning" if key in {"desa", "kecamatan", "kind"} else "stop"
        made.append(
            DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle=style)
        )
        made[-1].add(f"{letter[key]}{first}:{letter[key]}{last}")
    for key, most in (("labour_need", 400), ("capacity", 30)):
        made.append(
            DataValidation(
                type="decimal",
                operator="between",
                formula1="0",
                formula2=str(most),
                allow_blank=True,
            )
        )
        made[-1].add(f"{letter[key]}{first}:{letter[key]}{last}")
    for validation in made:
        validation.error, validation.errorTitle = words.say("form.invalid"), words.say("form.title")
        validation.showErrorMessage = True
    return made

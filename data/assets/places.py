"""The places a register lists: each one's name, kind, code and what is written of where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

import words
from data.assets import kib
from data.assets.labels import fold
from data.assets.locate import BETWEEN_ADDRESSES
from data.assets.notes import REJECTED, WARNED, Remarks
from data.assets.rows import shown
from data.assets.values import over_unique
from data.gazetteer import normalise
from scoring.kinds import kind_from_text
from scoring.kinds import kinds as kinds_of_places

MOST_ADDRESSES = 4
"""Different writings of one place's address that are kept."""


_TEXTS = (
    "name", "kind_text", "use", "code", "register", "land_code", "agency", "desa", "kecamatan",
)  # fmt: skip


def _texts(frame: pd.DataFrame, column: str, at: npt.NDArray[np.int64]) -> list[str]:
    if column not in frame:
        return [""] * len(at)
    is_code = column in {"code", "register", "land_code"}
    cells = frame[column].to_numpy(dtype=object)[at].tolist()
    return over_unique(cells, lambda cell: " ".join(shown(cell, is_code=is_code).split()))


def describe(
    frame: pd.DataFrame,
    leading: npt.NDArray[np.int64],
    members: Mapping[int, Sequence[int]],
    remarks: Remarks,
) -> pd.DataFrame:
    """Name each place, with its kind and what is written of where it is.

    Parameters
    ----------
    frame : DataFrame
        All rows of the file.
    leading : int array
        The rows that lead a place, in the file's order.
    members : Mapping[int, sequence of int]
        All rows of each place by its leading row.
    remarks : Remarks
        A nameless place is named by kind and desa with a warning, or refused.

    Returns
    -------
    DataFrame
        One row per place: ``at`` (its leading row's position) and the texts of ``sites``.
    """
    text = {column: _texts(frame, column, leading) for column in _TEXTS}
    every = _texts(frame, "address", np.arange(len(frame)))
    cards = frame["card"].to_numpy(dtype=object)[leading]
    names = [_name_of(name, card) for name, card in zip(text["name"], cards, strict=True)]
    names = _named(names, text, leading, remarks)
    kind_text = [kind or use for kind, use in zip(text["kind_text"], text["use"], strict=True)]
    return pd.DataFrame(
        {
            "at": leading,
            "name": names,
            "kind": _kinds(text, names),
            "kind_text": kind_text,
            "code": _codes(text, cards),
            "agency": text["agency"],
            "address": [_addresses(every, members[at]) for at in leading.tolist()],
            "desa": text["desa"],
            "kecamatan": text["kecamatan"],
            "row": frame["row"].to_numpy()[leading].astype(np.int64),
            "sheet": frame["sheet"].to_numpy()[leading],
        }
    )


def _kinds(text: Mapping[str, list[str]], names: list[str]) -> list[str]:
    """Tell each place's kind: the form's own words first, else what kind, use and name say."""
    chosen = _kinds_by_label()
    return [
        chosen.get(fold(kind)) or kind_from_text(kind, use, name, written)
        for kind, use, name, written in zip(
            text["kind_text"], text["use"], names, text["name"], strict=True
        )
    ]


def _kinds_by_label() -> dict[str, str]:
    """Return the words our own form offers for a kind, in every language, with their kind."""
    return {
        fold(words.say(f"kind.{key}", lang=lang)): key
        for lang in words.LANGUAGES
        for key in kinds_of_places()
    }


def _codes(text: Mapping[str, list[str]], cards: npt.NDArray[np.object_]) -> list[str]:
    """Give each place its code with its register number.

    Buildings whose land is in no row go by the land's code: when the land's card comes in another
    file, both are one place.
    """
    return [
        land if card == kib.BUILDINGS and land else "/".join(filter(None, (code, register)))
        for code, register, land, card in zip(
            text["code"], text["register"], text["land_code"], cards, strict=True
        )
    ]


def _name_of(name: str, card: str) -> str:
    if card == kib.LAND:
        return kib.land_name(name) if name else ""
    return kib.institution(name) if card == kib.BUILDINGS and name else name


def _named(
    names: list[str],
    text: Mapping[str, list[str]],
    leading: npt.NDArray[np.int64],
    remarks: Remarks,
) -> list[str]:
    """Name the nameless by kind and desa, with a warning; refuse those that have neither."""
    out = list(names)
    for k, name in enumerate(names):
        if name:
            continue
        made = " ".join(filter(None, (text["kind_text"][k] or text["use"][k], text["desa"][k])))
        if made and text["desa"][k] and made != text["desa"][k]:
            out[k] = made
            remarks.add(int(leading[k]), WARNED, "assets.name_made", name=made)
        else:
            remarks.add(int(leading[k]), REJECTED, "assets.no_name")
    return out


def _addresses(every: list[str], rows: Sequence[int]) -> str:
    """Join the different writings of one place's address, the leading row's first."""
    if len(rows) == 1:
        return every[rows[0]]
    written: dict[str, str] = {}
    for at in rows:
        if every[at]:
            written.setdefault(normalise(every[at]), every[at])
    return BETWEEN_ADDRESSES.join(list(written.values())[:MOST_ADDRESSES])

"""What a register says of each place, in long form: needs, numbers, condition, right to land."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from data.assets import values
from data.assets.kib import BUILDINGS, main_condition
from data.assets.notes import WARNED, Remarks
from data.assets.types import REGISTER_COLUMNS

SCALE_UNIT = "scale_1_5"
_CATEGORIES: Mapping[str, tuple[str, Callable[[object], str]]] = {
    "supervision": ("supervision", values.yes_no),
    "tenure": ("tenure", values.tenure),
}


def read_register(
    frame: pd.DataFrame,
    remarks: Remarks,
    *,
    members: Mapping[int, Sequence[int]],
    ids: Sequence[str],
) -> pd.DataFrame:
    """Read what the rows say of the places they lead.

    Parameters
    ----------
    frame : DataFrame
        All rows of the file.
    remarks : Remarks
        A cell that says something unreadable is warned about: its value is unknown, never zero.
    members : Mapping[int, sequence of int]
        Rows of each place by its leading row, in the order of `ids`.
    ids : sequence of str

    Returns
    -------
    DataFrame
        `REGISTER_COLUMNS`: value NaN where a category is said, category "" where a number is.
    """
    lead = np.fromiter(members, dtype=np.int64, count=len(members))
    parts = [
        *(_quantity(frame, remarks, lead, quantity) for quantity in _stated(frame)),
        *(_category(frame, remarks, lead, name) for name in _CATEGORIES if name in frame),
        _certificates(frame, lead),
        _floors(frame, members),
        _condition(frame, remarks, members),
    ]
    told = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    years = _years(frame, lead)
    place = dict(zip(lead.tolist(), ids, strict=True))
    told["candidate"] = [place[at] for at in told["at"].tolist()]
    told["year"] = [years[at] for at in told["at"].tolist()]
    told["row"] = frame["row"].to_numpy()[told["at"].to_numpy(dtype=np.int64)].astype(np.int64)
    # KIB A says its right in two columns: the certificate's number is the surer word
    told = told.drop_duplicates(["candidate", "key"], keep="last")
    order = told.sort_values(["at", "key"], kind="stable")
    return order[list(REGISTER_COLUMNS)].reset_index(drop=True)


def _long(at: Any, key: str, value: Any, category: Any, unit: str) -> pd.DataFrame:
    frame = pd.DataFrame({"at": np.asarray(at, dtype=np.int64)})
    return frame.assign(key=key, value=value, category=category, unit=unit).astype(
        {"value": np.float64, "category": object}
    )


def _stated(frame: pd.DataFrame) -> list[values.Quantity]:
    # floor areas of buildings add up over the place: `_floors`
    return [q for name, q in values.QUANTITIES.items() if name in frame and name != "floor_area"]


def _quantity(
    frame: pd.DataFrame, remarks: Remarks, lead: np.ndarray, quantity: values.Quantity
) -> pd.DataFrame:
    cells = frame[quantity.key].iloc[lead]
    numbers = np.array(values.over_unique(cells, values.number), dtype=np.float64)
    numbers[(numbers < 0) | (numbers > quantity.most)] = np.nan
    known = np.isfinite(numbers)
    unread = ~known & ~cells.isna().to_numpy()
    for at, cell in zip(lead[unread], cells[unread], strict=True):
        code = f"assets.{quantity.key}_unread"
        remarks.add(int(at), WARNED, code, text=str(cell)[:60])
    return _long(lead[known], quantity.key, numbers[known], "", quantity.unit)


def _category(frame: pd.DataFrame, remarks: Remarks, lead: np.ndarray, name: str) -> pd.DataFrame:
    key, read = _CATEGORIES[name]
    cells = frame[name].iloc[lead]
    said = np.array(values.over_unique(cells, read), dtype=object)
    unread = (said == "") & ~cells.isna().to_numpy()
    for at, cell in zip(lead[unread], cells[unread], strict=True):
        if name == "supervision":
            # a person's name may stand there, and is not repeated
            remarks.add(int(at), WARNED, "assets.supervision_unread")
        elif not values.says_no_tenure(cell):
            remarks.add(int(at), WARNED, "assets.tenure_unread", text=str(cell)[:60])
    return _long(lead[said != ""], key, np.nan, said[said != ""], "category")


def _certificates(frame: pd.DataFrame, lead: np.ndarray) -> pd.DataFrame:
    """Read the two columns of KIB A: a right with a certificate's number is certified."""
    if "certificate" not in frame or "tenure" not in frame:
        return _long([], "tenure", np.nan, "", "category")
    right, number = frame["tenure"].iloc[lead], frame["certificate"].iloc[lead]
    silent = np.array([cell is not None and values.says_no_tenure(cell) for cell in right])
    has = number.notna().to_numpy()
    said = np.where(has, "certified", np.where(silent & ~has, "uncertified", ""))
    # a card without the two columns of a certificate says nothing of one
    said[(frame["card"].iloc[lead] == BUILDINGS).to_numpy()] = ""
    return _long(lead[said != ""], "tenure", np.nan, said[said != ""], "category")


def _floors(frame: pd.DataFrame, members: Mapping[int, Sequence[int]]) -> pd.DataFrame:
    if "floor_area" not in frame:
        return _long([], "floor_area", np.nan, "", "square_metres")
    floor = np.array(values.over_unique(frame["floor_area"], values.number), dtype=np.float64)
    floor[floor <= 0] = np.nan
    floor[np.isnan(floor)] = 0.0
    totals = {
        at: floor[at] if len(rows) == 1 else np.sum(floor[list(rows)])
        for at, rows in members.items()
    }
    known = [at for at, total in totals.items() if total > 0]
    return _long(known, "floor_area", [totals[at] for at in known], "", "square_metres")


def _condition(
    frame: pd.DataFrame, remarks: Remarks, members: Mapping[int, Sequence[int]]
) -> pd.DataFrame:
    if "condition" not in frame:
        return _long([], "building_condition", np.nan, "", SCALE_UNIT)
    cells = frame["condition"]
    codes = np.array(values.over_unique(cells, values.condition), dtype=object)
    involved = np.array(sorted(at for rows in members.values() for at in rows), dtype=np.int64)
    for at in involved[(codes[involved] == "") & cells.iloc[involved].notna().to_numpy()]:
        remarks.add(int(at), WARNED, "assets.condition_unread", text=str(cells.iat[at])[:60])
    if "floor_area" in frame:
        floor = np.array(values.over_unique(frame["floor_area"], values.number), dtype=np.float64)
    else:
        floor = np.full(len(frame), np.nan)
    of_row = codes.tolist()  # a place of one row is in the condition that row says
    said = {
        at: of_row[at] if len(rows) == 1 else main_condition(codes[list(rows)], floor[list(rows)])
        for at, rows in members.items()
    }
    known = [at for at, code in said.items() if code]
    scale = [values.BUILDING_SCALE[said[at]] for at in known]
    return _long(known, "building_condition", scale, [said[at] for at in known], SCALE_UNIT)


def _years(frame: pd.DataFrame, lead: np.ndarray) -> dict[int, float]:
    """Return the year the data stands for, where the register says one."""
    if "data_year" not in frame:
        return dict.fromkeys(lead.tolist(), np.nan)
    years = np.array(values.over_unique(frame["data_year"].iloc[lead], values.number))
    years = np.where((years >= 1900) & (years <= 2200), years, np.nan)
    return dict(zip(lead.tolist(), years.tolist(), strict=True))

"""Numbers as offices write them: 1.080.524 and 4,151 as well as 1080524 and 4.151."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,\s'])\d{3})(?:\1\d{3})*")
_TAIL = re.compile(r"[\s\u00a0]*(?:jiwa|orang|km2|km²|km|ha|m|jam|people|hours)\.?$", re.IGNORECASE)


def one(cell: object, *, whole: bool = False) -> float:
    """Read one cell as a number; NaN for what is none."""
    if isinstance(cell, bool) or cell is None:
        return np.nan
    if isinstance(cell, (int, float, np.number)):
        try:
            return float(cell)
        except OverflowError:
            return np.nan
    text = _TAIL.sub("", str(cell).strip().replace("\u00a0", " "))
    if whole and _GROUPED.fullmatch(text):
        text = re.sub(r"[.,\s']", "", text)
    elif "," in text and "." in text:
        grouping = "," if text.rfind(".") > text.rfind(",") else "."
        text = text.replace(grouping, "").replace(",", ".")
    elif text.count(".") > 1:
        text = text.replace(".", "")
    else:
        text = text.replace(",", ".") if text.count(",") == 1 else text.replace(",", "")
    try:
        value = float(text)
    except ValueError:
        return np.nan
    return value if np.isfinite(value) else np.nan


def to_numbers(column: pd.Series, *, whole: bool = False) -> np.ndarray:
    """Read a column as numbers; what is no number is NaN, never zero.

    Parameters
    ----------
    column : Series
        Numbers or text.
    whole : bool
        The column counts things (people, cases): ``4.060`` is then four thousand and sixty.

    Returns
    -------
    ndarray of float64
    """
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
        values[~np.isfinite(values)] = np.nan
        return values
    codes, cells = pd.factorize(column.astype(object), use_na_sentinel=True)
    read = np.array([*(one(cell, whole=whole) for cell in cells), np.nan], dtype=np.float64)
    return read[codes]

"""Rows of evidence laid together, with labels that repeat kept as small numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.values import from_table

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LABELS = (
    *("candidate", "criterion", "category", "unit", "origin"),
    *("source", "layer", "taken_at", "by", "link"),
)
"""Columns whose values repeat: a hash of 64 letters in each of a million rows would be 70 MB, and
looking a million names up takes a second."""


def together(blocks: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Lay blocks of evidence one under the other.

    Parameters
    ----------
    blocks : sequence of DataFrame
        At least one; each with the columns `scoring.evidence.COLUMNS` or more, in one order.

    Returns
    -------
    DataFrame
        All rows, numbered anew. The columns `LABELS` are categories in alphabetical order (so
        that sorting by them is sorting by their text), "" always among them.
    """
    order = list(dict.fromkeys(chain.from_iterable(b.columns for b in blocks)))
    plain = [b.drop(columns=list(LABELS)) for b in blocks]
    frame = pd.concat(plain, ignore_index=True)
    labels = {name: _labels([b[name] for b in blocks]) for name in LABELS}
    return frame.assign(**labels)[order]


def repeated(label: str, times: int) -> pd.Categorical[Any]:
    """Return one label so many times."""
    return pd.Categorical.from_codes(np.zeros(times, np.int8), categories=pd.Index([label]))


def _labels(columns: Sequence[pd.Series[Any]]) -> pd.Categorical[Any]:
    coded = [_coded(column) for column in columns]
    known = {id(own): own for _, own in coded}  # blocks of one study share the ids of its places
    names = pd.Index(sorted({"", *chain.from_iterable(known.values())}))
    # a missing label has the code -1, and so reads the last of the numbers
    at = {key: np.append(names.get_indexer(own), -1) for key, own in known.items()}
    codes = np.concatenate([at[id(own)][code] for code, own in coded])
    return pd.Categorical.from_codes(codes.astype(np.int32), categories=names)


def positions(column: pd.Series[Any], names: Sequence[str] | pd.Index[Any]) -> Ints:
    """Find each label of a column among some names.

    Returns
    -------
    ndarray of int, shape (rows,)
        -1 where the name is not among them.
    """
    code, own = _coded(column)
    at: Ints = np.append(pd.Index(names).get_indexer(own), -1)[code]
    return at


def looked_up(column: pd.Series[Any], table: Mapping[str, float]) -> Floats:
    """Give each label of a column its number; NaN where the table does not hold it, (rows,)."""
    code, own = _coded(column)
    found: Floats = np.append(from_table(list(own), table), np.nan)[code]
    return found


def _coded(column: pd.Series[Any]) -> tuple[npt.NDArray[np.integer[Any]], pd.Index[Any]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(column.cat.codes), column.cat.categories
    codes, names = pd.factorize(column)
    return codes, pd.Index(names)

"""Rows of evidence laid together, with labels that repeat kept as small numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

LABELS = ("unit", "source", "layer", "taken_at", "by", "link")
"""Columns of which a study knows some dozens of values: a hash of 64 letters in each of a million
rows would be 70 MB."""


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
    names = pd.Index(sorted({"", *chain.from_iterable(own for _, own in coded)}))
    # a missing label has the code -1, and so reads the last of the numbers
    codes = [np.append(names.get_indexer(own), -1)[code] for code, own in coded]
    return pd.Categorical.from_codes(np.concatenate(codes), categories=names)


def _coded(column: pd.Series[Any]) -> tuple[npt.NDArray[np.integer[Any]], pd.Index[Any]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(column.cat.codes), column.cat.categories
    codes, names = pd.factorize(column)
    return codes, pd.Index(names)

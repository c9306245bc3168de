"""A result as the text that its fingerprint is taken of, written column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from data.hashes import result_json

Floats = npt.NDArray[np.float64]
_LEAST = 1e-9  # a negative number nearer to 0 may read "-0.000000000"
_SHORT = 9.9  # numbers from 0 to here are written with eleven letters
_DOUBT = 1e-5  # nearer to the middle between two last digits, a product does not say which
Columns = list[Sequence[Any]]


def result_text(result: Mapping[str, Any]) -> bytes:
    """Write what `data.hashes.result_json` writes, byte for byte, in a quarter of its time.

    A regency has fifty thousand sites with the same keys: each list of such rows is one format
    string and its columns, and short numbers that stand side by side are one column of letters.

    Parameters
    ----------
    result : mapping
        Lists of rows by name, and single values.

    Raises
    ------
    ValueError
        For NaN and infinity. TypeError for a value or key that JSON does not know.
    """
    parts = []
    for name in sorted(result):
        value = result[name]
        plain = not (isinstance(value, list) and value)
        text = result_json(value).decode() if plain else f"[{','.join(_rows(value))}]"
        parts.append(f"{result_json(name).decode()}:{text}")
    return f"{{{','.join(parts)}}}".encode()


def _rows(values: Sequence[Any]) -> list[str]:
    pattern, columns = _column(values)
    return [pattern % row for row in zip(*columns, strict=True)]


def _column(values: Sequence[Any]) -> tuple[str, Columns]:
    """Return how one value of a column is written, and the columns that go into it."""
    types = set(map(type, values))
    if types == {float}:
        return "%.9f", [_floats(values)]
    if types == {float, type(None)}:
        known_numbers = iter(_floats([one for one in values if one is not None]))
        return "%s", [["null" if one is None else f"{next(known_numbers):.9f}" for one in values]]
    if types == {int}:
        return "%d", [values]
    if types == {dict} and (columns := _alike(values)):
        return _object(columns)
    if types == {str}:
        known = {one: result_json(one).decode() for one in set(values)}
        return "%s", [[known[one] for one in values]]
    return "%s", [[result_json(one).decode() for one in values]]


def _alike(rows: Sequence[dict[str, Any]]) -> dict[str, Sequence[Any]]:
    """Return rows that have the same keys as columns, in the order of the keys; else nothing."""
    keys = sorted(rows[0])
    if not keys or set(map(len, rows)) != {len(keys)}:
        return {}
    try:
        found = list(map(itemgetter(*keys), rows))
    except KeyError:
        return {}
    return dict(zip(keys, zip(*found, strict=True) if len(keys) > 1 else [found], strict=True))


def _object(columns: Mapping[str, Sequence[Any]]) -> tuple[str, Columns]:
    inside: list[str] = []
    found: Columns = []
    short: dict[str, Floats] = {}
    for key, values in columns.items():
        numbers = _short_numbers(values)
        if numbers is not None:
            short[key] = numbers
            continue
        if short:
            inside, found, short = [*inside, "%s"], [*found, _side_by_side(short)], {}
        pattern, some = _column(values)
        inside.append(f"{result_json(key).decode().replace('%', '%%')}:{pattern}")
        found += some
    if short:
        inside, found = [*inside, "%s"], [*found, _side_by_side(short)]
    return f"{{{','.join(inside)}}}", found


def _short_numbers(values: Sequence[Any]) -> Floats | None:
    if set(map(type, values)) != {float}:
        return None
    numbers = np.array(values)
    return numbers if bool(((numbers >= 0.0) & (numbers < _SHORT)).all()) else None


def _side_by_side(columns: Mapping[str, Floats]) -> list[str]:
    """Write ``"key":0.123456789,…`` a row: all rows are equally long, so letters are an array.

    The nine digits are those of ``%.9f``: the whole number next to 10⁹ x, by the product where
    that is clear and by Python's own writing where it lies near the middle between two.
    """
    pieces = []
    for key, numbers in columns.items():
        scaled = numbers * 1e9
        whole = np.rint(scaled).astype(np.int64)
        for at in np.flatnonzero(np.abs(scaled - np.floor(scaled) - 0.5) < _DOUBT):
            whole[at] = int(f"{numbers[at]:.9f}".replace(".", ""))
        letters = np.empty((len(numbers), 11), np.uint8)
        for place in (*range(10, 1, -1), 0):
            whole, digit = np.divmod(whole, 10)
            letters[:, place] = digit + ord("0")
        letters[:, 1] = ord(".")
        name = np.frombuffer(f",{result_json(key).decode()}:".encode(), np.uint8)
        pieces += [np.broadcast_to(name, (len(numbers), len(name))), letters]
    rows = np.hstack(pieces)[:, 1:]
    raw, size = rows.tobytes(), rows.shape[1]
    return [raw[at : at + size].decode() for at in range(0, len(raw), size)]


def _floats(values: Sequence[float]) -> list[float]:
    numbers = np.asarray(values)
    if not np.isfinite(numbers).all():
        msg = "NaN and infinity have no place in a fingerprint; write None for unknown"
        raise ValueError(msg)
    for at in np.flatnonzero((numbers > -_LEAST) & (numbers <= 0.0)):
        numbers[at] = 0.0 if f"{numbers[at]:.9f}" == "-0.000000000" else numbers[at]
    told: list[float] = numbers.tolist()
    return told

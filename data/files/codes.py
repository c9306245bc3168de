"""Codes of areas: Kemendagri with or without dots, BPS with seven or ten digits."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

# digits → level; both agencies give a regency four digits
_KEMENDAGRI = {4: "kabupaten", 6: "kecamatan", 10: "desa"}
_BPS = {4: "kabupaten", 7: "kecamatan", 10: "desa"}


def digits(column: pd.Series) -> pd.Series:
    """Keep the digits of a column of codes: ``33.04.01.2001``, ``ID3304010009``, 3304012001.0."""
    text = column.astype("string").fillna("").str.strip()
    whole = text.str.replace(r"^(\d{4,})\.0+$", r"\1", regex=True)  # a number read as decimal
    return whole.str.replace(r"\D", "", regex=True).astype(object)


def dotted(code_digits: str) -> str:
    """Write Kemendagri digits the official way: 3304012001 → 33.04.01.2001."""
    cuts = {4: (2,), 6: (2, 4), 10: (2, 4, 6)}.get(len(code_digits))
    if cuts is None:
        return ""
    edges = (0, *cuts, len(code_digits))
    return ".".join(code_digits[a:b] for a, b in pairwise(edges))


def are_bps(code_digits: pd.Series) -> bool:
    """Tell which agency a column of codes comes from.

    Seven digits are BPS and six Kemendagri. Ten digits are told by the seventh: in a Kemendagri
    code it opens the number of the desa (1 for a kelurahan, 2 for a desa); in a BPS code it
    closes the number of the kecamatan and is nearly always 0.
    """
    lengths = code_digits.str.len()
    if (lengths == 7).sum() > (lengths == 6).sum():
        return True
    ten = code_digits[lengths == 10]
    return bool(len(ten) and ten.str[6].isin(["1", "2"]).mean() < 0.5)


def split(
    code: pd.Series | None, code_bps: pd.Series | None, *, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Sort up to two columns of codes into (Kemendagri dotted, BPS digits), "" where unreadable.

    A column named as plain "kode" may hold either agency's codes; its digits decide.
    """
    empty = pd.Series([""] * size, dtype=object)
    own = digits(code).reset_index(drop=True) if code is not None else empty
    bps = digits(code_bps).reset_index(drop=True) if code_bps is not None else empty
    if code is not None and are_bps(own):
        bps = own.where(own != "", bps)
        own = empty
    elif code_bps is not None and code is None and not _any_bps(bps):
        own, bps = bps, empty
    bps = bps.where(bps.str.len().isin(_BPS), "")
    return own.map(dotted).to_numpy(dtype=object), bps.to_numpy(dtype=object)


def _any_bps(code_digits: pd.Series) -> bool:
    return are_bps(code_digits) or bool((code_digits.str.len() == 4).any())


def level_of(code: str, code_bps: str) -> str:
    """Name the level of an area by the length of its code; "" without a code."""
    own = code.replace(".", "")
    return _KEMENDAGRI.get(len(own)) or _BPS.get(len(code_bps)) or ""


def kecamatan_of(code: str, code_bps: str) -> str:
    """Name the code of the kecamatan an area lies in; Kemendagri if known, else BPS."""
    if len(code) >= 8:
        return code[:8]
    return code_bps[:7] if len(code_bps) >= 7 else ""

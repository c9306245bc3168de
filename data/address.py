"""Addresses as registers write them, taken apart into the phrases that can name a place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_STOP_WORDS = (
    "kec|kecamatan|kab|kabupaten|kota|prov|provinsi|rt|rw|no|nomor|jl|jln|jalan|kode|telp"
    "|desa|ds|kel|kelurahan"
)
_LABEL_STOP = rf"(?=\s*(?:$|[,;()|/\n]| - |\b(?:{_STOP_WORDS})\b))"
_DESA = re.compile(
    rf"\b(?:desa|ds|kelurahan|kel)\b[\s.:/]*(?!kec)([a-z][a-z0-9 '.]*?){_LABEL_STOP}"
)
_KECAMATAN = re.compile(rf"\b(?:kecamatan|kec)\b[\s.:]*([a-z][a-z0-9 '.]*?){_LABEL_STOP}")
_REGENCY = re.compile(
    rf"\b(?:kabupaten|kab|provinsi|prov|propinsi)\b[\s.:]*[a-z][a-z0-9 '.]*?{_LABEL_STOP}"
    r"|\bjawa (?:tengah|timur|barat)\b|\bindonesia\b|\bkode pos\b|\b\d{5}\b"
)
_NUMBERS = re.compile(
    r"\b(?:rt|rw)\b[\s.:/]*(?:rw)?[\s.]*\d*(?:\s*[/-]\s*(?:rw)?[\s.]*\d+)*"
    r"|\b(?:no|nomor|km|blok|gg|gang)\b[\s.:]*\d*[a-z]?\b"
)
_STREET = re.compile(r"\b(?:jalan|jln|jl)\b[\s.:]*(?:raya\b)?")
_HAMLET = re.compile(
    r"\b(?:dusun|dsn|dukuh|dk|lingkungan|link|kampung|kp)\b[\s.:]*[a-z0-9 ]*?" + _LABEL_STOP
)
_CUTS = re.compile(r"[,;()|/\n]| - |-|\s{3,}|\.\s")


@dataclass(frozen=True, slots=True)
class Address:
    """What an address says.

    Parameters
    ----------
    desa, kecamatan : str
        The name behind a label ("Desa", "Ds.", "Kel.", "Kec."), or "".
    phrases : tuple of str
        The other phrases in their order, numbers and street words taken out.
    """

    desa: str
    kecamatan: str
    phrases: tuple[str, ...]


def read_address(text: object) -> Address:
    """Take an address apart; what is no text says nothing."""
    return _read(text) if isinstance(text, str) else Address("", "", ())


@lru_cache(maxsize=100_000)
def _read(text: str) -> Address:
    plain = unicodedata.normalize("NFKD", text[:300]).encode("ascii", "ignore").decode().casefold()
    desa = _labelled(_DESA, plain)
    kecamatan = _labelled(_KECAMATAN, plain)
    rest = plain
    for pattern, cut in (
        (_REGENCY, " , "), (_KECAMATAN, " , "), (_DESA, " , "), (_NUMBERS, " , "), (_HAMLET, " , "),
        (_STREET, " "),
    ):  # fmt: skip
        rest = pattern.sub(cut, rest)
    phrases = (" ".join(re.sub(r"[^a-z0-9 ]+", " ", part).split()) for part in _CUTS.split(rest))
    return Address(desa, kecamatan, tuple(phrase for phrase in phrases if len(phrase) > 2))


def _labelled(pattern: re.Pattern[str], plain: str) -> str:
    found = pattern.search(plain)
    return " ".join(found.group(1).replace(".", " ").split()) if found else ""

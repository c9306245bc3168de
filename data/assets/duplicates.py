"""The same place listed twice: found by code, name and distance, counted once."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

NEAR_M = 100.0
"""Two entries of one name or code nearer than this are one place (DESIGN §4)."""

_EARTH_M = 6_371_008.8
_SIGNS = re.compile(r"[^0-9a-z]+")
_WORDS = {
    "negeri": "n", "kecamatan": "kec", "kelurahan": "kel", "lurah": "kel", "pkm": "puskesmas",
    "ds": "desa", "mesjid": "masjid", "st": "santo",
}  # fmt: skip
_JOINED = re.compile(r"\b(sd|smp|sma|smk|mi|mts|ma|tk|slb)(n|s)\b")
_PHRASES = (("puskesmas pembantu", "pustu"), ("sekolah dasar", "sd"), ("kepala desa", "desa"))


@lru_cache(maxsize=300_000)
def normalise_name(name: str) -> str:
    """Fold a place's name so that its usual spellings agree.

    Case, accents, signs and the order of words do not count; "SDN 4 X", "SD Negeri 4 X" and
    "SD N X 4" are one name, as are "Kantor Kec. X" and "Kantor Kecamatan X".
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = name.casefold()
    text = _JOINED.sub(r"\1 \2", _SIGNS.sub(" ", plain).strip())
    for phrase, word in _PHRASES:
        text = text.replace(phrase, word)
    return " ".join(sorted(_WORDS.get(word, word) for word in text.split()))


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance in metres between two points in degrees (haversine).

    d = 2R·asin √(sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2)), R = 6,371,008.8 m (IUGG mean radius).
    Within 0.5 % of the ellipsoid, ample for a limit of 100 m.
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half = np.sin((phi2 - phi1) / 2) ** 2
    half += np.cos(phi1) * np.cos(phi2) * np.sin(np.radians(lon2 - lon1) / 2) ** 2
    return float(2 * _EARTH_M * np.arcsin(np.sqrt(half)))


@dataclass(frozen=True, slots=True)
class Doubles:
    """What was found: positions of rows, the later one first.

    Parameters
    ----------
    same : list of (later, kept)
        One place listed twice: the later row is not counted.
    code_shared : list of (later, earlier)
        One code on two places: both kept.
    name_shared : list of (later, earlier)
        One name twice in one desa, further apart or without points: both kept.
    """

    same: list[tuple[int, int]]
    code_shared: list[tuple[int, int]]
    name_shared: list[tuple[int, int]]


def repeated(codes: Sequence[str], names: Sequence[str]) -> list[int]:
    """List the positions whose code or name stands more than once: only those can be doubles."""
    of_code, of_name = Counter(codes), Counter(names)
    return [
        at
        for at, (code, name) in enumerate(zip(codes, names, strict=True))
        if of_name[name] > 1 or (code and of_code[code] > 1)
    ]


def find_doubles(
    codes: Sequence[str],
    names: Sequence[str],
    places: Sequence[str],
    lon: npt.NDArray[np.float64],
    lat: npt.NDArray[np.float64],
) -> Doubles:
    """Find the rows that list one place twice, and those that only look like it.

    Parameters
    ----------
    codes, names : sequences of str
        Codes as written and names through `normalise_name`; "" where there is none.
    places : sequence of str
        Normalised desa and kecamatan; "" where unknown.
    lon, lat : float arrays
        Degrees, NaN without a point.

    Returns
    -------
    Doubles

    Notes
    -----
    The rule of DESIGN §4: same code AND (same name OR < 100 m), or same name AND < 100 m. Kept
    rows lie in cells of 100 m, so each row looks at nine small cells: linear, whatever the file.
    """
    found = Doubles([], [], [])
    nearby = _Nearby(lon, lat)
    by_both: dict[tuple[str, str], int] = {}
    by_code: dict[str, int] = {}
    by_name: dict[tuple[str, str], int] = {}
    for at, (code, name) in enumerate(zip(codes, names, strict=True)):
        keys = [("code", code), ("name", name)] if code else [("name", name)]
        kept = by_both.get((code, name)) if code else None
        if kept is None:
            kept = nearby.first(at, keys)
        if kept is not None:
            found.same.append((at, kept))
            continue
        nearby.remember(at, keys)
        if code:
            by_both[code, name] = at
            if (earlier := by_code.setdefault(code, at)) != at:
                found.code_shared.append((at, earlier))
        if places[at] and (earlier := by_name.setdefault((name, places[at]), at)) != at:
            found.name_shared.append((at, earlier))
    return found


class _Nearby:
    """Kept rows by key and cell: who of the same code or name lies within 100 m."""

    def __init__(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> None:
        self._lon, self._lat = lon, lat
        self._known = np.isfinite(lon) & np.isfinite(lat)
        step = np.degrees(NEAR_M / _EARTH_M)
        highest = np.abs(lat[self._known]).max(initial=0.0)
        # one width for all, 100 m where meridians are closest: no seam between latitudes
        widest = step / max(np.cos(np.radians(highest)), 1e-6)
        self._x = np.floor(np.where(self._known, lon, 0) / widest).astype(np.int64)
        self._y = np.floor(np.where(self._known, lat, 0) / step).astype(np.int64)
        self._cells: dict[tuple[tuple[str, str], int, int], list[int]] = defaultdict(list)

    def first(self, at: int, keys: Sequence[tuple[str, str]]) -> int | None:
        """Return the earliest kept row of one of these keys within 100 m."""
        if not self._known[at]:
            return None
        around = product(keys, (-1, 0, 1), (-1, 0, 1))
        x, y = int(self._x[at]), int(self._y[at])
        close = (
            other
            for key, dx, dy in around
            for other in self._cells.get((key, x + dx, y + dy), ())
            if distance_m(self._lon[at], self._lat[at], self._lon[other], self._lat[other]) < NEAR_M
        )
        return min(close, default=None)

    def remember(self, at: int, keys: Sequence[tuple[str, str]]) -> None:
        """Keep a row for later ones to be compared with."""
        if self._known[at]:
            for key in keys:
                self._cells[key, int(self._x[at]), int(self._y[at])].append(at)

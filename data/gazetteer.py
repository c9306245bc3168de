"""Names of desa and kecamatan as people write them, matched to the areas of a study."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product

import geopandas as gpd
import numpy as np

from data.address import read_address

_SIGNS = re.compile(r"[^0-9a-z]+")
_PREFIX = re.compile(r"^(?:desa|ds|kelurahan|kel|kecamatan|kec|kabupaten|kab|dsn|dusun) +(?=\S)")
_NEAR_LENGTHS = ((5, 1), (10, 2))
"""Letters a name needs before one, and before two, slips of the pen are forgiven."""


def normalise(name: object) -> str:
    """Fold a place name: case, accents, signs, and words like "Desa" or "Kec." before it.

    ``normalise("Ds. Kalibènda") == normalise("KALIBENDA")``. What is no text gives "".
    """
    return _normalised(name) if isinstance(name, str) else ""


@lru_cache(maxsize=200_000)
def _normalised(name: str) -> str:
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    folded = _SIGNS.sub(" ", name.casefold()).strip()
    while (shorter := _PREFIX.sub("", folded)) != folded:
        folded = shorter
    return folded


def slips(a: str, b: str, *, most: int) -> int:
    """Count the slips of the pen between two words: a letter lost, added, changed or swapped.

    Optimal string alignment distance (Damerau 1964, restricted); ``most + 1`` as soon as the
    words are further apart than `most`.
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        now = [i]
        for j, other in enumerate(b, start=1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, row = row, now
    return row[-1]


def near(name: str, among: Iterable[str]) -> list[str]:
    """List the names closest to a misspelt one; short names are never taken for near."""
    allowed = max((slip for length, slip in _NEAR_LENGTHS if len(name) >= length), default=0)
    squeezed = name.replace(" ", "")
    found: dict[int, list[str]] = defaultdict(list)
    for other in among:
        distance = slips(squeezed, other.replace(" ", ""), most=allowed)
        if distance <= allowed:
            found[distance].append(other)
    return found[min(found)] if found else []


class Gazetteer:
    """The desa and kecamatan of a study, found by name.

    Parameters
    ----------
    areas : GeoDataFrame
        The ``areas`` layer: columns ``name``, ``kecamatan`` and, when both levels stand in one
        frame, ``level``. Every index this class returns is a position (``iloc``) in this frame.
    """

    def __init__(self, areas: gpd.GeoDataFrame) -> None:
        levels = areas["level"] if "level" in areas else np.full(len(areas), "desa")
        self.is_desa = np.asarray(levels, dtype=str) != "kecamatan"
        self.names = [str(name) for name in areas["name"]]
        self.kecamatan = [
            str(kecamatan or "") if desa else name
            for name, kecamatan, desa in zip(
                self.names, areas["kecamatan"], self.is_desa, strict=True
            )
        ]
        self._in: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._anywhere: dict[str, list[int]] = defaultdict(list)
        self._kecamatan_names: dict[str, str] = {}
        for index, (name, kecamatan) in enumerate(zip(self.names, self.kecamatan, strict=True)):
            if normalise(kecamatan):
                self._kecamatan_names.setdefault(normalise(kecamatan), kecamatan)
            if self.is_desa[index]:
                self._in[normalise(kecamatan)][normalise(name)].append(index)
                self._anywhere[normalise(name)].append(index)
        self._memory: dict[tuple[str, str], int | None] = {}

    def find_kecamatan(self, name: object) -> str | None:
        """Return the kecamatan's own name for a written one (exact, else one near spelling)."""
        wanted = normalise(name)
        if wanted in self._kecamatan_names:
            return self._kecamatan_names[wanted]
        close = near(wanted, self._kecamatan_names)
        return self._kecamatan_names[close[0]] if len(close) == 1 else None

    def find(self, desa: object, kecamatan: object = None) -> int | None:
        """Return the area of a desa named together with its kecamatan, or None: never a guess.

        Exact in the kecamatan; else the only near spelling there, unless a desa elsewhere bears
        the written name exactly; else the only exact name anywhere.
        """
        key = (normalise(desa), normalise(kecamatan))
        if key not in self._memory:
            self._memory[key] = self._find(*key)
        return self._memory[key]

    def _find(self, desa: str, kecamatan: str) -> int | None:
        if not desa:
            return None
        known = self.find_kecamatan(kecamatan) if kecamatan else None
        elsewhere = self._anywhere.get(desa, [])
        if known is not None:
            exact = self.exact(desa, known)
            if exact:
                return exact[0] if len(exact) == 1 else None
            close = self.close(desa, known)
            if close:
                return close[0] if len(close) == 1 and not elsewhere else None
        return elsewhere[0] if len(elsewhere) == 1 else None

    def exact(self, desa: str, kecamatan: str | None = None) -> list[int]:
        """List the areas that bear exactly this name, in one kecamatan or anywhere."""
        wanted = normalise(desa)
        if kecamatan is None:
            return list(self._anywhere.get(wanted, []))
        return list(self._in.get(normalise(kecamatan), {}).get(wanted, []))

    def close(self, desa: str, kecamatan: str | None = None) -> list[int]:
        """List the areas whose names are nearest to a misspelt one, exact ones left out."""
        names = self._anywhere if kecamatan is None else self._in.get(normalise(kecamatan), {})
        wanted = normalise(desa)
        if wanted in names:
            return []
        return [index for name in near(wanted, names) for index in names[name]]

    def find_in_text(self, address: object, kecamatan: object = None) -> int | None:
        """Return the one area an address can mean, or None when it can mean several.

        See ``candidates_in_text``; `kecamatan` is what stands in a column of its own.
        """
        found = self.candidates_in_text(address, kecamatan)
        return next(iter(found)) if len(found) == 1 else None

    def candidates_in_text(self, address: object, kecamatan: object = None) -> frozenset[int]:
        """List every area an address can mean, in the light of all it says.

        "Ds. Masaran, Kec Bawang", "BLIMBING - MANDIRAJA", "Jl. Raya Ambal RT 02/04 Karangkobar",
        "Gumingsir". A name in the address that is both a desa's and a kecamatan's, standing
        alone, means either, so nothing is returned. Near spellings count only inside a kecamatan
        that the address (or `kecamatan`) names.
        """
        said = read_address(address)
        known = self.find_kecamatan(kecamatan) if kecamatan else None
        named = [known] if known else self._kecamatan_of(said.kecamatan, said.phrases)
        desa = [said.desa] if said.desa else said.phrases
        if named:
            return self._inside(desa, named, labelled=bool(said.desa))
        found: set[int] = set()
        for phrase in desa:
            if said.desa or normalise(phrase) not in self._kecamatan_names:
                found.update(self.exact(phrase))
        return frozenset(found)

    def kecamatan_in_text(self, address: object) -> list[str]:
        """List the kecamatan an address names, the labelled one alone when there is one."""
        said = read_address(address)
        return self._kecamatan_of(said.kecamatan, said.phrases)

    def _kecamatan_of(self, labelled: str, phrases: Sequence[str]) -> list[str]:
        if labelled:
            found = self.find_kecamatan(labelled)
            return [found] if found else []
        # a kecamatan stands after its desa, so the first phrase alone is not taken for one
        later = (self._kecamatan_names.get(normalise(phrase)) for phrase in phrases[1:])
        return list(dict.fromkeys(name for name in later if name))

    def _inside(
        self, desa: Sequence[str], kecamatan: Sequence[str], *, labelled: bool
    ) -> frozenset[int]:
        """Try every desa phrase in every kecamatan named: exact names before near ones."""
        pairs = [
            (phrase, name)
            for phrase, name in product(desa, kecamatan)
            if labelled
            or len(desa) == 1
            or desa[0] == phrase
            or normalise(phrase) != normalise(name)
        ]
        exact = frozenset(i for phrase, name in pairs for i in self.exact(phrase, name))
        if exact:
            return exact
        return frozenset(
            i for phrase, name in pairs if not self.exact(phrase) for i in self.close(phrase, name)
        )

"""The inventory cards KIB A (land) and KIB C (buildings): which rows together are one place.

The buildings on one piece of land are one place, led by the land's row. A building names its land
by the land's code; where it does not, its institution's name and address must agree with those of
exactly one piece of land, or it stands as a place of its own and the report says so. Of several
buildings the condition under which the most floor area stands counts for the place (of equals the
worse): a ruined toilet does not ruin a school, and a painted guardhouse does not mend one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.address import read_address
from data.assets.columns import Header
from data.assets.duplicates import normalise_name
from data.assets.notes import JOINED, WARNED, Remarks
from data.assets.values import BUILDING_SCALE
from data.files.tables import Sheet
from data.gazetteer import near, normalise

PLACES, LAND, BUILDINGS, MOVABLE = "places", "land", "buildings", "movable"

_CARD = re.compile(
    r"\bkib\b[\s).:-]*([a-f])\b|kartu inventaris barang[^a-z]*(?:kib)?[\s).:-]*([a-f])\b"
)
_OF_LAND = re.compile(
    r"(?:(?:se)?bidang )?tanah +(?:(?:untuk|utk|milik|dan) +)?"
    r"(?:(?:bangunan|gedung|bgn)\b *)*(?:(?:untuk|utk) +)?",
    re.IGNORECASE,
)
_ONLY_LAND = re.compile(
    r"(?:kosong|pertanian|negara|desa|bengkok|darat|kering|basah|\W)*", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s+[-–—:/]\s+|\s*[|;]\s*")
_GENERIC = frozenset(
    {
        "bangunan", "gedung", "permanen", "semi", "tempat", "kerja", "pendidikan", "kantor",
        "ruang", "rumah", "dinas", "lain", "lainnya", "tanah", "untuk", "dan", "n", "di",
    }
)  # fmt: skip


def card_of(sheet: Sheet, header: Header) -> str:
    """Tell what a sheet lists: places, land (KIB A), buildings (KIB C) or movable goods (KIB B).

    By its title or name where they say so, else by columns only such a card has: the land's code
    or construction and floor area; certificate and use beside no coordinates; make and engine.
    """
    titles = [str(c) for row in sheet.rows[: header.first_row - 1] for c in row if c is not None]
    letters = {
        letter
        for text in (sheet.name, *titles)
        for found in _CARD.finditer(text.casefold())
        for letter in found.groups()
        if letter
    }
    has = set(header.columns)
    located = bool(has & {"lat", "lon", "pair"})
    if "land_code" in has or ({"building", "floor_area"} <= has and not located):
        return BUILDINGS
    if letters and letters <= {"b", "e"} and not located:
        return MOVABLE
    if "vehicle" in has and not located and not has & {"desa", "kecamatan"}:
        return MOVABLE
    if letters == {"c"} and "floor_area" in has:
        return BUILDINGS
    registers_land = {"tenure", "area", "use"} <= has and not has & {"kind_text", "labour_need"}
    return LAND if letters == {"a"} or (registers_land and not located) else PLACES


def land_name(text: str) -> str:
    """Name the place on a piece of land: "Tanah Bangunan SD N 4 X" is SD N 4 X."""
    rest = _OF_LAND.sub("", text.strip(), count=1) if _OF_LAND.match(text.strip()) else text
    rest = rest.strip(" -:,")
    return text.strip() if not rest or _ONLY_LAND.fullmatch(rest) else rest


def institution(text: str) -> str:
    """Name the place a building belongs to: "Ruang Kelas - SD N 4 X" is SD N 4 X."""
    pieces = [piece.strip() for piece in _BETWEEN.split(text) if piece.strip()]
    return pieces[-1] if pieces else text.strip()


def code_key(code: object, register: object = None) -> str:
    """Fold an inventory code: "01.01.11.05.16/0001" equals code 1.1.11.5.16 and register 1."""
    text = f"{code or ''}/{register or ''}".casefold()
    return ".".join(part.lstrip("0") or "0" for part in re.findall(r"[0-9a-z]+", text))


def leaders(frame: pd.DataFrame, remarks: Remarks) -> npt.NDArray[np.int64]:
    """Return, for each row, the position of the row that leads its place (its own for a leader).

    Parameters
    ----------
    frame : DataFrame
        All rows of the file with ``card`` and the columns of their sheets.
    remarks : Remarks
        Joined buildings get status ``joined``; a building without land is warned about.
    """
    lead = np.arange(len(frame))
    is_building = (frame["card"] == BUILDINGS).to_numpy()
    if not is_building.any():
        return lead
    lands = _Lands(frame[(frame["card"] == LAND).to_numpy()], frame)
    alone: dict[tuple[str, ...], int] = {}
    for at in np.flatnonzero(is_building):
        building = _Building.of(frame, int(at))
        land = lands.by_code(building)
        if land is None and not (building.land_code and lands.count == 0):
            land = lands.by_name(building)
        if land is not None:
            lead[at] = land
            remarks.add(int(at), JOINED, "kib.joined", row_of=remarks.where(land))
            continue
        # buildings of one unknown piece of land, or of one name and address, are still one place
        key = building.own_key()
        lead[at] = alone.setdefault(key, int(at))
        if lead[at] != at:
            remarks.add(int(at), JOINED, "kib.joined", row_of=remarks.where(int(lead[at])))
        elif lands.count:
            remarks.add(int(at), WARNED, "kib.no_land", name=building.name)
    return lead


@dataclass(frozen=True, slots=True)
class _Building:
    at: int
    name: str
    words: frozenset[str]
    land_code: str
    address: str

    @classmethod
    def of(cls, frame: pd.DataFrame, at: int) -> _Building:
        text, note = _text(frame, "name", at), _text(frame, "note", at)
        return cls(
            at=at,
            name=institution(text),
            words=frozenset(normalise_name(f"{text} {note}").split()),
            land_code=code_key(_text(frame, "land_code", at))
            if _text(frame, "land_code", at)
            else "",
            address=_text(frame, "address", at),
        )

    def own_key(self) -> tuple[str, ...]:
        if self.land_code:
            return ("code", self.land_code)
        return ("name", normalise_name(self.name), normalise(self.address))


def _text(frame: pd.DataFrame, column: str, at: int) -> str:
    cell = frame[column].iat[at] if column in frame else None
    return "" if cell is None else str(cell)


class _Lands:
    """The pieces of land of a file, by code and by the name of what stands on them."""

    def __init__(self, lands: pd.DataFrame, frame: pd.DataFrame) -> None:
        positions = np.flatnonzero((frame["card"] == LAND).to_numpy())
        self.count = len(lands)
        self._code: dict[str, list[int]] = defaultdict(list)
        self._bare: dict[str, list[int]] = defaultdict(list)
        self._by_word: dict[str, set[int]] = defaultdict(set)
        self._words: dict[int, frozenset[str]] = {}
        self._address: dict[int, str] = {}
        for at in map(int, positions):
            code, register = _text(frame, "code", at), _text(frame, "register", at)
            if code:
                self._code[code_key(code, register)].append(at)
                self._bare[code_key(code)].append(at)
            self._words[at] = frozenset(normalise_name(land_name(_text(frame, "name", at))).split())
            self._address[at] = _text(frame, "address", at)
            for word in self._words[at]:
                self._by_word[word].add(at)

    def by_code(self, building: _Building) -> int | None:
        if not building.land_code:
            return None
        found = self._code.get(building.land_code) or self._bare.get(building.land_code, [])
        if len(found) > 1:
            named = [at for at in found if self._words[at] <= building.words]
            found = named if len(named) == 1 else []
        return found[0] if found else None

    def by_name(self, building: _Building) -> int | None:
        """Find the one piece of land whose name the building bears and whose address agrees."""
        touched = Counter(at for word in building.words for at in self._by_word.get(word, ()))
        bears = [
            at
            for at, shared in touched.items()
            if shared == len(self._words[at]) and self._words[at] - _GENERIC
        ]
        longest = max((len(self._words[at]) for at in bears), default=0)
        bears = [at for at in bears if len(self._words[at]) == longest]
        same = [at for at in bears if normalise(self._address[at]) == normalise(building.address)]
        agreeing = same or [at for at in bears if agrees(self._address[at], building.address)]
        return agreeing[0] if len(agreeing) == 1 else None


def agrees(address: str, other: str) -> bool:
    """Tell whether two addresses may be one: a phrase of each names the same, or nearly so."""
    ours, theirs = (_naming(text) for text in (address, other))
    return any(a == b or b in near(a, [b]) for a in ours for b in theirs)


def _naming(address: str) -> list[str]:
    said = read_address(address)
    phrases = [said.desa] if said.desa else list(said.phrases[:1])
    return [normalise(phrase) for phrase in phrases if normalise(phrase)]


def main_condition(conditions: Iterable[str], floor_m2: Iterable[float]) -> str:
    """Return the condition under which the most floor area stands; of equals the worse.

    A building of unknown area counts as one square metre; unknown conditions are left out.
    """
    area: dict[str, float] = defaultdict(float)
    for code, square_metres in zip(conditions, floor_m2, strict=True):
        if code:
            area[code] += square_metres if square_metres > 0 else 1.0
    return max(area, key=lambda code: (area[code], -BUILDING_SCALE[code]), default="")


def members(lead: npt.NDArray[np.int64]) -> Mapping[int, list[int]]:
    """List the rows of each place, by its leader, the leader first."""
    rows: dict[int, list[int]] = defaultdict(list)
    for at in np.flatnonzero(lead == np.arange(len(lead))).tolist():
        rows[at].append(at)
    for at in np.flatnonzero(lead != np.arange(len(lead))).tolist():
        rows[int(lead[at])].append(at)
    return rows

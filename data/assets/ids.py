"""Names that stay: the id of a place from its register, kept when a later register lists it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.assets.duplicates import NEAR_M, distance_m, normalise_name
from data.assets.kib import code_key
from data.gazetteer import normalise

SOURCE = "register"
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # base32 of RFC 4648
_TWO_LETTERS = tuple(a + b for a in _LETTERS for b in _LETTERS)


def place_id(*parts: str) -> str:
    """Make an id: ``p-`` and 8 base32 letters of sha256 of the parts, joined by a bar."""
    digest = hashlib.sha256("|".join((SOURCE, *parts)).encode()).digest()
    bits = int.from_bytes(digest[:5])  # 40 bits are 8 letters, taken two by two
    pairs = _TWO_LETTERS
    return (
        f"p-{pairs[bits >> 30]}{pairs[bits >> 20 & 1023]}"
        f"{pairs[bits >> 10 & 1023]}{pairs[bits & 1023]}"
    )


def make_ids(
    codes: Sequence[str],
    names: Sequence[str],
    desa: Sequence[str],
    kecamatan: Sequence[str],
    tie_breakers: Sequence[object],
) -> list[str]:
    """Make the ids of one file's places (DESIGN §4).

    ``sha256("register|" + (code, or normalised name) + "|" + desa and kecamatan as written)``.
    Places whose ids would agree get their names in as well, all of them, whatever their order;
    those that still agree are counted in the order of `tie_breakers`.

    Parameters
    ----------
    codes, names, desa, kecamatan : sequences of str
        As written; "" where there is none.
    tie_breakers : sequence
        What tells two places of one code and name apart (their position): compared as text.

    Returns
    -------
    list of str
        One id per place, no two alike.
    """
    folded = [normalise_name(name) for name in names]
    where = [f"{normalise(d)}, {normalise(k)}" for d, k in zip(desa, kecamatan, strict=True)]
    ids = [place_id(c or n, w) for c, n, w in zip(codes, folded, where, strict=True)]
    _part(ids, lambda at: place_id(codes[at] or folded[at], where[at], folded[at]))
    if len(set(ids)) == len(ids):
        return ids
    order = sorted(range(len(ids)), key=lambda at: (str(tie_breakers[at]), at))
    taken: set[str] = set()
    for at in order:
        count, wanted = 1, ids[at]
        while ids[at] in taken:
            count += 1
            ids[at] = place_id(wanted, str(count))
        taken.add(ids[at])
    return ids


def _part(ids: list[str], longer: Any) -> None:
    """Give every place whose id is not its own the longer one."""
    shared = {key for key, count in Counter(ids).items() if count > 1}
    for at, key in enumerate(ids):
        if key in shared:
            ids[at] = longer(at)


def known_ids(new_sites: gpd.GeoDataFrame, known_sites: gpd.GeoDataFrame) -> dict[str, str]:
    """Say which new places are known already: new id to the id that stays.

    A later register's place matches a known one on its code (and name, where a code is shared);
    else on name and desa within 100 m, or without a distance where one of the two has no point
    and no third place bears that name there.

    Parameters
    ----------
    new_sites, known_sites : GeoDataFrame
        The reader's ``sites`` frame (EPSG:4326) and the store's.

    Returns
    -------
    dict
        Only the new places that keep a known id; every known id is given once.
    """
    if not len(known_sites):
        return {}
    known = _Known(known_sites)
    new = _keys(new_sites)
    code_count = Counter(key["code"] for key in new if key["code"])
    name_count = Counter((key["name"], key["desa"]) for key in new)
    merged: dict[str, str] = {}
    for rule in (known.by_code_and_name, known.by_code, known.by_place):
        for key in new:
            if key["id"] in merged:
                continue
            alone = name_count[key["name"], key["desa"]] == 1
            if rule == known.by_code and code_count[key["code"]] != 1:
                continue
            found = rule(key, alone=alone)
            if found is not None:
                merged[key["id"]] = found
                known.taken.add(found)
    return merged


def apply_ids(frame: pd.DataFrame, merged: dict[str, str], *, column: str) -> pd.DataFrame:
    """Return a copy of a frame with the ids of `merged` in place of the new ones."""
    return frame.assign(
        **{column: [merged.get(key, key) for key in frame[column].to_numpy(dtype=object)]}
    )


def _keys(sites: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    middle = shapely.centroid(np.asarray(sites.geometry.array, dtype=object))
    lon, lat = shapely.get_x(middle), shapely.get_y(middle)  # NaN where there is none
    told = (sites[column].to_numpy(dtype=object) for column in ("id", "code", "name", "desa"))
    return [
        {
            "id": str(key),
            "code": code_key(code),
            "name": normalise_name(str(name)),
            "desa": normalise(desa),
            "lon": x,
            "lat": y,
        }
        for key, code, name, desa, x, y in zip(*told, lon.tolist(), lat.tolist(), strict=True)
    ]


class _Known:
    """The places a study has already, by what a later register may know them by."""

    def __init__(self, sites: gpd.GeoDataFrame) -> None:
        self.taken: set[str] = set()
        self._code: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._place: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for key in _keys(sites):
            if key["code"]:
                self._code[key["code"]].append(key)
            self._place[key["name"], key["desa"]].append(key)

    def by_code_and_name(self, key: dict[str, Any], *, alone: bool) -> str | None:  # noqa: ARG002 - one shape for all rules
        same = [k for k in self._code.get(key["code"], ()) if k["name"] == key["name"]]
        if len(same) > 1:
            same = [k for k in same if _close(k, key)]
        return self._only(same)

    def by_code(self, key: dict[str, Any], *, alone: bool) -> str | None:  # noqa: ARG002 - one shape for all rules
        return self._only(self._code.get(key["code"], []))

    def by_place(self, key: dict[str, Any], *, alone: bool) -> str | None:
        same = self._place.get((key["name"], key["desa"]), [])
        # two codes that differ are two assets, whatever their names
        same = [k for k in same if not (k["code"] and key["code"])]
        near = [k for k in same if _close(k, key)]
        if near:
            return self._only(near)
        unplaced = [k for k in same if np.isnan(k["lon"]) or np.isnan(key["lon"])]
        return self._only(unplaced) if alone and len(same) == 1 else None

    def _only(self, keys: list[dict[str, Any]]) -> str | None:
        free = [key["id"] for key in keys if key["id"] not in self.taken]
        return free[0] if len(free) == 1 else None


def _close(a: dict[str, Any], b: dict[str, Any]) -> bool:
    if np.isnan(a["lon"]) or np.isnan(b["lon"]):
        return False
    return distance_m(a["lon"], a["lat"], b["lon"], b["lat"]) < NEAR_M

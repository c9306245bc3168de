"""The desa of a place from everything its register says in words: named, addressed, or neither."""

from __future__ import annotations

import re

from data.address import Address, read_address
from data.assets.labels import fold
from data.gazetteer import Gazetteer, normalise

BETWEEN_ADDRESSES = " | "
"""Stands between the addresses of one place as its cards write them (land and buildings)."""

_KECAMATAN_OFFICE = re.compile(r"\bkec(?:amatan)?\b\s+(.+)$")
_LONGEST_NAME = 3


def locate(
    gazetteer: Gazetteer, *, desa: str, kecamatan: str, address: str, name: str
) -> int | None:
    """Return the area a place lies in, or None when the words leave a choice.

    The named desa decides. Else each address gives the set of areas it can mean; those sets must
    agree, and where they leave several, the kecamatan in any of them, or in the place's own name,
    settles it. A place's name alone never does: a school may bear a neighbour's name.

    Parameters
    ----------
    gazetteer : Gazetteer
    desa, kecamatan : str
        As written; "" where the register has none.
    address : str
        One address, or several with `BETWEEN_ADDRESSES` between them.
    name : str
        The place's own name.

    Returns
    -------
    int or None
        Position in the gazetteer's areas.
    """
    addresses = [part for part in address.split(BETWEEN_ADDRESSES) if part.strip()]
    if normalise(desa):
        return _named(gazetteer, desa, kecamatan, addresses, name)
    sets = [gazetteer.candidates_in_text(part, kecamatan or None) for part in addresses]
    told = [found for found in sets if found]
    if not told:
        return _misspelt(gazetteer, addresses, name)
    common = frozenset.intersection(*told)
    if len(common) > 1:
        common = _narrowed(gazetteer, common, addresses, name)
    return next(iter(common)) if len(common) == 1 else None


def _named(
    gazetteer: Gazetteer, desa: str, kecamatan: str, addresses: list[str], name: str
) -> int | None:
    found = gazetteer.find(desa, kecamatan)
    if found is not None or kecamatan:
        return found
    same = frozenset(gazetteer.exact(desa))
    if len(same) > 1:
        same = _narrowed(gazetteer, same, addresses, name)
    return next(iter(same)) if len(same) == 1 else None


def _narrowed(
    gazetteer: Gazetteer, areas: frozenset[int], addresses: list[str], name: str
) -> frozenset[int]:
    """Keep the areas in a kecamatan that an address, or the name of its own office, says."""
    said = {k for part in addresses for k in gazetteer.kecamatan_in_text(part)}
    said |= set(_kecamatan_of_office(gazetteer, name))
    return frozenset(index for index in areas if gazetteer.kecamatan[index] in said)


def _kecamatan_of_office(gazetteer: Gazetteer, name: str) -> list[str]:
    found = _KECAMATAN_OFFICE.search(fold(name))
    kecamatan = gazetteer.find_kecamatan(found.group(1)) if found else None
    return [kecamatan] if kecamatan else []


def _misspelt(gazetteer: Gazetteer, addresses: list[str], name: str) -> int | None:
    """Settle a misspelt address by the place's name: "Bantarwru" for "SD N 1 Bantarwaru"."""
    in_name = set(areas_in_name(gazetteer, name))
    phrases = [p for part in addresses for p in _phrases(read_address(part))]
    close = {index for phrase in phrases for index in gazetteer.close(phrase)}
    both = close & in_name
    return next(iter(both)) if len(both) == 1 else None


def _phrases(said: Address) -> tuple[str, ...]:
    return (said.desa, *said.phrases) if said.desa else said.phrases


def areas_in_name(gazetteer: Gazetteer, name: str) -> list[int]:
    """List the areas whose whole name stands in a place's name, the longest name first."""
    words = fold(name).split()
    for length in range(_LONGEST_NAME, 0, -1):
        windows = (" ".join(words[i : i + length]) for i in range(len(words) - length + 1))
        found = [index for window in windows for index in gazetteer.exact(window)]
        if found:
            return found
    return []

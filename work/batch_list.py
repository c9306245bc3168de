"""Which studies a batch takes: folders, patterns, or a file that lists them."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.hashes import sha256_hex
from data.inputs import safe_name
from data.settings import FILE
from geo.errors import InputError

_PATTERN = frozenset("*?[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One study of a batch and the name that its results go by."""

    name: str
    folder: Path


def studies_of(given: Sequence[str]) -> tuple[Listed, ...]:
    """Find the studies meant, each once, by name.

    Parameters
    ----------
    given : sequence of str
        A study's folder, a folder of studies, a pattern (``nasional/*``), or a text file with one
        of these a line (``#`` begins a remark; relative to the file).

    Returns
    -------
    tuple of Listed
        Sorted by name. A study is called as its folder, with as much of the path before it as
        tells it from the others. What a list names and is no study stays in: it is reported with
        the rest when its turn comes.

    Raises
    ------
    InputError
        ``batch.not_found`` for a word that is nothing, ``batch.no_studies`` when none is there.
    """
    found: dict[Path, None] = {}
    for word in given:
        path = Path(word)
        if not (path.exists() or _PATTERN & set(word)):
            raise InputError("batch.not_found", given=word[:200])
        listing = _lines(path) if path.is_file() else _meant(word)
        found |= dict.fromkeys(folder.absolute() for folder in listing)
    if not found:
        raise InputError("batch.no_studies", given=", ".join(given)[:200])
    return tuple(sorted(_named(tuple(found)), key=lambda one: one.name))


def _meant(word: str) -> Iterator[Path]:
    if _PATTERN & set(word) and not Path(word).exists():
        yield from (Path(p) for p in sorted(glob.glob(word)) if (Path(p) / FILE).is_file())  # noqa: PTH207 - a pattern may be absolute
        return
    folder = Path(word)
    inside = [] if (folder / FILE).is_file() else sorted(folder.glob(f"*/{FILE}"))
    yield from (path.parent for path in inside)
    if not inside:
        yield folder


def _lines(path: Path) -> Iterator[Path]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError("batch.list_unreadable", file=path.name) from fault
    for line in text.splitlines():
        if word := line.partition("#")[0].strip():
            yield from _meant(str(path.parent / word))


def _named(folders: tuple[Path, ...]) -> list[Listed]:
    names = [safe_name(folder.name) for folder in folders]
    names = _told_apart(names, [safe_name(f"{f.parent.name}-{f.name}") for f in folders])
    digests = [sha256_hex(str(folder).encode())[:12] for folder in folders]
    names = _told_apart(names, [f"{n}-{d}" for n, d in zip(names, digests, strict=True)])
    return [Listed(name=n, folder=f) for n, f in zip(names, folders, strict=True)]


def _told_apart(names: list[str], longer: list[str]) -> list[str]:
    often = Counter(names)
    return [more if often[n] > 1 else n for n, more in zip(names, longer, strict=True)]

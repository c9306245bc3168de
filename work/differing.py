"""Two results compared figure by figure: what differs, and whether it matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NEAR = 1e-9
_PRINTED = 1.01 * NEAR
"""Numbers are written with nine digits: what differs by the last one may read a bit more."""
MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that differs; ``near`` when both are numbers within 1e-9."""

    list: str
    site: str
    name: str
    recorded: Any
    found: Any
    near: bool


def differences(recorded: Mapping[str, Any], found: Mapping[str, Any]) -> list[Difference]:
    """Compare two results of `work.result_text`: lists of rows with an ``id``, single values."""
    made = []
    for name in sorted({*recorded, *found}):
        old, new = recorded.get(name), found.get(name)
        if _rows(old) and _rows(new):
            was, now = ({str(r["id"]): r for r in rows} for rows in (old, new))  # type: ignore[union-attr]
            for site in sorted({*was, *now}):
                made += _between(name, site, was.get(site), now.get(site))
        else:
            made += _between(name, "", old, new)
    return made


def _rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(r, Mapping) and "id" in r for r in value)


def _between(name: str, site: str, old: Any, new: Any) -> list[Difference]:
    return [
        Difference(list=name, site=site, name=at, recorded=a, found=b, near=_near(a, b))
        for at, a, b in _leaves(old, new)
    ]


def _near(a: Any, b: Any) -> bool:
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (a, b))
    return numbers and abs(a - b) <= _PRINTED


def _leaves(old: Any, new: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from _leaves(old.get(key), new.get(key), f"{at}.{key}" if at else str(key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for k, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _leaves(a, b, f"{at}[{k}]")
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield at, old, new

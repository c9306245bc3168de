"""Where names and dots stand on a level of the map: none over another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from geo.tile_text import Mark

_BIN_PX = 64
_SAME_PX = 400
"""A desa is not named a second time so near to the village that bears its name."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark and its upper left corner in pixels of the level's world."""

    mark: Mark
    x: int
    y: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom."""
        wide, high = self.mark.size
        return self.x, self.y, self.x + wide, self.y + high


class Board:
    """Where names stand already; asked by bins of 64 pixels."""

    def __init__(self) -> None:
        self.placed: list[Placed] = []
        self._said: dict[str, list[tuple[float, float]]] = {}
        self._bins: dict[tuple[int, int], list[tuple[int, int, int, int]]] = {}

    def free(self, box: tuple[int, int, int, int]) -> bool:
        """Tell whether nothing stands in a box."""
        return not any(
            box[0] < right and left < box[2] and box[1] < bottom and top < box[3]
            for key in _bins(box)
            for left, top, right, bottom in self._bins.get(key, ())
        )

    def take(self, one: Placed) -> None:
        """Let something stand where it is."""
        self.placed.append(one)
        for key in _bins(one.box):
            self._bins.setdefault(key, []).append(one.box)

    def offer(self, mark: Mark, x: float, y: float) -> bool:
        """Place a mark with its middle at (x, y) when nothing stands there."""
        wide, high = mark.size
        one = Placed(mark, round(x - wide / 2), round(y - high / 2))
        if not self.free(one.box):
            return False
        self.take(one)
        return True

    def say(self, name: str, x: float, y: float) -> None:
        """Remember that a name stands at a place, for `said`."""
        self._said.setdefault(name.casefold(), []).append((x, y))

    def said(self, name: str, x: float, y: float) -> bool:
        """Tell whether the same name stands nearby already."""
        return any(
            math.hypot(x - i, y - j) < _SAME_PX for i, j in self._said.get(name.casefold(), ())
        )


def _bins(box: tuple[int, int, int, int]) -> Iterator[tuple[int, int]]:
    for column in range(box[0] // _BIN_PX, box[2] // _BIN_PX + 1):
        for row in range(box[1] // _BIN_PX, box[3] // _BIN_PX + 1):
            yield column, row

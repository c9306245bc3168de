"""Which marks and names stand on a printed map, and where: none over another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in millimetres."""
RINGS_MM = (4.4, 6.4, 8.8, 11.6)
_TURNS = 12


class Board:
    """A sheet of paper that remembers what is taken."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self.width_mm, self.height_mm = width_mm, height_mm
        self._taken: list[Box] = []

    def take(self, box: Box) -> None:
        """Take a place without asking."""
        self._taken.append(box)

    def free(self, box: Box, *, pad_mm: float = 0.35) -> bool:
        """Tell whether a box lies on the sheet and over nothing."""
        left, top, right, bottom = box
        if left < 0.4 or top < 0.4 or right > self.width_mm - 0.4:
            return False
        if bottom > self.height_mm - 0.4:
            return False
        if not self._taken:
            return True
        taken = np.asarray(self._taken)
        meets = (
            (taken[:, 0] < right + pad_mm)
            & (taken[:, 2] > left - pad_mm)
            & (taken[:, 1] < bottom + pad_mm)
            & (taken[:, 3] > top - pad_mm)
        )
        return not bool(meets.any())

    def offer(self, boxes: Iterable[Box]) -> int | None:
        """Take the first free one of several places; its number, or None."""
        for number, box in enumerate(boxes):
            if self.free(box):
                self.take(box)
                return number
        return None

    @property
    def boxes(self) -> Sequence[Box]:
        """Everything taken, in its order."""
        return tuple(self._taken)


def around(x: float, y: float, radius: float) -> Iterator[tuple[float, float]]:
    """Yield places for a badge: on its point, then around it, ever further out."""
    yield x, y
    for ring in RINGS_MM:
        for turn in range(_TURNS):
            angle = math.tau * (turn + 0.5) / _TURNS
            yield x + (ring + radius - 2.2) * math.cos(angle), y - ring * math.sin(angle)


def centred(x: float, y: float, width: float, height: float) -> Box:
    """Box of a size around a point."""
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def crosses(start: tuple[float, float], end: tuple[float, float], boxes: Sequence[Box]) -> bool:
    """Tell whether a leader runs through one of some boxes (tried at nine points)."""
    if not boxes:
        return False
    share = np.linspace(0.1, 0.9, 9)[:, None]
    at = np.asarray(start) + share * (np.asarray(end) - np.asarray(start))
    taken = np.asarray(boxes)
    inside = (
        (at[:, None, 0] > taken[None, :, 0])
        & (at[:, None, 0] < taken[None, :, 2])
        & (at[:, None, 1] > taken[None, :, 1])
        & (at[:, None, 1] < taken[None, :, 3])
    )
    return bool(inside.any())

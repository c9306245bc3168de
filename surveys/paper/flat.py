"""From a photo to a flat page: found by its four marks, straightened along its own circles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

import words
from geo.errors import InputError
from surveys.paper.items import BUBBLE_MM, Bubble
from surveys.paper.layout import MARK_MM, MARKS_MM, PAGE_MM
from surveys.pictures import PictureError, opened

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]

PX_PER_MM = 8
_LONGEST_PX, _LEAST_PX = 4000, 1000
_COARSE = 2
_REACH_MM = 2.7
"""How far off its place a circle is looked for; bent paper moves them less."""
_BEND_MM = 0.45
"""Median distance of circles from the bent page's smooth surface beyond which it is creased."""
_SLANTED = 0.45
"""Shortest side of the marks' square over its longest; a flat photo taken askew keeps more."""


def grey_picture(image: NDArray[np.uint8] | bytes) -> Grey:
    """Decode a photo into grey values, upright as its EXIF says, at most 4000 px long.

    Raises
    ------
    InputError
        ``surveys.paper.no_picture``.
    """
    import cv2

    if isinstance(image, bytes):
        raw = np.frombuffer(image, dtype=np.uint8)
        try:
            found = cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE) if _is_photo(image) else None
        except cv2.error:
            found = None
        if found is None:
            raise InputError("surveys.paper.no_picture")
    else:
        found = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    longest = max(found.shape)
    if longest > _LONGEST_PX:
        scale = _LONGEST_PX / longest
        found = cv2.resize(found, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(found, dtype=np.uint8)


def _is_photo(raw: bytes) -> bool:
    """Look at the size a picture states before its pixels are unpacked."""
    try:
        with opened(raw):
            return True
    except PictureError:
        return False


def flat_page(grey: Grey) -> Grey:
    """Find the four marks and straighten the page to 8 px a mm.

    Raises
    ------
    InputError
        ``surveys.paper.no_sheet`` (not one mark), ``surveys.paper.no_marks`` (which are missing),
        ``surveys.paper.two_sheets``, ``surveys.paper.too_small``, ``surveys.paper.not_flat`` (the
        marks lie in no plane).
    """
    import cv2

    seen = _marks(grey)
    if max(grey.shape) < _LEAST_PX:
        raise InputError("surveys.paper.too_small", px=max(grey.shape), least=_LEAST_PX)
    wanted = np.asarray(
        [
            (x + dx * MARK_MM, y + dy * MARK_MM)
            for x, y in MARKS_MM
            for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1))
        ],
        dtype=np.float64,
    )
    matrix, _ = cv2.findHomography(seen, wanted * PX_PER_MM)
    if matrix is None or not _plausible(seen):
        raise InputError("surveys.paper.not_flat")
    size = (int(PAGE_MM[0] * PX_PER_MM), int(PAGE_MM[1] * PX_PER_MM))
    flat = cv2.warpPerspective(grey, matrix, size, flags=cv2.INTER_LINEAR, borderValue=255)
    return np.asarray(flat, dtype=np.uint8)


def _marks(grey: Grey) -> Floats:
    import cv2

    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    book = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    corners, ids, _ = cv2.aruco.ArucoDetector(book, settings).detectMarkers(grey)
    numbers = [] if ids is None else [int(number) for number in np.ravel(ids)]
    found = [number for number in numbers if number < len(MARKS_MM)]
    if not found:
        raise InputError("surveys.paper.no_sheet")
    if len(found) != len(set(found)):
        raise InputError("surveys.paper.two_sheets")
    if missing := [k for k in range(len(MARKS_MM)) if k not in found]:
        named = ", ".join(words.say(f"surveys.paper.corner.{k}") for k in missing)
        raise InputError("surveys.paper.no_marks", corners=named)
    of = dict(zip(numbers, corners, strict=True))
    return np.concatenate([np.reshape(of[k], (4, 2)) for k in range(len(MARKS_MM))]).astype(float)


def _plausible(seen: Floats) -> bool:
    """Tell whether the marks, clockwise, make a convex square, not too slanted."""
    middle = seen.reshape(4, 4, 2).mean(axis=1)
    sides = np.roll(middle, -1, axis=0) - middle
    turns = sides[:, 0] * np.roll(sides[:, 1], -1) - sides[:, 1] * np.roll(sides[:, 0], -1)
    long = np.hypot(*sides.T) / np.array([183.0, 270.0, 183.0, 270.0])
    return bool((turns > 0).all() and long.min() > _SLANTED * long.max())


def darkness(flat: Grey) -> Floats:
    """Return how dark each pixel is against the paper around it: 0 paper, 1 black.

    The paper's light is a morphological closing by 13 mm, wider than any bubble or letter: it
    follows the edge of a shadow, where the brightest pixel nearby would not.
    """
    import cv2

    small = cv2.resize(flat, None, fx=1 / _COARSE, fy=1 / _COARSE, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), 0.25 * PX_PER_MM / _COARSE)
    wide = int(13 * PX_PER_MM / _COARSE) | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((wide, wide), np.uint8))
    light = cv2.resize(paper, (flat.shape[1], flat.shape[0]), interpolation=cv2.INTER_LINEAR)
    dark = 1 - flat.astype(np.float64) / np.maximum(light.astype(np.float64), 1)
    return np.asarray(np.clip(dark, 0, 1))


def straightened(flat: Grey, circles: Sequence[Bubble]) -> Grey:
    """Bend a page back by where its printed circles lie: paper is never quite flat.

    A smooth surface (a cubic in x and y) is fitted to how far each circle is off its place; marks
    that differ from it (covered, scribbled over) are left out of the fit.

    Raises
    ------
    InputError
        ``surveys.paper.not_flat`` when the circles follow no smooth surface.
    """
    import cv2

    at = np.asarray([(b.x_mm, b.y_mm) for b in circles])
    off, strength = _offsets(darkness(flat), at)
    kept = strength > 0.35 * np.median(strength)
    powers = _powers(at)
    found: Floats = np.zeros((powers.shape[1], 2))
    for limit in (1.2, 0.6, 0.4):
        if kept.sum() < 2 * powers.shape[1]:
            raise InputError("surveys.paper.unclear")
        found = np.asarray(np.linalg.lstsq(powers[kept], off[kept], rcond=None)[0])
        away = np.hypot(*(off - powers @ found).T)
        kept = (away < limit) & (strength > 0.35 * np.median(strength))
    if float(np.median(away)) > _BEND_MM:
        raise InputError("surveys.paper.not_flat")
    step = 4
    rows = np.arange(0, PAGE_MM[1] + step, step)
    columns = np.arange(0, PAGE_MM[0] + step, step)
    mesh = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    moved = np.clip(_powers(np.clip(mesh, 8, PAGE_MM[0] * 1.4)) @ found, -4, 4)
    shape = (len(rows), len(columns))
    height, width = flat.shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    grid_x, grid_y = xs / (step * PX_PER_MM), ys / (step * PX_PER_MM)
    maps = [
        cv2.remap(
            moved[:, k].reshape(shape).astype(np.float32), grid_x, grid_y, cv2.INTER_LINEAR
        ) * PX_PER_MM
        for k in (0, 1)
    ]  # fmt: skip
    bent = cv2.remap(
        flat, xs + maps[0], ys + maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(bent, dtype=np.uint8)


def _powers(at: Floats) -> Floats:
    x, y = (at[:, 0] - 105) / 105, (at[:, 1] - 148) / 148
    terms = [x**i * y**j for i in range(4) for j in range(4 - i)]
    return np.stack(terms, axis=1)


def _offsets(dark: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Find each circle near its place: how far off (mm), and how clear it is."""
    import cv2

    per_mm = PX_PER_MM / _COARSE
    small = cv2.resize(dark, None, fx=1 / _COARSE, fy=1 / _COARSE, interpolation=cv2.INTER_AREA)
    reach = int((BUBBLE_MM / 2 + 1.0) * per_mm) + 1
    dy, dx = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    far = np.hypot(dx, dy) / per_mm - BUBBLE_MM / 2
    rim, outside = np.abs(far) <= 0.25, (far > 0.5) & (far <= 1.0)
    kernel = rim / rim.sum() - outside / outside.sum()
    seen = cv2.filter2D(small, cv2.CV_64F, kernel)
    look = int(_REACH_MM * per_mm)
    centres = np.round(at * per_mm).astype(int)
    off, strength = np.zeros((len(at), 2)), np.zeros(len(at))
    for i, (x, y) in enumerate(centres):
        window = seen[y - look : y + look + 1, x - look : x + look + 1]
        row, column = np.unravel_index(int(window.argmax()), window.shape)
        off[i] = np.array([x + column - look, y + row - look]) / per_mm - at[i]
        strength[i] = window[row, column]
    return off, strength

"""What a PDF says and how it stands: its text, its pages, and what independent checkers find."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path


def pages(raw: bytes) -> list[str]:
    """Text of each page, as a program without our code reads it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(raw)
    try:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


def text(raw: bytes) -> str:
    """All text on one line, what was broken for its length put together again."""
    whole = "\n".join(pages(raw)).replace("\u200b", "").replace("\ufffe", "")
    return re.sub(r"\s+", " ", whole)


def outside(raw: bytes) -> list[str]:
    """Letters that stand outside their page's margins of 8 mm."""
    import pypdfium2

    document = pypdfium2.PdfDocument(raw)
    found = []
    least = 8 * 72 / 25.4
    try:
        for number, page in enumerate(document, start=1):
            width, height = page.get_size()
            letters = page.get_textpage()
            for k in range(letters.count_chars()):
                left, bottom, right, top = letters.get_charbox(k)
                wide = right > left and top > bottom
                if wide and (
                    left < least or bottom < least or right > width - least or top > height - least
                ):
                    found.append(f"{number}: {letters.get_text_range(k, 1)!r}")
    finally:
        document.close()
    return found


def overlaps(raw: bytes, *, share: float = 0.3) -> list[str]:
    """Letters that stand on one another: boxes of ink that share so much of the smaller one.

    Only plain letters and figures are looked at: scripts whose letters join overlap by nature. A
    letter drawn twice in one place (a name on a map with its pale rim) is one letter.
    """
    import numpy as np
    import pypdfium2
    import shapely

    document = pypdfium2.PdfDocument(raw)
    found = []
    try:
        for number, page in enumerate(document, start=1):
            letters = page.get_textpage()
            told = [
                (letters.get_text_range(k, 1), letters.get_charbox(k))
                for k in range(letters.count_chars())
            ]
            told = [(c, box) for c, box in dict.fromkeys(told) if c.isascii() and c.isalnum()]
            if not told:
                continue
            sides = np.array([box for _, box in told])
            boxes = shapely.box(*sides.T)
            one, other = shapely.STRtree(boxes).query(boxes, predicate="intersects")
            one, other = one[one < other], other[one < other]
            shared = shapely.area(shapely.intersection(boxes[one], boxes[other]))
            least = np.minimum(shapely.area(boxes[one]), shapely.area(boxes[other]))
            apart = np.abs(sides[one] - sides[other]).max(axis=1) > 0.3
            for a, b in zip(
                *(x[(shared > share * least) & apart] for x in (one, other)), strict=True
            ):
                found.append(f"{number}: {told[a][0]!r} on {told[b][0]!r} at {sides[a].round()}")
    finally:
        document.close()
    return found


def tags(raw: bytes) -> list[str]:
    """Kinds of tags in reading order."""
    import pikepdf

    found: list[str] = []

    def walk(one: object) -> None:
        if isinstance(one, pikepdf.Array):
            for inner in one:
                walk(inner)
        elif isinstance(one, pikepdf.Dictionary):
            if "/S" in one:
                found.append(str(one.S))
            if "/K" in one:
                walk(one.K)

    with pikepdf.open(io.BytesIO(raw)) as document:
        walk(document.Root.StructTreeRoot.K)
    return found


def bookmarks(raw: bytes) -> list[str]:
    """Titles of the outline."""
    import pypdfium2

    document = pypdfium2.PdfDocument(raw)
    try:
        return [mark.get_title() for mark in document.get_toc()]
    finally:
        document.close()


def faults(path: Path) -> list[str]:
    """What the PDF checkers pdfua and outloud find."""
    found = []
    room = Path(sys.executable).parent
    for name, arguments in (("pdfua", ["check", "--min-severity", "error"]), ("outloud", [])):
        program = shutil.which(name, path=str(room)) or shutil.which(name)
        assert program, f"{name} is missing; it comes with the dev extra"
        done = subprocess.run(
            [program, *arguments, str(path)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            found.append(f"{name}: {done.stdout}")
    return found

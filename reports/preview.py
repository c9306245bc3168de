"""A picture of the first page of a PDF, for who wants to see it before downloading it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_SOURCE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("a.pdf", width: {wide}pt)\n'
_WIDE_PT = 595


def first_page(pdf: bytes, *, pixels_wide: int = 900) -> bytes | None:
    """Draw the first page of a PDF.

    Returns
    -------
    bytes or None
        PNG; None where the file cannot be drawn.
    """
    import typst  # loads a compiler, which nothing but a document needs

    with TemporaryDirectory(prefix="tapak-") as name:
        room = Path(name)
        (room / "a.pdf").write_bytes(pdf)
        (room / "a.typ").write_text(_SOURCE.format(wide=_WIDE_PT), encoding="utf-8")
        try:
            made: Any = typst.compile(
                str(room / "a.typ"),
                root=str(room),
                format="png",
                ppi=72 * pixels_wide / _WIDE_PT,
                ignore_system_fonts=True,
            )
        except (RuntimeError, ValueError):
            return None
    return bytes(made[0] if isinstance(made, list) else made)

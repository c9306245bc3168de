"""To whom this start of the app is served: through a proxy, to anybody at all."""

from __future__ import annotations

import os

PUBLIC_VARIABLE = "TAPAK_PUBLIC"
"""Holds the https address of the proxy; empty or missing: whoever sits at this machine."""

ANYBODY_VARIABLE = "TAPAK_PUBLIK"
"""Not empty: the app shows what was made for the public, to anybody, and nothing else."""


def is_public() -> bool:
    """Tell whether a proxy stands in front, so that nobody who comes is known to sit here."""
    return bool(os.environ.get(PUBLIC_VARIABLE))


def for_anybody() -> bool:
    """Tell whether the app shows only what was made for the public."""
    return bool(os.environ.get(ANYBODY_VARIABLE))

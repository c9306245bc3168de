"""Whether this start of the app is served to other machines, through a proxy."""

from __future__ import annotations

import os

PUBLIC_VARIABLE = "TAPAK_PUBLIC"
"""Holds the https address of the proxy; empty or missing: whoever sits at this machine."""


def is_public() -> bool:
    """Tell whether a proxy stands in front, so that nobody who comes is known to sit here."""
    return bool(os.environ.get(PUBLIC_VARIABLE))

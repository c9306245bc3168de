"""Where the real layers are: skipped where the folder is absent, a failure in CI."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("TAPAK_SHARED", Path(__file__).parents[3] / "shared")) / "data"


def shared(name: str) -> Path:
    """One real file, or a skip (a failure when CI says it must be there)."""
    path = FOLDER / name
    if path.exists():
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name} must be there in CI")
    return pytest.skip(f"{name} is not here")

"""What a test needs and a machine may lack."""

import os
import shutil

import pytest


def absent(why):
    """Skip on a machine of one's own; CI fails, for there this test must run."""
    pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)


def program(name, *, package=""):
    """Return where a program is; `absent` where it is not on PATH."""
    found = shutil.which(name)
    if found is None:
        absent(f"{name} is not on PATH (Debian's {package or name})")
    return found

"""The tutorial's script, run as a reader runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def once_round(study, *more):
    """Run the script on a study and return what it says."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs/tutorial/field_loop.py"), str(study), *more],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TAPAK_LANG": "id"},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)

"""Compile catalogues (.po) beside themselves (.mo), so that commands start without Babel."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from words import compile_catalogue

for name in sys.argv[1:]:
    po = Path(name)
    po.with_suffix(".mo").write_bytes(compile_catalogue(po))

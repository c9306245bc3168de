"""Ask the advisory database about every pinned package; never silent when it could not be asked.

Exit 0: asked, nothing known. 1: something is known (each is printed). 3: NOT RUN (no way to the
database, or it broke off), which is no pass.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
ALLOWED: dict[str, str] = {}
"""Advisories that do not concern us, by id, each with why; the date and who belongs in it."""


def ask(list_file: Path) -> subprocess.CompletedProcess[str]:
    """Run pip-audit over a list of names and versions."""
    line = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip"]
    line += [
        "-r",
        str(list_file),
        "--format",
        "json",
        "--progress-spinner",
        "off",
        "--timeout",
        "20",
    ]
    return subprocess.run(line, capture_output=True, encoding="utf-8", check=False)  # noqa: S603 - no shell


def judge(done: subprocess.CompletedProcess[str], pinned: int) -> tuple[int, list[str]]:
    """Return the exit code and the lines to print.

    Parameters
    ----------
    done : CompletedProcess
        What pip-audit said.
    pinned : int
        How many packages it was to look at: an answer about fewer is no answer.
    """
    try:
        told = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:200]
        return 3, [f"NOT RUN: the advisory database could not be asked ({last})"]
    looked = [d for d in told if "skip_reason" not in d]
    known = [
        f"{d['name']} {d['version']}: {v['id']}, mended in {', '.join(v['fix_versions']) or '?'}"
        for d in looked
        for v in d["vulns"]
        if v["id"] not in ALLOWED
    ]
    if known:
        return 1, known
    if len(looked) < pinned:
        return 3, [f"NOT RUN: {len(looked)} of {pinned} packages were looked at"]
    return 0, [f"{len(looked)} packages, no advisory known"]


def main(list_file: Path = ROOT / "constraints.txt") -> int:
    """Ask, print, and say how it went by the exit code."""
    pinned = list_file.read_text(encoding="utf-8").split()
    with TemporaryDirectory(prefix="tapak-") as room:  # one first: no use to ask 200 times a wall
        first = Path(room) / "first.txt"
        first.write_text(pinned[0] + "\n", encoding="utf-8")
        code, lines = judge(ask(first), 1)
    if code == 0:
        code, lines = judge(ask(list_file), len(pinned))
    print("\n".join(lines), file=sys.stdout if code == 0 else sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())

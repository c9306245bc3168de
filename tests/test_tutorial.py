"""The tutorial's script, run as a reader runs it."""

import subprocess
import sys

from rounds import ROOT, once_round


def test_the_loop_goes_round_on_the_demo_and_says_who_moved_and_why(tmp_path):
    study = tmp_path / "demo"
    subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "demo", str(study), "--scale", "0.1"], check=True,
        capture_output=True,
    )  # fmt: skip
    told = once_round(study, "--from", "109.69,-7.39")
    assert len(told["teams"]) == 2
    for team in told["teams"].values():
        assert team["accepted"] == team["twice"] > 0
        assert team["conflicts"] == team["superseded"] == 0
    assert told["moved"]
    assert any(move["because"] for move in told["moved"])

"""The command behind `tapak app`, as it runs: its own looks from any folder, a real study, a wrong one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from served import free_port, run, wait_for

from ui.serve import command, environment
from work.studies import demo_study

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]


@pytest.fixture
def serve(tmp_path):
    """Start `tapak app`'s own command for a folder, from a folder that is not the app's."""
    running = []

    def start(folder):
        port = free_port()
        more = {"cwd": tmp_path, "env": environment(folder)}
        steps = run(command(folder, port), f"http://127.0.0.1:{port}", tmp_path / "log.txt", **more)
        running.append(steps)
        return next(steps)

    yield start
    for steps in running:
        next(steps, None)


def test_a_folder_that_is_no_study_is_told_in_one_sentence(serve, counted_page, tmp_path):
    (tmp_path / "bukan-studi").mkdir()
    page = counted_page.page
    page.goto(serve(tmp_path / "bukan-studi").url)
    told = page.get_by_role("alert")
    told.wait_for(timeout=20_000)
    assert "study.toml tidak ditemukan" in told.text_content()
    assert page.locator("h1").text_content() == "Beranda"
    family = page.locator("h1").evaluate("node => getComputedStyle(node).fontFamily")
    assert "Plus Jakarta Sans" in family
    assert page.evaluate("document.fonts.ready.then(f => f.check('16px \"Plus Jakarta Sans\"'))")
    assert counted_page.outside == []


@pytest.mark.slow
def test_the_demo_district_opens_ranks_and_moves(serve, board_page, tmp_path):
    demo_study(tmp_path / "contoh", seed=1, scale=0.1)
    page = board_page.open(serve(tmp_path / "contoh").url).page
    assert "SINTETIS" in page.locator(".synthetic").text_content()
    assert board_page.ask("return board.facts.kecamatan.features.length") == 20
    names = board_page.names()
    assert len(names) > 5
    for key in ("Home", "End"):
        board_page.move_dial(key)
    assert board_page.names() != names


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that asks to end")
def test_the_server_ends_with_the_command_that_started_it(tmp_path):
    demo_study(tmp_path / "contoh", seed=1, scale=0.05)
    port = free_port()
    line = [sys.executable, str(ROOT / "cli.py"), "app", str(tmp_path / "contoh")]
    log = tmp_path / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen([*line, "--port", str(port)], stdout=out, stderr=out)
    wait_for(f"http://127.0.0.1:{port}", process, log)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    pytest.fail("the server goes on without its command")

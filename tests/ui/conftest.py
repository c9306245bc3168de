"""Fixtures of the app's tests: servers over invented boards, and the page that uses them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from pages import KNOWN_404
from served import BoardPage, free_port, run

from ui.serve import command, environment

ROOT = Path(__file__).parents[2]


def board_server(tmp_path_factory, *options):
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "log.txt"
    script = ROOT / "tests" / "support" / "board_server.py"
    command = [sys.executable, str(script), str(port), *options]
    yield from run(command, f"http://127.0.0.1:{port}", log, cwd=log.parent, env={**os.environ})


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A hundred and twenty invented sites, synthetic, started from a folder that is not the app's."""
    yield from board_server(tmp_path_factory, "--sites", "120")


@pytest.fixture(scope="session")
def served_hostile(tmp_path_factory):
    """Names that try to be code: sites, agencies, desa, kecamatan, attribution."""
    yield from board_server(tmp_path_factory, "--sites", "40", "--hostile")


@pytest.fixture(scope="session")
def served_empty(tmp_path_factory):
    """A study without a candidate and without a boundary."""
    yield from board_server(tmp_path_factory, "--sites", "0", "--bare")


@pytest.fixture
def served_study(study, tmp_path):
    """The real app over a real study of its own."""
    port = free_port()
    given = {"cwd": tmp_path, "env": environment(study)}
    yield from run(command(study, port), f"http://127.0.0.1:{port}", tmp_path / "log.txt", **given)


@pytest.fixture
def board_page(counted_page):
    """A board page; at the end nothing was asked of the outside and nothing went wrong."""
    missing = []
    counted_page.page.on(
        "response", lambda answer: answer.status == 404 and missing.append(answer.url)
    )
    page = BoardPage(counted_page)
    yield page
    assert counted_page.outside == []
    assert page.real_errors() == []
    assert [url for url in missing if not url.endswith(KNOWN_404)] == []

"""Fixtures every room's tests share: a real browser, and pages that count their requests."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest

# A shared machine may stop for half a second: how long one example takes proves nothing.
hypothesis.settings.register_profile("tapak", deadline=None)
hypothesis.settings.load_profile("tapak")


def _support(name: str) -> ModuleType:
    """Load a plain module of tests/support (tests are no package)."""
    key = f"tapak_test_support_{name}"
    if key not in sys.modules:
        path = Path(__file__).parent / "support" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(key, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[key] = module
        spec.loader.exec_module(module)
    return sys.modules[key]


@pytest.fixture(scope="session")
def small_demo(tmp_path_factory):
    """A small demo, made once; a test that changes it, or records a run, takes `study`."""
    from work.studies import demo_study

    folder = tmp_path_factory.mktemp("kecil") / "studi"
    demo_study(folder, seed=6, scale=0.1)
    return folder


@pytest.fixture
def study(small_demo, tmp_path):
    """A copy of the small demo for a test of its own."""
    return Path(shutil.copytree(small_demo, tmp_path / "studi"))


@pytest.fixture(scope="session")
def support():
    """Load a module of tests/support by its name."""
    return _support


@pytest.fixture(scope="session")
def chromium():
    """One real Chromium for the whole session; skipped where there is none, failed under CI."""

    def missing(why):
        if os.environ.get("CI") == "true":
            pytest.fail(f"no browser: {why}")
        pytest.skip(f"no browser: {why}")

    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    browser_tools = _support("browser")
    with sync_playwright() as playwright:
        try:
            browser = browser_tools.launch(playwright)
        except browser_tools.NoBrowserError as error:
            missing(error)
        yield browser
        browser.close()


@pytest.fixture
def counted_page(chromium):
    """A page that records every request off this machine (`outside`) and console `errors`."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    counted = _support("browser").CountedPage(page)
    counted.watch()
    yield counted
    page.close()


@pytest.fixture
def gdal():
    """Run a GDAL command, the independent program; skipped without it, failed in CI."""
    import shutil
    import subprocess

    if shutil.which("gdaldem") is None:
        reason = "gdaldem is not on PATH (Debian's gdal-bin)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return lambda *words: subprocess.run([str(w) for w in words], check=True, capture_output=True)

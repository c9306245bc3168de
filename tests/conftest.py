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


@pytest.fixture
def kept_study(study, place):
    """The same copy, kept in a file, and with TAPAK_PG also on that server."""
    if not isinstance(place, Path):
        from work.moving_store import move_study

        move_study(study, place.url, schema=place.schema)
    return study


@pytest.fixture
def sql(kept_study):
    """Change a study's rows behind its back."""
    from data.workspace import open_study

    def run(statement):
        with open_study(kept_study) as opened, opened.store.transaction() as raw:
            raw.exec_driver_sql(statement)

    return run


@pytest.fixture(scope="session")
def support():
    """Load a module of tests/support by its name."""
    return _support


@pytest.fixture(scope="session")
def nations():
    """Make small nations, and studies that show them (tests/support/nations.py)."""
    return _support("nations")


@pytest.fixture(scope="session")
def nation_results(nations, small_demo, tmp_path_factory):
    """Results of a small nation, to be read only."""
    return nations.results(small_demo, tmp_path_factory.mktemp("nasional"))


@pytest.fixture(scope="module")
def axe():
    """What looks for grave faults of a page."""
    return _support("axe")


@pytest.fixture(scope="module")
def source(axe, request, tmp_path_factory):
    """The program that runs in the page for `axe`."""
    return axe.script(request.config.cache, tmp_path_factory)


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


STORES = ("sqlite", "postgis") if os.environ.get("TAPAK_PG") else ("sqlite",)
"""Where a test of the store runs: `make test-postgis` says where a server is."""


@pytest.fixture
def server():
    """A schema of its own on the server of `make test-postgis`, gone after the test."""
    import uuid

    from data.server import Server, drop_schema, schemas_of

    if not os.environ.get("TAPAK_PG"):
        pytest.skip("no PostGIS: make test-postgis")
    made = Server(url=os.environ["TAPAK_PG"], schema=f"uji_{uuid.uuid4().hex[:12]}")
    yield made
    if made.schema in schemas_of(made):
        drop_schema(made)


@pytest.fixture(params=STORES)
def place(request, tmp_path):
    """Where a store is kept: a file, and with TAPAK_PG also a schema on that server."""
    if request.param == "sqlite":
        return tmp_path / "tapak.sqlite"
    return request.getfixturevalue("server")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Fail what would be skipped, where everything it needs was installed for it."""
    report = yield
    if report.skipped and os.environ.get("TAPAK_NO_SKIP"):
        report.outcome, report.longrepr = (
            "failed",
            f"nothing may be skipped here: {report.longrepr}",
        )
    return report


def pytest_collection_modifyitems(config, items):
    """Leave soaks out unless they are asked for by `-m`."""
    if "soak" in (config.option.markexpr or ""):
        return
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.skip(reason="a soak: make soak"))

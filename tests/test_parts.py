"""What Tapak is made of: every licence is known and goes with ours, every part is on the list."""

import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from tool import tool

ROOT = Path(__file__).parents[1]
audit, parts = tool("audit_dependencies"), tool("parts")


@pytest.fixture(scope="module")
def found():
    return parts.parts()


def test_every_run_time_licence_is_known_and_goes_with_mit(found):
    assert len(found) > 80
    assert {p.name: p.licence for p in found if parts.kind_of(p.licence or "?") == "no"} == {}
    assert [p.name for p in found if not p.version] == []


def test_the_page_is_that_of_today(found):
    """``make licences`` writes it anew."""
    assert parts.PAGE.read_text(encoding="utf-8") == parts.page(found)


def test_what_only_developers_use_is_not_listed(found):
    names = {p.name for p in found}
    assert names & {"pytest", "pymupdf", "playwright", "hypothesis"} == set()
    assert names >= {"geopandas", "colorama", "tzdata", "psycopg", "distributed"}
    assert {p.name for p in found if p.needs == "Windows"} == {"colorama"}


@pytest.mark.parametrize(
    ("licence", "kind"),
    [
        ("MIT", "free"),
        ("MIT AND LGPL-3.0-only", "weak"),
        ("Apache-2.0 OR GPL-2.0-or-later", "free"),
        ("(MIT AND GPL-3.0-only) OR MPL-2.0", "weak"),
        ("GPL-3.0-only", "no"),
        ("AGPL-3.0-only", "no"),
        ("", "no"),
        ("Proprietary", "no"),
    ],
)
def test_alternatives_take_the_freest_and_parts_the_strictest(licence, kind):
    assert parts.kind_of(licence) == kind


def test_an_agpl_package_would_be_seen():
    """A tool of ours is one, so the reader is seen to tell it."""
    try:
        installed = distribution("pymupdf")
    except PackageNotFoundError:
        pytest.skip("pymupdf is not installed")
    assert parts.kind_of(parts.licence_of("pymupdf", installed)) == "no"


@pytest.mark.slow
def test_the_list_of_parts_is_cyclonedx_and_whole(tmp_path, found):
    file = tmp_path / "dist" / "tapak.cdx.json"
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "parts.py"), "sbom", str(file)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["bomFormat"] == "CycloneDX"
    assert told["metadata"]["component"]["name"] == "tapak"
    listed = {c["name"].lower().replace("_", "-") for c in told["components"]}
    assert {p.name for p in found} - listed <= {"colorama"}  # not installed where this runs
    assert all(c["purl"].startswith("pkg:pypi/") for c in told["components"])
    from cyclonedx.exception import MissingOptionalDependencyException
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    checker = JsonStrictValidator(SchemaVersion.from_version(told["specVersion"]))
    try:
        assert checker.validate_str(file.read_text(encoding="utf-8")) is None
    except MissingOptionalDependencyException as missing:
        pytest.skip(str(missing))


# -- advisories


def said(*found, skipped=()):
    told = [{"name": n, "version": "1", "vulns": v} for n, v in found]
    told += [{"name": n, "skip_reason": "not found"} for n in skipped]
    return subprocess.CompletedProcess([], 0, json.dumps({"dependencies": told}), "")


BAD = {"id": "PYSEC-2026-1", "fix_versions": ["2"], "aliases": [], "description": ""}


def test_nothing_known_passes():
    assert audit.judge(said(("a", []), ("b", [])), 2)[0] == 0


def test_something_known_fails_even_where_not_all_was_asked():
    code, lines = audit.judge(said(("a", [BAD]), skipped=("b",)), 2)
    assert code == 1
    assert "PYSEC-2026-1" in lines[0]


@pytest.mark.parametrize(
    "answer",
    [
        subprocess.CompletedProcess([], 1, "", "ConnectionError: no route"),
        subprocess.CompletedProcess([], 0, "", ""),
        subprocess.CompletedProcess([], 0, "{}", ""),
        said(("a", [])),
        said(("a", []), skipped=("b",)),
    ],
)
def test_what_could_not_be_asked_is_never_a_pass(answer):
    code, lines = audit.judge(answer, 2)
    assert code == 3
    assert lines[0].startswith("NOT RUN")

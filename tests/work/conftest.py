"""A small demo, made once, and a copy of it for each test that changes it."""

import shutil
from pathlib import Path

import pytest

from work.studies import demo_study


@pytest.fixture(scope="session")
def small_demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kecil") / "studi"
    demo_study(folder, seed=6, scale=0.1)
    return folder


@pytest.fixture
def study(small_demo, tmp_path):
    return Path(shutil.copytree(small_demo, tmp_path / "studi"))

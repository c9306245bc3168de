"""Fixtures that several tests of the work share."""

from __future__ import annotations

import pytest
from batches import NAMES

from work.batch import batch


@pytest.fixture(scope="module")
def made(support):
    return support("batches")


@pytest.fixture(scope="module")
def undisturbed(made, small_demo, tmp_path_factory):
    """What a batch of four studies holds when nobody disturbs it."""
    folder = tmp_path_factory.mktemp("tenang")
    made.studies(small_demo, folder / "studi", NAMES)
    told = batch([str(folder / "studi")], folder / "hasil", workers=1, method=made.method())
    assert told["failed"] == []
    return made.contents(folder / "hasil")


@pytest.fixture
def studies(made, small_demo, tmp_path):
    """Four studies of a batch."""
    made.studies(small_demo, tmp_path / "studi", NAMES)
    return tmp_path / "studi"

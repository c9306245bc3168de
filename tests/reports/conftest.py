"""Facts to write documents of, and an eye that reads PDFs back."""

import pytest


@pytest.fixture
def made(support):
    """Made-up facts of a run."""
    return support("report_facts")


@pytest.fixture
def pdf(support):
    """What a PDF says, and what its checkers say of it."""
    return support("pdf")

"""A pack to fill in, and phones without a network to fill it in on."""

import pytest


@pytest.fixture(scope="module")
def forms(support):
    return support("webforms")


@pytest.fixture
def phone(chromium, forms, support, tmp_path):
    phones = forms.Phones(chromium, support("browser").CountedPage, tmp_path)
    yield phones
    phones.close()


@pytest.fixture(scope="module")
def engine(request, support, tmp_path_factory):
    """Fill forms with ODK's own engine."""
    return support("odk_engine").installed(request.config.cache, tmp_path_factory)

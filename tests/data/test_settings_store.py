"""The part [store] of study.toml: an address without a password, written in and taken out whole."""

import pytest

from data.settings import parse_settings
from data.settings_check import SettingsError
from data.settings_store import StoreSettings, schema_name, url_fault, with_store
from data.study_text import new_study_text

THERE = StoreSettings(url="postgresql://tapak@server.kantor/tapak", schema="tapak_a")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://server.kantor/tapak",
        "postgresql://tapak@127.0.0.1:5433/tapak?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        "postgresql:///?service=tapak",
        "postgresql:///tapak?host=/var/run/postgresql",
    ],
)
def test_addresses_that_say_how_to_get_there_are_taken(url):
    assert url_fault(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tapak.sqlite",
        "mysql://h/d",
        "postgresql://h",
        "postgresql://h/",
        "postgresql://h:port/d",
        "postgresql://h/d?options=-csearch_path%3Dpublic",
        "postgresql://h/d#x",
        "postgresql://h/d\n",
        "postgresql://[::1/d",
    ],
)
def test_anything_else_is_told_plainly(url):
    assert url_fault(url) == "settings.store_url"


@pytest.mark.parametrize(
    "url", ["postgresql://a:pw@h/d", "postgresql://h/d?password=", "postgresql://:@h/d"]
)
def test_a_password_is_never_taken(url):
    assert url_fault(url) == "settings.store_password"
    with pytest.raises(SettingsError) as caught:
        parse_settings(f'name = "A"\n[store]\nurl = "{url}"\nschema = "a"\n')
    assert "rahasia/pgpass" in str(caught.value)
    assert url not in str(caught.value)
    assert "baris 3" in str(caught.value)


@pytest.mark.parametrize("schema", ["", "A", "1a", 'a"b', "a;b", "a" * 49, "pg catalog"])
def test_a_schema_that_could_be_anything_but_a_name_is_refused(schema):
    given = schema.replace('"', '\\"')
    with pytest.raises(SettingsError, match="huruf kecil"):
        parse_settings(f'name = "A"\n[store]\nurl = "postgresql://h/d"\nschema = "{given}"\n')


def test_a_store_written_in_and_taken_out_leaves_every_other_line():
    text = new_study_text("Kabupaten é")
    there = with_store(text, THERE)
    assert parse_settings(there).store == THERE
    assert there.startswith(text)
    assert with_store(there, None) == text
    other = StoreSettings(url="postgresql://h/d", schema="b")
    assert with_store(with_store(there, other), None) == text
    assert parse_settings(with_store(there, other)).store == other


def test_a_store_in_the_middle_is_taken_out_alone():
    text = (
        'name = "A"\n[store]\nurl = "postgresql://h/d"\nschema = "a"\n\n[area]\nutm_zone = "49S"\n'
    )
    assert with_store(text, None) == 'name = "A"\n\n[area]\nutm_zone = "49S"\n'
    said = text.replace("[area]", "# Wilayah\n[area]").replace("schema", "# skema\n\nschema")
    assert with_store(said, None) == 'name = "A"\n\n# Wilayah\n[area]\nutm_zone = "49S"\n'
    assert with_store('name = "A"\n[store]', None) == 'name = "A"\n'


def test_a_schema_is_named_after_the_study():
    assert schema_name("Banjarnegara 2026 (coba)") == "tapak_banjarnegara_2026_coba"
    assert schema_name("é") == "tapak"
    assert len(schema_name("x" * 300)) == 40

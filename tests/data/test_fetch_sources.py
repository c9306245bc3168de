"""Every source states its terms; a study may state its own addresses, and no wrong ones."""

import pytest

import words
from data.fetch.sources import sources
from geo.errors import InputError


def test_every_source_states_address_licence_credit_date_and_limits():
    known = sources()
    assert {s.what for s in known.values()} >= {"boundaries", "osm", "elevation", "population"}
    for source in known.values():
        assert source.url.startswith("https://")
        assert source.allows(source.url.replace("{", "").replace("}", ""))
        assert source.licence
        assert source.attribution
        assert source.date
        assert source.checksum in {"none", "etag", "beside", "published"}
        assert 0 < source.max_mb <= 4096
    assert not known["glo30"].allows(known["worldpop"].url)


def test_a_study_states_its_own_addresses(tmp_path):
    (tmp_path / "sources.toml").write_text(
        '[worldpop]\nurl = "https://cermin.kantor.go.id/idn_2025.tif"\ndate = "2025"\n'
    )
    changed = sources(tmp_path)["worldpop"]
    assert (changed.host(), changed.date) == ("cermin.kantor.go.id", "2025")
    assert changed.licence == "CC BY 4.0"


@pytest.mark.parametrize(
    "text",
    [
        '[worldpop]\nurl = "http://cermin.kantor.go.id/x"\n',
        '[worldpop]\nurl = "file:///etc/passwd"\n',
        "[worldpop]\nmax_mb = true\nlisensi = 3\n",
        '[worldpop]\nmax_mb = "banyak"\n',
        '[lain]\nurl = "https://x.org"\n',
        '[worldpop]\nwhat = "osm"\n',
        "[worldpop\n",
        "worldpop = 3\n",
    ],
)
def test_a_wrong_sources_toml_is_one_sentence(tmp_path, text):
    (tmp_path / "sources.toml").write_text(text)
    with pytest.raises(InputError) as raised:
        sources(tmp_path)
    assert raised.value.code == "fetch.sources_toml"
    assert "[" not in raised.value.say(lang="id")


def test_every_sentence_of_fetching_is_there_in_both_languages():
    for lang in words.LANGUAGES:
        assert words.knows("fetch.cut", lang=lang)

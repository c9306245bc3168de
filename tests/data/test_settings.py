"""study.toml: written with a comment for everything, read back, and refused in one plain sentence."""

import re
import tomllib
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.layers import KINDS, LayerOptions
from data.settings import (
    LAYER_KINDS,
    PROGRAMMES,
    Area,
    LayerSettings,
    Settings,
    parse_settings,
    read_settings,
)
from data.settings_check import SettingsError, lines_of
from data.study_text import new_study_text
from geo.errors import InputError
from scoring.criteria import load_catalogue
from scoring.weights import Thresholds
from words import say


def _sentence(text, lang="id"):
    with pytest.raises(SettingsError) as caught:
        parse_settings(text)
    assert isinstance(caught.value, InputError)
    told = caught.value.say(lang=lang)
    assert "\n" not in told
    return told


def test_a_new_study_is_read_back_by_our_own_reader():
    read = parse_settings(new_study_text("Banjarnegara 2026", utm_zone="48N"))
    assert read.name == "Banjarnegara 2026"
    assert read.language == "id"
    assert read.programmes == PROGRAMMES
    assert read.area == Area(utm_zone="48N", crs=None, bounds=(94.9, -11.2, 141.1, 6.2))
    assert read.thresholds == Thresholds()
    assert read.layer("landslide").settle_nodata is False
    assert read.asset_columns == {}


def test_a_new_study_leaves_every_weight_to_the_catalogue():
    read = parse_settings(new_study_text("A"))
    for programme in PROGRAMMES:
        weights = read.weights_of(programme)
        assert (weights.groups, weights.criteria, weights.set_by) == ({}, {}, "")


def test_a_new_study_shows_every_weight_of_the_catalogue_as_a_comment():
    text = new_study_text("A")
    for programme in PROGRAMMES:
        part = text.split(f"[weights.{programme}.criteria]")[1].split("[", maxsplit=1)[0]
        letter = load_catalogue().programme(programme).letter
        for criterion in load_catalogue().scored(programme):
            assert f"# {criterion.key} = {criterion.weights[letter]:g} " in part
            assert f"# {say('criterion.' + criterion.key, lang='id')}\n" in part


def test_every_setting_and_every_section_has_a_comment_in_the_lines_above_it():
    lines = new_study_text("A").splitlines()
    for number, line in enumerate(lines):
        if line and not line.startswith("#"):
            above = [above for above in lines[:number][::-1] if above][:1]
            assert above, line
            assert above[0].startswith(("#", "[")), line
            if not line.startswith("["):
                assert above[0].startswith("#"), f"{line} has no comment of its own"


def test_every_setting_the_reader_knows_is_explained_in_a_new_study():
    text = new_study_text("A")
    known = [f.name for kind in (Area, Thresholds, LayerSettings) for f in fields(kind)]
    for key in [*known, "name", "language", "programmes", "set_by", "set_on", "basis"]:
        assert re.search(rf"^#?\s*(?:\[layers\.flood\.)?{key}\b", text, re.MULTILINE), key


def test_every_example_in_the_comments_is_accepted_when_its_hash_is_taken_away():
    text = new_study_text("A")
    example = text[text.index("# [layers.flood]") : text.index("# Peta bahaya longsor")]
    opened = re.sub(r"^# ?", "", example, flags=re.MULTILINE)
    weights, rest = text.split("# Lapisan peta.")
    weights = re.sub(r"^# (\w+ = \d+ +# .*|\w+ = \d+)$", r"\1", weights, flags=re.MULTILINE)
    read = parse_settings(weights + "#" + rest + opened)
    assert read.layer("flood").full_cover is True
    assert read.layer("flood").scale == 0.01
    assert read.layer("flood").columns == {"class_": "KELAS_BHY"}
    assert read.weights_of("kerja-sosial").groups == {"benefit": 55, "safety": 45}
    assert sum(read.weights_of("kerja-sosial").criteria.values()) == 100


@settings(max_examples=60)
@given(st.text(min_size=1).filter(lambda name: name.split()))
def test_any_name_survives_being_written_and_read(name):
    plain = "".join(c for c in name if c == " " or c.isprintable())
    if plain.split():
        assert parse_settings(new_study_text(plain)).name == " ".join(plain.split())


def test_a_name_cannot_smuggle_a_setting_in():
    read = parse_settings(new_study_text('x"\nlanguage = "en"\n@weights@ \x7f\\'))
    assert read.language == "id"
    assert read.name.startswith('x" language = "en" @weights@')


def test_a_name_of_nothing_is_refused_before_anything_is_written():
    with pytest.raises(SettingsError, match="name"):
        new_study_text("  \n ")


def test_all_faults_are_told_at_once_each_with_its_line():
    told = _sentence(
        'name = "A"\nprogrames = []\n[area]\nutm_zone = "49X"\n\n[thresholds]\ngate_pass = 7\n'
    )
    assert "3 hal" in told
    assert "baris 2, programes tidak dikenal; mungkin maksudnya programmes" in told
    assert "baris 4, area.utm_zone berisi 49X" in told
    assert "baris 7, thresholds.gate_pass berisi 7; tulis angka dari 0 sampai 1" in told


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('name = ""', "name"),
        ('language = "jv"', "language"),
        ('programmes = ["kerja-bakti"]', "programmes"),
        ("programmes = []", "programmes"),
        ('area = "Jawa"', "area"),
        ("[area]\ncrs = 4326", "area.crs"),
        ("[area]\ncrs = 32749.0", "area.crs"),
        ("[area]\nbounds = [110, -7, 109, -8]", "area.bounds"),
        ("[area]\nbounds = [nan, 1, 2, 3]", "area.bounds"),
        ("[area]\nutm_zone = 49", "area.utm_zone"),
        ("[weights.kerja-sosial.criteria]\nlabor_need = 1", "labour_need"),
        ("[weights.kerja-sosial.criteria]\nharmful_neighbours = 1", "harmful_neighbours"),
        ("[weights.kerja-sosial.criteria]\nflood = -1", "weights.kerja-sosial.criteria.flood"),
        ("[weights.kerja-sosial.criteria]\nflood = true", "weights.kerja-sosial.criteria.flood"),
        ("[weights.kerja-sosial.groups]\nbenefit = 60\nsafety = 45", "105"),
        ("[weights.kerja-sosial.groups]\nbenefit = 60", "weights.kerja-sosial.groups"),
        ('[weights.kerja-sosial]\nset_by = "Bupati"', "set_on"),
        ('[weights.kerja-sosial]\nset_on = "24-11-2026"', "weights.kerja-sosial.set_on"),
        ("[weights.kerja_sosial]", "kerja-sosial"),
        ('[thresholds]\ngate_pass = "0,7"', "thresholds.gate_pass"),
        ("[thresholds]\ngate_pass = 0.2", "gate_fail"),
        ("[layers.longsor]", "layers.longsor"),
        ("[layers.flod]", "flood"),
        ('[layers.flood]\nfull_cover = "ya"', "layers.flood.full_cover"),
        ("[layers.flood]\nsettle_nodata = true", "layers.flood.settle_nodata"),
        ('[layers.flood]\nvalues = "kelas"', "layers.flood.values"),
        ('[layers.flood]\ndate = "2024-02-31"', "layers.flood.date"),
        ("[assets.columns]\nname = 3", "assets.columns.name"),
        ("[assets]\ncolumn = 3", "columns"),
        ('[assets.columns]\nnama = "Nama Barang"', "name"),
        ('[assets.columns]\nprice = "Harga"', "assets.columns.price"),
    ],
)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_one_bad_setting_is_one_sentence_that_names_it(text, key, lang):
    whole = text if text.startswith("name") else f'name = "A"\n{text}'
    if not text.startswith(("name", "[", "language", "programmes")):
        whole = f'{text}\nname = "A"'
    told = _sentence(whole, lang)
    assert key in told
    assert "(1 " in told


@pytest.mark.parametrize(
    "text", ['name = "A', "name", "a = 1\na = 2", '[area\nname = "A"', "x = 0,7"]
)
def test_text_that_is_no_toml_is_told_with_its_line(text):
    assert re.search(r"baris \d", _sentence(text))


def test_a_file_from_notepad_with_a_byte_order_mark_and_crlf_is_read(tmp_path):
    path = tmp_path / "study.toml"
    path.write_bytes(b"\xef\xbb\xbf" + new_study_text("Ñusa").replace("\n", "\r\n").encode())
    assert read_settings(path).name == "Ñusa"


def test_a_file_in_another_encoding_is_told_plainly(tmp_path):
    path = tmp_path / "study.toml"
    path.write_bytes('name = "Ñusa"'.encode("latin-1"))
    with pytest.raises(SettingsError, match="UTF-8"):
        read_settings(path)


def test_settings_that_are_given_come_through():
    read = parse_settings(
        'name = "A"\n[area]\ncrs = "EPSG:32749"\n[layers.landslide]\nsettle_nodata = true\n'
        'date = 2024-05-01\nnodata = 255\n[weights.pos-bapas]\nset_by = "Bupati"\n'
        'set_on = 2026-11-24\nbasis = "Rapat"\ngroups = { benefit = 70, safety = 30 }\n'
        '[assets.columns]\nname = " Nama Barang "\n'
    )
    assert read.area.crs == 32749
    stated = {"settle_nodata": True, "date": "2024-05-01", "nodata": 255.0}
    assert read.layer("landslide").stated() == stated
    assert read.layer("flood").stated() == {}
    assert read.weights_of("pos-bapas").set_on == "2026-11-24"
    assert read.weights_of("pos-bapas").groups == {"benefit": 70, "safety": 30}
    assert read.asset_columns == {"name": "Nama Barang"}


def test_the_least_study_is_its_name():
    assert parse_settings('name = "A"') == Settings(name="A")


def test_the_programmes_are_the_catalogues_and_the_kinds_are_the_readers():
    assert tuple(load_catalogue().programmes) == PROGRAMMES
    assert set(LAYER_KINDS) == set(KINDS)


def test_what_is_stated_about_a_layer_is_what_its_reader_takes():
    told = {f.name for f in fields(LayerSettings)} - {"source", "licence", "date", "settle_nodata"}
    assert told == {f.name for f in fields(LayerOptions)} - {"utm_zone", "bounds"}


def test_lines_are_found_through_dotted_and_quoted_keys():
    text = 'a.b = 1\n["c d".e]\n"f" = 2 # x = 3\n'
    tomllib.loads(text)
    assert lines_of(text) == {("a", "b"): 1, ("c d", "e"): 2, ("c d", "e", "f"): 3}


def test_a_study_changes_speeds_and_nonsense_is_refused_with_its_mode():
    text = 'name = "x"\n[travel.motorcycle.speeds_kmh]\ntertiary = 30\n'
    assert parse_settings(text).travel["motorcycle"]["speeds_kmh"]["tertiary"] == 30
    for wrong in (
        "[travel.boat]\n",
        "[travel.car.speeds_kmh]\nprimary = -5\n",
        "[travel.car]\nwings = 2\n",
    ):
        with pytest.raises(SettingsError):
            parse_settings(f'name = "x"\n{wrong}')

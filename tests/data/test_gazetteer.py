"""Names of desa are found as people write them, and never guessed between two."""

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from data.address import read_address
from data.gazetteer import Gazetteer, near, normalise, slips

PLACES = [
    ("Candiwulan", "Mandiraja"), ("Blimbing", "Mandiraja"), ("Mandiraja Wetan", "Mandiraja"),
    ("Masaran", "Bawang"), ("Bawang", "Bawang"), ("Depok", "Bawang"), ("Pakelen", "Madukara"),
    ("Pringamba", "Sigaluh"), ("Pringamba", "Pandanarum"), ("Gumingsir", "Pagentan"),
    ("Gumingsir", "Wanadadi"), ("Wanayasa", "Wanayasa"), ("Karangsalam", "Susukan"),
    ("Karangsari", "Punggelan"), ("Karangsarj", "Punggelan"), ("Krandegan", "Banjarnegara"),
    ("Ambal", "Karangkobar"), ("Kalimandi", "Purwareja Klampok"), ("Beji", "Pandanarum"),
]  # fmt: skip


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer(areas())


def areas():
    frame = {
        "name": [name for name, _ in PLACES],
        "kecamatan": [kecamatan for _, kecamatan in PLACES],
        "level": "desa",
    }
    shapes = [box(109 + k / 100, -7.5, 109.01 + k / 100, -7.4) for k in range(len(PLACES))]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=4326)


def named(index):
    return None if index is None else PLACES[index]


@pytest.mark.parametrize(
    "written",
    [
        "Candiwulan",
        "CANDIWULAN",
        "Desa Candiwulan",
        "ds. candiwulan",
        " Kel.  Candiwulan ",
        "Cándiwulan",
    ],
)
def test_one_name_in_its_spellings(gazetteer, written):
    assert named(gazetteer.find(written, "Kec. Mandiraja")) == (
        "Candiwulan",
        "Mandiraja",
    )


def test_a_dropped_letter_is_forgiven_only_inside_the_kecamatan(gazetteer):
    assert named(gazetteer.find("Masaan", "Bawang")) == ("Masaran", "Bawang")
    assert gazetteer.find("Masaan", None) is None
    assert gazetteer.find("Masaan", "Mandiraja") is None


def test_two_near_names_are_no_answer(gazetteer):
    assert gazetteer.find("Karangsark", "Punggelan") is None


def test_short_names_are_never_near(gazetteer):
    assert gazetteer.find("Bei", "Pandanarum") is None


def test_a_name_in_two_kecamatan_needs_its_kecamatan(gazetteer):
    assert gazetteer.find("Pringamba", None) is None
    assert named(gazetteer.find("Pringamba", "Pandanarum")) == (
        "Pringamba",
        "Pandanarum",
    )


def test_the_only_bearer_of_a_name_is_found_although_the_kecamatan_is_wrong(gazetteer):
    assert named(gazetteer.find("Pakelen", "Sigaluh")) == ("Pakelen", "Madukara")


def test_a_near_spelling_gives_way_to_a_desa_elsewhere_that_bears_the_name():
    places = gpd.GeoDataFrame(
        {"name": ["Kalilunjar", "Kalilunjer"], "kecamatan": ["Satu", "Dua"], "level": "desa"},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)],
        crs=4326,
    )
    assert Gazetteer(places).find("Kalilunjer", "Satu") is None


def test_kecamatan_are_found_with_one_slip(gazetteer):
    assert gazetteer.find_kecamatan("KEC. PURWOREJA KLAMPOK") == "Purwareja Klampok"
    assert gazetteer.find_kecamatan("Cilacap") is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("Jl. Raya Candiwulan RT 07/02 Mandiraja", ("Candiwulan", "Mandiraja")),
        ("Kel. Pakelen Kec. Madukara Kab. Banjarnegara", ("Pakelen", "Madukara")),
        ("BLIMBING - MANDIRAJA", ("Blimbing", "Mandiraja")),
        ("Ds. Masaan, Kec Bawang", ("Masaran", "Bawang")),
        ("Desa Pringamba Kec. Sigaluh", ("Pringamba", "Sigaluh")),
        ("WANAYASA - WANAYASA", ("Wanayasa", "Wanayasa")),
        ("Jl. Raya Kalimandi RT 03/04 Purwareja Klampok", ("Kalimandi", "Purwareja Klampok")),
        ("Kel. Krandegan Kec. Banjarnegara Kab. Banjarnegara", ("Krandegan", "Banjarnegara")),
        (
            "Jl. Raya Banjarnegara KM 3, Desa Blimbing, Kecamatan Mandiraja",
            ("Blimbing", "Mandiraja"),
        ),
        (
            "Dusun Krajan RT 01 RW 02 Desa Depok Kecamatan Bawang 53471 Jawa Tengah",
            ("Depok", "Bawang"),
        ),
        ("Masaran", ("Masaran", "Bawang")),
        ("Gumingsir", None),  # two desa
        ("Wanayasa", None),  # a desa or the whole kecamatan
        ("Masaan", None),  # misspelt and alone
        ("Jl. Pemuda No. 5", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_as_registers_write_them(gazetteer, address, expected):
    assert named(gazetteer.find_in_text(address)) == expected


def test_a_kecamatan_of_its_own_column_settles_an_address(gazetteer):
    assert named(gazetteer.find_in_text("Gumingsir", "Wanadadi")) == (
        "Gumingsir",
        "Wanadadi",
    )


def test_labels_and_numbers_are_taken_out_of_an_address():
    said = read_address("Jl. Raya Ambal No. 12 RT 02/RW 04, Desa Ambal, Kec. Karangkobar")
    assert (said.desa, said.kecamatan) == ("ambal", "karangkobar")
    assert said.phrases == ("ambal",)


@given(st.text(alphabet="abcdefghij", min_size=1, max_size=9), st.integers(0, 8))
def test_one_lost_letter_is_one_slip(word, at):
    at %= len(word)
    assert slips(word, word[:at] + word[at + 1 :], most=2) == 1


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


def test_near_offers_only_the_closest():
    assert near("karangslam", ["karangsalam", "karangsari", "karanganyar"]) == ["karangsalam"]


def test_every_position_is_a_position_in_the_frame_of_both_levels():
    both = gpd.GeoDataFrame(
        {
            "name": ["Bawang", "Bawang"],
            "kecamatan": ["Bawang", "Bawang"],
            "level": ["kecamatan", "desa"],
        },
        geometry=[box(0, 0, 2, 2), box(0, 0, 1, 1)],
        crs=4326,
    )
    assert Gazetteer(both).find("Bawang", "Bawang") == 1

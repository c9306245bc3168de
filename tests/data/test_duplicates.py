"""One place listed twice is counted once; two places that only look alike are both kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from data.assets.duplicates import NEAR_M, distance_m, find_doubles, normalise_name
from data.assets.ids import make_ids, place_id

GEOD = Geod(ellps="WGS84")
LON, LAT = 109.7, -7.4


def at(*metres_north):
    """Points so many metres north of one place; None for no point."""
    lon = np.array([np.nan if m is None else LON for m in metres_north])
    lat = np.array([np.nan if m is None else GEOD.fwd(LON, LAT, 0, m)[1] for m in metres_north])
    return lon, lat


def doubles(codes, names, metres, places=None):
    return find_doubles(codes, names, places or [""] * len(codes), *at(*metres))


@pytest.mark.parametrize(
    ("codes", "names", "metres", "same"),
    [
        (["A", "A"], ["x", "x"], [0, 5000], True),  # same code, same name
        (["A", "A"], ["x", "x"], [None, None], True),
        (["A", "A"], ["x", "y"], [0, 95], True),  # same code, near
        (["A", "A"], ["x", "y"], [0, 105], False),
        (["A", "B"], ["x", "x"], [0, 95], True),  # same name, near
        (["", ""], ["x", "x"], [0, 95], True),
        (["A", "B"], ["x", "x"], [0, 105], False),
        (["A", "B"], ["x", "x"], [0, None], False),
        (["", ""], ["x", "x"], [None, None], False),
        (["", ""], ["x", "y"], [0, 0], False),  # no code is no shared code
    ],
)
def test_the_rule_of_the_design(codes, names, metres, same):
    assert doubles(codes, names, metres).same == ([(1, 0)] if same else [])


def test_what_only_looks_the_same_is_told():
    found = doubles(["A", "A", "B"], ["x", "y", "y"], [0, 500, 5000], ["1", "1", "1"])
    assert found.same == []
    assert found.code_shared == [(1, 0)]
    assert found.name_shared == [(2, 1)]


def test_a_later_row_repeats_the_first_kept_one_not_another_repeat():
    assert doubles(["A"] * 3, ["x"] * 3, [0, 60, 120]).same == [(1, 0), (2, 0)]
    assert doubles([""] * 3, ["x"] * 3, [0, 60, 120]).same == [(1, 0)]


@given(st.floats(-8, -6), st.floats(95, 141), st.floats(-300, 300), st.floats(-300, 300))
def test_distances_agree_with_the_ellipsoid(lat, lon, east, north):
    there = GEOD.fwd(*GEOD.fwd(lon, lat, 90, east)[:2], 0, north)
    truth = GEOD.inv(lon, lat, there[0], there[1])[2]
    assert distance_m(lon, lat, there[0], there[1]) == pytest.approx(truth, rel=0.01, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("xy"), st.integers(0, 40), st.integers(0, 40)), max_size=25)
)
def test_cells_find_what_comparing_all_pairs_finds(rows):
    names = [name for name, _, _ in rows]
    lon = np.array([LON + x * 3e-4 for _, x, _ in rows])
    lat = np.array([-0.5 + y * 3e-4 for _, _, y in rows])  # across a half degree, and near it
    kept, expected = [], []
    for k, name in enumerate(names):
        near = [
            j
            for j in kept
            if names[j] == name and distance_m(lon[k], lat[k], lon[j], lat[j]) < NEAR_M
        ]
        if near:
            expected.append((k, min(near)))
        else:
            kept.append(k)
    assert find_doubles([""] * len(rows), names, [""] * len(rows), lon, lat).same == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SD Negeri 4 Candiwulan", "SDN 4 Candiwulan"),
        ("SD N 4 Candiwulan", "sd negeri candiwulan 4"),
        ("Kantor Kec. Pagentan", "KANTOR KECAMATAN PAGENTAN"),
        ("Puskesmas Pembantu Ambal", "Pustu Ambal"),
        ("Masjid “An-Nur”", "Mesjid An Nur"),
    ],
)
def test_usual_spellings_of_a_name_agree(one, other):
    assert normalise_name(one) == normalise_name(other)


def test_numbers_tell_schools_apart():
    assert normalise_name("SD Negeri 4 Ambal") != normalise_name("SD Negeri 1 Ambal")
    assert normalise_name("Puskesmas Ambal") != normalise_name("Puskesmas Pembantu Ambal")


@given(
    st.lists(st.tuples(st.sampled_from(["", "A", "B"]), st.sampled_from(["x", "y"])), max_size=12)
)
def test_ids_are_never_shared(rows):
    codes, names = [c for c, _ in rows], [n for _, n in rows]
    ids = make_ids(codes, names, ["d"] * len(rows), ["k"] * len(rows), list(range(len(rows))))
    assert len(set(ids)) == len(ids)
    assert all(len(key) == 10 and key.startswith("p-") for key in ids)


def test_places_that_share_a_code_all_carry_their_names_in_their_ids():
    ids = make_ids(["A", "A", "B"], ["x", "y", "z"], ["d"] * 3, ["k"] * 3, [1, 2, 3])
    assert ids == [place_id("A", "d, k", "x"), place_id("A", "d, k", "y"), place_id("B", "d, k")]
    twice = make_ids(["A", "A"], ["x", "x"], ["d"] * 2, ["k"] * 2, ["2", "1"])
    assert twice[1] == place_id("A", "d, k", "x")
    assert twice[0] == place_id(twice[1], "2")

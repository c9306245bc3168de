"""Short ways through a register: each text judged once, doubtful rows only, and the same answers."""

import base64
import hashlib
import re
import unicodedata
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.assets.columns import is_numbering
from data.assets.duplicates import find_doubles, normalise_name, repeated
from data.assets.ids import known_ids, make_ids, place_id
from data.assets.rows import _labels_again
from data.assets.values import is_nothing, number, over_unique, silent_texts
from data.files.tables import _cleaned, clean
from data.gazetteer import normalise

text = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["-", " - ", "n/a", "NULL", " ", "#REF!", " #N/A ", "Nihil", "a\u00a0b", "\u200b"]
    ),
)
cell = st.one_of(text, st.none(), st.booleans(), st.integers(-3, 3), st.floats(), st.dates())


@given(st.lists(cell))
def test_a_row_cleaned_at_once_is_its_cells_cleaned_one_by_one(row):
    assert repr(_cleaned(row)) == repr([clean(c) for c in row])


@given(st.lists(text))
def test_a_row_of_texts_cleaned_at_once_is_its_cells_cleaned_one_by_one(row):
    assert _cleaned(row) == [clean(c) for c in row]


@given(st.lists(text))
def test_the_texts_that_say_nothing_are_those_that_say_nothing_one_by_one(texts):
    assert silent_texts(texts) == {t for t in texts if is_nothing(t)}


@given(st.lists(text), st.sets(st.text("ab c", max_size=4)))
def test_a_column_name_is_known_again_however_it_is_spaced(texts, labels):
    assert _labels_again(texts, labels) == {t for t in texts if " ".join(t.split()) in labels}


@given(st.lists(cell))
def test_a_cell_read_once_for_all_is_read_as_itself(cells):
    def told(c):
        return (type(c), repr(c), number(c))

    assert repr(over_unique(cells, told)) == repr([told(c) for c in cells])


_COUNT = re.compile(r"\(?\s*(\d{1,3})\s*\)?\.?")
counted = st.one_of(
    st.integers(0, 6),
    st.integers(0, 6).map(lambda n: f"({n})"),
    st.sampled_from([1.0, "2.", None, "x"]),
)


@given(st.lists(counted, max_size=7))
def test_a_numbering_row_is_told_as_before_though_the_first_other_cell_ends_the_search(row):
    cells = [c for c in row if c is not None]
    found = [_COUNT.fullmatch(str(c).removesuffix(".0")) for c in cells]
    expected = len(cells) >= 3 and all(found)
    if expected:
        numbers = [int(m.group(1)) for m in found]
        expected = numbers[0] <= 2 and {b - a for a, b in pairwise(numbers)} <= {0, 1}
    assert is_numbering(tuple(row)) == expected


places = st.lists(
    st.tuples(
        st.sampled_from(["", "A", "B", "C"]),
        st.sampled_from(["", "sd", "smp", "pasar", "balai"]),
        st.sampled_from(["", "x, y"]),
        st.sampled_from([float("nan"), 109.5, 109.5004, 109.5011, 109.6]),
        st.sampled_from([-7.4, -7.4006, 65.0]),
    ),
    max_size=12,
)


@settings(max_examples=300)
@given(places)
def test_doubles_are_found_among_repeated_codes_and_names_as_among_all(rows):
    codes, names, where = ([row[k] for row in rows] for k in range(3))
    lon, lat = (np.array([row[k] for row in rows], dtype=float) for k in (3, 4))
    whole = find_doubles(codes, names, where, lon, lat)
    some = repeated(codes, names)
    part = find_doubles(
        *([column[k] for k in some] for column in (codes, names, where)), lon[some], lat[some]
    )
    for name in ("same", "code_shared", "name_shared"):
        assert [(some[a], some[b]) for a, b in getattr(part, name)] == getattr(whole, name)


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_an_id_is_the_first_eight_base32_letters_of_the_fingerprint(parts):
    digest = hashlib.sha256("|".join(("register", *parts)).encode()).digest()
    expected = "p-" + base64.b32encode(digest).decode()[:8].lower()
    assert place_id(*parts) == expected


@given(st.lists(st.tuples(*[st.sampled_from(["", "A", "b"])] * 3), max_size=8))
def test_ids_are_never_two_alike_and_do_not_hang_on_the_order_of_the_rows(rows):
    codes, names, desa = ([row[k] for row in rows] for k in range(3))
    ties = [str(k) for k in range(len(rows))]
    ids = make_ids(codes, names, desa, desa, ties)
    assert len(set(ids)) == len(rows)
    back = make_ids(codes[::-1], names[::-1], desa[::-1], desa[::-1], ties[::-1])
    assert sorted(back) == sorted(ids)


@given(st.text())
def test_plain_letters_take_a_short_way_to_the_same_name(name):
    def long_way(text):
        return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()

    assert normalise(name) == normalise(long_way(name))
    assert normalise_name(name) == normalise_name(long_way(name))


def test_a_study_without_places_knows_none():
    import geopandas as gpd

    empty = gpd.GeoDataFrame({"id": []}, geometry=[], crs=4326)
    assert known_ids(empty, empty) == {}

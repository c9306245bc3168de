"""Fingerprints: the same content gives the same bytes, and any difference shows."""

import hashlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.hashes import (
    canonical_json,
    layer_hash,
    record_hash,
    result_json,
    run_id,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_reading_canonical_json_and_writing_it_again_gives_the_same_bytes(value):
    once = canonical_json(value)
    assert canonical_json(json.loads(once)) == once


@given(st.dictionaries(st.text(), st.integers()))
def test_the_order_of_keys_does_not_matter(value):
    turned = dict(reversed(value.items()))
    assert canonical_json(turned) == canonical_json(value)
    assert result_json(turned) == result_json(value)


def test_canonical_json_is_the_text_one_expects():
    given = {"b": (1, 2.5), "a": {"é": None, "x": True}, "n": np.int64(3), "t": np.bool_(False)}
    assert canonical_json(given).decode() == '{"a":{"x":true,"é":null},"b":[1,2.5],"n":3,"t":false}'


def test_a_result_writes_floats_with_nine_digits_and_leaves_the_rest():
    given = {
        "score": np.float64(2 / 3),
        "rank": 1,
        "low": -0.0,
        "tiny": -1e-12,
        "sites": [0.1, None],
    }
    expected = '{"low":0.000000000,"rank":1,"score":0.666666667,"sites":[0.100000000,null],"tiny":0.000000000}'
    assert result_json(given).decode() == expected
    assert json.loads(expected)["score"] == pytest.approx(2 / 3, abs=1e-9)


def test_a_difference_below_nine_digits_is_no_difference_in_a_result():
    assert result_json({"score": 0.1 + 0.2}) == result_json({"score": 0.3})
    assert canonical_json({"score": 0.1 + 0.2}) != canonical_json({"score": 0.3})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.nan])
def test_nan_has_no_fingerprint(value):
    with pytest.raises(ValueError, match="None for unknown"):
        canonical_json({"x": value})


@pytest.mark.parametrize("value", [{1: 2}, {"x": object()}, {"x": b"raw"}])
def test_what_json_does_not_know_is_refused(value):
    with pytest.raises(TypeError):
        canonical_json(value)


def test_a_layers_fingerprint_is_the_sha256_of_its_four_parts():
    text = '{"file":"ab","kind":"flood","reader":"1","settings":{"full_cover":true}}'
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert layer_hash("flood", "ab", 1, {"full_cover": True}) == expected
    assert layer_hash("flood", "ab", 2, {"full_cover": True}) != expected
    assert layer_hash("flood", "ab", 1, {}) != expected


def test_runs_form_a_chain():
    parts = {"result_sha256": "ab", "inputs": {}, "scenario": {}, "software": {}, "time": "t"}
    first = record_hash(**parts, previous="")
    second = record_hash(**parts, previous=first)
    assert first != second
    assert run_id(second) == second[:12]

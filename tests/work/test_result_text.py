"""The fast writer of a result and the plain one write the same bytes."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.hashes import result_json
from work.result_text import result_text
from work.steady import uncollected

FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=64) | st.sampled_from(
    [-0.0, -1e-12, -4.9e-10, -5e-10, -5.1e-10, 5e-10, -1e-9]
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.text(max_size=5),
            "score": FLOATS,
            "rank": st.integers(),
            "lon": st.none() | FLOATS,
            "100 %s": st.booleans(),
            "codes": st.lists(st.text(max_size=3), max_size=2),
            "parts": st.fixed_dictionaries({"a%d": FLOATS, "b": FLOATS}),
        }
    ),
    max_size=6,
)


@given(rows=ROWS, others=st.lists(st.dictionaries(st.text(max_size=2), FLOATS), max_size=3))
def test_both_writers_give_the_same_bytes(rows, others):
    told = {"sites": rows, "excluded": others, "programme": "kerja-sosial", "none": None}
    assert result_text(told) == result_json(told)


def test_numbers_of_numpy_and_mixed_columns_are_written_alike():
    told = {
        "sites": [{"a": np.float64(0.5), "b": 1}, {"a": 0.25, "b": 1.0}, {"a": None, "b": True}]
    }
    assert result_text(told) == result_json(told)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_is_refused(bad):
    with pytest.raises(ValueError, match="NaN and infinity"):
        result_text({"sites": [{"score": 1.0}, {"score": bad}]})


def test_the_search_for_circles_is_as_it_was_afterwards():
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(RuntimeError), uncollected():
        raise RuntimeError
    assert gc.isenabled()

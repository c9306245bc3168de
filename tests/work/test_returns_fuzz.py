"""Broken exports: whatever a file holds, it is rows or one plain sentence, never a crash."""

import json
from functools import cache

import exports as made
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from returned import good

from data.returns import read_returns
from data.workspace import open_study
from geo.errors import TapakError
from surveys.questions import spec
from surveys.responses import read_response
from work.collecting import collect

WRITERS = {
    "central": made.central_csv,
    "odata": made.odata,
    "api": made.kobo_api,
    "book": made.kobo_book,
    "zip": made.central_zip,
}


@cache
def written(name):
    return WRITERS[name]([made.visit(n, f"p-{n}", (109.7, -7.4), good()) for n in (1, 2, 3)])


def read_or_told(path):
    try:
        rows = read_returns(path).rows
    except TapakError as fault:
        told = str(fault)
    else:
        told = "."
        for row in rows:
            asked = spec("kerja-sosial")
            read_response(row.values, spec=asked, channel=row.channel, raw_sha256="0")
    assert len(told.splitlines()) == 1


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_cut_and_no_broken_byte_is_a_crash(tmp_path, data):
    raw = bytearray(written(data.draw(st.sampled_from(list(WRITERS)))))
    for _ in range(data.draw(st.integers(0, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "ekspor.bin"
    path.write_bytes(raw[: data.draw(st.integers(1, len(raw)))])
    read_or_told(path)


ODD = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=6) | st.just("p01"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["q01", "type", "coordinates", "properties", "lon", "lat", "q07", "site",
                         "submissions", "tapak", "answers", "photos", "photo_facts", "value",
                         "features", "__id", "__system", "edits", "a"]) | st.text(max_size=3),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=ODD)
def test_json_of_any_shape_is_rows_or_one_sentence(tmp_path, told):
    path = tmp_path / "ekspor.bin"
    path.write_text(json.dumps(told))
    read_or_told(path)


def test_half_a_character_and_a_nul_are_stored_as_something_that_can_be_written(study, tmp_path):
    rows = [{"__id": "uuid:1", "site": "p-\ud800", "surveyor": "a\0b", "q05_syarat": "\udfff ok"}]
    path = tmp_path / "ekspor.json"
    path.write_text(json.dumps({"value": rows}))
    collect(study, str(path))
    with open_study(study) as opened:
        (row,) = opened.store.responses()
    assert (row.candidate, row.surveyor, row.answers["q05_syarat"]) == ("p-?", "a b", "? ok")

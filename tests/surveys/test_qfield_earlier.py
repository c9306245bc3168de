"""A visit asked again travels in the pack, and is the base of what comes back."""

from __future__ import annotations

import pytest
import qfield_made as made
from visits_made import GOOD, HEADER

from data.returns import read_returns
from data.returns.gpkg import BASE
from surveys.qfield import GEOPACKAGE, qfield_files
from surveys.responses import read_response


@pytest.fixture
def sent(tmp_path):
    """A pack with one earlier visit, kept as it went out: (the visit, its bytes, the packs)."""
    answers = GOOD | {"q03_depan": "depan.jpg", "q25_m2": None}
    raw = HEADER | {k: v for k, v in answers.items() if v is not None}
    response, _ = read_response(raw, spec=made.KERJA, channel="web", raw_sha256="00")
    visit = {
        "submission": "lama", "site": response.candidate, "surveyor": response.surveyor, "team": "A",
        "programme": "kerja-sosial", "form_version": response.form_version, "revision": 3,
        "started_at": response.started_at, "ended_at": response.ended_at, "answers": response.answers,
    }  # fmt: skip
    data = qfield_files(made.pack(earlier=(visit,)), lang="id")[GEOPACKAGE]
    kept = tmp_path / "packs" / "k-uji"
    kept.mkdir(parents=True)
    (kept / BASE).write_bytes(data)
    return response, data, tmp_path / "packs"


def test_it_is_read_back_as_it_was(sent, tmp_path):
    response, data, _ = sent
    (row,) = read_returns(made.write(tmp_path / "a.gpkg", data)).rows
    again, notes = read_response(row.values, spec=made.KERJA, channel="qfield", raw_sha256="00")
    assert notes == ()
    assert again.answers == response.answers
    assert (again.position, again.accuracy_m) == (response.position, response.accuracy_m)
    assert again.started_at == "2026-11-24T02:00:00+00:00"
    assert row.edits == 3


def test_left_alone_it_is_not_new_and_corrected_it_counts_one_edit_more(sent, tmp_path):
    _, data, packs = sent
    reading = read_returns(made.write(tmp_path / "a.gpkg", data), packs=packs)
    assert reading.rows == ()
    assert [note.code for note in reading.remarks] == ["returns.nothing_new"]
    run = ["UPDATE kunjungan_survei SET q06 = 20, revision = 4"]
    (row,) = read_returns(made.write(tmp_path / "b.gpkg", data, run=run), packs=packs).rows
    assert (row.values["q06"], row.edits) == (20, 4)

"""No count of 1 to 4 is stored, none can be worked out from a total, and totals are kept."""

import csv
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.layers import read_layer
from data.layers.demand import ABOVE
from data.personal_counts import MINIMUM, hidden
from geo.errors import InputError
from work.add import add_files
from work.studies import new_study

COUNTS = st.lists(st.integers(0, 30), min_size=1, max_size=25)


@given(COUNTS)
@settings(max_examples=400)
def test_totals_are_kept_and_no_small_count_stands(counts):
    told = hidden(np.array(counts, dtype=float))
    shown = told.values[np.isfinite(told.values)]
    assert not ((shown >= 1) & (shown < MINIMUM)).any()
    assert not np.isfinite(told.values[told.small | told.other]).any()
    if np.isfinite(told.above):
        assert told.above >= MINIMUM
        assert shown.sum() + told.above == sum(counts)
    elif told.small.any():  # even all of them together would point at persons
        assert np.isin(shown, 0).all()
    else:
        assert list(told.values) == counts


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6))
@settings(max_examples=150)
def test_no_small_count_can_be_worked_out_by_trying_everything(counts):
    """Whoever knows what is published, the total, and even which ones are small, is left unsure."""
    told = hidden(np.array(counts, dtype=float))
    if not np.isfinite(told.above):
        return
    small, other = int(told.small.sum()), int(told.other.sum())
    seen = [set() for _ in range(small)]
    for guess in product(range(1, MINIMUM), repeat=small):
        rest = told.above - sum(guess)
        if (other and rest >= MINIMUM * other) or (not other and rest == 0):
            for k, value in enumerate(guess):
                seen[k].add(value)
    assert all(len(values) > 1 for values in seen)


@pytest.mark.parametrize(
    ("counts", "kept", "above"),
    [
        ([12, 30, 7], [12, 30, 7], None),
        ([3, 12, 7, 0], [None, 12, None, 0], 10),
        ([1, 5, 9, 20], [None, None, None, 20], 15),  # 1 + 5 = 6 could be nothing else
        ([4, 4, 20], [None, None, None], 28),  # 8 of two can only be 4 and 4
        ([1, 1, 30], [None, None, None], 32),
        ([2, 4, 30], [None, None, 30], 6),
        ([2, 1], [None, None], None),
        ([3], [None], None),
    ],
)
def test_as_many_are_hidden_as_it_takes(counts, kept, above):
    told = hidden(np.array(counts, dtype=float))
    assert [None if np.isnan(v) else v for v in told.values] == kept
    assert (None if np.isnan(told.above) else told.above) == above


def stored(tmp_path, *lines):
    folder = tmp_path / "studi"
    new_study(folder, name="uji")
    given_file = tmp_path / "putusan.csv"
    given_file.write_text("\n".join(lines), encoding="utf-8")
    report = add_files(folder, [given_file], kind="demand")
    (kept,) = (folder / "inputs").iterdir()
    with kept.open(encoding="utf-8", newline="") as raw:
        return report, list(csv.DictReader(raw)), kept


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=2, max_size=8))
@settings(max_examples=25)
def test_no_file_in_inputs_holds_a_small_count_and_totals_are_kept(tmp_path_factory, pairs):
    lines = [f"Kec {k},{a},{b},80" for k, (a, b) in enumerate(pairs)]
    room = tmp_path_factory.mktemp("d")
    _, rows, kept = stored(room, "kecamatan,putusan,klien,jam", *lines)
    for column, at in (("putusan", 0), ("klien", 1)):
        numbers = [int(row[column]) for row in rows if row[column]]
        assert [n for n in numbers if 1 <= n < MINIMUM] == []
        whole = sum(pair[at] for pair in pairs)
        assert sum(numbers) == whole or (sum(numbers) == 0 and any(not r[column] for r in rows))
    again = read_layer("demand", kept)
    assert [n.code for n in again.report.warned] == []  # what is kept is read as it is
    assert ABOVE not in list(again.data["kecamatan"])


def test_hours_of_few_people_go_with_their_count(tmp_path):
    _, rows, _ = stored(
        tmp_path, "kecamatan,putusan,jam", "Susukan,3,61", "Bawang,12,80", "Batur,7,99"
    )
    assert {r["kecamatan"]: r["rata_rata_jam"] for r in rows} == {
        "Susukan": "", "Bawang": "80", "Batur": "", ABOVE: "",
    }  # fmt: skip
    assert rows[-1]["putusan"] == "10"


def test_counts_per_desa_are_summed_and_stored_nowhere(tmp_path):
    report, rows, kept = stored(
        tmp_path, "desa,kecamatan,putusan,jam", "Berta,Susukan,2,40", "Derik,Susukan,4,100",
        "Blambangan,Bawang,11,80", "Masaran,Bawang,9,80",
    )  # fmt: skip
    told = {r["kecamatan"]: (r["putusan"], r["rata_rata_jam"]) for r in rows}
    assert told == {"Susukan": ("6", "80"), "Bawang": ("20", "80")}
    assert "Berta" not in kept.read_text(encoding="utf-8")
    assert any("4 baris desa" in note["reason"] for note in report["warned"])


def test_codes_of_desa_lead_to_their_kecamatan(tmp_path):
    _, rows, _ = stored(tmp_path, "kode,putusan", "33.04.01.2001,4", "33.04.01.2002,3", "33.04.02.2001,9")  # fmt: skip
    assert [(r["kode"], r["putusan"]) for r in rows] == [("33.04.01", "7"), ("33.04.02", "9")]


def test_a_desa_without_a_kecamatan_is_refused(tmp_path):
    with pytest.raises(InputError) as fault:
        stored(tmp_path, "desa,kecamatan,putusan", "Berta,,9", "Derik,Susukan,9")
    assert fault.value.code == "demand.per_desa"


def test_only_counts_are_kept_of_a_file(tmp_path):
    """Whatever else an office's list has stays with the office."""
    _, _, kept = stored(tmp_path, "kecamatan,putusan,catatan", "Susukan,30,Budi di Berta")
    assert kept.read_text(encoding="utf-8").splitlines() == [
        "kecamatan,kode,putusan,klien,rata_rata_jam", "Susukan,,30,,",
    ]  # fmt: skip

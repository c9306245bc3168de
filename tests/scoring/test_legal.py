"""Limits of the law are dated, sourced, and read from configuration only."""

import ast
import datetime as dt
from pathlib import Path

import pytest

from geo.errors import InputError
from scoring import legal

DAY = dt.date(2026, 11, 24)


def test_adult_service_is_8_to_240_hours_8_a_day_within_6_months():
    found = legal.limits("kerja-sosial", on=DAY)
    assert (found.least_hours, found.most_hours) == (8, 240)
    assert (found.most_hours_day, found.within_months) == (8, 6)
    assert "85" in found.source
    assert found.since == dt.date(2026, 1, 2)


def test_juvenile_service_is_7_to_120_hours_and_verdicts_name_sundays_and_holidays_of_5():
    found = legal.limits("pelayanan-masyarakat", on=DAY)
    assert (found.least_hours, found.most_hours) == (7, 120)
    assert found.most_hours_day is None  # the 3 hours of PP 58/2022 belong to work training
    practice = legal.pattern("pelayanan-masyarakat", on=DAY)
    assert (practice.days, practice.most_hours_day) == (("sunday", "school_holiday"), 5)
    assert legal.pattern("kerja-sosial", on=DAY) is None


def test_the_hours_of_a_day_are_the_law_s_or_what_verdicts_ordered():
    assert legal.most_hours_day("kerja-sosial", on=DAY) == 8
    assert legal.most_hours_day("pelayanan-masyarakat", on=DAY) == 5


def test_before_the_law_was_in_force_there_are_no_limits():
    with pytest.raises(InputError, match="2025-12-31"):
        legal.limits("kerja-sosial", on=dt.date(2025, 12, 31))
    with pytest.raises(InputError):
        legal.most_hours_day("pos-bapas", on=DAY)


def test_a_later_block_replaces_an_earlier_one_from_its_day_on(monkeypatch, tmp_path):
    text = (Path(legal.__file__).with_name("legal.toml")).read_text(encoding="utf-8")
    later = (
        '[[limits]]\nprogramme = "kerja-sosial"\nfrom = "2027-01-01"\nleast_hours = 8\n'
        'most_hours = 200\nmost_hours_day = 6\nwithin_months = 6\nsource = "contoh"\n\n'
    )
    file = tmp_path / "legal.toml"
    file.write_text(later + text, encoding="utf-8")
    monkeypatch.setattr(legal, "_FILE", file)
    legal._read.cache_clear()
    try:
        assert legal.most_hours_day("kerja-sosial", on=dt.date(2026, 12, 31)) == 8
        assert legal.most_hours_day("kerja-sosial", on=dt.date(2027, 1, 1)) == 6
        file.write_text(later.replace("200", "2") + text, encoding="utf-8")
        legal._read.cache_clear()
        with pytest.raises(InputError):
            legal.limits("kerja-sosial", on=dt.date(2027, 1, 1))
    finally:
        legal._read.cache_clear()


def test_regulations_to_come_stand_empty_until_they_are_read_in():
    names = [one.name for one in legal.awaited("kerja-sosial")]
    assert "Peraturan pelaksana UU 1/2023 pasal 85" in names
    assert {one.since for one in legal.awaited("kerja-sosial")} == {None}
    assert all(one.seen <= DAY for one in legal.awaited("kerja-sosial"))


def test_no_limit_of_the_law_stands_in_code():
    tree = ast.parse(Path(legal.__file__).read_text(encoding="utf-8"))
    numbers = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)} & {8, 240, 7, 120, 5}
    assert numbers == set()

"""``[report]`` of study.toml: offices and days that documents name."""

import pytest

from data.settings import parse_settings
from data.settings_check import SettingsError


def test_offices_and_days_are_taken_and_empty_ones_are_not_there():
    text = 'name = "A"\n[report]\nregency = "Kabupaten A"\ncourt = ""\ndecision_date = 2026-12-15\n'
    told = parse_settings(text).report
    assert told == {"regency": "Kabupaten A", "decision_date": "2026-12-15"}
    assert parse_settings('name = "A"\n').report == {}


@pytest.mark.parametrize(
    ("line", "told"),
    [('bupati = "Budi"', "bupati"), ('decision_date = "besok"', "besok"), ("court = 3", "3")],
)
def test_a_fault_is_told_with_its_line(line, told):
    with pytest.raises(SettingsError) as fault:
        parse_settings(f'name = "A"\n[report]\n{line}\n')
    assert told in fault.value.say()
    assert fault.value.faults[0].line == 3

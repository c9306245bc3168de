"""``[accounts]`` of study.toml: an address and what it is to the study, or one sentence why not."""

import pytest

from data.settings import parse_settings
from data.settings_accounts import Account, Accounts
from data.settings_check import SettingsError
from data.study_text import new_study_text

STUDY = 'name = "Uji"\n'


def test_a_new_study_has_no_accounts_and_says_how_to_write_them():
    text = new_study_text("Uji")
    assert parse_settings(text).accounts == Accounts()
    example = [line[2:] for line in text.splitlines() if line.startswith('# "disdik@')]
    told = parse_settings(f"{text}\n[accounts.people]\n" + "\n".join(example)).accounts
    assert told.people == {"disdik@contoh.go.id": Account(role="agency", agency="Dinas Pendidikan")}


def test_an_address_counts_in_small_letters():
    told = parse_settings(
        STUDY
        + '[accounts]\nask = "Ibu TU"\n[accounts.people]\n" Sri@Bapas.Go.id" = {role="planner"}'
    )
    assert told.accounts.ask == "Ibu TU"
    assert told.accounts.people == {"sri@bapas.go.id": Account(role="planner")}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"sri" = {role = "planner"}', "bukan alamat surel"),
        ('"a@b" = {role = "raja"}', "raja"),
        ('"a@b" = {role = "visitor"}', "visitor"),
        ('"a@b" = {}', "planner, surveyor"),
        ('"a@b" = {role = "agency"}', "nama OPD"),
        ('"a@b" = {role = "planner", agency = "Dinas"}', "nama OPD"),
        ('"a@b" = {rol = "planner"}', "rol"),
        ('"a@b" = "planner"', "accounts.people.a@b"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_its_line(line, said):
    with pytest.raises(SettingsError) as fault:
        parse_settings(STUDY + "[accounts.people]\n" + line)
    assert said in fault.value.say(lang="id")
    assert "baris 3" in fault.value.say(lang="id").lower()
    assert fault.value.say(lang="en")

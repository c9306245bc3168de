"""A faulty study.toml takes nobody's account away, and never turns accounts into none."""

import pytest

from data.settings_accounts import Account, accounts_despite_faults
from data.study_text import new_study_text

PEOPLE = '[accounts]\n[accounts.people]\n"sri@b.contoh" = { role = "planner" }\n'
SRI = {"sri@b.contoh": Account(role="planner")}


@pytest.mark.parametrize(
    "elsewhere",
    ["", "name = 7\n", 'name = "Uji"\nlanguage = "xx"\n', 'name = "Uji"\n[ares]\nutm_zone = "x"\n'],
)
def test_a_fault_elsewhere_leaves_the_accounts_as_they_are(elsewhere):
    told = accounts_despite_faults(elsewhere + PEOPLE)
    assert (told.people, told.closed) == (SRI, False)


@pytest.mark.parametrize(
    "text",
    [
        PEOPLE + "name = = 1",  # no TOML any more
        PEOPLE.replace("planner", "raja"),
        PEOPLE.replace("role", "rol"),
        "accounts = 3\n",
        PEOPLE.replace("[accounts", "[acounts"),  # a heading misspelt
        '[accounts]\nask = "Ibu TU\n',
        'accounts.people."a@b" = { role = "planner" }\nx',
    ],
)
def test_what_cannot_be_told_is_closed(text):
    told = accounts_despite_faults(text)
    assert told.closed
    assert not told.people


@pytest.mark.parametrize(
    "text", ["", 'name = "Uji"\n[weights\n', "name = 3\n", new_study_text("Uji") + "\n[ares]\n"]
)
def test_a_faulty_study_that_speaks_of_no_account_is_the_office_s_own(text):
    assert not accounts_despite_faults(text).closed

"""The life of a site: what may follow what, and what happens without anybody's step."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from scoring.life import Known, Step, check_step, rules, standing, valid_until

DAY = dt.date(2026, 11, 24)


def step(state, at="2026-06-01T08:00:00+00:00", **more):
    made = {"candidate": "s-1", "programme": "kerja-sosial", "by": "Sri", **more}
    return Step(state=state, at=at, **made)


APPROVED = step("approved", agreement="PKS 12/2026", agreement_until="2027-03-31")


def test_a_site_nobody_touched_stands_where_its_data_put_it():
    assert standing([], Known(), on=DAY).state == "proposed"
    assert standing([], Known(ranked=True), on=DAY).state == "screened"
    seen = standing([], Known(ranked=True, surveyed_on="2026-10-02"), on=DAY)
    assert (seen.state, seen.since, seen.listed) == ("surveyed", "2026-10-02", False)


def test_an_approval_stands_until_its_agreement_ends():
    known = Known(ranked=True, surveyed_on="2026-05-20")
    now = standing([APPROVED], known, on=DAY)
    assert (now.state, now.listed, now.valid_until) == ("approved", True, "2027-03-31")
    after = standing([APPROVED], known, on=dt.date(2027, 4, 1))
    assert (after.state, after.listed, after.automatic) == ("kedaluwarsa", False, "lapsed")
    assert standing([APPROVED], known, on=dt.date(2027, 3, 31)).listed


def test_an_approval_lapses_twelve_months_after_the_visit_when_that_is_first():
    assert valid_until(APPROVED, Known(surveyed_on="2026-02-01")) == "2027-02-01"
    long = step("approved", agreement="x", agreement_until="2030-01-01", at="2027-12-31T00:00:00")
    assert valid_until(long, Known(surveyed_on="2028-02-29")) == "2029-02-28"


@pytest.mark.parametrize("state", ["approved", "active"])
def test_an_event_nearby_takes_a_site_off_the_list_at_once(state):
    told = step(state, agreement="x", agreement_until="2027-03-31")
    before = Known(ranked=True, surveyed_on="2026-05-20", events=("2026-05-30",))
    assert standing([told], before, on=DAY).listed
    after = Known(ranked=True, surveyed_on="2026-05-20", events=("2026-05-30", "2026-11-23"))
    now = standing([told], after, on=DAY)
    assert (now.state, now.automatic, now.since) == ("tinjau_ulang", "event", "2026-11-23")
    assert not now.listed


def test_a_later_approval_answers_the_event():
    again = step("approved", at="2026-11-24T01:00:00", agreement="x", agreement_until="2027-03-31")
    known = Known(ranked=True, surveyed_on="2026-05-20", events=("2026-11-23",))
    assert standing([APPROVED, again], known, on=DAY).listed


def test_a_gate_that_excludes_takes_a_site_off_the_list():
    now = standing([APPROVED], Known(excluded_by="G3", surveyed_on="2026-05-20"), on=DAY)
    assert (now.state, now.automatic, now.listed) == ("tinjau_ulang", "excluded", False)


def test_suspending_takes_one_step_from_every_state_that_is_not_over():
    for state in rules().states:
        if state not in {"retired", "refused", "ditangguhkan"}:
            assert "ditangguhkan" in rules().following(state), state


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (step("selesai"), "life.state"),
        (step("active"), "life.not_from_here"),
        (step("refused"), "life.why_missing"),
        (step("refused", why="  "), "life.why_missing"),
    ],
)
def test_a_step_the_rules_do_not_know_is_refused(asked, code):
    with pytest.raises(InputError) as fault:
        check_step(asked, standing([], Known(ranked=True), on=DAY))
    assert fault.value.code == code
    assert fault.value.say()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "life.agreement_missing"),
        ({"agreement": "x"}, "life.agreement_missing"),
        ({"agreement": "x", "agreement_until": "31-12-2026"}, "life.agreement_date"),
        ({"agreement": "x", "agreement_until": "2026-05-31"}, "life.agreement_over"),
    ],
)
def test_an_approval_needs_an_agreement_that_still_holds(more, code):
    willing = standing([step("bersedia")], Known(ranked=True), on=DAY)
    with pytest.raises(InputError) as fault:
        check_step(step("approved", **more), willing)
    assert fault.value.code == code


def test_every_state_a_step_leads_to_is_a_state():
    for state in rules().states:
        assert set(rules().following(state)) <= set(rules().states)


@given(st.dates(dt.date(2026, 1, 2), dt.date(2035, 1, 1)), st.integers(0, 3000))
def test_no_approval_outlives_its_agreement_or_a_year(start, length):
    until = start + dt.timedelta(days=length)
    told = step("approved", at=start.isoformat(), agreement="x", agreement_until=until.isoformat())
    last = dt.date.fromisoformat(valid_until(told, Known()))
    assert last <= until
    assert (last - start).days <= 366
    after = standing([told], Known(ranked=True), on=last + dt.timedelta(days=1))
    assert not after.listed

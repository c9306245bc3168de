"""A plan holds: hours, opening, Friday's free hours, rain, doubles, and reasons for the rest."""

import datetime as dt
from collections import Counter

import numpy as np
import pytest

from geo.errors import UsageError
from surveys.opening import load_opening, minutes_of, working_days
from surveys.plan import Places, Terms, make_plan

OPENING = load_opening()
FRIDAY, THURSDAY = dt.date(2027, 5, 21), dt.date(2027, 5, 20)
NOON = 720


def places(n, *, seed=1, size_km=30.0, base=(15.0, 15.0), schools=0.4, first=10, wet=()):
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, size_km, (n + 1, 2))
    xy[0] = base
    minutes = 3 + 1.6 * np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) / 22 * 60
    np.fill_diagonal(minutes, 0)
    dry = minutes.copy()
    for i in wet:
        dry[i + 1, :] = dry[:, i + 1] = np.inf
    return Places(
        ids=tuple(f"p-{i:04d}" for i in range(n)),
        kinds=tuple("school" if x < schools else "village_office" for x in rng.random(n)),
        value=rng.gamma(0.7, 1, n),
        first=np.arange(n) < first,
        minutes=minutes,
        dry_minutes=dry,
    )


def follow(plan, given, terms):
    """Ride every day again with a clock of our own and complain of what does not hold."""
    end = min(terms.end_min, terms.start_min + terms.hours * 60)
    for day in plan.days:
        rest = OPENING.pause(day.date)
        table, at, now = day.table, 0, day.table.depart_min
        assert terms.start_min <= table.depart_min
        assert table.back_min <= end
        for stop in table.stops:
            ride = given.minutes[at, stop.site + 1]
            free = 0
            if rest and now < rest[1] and stop.arrive_min > rest[0]:
                free = min(stop.arrive_min, rest[1]) - max(now, rest[0])
            assert stop.arrive_min - now - free >= ride - 1e-9
            opens, closes = OPENING.span(given.kinds[stop.site], day.date)
            assert opens <= stop.arrive_min
            assert stop.leave_min <= closes
            assert stop.leave_min - stop.arrive_min == 45
            if rest:
                assert stop.leave_min <= rest[0] or stop.arrive_min >= rest[1]
            at, now = stop.site + 1, stop.leave_min
        free = 0
        if rest and now < rest[1] and table.back_min > rest[0]:
            free = min(table.back_min, rest[1]) - max(now, rest[0])
        assert table.back_min - now - free >= given.minutes[at, 0] - 1e-9


@pytest.mark.parametrize(("teams", "days", "n"), [(1, 1, 30), (2, 3, 80), (3, 5, 120)])
def test_every_day_can_be_ridden_as_written(teams, days, n):
    given, terms = places(n), Terms(teams=teams, days=days, first_day=THURSDAY)
    plan = make_plan(given, terms, OPENING)
    follow(plan, given, terms)
    visited = Counter((s.site, d.team) for d in plan.days for s in d.table.stops)
    assert max(visited.values()) == 1
    left = {i for i, _ in plan.not_fitting}
    assert left | {i for i, _ in visited} == set(range(n))
    assert not left & {i for i, _ in visited}


def test_one_team_from_purwokerto_on_a_friday():
    """Scenario 7: travel out and back counted, 11.30-13.00 free, no school after 12.00, 15.00 the end."""
    given = places(40, base=(-22.0, 15.0))
    terms = Terms(teams=1, days=1, hours=7.0, first_day=FRIDAY)
    plan = make_plan(given, terms, OPENING)
    follow(plan, given, terms)
    (day,) = plan.days
    assert day.table.stops
    assert day.table.minutes <= 7 * 60
    assert day.table.back_min <= 15 * 60
    first, last = day.table.stops[0].site, day.table.stops[-1].site
    ridden = given.minutes[0, first + 1] + given.minutes[last + 1, 0]
    assert ridden > 60
    for stop in day.table.stops:
        assert stop.leave_min <= minutes_of("11.30") or stop.arrive_min >= minutes_of("13.00")
        if given.kinds[stop.site] == "school":
            assert stop.leave_min <= NOON
    assert len(plan.back_checks) == 1


def test_a_day_with_more_hours_still_ends_at_three():
    given = places(40)
    for hours in (7.0, 12.0):
        plan = make_plan(given, Terms(teams=1, days=1, hours=hours, first_day=FRIDAY), OPENING)
        assert all(d.table.back_min <= 900 for d in plan.days)


def test_sites_in_front_come_before_all_others():
    given = places(80, first=6)
    low = given.value.copy()
    low[:6] = 1e-6
    given = Places(
        **{n: getattr(given, n) for n in ("ids", "kinds", "first", "minutes", "dry_minutes")},
        value=low,
    )
    plan = make_plan(given, Terms(teams=2, days=2, first_day=THURSDAY), OPENING)
    seen = {s.site for d in plan.days for s in d.table.stops}
    assert set(range(6)) <= seen


@pytest.mark.parametrize(("teams", "days"), [(2, 2), (2, 3), (3, 3), (4, 5)])
def test_ten_to_twenty_percent_are_seen_by_two_teams(teams, days):
    given = places(120)
    plan = make_plan(given, Terms(teams=teams, days=days, first_day=THURSDAY), OPENING)
    teams_of = {}
    for day in plan.days:
        for stop in day.table.stops:
            teams_of.setdefault(stop.site, set()).add(day.team)
    twice = {i for i, who in teams_of.items() if len(who) == 2}
    assert twice == set(plan.double_visits)
    assert 0.1 <= len(twice) / len(teams_of) <= 0.2


def test_with_one_team_one_in_five_is_checked_again():
    plan = make_plan(places(60), Terms(teams=1, days=4, first_day=THURSDAY), OPENING)
    seen = {s.site for d in plan.days for s in d.table.stops}
    assert not plan.double_visits
    assert set(plan.back_checks) <= seen
    assert len(plan.back_checks) == -(-len(seen) // 5)


def test_no_class_3_road_after_noon_in_the_rainy_months():
    wet = range(0, 30, 2)
    given = places(30, wet=wet, schools=0.0)
    plan = make_plan(given, Terms(teams=2, days=2, first_day=dt.date(2026, 12, 2)), OPENING)
    rode = 0
    for day in plan.days:
        legs = [0, *(s.site + 1 for s in day.table.stops), 0]
        done = [s.arrive_min for s in day.table.stops] + [day.table.back_min]
        for one, other, arrived in zip(legs, legs[1:], done, strict=False):
            if not np.isfinite(given.dry_minutes[one, other]):
                rode += 1
                left = [0, *(s.leave_min for s in day.table.stops)][legs.index(one)]
                ridden_till = left + given.minutes[one, other] if one else arrived
                assert ridden_till <= NOON + 1e-9
    assert rode
    assert {code for _, code in plan.not_fitting} <= {"plan.no_time", "plan.rain"}
    dry = make_plan(given, Terms(teams=2, days=2, first_day=dt.date(2026, 7, 1)), OPENING)
    late = [s for d in dry.days for s in d.table.stops if s.site in wet and s.leave_min > NOON]
    assert late


def test_what_does_not_fit_is_named_with_its_reason():
    given = places(4, schools=0.0, first=4)
    minutes = given.minutes.copy()
    minutes[1, :] = minutes[:, 1] = np.inf
    minutes[0, 2] = minutes[2, 0] = 200.0
    dry = minutes.copy()
    dry[0, 3] = dry[3, 0] = np.inf
    minutes[0, 3] = minutes[3, 0] = 130.0
    given = Places(
        ids=given.ids,
        kinds=("park", "park", "park", "village_office"),
        value=given.value,
        first=given.first,
        minutes=minutes,
        dry_minutes=dry,
    )
    saturday = dt.date(2026, 11, 28)
    plan = make_plan(given, Terms(teams=1, days=1, first_day=saturday), OPENING)
    assert dict(plan.not_fitting) == {
        0: "plan.no_way",
        1: "plan.too_far",
        2: "plan.rain",
        3: "plan.closed",
    }
    assert plan.days == ()


def test_the_same_question_has_the_same_answer():
    given, terms = places(80), Terms(teams=2, days=3, first_day=THURSDAY)
    assert make_plan(given, terms, OPENING) == make_plan(given, terms, OPENING)


def test_working_days_leave_out_the_weekend_but_keep_the_day_asked_for():
    assert [d.isoweekday() for d in working_days(FRIDAY, 3)] == [5, 1, 2]
    assert working_days(dt.date(2027, 5, 22), 2)[0].isoweekday() == 6


def test_a_clock_is_read_or_refused():
    assert minutes_of("7:05") == 425
    for wrong in ("25.00", "7", "tujuh", ""):
        with pytest.raises(UsageError):
            minutes_of(wrong)


def test_schools_close_at_noon_and_on_no_day_later():
    for day in range(14):
        date = THURSDAY + dt.timedelta(days=day)
        span = OPENING.span("school", date)
        assert span is None or span[1] <= NOON
    assert OPENING.span("school", THURSDAY) == (450, NOON)
    assert OPENING.pause(FRIDAY) == (690, 780)
    assert OPENING.pause(THURSDAY) is None
    assert OPENING.span("jenis baru", dt.date(2027, 5, 22)) is None  # taken as an office


def test_every_kind_that_may_be_ranked_has_opening_hours():
    from scoring.kinds import kinds

    ranked = {k for k, kind in kinds().items() if any(kind.eligible.values())}
    assert ranked <= set(OPENING.by_kind)

"""What the solver says can be ridden as our own timetable says, and roads through hazard are found."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pytest
import shapely

from scoring.criteria import load_catalogue
from surveys.hazard_roads import dry_minutes, in_worst
from surveys.opening import load_opening
from surveys.plan import Places, Terms, day_of
from surveys.routes import Job, solve
from surveys.sites import must_answer
from surveys.timetable import Day, timetable


def days_of(seed, n=40):
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 30, (n + 1, 2))
    minutes = 3 + 1.6 * np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) / 22 * 60
    np.fill_diagonal(minutes, 0)
    places = Places(
        ids=tuple(map(str, range(n))),
        kinds=tuple(rng.choice(["school", "village_office", "park"], n)),
        value=rng.random(n),
        first=np.zeros(n, dtype=bool),
        minutes=minutes,
        dry_minutes=minutes,
    )
    dates = [dt.date(2027, 5, 20), dt.date(2027, 5, 21)]
    terms = Terms(teams=2, days=2, first_day=dates[0], start_min=450 + 5 * seed)
    return [day_of(places, terms, load_opening(), date) for date in dates]


@pytest.mark.parametrize("seed", range(8))
def test_every_route_of_the_solver_holds_in_the_timetable(seed):
    days = days_of(seed)
    jobs = [Job(site=i, priority=1 + i % 9) for i in range(40)]
    routes = solve(jobs, days, teams=2)
    assert len(routes) == 4
    for _, d, order in routes:
        assert timetable(days[d], [jobs[j].site for j in order]) is not None


def test_a_job_for_one_team_and_its_twin_for_another():
    days = days_of(1)
    jobs = [Job(site=0, priority=100, team=1), Job(site=0, priority=100, not_team=1)]
    who = {j: team for team, _, order in solve(jobs, days, teams=2) for j in order}
    assert who == {0: 1, 1: 0}


def test_a_ride_rests_through_the_pause_and_a_visit_waits_for_its_end():
    minutes = np.array([[0, 60, 60], [60, 0, 30], [60, 30, 0]])
    day = Day(
        window=(600, 960),
        pause=(690, 780),
        minutes=minutes,
        arrivals=[(600, 900), (600, 900)],
        visit_min=45,
    )
    table = timetable(day, [0, 1])
    # the visit would end at 705, inside the pause, so it begins after it; leaving later costs nothing
    assert [(s.arrive_min, s.leave_min) for s in table.stops] == [(780, 825), (855, 900)]
    assert table.back_min == 960
    assert table.depart_min == 630
    assert timetable(day, [0, 1, 0]) is None


def test_class_3_is_found_on_the_ground_and_class_2_is_not(support):
    worlds = support("worlds")
    hazard = worlds.polygons([(0, 0, 100, 100), (200, 0, 300, 100)], class_=[3, 2])
    layers = worlds.layers(worlds.layer("flood", hazard))
    points = gpd.GeoSeries(
        [shapely.Point(worlds.X0 + x, worlds.Y0 + 50) for x in (50, 150, 250)], crs=worlds.UTM
    )
    assert in_worst(points, layers).tolist() == [True, False, False]
    minutes = np.full((3, 3), 5.0)
    dry = dry_minutes(points, minutes, None, layers, mode="motorcycle")
    assert np.isinf(dry[0]).all()
    assert np.isfinite(dry[1:, 1:]).all()


def test_the_way_without_class_3_goes_round_the_hazard(support):
    from geo.streets import build, cost_minutes

    worlds = support("worlds")
    corner = (2000, 1500)
    lines = [
        [(0, 0), (1000, 0)],
        [(1000, 0), (3000, 0)],
        [(1000, 0), corner],
        [corner, (3000, 0)],
        [corner, (2000, 1700)],
        [(3000, 0), (4000, 0)],
    ]
    shapes = [
        shapely.LineString([(worlds.X0 + x, worlds.Y0 + y) for x, y in line]) for line in lines
    ]
    frame = gpd.GeoDataFrame({"highway": ["tertiary"] * 6}, geometry=shapes, crs=worlds.UTM)
    network = build(frame, profile="motorcycle")
    hazard = worlds.polygons([(1900, -50, 2100, 50)], class_=[3])
    layers = worlds.layers(worlds.layer("flash-flood", hazard))
    ends = worlds.points([(0, 0), (4000, 0), (1950, 5)]).geometry
    minutes = cost_minutes(network, ends, ends, "motorcycle")
    dry = dry_minutes(ends, minutes, network, layers, mode="motorcycle")
    longer = 2 * np.hypot(1000, 1500) / 2000
    assert dry[0, 1] / minutes[0, 1] == pytest.approx((1 + longer) / 2, rel=1e-6)
    assert np.isinf(dry[2, :2]).all()  # it stands on the closed road itself
    none = worlds.layers(worlds.layer("flash-flood", hazard.assign(class_=2)))
    assert dry_minutes(ends, minutes, network, none, mode="motorcycle") == pytest.approx(minutes)


def test_gates_are_asked_before_criteria_and_each_question_once():
    asked = must_answer(
        load_catalogue(),
        programme="kerja-sosial",
        open_gates=["G3", "G9"],
        unknown=["community_acceptance", "dignity", "availability"],
        no_point=True,
    )
    assert asked == (1, 5, 21, 2, 22, 20)  # 24 is asked of offices only

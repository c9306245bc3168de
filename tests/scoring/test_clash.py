"""Requests that cannot be met: arithmetic in words, the fewest to give up, a clash that is one."""

import numpy as np
import pytest
import small_sets

import words
from scoring import clash
from scoring.set_program import build, make_world
from scoring.set_types import SHARE, Areas, Sites, Terms
from scoring.sets import choose_sites
from scoring.solver import INFEASIBLE


def square(spread_m=1000.0, room=10.0):
    """Four sites in a row, four desa at them, one kecamatan each; 10 minutes a kilometre."""
    xy = np.column_stack([np.arange(4) * spread_m, np.zeros(4)])
    minutes = np.abs(xy[:, :1] - xy[:, 0][None]) / 1000 * 10
    sites = Sites(
        ids=("p-a", "p-b", "p-c", "p-d"),
        suitability=np.full(4, 0.5),
        capacity_h_week=np.full(4, room),
        kind=("school", "school", "puskesmas", "puskesmas"),
        xy_m=xy,
        to_survey=np.zeros(4, dtype=bool),
    )
    areas = Areas(
        ids=("a-1", "a-2", "a-3", "a-4"),
        hours_week=np.full(4, 8.0),
        kecamatan=("Utara", "Selatan", "Timur", "Barat"),
    )
    return sites, areas, minutes


def feasible(told, terms, asked):
    program, _ = build(make_world(*told, terms), asked)
    return program.solve(maximise=False, time_limit_s=10).status != INFEASIBLE


@pytest.mark.parametrize(
    ("terms", "code", "numbers"),
    [
        (Terms(count=1, max_minutes=100, must=("p-a", "p-b")), "must_over_count", "2 1"),
        (
            Terms(count=4, max_minutes=100, must=("p-a",), must_not=("p-a",)),
            "must_and_must_not",
            "",
        ),
        (
            Terms(count=4, max_minutes=100, must=("p-a", "p-b"), caps={"school": 1}),
            "must_over_cap",
            "2 1",
        ),
        (
            Terms(count=4, max_minutes=100, must=("p-a", "p-b"), spacing_m=1500),
            "must_too_near",
            "1,500",
        ),
        (
            Terms(count=4, exactly=True, max_minutes=100, caps={"school": 1}),
            "too_few_left",
            "4 3",
        ),
        (Terms(count=1, max_minutes=100), "too_little_room", "10.0 16.0"),
        (Terms(count=4, max_minutes=5, must_not=("p-d",)), "kecamatan_unreached", "4.0 0.0"),
    ],
)
def test_arithmetic_says_what_is_wrong_with_both_numbers(terms, code, numbers):
    found = choose_sites(*square(), terms)
    assert found.clash.proved == "arithmetic"
    note = next(n for n in found.clash.notes if n.code == f"siting.{code}")
    told = note.reason(lang="en")
    assert all(number in told for number in numbers.split())
    assert note.fix(lang="id")
    assert found.clash.because
    assert found.clash.give_up


def test_a_kecamatan_without_room_is_named():
    sites, areas, minutes = square()
    poor = Sites(
        ids=sites.ids,
        suitability=sites.suitability,
        capacity_h_week=np.array([10.0, 10.0, 10.0, 2.0]),
        kind=sites.kind,
        xy_m=sites.xy_m,
        to_survey=sites.to_survey,
    )
    found = choose_sites(poor, areas, minutes, Terms(count=4, max_minutes=5.0))
    (note,) = found.clash.notes
    assert (note.code, note.fields["kecamatan"]) == ("siting.kecamatan_no_room", "Barat")
    assert found.clash.give_up == (f"{SHARE}Barat",)
    assert found.served_by_kecamatan["Barat"] == pytest.approx(0.25)
    assert min(v for k, v in found.served_by_kecamatan.items() if k != "Barat") >= 0.5


def test_too_few_sites_for_every_kecamatan_is_a_clash_of_count_and_shares():
    told, terms = square(), Terms(count=2, max_minutes=5.0, share_0_1=0.5)
    found = choose_sites(*told, terms)
    assert found.clash.proved in {"relaxation", "search"}
    assert found.clash.give_up == ("count",)
    assert found.clash.fewest == 1
    assert "count" in found.clash.because
    assert found.clash.notes == ()
    assert len(found.opened) == 4  # with the count given up, the least number is shown


def test_what_is_given_up_makes_the_rest_possible_and_nothing_less_would():
    for seed in range(6):
        told = small_sets.world(seed, n=8, m=12)
        terms = Terms(count=2, max_minutes=12.0, spacing_m=5000.0, caps={"school": 1})
        found = choose_sites(*told, terms)
        asked = make_world(*told, terms).demands
        if found.clash is None:
            assert feasible(told, terms, asked)
            continue
        kept = [key for key in asked if key not in found.clash.give_up]
        assert feasible(told, terms, kept)
        if len(found.clash.give_up) == 1:
            continue
        for key in asked:
            assert not feasible(told, terms, [one for one in asked if one != key])


@pytest.mark.parametrize(
    ("room", "share", "proved"), [(10.0, 0.5, "search"), (20.0, 0.9, "relaxation")]
)
def test_a_clash_stands_and_leaving_any_part_out_dissolves_it(room, share, proved):
    told = square(room=room)
    terms = Terms(count=2, max_minutes=5.0, share_0_1=share, caps={"school": 2})
    why = choose_sites(*told, terms).clash
    assert why.proved == proved
    assert "capacity" not in why.because
    assert not feasible(told, terms, why.because)
    for key in why.because:
        assert feasible(told, terms, [one for one in why.because if one != key])


def test_a_clash_only_whole_sites_show_is_proved_by_search_only():
    """Halves of three sites would serve a share that no two whole sites nearby can."""
    xy = np.array([[0.0, 0.0], [1000.0, 0.0], [500.0, 800.0]])
    sites = Sites(
        ids=("p-a", "p-b", "p-c"),
        suitability=np.full(3, 0.5),
        capacity_h_week=np.full(3, 8.0),
        kind=("school",) * 3,
        xy_m=xy,
        to_survey=np.zeros(3, dtype=bool),
    )
    # each desa is reached by two of three sites; only one site may be open
    minutes = np.array([[5.0, 5.0, 99.0], [99.0, 5.0, 5.0], [5.0, 99.0, 5.0]])
    areas = Areas(ids=("a-1", "a-2", "a-3"), hours_week=np.full(3, 4.0), kecamatan=("U", "S", "T"))
    terms = Terms(count=3, max_minutes=10.0, share_0_1=0.3, spacing_m=2000.0)
    found = choose_sites(sites, areas, minutes, terms)
    assert found.clash.proved in {"search", "relaxation"}
    assert not feasible((sites, areas, minutes), terms, found.clash.because)
    assert len(found.clash.give_up) == 1


def test_undecided_is_said_when_nothing_was_found_in_time():
    told = small_sets.world(0, n=30, m=60)
    world = make_world(*told, Terms(count=6, max_minutes=30.0))
    nothing = clash.GivenUp(keys=None, at_least=0, start=np.empty(0))
    why = clash.explain(world, ((), ()), nothing, impossible=False)
    assert (why.proved, why.because, why.give_up) == ("undecided", (), ())


def test_a_set_that_could_not_be_found_in_time_is_found_from_what_may_be_given_up():
    told, terms = small_sets.world(3, n=60, m=150), Terms(count=30, max_minutes=40.0, share_0_1=0.1)
    found = choose_sites(*told, terms, time_limit_s=0.0)
    assert found.clash is None
    assert min(found.served_by_kecamatan.values()) >= 0.1 - 1e-6
    assert found.gap > 0


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_demand_and_every_proof_has_its_words(lang):
    terms = Terms(
        count=2, max_minutes=5.0, spacing_m=1500.0, caps={"school": 1},
        must=("p-a",), must_not=("p-b",),
    )  # fmt: skip
    world = make_world(*square(), terms)
    said = [clash.demand_note(key, world).reason(lang=lang) for key in world.demands]
    assert len(set(said)) == len(world.demands) == 10
    assert "Utara" in " ".join(said)
    for proof in ("arithmetic", "relaxation", "search", "undecided"):
        assert words.say(f"siting.proved.{proof}", lang=lang)

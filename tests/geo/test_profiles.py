"""Speed tables: their defaults, a study's changes, and what is refused."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

from geo.errors import InputError
from geo.streets.profiles import MODES, profile


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_has_a_table_that_survives_pickling(mode):
    made = profile(mode)
    assert made.mode == mode
    assert pickle.loads(pickle.dumps(made)) == made


def test_walking_is_toblers_hiking_function():
    walk = profile("walk")
    for slope in (-0.3, -0.05, 0.0, 0.1, 0.4):
        tobler = 6 * math.exp(-3.5 * abs(slope + 0.05))
        # the table rounds 6 exp(-0.175) = 5.0367 to 5.04
        speed = walk.speeds_kmh["residential"] * walk.slope_share(slope)
        assert speed == pytest.approx(tobler, rel=1e-3)
    assert walk.slope_share(-0.05) == walk.slope_share(np.linspace(-0.5, 0.5, 201)).max()


def test_motor_vehicles_slow_down_uphill_more_than_downhill():
    for mode in ("motorcycle", "car"):
        made = profile(mode)
        assert made.slope_share(0.0) == 1
        assert made.slope_share(0.2) < made.slope_share(-0.2) < 1
        assert made.slope_share(9.0) == made.slope_share(0.3)


def test_the_motorway_is_closed_to_people_on_foot_and_motorcycles():
    assert "motorway" in profile("car").speeds_kmh
    for mode in ("walk", "motorcycle"):
        made = profile(mode)
        assert not {"motorway", "motorway_link"} & ({*made.speeds_kmh} | {*made.opened_kmh})


def test_a_study_changes_some_entries_and_leaves_the_default_alone():
    before = profile("motorcycle")
    made = profile(
        "motorcycle",
        {"speeds_kmh": {"tertiary": 40, "path": 6, "track": 0}, "surfaces": {"sand": 0.5},
         "slopes": [[-0.1, 1], [0.1, 0.5]], "oneway": False},
    )  # fmt: skip
    assert (made.speeds_kmh["tertiary"], made.speeds_kmh["path"]) == (40, 6)
    assert "track" not in made.speeds_kmh
    assert made.speeds_kmh["trunk"] == before.speeds_kmh["trunk"]
    assert made.surfaces["sand"] == 0.5
    assert made.slope_share(0.0) == 0.75
    assert not made.oneway
    assert profile("motorcycle") == before
    assert before.speeds_kmh["track"] == 12


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"speeds_kmh": {"trunk": -5}}, "profiles.value"),
        ({"speeds_kmh": {"trunk": math.nan}}, "profiles.value"),
        ({"speeds_kmh": {"trunk": "fast"}}, "profiles.value"),
        ({"surfaces": {"mud": 0}}, "profiles.value"),
        ({"slopes": [[0.1, 1], [0.0, 1]]}, "profiles.slopes"),
        ({"slopes": [0.1, 0.2]}, "profiles.slopes"),
        ({"slopes": [[0.1, 0]]}, "profiles.value"),
        ({"speed_kmh": {"trunk": 5}}, "profiles.unknown"),
        ({"speeds_kmh": 40}, "profiles.unknown"),
        ({"oneway": "no"}, "profiles.unknown"),
    ],
)
def test_a_wrong_change_is_refused_in_one_sentence(changes, code):
    with pytest.raises(InputError) as fault:
        profile("motorcycle", changes)
    assert fault.value.code == code
    assert "motorcycle" in fault.value.say(lang="id")
    assert "motorcycle" in fault.value.say(lang="en")


def test_an_unknown_mode_is_refused():
    with pytest.raises(InputError) as fault:
        profile("helicopter")
    assert fault.value.code == "profiles.mode"
    assert "helicopter" in fault.value.say(lang="id")

"""Moves that cannot be: refused in one plain sentence, quickly, with the study as it was."""

import pytest

from geo.errors import NotAllowedError, StudyError, UsageError
from words import LANGUAGES
from work.moving_store import move_study
from work.roles import Actor, Role, acting_as


def test_a_password_is_refused_and_never_repeated(study):
    for url in ("postgresql://a:rahasia123@h/d", "postgresql://h/d?password=rahasia123"):
        with pytest.raises(UsageError) as caught:
            move_study(study, url)
        for lang in LANGUAGES:
            assert "rahasia123" not in caught.value.say(lang=lang)
            assert "PGPASSFILE" in caught.value.say(lang=lang)
    with pytest.raises(UsageError, match="postgresql://"):
        move_study(study, "mysql://h/d")


def test_a_study_that_is_there_already_is_not_moved(study):
    with pytest.raises(StudyError, match="sudah tersimpan"):
        move_study(study, "sqlite")


def test_a_server_that_is_away_is_told_plainly_and_nothing_changes(study):
    text = (study / "study.toml").read_bytes()
    with pytest.raises(StudyError, match="tidak terjangkau") as caught:
        move_study(study, "postgresql://127.0.0.1:9/tapak")
    assert caught.value.exit_code == 1
    assert (study / "study.toml").read_bytes() == text
    assert (study / "tapak.sqlite").exists()


def test_only_whoever_runs_the_study_moves_it(study):
    with acting_as(Actor(name="x", role=Role.PLANNER)), pytest.raises(NotAllowedError):
        move_study(study, "sqlite")

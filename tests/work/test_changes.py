"""What is only said about a study leaves its fingerprint; what a ranking hangs on changes it."""

import sqlite3

from work.board import open_board, with_scenarios
from work.changes import ASIDE, fingerprint
from work.living import comment
from work.ranking import rank_study
from work.scenarios import save_scenario


def test_a_comment_a_run_and_a_scenario_leave_what_is_measured_alone(kept_study):
    study = kept_study
    before, board = fingerprint(study), open_board(study)
    comment(study, board.result.candidates.ids[0], "Sudah ditelepon.")
    save_scenario(study, "Rapat", programme=None, groups={}, weights={"capacity": 9})
    rank_study(study)
    assert fingerprint(study) == before
    assert open_board(study).key == board.key
    assert [s.name for s in with_scenarios(board).scenarios] == ["Rapat"]
    assert with_scenarios(board).result is board.result


def test_a_site_a_value_and_a_setting_change_it(kept_study, sql):
    study = kept_study
    seen = {fingerprint(study)}
    sql("UPDATE candidate SET name = 'Lain' WHERE id = (SELECT min(id) FROM candidate)")
    seen.add(fingerprint(study))
    sql("DELETE FROM evidence WHERE id = (SELECT min(id) FROM evidence)")
    seen.add(fingerprint(study))
    with (study / "study.toml").open("a") as settings:
        settings.write("\n# catatan\n")
    seen.add(fingerprint(study))
    assert len(seen) == 4


def test_every_table_set_aside_is_one_there_is(study):
    with sqlite3.connect(study / "tapak.sqlite") as base:
        tables = {name for (name,) in base.execute("SELECT name FROM sqlite_master")}
    assert tables >= ASIDE


def test_without_a_store_there_is_nothing_to_tell(tmp_path):
    assert fingerprint(tmp_path) == ""

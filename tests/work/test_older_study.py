"""A study that took visits before photos and aliases were kept takes none of them twice."""

import sqlite3

from returned import good, submission, web_file

from data.workspace import open_study
from work.collecting import collect


def test_visits_of_an_older_store_are_known_again(study, tmp_path):
    with open_study(study) as opened:
        sites = list(opened.store.candidates()["id"].head(3))
    told = [submission(f"u-{n}", s, answers=good(q06=n)) for n, s in enumerate(sites)]
    told[2] |= {"started_at": "kemarin", "ended_at": ""}
    source = web_file(tmp_path / "a.json", *told)
    assert collect(study, source)["accepted"] == 3
    (kept,) = study.glob("*.sqlite")
    with sqlite3.connect(kept) as store:
        for column in ("photos", "alias"):
            store.execute(f"ALTER TABLE response DROP COLUMN {column}")
        for column in ("salts", "sealed"):
            store.execute(f"ALTER TABLE event DROP COLUMN {column}")
        for table in ("access", "study_key", "forgotten"):
            store.execute(f"DROP TABLE {table}")
        store.execute("UPDATE response SET content_sha256 = 'older'")
        store.execute("UPDATE alembic_version SET version_num = '0004'")
    again = collect(study, source)
    assert (again["accepted"], again["duplicates"], again["conflicts"]) == (0, 3, 0)
    with open_study(study) as opened:
        assert {(r.alias, r.photos) for r in opened.store.responses()} == {("", ())}

"""A study on a server is kept, restored into a folder, and rid of a name, as one in a file is."""

import json
import os

from returned import good, submission, web_file

from data.workspace import open_study
from work import backup as keeping
from work.audit import verify_history
from work.collecting import collect
from work.living import comment
from work.moving_store import move_study
from work.ranking import rank_study
from work.retention import forget, retention

SECRET = "kuda batu hujan pena"


def ranked(folder):
    told = rank_study(folder)
    return json.dumps({k: v for k, v in told.items() if k not in {"run", "moved"}}, sort_keys=True)


def rows_of(folder):
    with open_study(folder) as study, study.store.all_rows() as rows:
        return {(table, line) for table, _, lines in rows for line in lines.splitlines()}


def test_a_study_on_a_server_is_restored_into_a_folder(study, server, tmp_path):
    with open_study(study) as opened:
        site = opened.store.candidates()["id"].iloc[0]
    told = submission("u-1", site, surveyor="Sri Wahyuni", team="", answers=good(q06=4))
    move_study(study, os.environ["TAPAK_PG"], schema=server.schema)
    collect(study, web_file(tmp_path / "a.json", told))
    comment(study, site, "Kata Sri Wahyuni: baik")
    before, rows = ranked(study), rows_of(study)
    keeping.backup(study, tmp_path / "a.tapak", passphrase=SECRET)
    keeping.restore(tmp_path / "a.tapak", tmp_path / "pulih", passphrase=SECRET)
    assert rows_of(tmp_path / "pulih") - rows == {
        row for row in rows_of(tmp_path / "pulih") if b'"action":"restore"' in row[1]
    }
    assert rows <= rows_of(tmp_path / "pulih")
    assert ranked(tmp_path / "pulih") == before
    assert "[store]" not in (tmp_path / "pulih" / "study.toml").read_text(encoding="utf-8")
    name = forget(study, "Sri Wahyuni")["pseudonym"]
    texts = b"".join(line for _, line in rows_of(study)).decode()
    assert "Wahyuni" not in texts
    assert name in texts
    assert verify_history(study)["broken"] is None
    assert set(retention(study)["due"].values()) == {0}

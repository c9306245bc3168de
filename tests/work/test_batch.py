"""A batch ranks many studies into one folder, keeps what stands there, and reports what failed."""

import json
import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from data.workspace import open_study
from geo.errors import InputError, NotAllowedError, StudyError
from work import batch_flow
from work.batch import batch
from work.batch_ask import Ask, code_version
from work.batch_crew import DIED, LOST
from work.batch_list import studies_of
from work.batch_task import carry_out
from work.batch_tiles import JoinedTiles
from work.kept import KeptMeasures
from work.ranking import rank_study
from work.roles import Actor, Role, acting_as


@pytest.fixture(scope="module")
def two(made, small_demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dua")
    return made.studies(small_demo, folder, ("11_01", "33_04"))


@pytest.fixture(scope="module")
def whole(made, two, tmp_path_factory):
    """Results of two studies, undisturbed, and what the batch told."""
    out = tmp_path_factory.mktemp("hasil") / "hasil"
    told = run(made, two, out)
    return out, told


def run(made, studies, out, answers=(), **asked):
    crew = made.InlineCrew(carry_out, answers)
    method = made.method(**asked)
    told = batch([str(s) for s in studies], out, method=method, crew=lambda _: crew)
    return told | {"taken": crew.taken}


def test_a_batch_ranks_each_study_as_rank_does(whole, two):
    out, told = whole
    assert [d["study"] for d in told["done"]] == ["11_01", "33_04"]
    assert told["failed"] == []
    alone = rank_study(two[1])
    part = gpd.read_parquet(out / "sites" / "province=33" / "33_04.parquet")
    ranked = part[part["rank"].notna()].set_index("id")
    assert len(ranked) == len(alone["sites"]) == told["done"][1]["sites"]
    for site in alone["sites"]:
        row = ranked.loc[site["id"]]
        assert row["rank"] == site["rank"]
        assert row["score"] == pytest.approx(site["score"], abs=1e-12)
        assert row["readiness"] == site["readiness"]
    left = part[part["excluded"] != ""].set_index("id")["excluded"].to_dict()
    assert left == {e["id"]: e["reason"] for e in alone["excluded"]}


def test_the_parts_are_geoparquet_with_bounds_statistics_and_one_schema(whole):
    out, told = whole
    part = out / "sites" / "province=33" / "33_04.parquet"
    schema = pq.read_schema(part)
    geo = json.loads(schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    own = json.loads(schema.metadata[b"tapak"])
    assert own["schema"] == 1
    assert own["basis"]["catalogue"]
    whole_table = ds.parquet_dataset(str(out / "sites" / "_metadata"), partitioning="hive")
    assert whole_table.count_rows() == sum(d["sites"] + d["excluded"] for d in told["done"])
    statistics = pq.read_metadata(out / "sites" / "_metadata").row_group(0).column(0).statistics
    assert statistics.min == statistics.max == "11_01"


def test_what_stands_there_under_the_same_key_is_not_done_again(whole, two, made):
    out, _ = whole
    before = made.contents(out)
    told = run(made, two, out)
    assert [d["kept"] for d in told["done"]] == [True, True]
    assert made.contents(out) == before


def test_a_changed_study_is_done_again_and_a_damaged_part_too(made, small_demo, tmp_path):
    studies = made.studies(small_demo, tmp_path, ("a", "b", "c"))
    out = tmp_path / "hasil"
    run(made, studies, out)
    before = made.contents(out)
    toml = studies[0] / "study.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + "\n# lain\n", encoding="utf-8")
    part = next(out.glob("sites/*/b.parquet"))
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    told = run(made, studies, out)
    assert {d["study"]: d["kept"] for d in told["done"]} == {"a": False, "b": False, "c": True}
    after = made.contents(out)
    assert {f for f in before if before[f] != after[f]} == {
        "done/a.json", "manifest.json",
        next(f for f in before if f.startswith("sites/") and f.endswith("/a.parquet")),
    }  # fmt: skip


def test_a_bad_study_is_one_sentence_and_the_rest_is_there(made, two, whole, tmp_path):
    bad = tmp_path / "rusak"
    shutil.copytree(two[0], bad)
    (bad / "study.toml").write_text('name = "', encoding="utf-8")
    gone = tmp_path / "daftar.txt"
    gone.write_text(f"{two[0]}\n{two[1]}  # lagi\nrusak\ntidak-ada\n", encoding="utf-8")
    told = run(made, [gone], tmp_path / "hasil")
    assert [d["study"] for d in told["done"]] == ["11_01", "33_04"]
    assert [f["study"] for f in told["failed"]] == ["rusak", "tidak-ada"]
    assert all(f["reason"] and "\n" not in f["reason"] for f in told["failed"])
    ours, undisturbed = made.contents(tmp_path / "hasil"), made.contents(whole[0])
    assert {f for f in ours if ours[f] != undisturbed.get(f)} == {"manifest.json"}


def test_a_study_split_into_tiles_is_the_same_to_the_byte(made, two, whole, small_demo, tmp_path):
    studies = made.studies(small_demo, tmp_path, ("33_04",))
    shutil.copy(two[1] / "study.toml", studies[0] / "study.toml")
    told = run(made, studies, tmp_path / "hasil", tile_sites=11)
    tiles = -(-len(pq.read_table(whole[0] / "sites/province=33/33_04.parquet")) // 11)
    labels = [f"33_04@{t}-{tiles}" for t in range(tiles)]
    assert told["taken"] == ["33_04@-1-0", *labels, f"33_04@-1-{tiles}", "closed"]
    one = next((tmp_path / "hasil").glob("sites/*/33_04.parquet"))
    other = whole[0] / "sites" / "province=33" / "33_04.parquet"
    assert one.read_bytes() == other.read_bytes()
    assert list((studies[0] / "cache").glob("tiles/*.parquet")) == []


def test_what_a_tile_measured_is_its_own_until_the_tiles_are_joined(study):
    with open_study(study) as opened:
        every = KeptMeasures(opened)
        for tile, place in enumerate(("a", "b")):
            every.of_tile(tile, 2).keep(
                "k", pd.DataFrame({"place": [place], "mean": [float(tile)]})
            )
        assert every.recall("k") is None
        joined = JoinedTiles(opened, 2)
        assert joined.recall("k")["place"].tolist() == ["a", "b"]
        assert every.recall("k")["mean"].tolist() == [0.0, 1.0]
        joined.clear()
        assert every.of_tile(0, 2).recall("k") is None


def test_a_worker_s_death_is_tried_again_and_a_deadly_study_given_up(
    made, two, whole, tmp_path, monkeypatch
):
    monkeypatch.setattr(batch_flow, "PAUSE_S", 0.0)
    deaths = [("11_01@-1-0", DIED), ("33_04@-1-0", LOST)]
    told = run(made, two, tmp_path / "hasil", deaths)
    assert told["failed"] == []
    assert made.contents(tmp_path / "hasil") == made.contents(whole[0])
    told = run(made, two, tmp_path / "mati", [("11_01@-1-0", DIED)] * 15)
    assert [f["study"] for f in told["failed"]] == ["11_01"]
    assert [d["study"] for d in told["done"]] == ["33_04"]


def test_a_fault_that_may_pass_is_tried_later_and_one_that_stays_is_reported(
    made, two, whole, tmp_path, monkeypatch
):
    monkeypatch.setattr(batch_flow, "PAUSE_S", 0.0)
    full = ("11_01@-1-0", {"state": "failed", "reason": "penuh", "again": True})
    assert run(made, two, tmp_path / "a", [full] * 4)["failed"] == []
    assert made.contents(tmp_path / "a") == made.contents(whole[0])
    told = run(made, two, tmp_path / "b", [full] * 5)
    assert told["failed"] == [{"study": "11_01", "reason": "penuh"}]
    assert run(made, two, tmp_path / "b")["failed"] == []  # room was made: the same command goes on
    assert made.contents(tmp_path / "b") == made.contents(whole[0])


def test_a_batch_that_did_not_end_goes_on_under_its_own_day(made, two, tmp_path):
    out = tmp_path / "hasil"
    out.mkdir()
    (out / ".begun").write_text("2026-03-01", encoding="ascii")
    crew = made.InlineCrew(carry_out)
    batch([str(two[0])], out, crew=lambda _: crew)
    assert json.loads((out / "manifest.json").read_text())["as_of"] == "2026-03-01"
    assert not (out / ".begun").exists()


def test_another_version_of_the_program_does_not_mix_in(two, tmp_path):
    ask = Ask(name="a", folder=str(two[0]), out=str(tmp_path), code="lain")
    told = carry_out(ask)
    assert told["state"] == "failed"
    assert not list(tmp_path.glob("done/*"))
    assert code_version() == code_version()


def test_one_folder_holds_one_programme_and_one_batch_at_a_time(made, two, whole, tmp_path):
    with pytest.raises(StudyError, match="kerja-sosial"):
        run(made, two, whole[0], programme="pos-bapas")
    from data.study_lock import locked

    out = tmp_path / "hasil"
    out.mkdir()
    with locked(out), pytest.raises(StudyError) as fault:
        run(made, two, out)
    assert fault.value.code == "batch.busy"


def test_only_who_may_rank_starts_a_batch(made, two, tmp_path):
    leader = Actor(name="kepala", role=Role.LEADERSHIP)
    with acting_as(leader), pytest.raises(NotAllowedError):
        run(made, two, tmp_path / "hasil")
    assert not (tmp_path / "hasil").exists()


def test_studies_are_folders_patterns_or_lists_each_once_and_told_apart(two, tmp_path):
    parent = two[0].parent
    assert [s.name for s in studies_of([str(parent)])] == ["11_01", "33_04"]
    twice = [str(parent / "*"), str(two[0])]
    assert [s.folder for s in studies_of(twice)] == two
    same = tmp_path / "lain" / "11_01"
    same.mkdir(parents=True)
    (same / "study.toml").touch()
    names = [s.name for s in studies_of([str(two[0]), str(same)])]
    assert names == sorted([f"{parent.name}-11_01", "lain-11_01"])
    with pytest.raises(InputError):
        studies_of([str(tmp_path / "tidak-ada")])
    with pytest.raises(InputError):
        studies_of([str(tmp_path / "*.kosong")])


def test_a_part_holds_no_zero_for_what_is_unknown(whole):
    part = gpd.read_parquet(next(whole[0].glob("sites/*/33_04.parquet")))
    measured = part.filter(regex="^m_")
    assert measured["m_skills_gained"].isna().all()
    assert part.geometry[part["placed"] != "point"].isna().all()
    assert np.isfinite(part.loc[part["rank"].notna(), "score"]).all()


def test_the_command_tells_one_object_and_exits_1_when_some_failed(
    made, two, tmp_path, monkeypatch
):
    from typer.testing import CliRunner

    from cli import app

    monkeypatch.setattr("work.batch.ProcessCrew", lambda work, **_: made.InlineCrew(work))
    (tmp_path / "rusak").mkdir()
    (tmp_path / "rusak" / "study.toml").write_text('name = "', encoding="utf-8")
    words = ["batch", str(two[0]), str(tmp_path / "rusak"), "-o", str(tmp_path / "hasil")]
    done = CliRunner().invoke(app, [*words, "--as-of", made.DAY, "--workers", "1", "--json"])
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert set(told) == {"done", "failed", "seconds", "tasks"}
    assert [f["study"] for f in told["failed"]] == ["rusak"]
    assert [d["study"] for d in told["done"]] == ["11_01"]
    ranked = CliRunner().invoke(app, ["nation", str(tmp_path / "hasil"), "--top", "3", "--json"])
    assert ranked.exit_code == 0
    assert len(json.loads(ranked.stdout)["sites"]) == 3
    wrong = CliRunner().invoke(app, [*words, "--as-of", "kemarin"])
    assert wrong.exit_code != 0

"""Looking at a file before it is added: the same account, and a study as it was."""

import shutil

import pytest

from data.workspace import open_study
from geo.errors import InputError, NotAllowedError, UsageError
from work.add import add_files, preview_files
from work.audit import history
from work.board import open_board
from work.layers_told import VISIT, layers_told, mends
from work.roles import Actor, Role, acting_as

LISTS = ("kind", "accepted", "repaired", "warned", "rejected", "duplicates")


@pytest.fixture
def bring(study, tmp_path):
    """Copy a file of the study out, as an office would bring it again."""

    def brought(kind):
        with open_study(study) as opened:
            record = next(f for f in opened.store.files() if f.kind == kind)
            return shutil.copy(opened.input_path(record), tmp_path / record.name)

    return brought


def kept(folder):
    with open_study(folder) as study:
        events = len(study.store.events())
        return study.store.files(current_only=False), sorted((folder / "inputs").iterdir()), events


@pytest.mark.parametrize("kind", ["assets", "areas", "population", "flood", "demand"])
def test_a_preview_says_what_adding_says_and_stores_nothing(study, bring, kind):
    path, before = bring(kind), kept(study)
    seen = preview_files(study, [path], kind=kind)
    assert kept(study) == before
    done = add_files(study, [path], kind=kind)
    assert {k: seen[k] for k in LISTS} == {k: done[k] for k in LISTS}
    if kind == "assets":
        assert {row["status"] for row in seen["rows"]} >= {"accepted", "rejected", "duplicate"}
        assert (seen["new"], seen["replaces"]) == (0, [])
    else:
        assert seen["replaces"] == [path.name]


def test_adding_is_on_record_with_the_fingerprint_of_the_file(study, bring):
    path = bring("population")
    add_files(study, [path], kind="population")
    event = history(study)["events"][0]
    assert (event["action"], event["subject"]) == ("data", path.name)
    assert event["after"]["kind"] == "population"
    assert len(event["after"]["sha256"][0]) == 16


def test_a_file_of_which_nothing_fits_is_told_not_refused_and_then_not_stored(study, tmp_path):
    path = tmp_path / "jauh.csv"
    path.write_text("Nama Tempat,Jenis,Lat,Lon\nSD Jauh,Sekolah,3.1,101.7\n", encoding="utf-8")
    before = kept(study)
    seen = preview_files(study, [path], kind="assets")
    assert (seen["accepted"], [row["status"] for row in seen["rows"]]) == (0, ["rejected"])
    with pytest.raises(InputError):
        add_files(study, [path], kind="assets")
    assert kept(study) == before


def test_a_file_that_is_something_else_is_refused_in_a_sentence(study, tmp_path):
    path = tmp_path / "peta.xlsx"
    path.write_bytes(b"\x00\x01\x02" * 400)
    with pytest.raises(InputError) as fault:
        preview_files(study, [path], kind="assets")
    assert "peta.xlsx" in fault.value.say()
    with pytest.raises(UsageError):
        preview_files(study, [path], kind="cuaca")


@pytest.mark.parametrize("role", [Role.SURVEYOR, Role.AGENCY, Role.LEADERSHIP, Role.VISITOR])
def test_who_may_not_bring_data_cannot(study, bring, role):
    path = bring("population")
    with acting_as(Actor(name="x", role=role, agency="Dinas X")):
        for call in (preview_files, add_files):
            with pytest.raises(NotAllowedError):
                call(study, [path], kind="population")


def test_each_layer_tells_what_is_known_through_it(study):
    board = open_board(study)
    told = layers_told(board)
    by_kind = {layer["kind"]: layer for layer in told["layers"]}
    flood = [c.key for c in board.result.criteria].index("flood")
    unknown = board.result.matrix.unknown[:, flood].mean()
    assert by_kind["flood"]["known_0_1"] == pytest.approx(1 - unknown)
    assert [c["key"] for c in by_kind["flood"]["criteria"]] == ["flood"]
    assert (by_kind["roads"]["files"], by_kind["roads"]["known_0_1"]) == ([], None)
    assert (by_kind["assets"]["age_days"], by_kind["assets"]["synthetic"]) == (0, True)
    assert [f["id"] for f in told["files"]] == sorted(
        (f["id"] for f in told["files"]), key=int, reverse=True
    )
    assert all(one["mend"] == [VISIT] for one in told["dark"])


def test_what_nobody_knows_names_the_file_that_would_tell(study):
    criteria = {c.key: c for c in open_board(study).result.criteria}
    assert mends(criteria["flood"], "K", {"osm"}) == ["flood"]
    assert mends(criteria["population_served"], "K", {"areas"}) == ["population", "osm"]
    assert mends(criteria["officer_reach"], "K", {"osm", "elevation"}) == ["offices"]
    assert mends(criteria["labour_need"], "K", set()) == ["assets"]
    assert mends(criteria["dignity"], "K", set()) == [VISIT]

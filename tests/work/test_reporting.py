"""Documents of a study: their figures are those of the ranking, and who may write them."""

import datetime as dt
import io
import re

import openpyxl
import pytest

import words
from data.workspace import open_study
from geo.errors import InputError, NotAllowedError, UsageError
from work import audit, living
from work.gathering import gather
from work.ranking import rank_study
from work.reporting import KINDS, make_report, suffixes
from work.roles import Actor, Role, acting_as

APPROVED = {"agreement": "PKS 7/2026", "agreement_until": "2031-01-01"}


@pytest.fixture(scope="module")
def written(small_demo, tmp_path_factory):
    """A study with two approved sites, its ranking, and its documents."""
    import shutil

    room = tmp_path_factory.mktemp("laporan")
    folder = room / "studi"
    shutil.copytree(small_demo, folder)
    told = rank_study(folder)
    for site in told["sites"][:2]:
        living.take_step(folder, site["id"], "bersedia")
        living.take_step(folder, site["id"], "approved", **APPROVED)
    made = {}
    for name, kind in (("r.pdf", "ringkasan"), ("d.pdf", "daftar"), ("d.xlsx", "daftar")):
        made[name] = make_report(folder, room / name, kind=kind)
    return folder, room, told, made


def test_the_run_is_that_of_the_ranking_and_is_recorded_once(written):
    folder, _, told, made = written
    assert {one["run"] for one in made.values()} == {told["run"]}
    with open_study(folder) as study:
        assert [run.id for run in study.store.runs()] == [told["run"]]


def test_figures_in_the_summary_are_those_of_rank_json(written, support):
    _, room, told, _ = written
    text = support("pdf").text((room / "r.pdf").read_bytes())
    assert told["run"][:8] in text
    for site in told["sites"][:2]:
        score, low, high = (words.number(site[n], 2) for n in ("score", "low", "high"))
        row = re.search(
            re.escape(site["name"]) + r".{0,160}?\(\d+–\d+\) (\S+) ?\((\S+)–(\S+)\)", text
        )
        assert row, site["name"]
        assert row.groups() == (score, low, high)
    waiting = sum(site["readiness"] == "survei_dulu" for site in told["sites"])
    assert f"{waiting} lokasi lain menunggu survei" in text
    assert f"dan {len(told['excluded'])} tidak memenuhi syarat" in text


def test_the_list_as_workbook_names_the_same_sites(written):
    _, room, told, _ = written
    sheet = openpyxl.load_workbook(io.BytesIO((room / "d.xlsx").read_bytes())).active
    rows = list(sheet.iter_rows(min_row=2, max_row=3, values_only=True))
    assert [row[1] for row in rows] == [site["name"] for site in told["sites"][:2]]


def test_a_suspended_site_and_a_lapsed_one_leave_the_list_at_once(written, tmp_path, support):
    import shutil

    folder, _, told, _ = written
    study = tmp_path / "studi"
    shutil.copytree(folder, study)
    first, second = told["sites"][:2]
    living.take_step(study, first["id"], "ditangguhkan", why="izin ditarik")
    make_report(study, tmp_path / "a.pdf", kind="daftar")
    text = support("pdf").text((tmp_path / "a.pdf").read_bytes())
    assert first["name"] not in text
    assert second["name"] in text
    late = dt.date(2033, 1, 1)
    make_report(study, tmp_path / "b.pdf", kind="daftar", on=late)
    assert second["name"] not in support("pdf").text((tmp_path / "b.pdf").read_bytes())


def test_the_public_list_holds_names_kinds_and_kecamatan_only(written, tmp_path, support):
    folder, _, told, _ = written
    found = gather(folder, public=True, briefed=False).facts
    assert {s.name for s in found.sites} == {s["name"] for s in told["sites"][:2]}
    assert found.excluded == ()
    hidden = ("agency", "address", "desa", "agreement", "ask_first", "conditions", "parts", "rank")
    assert not [n for s in found.sites for n in hidden if getattr(s, n)]
    make_report(folder, tmp_path / "p.pdf", kind="daftar", public=True)
    text = support("pdf").text((tmp_path / "p.pdf").read_bytes())
    assert "PKS 7/2026" not in text
    with pytest.raises(UsageError) as fault:
        make_report(folder, tmp_path / "p2.pdf", kind="ringkasan", public=True)
    assert fault.value.code == "reports.not_public"


def test_the_same_study_gives_the_same_bytes_and_is_noted(written, tmp_path):
    folder, _, _, made = written
    again = make_report(folder, tmp_path / "r.pdf", kind="ringkasan")
    assert again["sha256"] == made["r.pdf"]["sha256"]
    last = audit.history(folder)["events"][0]
    assert (last["action"], last["subject"]) == ("report", "ringkasan")
    assert last["after"]["sha256"] == again["sha256"]


def test_a_run_that_the_study_no_longer_gives_is_refused(written, tmp_path):
    folder, _, told, _ = written
    assert gather(folder, run=told["run"], briefed=False).facts.run == told["run"]
    with pytest.raises(InputError) as fault:
        make_report(folder, tmp_path / "x.pdf", kind="daftar", run="000000000000")
    assert fault.value.code == "reports.changed"
    assert not (tmp_path / "x.pdf").exists()


def test_only_those_who_may_report_write_documents(written, tmp_path):
    folder, *_ = written
    with acting_as(Actor(name="x", role=Role.SURVEYOR)), pytest.raises(NotAllowedError):
        make_report(folder, tmp_path / "x.pdf", kind="daftar")


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [("puisi", "a.pdf", "reports.kind"), ("daftar", "a.docx", "reports.suffix")],
)
def test_a_document_there_is_not_is_refused_with_those_there_are(
    written, tmp_path, kind, name, code
):
    with pytest.raises(UsageError) as fault:
        make_report(written[0], tmp_path / name, kind=kind)
    assert fault.value.code == code
    assert ("pdf" if kind == "daftar" else KINDS[0]) in fault.value.say()


def test_every_kind_has_a_suffix():
    assert all(suffixes(kind) for kind in KINDS)

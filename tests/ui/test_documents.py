"""The page "Laporan": every document offered, made, said to be old, and only to who may."""

import datetime as dt
import sys
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import ui.study
from data.records import ResponseRecord
from data.workspace import open_study
from ui.shell import GO
from work import living
from work.documents import list_documents, make_document
from work.gathering import gather
from work.ranking import rank_study
from work.reporting import KINDS, WRITERS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def opened(study, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py", str(study)])
    ui.study._opened.clear()
    ui.study._measured.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state[GO] = "laporan"
    app.run()
    return app


def terms(study):
    programme = rank_study(study)["programme"]
    return {"programme": programme, "lang": "id", "public": False}


def test_every_kind_is_offered_with_whom_it_is_for(opened):
    assert not opened.exception
    assert [t.value for t in opened.title] == ["Laporan"]
    assert len(opened.subheader) == len(KINDS)
    assert len([b for b in opened.button if b.label == "Buat"]) == len(WRITERS)
    assert sum("Belum dibuat" in t.value for t in opened.text) == len(WRITERS)


def test_for_the_public_only_three_kinds_are_offered(opened):
    opened.toggle(key="document-public").set_value(True).run()
    assert not opened.exception
    assert len(opened.subheader) == 3


def test_a_document_is_made_beside_the_page_and_can_be_taken(opened):
    key = next(b.key for b in opened.button if b.key and b.key.startswith("make-gis"))
    opened.button(key=key).click().run()
    until = time.monotonic() + 60
    while not opened.get("download_button") and time.monotonic() < until:
        time.sleep(0.5)
        opened.run()
    assert not opened.exception
    assert len(opened.get("download_button")) == 1
    assert any("dari perhitungan" in t.value for t in opened.text)


def test_a_document_grows_old_when_a_site_takes_a_step(study):
    asked = terms(study)
    made = make_document(study, "gis", ".geojson", **asked)

    def own():
        return next(d for d in list_documents(study, **asked) if d["suffix"] == ".geojson")

    assert (own()["run"], own()["current"]) == (made["run"], True)
    site = next(s["site"] for s in living.site_lives(study)["sites"])
    living.take_step(study, site, "refused", why="tidak bersedia")
    assert (own()["run"], own()["current"]) == (made["run"], False)


def visited(study, told):
    site = told["sites"][3]["id"]
    with open_study(study) as opened:
        row = ResponseRecord(
            id="kiriman-1",
            candidate=site,
            surveyor="Sri",
            team="A",
            programme=told["programme"],
            channel="web",
            form_version="x",
            started_at="2026-11-20T08:00:00+07:00",
            ended_at="2026-11-20T09:00:00+07:00",
            answers={"q02": "sesuai", "q05": "bersedia", "q06": 24},
            raw_sha256="0" * 64,
            content_sha256="1" * 64,
            status="accepted",
        )
        opened.store.add_responses([row])


def reweighed(study, _):
    path = study / "study.toml"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("# benefit = 55\n# safety = 45", "benefit = 61\nsafety = 39"), "utf-8"
    )


def renamed(study, _):
    path = study / "study.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("[report]\n", '[report]\nbapas = "Bapas Purwokerto"\n'), "utf-8")


@pytest.mark.parametrize("change", [visited, reweighed, renamed])
def test_a_document_grows_old_at_once_when_what_it_hangs_on_changes(study, change):
    told = rank_study(study)
    asked = {"programme": told["programme"], "lang": "id", "public": False}
    make_document(study, "gis", ".geojson", **asked)

    def current():
        found = list_documents(study, **asked)
        return next(d["current"] for d in found if d["suffix"] == ".geojson")

    assert current()
    change(study, told)
    assert not current()


def test_a_document_grows_old_by_itself_when_a_site_on_it_lapses(study):
    told = rank_study(study)
    asked = {"programme": told["programme"], "lang": "id", "public": False}
    site = told["sites"][0]["id"]
    living.take_step(study, site, "bersedia")
    living.take_step(study, site, "approved", agreement="PKS 1", agreement_until="2031-01-01")
    make_document(study, "gis", ".geojson", **asked)
    until = dt.date.fromisoformat(gather(study, briefed=False).facts.site(site).valid_until)
    days = (until, until + dt.timedelta(days=1))
    found = [list_documents(study, **asked, on=day) for day in days]
    assert [next(d["current"] for d in one if d["suffix"] == ".geojson") for one in found] == [
        True,
        False,
    ]


def test_a_file_that_was_changed_by_hand_counts_as_not_made(study):
    asked = terms(study)
    made = make_document(study, "gis", ".kml", **asked)
    Path(made["file"]).write_text("x")
    assert [d["run"] for d in list_documents(study, **asked) if d["suffix"] == ".kml"] == [""]

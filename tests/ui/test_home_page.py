"""The first page and the history, over a small demo: what stands there, in both languages."""

import shutil
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import ui.study
from ui.shell import GO
from work.audit import verify_history
from work.living import comment, site_lives
from work.studies import new_study

ROOT = Path(__file__).parents[2]


@pytest.fixture
def opened(small_demo, tmp_path, monkeypatch):
    """Open the app over a copy of the demo, at a page."""

    def open_at(address="", folder=None):
        study = folder or Path(shutil.copytree(small_demo, tmp_path / "studi"))
        monkeypatch.setattr(sys, "argv", ["app.py", str(study)])
        ui.study._opened.clear()
        ui.study._measured.clear()
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        if address:
            app.session_state[GO] = address
        return app, study

    return open_at


def html(app):
    return " ".join(str(part.value) for part in app.get("html"))


def test_the_first_page_says_what_is_decided_and_what_is_next(opened):
    app, _ = opened()
    app.run()
    assert not app.exception
    assert [t.value for t in app.title] == ["Beranda"]
    assert "Belum ada lokasi di daftar resmi" in html(app)
    assert "Sepakati bobot" in html(app)
    assert "SINTETIS" in html(app)


def test_the_next_step_opens_its_page(opened):
    app, _ = opened()
    app.run()
    app.button[0].click().run()
    assert not app.exception
    assert [t.value for t in app.title] == ["Peringkat lokasi"]


def test_the_first_page_speaks_english(opened):
    app, _ = opened()
    app.query_params["lang"] = "en"
    app.run()
    assert "No site is on the official list yet" in html(app)


def test_an_empty_study_says_how_to_begin(opened, tmp_path):
    new_study(tmp_path / "baru", name="Kabupaten Baru")
    app, _ = opened(folder=tmp_path / "baru")
    app.run()
    assert not app.exception
    assert "Selamat datang" in html(app)


def test_the_history_shows_deeds_and_that_the_record_is_whole(opened):
    app, study = opened("riwayat")
    comment(study, site_lives(study)["sites"][0]["site"], "Pagar <b>rusak</b>")
    app.run()
    assert not app.exception
    assert [t.value for t in app.title] == ["Riwayat"]
    assert f"Catatan utuh: {verify_history(study)['events']} perbuatan" in html(app)

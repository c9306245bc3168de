"""The page of one site: chosen by address or list, its score, its life, its comments."""

import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import ui.site_life
from ui.shell import GO
from ui.site import PICKED, SITE
from work.board import open_board
from work.studies import new_study

ROOT = Path(__file__).parents[2]


@pytest.fixture
def opened(study, monkeypatch):
    """Open the app at the page of a site, over a copy of the small demo."""

    def open_at(folder=None, **state):
        monkeypatch.setattr(sys, "argv", ["app.py", str(folder or study)])
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.session_state[GO] = "lokasi"
        for name, value in state.items():
            app.session_state[name] = value
        return app

    return open_at


@pytest.fixture
def ranked(study):
    result = open_board(study).result
    return [result.candidates.ids[i] for i in result.ranking.order.tolist()]


def html(app):
    return " ".join(str(part.value) for part in app.get("html"))


def test_the_first_of_the_ranking_stands_there_until_another_is_asked_for(opened, ranked):
    app = opened().run()
    assert not app.exception
    assert [t.value for t in app.title] == ["Lokasi"]
    assert app.session_state[PICKED] == ranked[0]
    assert app.query_params["site"] == ranked[0]
    app.session_state[SITE] = ranked[3]
    app.run()
    assert app.session_state[PICKED] == ranked[3]
    app.selectbox(key=PICKED).select(ranked[1]).run()
    assert app.query_params["site"] == ranked[1]
    assert not app.exception


def test_a_site_that_is_not_there_is_said_and_the_first_is_shown(opened, ranked):
    app = opened(**{SITE: "p-<b>tiada"}).run()
    assert not app.exception
    assert "Lokasi p-&lt;b&gt;tiada tidak ada" in html(app)
    assert app.session_state[PICKED] == ranked[0]


def test_the_page_shows_score_gates_and_what_is_unknown(opened):
    told = html(opened().run())
    assert 'class="tp tp-fall"' in told
    assert "belum diketahui, dianggap" in told
    assert "Ada pihak yang mengambil untung dari pekerjaan: belum diketahui" in told
    assert "Keadaan: lolos saringan meja" in told


def test_who_may_not_move_a_site_sees_no_button(opened, monkeypatch):
    monkeypatch.setattr(ui.site_life, "may", lambda action: action != "life")
    app = opened().run()
    assert not app.exception
    assert [b.key for b in app.button if (b.key or "").startswith("tapak-step")] == []


def test_a_comment_is_kept_and_shown_as_plain_text(opened):
    app = opened().run()
    box = next(t for t in app.text_area if t.label.startswith("Komentar baru"))
    box.set_value("Pagar <b>rusak</b>")
    next(b for b in app.button if b.label == "Kirim komentar").click().run()
    assert not app.exception
    assert "Pagar &lt;b&gt;rusak&lt;/b&gt;" in html(app)


def test_a_study_without_sites_says_how_to_begin(opened, tmp_path):
    new_study(tmp_path / "baru", name="Kabupaten Baru")
    app = opened(tmp_path / "baru").run()
    assert not app.exception
    assert "belum punya lokasi" in html(app)

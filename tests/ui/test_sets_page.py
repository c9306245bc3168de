"""Sets and offices: what is asked goes to another process, is watched, stopped, and shown."""

import sys
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui.shell import GO

ROOT = Path(__file__).parents[2]


@pytest.fixture
def app(small_demo, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py", str(small_demo)])
    made = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    made.session_state[GO] = "himpunan"
    return made.run()


def html(app):
    return " ".join(str(part.value) for part in app.get("html"))


def button(app, label):
    return next((b for b in app.button if b.label == label), None)


def number(app, label):
    return next(n for n in app.number_input if n.label == label)


def until_done(app, seconds=60):
    until = time.monotonic() + seconds
    while button(app, "Batalkan") is not None:
        assert time.monotonic() < until
        time.sleep(0.3)
        app.run()
    assert not app.exception
    return app


def test_the_page_says_what_to_do_first(app):
    assert not app.exception
    assert [t.value for t in app.title] == ["Himpunan & Pos Bapas"]
    assert "Isi permintaan di atas" in html(app)


def test_a_set_is_chosen_beside_the_page_and_its_answer_stays(app):
    number(app, "Banyaknya").set_value(3)
    button(app, "Pilihkan").click().run()
    assert not app.exception
    assert button(app, "Batalkan") is not None
    until_done(app)
    told = html(app)
    assert "lokasi terpilih melayani" in told
    assert "Kecamatan yang terlayani" in [s.value for s in app.subheader]
    started = time.monotonic()
    app.run()
    assert "lokasi terpilih melayani" in html(app)
    assert button(app, "Batalkan") is None
    assert time.monotonic() - started < 5


def test_work_can_be_stopped_and_asked_for_again(app):
    button(app, "Pilihkan").click().run()
    button(app, "Batalkan").click().run()
    assert not app.exception
    assert "Dibatalkan" in html(app)
    button(app, "Jalankan lagi").click().run()
    assert button(app, "Batalkan") is not None
    button(app, "Batalkan").click().run()


def test_a_request_that_cannot_be_met_is_told_in_words(app):
    number(app, "Banyaknya").set_value(1)
    number(app, "Perjalanan terlama (menit)").set_value(10)
    number(app, "Jam terlayani tiap kecamatan, minimal (%)").set_value(100)
    button(app, "Pilihkan").click().run()
    until_done(app)
    assert "bertabrakan" in html(app)


def test_an_office_is_compared_with_the_one_of_today(app):
    app.button_group(key="tapak-sets-mode").set_value("office").run()
    assert not app.exception
    button(app, "Pilihkan").click().run()
    until_done(app)
    told = html(app)
    assert "Pos Bapas di " in told
    assert "Jam dihemat setahun" in told
    assert [s.value for s in app.subheader][:2] == ["Kini", "Sesudah"]


def test_an_office_at_nonsense_is_refused_in_a_sentence(app):
    app.button_group(key="tapak-sets-mode").set_value("office").run()
    app.text_input[0].set_value("entah di mana")
    button(app, "Pilihkan").click().run()
    assert not app.exception
    assert app.error
    assert "entahdimana" in app.error[0].value

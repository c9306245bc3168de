"""The ranking page's own logic over a real small study: scenarios in the row, roles, the way out."""

import sys
from pathlib import Path

import boards
import pytest
from streamlit.testing.v1 import AppTest

import ui.board
import ui.study
from ui.board import KEY, SITE
from ui.shell import GO
from work import roles
from work.roles import Actor, Role
from work.scenarios import save_scenario

ROOT = Path(__file__).parents[2]


@pytest.fixture
def app(monkeypatch, study):
    monkeypatch.setattr(sys, "argv", ["app.py", str(study)])
    made = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    made.session_state[GO] = "peringkat"
    return made


def test_a_chosen_scenario_stands_in_the_session_and_is_who_set_the_weights(app, study):
    save_scenario(study, "Rapat", programme=None, groups={"benefit": 10, "safety": 90}, weights={})
    app.run()
    assert not app.exception
    choice = next(box for box in app.selectbox if box.label == "Skenario bobot")
    assert choice.options == ["Bobot studi", "Rapat"]
    choice.select("Rapat").run()
    assert not app.exception
    assert app.session_state["tapak-scenario"] == {"kerja-sosial": "Rapat"}


@pytest.mark.parametrize("role", list(Role))
def test_only_those_who_may_save_see_the_button(app, monkeypatch, role):
    actor = Actor(name="seseorang", role=role)
    monkeypatch.setattr("ui.session.use_actor", lambda: roles.name_actor(actor))
    app.run()
    assert not app.exception
    seen = "Simpan skenario" in [button.label for button in app.button]
    assert seen == roles.may("scenario", actor)


def test_desa_are_offered_for_juveniles_only_and_ranked_on_request(app):
    app.run()
    assert "Peringkat desa untuk Anak" not in [toggle.label for toggle in app.toggle]
    app.selectbox[0].select("pelayanan-masyarakat").run()
    assert not app.exception
    (toggle,) = (t for t in app.toggle if t.label == "Peringkat desa untuk Anak")
    toggle.set_value(True).run()
    assert not app.exception


def test_the_link_of_a_site_takes_it_along_to_its_own_page(monkeypatch):
    board = boards.board(20)
    site = board.result.candidates.ids[3]
    session = {KEY: {"opened": site}}
    monkeypatch.setattr(ui.board.st, "session_state", session)
    ui.board._open(board)
    assert (session[SITE], session[GO]) == (site, "lokasi")
    for sent in ("p-nowhere", None, 7, {"id": site}):
        other = {KEY: {"opened": sent}}
        monkeypatch.setattr(ui.board.st, "session_state", other)
        ui.board._open(board)
        assert set(other) == {KEY}

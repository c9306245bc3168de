"""Pages of a study with nothing to show say what to do and lead there."""

import sys
from dataclasses import replace
from pathlib import Path

import boards
import pytest
from streamlit.testing.v1 import AppTest

import ui.study
from ui.shell import GO

ROOT = Path(__file__).parents[2]


@pytest.fixture
def opened(monkeypatch):
    def at(address, board):
        monkeypatch.setattr(sys, "argv", ["app.py", "distrik-uji"])
        monkeypatch.setattr(ui.study, "opened", lambda *_: board)
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        app.session_state[GO] = address
        return app.run()

    return at


def said(app):
    return " ".join(str(part.value) for part in (*app.markdown, *app.get("html")))


@pytest.mark.parametrize("address", ["lokasi", "himpunan"])
def test_without_a_place_the_page_leads_to_where_they_are_added(opened, address):
    app = opened(address, boards.board(0))
    assert not app.exception
    assert "belum punya lokasi" in said(app)
    app.button[-1].click().run()
    assert not app.exception
    assert [t.value for t in app.title] == ["Data"]


def test_where_every_place_is_excluded_that_is_said_and_not_that_there_are_none(opened):
    board = boards.board(12)
    none = replace(board.result.ranking, order=board.result.ranking.order[:0])
    app = opened("himpunan", replace(board, result=replace(board.result, ranking=none)))
    assert not app.exception
    assert "Semua lokasi dikecualikan" in said(app)
    assert "belum punya lokasi" not in said(app)

"""The page's own logic: which study, which weights, which language, and faults in one sentence."""

import itertools
import sys
from pathlib import Path

import boards
import pytest
from streamlit.testing.v1 import AppTest

import ui.study
from geo.errors import StudyError, UsageError
from ui.parts import plain
from ui.serve import APP, command, environment
from ui.shell import GO
from ui.tried import sent_weights

ROOT = Path(__file__).parents[2]


@pytest.fixture
def app(monkeypatch):
    """The real app.py over invented boards."""
    monkeypatch.setattr(
        ui.study, "open_board", lambda _, programme: boards.board(24, programme=programme)
    )
    monkeypatch.setattr(sys, "argv", ["app.py", "distrik-uji"])
    ui.study._opened.clear()
    ui.study._measured.clear()
    made = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    made.session_state[GO] = "peringkat"
    yield made
    ui.study._opened.clear()
    ui.study._measured.clear()


def test_the_page_has_one_title_a_programme_and_a_language(app):
    app.run()
    assert not app.exception
    assert [t.value for t in app.title] == ["Peringkat lokasi"]
    assert app.selectbox[0].options == [
        "Kerja sosial (dewasa)",
        "Pelayanan masyarakat (Anak)",
        "Pos Bapas",
    ]
    assert app.session_state["lang"] == "id"


def test_the_address_may_name_the_language(app):
    app.query_params["lang"] = "en"
    app.run()
    assert app.title[0].value == "Ranking of places"


def test_a_language_nobody_speaks_here_becomes_indonesian(app):
    app.query_params["lang"] = "xx"
    app.run()
    assert app.title[0].value == "Peringkat lokasi"


def test_another_programme_opens_its_own_board(app):
    app.run()
    app.selectbox[0].select("pos-bapas").run()
    assert not app.exception
    assert app.session_state["programme"] == "pos-bapas"


def test_a_study_that_cannot_be_opened_is_one_plain_sentence(app, monkeypatch):
    def refuse(_, programme):  # noqa: ARG001 - called by its name
        raise StudyError("study.not_a_study", folder="<b>*x*</b>")

    monkeypatch.setattr(ui.study, "open_board", refuse)
    app.run()
    assert not app.exception
    assert len(app.error) == 1
    assert "study.toml tidak ditemukan" in app.error[0].value.replace("\\", "")
    assert "<b>" not in app.error[0].value
    assert len(app.title) == 1


def test_without_a_study_the_page_says_how_to_name_one(app, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py"])
    monkeypatch.delenv("TAPAK_STUDY", raising=False)
    app.run()
    assert "tapak app" in app.error[0].value.replace("\\", "")


def test_the_study_is_the_first_word_else_the_environment_s(monkeypatch):
    monkeypatch.setenv("TAPAK_STUDY", "/data/dari-lingkungan")
    monkeypatch.setattr(sys, "argv", ["app.py", "--x", "/data/dari-perintah"])
    assert ui.study.folder() == Path("/data/dari-perintah")
    monkeypatch.setattr(sys, "argv", ["app.py"])
    assert ui.study.folder() == Path("/data/dari-lingkungan")
    monkeypatch.delenv("TAPAK_STUDY")
    with pytest.raises(UsageError):
        ui.study.folder()


def test_a_study_changed_on_disk_is_opened_again(tmp_path):
    (tmp_path / "study.toml").write_text("a")
    before = ui.study.stamp(tmp_path)
    assert ui.study.stamp(tmp_path) == before
    (tmp_path / "study.toml").write_text("ab")
    assert ui.study.stamp(tmp_path) != before


def test_the_command_serves_this_machine_only_and_reports_to_nobody(tmp_path):
    words = command(tmp_path, 8599)
    flag = dict(itertools.pairwise(words))
    assert flag["--server.address"] == "127.0.0.1"
    assert flag["--server.port"] == "8599"
    assert flag["--browser.gatherUsageStats"] == "false"
    assert flag["--server.headless"] == "true"
    assert words[-2:] == ["--", str(tmp_path)]
    assert APP.is_file()
    assert environment(tmp_path)["TAPAK_STUDY"] == str(tmp_path)


@pytest.mark.parametrize(
    "sent",
    [None, 7, "x", [], {}, {"groups": 1, "weights": {}}, {"groups": {}, "weights": {"a": "1"}},
     {"groups": {"benefit": True}, "weights": {}}],
)  # fmt: skip
def test_anything_but_plain_weights_from_the_browser_is_ignored(sent):
    assert sent_weights(sent) is None


def test_text_for_streamlit_is_kept_from_being_markdown():
    assert plain("a*b_[c](d)<e>`f`") == r"a\*b\_\[c\]\(d\)\<e\>\`f\`"

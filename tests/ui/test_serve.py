"""How the app is started: for whoever sits here, for phones of the office, and behind a proxy."""

import socket
import subprocess
from itertools import pairwise

import pytest

from geo.errors import UsageError
from ui import accounts, serve
from ui.serve import SECRETS, command, environment, for_public, free_port, open_when_ready
from work.public import is_public

PUBLIC = "https://tapak.contoh.go.id"


def flags(line):
    pairs = [(a[2:], b) for a, b in pairwise(line) if a.startswith("--") and b != "--"]
    return {name: [v for n, v in pairs if n == name] for name, _ in pairs}


@pytest.fixture
def with_accounts(tmp_path):
    """A study whose people sign in at the public address."""

    def make(*, people=True, back=f"{PUBLIC}/oauth2callback"):
        from data.workspace import create_study

        folder = tmp_path / "studi"
        create_study(folder, name="Uji").close()
        if people:
            with (folder / "study.toml").open("a", encoding="utf-8") as text:
                text.write('\n[accounts.people]\n"sri@bapas.contoh" = { role = "planner" }\n')
        if back:
            (folder / SECRETS).parent.mkdir()
            (folder / SECRETS).write_text(f'[auth]\nredirect_uri = "{back}"\n', encoding="utf-8")
        return folder

    return make


def test_what_must_hold_stands_on_the_command_line(tmp_path):
    told = flags(command(tmp_path, 8501))
    assert told["server.address"] == ["127.0.0.1"]
    assert told["server.enableCORS"] == ["true"]
    assert told["server.enableXsrfProtection"] == ["true"]
    assert told["browser.gatherUsageStats"] == ["false"]
    assert told["server.allowedHosts"] == ["127.0.0.1", "localhost"]


def test_phones_may_ask_for_the_office_s_address_too(tmp_path):
    told = flags(command(tmp_path, 8501, lan_address="192.168.1.7"))
    assert told["server.allowedHosts"] == ["127.0.0.1", "localhost", "192.168.1.7"]


def test_behind_a_proxy_only_its_name_is_served_and_still_from_this_machine_only(tmp_path):
    told = flags(command(tmp_path, 8501, public=f"{PUBLIC}:8443/tapak"))
    assert told["server.address"] == ["127.0.0.1"]
    assert told["server.allowedHosts"] == ["tapak.contoh.go.id"]
    assert told["browser.serverPort"] == ["8443"]
    assert told["server.baseUrlPath"] == ["tapak"]
    assert environment(tmp_path, public=PUBLIC)["TAPAK_PUBLIC"] == PUBLIC


def test_nobody_sits_at_a_server(monkeypatch):
    """Whatever the headers say: a proxy that forgets to pass on who asks opens nothing."""
    monkeypatch.setenv("TAPAK_PUBLIC", PUBLIC)
    assert is_public()
    assert accounts._at_this_machine() is False


def test_a_study_with_accounts_is_served(with_accounts):
    assert for_public(with_accounts(), f" {PUBLIC}/ ") == PUBLIC


@pytest.mark.parametrize(
    "address",
    [
        "http://tapak.contoh.go.id",
        "tapak.contoh.go.id",
        "https://",
        "https://a b",
        "https://tapak.contoh.go.id/?x=1",
        "https://budi:rahasia@tapak.contoh.go.id",
        "https://tapak.contoh.go.id:99999",
        "https://tapak.contoh.go.id/../lain",
        "https://*.contoh.go.id",
    ],
)
def test_an_address_that_is_none_is_refused(with_accounts, address):
    with pytest.raises(UsageError) as told:
        for_public(with_accounts(), address)
    assert told.value.code == "serve.address"


def test_a_study_without_accounts_is_never_served_to_others(with_accounts):
    with pytest.raises(UsageError) as told:
        for_public(with_accounts(people=False), PUBLIC)
    assert told.value.code == "serve.no_accounts"


def test_people_without_a_way_to_sign_in_are_no_accounts(with_accounts):
    with pytest.raises(UsageError) as told:
        for_public(with_accounts(back=""), PUBLIC)
    assert told.value.code == "serve.no_accounts"


def test_what_is_made_for_the_public_needs_no_accounts_and_is_said_to_the_app(
    with_accounts, tmp_path
):
    folder = with_accounts(people=False)
    assert for_public(folder, PUBLIC, anybody=True) == PUBLIC
    with pytest.raises(UsageError):
        for_public(folder, "http://contoh.go.id", anybody=True)
    assert environment(tmp_path)["TAPAK_PUBLIK"] == ""
    assert environment(tmp_path, anybody=True)["TAPAK_PUBLIK"]


def test_a_way_back_to_another_address_is_told(with_accounts):
    folder = with_accounts(back="http://127.0.0.1:8501/oauth2callback")
    with pytest.raises(UsageError) as told:
        for_public(folder, PUBLIC)
    assert told.value.code == "serve.redirect"
    assert f"{PUBLIC}/oauth2callback" in told.value.say()


def test_a_port_that_is_taken_is_not_taken_twice(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(serve, "USUAL_PORT", taken.getsockname()[1])
        found = free_port(0)
        assert found not in {0, taken.getsockname()[1]}
    assert free_port(8765) == 8765


def test_the_browser_opens_when_the_app_answers_and_not_before(monkeypatch):
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    opened = threading.Event()
    monkeypatch.setattr(serve.webbrowser, "open", lambda _url: opened.set())

    class Well(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_given):
            pass

    server = HTTPServer(("127.0.0.1", 0), Well)  # it listens, and answers nobody yet
    open_when_ready(f"http://127.0.0.1:{server.server_port}")
    assert not opened.wait(0.5)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    assert opened.wait(10)
    server.shutdown()
    server.server_close()


def test_lan_and_a_server_do_not_go_together(with_accounts):
    import sys
    from pathlib import Path

    cli = Path(__file__).parents[2] / "cli.py"
    line = [sys.executable, str(cli), "app", str(with_accounts()), "--lan", "--public", PUBLIC]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert done.returncode == 2
    assert "Pilih satu" in done.stderr

"""A study on a server, as its people reach it: through TLS, by its own name, and by no other."""

from __future__ import annotations

import base64
import http.client
import shutil
import socket
import ssl
from contextlib import contextmanager

import pytest
from fronts import NAME, front
from served import free_port, run

from ui.serve import SECRETS, command, environment, for_public

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module", params=["nginx:", "caddy:/tapak"])
def site(request, support, small_demo, tmp_path_factory):
    """A proxy of the project's own configuration before the real app of a study with accounts.

    One serves it at the top of its name, the other below a path.
    """
    kind, _, path = request.param.partition(":")
    folder = tmp_path_factory.mktemp(kind)
    study = folder / "studi"
    shutil.copytree(small_demo, study)
    with (study / "study.toml").open("a", encoding="utf-8") as text:
        text.write('\n[accounts.people]\n"sri@bapas.contoh" = { role = "planner" }\n')
    app, https = free_port(), free_port()
    url = f"https://{NAME}:{https}{path}"
    oidc = support("oidc_server")
    with oidc.provider() as provider, front(kind, folder, app=app, https=https) as plain:
        (study / SECRETS).parent.mkdir()
        (study / SECRETS).write_text(oidc.secrets_text(provider, url), encoding="utf-8")
        assert for_public(study, f"{url}/") == url
        line = command(study, app, public=url)
        own = environment(study, public=url)
        told = {"url": url, "path": path, "https": https, "http": plain, "app": app}
        for _ in run(line, f"http://127.0.0.1:{app}{path}", folder / "app.log", env=own):
            yield told | {"provider": provider}


def ask(site, path="/", *, host=None, server_name=NAME, method="GET", headers=None):
    """Ask over TLS for any name, whatever the certificate says."""
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    plug = socket.create_connection(("127.0.0.1", site["https"]), timeout=10)
    talk = http.client.HTTPConnection("127.0.0.1", site["https"], timeout=10)
    talk.sock = trust.wrap_socket(plug, server_hostname=server_name)
    told = {"Host": host or f"{NAME}:{site['https']}"} | (headers or {})
    talk.request(method, site["path"] + path, headers=told)
    answer = talk.getresponse()
    answer.read()
    return answer


@contextmanager
def upgrade(site, **headers):
    """Ask the app itself, past the proxy, for its websocket; yields the first line it says."""
    key = base64.b64encode(b"0123456789abcdef").decode()
    lines = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    lines |= {"Sec-WebSocket-Key": key} | {k.replace("_", "-"): v for k, v in headers.items()}
    with socket.create_connection(("127.0.0.1", site["app"]), timeout=10) as plug:
        asked = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        plug.sendall(f"GET {site['path']}/_stcore/stream HTTP/1.1\r\n{asked}\r\n".encode())
        yield plug.recv(4096).decode("latin-1").splitlines()[0]


def test_a_planner_signs_in_through_the_proxy_and_works(site, chromium):
    context = chromium.new_context(
        ignore_https_errors=True, viewport={"width": 1280, "height": 800}
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    site["provider"].person = {"sub": "1", "email": "sri@bapas.contoh", "name": "Sri"}
    try:
        page.goto(site["url"])
        page.get_by_role("button", name="Masuk").click()
        page.get_by_role("heading", level=1, name="Beranda").wait_for()
        page.goto(f"{site['url']}/peringkat")
        page.wait_for_selector(".board[data-painted]", state="attached")
        assert "SINTETIS" in page.locator(".synthetic").first.text_content()
    finally:
        context.close()
    assert sockets
    assert all(url.startswith(f"wss://{NAME}:{site['https']}/") for url in sockets)


def test_answers_carry_what_protects_a_browser(site):
    answer = ask(site)
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Access-Control-Allow-Origin"] is None
    assert "geolocation=(self)" in answer.headers["Permissions-Policy"]
    assert ask(site, "/_stcore/health").status == 200


def test_plain_http_is_sent_to_tls_or_not_answered(site):
    talk = http.client.HTTPConnection("127.0.0.1", site["http"], timeout=10)
    try:
        talk.request("GET", "/", headers={"Host": NAME})
        answer = talk.getresponse()
    except OSError:  # Caddy's own port 80 is not opened here
        return
    assert answer.status == 308
    assert answer.headers["Location"].startswith("https://")


def test_another_name_is_not_served(site):
    with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
        ask(site, server_name="jahat.contoh", host="jahat.contoh")
    try:  # the right name to the lock, another to the door
        answer = ask(site, host="jahat.contoh")
    except (http.client.HTTPException, ConnectionError):
        return
    assert answer.status in {400, 403, 404, 421} or answer.headers["Content-Length"] == "0"


def test_what_is_too_large_is_refused_before_the_app_sees_it(site):
    headers = {"Content-Length": str(70_000_000)}
    try:
        answer = ask(site, "/_stcore/upload_file/a/b", method="PUT", headers=headers)
    except (TimeoutError, ConnectionError, http.client.HTTPException):
        pytest.fail("a body that is too large was waited for")
    assert answer.status in {400, 403, 413}


def test_the_app_behind_the_proxy_answers_its_own_name_only(site):
    own = f"https://{NAME}:{site['https']}"
    for host, origin, says in (
        (f"{NAME}:{site['https']}", own, " 101"),
        (f"127.0.0.1:{site['app']}", f"http://127.0.0.1:{site['app']}", " 403"),
        ("jahat.contoh", "https://jahat.contoh", " 403"),
        (f"{NAME}:{site['https']}", "https://jahat.contoh", " 403"),
    ):
        with upgrade(site, Host=host, Origin=origin) as line:
            assert says in line, (host, origin)

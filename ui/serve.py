"""The command that starts the app, so that it finds its looks from any folder."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
import urllib.request
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geo.errors import UsageError
from work.accounts import accounts_of
from work.lan import VARIABLE, new_secret, own_address, pin_of, today
from work.public import ANYBODY_VARIABLE, PUBLIC_VARIABLE

APP = Path(__file__).parent.parent / "app.py"
STUDY_VARIABLE = "TAPAK_STUDY"
SECRETS = "rahasia/secrets.toml"
"""How people sign in (``[auth]``), in the study's folder: never a part of the project."""
USUAL_PORT = 8501
HERE = ("127.0.0.1", "localhost")
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_PATH = re.compile(r"(/[A-Za-z0-9_-]+)*/?")
_PATIENCE_S = 60.0


def command(folder: Path, port: int, *, lan_address: str = "", public: str = "") -> list[str]:
    """Return the command line that serves one study, on this machine only unless asked otherwise.

    Streamlit looks for ``.streamlit/config.toml`` and ``static/`` beside ``app.py``, so the current
    folder does not matter. What must hold whatever a person's own settings say (this machine
    only, nothing reported to anybody, no page of another site's) stands on the command line, which
    overrides every file. Only names that are meant may be asked for: a page elsewhere that points
    its own name at this machine is refused.

    Parameters
    ----------
    folder : Path
        The study.
    port : int
    lan_address : str
        This machine's address in the office's network when phones there may enter visits.
    public : str
        The https address of the proxy in front, on a server; checked by `for_public`.
    """
    flags = {
        "server.port": str(port),
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.enableStaticServing": "true",
        "server.enableCORS": "true",
        "server.enableXsrfProtection": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "global.developmentMode": "false",
        "secrets.files": str(folder.resolve() / SECRETS),
    }
    hosts = [*HERE]
    if lan_address:
        flags |= {"server.address": "0.0.0.0", "browser.serverAddress": lan_address}  # noqa: S104 - asked for with --lan
        hosts.append(lan_address)
    if public:
        told = urlsplit(public)
        hosts = [told.hostname or ""]
        flags |= {
            "browser.serverAddress": hosts[0],
            "browser.serverPort": str(told.port or 443),
            "server.baseUrlPath": told.path.strip("/"),
        }
    given = [word for name, value in flags.items() for word in (f"--{name}", value)]
    given += [word for host in hosts for word in ("--server.allowedHosts", host)]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *given, "--", str(folder.resolve())]


def environment(
    folder: Path, *, lan_secret: str = "", public: str = "", anybody: bool = False
) -> dict[str, str]:
    """Return the environment for `command`: this process's own, which study, served to whom."""
    own = {
        STUDY_VARIABLE: str(folder.resolve()),
        "PYTHONUTF8": "1",
        VARIABLE: lan_secret,
        PUBLIC_VARIABLE: public,
        ANYBODY_VARIABLE: "1" if anybody else "",
    }
    return {**os.environ, **own}


def for_phones(folder: Path) -> dict[str, str]:
    """Draw what phones need to enter visits: ``address, secret, pin``.

    Raises
    ------
    UsageError
        ``lan.accounts`` where people sign in · ``lan.no_network``.
    """
    if (folder / SECRETS).is_file() or accounts_of(folder).people:
        raise UsageError("lan.accounts")
    address, secret = own_address(), new_secret()
    if not address:
        raise UsageError("lan.no_network")
    return {"address": address, "secret": secret, "pin": pin_of(secret, today())}


def for_public(folder: Path, address: str, *, anybody: bool = False) -> str:
    """Check that a study may be served to other machines at an address; returns it, tidied.

    Behind a proxy every browser looks as if it ran on this machine, so a study without accounts
    would be open to all: it is refused, unless only what was made for `anybody` is shown.

    Raises
    ------
    UsageError
        ``serve.address`` · ``serve.no_accounts`` · ``serve.redirect`` where the provider would send
        people back to another address.
    """
    try:
        told = urlsplit(address.strip().rstrip("/"))
        port = f":{told.port}" if told.port else ""
    except ValueError as fault:
        raise UsageError("serve.address", given=address) from fault
    host = (told.hostname or "").lower()
    plain = not (told.query or told.fragment or told.username or told.password)
    whole = _NAME.fullmatch(host) and _PATH.fullmatch(told.path)
    if told.scheme != "https" or not plain or not whole:
        raise UsageError("serve.address", given=address)
    tidy = f"https://{host}{port}{told.path}"
    if anybody:
        return tidy
    auth = _auth(folder / SECRETS)
    if not accounts_of(folder).people or not auth:
        raise UsageError("serve.no_accounts")
    wanted = f"{tidy}/oauth2callback"
    back = str(auth.get("redirect_uri", ""))
    if back != wanted:
        raise UsageError("serve.redirect", given=back, wanted=wanted)
    return tidy


def _auth(secrets: Path) -> dict[str, Any]:
    try:
        told = tomllib.loads(secrets.read_text("utf-8")).get("auth", {})
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def until_ended(line: Sequence[str], own: Mapping[str, str]) -> int:
    """Run the server until it ends; it ends with this process when somebody ends that."""
    server = subprocess.Popen(line, env=own)  # noqa: S603 - our own command line, no shell
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        return server.wait()
    except KeyboardInterrupt:  # Ctrl+C went to the server too
        return server.wait()
    finally:
        server.terminate()


def free_port(wanted: int) -> int:
    """Return the port asked for; for 0 the usual one, or any other when that is taken."""
    if wanted:
        return wanted
    for port in (USUAL_PORT, 0):
        with suppress(OSError), socket.socket() as door:
            if sys.platform == "win32":  # there a port in use can otherwise be bound a second time
                door.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            door.bind((HERE[0], port))
            return int(door.getsockname()[1])
    return USUAL_PORT


def open_when_ready(url: str) -> None:
    """Open the browser of whoever sits here once the app answers, without waiting for it."""

    def wait() -> None:
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            with suppress(OSError):
                with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):  # noqa: S310 - our own server
                    pass
                webbrowser.open(url)
                return
            time.sleep(0.3)

    threading.Thread(target=wait, daemon=True).start()

"""The command that starts the app, so that it finds its looks from any folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from geo.errors import UsageError
from work.accounts import accounts_of
from work.lan import VARIABLE, new_secret, own_address, pin_of, today

APP = Path(__file__).parent.parent / "app.py"
STUDY_VARIABLE = "TAPAK_STUDY"
SECRETS = "rahasia/secrets.toml"
"""How people sign in (``[auth]``), in the study's folder: never a part of the project."""


def command(folder: Path, port: int, *, lan_address: str = "") -> list[str]:
    """Return the command line that serves one study, on this machine only unless asked otherwise.

    Streamlit looks for ``.streamlit/config.toml`` and ``static/`` beside ``app.py``, so the current
    folder does not matter. What must hold whatever a person's own settings say (this machine
    only, nothing reported to anybody) stands on the command line, which overrides every file.

    Parameters
    ----------
    folder : Path
        The study.
    port : int
    lan_address : str
        This machine's address in the office's network when phones there may enter visits.
    """
    flags = {
        "server.port": str(port),
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.enableStaticServing": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "global.developmentMode": "false",
        "secrets.files": str(folder.resolve() / SECRETS),
    }
    if lan_address:
        flags |= {"server.address": "0.0.0.0", "browser.serverAddress": lan_address}  # noqa: S104 - asked for with --lan
    given = [word for name, value in flags.items() for word in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *given, "--", str(folder.resolve())]


def environment(folder: Path, *, lan_secret: str = "") -> dict[str, str]:
    """Return the environment for `command`: this process's own, which study, which phones' PIN."""
    own = {STUDY_VARIABLE: str(folder.resolve()), "PYTHONUTF8": "1", VARIABLE: lan_secret}
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

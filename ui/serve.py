"""The command that starts the app, so that it finds its looks from any folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

APP = Path(__file__).parent.parent / "app.py"
STUDY_VARIABLE = "TAPAK_STUDY"


def command(folder: Path, port: int) -> list[str]:
    """Return the command line that serves one study on this machine only.

    Streamlit looks for ``.streamlit/config.toml`` and ``static/`` beside ``app.py``, so the current
    folder does not matter. What must hold whatever a person's own settings say (this machine
    only, nothing reported to anybody) stands on the command line, which overrides every file.

    Parameters
    ----------
    folder : Path
        The study.
    port : int
    """
    flags = {
        "server.port": str(port),
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.enableStaticServing": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "global.developmentMode": "false",
    }
    given = [word for name, value in flags.items() for word in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *given, "--", str(folder.resolve())]


def environment(folder: Path) -> dict[str, str]:
    """Return the environment for `command`: this process's own, and which study is meant."""
    return {**os.environ, STUDY_VARIABLE: str(folder.resolve()), "PYTHONUTF8": "1"}

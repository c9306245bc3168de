"""Open Tapak on an office computer: make its environment once, then the demo or a study.

Started by ``Tapak.cmd`` (Windows) or ``tapak.sh``; ``--into FOLDER`` makes a server's environment.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # the small Python does not look here

from environment import ROOT, StopError, check_python, environment, run, sentence, server, tell


def own_folder() -> Path:
    """Return where studies of this person are kept: outside Tapak, so that it can be replaced."""
    return Path.home() / "Tapak"


def demo(python: Path) -> Path:
    """Return the demo study, made first where it is not there yet."""
    folder = own_folder() / "contoh"
    if not (folder / "study.toml").is_file():
        tell(sentence("demo"))
        if run([str(python), str(ROOT / "cli.py"), "demo", str(folder)]).returncode != 0:
            raise StopError(sentence("failed"))
    return folder


def new(python: Path) -> Path:
    """Make an empty study of the name that is typed."""
    name = input(sentence("ask_name")).strip()
    plain = re.sub(r"[^\w .-]+", "_", name).strip("._ ")
    if not plain:
        raise StopError(sentence("no_name"))
    folder = own_folder() / plain
    line = [str(python), str(ROOT / "cli.py"), "new", str(folder), "--name", name]
    if run(line).returncode != 0:
        raise StopError(sentence("failed"))
    return folder


def pick() -> Path:
    """Let somebody show where a study is: in a window, or by typing."""
    told = ""
    try:
        from tkinter import Tk, filedialog

        window = Tk()
        window.withdraw()
        told = filedialog.askdirectory(title=sentence("pick"), mustexist=True)
        window.destroy()
    except Exception:  # noqa: BLE001 - the small Python has no windows, a server no screen
        told = input(sentence("ask_folder"))
    return Path(told.strip().strip('"'))


def choose(python: Path) -> Path:
    """Ask what to open."""
    tell(sentence("menu"))
    answer = input(sentence("ask_number")).strip()
    if answer == "2":
        return pick()
    return new(python) if answer == "3" else demo(python)


def opens(words: list[str]) -> bool:
    """Tell whether a study is named; ``demo FOLDER`` is a command also where a folder demo is."""
    return Path(words[0]).is_dir() and all(word.startswith("-") for word in words[1:2])


def main(words: list[str]) -> int:
    """Make the environment, then open what is asked for; anything but a folder is a command."""
    try:
        check_python()
        if len(words) == 2 and words[0] == "--into":
            return server(Path(words[1]).absolute())
        python = environment()
        if words and not opens(words):
            return run([str(python), str(ROOT / "cli.py"), *words]).returncode
        study = Path(words[0]) if words else choose(python)
        if not (study / "study.toml").is_file():
            raise StopError(sentence("no_study", folder=str(study)))
        tell(sentence("opening"))
        more = words[1:] or ["--port", "0", "--open"]
        return run(
            [str(python), str(ROOT / "cli.py"), "app", str(study.absolute()), *more]
        ).returncode
    except StopError as fault:
        tell(str(fault))
        return 1
    except OSError as fault:
        tell(sentence("fault", what=fault.strerror or type(fault).__name__))
        return 1
    except (EOFError, KeyboardInterrupt):
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

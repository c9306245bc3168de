"""Make the environment Tapak runs in, with nothing but Python's own library.

Packages come from the folder ``wheels`` where it is there (``tools/wheelhouse.py`` fills it; no
internet is then asked), else from the package registry. Used by ``tools/laptop.py``.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WHEELS = ROOT / "wheels"
LIST = "requirements.txt"
STAMP = "tapak-laptop.txt"
WINDOWS = sys.platform == "win32"
LONGEST_NAME, LONGEST_PATH = 190, 259
"""The longest name inside the packages with its folder, and what Windows takes as a whole."""
NEWEST = (3, 11)


class StopError(Exception):
    """Something a person must mend first; told in one sentence."""


def sentence(code: str, **fields: object) -> str:
    """Make a sentence from the project's own catalogue, before Babel is there to read it."""
    lang = "en" if os.environ.get("TAPAK_LANG") == "en" else "id"
    po = ROOT / "locale" / lang / "LC_MESSAGES" / "deploy.po"
    return catalogue(po.read_text(encoding="utf-8"))[f"laptop.{code}"].format(**fields)


def catalogue(text: str) -> dict[str, str]:
    """Read a .po file of one-line entries."""
    pairs = re.findall(r'^msgid (".*")\r?\nmsgstr (".*")\r?$', text, flags=re.MULTILINE)
    read = {ast.literal_eval(code): ast.literal_eval(told) for code, told in pairs}
    return {code: told for code, told in read.items() if code}


def tell(text: str) -> None:
    """Say something at once, whatever signs the window knows."""
    code = sys.stdout.encoding or "ascii"
    sys.stdout.write(text.encode(code, "replace").decode(code) + "\n")
    sys.stdout.flush()


def run(line: list[str], *, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command that is ours, without a shell, in UTF-8."""
    own = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": ""}
    return subprocess.run(  # noqa: S603 - our own command line, no shell
        line, env=own, check=False, encoding="utf-8", errors="replace", capture_output=quiet
    )


def check_python() -> None:
    """Refuse a Python that cannot run Tapak."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < NEWEST:
        raise StopError(sentence("python_old", found=found))
    if sys.maxsize < 2**32:
        raise StopError(sentence("python_32", found=found))
    made_for = offline().get("python")
    here = ".".join(map(str, sys.version_info[:2]))
    if made_for and made_for != here:
        raise StopError(sentence("python_other", found=here, wanted=made_for))
    if made_for and (offline().get("platform") == "win_amd64") != WINDOWS:
        raise StopError(sentence("wheels_other"))


def offline() -> dict[str, str]:
    """Return what the folder of wheels was made for; {} where there is none."""
    if not (WHEELS / LIST).is_file():
        return {}
    try:
        told = json.loads((WHEELS / "wheelhouse.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def state() -> str:
    """Return what an environment depends on: another Tapak or another Python makes a new one."""
    digest = hashlib.sha256(f"{sys.version}|{sys.executable}|{ROOT}".encode())
    for path in (ROOT / "pyproject.toml", ROOT / "constraints.txt", WHEELS / LIST):
        digest.update(path.read_bytes() if path.is_file() else b"-")
    return digest.hexdigest()


def bundled() -> Path | None:
    """Return the folder of the small (embeddable) Python that runs this, None for any other."""
    home = Path(sys.executable).parent
    return home if WINDOWS and any(home.glob("python*._pth")) else None


def place() -> Path:
    """Return where the environment goes: beside Tapak, else in the person's own folder.

    Beside it cannot be written on a share or a stick that is locked; and Windows takes no path of
    260 signs.
    """
    own = os.environ.get("LOCALAPPDATA") or str(Path.home() / ".local" / "share")
    digest = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    for folder in (ROOT / ".venv", Path(own) / "Tapak" / digest):
        short = not WINDOWS or len(str(folder)) + LONGEST_NAME <= LONGEST_PATH
        if short and writable(folder.parent):
            return folder
    raise StopError(sentence("nowhere", folder=str(ROOT)))


def writable(folder: Path) -> bool:
    """Tell whether a file can be made in a folder, which is made when missing."""
    trial = folder / f".tapak-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(b"")
        trial.unlink()
    except OSError:
        return False
    return True


def python_of(env: Path) -> Path:
    """Return an environment's Python."""
    return env / ("Scripts/python.exe" if WINDOWS else "bin/python")


def environment() -> Path:
    """Return the Python with everything Tapak needs, made first where it is not there yet."""
    home = bundled()
    env = home or place()
    python = Path(sys.executable) if home else python_of(env)
    stamp = env / STAMP
    if python.is_file() and stamp.is_file() and stamp.read_text("utf-8") == state():
        return python
    tell(sentence("making"))
    if home:
        open_paths(home)
    elif not made(env):
        raise StopError(sentence("no_venv"))
    install(python, home)
    name_ourselves(python)
    compile_words(python)
    stamp.write_text(state(), encoding="utf-8")
    return python


def made(env: Path) -> bool:
    """Make an empty environment with pip; what an attempt that died left behind is cleared."""
    done = run([sys.executable, "-m", "venv", "--clear", str(env)], quiet=True)
    return done.returncode == 0 and python_of(env).is_file()


def open_paths(home: Path) -> None:
    """Let the small Python see packages: it comes with a list of the only folders it looks in."""
    for paths in home.glob("python*._pth"):
        lines = paths.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
        wanted = [*kept, *(x for x in ("Lib\\site-packages", "import site") if x not in kept)]
        paths.write_text("\n".join(wanted) + "\n", encoding="utf-8")


def install(python: Path, home: Path | None, *, extra: str = "") -> None:
    """Install every package, from the folder of wheels or from the registry."""
    pip = [str(python), "-m", "pip"]
    packed = next(iter(sorted(WHEELS.glob("pip-*.whl"))), None)
    target: list[str] = []
    if home:  # it comes without pip, which can run from its own wheel
        if packed is None:
            raise StopError(sentence("no_pip"))
        start = "import sys; sys.path.insert(0, sys.argv.pop(1)); import runpy; "
        start += "runpy.run_module('pip', run_name='__main__')"
        pip = [str(python), "-c", start, str(packed)]
        target = ["--target", str(home / "Lib" / "site-packages"), "--upgrade"]
    common = ["-q", "--disable-pip-version-check", "install", "--no-warn-script-location", *target]
    if (WHEELS / LIST).is_file():
        given = ["--no-index", "--find-links", str(WHEELS), "--no-deps", "--require-hashes"]
        done = run([*pip, "--isolated", *common, *given, "-r", str(WHEELS / LIST)], quiet=True)
    else:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        wanted = project["dependencies"] + project["optional-dependencies"].get(extra, [])
        done = run([*pip, *common, "-c", str(ROOT / "constraints.txt"), *wanted], quiet=True)
    if done.returncode != 0:
        last = ([x for x in done.stderr.splitlines() if x.strip()] or ["?"])[-1].strip()[:200]
        code = "install_offline" if (WHEELS / LIST).is_file() else "install"
        raise StopError(sentence(code, what=last))


def name_ourselves(python: Path) -> None:
    """Make Tapak itself known there, as an editable install would, without a build tool."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run([str(python), "-c", ask], quiet=True).stdout.strip())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = packages / f"tapak-{project['version']}.dist-info"
    for older in packages.glob("tapak-*.dist-info"):
        for part in older.iterdir():
            part.unlink()
    told.mkdir(parents=True, exist_ok=True)
    text = f"Metadata-Version: 2.1\nName: tapak\nVersion: {project['version']}\n"
    (told / "METADATA").write_text(text, encoding="utf-8")
    (told / "INSTALLER").write_text("tapak\n", encoding="utf-8")
    (packages / "tapak.pth").write_text(f"{ROOT}\n", encoding="utf-8")


def compile_words(python: Path) -> None:
    """Compile the catalogues, so that every start is quick; a locked folder does without."""
    if writable(ROOT):
        catalogues = map(str, sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")))
        run([str(python), str(ROOT / "tools" / "compile_words.py"), *catalogues], quiet=True)


def server(env: Path) -> int:
    """Make the environment of a release on a server, with the command ``tapak`` in it."""
    if not made(env):
        raise StopError(sentence("no_venv"))
    python = python_of(env)
    install(python, None, extra="server")
    name_ourselves(python)
    compile_words(python)
    command = python.with_name("tapak")
    command.write_text(f'#!/bin/sh\nexec "{python}" "{ROOT / "cli.py"}" "$@"\n', encoding="utf-8")
    command.chmod(0o755)  # os.name is posix here: no server of ours is a Windows
    return 0

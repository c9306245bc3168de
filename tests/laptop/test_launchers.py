"""The launchers of an office computer, line by line, and how they set Tapak up."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from tool import tool

ROOT = Path(__file__).parents[2]
CMD = (ROOT / "Tapak.cmd").read_bytes()
LINES = CMD.decode("ascii").split("\r\n")
env, laptop = tool("environment"), tool("laptop")

# -- Tapak.cmd


def test_tapak_cmd_is_ascii_with_windows_line_ends():
    assert b"\r\n" in CMD
    assert CMD.replace(b"\r\n", b"").count(b"\n") == 0
    assert CMD.endswith(b"\r\n")
    assert LINES[0] == "@echo off"  # a byte order mark would be shown as a fault


def test_every_label_that_is_gone_to_is_there():
    labels = {line[1:].strip() for line in LINES if line.startswith(":")}
    gone_to = set(
        re.findall(r"(?:goto|call) :?([a-z]+)", "\n".join(x for x in LINES if x[:3] != "rem"))
    )
    assert gone_to - {"eof"} == labels


def test_every_path_is_quoted_and_stands_in_no_brackets():
    """A folder may hold spaces, brackets and ``&``; a ``)`` in it would end a bracketed block."""
    for line in LINES:
        if line.startswith(("rem", "echo")):
            continue
        assert line.count('"') % 2 == 0, line
        bare = re.sub(r'"[^"]*"', "", line)
        assert "%~dp0" not in bare, line
        assert "%TAPAK_PY%" not in bare, line
        assert not re.search(r"\(\s*$|^\s*\)", line), line


def test_nothing_of_another_system_and_nothing_that_needs_rights():
    text = "\n".join(LINES).lower()
    for word in ("/dev/null", "$(", "export ", "#!", "`", "runas", "reg add", "setx", "powershell"):
        assert word not in text
    assert not re.search(r"(?<![a-z0-9:])/(usr|bin|home|tmp)", text)


def test_the_code_python_ends_with_is_kept_before_anything_else_runs():
    at = next(
        k for k, line in enumerate(LINES) if "laptop.py" in line and not line.startswith("rem")
    )
    assert LINES[at + 1] == 'set "TAPAK_CODE=%ERRORLEVEL%"'
    assert LINES[-2] == "exit /b %TAPAK_CODE%"


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_tapak_sh_is_read_by_plain_shells(shell):
    import shutil

    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on PATH")
    done = subprocess.run([shell, "-n", str(ROOT / "tapak.sh")], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\r" not in (ROOT / "tapak.sh").read_bytes()


def test_tapak_sh_says_so_where_there_is_no_python(tmp_path):
    for name in ("dirname",):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "tapak.sh")],
        env={"PATH": str(tmp_path)},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 atau lebih baru tidak ditemukan")


# -- words before Babel is there


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_small_reader_of_sentences_reads_what_babel_reads(lang):
    po = ROOT / "locale" / lang / "LC_MESSAGES" / "deploy.po"
    with po.open("rb") as source:
        babel = {m.id: m.string for m in read_po(source) if m.id}
    assert env.catalogue(po.read_text(encoding="utf-8")) == babel
    windows = po.read_text(encoding="utf-8").replace("\n", "\r\n")
    assert env.catalogue(windows) == babel


def test_every_sentence_the_launcher_asks_for_exists():
    po = ROOT / "locale" / "id" / "LC_MESSAGES" / "deploy.po"
    known = set(env.catalogue(po.read_text(encoding="utf-8")))
    for name in ("environment.py", "laptop.py"):
        for node in ast.walk(ast.parse((ROOT / "tools" / name).read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "sentence"
            if named and isinstance(node.args[0], ast.Constant):
                assert f"laptop.{node.args[0].value}" in known


# -- what is opened


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What would be run, with the environment standing there already."""
    lines = []

    def run(line, **_more):
        lines.append([str(word) for word in line[2:]])
        if line[2] in {"demo", "new"}:
            Path(line[3]).mkdir(parents=True)
            (Path(line[3]) / "study.toml").touch()
        return subprocess.CompletedProcess(line, 0, "", "")

    monkeypatch.setattr(laptop, "run", run)
    monkeypatch.setattr(laptop, "check_python", lambda: None)
    monkeypatch.setattr(laptop, "environment", lambda: Path("python"))
    monkeypatch.setattr(laptop.Path, "home", lambda: tmp_path / "Budi Ünit")
    return lines


def say(monkeypatch, *answers):
    left = list(answers)
    monkeypatch.setattr("builtins.input", lambda _text: left.pop(0))


def test_enter_opens_the_demo_and_makes_it_only_once(asked, monkeypatch, tmp_path):
    folder = tmp_path / "Budi Ünit" / "Tapak" / "contoh"
    for _ in range(2):
        say(monkeypatch, "")
        assert laptop.main([]) == 0
    opened = ["app", str(folder), "--port", "0", "--open"]
    assert asked == [["demo", str(folder)], opened, opened]


def test_a_new_study_is_named_as_it_is_typed(asked, monkeypatch):
    say(monkeypatch, "3", 'Kab. "Banjar": 2026?')
    assert laptop.main([]) == 0
    assert asked[0][2:] == ["--name", 'Kab. "Banjar": 2026?']
    assert Path(asked[0][1]).name == "Kab. _Banjar_ 2026"


def test_a_folder_dropped_on_the_launcher_is_opened(asked, tmp_path):
    study = tmp_path / "Data Bapas 2026" / "Studi Ünïcode"
    study.mkdir(parents=True)
    (study / "study.toml").touch()
    assert laptop.main([str(study)]) == 0
    assert asked == [["app", str(study), "--port", "0", "--open"]]


def test_a_folder_that_is_no_study_is_told(asked, tmp_path, capsys):
    assert laptop.main([str(tmp_path)]) == 1
    assert "bukan studi Tapak" in capsys.readouterr().out
    assert asked == []


def test_anything_else_is_a_command(asked):
    assert laptop.main(["rank", "studi", "--json"]) == 0
    assert asked == [["rank", "studi", "--json"]]

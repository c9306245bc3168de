"""Nothing in the product is for one system only: it is read for that, and watched at work."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from data.inputs import keep_bytes
from data.workspace import create_study
from geo import files
from geo.errors import InputError, StudyError

ROOT = Path(__file__).parents[1]
ROOMS = ("geo", "scoring", "data", "surveys", "reports", "ui", "work")
SOURCES = sorted(
    [p for room in ROOMS for p in (ROOT / room).rglob("*.py")]
    + [ROOT / name for name in ("app.py", "cli.py", "words.py", "tools/laptop.py")]
)
MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "posix", "syslog", "spwd"}
NAMES = {
    "os": {
        *(
            "fork",
            "forkpty",
            "geteuid",
            "getuid",
            "getgid",
            "getegid",
            "setuid",
            "killpg",
            "setsid",
        ),
        *("mkfifo", "chown", "nice", "wait3", "wait4", "WNOHANG", "sysconf", "statvfs", "uname"),
        *("getloadavg", "sched_getaffinity", "posix_fadvise", "rename", "symlink", "getpgid"),
    },
    "signal": {"SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "alarm", "setitimer", "pause"},
    "socket": {"AF_UNIX", "SO_REUSEPORT"},
    "time": {"tzset"},
}
KEYWORDS = {"shell", "preexec_fn", "start_new_session", "process_group", "pass_fds"}
PLACES = re.compile(r"/(tmp|dev|proc|etc|var|usr|home)/")
GUARD = re.compile(
    r"sys\.platform|os\.name|ImportError|hasattr\((os|signal|socket)\b"
    r"|OSError[\s\S]*/proc/"  # what is not in /proc is done without
)


def with_parents(tree):
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node
    return ast.walk(tree)


def guarded(node, text):
    """Whether the function (or the branch) around a node asks which system this is."""
    while (node := getattr(node, "parent", None)) is not None:
        inner = isinstance(node, (ast.If, ast.Try, ast.FunctionDef, ast.IfExp))
        if inner and GUARD.search(ast.get_source_segment(text, node) or ""):
            return True
    return False


def word(node, name):
    return next((k.value for k in node.keywords if k.arg == name), None)


def unencoded(node):
    """Whether a call reads or writes text in whatever encoding this machine happens to use."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if word(node, "encoding") is not None:
        return False
    if name in {"read_text", "write_text"}:
        return len(node.args) < (1 if name == "read_text" else 2)
    if name == "open" and (isinstance(node.func, ast.Name) or not opens_other(node)):
        told = word(node, "mode")
        at = 1 if isinstance(node.func, ast.Name) else 0
        told = node.args[at] if told is None and len(node.args) > at else told
        return not (isinstance(told, ast.Constant) and "b" in str(told.value))
    return name in {"run", "Popen"} and any(
        k.arg in {"text", "universal_newlines"} for k in node.keywords
    )


def opens_other(node):
    """Whether ``x.open(…)`` is no file's: an archive's member, an image, a grid, a store."""
    of = ast.unparse(node.func.value)
    first = node.args[0] if node.args else None
    mode = isinstance(first, ast.Constant) and re.fullmatch(r"[rwax]b?\+?", str(first.value))
    others = {"rasterio", "Image", "pikepdf", "webbrowser", "tarfile", "zipfile"}
    return (bool(node.args) and not mode) or of in others


def of_import(node):
    names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return next((name for name in names if name.split(".")[0] in MODULES), None)


def of_attribute(node):
    of = getattr(node.value, "id", "")
    return f"{of}.{node.attr}" if node.attr in NAMES.get(of, ()) else None


def of_keyword(node):
    return node.arg if node.arg in KEYWORDS else None


def of_constant(node):
    if not isinstance(node.value, str) or isinstance(getattr(node, "parent", None), ast.Expr):
        return None  # a docstring may speak of anything
    place, date = PLACES.match(node.value), re.search(r"%-[a-zA-Z]", node.value)
    return f"text of one system: {node.value[:40]}" if place or date else None


def of_call(node):
    name = getattr(node.func, "attr", "")
    if name in {"symlink_to", "hardlink_to", "chmod", "lchmod"}:
        return name
    if name == "rename" and len(node.args) == 1 and not node.keywords:
        return "rename: fails on Windows where the target is there; replace does not"
    if name == "get_context" and node.args and getattr(node.args[0], "value", "") != "spawn":
        return "a way to start processes that Windows does not have"
    return f"no encoding: {ast.unparse(node)[:60]}" if unencoded(node) else None


RULES = {
    ast.Import: of_import,
    ast.ImportFrom: of_import,
    ast.Attribute: of_attribute,
    ast.keyword: of_keyword,
    ast.Constant: of_constant,
    ast.Call: of_call,
}


def faults(path):
    """Everything in a file that only one system has, unless the file asks first where it runs."""
    text = path.read_text(encoding="utf-8")
    for node in with_parents(ast.parse(text)):
        said = RULES.get(type(node), lambda _node: None)(node)
        if said and not guarded(node, text):
            yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', '?')}: {said}"


def test_no_source_asks_for_what_only_one_system_has():
    assert [fault for path in SOURCES for fault in faults(path)] == []


@pytest.mark.parametrize(
    "line",
    [
        "import fcntl",
        "import os\nos.fork()",
        "import signal\nsignal.signal(signal.SIGKILL, None)",
        "import os\nos.rename('a', 'b')",
        "from pathlib import Path\nPath('a').rename('b')",
        "open('a')",
        "from pathlib import Path\nPath('a').open('w')",
        "from pathlib import Path\nPath('a').read_text()",
        "from pathlib import Path\nPath('a').write_text('x')",
        "x = '/tmp/a'",
        "x = date.strftime('%-d')",
        "import subprocess\nsubprocess.run('ls', shell=True)",
        "import subprocess\nsubprocess.run(['ls'], text=True)",
    ],
)
def test_the_reader_sees_each_of_them(line, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    (tmp_path / "room.py").write_text(line, encoding="utf-8")
    assert len(list(faults(tmp_path / "room.py"))) == 1


def test_what_asks_first_which_system_this_is_may():
    text = "import sys\nif sys.platform != 'win32':\n    import resource\n"
    node = next(
        n
        for n in with_parents(ast.parse(text))
        if getattr(n, "names", [None])[0]
        and isinstance(n, ast.Import)
        and n.names[0].name == "resource"
    )
    assert guarded(node, text)


@pytest.mark.slow
def test_a_whole_study_touches_no_file_in_a_way_windows_refuses(tmp_path):
    """Paths with spaces and other letters; nothing renamed or removed while it is open."""
    folder = tmp_path / "Data Bapas 2026" / "Studi Ünïcode"
    script = ROOT / "tests" / "support" / "as_windows.py"
    done = subprocess.run(
        [sys.executable, str(script), str(folder)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["renamed"] > 20
    assert told["made"] > 50
    assert told["refused"] == []


def test_what_windows_refuses_is_seen(tmp_path):
    script = ROOT / "tests" / "support" / "as_windows.py"
    line = [sys.executable, str(script), str(tmp_path), "--break"]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", check=False, timeout=60)
    told = json.loads(done.stdout)["refused"]
    assert [line.split(" in ")[0] for line in told] == [
        "no name on Windows: jam 10:30.txt",
        "renamed while open: jam 10:30.txt",
        "removed while open: lain.txt",
        "no name on Windows: aux.csv",
    ]


def held(monkeypatch, method, times):
    """Let a path's method be refused as Windows does while Excel holds the file."""
    left = [times]
    real = getattr(Path, method)

    def refused(self, *given, **more):
        if left[0] > 0:
            left[0] -= 1
            raise PermissionError(13, "The process cannot access the file")
        return real(self, *given, **more)

    monkeypatch.setattr(Path, method, refused)
    monkeypatch.setattr(files.time, "sleep", lambda _s: None)


def test_a_document_held_open_by_excel_is_named_and_left_as_it_was(tmp_path, monkeypatch):
    target = tmp_path / "lembar balik.xlsx"
    target.write_bytes(b"old")
    held(monkeypatch, "replace", 99)
    with pytest.raises(StudyError) as told, files.written_whole(target, overwrite=True) as new:
        new.write_bytes(b"new")
    assert told.value.code == "file.held"
    assert "lembar balik.xlsx" in told.value.say(lang="id")
    assert "Excel" in told.value.say(lang="id")
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["lembar balik.xlsx"]


def test_a_virus_scanner_that_looks_at_a_new_file_is_waited_for(tmp_path, monkeypatch):
    held(monkeypatch, "replace", 2)
    with files.written_whole(tmp_path / "peta.html") as new:
        new.write_bytes(b"x")
    assert (tmp_path / "peta.html").read_bytes() == b"x"


def test_a_workbook_that_cannot_be_read_while_excel_holds_it(tmp_path, monkeypatch):
    book = tmp_path / "daftar aset.xlsx"
    book.write_bytes(b"PK")
    with create_study(tmp_path / "studi", name="Uji") as study:
        held(monkeypatch, "open", 1)
        with pytest.raises(InputError) as told:
            study.keep_input(book, "assets")
    assert told.value.code == "study.input_held"
    assert "Excel" in told.value.say(lang="id")


@pytest.mark.parametrize("name", ["~$daftar aset.xlsx", ".~lock.daftar aset.ods#"])
def test_the_marker_excel_lays_beside_a_workbook_is_no_workbook(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x05Budi".ljust(165))
    with create_study(tmp_path / "studi", name="Uji") as study, pytest.raises(InputError) as told:
        study.keep_input(tmp_path / name, "assets")
    assert told.value.code == "study.input_lock"
    assert list((tmp_path / "studi" / "inputs").iterdir()) == []


def test_kept_names_are_names_on_windows_too(tmp_path):
    source = tmp_path / "a"
    source.write_bytes(b"x")
    for name in ('CON: "laporan"?.xlsx', "daftar|aset*.csv ", "akhir..."):
        kept, _ = keep_bytes(source, tmp_path / "inputs", name=name)
        assert not re.search(r'[<>:"|?*\\]', kept.name)
        assert kept.name == kept.name.rstrip(". ")


def test_json_is_utf8_whatever_code_page_the_pipe_has(tmp_path):
    line = [sys.executable, str(ROOT / "cli.py"), "new", str(tmp_path / "s"), "--name", "Studi ≥ é"]
    done = subprocess.run(
        [*line, "--json"],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "cp1252", "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["name"] == "Studi ≥ é"

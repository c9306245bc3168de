"""Every action, role and way in: the table is whole, and a refusal comes before anything else."""

from __future__ import annotations

import ast
import inspect
import sys
import tomllib
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest

from geo.errors import NotAllowedError
from ui import shell
from work import roles
from work.roles import Actor, Role, acting, acting_as, guard, name_actor

ROOT = Path(__file__).parents[2]
TABLE = tomllib.loads(Path(__file__).with_name("roles_table.toml").read_text(encoding="utf-8"))
MAY = {role: roles._table()[role] for role in Role}
ACTIONS = frozenset().union(*MAY.values())
TOUCH = {"open_study", "create_study", "Store", "demo_study", "written_whole", "connect", "open"}
TOUCH |= {"read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "rmtree"}
OPENED = ("Study", "Board", "Assembled", "StudyResult", "Ask", "Path")


def functions():
    for path in sorted((ROOT / "work").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{path.stem}.{node.name}", node


FUNCTIONS = dict(functions())
DEEDS = {
    name: told
    for name, told in TABLE["functions"].items()
    if isinstance(told, str) and told in ACTIONS
}


def first_asked(node):
    """Return the action a function asks for before it does anything else; "" when none."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    while isinstance(body[0], (ast.Import, ast.ImportFrom)):
        body = body[1:]
    call = getattr(body[0], "value", None)
    asks = isinstance(call, ast.Call) and getattr(call.func, "id", "") == "require"
    return call.args[0].value if asks else ""


def calls(node):
    return {
        getattr(call.func, "attr", getattr(call.func, "id", ""))
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
    }


# -- the table is whole and true


def test_every_function_is_in_the_table_and_nothing_else_is():
    missing, gone = (
        set(FUNCTIONS) - set(TABLE["functions"]),
        set(TABLE["functions"]) - set(FUNCTIONS),
    )
    assert not missing, f"say in roles_table.toml what these ask for, or why nothing: {missing}"
    assert not gone, f"no longer there: {gone}"


def test_the_table_says_what_the_functions_do():
    told = {name: first_asked(node) for name, node in FUNCTIONS.items() if first_asked(node)}
    assert told == DEEDS
    assert set(DEEDS.values()) <= ACTIONS
    for name, why in TABLE["functions"].items():
        reason = why.get("open", "") if isinstance(why, dict) else TABLE["why"].get(why, why)
        assert reason, name
        assert isinstance(why, dict) or why in ACTIONS or why in TABLE["why"], (name, why)


def test_what_is_called_plain_opens_nothing_and_is_given_nothing_opened():
    false = []
    for name, why in TABLE["functions"].items():
        if why != "plain":
            continue
        node = FUNCTIONS[name]
        given = [ast.unparse(a.annotation) for a in node.args.args if a.annotation is not None]
        if calls(node) & TOUCH or any(kind in OPENED for kind in given):
            false.append(name)
    assert false == []


def test_a_function_that_asks_inside_asks_about_the_site():
    for name, why in TABLE["functions"].items():
        if why == "inside":
            assert "require_inside" in calls(FUNCTIONS[name]), name


# -- a refusal comes before anything is touched


WATCHED = {"folder": "", "seen": []}


def _heard(event, told):
    folder, path = WATCHED["folder"], told[0] if told else ""
    if folder and isinstance(path, (str, Path)) and str(path).startswith(folder):
        WATCHED["seen"].append((event, str(path)))


@pytest.fixture(scope="module")
def watched(small_demo):
    """Listen to whatever is opened, listed, made or removed in the study's folder."""
    sys.addaudithook(_heard)  # for the rest of this process; deaf unless a folder is named
    return small_demo


def stand_in(kind, name, folder):
    if kind is Path or "Path" in str(kind):
        return folder if name in {"folder", "study"} else folder / "out" / "tidak-ada.pdf"
    return "x" if kind is str else None


def deed(name, folder):
    module, own = name.split(".")
    function = getattr(import_module(f"work.{module}"), own)
    hints = get_type_hints(function)
    needed = [
        p for p in inspect.signature(function).parameters.values() if p.default is inspect._empty
    ]
    return partial(
        function, **{p.name: stand_in(hints.get(p.name), p.name, folder) for p in needed}
    )


REFUSED = [(n, r) for n, action in DEEDS.items() for r in Role if action not in MAY[r]]


@pytest.mark.parametrize(("name", "role"), REFUSED, ids=[f"{n}-{r}" for n, r in REFUSED])
def test_a_role_that_may_not_is_refused_before_anything_is_touched(watched, name, role):
    called = deed(name, watched)
    WATCHED.update(folder=str(watched), seen=[])
    try:
        with acting_as(Actor(name="x", role=role, agency="Dinas")), pytest.raises(NotAllowedError):
            called()
    finally:
        WATCHED.update(folder="")
    assert WATCHED["seen"] == []


def test_the_ear_hears_what_is_opened(watched):
    WATCHED.update(folder=str(watched), seen=[])
    (watched / "study.toml").read_bytes()
    WATCHED.update(folder="")
    assert WATCHED["seen"]


def test_nobody_may_do_anything_in_a_guarded_process(monkeypatch, tmp_path):
    monkeypatch.setattr(roles, "_guarded", False)
    name_actor(None)
    guard()
    for name in DEEDS:
        with pytest.raises(NotAllowedError) as fault:
            deed(name, tmp_path)()
        assert fault.value.code == "roles.nobody"


# -- every page by its address


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("title", "address", "module"), shell.PAGES)
def test_a_page_asked_for_by_its_address_is_not_even_loaded(
    monkeypatch, role, title, address, module
):
    loaded = []

    class Page:
        def page(self):
            loaded.append(module)

    monkeypatch.setattr(shell, "import_module", lambda _: Page())
    monkeypatch.setattr(shell, "account_corner", lambda: None)
    with acting_as(Actor(name="x", role=role, agency="Dinas")):
        shell.told(title, address, module)()
    assert loaded == ([module] if shell.needs(address) in MAY[role] else [])


# -- a phone on the office's Wi-Fi


def test_a_phone_is_led_to_the_form_of_a_visit_and_to_no_page(monkeypatch):
    gone_to = []
    monkeypatch.setattr(shell, "begin", lambda: None)
    monkeypatch.setattr(shell, "phone_address", lambda: "192.168.1.7")
    monkeypatch.setattr(shell.st, "navigation", lambda *_, **__: gone_to.append("hidden"))
    monkeypatch.setattr(shell.st, "set_page_config", lambda **_: None)

    class Lan:
        @staticmethod
        def phone_page(address):
            gone_to.append(address)

    monkeypatch.setattr(shell, "import_module", lambda name: {"ui.lan": Lan}[name])
    with acting_as(Actor(name="HP", role=Role.SURVEYOR)):
        shell.main()
    assert gone_to == ["hidden", "192.168.1.7"]


# -- the command line is the office


def test_the_command_line_names_nobody_and_is_the_office():
    for path in [ROOT / "cli.py", *(ROOT / "ui" / "commands").glob("*.py")]:
        named = calls(ast.parse(path.read_text(encoding="utf-8")))
        assert not named & {"name_actor", "acting_as", "use_actor"}, path.name
    with acting_as(roles.office()):
        assert acting().role is Role.ADMIN

"""Every role and every deed: what a role may not do is refused where it is done, whoever asks."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest

from data.settings_accounts import ROLES
from geo.errors import NotAllowedError, TapakError
from work import close_map, living, place, roles
from work.accounts import address_of, somebody
from work.board import open_board
from work.roles import Actor, Role, acting_as

ROOT = Path(__file__).parents[2]
FREE = {
    "accounts.accounts_of": "finds out who somebody is, before anybody can be asked",
    "accounts.accounts_now": "the same, of a study.toml that may be faulty",
    "reporting.basis_of": "returns a hash of the study, nothing of what stands in it",
    "changes.fingerprint": "returns a hash of the store, nothing of what stands in it",
    "survey.pack_path": "names a file and looks at none",
}
"""Public functions that read a study and ask nobody, each with why that is right."""
INNER = {
    "access_log.took": "writes what its caller, who has asked, took out",
    "add.note_added": "writes what its caller, who has asked, added",
    "audit.note": "writes what its caller, who has asked, does",
    "batch_task.carry_out": "does in a process of its own what `batch`, which has asked, hands it",
    "intake.store_layers": "a part of adding files",
    "intake.store_registers": "a part of adding files and of proposing sites",
    "planning.one_team_day": "a part of making a pack or a plan",
    "ranking.record_run": "a part of ranking and of reports",
    "taking.take": "a part of taking back what teams bring",
}
"""Public functions that change an open study for a caller who has asked."""
DOORS = {"open_study", "create_study"}
CHANGES = ("add_", "put_", "save_", "merge_", "remove_", "decide", "supersede")


def calls_of(node):
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            yield getattr(call.func, "attr", getattr(call.func, "id", "")), call


def store_changed(node):
    """Tell whether a function changes a store by its own hand."""
    for name, call in calls_of(node):
        owner = ast.unparse(call.func).rpartition(".")[0]
        if name.startswith(CHANGES) and owner.split(".")[-1] == "store":
            return True
    return False


def asked_of(node):
    """Return the action a function asks for before it does anything; "" when it does not."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    while isinstance(body[0], (ast.Import, ast.ImportFrom)):
        body = body[1:]
    call = getattr(body[0], "value", None)
    if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "require":
        return call.args[0].value
    return ""


def functions():
    for path in sorted((ROOT / "work").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield f"{path.stem}.{node.name}", node


def reads(node):
    """Tell whether a function opens a study, or is given its folder."""
    first = node.args.args[0].arg if node.args.args else ""
    return first == "folder" or bool(DOORS & {called for called, _ in calls_of(node)})


DEEDS = {name: asked_of(node) for name, node in functions() if asked_of(node)}


def public(name):
    return not name.split(".")[1].startswith("_")


def test_whatever_opens_a_study_asks_first():
    silent = {
        name for name, node in functions() if public(name) and name not in DEEDS and reads(node)
    }
    assert silent <= set(FREE)
    assert set(FREE) <= {name for name, _ in functions()}


def known_names(path):
    """Where the plain names that a module calls are defined: here, or in another of the room."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    known = {n.name: f"{path.stem}.{n.name}" for n in tree.body if isinstance(n, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("work."):
            module = node.module.removeprefix("work.")
            known |= {a.asname or a.name: f"{module}.{a.name}" for a in node.names}
    return known


def callers():
    """Which functions of work name which others: by calling them, or by handing them on."""
    names = {path.stem: known_names(path) for path in (ROOT / "work").glob("*.py")}
    found = {}
    for name, node in functions():
        known = names[name.split(".")[0]]
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in known and known[part.id] != name:
                found.setdefault(known[part.id], set()).add(name)
    return found


def test_whatever_changes_a_store_asks_first_or_serves_one_who_has_asked():
    changing = {name for name, node in functions() if store_changed(node)}
    assert len(changing) > 5  # the rule below is about something
    assert {name for name in changing if public(name) and name not in DEEDS} <= set(INNER)
    above = callers()

    def unasked(name, seen=()):
        """Public functions through which one gets here without being asked."""
        if name in DEEDS or name in seen:
            return set()
        if public(name) and name not in INNER:
            return {name}
        return set().union(*(unasked(a, (*seen, name)) for a in above.get(name, ())), set())

    assert {name: unasked(name) for name in changing if unasked(name)} == {}


def test_pages_and_commands_open_no_study_behind_the_back_of_who_asks():
    rooms = [*(ROOT / "ui").rglob("*.py"), ROOT / "app.py", ROOT / "cli.py"]
    opening = {
        str(path.relative_to(ROOT))
        for path in rooms
        for called, _ in calls_of(ast.parse(path.read_text(encoding="utf-8")))
        if called in DOORS
    }
    assert opening == set()


def stand_in(kind, tmp_path):
    """Something to call with; who is asked first never looks at it."""
    if kind is Path:
        return tmp_path / "tidak-ada"
    return "x" if kind is str else None


def called(name, tmp_path):
    module, own = name.split(".")
    function = getattr(import_module(f"work.{module}"), own)
    hints = get_type_hints(function)
    needed = [
        p for p in inspect.signature(function).parameters.values() if p.default is inspect._empty
    ]
    given = {p.name: stand_in(hints.get(p.name), tmp_path) for p in needed}
    return lambda: function(**given)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(DEEDS))
def test_a_role_does_what_it_may_and_nothing_else(name, role, tmp_path):
    deed = called(name, tmp_path)
    with acting_as(Actor(name="x", role=role, agency="Dinas")):
        if DEEDS[name] in roles._table()[role]:
            try:
                deed()
            except (TapakError, AttributeError, TypeError, OSError) as fault:
                code = getattr(fault, "code", "")  # let in; there was nothing to work on
                assert code != "roles.not_allowed"
        else:
            with pytest.raises(NotAllowedError) as fault:
                deed()
            assert fault.value.code == "roles.not_allowed"
    assert list(tmp_path.iterdir()) == [] or DEEDS[name] in roles._table()[role]


def test_every_action_is_asked_for_somewhere_or_belongs_to_a_page():
    told = {action for actions in roles._table().values() for action in actions}
    assert set(DEEDS.values()) <= told
    assert roles._table()[Role.VISITOR] == frozenset()
    assert roles._table()[Role.ADMIN] == told
    assert not roles._table()[Role.LEADERSHIP] & {
        *("scenario", "data", "propose", "life", "comment", "plan", "pack", "visit", "judge"),
        *("rank", "accounts"),
    }


def test_the_roles_of_study_toml_are_those_of_the_table():
    assert {*ROLES, "public", "visitor"} == {str(role) for role in Role}


@pytest.mark.parametrize(
    ("actor", "agency", "seen"),
    [
        (Actor(name="x", role=Role.AGENCY, agency="Dinas Pendidikan"), " dinas  pendidikan", True),
        (Actor(name="x", role=Role.AGENCY, agency="Dinas Pendidikan"), "Dinas Sosial", False),
        (Actor(name="x", role=Role.AGENCY, agency=""), "", False),
        (Actor(name="x", role=Role.LEADERSHIP), "Dinas Sosial", True),
        (Actor(name="x", role=Role.VISITOR, agency="Dinas Sosial"), "Dinas Sosial", False),
    ],
)
def test_an_agency_sees_inside_its_own_sites_only(actor, agency, seen):
    with acting_as(actor):
        assert roles.sees_inside(agency) is seen


def test_an_agency_reads_and_says_nothing_about_another_s_site(study):
    board = open_board(study)
    frame = board.result.candidates.frame
    agencies = frame["agency"].fillna("")
    own = frame["id"][agencies != ""].iloc[0]
    mine = agencies[frame["id"] == own].iloc[0]
    other = frame["id"][(agencies != "") & (agencies != mine)].iloc[0]
    living.comment(study, other, "catatan kantor")
    with acting_as(Actor(name="opd", role=Role.AGENCY, agency=mine)):
        told = place.site_page(board, own)
        assert (told["id"], told["flip"], told["history"]) == (own, "", [])
        assert living.comment(study, own, "Pagar baru")["by"] == "opd"
        assert [c["said"] for c in living.comments(study, own)] == ["Pagar baru"]
        for deed in (
            lambda: place.site_page(board, other),
            lambda: close_map.close_map(board, other),
            lambda: living.comments(study, other),
            lambda: living.comment(study, other, "x"),
        ):
            with pytest.raises(NotAllowedError) as fault:
                deed()
            assert fault.value.code == "roles.other_agency"
        drawn = close_map.close_map(board, own)
    names = frame.set_index("id")["name"]
    assert names[own] in drawn
    assert [name for name in names[agencies.to_numpy() != mine] if name in drawn] == []


@pytest.mark.parametrize(
    ("claims", "address"),
    [
        ({"email": " Sri@Bapas.contoh ", "email_verified": True}, "sri@bapas.contoh"),
        ({"email": "sri@bapas.contoh"}, "sri@bapas.contoh"),
        ({"email": "sri@bapas.contoh", "email_verified": "true"}, "sri@bapas.contoh"),
        ({"email": "sri@bapas.contoh", "email_verified": False}, ""),
        ({"email": "sri@bapas.contoh", "email_verified": None}, ""),
        ({"email": ["sri@bapas.contoh"]}, ""),
        ({"preferred_username": "sri@bapas.contoh"}, ""),
        ({}, ""),
    ],
)
def test_only_an_address_the_provider_vouches_for_counts(claims, address):
    assert address_of(claims) == address
    accounts = import_module("data.settings_accounts")
    known = accounts.Accounts(people={"sri@bapas.contoh": accounts.Account(role="planner")})
    role = Role.PLANNER if address else Role.VISITOR
    assert somebody(known, claims).role is role

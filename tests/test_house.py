"""The house keeps its own rules: sizes, words in both languages, documented commands."""

import ast
import re
import string
import subprocess
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import words

ROOT = Path(__file__).parents[1]
ROOMS = ("geo", "scoring", "data", "surveys", "reports", "ui", "work")
SOURCES = sorted(
    [p for room in ROOMS for p in (ROOT / room).rglob("*.py")]
    + [ROOT / "app.py", ROOT / "cli.py", ROOT / "words.py"]
)
CODE = re.compile(r"[a-z][a-z_]*(\.[A-Za-z0-9_-]+)+")
FORBIDDEN = re.compile(r"\b(narapidana|napi|pelaku|pengawas)\b", re.IGNORECASE)


def catalogue(lang):
    """Every sentence of one language by code, with the file it stands in."""
    found = {}
    for po in sorted((ROOT / "locale" / lang / "LC_MESSAGES").glob("*.po")):
        with po.open("rb") as source:
            for message in read_po(source):
                if message.id:
                    assert message.id not in found, (
                        f"{message.id} stands in {po.name} and {found[message.id][1]}"
                    )
                    found[message.id] = (message.string, po.name)
    return found


def test_files_stay_under_300_lines_and_bodies_under_40():
    too_long = []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines >= 300:
            too_long.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                body = (
                    node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                )
                length = (body[-1].end_lineno or 0) - body[0].lineno + 1
                if length >= 40:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.name}: body of {length} lines")
    assert too_long == []


def test_every_module_says_in_its_first_line_what_it_is_for():
    assert [
        str(p.relative_to(ROOT))
        for p in SOURCES
        if not p.read_text(encoding="utf-8").startswith('"""')
    ] == []


def test_only_the_maps_module_touches_folium():
    importing = re.compile(r"^\s*(from|import)\s+(folium|branca)\b", re.MULTILINE)
    found = [p for p in SOURCES if importing.search(p.read_text(encoding="utf-8"))]
    assert [str(p.relative_to(ROOT)) for p in found] == ["geo/maps.py"]


def test_both_languages_hold_the_same_sentences_with_the_same_placeholders():
    indonesian, english = catalogue("id"), catalogue("en")
    assert set(indonesian) == set(english)

    def holes(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    differ = [c for c in indonesian if holes(indonesian[c][0]) != holes(english[c][0])]
    assert differ == []
    assert [c for c in indonesian if not indonesian[c][0] or not english[c][0]] == []


def test_every_code_that_the_source_names_has_its_sentence():
    known = set(catalogue("id"))
    first = {code.split(".")[0] for code in known}
    missing = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            argument = node.args[0]
            code = argument.value if isinstance(argument, ast.Constant) else ""
            said = name == "say" or name.endswith("Error")
            named = said and CODE.fullmatch(str(code)) and code.split(".")[0] in first
            if named and code not in known:
                missing.add(f"{path.relative_to(ROOT)}: {code}")
    assert missing == set()


def test_every_note_has_a_reason_and_a_way_out():
    known = set(catalogue("id"))
    bare = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Note":
                for word in node.keywords:
                    if word.arg == "code" and isinstance(word.value, ast.Constant):
                        bare |= {
                            c
                            for c in (word.value.value, f"{word.value.value}.fix")
                            if c not in known
                        }
    assert bare == set()


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_sentence_uses_a_word_that_marks_people(lang):
    assert {c: t for c, (t, _) in catalogue(lang).items() if FORBIDDEN.search(t)} == {}


def test_compiled_words_equal_their_source():
    for lang in words.LANGUAGES:
        assert words.sentences(lang) == {c: t for c, (t, _) in catalogue(lang).items()}


def test_numbers_are_written_the_language_s_way():
    assert words.number(1234.5, 1, lang="id") == "1.234,5"
    assert words.number(1234.5, 1, lang="en") == "1,234.5"


def test_every_command_is_documented():
    import typer

    from cli import app

    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    commands = dict(typer.main.get_command(app).commands)
    inner = commands.pop("scenario").commands
    commands |= {f"scenario {name}": command for name, command in inner.items()}
    for name, command in commands.items():
        assert f"tapak {name}" in text
        for option in command.params:
            for flag in option.opts:
                if flag.startswith("--"):
                    assert flag in text, f"{name} {flag}"


def test_every_pin_is_a_plain_name_and_version():
    for line in (ROOT / "constraints.txt").read_text().split():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9A-Za-z.+!-]+", line)
    pinned = {
        x.split("==")[0].lower().replace("_", "-")
        for x in (ROOT / "constraints.txt").read_text().split()
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    wanted += [
        d for extra in ("server", "cluster") for d in project["optional-dependencies"][extra]
    ]
    names = {re.match(r"[A-Za-z0-9._-]+", d).group().lower().replace("_", "-") for d in wanted}
    assert names - pinned - {"tapak"} == set()


def test_real_layers_are_never_part_of_the_project():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    assert "kejadian_longsor_bpbd" not in tracked
    assert "daftar_aset_contoh" not in tracked


def imported(path):
    """First names of everything a file imports, anywhere in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    plain = {
        a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names
    }
    return plain | {
        n.module.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module
    }


def test_words_stand_lowest_and_the_entries_highest():
    """import-linter holds packages to their order; these three are modules."""
    assert imported(ROOT / "words.py") & {*ROOMS, "app", "cli"} == set()
    for path in SOURCES:
        if path.parent != ROOT:
            assert imported(path) & {"app", "cli"} == set(), path
    assert imported(ROOT / "app.py") & set(ROOMS) <= {"ui", "work", "geo"}
    assert imported(ROOT / "cli.py") & set(ROOMS) <= {"ui", "work", "geo"}

"""No text of ours is written into a page: Python, HTML and JavaScript are handed every word."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import words

ROOT = Path(__file__).parents[1]
PAGES = sorted(p for p in (ROOT / "ui").glob("*.py") if p.name != "serve.py")
SCRIPTS = sorted(
    p
    for folder in ("ui", "static", "surveys", "geo")
    for p in (ROOT / folder).rglob("*.js")
    if "vendor" not in p.parts
)
MARKUP = sorted(p for p in (ROOT / "ui").rglob("*.html"))
LETTERS = re.compile(r"[^\W\d_]{2,}")
NO_WORDS = re.compile(r"^(:material/\w+:|&\w+;|https?://\S*)$")
FORBIDDEN = re.compile(
    r"\b(narapidana|napi|pelaku|pengawas|inmate|prisoner|offender|convict)s?\b", re.IGNORECASE
)

SHOWN = {
    *("title", "header", "subheader", "caption", "text", "markdown", "write", "code", "metric"),
    *("error", "warning", "info", "success", "toast", "exception", "badge", "latex"),
    *("button", "download_button", "link_button", "form_submit_button", "popover", "expander"),
    *("checkbox", "toggle", "radio", "selectbox", "multiselect", "slider", "select_slider"),
    *("text_input", "text_area", "number_input", "date_input", "time_input", "file_uploader"),
    *("camera_input", "segmented_control", "pills", "feedback", "chat_input", "color_picker"),
    *("tabs", "dialog", "spinner", "status", "progress", "sentence", "figures", "bars", "table"),
    *("marked", "photos", "synthetic", "show_grid", "show_map", "cell", "Column", "Row"),
}
"""What shows its texts to a person: Streamlit's own, and our parts (ui/look.py, ui/grid.py)."""
TONES = {"good", "warn", "bad", "plain"}
NAMES = {
    "show_grid",
    "Row",
    "slider",
}  # their first argument is a name in the page's state, never shown
SPOKEN = {
    "label",
    "title",
    "help",
    "placeholder",
    "text",
    "more",
    "caption",
    "about",
    "body",
    "sub",
}
PLACES = ("textContent", "innerText", "ariaLabel", "title", "placeholder", "alt", "innerHTML")
"""Properties through which JavaScript shows or says a text."""


def literal_texts(node):
    """Yield the pieces of text that stand written in an expression, but for those asked by code."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.Constant):
                yield part.value
    elif isinstance(node, (ast.List, ast.Tuple)):
        for part in node.elts:
            yield from literal_texts(part)
    elif isinstance(node, ast.IfExp):
        yield from literal_texts(node.body)
        yield from literal_texts(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from literal_texts(part)
    elif isinstance(node, ast.BinOp):
        yield from literal_texts(node.left)
        yield from literal_texts(node.right)


def is_text(text):
    told = text.strip()
    return bool(LETTERS.search(told)) and told not in TONES and not NO_WORDS.fullmatch(told)


def untranslated(source):
    """Find the texts that a page hands to a person without `words`."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        owner = ast.unparse(call.func).rpartition(".")[0]
        if name not in SHOWN or owner.split(".")[0] in {"words", "re", "json", "ast", "html"}:
            continue
        if name in {"text", "title", "code", "table", "status"} and not owner.startswith("st"):
            owner_is_ours = isinstance(call.func, ast.Name)
            if not owner_is_ours and owner not in {"left", "right"}:
                continue  # a method of something else: "x".title()
        shown = call.args[1:2] if name in NAMES else call.args[:2]
        if name in {"Column", "cell"} or name in {"tabs", "sentence"}:
            shown = call.args[:1]
        if any(word.arg == "format_func" for word in call.keywords):
            shown = shown[:1]  # the choices are keys
        spoken = [word.value for word in call.keywords if word.arg in SPOKEN]
        for argument in [*shown, *spoken]:
            found += [
                f"{call.lineno}: {name}({text!r})"
                for text in literal_texts(argument)
                if is_text(text)
            ]
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_a_page_shows_no_text_that_is_written_into_it(path):
    assert untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'st.button("Simpan")',
        'st.text(f"Ada {n} lokasi")',
        'st.selectbox(words.say("x"), ids, placeholder="Pilih")',
        'st.tabs(["Satu", words.say("x")])',
        'left.text_input("Nama")',
        'sentence("Belum ada", more=words.say("x"))',
        'Column(key="who", title="Siapa")',
        'st.error("Gagal" if x else "")',
    ],
)
def test_a_text_written_into_a_page_is_found(source):
    assert untranslated(source) != []


@pytest.mark.parametrize(
    "source",
    [
        'st.button(words.say("x"), icon=":material/lock:", key="tapak-x", type="primary")',
        'st.text(f"{a} · {b}: {c}")',
        'show_grid("deeds", columns, rows, title=words.say("x"))',
        'Column(key="who", title=words.say("x"), kind="number")',
    ],
)
def test_what_is_no_text_is_let_be(source):
    assert untranslated(source) == []


def plain_js(source):
    """Take comments out of JavaScript; texts stay (addresses hold `//` only in texts)."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(r"(^|[\s;{}(,])//[^\n]*", r"\1", source)


_QUOTED = r"""(?P<q>["'`])(?P<text>(?:\\.|(?!(?P=q)).)*)(?P=q)"""
_ASSIGNED = re.compile(rf"\.(?:{'|'.join(PLACES)})\s*\+?=\s*(?:[\w.! ]+\?\s*)?{_QUOTED}")
_NAMED = re.compile(rf"\b(?:{'|'.join(PLACES)}|label)\s*:\s*{_QUOTED}")
_SET = re.compile(
    rf"""setAttribute\(\s*["'](?:aria-label|title|placeholder|alt|aria-description|aria-roledescription)["'],\s*{_QUOTED}"""
)
_MADE = re.compile(rf"""\bmake\(\s*["'][\w-]+["'],\s*(?:null|["'][^"']*["']),\s*{_QUOTED}""")
_SAID = re.compile(rf"\b(?:alert|confirm|prompt|createTextNode)\(\s*{_QUOTED}")


def js_texts(source):
    """Find the texts that JavaScript shows or says without having been handed them."""
    found = []
    for pattern in (_ASSIGNED, _NAMED, _SET, _MADE, _SAID):
        for match in pattern.finditer(plain_js(source)):
            text = re.sub(r"\$\{(?:[^{}]|\{[^{}]*\})*\}", "", match["text"])
            if is_text(re.sub(r"<[^>]*>", " ", text)):
                found.append(match[0][:80])
    return found


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_script_shows_no_text_that_is_written_into_it(path):
    assert js_texts(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'node.textContent = "Simpan";',
        "node.title = ready ? 'Siap' : say('x');",
        'Object.assign(input, { type: "search", placeholder: "Cari" });',
        'node.setAttribute("aria-label", `Peta ${name}`);',
        'head.append(make("h2", null, "Bobot"));',
        'if (!confirm("Hapus?")) return;',
    ],
)
def test_a_text_written_into_a_script_is_found(source):
    assert js_texts(source) != []


@pytest.mark.parametrize(
    "source",
    [
        'node.textContent = say("x");',
        "node.title = `${name} ${value}`;",
        'node.textContent = "–"; // a dash: "tidak ada"',
        'make("span", "t", title); make("b", null, "▲");',
    ],
)
def test_what_is_no_text_in_a_script_is_let_be(source):
    assert js_texts(source) == []


class _Texts(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.inside = [], ""

    def handle_starttag(self, tag, attrs):
        self.inside = tag
        spoken = {"title", "alt", "placeholder", "aria-label"}
        self.found += [value for name, value in attrs if name in spoken and value]

    def handle_data(self, data):
        if self.inside not in {"style", "script"}:
            self.found.append(data)


def test_markup_holds_no_text():
    assert MARKUP
    for path in MARKUP:
        parser = _Texts()
        parser.feed(path.read_text(encoding="utf-8"))
        assert [text for text in parser.found if is_text(text)] == [], path


def test_scripts_and_pages_use_no_word_that_marks_people():
    everywhere = [
        *SCRIPTS,
        *MARKUP,
        *(ROOT / "ui").rglob("*.py"),
        *(ROOT / "reports").rglob("*.typ"),
    ]
    found = {
        str(path.relative_to(ROOT)): FORBIDDEN.search(path.read_text(encoding="utf-8"))[0]
        for path in everywhere
        if FORBIDDEN.search(path.read_text(encoding="utf-8"))
    }
    assert found == {}


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_catalogues_are_complete_and_use_no_word_that_marks_people(lang):
    folder = ROOT / "locale" / lang / "LC_MESSAGES"
    other = ROOT / "locale" / ({*words.LANGUAGES} - {lang}).pop() / "LC_MESSAGES"
    assert {p.name for p in folder.glob("*.po")} == {p.name for p in other.glob("*.po")}
    assert {p.stem for p in folder.glob("*.po")} <= set(words.ROOMS)  # else nobody reads them
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as source:
            read = read_po(source)
        assert str(read.locale or "") == lang, path.name
        told = [m for m in read if m.id]
        assert [m.id for m in told if not m.string or m.fuzzy] == [], path.name
        assert {m.id: m.string for m in told if FORBIDDEN.search(str(m.string))} == {}, path.name


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_sentence_can_be_made(lang):
    """No placeholder is malformed: a brace too many would only be found when somebody reads it."""
    for code, text in words.sentences(lang).items():
        holes = re.sub(r"\{\{|\}\}", "", text)
        assert holes.count("{") == holes.count("}"), code
        list(words._Localised(lang).parse(text))


def test_sentences_compiled_before_an_upgrade_are_not_used(tmp_path, monkeypatch):
    folder = tmp_path / "id" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    po = folder / "geo.po"
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    po.write_text(f'{head}msgid "satu"\nmsgstr "lama"\n', encoding="utf-8")
    po.with_suffix(".mo").write_bytes(words.compile_catalogue(po))
    monkeypatch.setattr(words, "LOCALE", tmp_path)
    fresh = words.sentences.__wrapped__
    assert fresh("id") == {"satu": "lama"}
    po.write_text(f'{head}msgid "satu"\nmsgstr "baru"\n', encoding="utf-8")
    assert fresh("id") == {"satu": "baru"}

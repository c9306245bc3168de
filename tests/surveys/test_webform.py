"""The offline form as a file: what may run in it, what it holds, how big it is."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from pathlib import Path

import pytest

import words
from surveys.questions import spec
from surveys.webform import PROGRAM, STATIC, webform_html

PROGRAMMES = ("kerja-sosial", "pelayanan-masyarakat", "pos-bapas")
HOSTILE = (
    "</script><script>window.XSS=1</script>",
    "<!--<script>",
    "\u2028window.XSS=1\u2029 \x00 \ud800",
    "${window.XSS=1}`{{7*7}}",
)


def data_of(html):
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    return block[1]


def test_sixty_sites_weigh_less_than_400_kb(forms):
    sites = [forms.site(i, name=f"Sekolah {i} " + "panjang " * 12) for i in range(1, 61)]
    assert len(webform_html(forms.pack(sites))) < 400_000


def test_the_policy_lets_exactly_our_scripts_and_style_run(forms):
    html = webform_html(forms.pack([forms.site(1)])).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)[1]

    def hashes(tag):
        bodies = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digests = [hashlib.sha256(b.encode()).digest() for b in bodies]
        return [f"'sha256-{base64.b64encode(d).decode()}'" for d in digests]

    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == hashes("script")
    assert rules["style-src"].split() == hashes("style")
    assert len(re.findall(r"<script", html)) == 3
    assert not re.search(r"<[^>]+\s(src|href|style|on\w+)=", html.split("<script")[0])


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_data(forms, name):
    pack = forms.pack([forms.site(1, name=name, address=name)], team=name, study_name=name)
    html = webform_html(pack).decode()
    block = data_of(html)
    assert not set("<>&\u2028\u2029") & set(block)
    told = json.loads(block)
    assert told["sites"][0]["name"] == name.replace("\ud800", "?")
    assert "<script>window.XSS" not in html


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_the_form_asks_what_the_spec_asks(forms, programme):
    told = json.loads(
        data_of(webform_html(forms.pack([forms.site(1)], programme=programme)).decode())
    )
    asked = spec(programme)
    fields = [field for question in told["questions"] for field in question["fields"]]
    assert [f["name"] for f in fields] == [f.name for f in asked.fields]
    assert told["form_version"] == asked.version
    for plain, field in zip(fields, asked.fields, strict=True):
        assert plain["choices"] == list(field.choices)
        assert (plain["min"], plain["max"]) == (field.minimum, field.maximum)
        assert plain["relevant"] is None or plain["relevant"][0] in {f.name for f in asked.fields}
    for lang in words.LANGUAGES:
        said = told["words"][lang]
        assert said["opening"] == words.say("surveys.opening", lang=lang)
        for field in asked.fields:
            assert len(said["fields"][field.name]["choices"]) == len(field.choices)


def test_the_site_carries_everything_the_pack_says_of_it(forms):
    site = forms.site(3, lon=None, lat=None)
    told = json.loads(data_of(webform_html(forms.pack([site])).decode()))["sites"][0]
    wanted = json.loads(json.dumps(dataclasses.asdict(site)))
    wanted["must"] = wanted.pop("must_answer")
    assert told == wanted


def test_every_word_the_program_says_is_in_both_languages_and_none_is_left_over():
    program = "\n".join((STATIC / "field" / name).read_text("utf-8") for name in PROGRAM)
    named = set(re.findall(r'\bsay\(\s*(?:[\w.]+ \? )?"(\w+)"', program))
    named |= set(
        re.findall(r'"(gps_\w+|not_kept|photo_take|photo_again|photo_unreadable)"', program)
    )
    named |= {f"is_{s}" for s in ("open", "begun", "done", "changed")} | {"no_script"}
    named |= {"from_pasted", "from_photo", "from_map", "hazards", "reasons", "conditions"}
    for lang in words.LANGUAGES:
        said = {
            c.removeprefix("surveys.web.")
            for c in words.sentences(lang)
            if c.startswith("surveys.web.")
        }
        assert said == named


def test_every_part_is_joined_and_stays_short():
    here = {p.name for p in (STATIC / "field").glob("*.js")}
    assert here == set(PROGRAM)
    for path in (STATIC / "field").iterdir():
        assert path.read_text("utf-8").count("\n") < 300, path.name


def test_the_qr_library_is_the_one_the_vendor_list_names():
    readme = (STATIC / "vendor" / "README.md").read_text("utf-8")
    table = dict(
        re.findall(r"^\| (qrcode/\S+) \| \S+ \| `([0-9a-f]{64})` \|$", readme, re.MULTILINE)
    )
    assert set(table) == {"qrcode/qrcode.js", "qrcode/LICENSE"}
    for name, digest in table.items():
        raw = Path(STATIC / "vendor" / name).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == digest


def test_the_form_opens_in_the_language_asked_for(forms):
    html = webform_html(forms.pack([forms.site(1)]), lang="en").decode()
    assert '<html lang="en">' in html
    assert json.loads(data_of(html))["lang"] == "en"

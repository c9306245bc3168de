"""People sign in with a provider of identities, see what their role may, and sign out."""

from __future__ import annotations

import re

import pytest
from needed import absent
from served import free_port, run

import words
from data.workspace import open_study
from ui.serve import SECRETS, command, environment
from ui.shell import PAGES

pytestmark = pytest.mark.browser

PLANNER = {"email": "Sri@Bapas.contoh", "email_verified": True, "name": "Sri *Lestari*"}
AGENCY = {"email": "opd@contoh.go.id", "name": "Dinas"}
LEADER = {"email": "kepala@contoh.go.id", "name": "Kepala"}
SURVEYOR = {"email": "tim@contoh.go.id", "name": "Tim A"}
STRANGER = {"email": "orang@luar.contoh", "name": "Orang"}


@pytest.fixture(scope="session")
def oidc(support):
    try:
        return support("oidc_server")
    except ImportError:
        absent("streamlit[auth] is not installed")


@pytest.fixture(scope="session")
def own_agency(small_demo):
    """The agency with the most sites, and how many they are."""
    with open_study(small_demo) as study:
        frame = study.store.candidates()
    counts = frame["agency"][frame["agency"] != ""].value_counts()
    return str(counts.index[0]), int(counts.iloc[0])


@pytest.fixture(scope="module")
def office(oidc, small_demo, own_agency, tmp_path_factory):
    """The real app over a study with accounts, and the provider that knows its people."""
    import shutil

    study = tmp_path_factory.mktemp("akun") / "studi"
    shutil.copytree(small_demo, study)
    text = (study / "study.toml").read_text(encoding="utf-8").replace('ask = ""', 'ask = "Ibu TU"')
    (study / "study.toml").write_text(
        text
        + f"""
[accounts.people]
"sri@bapas.contoh" = {{ role = "planner" }}
"opd@contoh.go.id" = {{ role = "agency", agency = "{own_agency[0]}" }}
"kepala@contoh.go.id" = {{ role = "leadership" }}
"tim@contoh.go.id" = {{ role = "surveyor" }}
""",
        encoding="utf-8",
    )
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with oidc.provider() as provider:
        (study / SECRETS).parent.mkdir()
        (study / SECRETS).write_text(oidc.secrets_text(provider, url), encoding="utf-8")
        log = tmp_path_factory.mktemp("log") / "log.txt"
        for served in run(command(study, port), url, log, env=environment(study)):
            yield served, provider, study


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, counted, office):
        self.page, (served, self.provider, self.study) = counted.page, office
        self.url = served.url
        self.page.set_default_timeout(20_000)

    def sign_in(self, who, *, fault=""):
        self.provider.person, self.provider.fault = who, fault
        self.page.goto(self.url)
        button = self.page.get_by_role("button", name="Masuk")
        with self.page.expect_response(lambda answer: "/oauth2callback" in answer.url):
            button.click()
        self.page.wait_for_url(f"{self.url}/")
        self.page.locator("h1").wait_for()
        return self

    def settle(self):
        still = "() => !document.querySelector('[data-test-script-state=running]')"
        self.page.wait_for_timeout(300)
        self.page.wait_for_function(still, timeout=60_000)

    def heading(self, text):
        self.page.get_by_role("heading", level=1, name=text).wait_for()

    def pages(self):
        links = self.page.get_by_test_id("stTopNavLink")
        if links.count() == 0:
            links = self.page.get_by_test_id("stSidebarNavLink")
        return {re.sub(r"\s+", " ", text).strip() for text in links.all_text_contents()}


@pytest.fixture
def person(counted_page, office):
    yield Person(counted_page, office)
    assert counted_page.outside == []


def test_a_planner_signs_in_sees_every_page_and_signs_out(person):
    person.sign_in(PLANNER)
    person.heading("Beranda")
    assert len(person.pages()) == len(PAGES) - 1  # this study names no national results
    corner = person.page.locator(".st-key-tapak-account button").first
    assert "Sri *Lestari*" in corner.text_content()  # a name is no Markdown
    corner.click()
    person.page.get_by_text("sri@bapas.contoh").wait_for()
    assert person.page.get_by_text("perencana").is_visible()
    ended = person.provider.ended
    person.page.get_by_role("button", name="Keluar").click()
    person.page.get_by_role("button", name="Masuk").wait_for()
    assert person.provider.ended == ended + 1
    person.page.goto(f"{person.url}/peringkat")
    person.page.get_by_role("button", name="Masuk").wait_for()


def test_an_agency_sees_its_own_sites_only_and_no_page_by_its_address(person, own_agency):
    person.sign_in(AGENCY)
    person.page.locator(".st-key-tapak-account").wait_for()
    assert not person.pages() & {"Beranda", words.say("ui.nav.ranking"), "Skenario", "Riwayat"}
    person.page.goto(f"{person.url}/lokasi")
    person.heading("Lokasi")
    box = person.page.get_by_role("combobox", name="Pilih lokasi")
    box.click()
    listed = person.page.get_by_role("option")
    listed.first.wait_for()
    assert 0 < listed.count() <= own_agency[1]
    for address in ("peringkat", "riwayat"):
        person.page.goto(f"{person.url}/{address}")
        told = person.page.get_by_role("alert")
        told.wait_for()
        assert "OPD pengusul tidak boleh" in told.text_content()
        assert person.page.locator(".st-key-tapak-bar").count() == 0


def test_leadership_reads_and_may_change_nothing(person):
    person.sign_in(LEADER)
    person.heading("Beranda")
    assert "Riwayat" in person.pages()
    person.page.goto(f"{person.url}/lokasi")
    person.heading("Lokasi")
    person.page.get_by_text("Skor", exact=True).first.wait_for()
    assert person.page.locator(".st-key-tapak-steps").count() == 0


def test_who_is_not_named_is_told_whom_to_ask_and_shown_nothing(person):
    person.sign_in(STRANGER)
    person.page.get_by_text("Mintalah akun kepada Ibu TU.").wait_for()
    assert person.page.get_by_text("orang@luar.contoh").is_visible()
    assert person.pages() == set()
    person.page.goto(f"{person.url}/peringkat")
    person.page.get_by_text("Mintalah akun kepada Ibu TU.").wait_for()
    assert person.page.locator(".board").count() == 0


def test_an_address_that_was_never_verified_is_nobody_s(person):
    person.sign_in({**PLANNER, "email_verified": False})
    person.page.get_by_text("belum dipastikan").wait_for()
    assert person.pages() == set()


@pytest.mark.parametrize("fault", ["key", "expired", "audience", "issuer", "nonce"])
def test_a_wrong_or_expired_token_opens_nothing(person, fault):
    person.sign_in(PLANNER, fault=fault)
    person.page.get_by_role("button", name="Masuk").wait_for()
    assert "/token" in person.provider.asked
    assert person.pages() == set()
    names = {cookie["name"] for cookie in person.page.context.cookies()}
    assert "_streamlit_user" not in names


def test_who_is_struck_out_is_out_at_the_next_click(person):
    person.sign_in(LEADER)
    person.heading("Beranda")
    path = person.study / "study.toml"
    before = path.read_text(encoding="utf-8")
    path.write_text(
        before.replace('"kepala@contoh.go.id" = { role = "leadership" }\n', ""), "utf-8"
    )
    try:
        person.page.get_by_text("Riwayat", exact=True).first.click()
        person.page.get_by_text("Mintalah akun kepada Ibu TU.").wait_for()
    finally:
        path.write_text(before, "utf-8")


def test_who_is_struck_out_sees_no_more_of_the_page_that_is_open(person):
    """A move of a weight runs a part of the page alone; that part is not drawn again for them."""
    person.sign_in(PLANNER)
    person.page.goto(f"{person.url}/peringkat")
    person.page.wait_for_selector(".board[data-painted]", state="attached")
    path = person.study / "study.toml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace('"sri@bapas.contoh" = { role = "planner" }\n', ""), "utf-8")
    try:
        person.page.locator("input.dial").focus()
        person.page.keyboard.press("PageDown")
        person.page.get_by_text("Mintalah akun kepada Ibu TU.").wait_for()
        assert person.page.locator(".board").count() == 0
    finally:
        path.write_text(before, "utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "who", [LEADER, SURVEYOR, AGENCY], ids=["leadership", "surveyor", "agency"]
)
def test_every_page_a_role_is_offered_opens_whole(person, who):
    person.sign_in(who)
    person.page.locator(".st-key-tapak-account").wait_for()
    offered = person.pages()
    assert offered
    refused = {}
    for code, address, _ in PAGES[1:]:
        if words.say(code) not in offered:
            continue
        person.page.goto(f"{person.url}/{address}")
        person.page.locator(".st-key-tapak-account").wait_for()
        for tab in [None, *person.page.get_by_role("tab").all()]:
            if tab is not None:
                tab.click()
            person.settle()
            for told in person.page.get_by_role("alert").all_text_contents():
                refused[address] = told
    assert refused == {}


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_door_and_the_corner_have_no_grave_fault(
    person, support, request, tmp_path_factory, theme
):
    axe = support("axe")
    source = axe.script(request.config.cache, tmp_path_factory)
    person.page.emulate_media(color_scheme=theme)
    faults = []

    def look():
        for width in (390, 1024, 1920):
            person.page.set_viewport_size({"width": width, "height": 800})
            person.settle()
            faults.extend(axe.grave(person.page, source))

    person.page.goto(person.url)
    person.page.get_by_role("button", name="Masuk").wait_for()
    look()
    person.sign_in(STRANGER)
    person.page.get_by_role("button", name="Keluar").wait_for()
    look()
    person.page.context.clear_cookies()
    person.sign_in(SURVEYOR)
    person.page.locator(".st-key-tapak-account button").first.click()
    person.page.get_by_role("button", name="Keluar").wait_for()
    look()
    assert faults == []

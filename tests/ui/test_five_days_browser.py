"""Five people's days on one demo, one after the other, in a real Chromium: all the app is for."""

from __future__ import annotations

import json
import zipfile

import pdf
import phone_visit as phone
import pytest
from browser import CountedPage
from needed import absent
from pages import at_a_browser, open_page, propose_site, settle
from returned import good, submission, web_file
from served import BoardPage, free_port, run

from data.workspace import open_study
from ui.serve import SECRETS, command, environment
from work.field import listed_points
from work.runs import list_runs
from work.scenarios import list_scenarios

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AGENCY = "Dinas Sosial"
PEOPLE = {
    "planner": {"email": "rencana@contoh.go.id", "name": "Perencana"},
    "agency": {"email": "opd@contoh.go.id", "name": "OPD"},
    "leadership": {"email": "kepala@contoh.go.id", "name": "Kepala"},
    "surveyor": {"email": "tim@contoh.go.id", "name": "Tim A"},
}
SCENARIO = "Rapat OPD"
NEW_SITE = "Rumah Singgah Harapan"


@pytest.fixture
def office(support, study, tmp_path):
    """The app over a demo whose people sign in, and the provider that knows them."""
    try:
        oidc = support("oidc_server")
    except ImportError:
        absent("streamlit[auth] is not installed")
    lines = [
        f'"{told["email"]}" = {{ role = "{role}"'
        + (f', agency = "{AGENCY}"' if role == "agency" else "")
        + " }"
        for role, told in PEOPLE.items()
    ]
    with (study / "study.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[accounts.people]\n" + "\n".join(lines) + "\n")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with oidc.provider() as provider:
        (study / SECRETS).parent.mkdir()
        (study / SECRETS).write_text(oidc.secrets_text(provider, url), encoding="utf-8")
        for served in run(command(study, port), url, tmp_path / "log.txt", env=environment(study)):
            yield served.url, provider


def signed_in(page, office, role):
    url, provider = office
    provider.person, provider.fault = PEOPLE[role], ""
    page.goto(url)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(f"{url}/**")
    page.get_by_role("heading", level=1).first.wait_for()
    settle(page)


def placed(study):
    """Return the id, name and position of two sites whose position is known."""
    with open_study(study) as opened:
        sites = opened.store.candidates()
        points = listed_points(sites)
    names = dict(zip(sites["id"], sites["name"], strict=True))
    known = [key for key, lonlat in sorted(points.items()) if lonlat]
    return [(key, names[key], points[key]) for key in known[:2]]


def a_planner_weighs(page, study):
    """Weights by key and by hand, who moved, a scenario on record; returns its run."""
    open_page(page, "Peringkat lokasi")
    page.wait_for_selector(".board[data-painted]", state="attached")
    page.wait_for_timeout(600)
    board = BoardPage(CountedPage(page))
    before = board.names()
    board.move_dial("PageDown")
    box = page.locator("input.dial").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.4 * box["width"], middle)
    page.mouse.down()
    board.after(lambda: page.mouse.move(box["x"] + 0.85 * box["width"], middle, steps=6))
    page.mouse.up()
    page.locator("td.move.up").first.wait_for()
    board.until(lambda: board.names() != before, "the first names stayed as they were")
    assert page.locator("td.move.down").count() > 0
    page.get_by_role("button", name="Simpan skenario").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nama skenario").fill(SCENARIO)
    dialog.get_by_label("Ditetapkan oleh").fill("Sekretaris Daerah")
    dialog.get_by_label("Dasar").fill("Berita acara 12/2026")
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Simpan dan rekam").click()
    page.get_by_role("button", name="Selesai").click(timeout=180_000)
    [run_of] = list_runs(study)["runs"]
    assert run_of["scenario"] == SCENARIO
    assert [s["name"] for s in list_scenarios(study)["scenarios"]][-1] == SCENARIO
    return run_of["id"]


def a_coordinator_packs_and_reads_returns(page, study, tmp_path):
    """Plan, pack, take it down, bring a filled form back, decide what waits."""
    site, name, lonlat = placed(study)[0]
    open_page(page, "Survei")
    page.get_by_label("Tim", exact=True).fill("1")
    page.get_by_label("Hari kerja").fill("1")
    page.get_by_role("button", name="Buat rencana", exact=True).click()
    page.get_by_text("Rencana sudah dibuat").wait_for(timeout=180_000)
    settle(page)
    page.get_by_role("tab", name="Paket").click()
    page.get_by_role("button", name="Buat paket").click()
    taken = page.get_by_role("button", name="Paket tim A (zip)")
    taken.wait_for(timeout=240_000)
    settle(page)
    with page.expect_download(timeout=180_000) as coming:
        taken.click()
    coming.value.save_as(tmp_path / "paket.zip")
    with zipfile.ZipFile(tmp_path / "paket.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert archive.testzip() is None
    assert manifest["team"] == "A"
    far = (lonlat[0] + 0.06, lonlat[1])  # six kilometres off: somebody has to decide
    page.get_by_role("tab", name="Hasil masuk").click()
    page.locator("input[type=file]").set_input_files(
        web_file(tmp_path / "pulang.json", submission("v-1", site, answers=good(), lonlat=far))
    )
    page.get_by_role("button", name="Masukkan").click()
    page.get_by_text("menunggu", exact=False).first.wait_for(timeout=180_000)
    page.get_by_role("tab", name="Periksa").click()
    page.get_by_role("heading", name=name).wait_for()
    page.get_by_role("textbox").first.fill("titik di gerbang belakang")
    page.get_by_role("button", name="Terima", exact=True).first.click()
    page.get_by_text("Tidak ada yang menunggu pemeriksaan").wait_for(timeout=180_000)
    with open_study(study) as opened:
        assert [(r.candidate, r.status) for r in opened.store.responses()] == [(site, "accepted")]


def an_agency_proposes(page):
    """One site, looked at before it is sent, and its state afterwards."""
    open_page(page, "Usulan OPD")
    propose_site(page, NEW_SITE, timeout=180_000)
    row = page.locator("tbody tr", has=page.locator("button.pick", has_text=NEW_SITE))
    row.wait_for()
    assert row.locator("span.badge").text_content() == "lolos saringan meja"
    assert page.get_by_role("button", name="Tandai bersedia").count() == 0


def leadership_takes_the_brief(page, tmp_path):
    """The brief under the scenario that was saved, as a PDF; returns its text."""
    open_page(page, "Laporan")
    page.get_by_role("combobox", name="Skenario bobot").click()
    page.get_by_role("option", name=SCENARIO).click()
    page.get_by_text("Bobot ditetapkan oleh Sekretaris Daerah").wait_for()
    block = page.locator(".st-key-document-ringkasan")
    block.get_by_role("button", name="Buat", exact=True).click()
    taken = block.get_by_role("button", name="Unduh PDF")
    taken.wait_for(timeout=240_000)
    block.locator("img").wait_for()
    settle(page)
    with page.expect_download(timeout=180_000) as coming:
        taken.click()
    coming.value.save_as(tmp_path / "ringkasan.pdf")
    raw = (tmp_path / "ringkasan.pdf").read_bytes()
    assert raw.startswith(b"%PDF-")
    return pdf.text(raw)


def a_phone_enters_a_visit(page, study):
    """A place that has shut, said on a phone, and seen on its own page."""
    site, name, (lon, lat) = placed(study)[1]
    open_page(page, "Survei")
    page.get_by_role("tab", name="Isi kunjungan").click()
    page.wait_for_timeout(800)
    phone.start(page, name)
    phone.paste_point(page, f"{lat}, {lon}")
    phone.pick(page, "Tutup atau pindah")
    phone.go_on(page, "3 dari 3")
    phone.go_on(page, "Periksa, lalu kirim")
    page.get_by_role("button", name="Kirim").click()
    page.get_by_text("diterima. Terima kasih").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(f"{page.url.split('/survei')[0]}/lokasi?site={site}")
    page.get_by_text("Tidak termasuk dalam peringkat").wait_for()  # a place that has shut
    page.get_by_role("tab", name="Kunjungan dan foto").click()
    page.get_by_text("Tutup atau pindah").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_five_people_do_their_day_s_work_on_one_demo(office, study, chromium, tmp_path):
    with at_a_browser(chromium, width=1440) as page:
        signed_in(page, office, "planner")
        run_of = a_planner_weighs(page, study)
    with at_a_browser(chromium) as page:
        signed_in(page, office, "leadership")
        assert run_of[:8] in leadership_takes_the_brief(page, tmp_path)
    with at_a_browser(chromium) as page:
        signed_in(page, office, "planner")
        a_coordinator_packs_and_reads_returns(page, study, tmp_path)
    with at_a_browser(chromium) as page:
        signed_in(page, office, "agency")
        an_agency_proposes(page)
    with at_a_browser(chromium, width=390, height=844) as page:
        signed_in(page, office, "surveyor")
        a_phone_enters_a_visit(page, study)
    with open_study(study) as opened:
        roles = {event.role for event in opened.store.events()}
    assert {"planner", "leadership", "agency", "surveyor"} <= roles

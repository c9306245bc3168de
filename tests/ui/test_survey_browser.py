"""A coordinator's evening and a surveyor's phone, in a real browser over a real small study."""

import json
import subprocess
import zipfile

import phone_visit as phone
import pytest
from returned import good, submission, web_file
from served import free_port, run

from data.workspace import open_study
from ui.serve import command, environment
from work.field import listed_points
from work.lan import new_secret, own_address, pin_of, today
from work.planning import plan_visits

pytestmark = pytest.mark.browser


def placed(study):
    with open_study(study) as opened:
        sites = opened.store.candidates()
        points = listed_points(sites)
    names = dict(zip(sites["id"], sites["name"], strict=True))
    site = next(key for key, lonlat in sorted(points.items()) if lonlat)
    return site, names[site], points[site]


def real_errors(counted):
    return [e for e in counted.errors if "status of 404" not in e]


def open_tab(page, url, title, *, width, height=844):
    page.set_default_timeout(25_000)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{url}/survei")
    page.get_by_role("tab", name=title).click()
    page.wait_for_timeout(800)


def test_a_surveyor_s_phone_enters_a_visit_and_it_arrives_accepted(
    served_study, study, counted_page
):
    site, name, (lon, lat) = placed(study)
    page = counted_page.page
    open_tab(page, served_study.url, "Isi kunjungan", width=390)
    phone.start(page, name)
    phone.paste_point(page, f"{lat}, {lon}")
    phone.go_on(page, "harus diisi")  # question 2 must be answered
    phone.pick(page, "Sesuai")
    heights = page.locator(".st-key-tapak-visit button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 48
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.go_on(page, "3 dari")
    page.reload()
    page.get_by_text("3 dari", exact=False).wait_for()
    page.get_by_role("button", name="Kembali").click()
    page.get_by_text("2 dari", exact=False).wait_for()
    assert page.get_by_role("radio", checked=True).first.is_visible()
    phone.pick(page, "Tutup atau pindah")
    phone.go_on(page, "3 dari 3")
    phone.go_on(page, "Periksa, lalu kirim")
    page.get_by_role("button", name="Kirim").click()
    page.get_by_text("diterima. Terima kasih").wait_for()
    with open_study(study) as opened:
        (row,) = opened.store.responses()
    assert (row.candidate, row.status, row.channel) == (site, "accepted", "form")
    assert row.answers["q02"] == "tutup"
    assert counted_page.outside == []
    assert real_errors(counted_page) == []


def test_a_coordinator_makes_a_pack_and_uploads_a_return(
    served_study, study, counted_page, tmp_path
):
    plan_visits(study, teams=1, days=1)
    site, name, lonlat = placed(study)
    page = counted_page.page
    open_tab(page, served_study.url, "Paket", width=1440, height=900)
    page.get_by_role("button", name="Buat paket").click()
    button = page.get_by_role("button", name="Paket tim A (zip)")
    button.wait_for(timeout=90_000)
    with page.expect_download() as coming:
        button.click()
    coming.value.save_as(tmp_path / "paket.zip")
    with zipfile.ZipFile(tmp_path / "paket.zip") as archive:
        assert json.loads(archive.read("manifest.json"))["team"] == "A"
    told = web_file(
        tmp_path / "pulang.json", submission("v-1", site, answers=good(), lonlat=lonlat)
    )
    page.get_by_role("tab", name="Hasil masuk").click()
    page.locator("input[type=file]").set_input_files(told)
    page.get_by_role("button", name="Masukkan").click()
    page.get_by_text("1 diterima", exact=False).wait_for(timeout=60_000)
    page.get_by_text(name).first.wait_for()
    with open_study(study) as opened:
        assert [r.status for r in opened.store.responses()] == ["accepted"]
    assert counted_page.outside == []
    assert real_errors(counted_page) == []


ADDRESSES = sorted({"127.0.0.1", own_address()} - {""})
"""A phone comes over the network where there is one, and through a relay on this machine."""


@pytest.fixture(params=ADDRESSES)
def for_phones(study, tmp_path, request):
    """The app as ``tapak app --lan`` starts it, with its secret."""
    address = request.param
    port, secret = free_port(), new_secret()
    line = command(study, port, lan_address=address)
    own = {"cwd": tmp_path, "env": environment(study, lan_secret=secret)}
    for served in run(line, f"http://127.0.0.1:{port}", tmp_path / "log.txt", **own):
        yield served, f"http://{address}:{port}", secret


@pytest.mark.slow
def test_a_phone_on_the_wifi_sees_the_door_and_with_the_pin_the_form_only(
    for_phones, study, counted_page
):
    served, url, secret = for_phones
    page = counted_page.page
    page.set_default_timeout(25_000)
    page.set_viewport_size({"width": 390, "height": 844})
    # no office: what a header says of itself is not believed, and what comes on is from elsewhere
    page.set_extra_http_headers({"X-Forwarded-For": "127.0.0.1"})
    for address in ("", "peringkat", "data", "survei"):
        page.goto(f"{url}/{address}")
        page.get_by_text("Masukkan PIN hari ini.").wait_for()
        assert page.get_by_role("tab").count() == 0
    right = pin_of(secret, today())
    box = page.get_by_label("PIN (6 angka)")
    box.fill(f"{(int(right) + 1) % 10**6:06d}")
    page.get_by_role("button", name="Masuk").click()
    page.get_by_text("PIN itu salah").wait_for()
    box.fill(right)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_label("Lokasi yang dikunjungi").wait_for()
    assert page.get_by_role("link", name="Peringkat").count() == 0
    _, name, (lon, lat) = placed(study)
    phone.start(page, name)
    phone.paste_point(page, f"{lat}, {lon}")
    page.reload()
    page.get_by_text("2 dari", exact=False).first.wait_for()
    phone.pick(page, "Tutup atau pindah")
    phone.go_on(page, "3 dari 3")
    phone.go_on(page, "Periksa, lalu kirim")
    page.get_by_role("button", name="Kirim").click()
    page.get_by_text("diterima. Terima kasih").wait_for()
    ticket = page.url
    page.goto(ticket.replace(url, f"{url}/peringkat", 1).replace("peringkat/", "peringkat"))
    page.get_by_label("Lokasi yang dikunjungi").wait_for()
    assert page.locator(".board").count() == 0
    with open_study(study) as opened:
        events = opened.store.events()
    assert [e.role for e in events if e.action == "collect"] == ["surveyor"]
    page.set_extra_http_headers({})
    page.goto(f"{served.url}/survei")
    page.get_by_text(
        f"{right[:3]} {right[3:]}", exact=False
    ).wait_for()  # the office keeps its role
    assert page.get_by_role("tab", name="Periksa").is_visible()


def test_without_lan_the_app_listens_on_this_machine_only(study):
    line = command(study, 8501)
    assert line[line.index("--server.address") + 1] == "127.0.0.1"
    assert environment(study)["TAPAK_LAN"] == ""
    assert subprocess.list2cmdline(line).count("0.0.0.0") == 0

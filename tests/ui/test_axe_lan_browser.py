"""axe-core finds nothing grave on what a phone on the office's Wi-Fi sees: the door and the form."""

from __future__ import annotations

import shutil
from pathlib import Path

import phone_visit as phone
import pytest
from served import free_port, run

from data.workspace import open_study
from ui.serve import command, environment
from work.lan import new_secret, pin_of, today

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (390, 1024)


@pytest.fixture(scope="module")
def app(small_demo, tmp_path_factory):
    """The app as ``tapak app --lan`` starts it, its secret, and a site to visit."""
    room = tmp_path_factory.mktemp("axe-lan")
    study = Path(shutil.copytree(small_demo, room / "studi"))
    with open_study(study) as opened:
        sites = opened.store.candidates()
    port, secret = free_port(), new_secret()
    own = {"env": environment(study, lan_secret=secret)}
    line = command(study, port, lan_address="127.0.0.1")
    name = str(sites.loc[sites["has_point"], "name"].iloc[0])
    for served in run(line, f"http://127.0.0.1:{port}", room / "log.txt", **own):
        yield served.url, secret, name


class Phone:
    """A phone's page; `look` gathers what axe finds at every width."""

    def __init__(self, page, axe, source):
        self.page, self.axe, self.source = page, axe, source
        self.faults = []

    def look(self):
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 844})
            still = "() => !document.querySelector('[data-test-script-state=running]')"
            self.page.wait_for_function(still, timeout=60_000)
            self.page.wait_for_timeout(400)
            self.faults += self.axe.grave(self.page, self.source)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_door_and_the_form_of_a_phone_have_no_grave_fault(app, chromium, axe, source, theme):
    url, secret, name = app
    page = chromium.new_page(
        color_scheme=theme, extra_http_headers={"X-Forwarded-For": "192.168.1.7"}
    )
    page.set_default_timeout(25_000)
    seen = Phone(page, axe, source)
    try:
        page.goto(url)
        box = page.get_by_label("PIN (6 angka)")
        box.wait_for()
        seen.look()
        right = pin_of(secret, today())
        box.fill(f"{(int(right) + 1) % 10**6:06d}")
        page.get_by_role("button", name="Masuk").click()
        page.get_by_text("PIN itu salah").wait_for()
        seen.look()
        box.fill(right)
        page.get_by_role("button", name="Masuk").click()
        page.get_by_label("Lokasi yang dikunjungi").wait_for()
        seen.look()
        phone.start(page, name)
        seen.look()
        phone.paste_point(page, "-7.4, 109.7")
        seen.look()
    finally:
        page.close()
    assert seen.faults == []

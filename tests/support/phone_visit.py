"""A visit typed in on a phone, as a surveyor's thumb does it."""

from __future__ import annotations


def start(page, name, *, surveyor="S-7", team="A"):
    """Fill the first screen, of a visit that is going on."""
    page.get_by_label("Lokasi yang dikunjungi").click()
    page.get_by_label("Lokasi yang dikunjungi").fill(name)
    page.get_by_role("option").first.click()
    page.get_by_label("Nama atau kode surveyor").fill(surveyor)
    page.get_by_label("Tim (boleh kosong)").fill(team)
    page.keyboard.press("Tab")
    page.wait_for_timeout(700)
    page.get_by_role("button", name="Mulai", exact=True).click()
    page.get_by_text("1 dari", exact=False).wait_for()


def paste_point(page, text):
    """Answer question 1 and go on."""
    page.get_by_label("Tempel koordinat").fill(text)
    page.keyboard.press("Tab")
    page.get_by_text("Terbaca", exact=False).wait_for()
    go_on(page, "2 dari")


def pick(page, label, *, inside=None):
    """Tap a choice."""
    (inside or page).get_by_role("radio", name=label, exact=True).first.click()
    page.wait_for_timeout(500)


def go_on(page, then):
    """Save, and wait for the next screen."""
    page.get_by_role("button", name="Simpan, lanjut").click()
    page.get_by_text(then, exact=False).first.wait_for()

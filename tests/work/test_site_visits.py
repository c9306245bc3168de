"""Days, hours, room and checklists of visits, in words."""

import pytest

from work.site_visits import capacity_text, checklist, open_text

STARRED = ("q14_ketinggian", "q14_bahan_berbahaya", "q14_biaya_kecelakaan")


@pytest.mark.parametrize(
    ("slots", "days", "hours"),
    [
        ([], "", ""),
        (["senin_pagi"], "Senin", "pagi"),
        (["senin_pagi", "selasa_pagi", "rabu_pagi", "sabtu_pagi"], "Senin–Rabu, Sabtu", "pagi"),
        (["jumat_pagi", "jumat_siang", "jumat_sore"], "Jumat", "pagi sampai sore"),
        (
            ["senin_pagi", "sabtu_pagi", "sabtu_siang"],
            "Senin, Sabtu",
            "Senin pagi; Sabtu pagi dan siang",
        ),
        (["kapan-kapan"], "", ""),
    ],
)
def test_slots_are_told_as_days_and_hours(slots, days, hours):
    assert open_text(slots) == (days, hours)


def test_the_checklist_is_passed_only_when_every_starred_item_is_answered():
    met = dict.fromkeys(STARRED, "ya")
    assert checklist(met | {"q14_biaya_kecelakaan": "tidak_berlaku"}) is True
    assert checklist(met | {"q14_ketinggian": "tidak"}) is False
    assert checklist(dict.fromkeys(STARRED[:2], "ya")) is None
    assert checklist({}) is None


def test_room_is_told_as_far_as_it_is_known():
    assert capacity_text({"q10": 4, "q06": 24}) == "4 orang sehari · 24 jam seminggu"
    assert capacity_text({"q06": 0}) == "0 jam seminggu"
    assert capacity_text({}) == ""

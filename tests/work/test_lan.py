"""The PIN of the day: nobody can guess it, it ends with its day, tries are counted."""

from hypothesis import given
from hypothesis import strategies as st

from work.lan import TRIES, TRIES_OF_ALL, Door, holds, new_secret, pin_of, ticket_of

SECRET = "ab" * 32
DAY = "2026-11-24"


@given(st.binary(min_size=32, max_size=32), st.dates())
def test_a_pin_is_six_digits_and_always_the_same_for_its_day(raw, day):
    pin = pin_of(raw.hex(), day.isoformat())
    assert len(pin) == 6
    assert pin.isdigit()
    assert pin == pin_of(raw.hex(), day.isoformat())


def test_another_day_and_another_start_have_another_pin():
    assert pin_of(SECRET, DAY) != pin_of(SECRET, "2026-11-25")
    assert len({pin_of(new_secret(), DAY) for _ in range(20)}) > 15


def test_five_wrong_pins_shut_the_door_even_for_the_right_one_until_tomorrow():
    door, right = Door(), pin_of(SECRET, DAY)
    wrong = f"{(int(right) + 1) % 10**6:06d}"

    def knock(said, address="192.168.1.7", day=DAY):
        return door.knock(said, address=address, made_from=SECRET, day=day)

    assert [knock(wrong) for _ in range(TRIES)] == ["wrong"] * (TRIES - 1) + ["shut"]
    assert knock(right) == "shut"
    assert knock(right, address="192.168.1.8") == "in"
    assert knock(pin_of(SECRET, "2026-11-25"), day="2026-11-25") == "in"


def test_many_addresses_together_have_an_end_too():
    door = Door()
    for k in range(TRIES_OF_ALL):
        door.knock("x", address=f"10.0.0.{k}", made_from=SECRET, day=DAY)
    right = pin_of(SECRET, DAY)
    assert door.knock(right, address="10.0.1.1", made_from=SECRET, day=DAY) == "shut"


def test_a_ticket_is_good_for_its_address_and_its_day_only():
    ticket = ticket_of(SECRET, DAY, "192.168.1.7")
    told = {"address": "192.168.1.7", "made_from": SECRET, "day": DAY}
    assert holds(ticket, **told)
    assert not holds(ticket, **told | {"address": "192.168.1.8"})
    assert not holds(ticket, **told | {"day": "2026-11-25"})
    assert not holds("", **told)
    assert not holds("é", **told)

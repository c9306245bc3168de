"""Phones on the office's own Wi-Fi: the PIN of the day, who has said it, who tried too often."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import os
import secrets
import socket
import threading
from dataclasses import dataclass, field

VARIABLE = "TAPAK_LAN"
"""Holds the secret of one start of the app; empty or missing: no phone may come in."""
DIGITS = 6
TRIES, TRIES_OF_ALL = 5, 60
"""Wrong PINs a day: of one address, and of all together (6 in 100,000 that one is guessed)."""
_NO_ROUTE = ("10.255.255.255", 9)
"""Nothing is sent there: the question is only by which of its addresses this machine would."""


def new_secret() -> str:
    """Make the secret that a day's PIN is drawn from."""
    return secrets.token_hex(32)


def secret() -> str:
    """Return the secret of this start; "" where phones may not come in."""
    return os.environ.get(VARIABLE, "")


def today() -> str:
    """Return this machine's date: a PIN holds until midnight."""
    return dt.datetime.now().astimezone().date().isoformat()


def pin_of(made_from: str, day: str) -> str:
    """Return the PIN of a day: six digits that nobody without the secret can tell."""
    drawn = hmac.new(bytes.fromhex(made_from), f"pin|{day}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(drawn[:8]) % 10**DIGITS:0{DIGITS}d}"


def ticket_of(made_from: str, day: str, address: str) -> str:
    """Return what a phone that said the PIN shows from then on: good for its address and day."""
    told = f"ticket|{day}|{address}".encode()
    return hmac.new(bytes.fromhex(made_from), told, hashlib.sha256).hexdigest()


@dataclass(slots=True)
class Door:
    """Counts wrong PINs of a day; one for the whole process."""

    day: str = ""
    wrong: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def knock(self, said: str, *, address: str, made_from: str, day: str) -> str:
        """Say what becomes of somebody who says a PIN: ``in``, ``wrong`` or ``shut``.

        Who has used up the tries is not let in with the right PIN either, until tomorrow or
        until the app is started anew.
        """
        with self._lock:
            if day != self.day:
                self.day, self.wrong = day, {}
            if self.wrong.get(address, 0) >= TRIES or sum(self.wrong.values()) >= TRIES_OF_ALL:
                return "shut"
            right = pin_of(made_from, day).encode()
            if hmac.compare_digest(said.strip().encode(), right):
                return "in"
            self.wrong[address] = self.wrong.get(address, 0) + 1
            return "shut" if self.wrong[address] >= TRIES else "wrong"


DOOR = Door()


def holds(ticket: str, *, address: str, made_from: str, day: str) -> bool:
    """Tell whether a ticket was given to this address today; compared in constant time."""
    right = ticket_of(made_from, day, address)
    return hmac.compare_digest(ticket.encode(), right.encode())


def own_address() -> str:
    """Return this machine's address in the office's network; "" without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug:
        try:
            plug.connect(_NO_ROUTE)
        except OSError:
            return ""
        address = str(plug.getsockname()[0])
    return "" if address.startswith(("127.", "0.")) else address

"""Taking a name out of the record of deeds without breaking its chain."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from data.hashes import canonical_json, sha256_hex

SEALABLE = ("by", "subject", "before", "after")
"""What of an event may name a person: the chain hashes a commitment of each, not the text."""
OLD = "old"
"""In ``sealed`` of an event from before commitments: a later event of the chain vouches for it."""
REDACT = "redact"
"""The action of the event that vouches."""


def new_salts() -> dict[str, str]:
    """Draw a salt for each part, so that nobody can try names against a commitment."""
    return {name: secrets.token_hex(16) for name in SEALABLE}


def commitment(salt: str, value: Any) -> str:
    """Hash a value with its salt."""
    return sha256_hex(salt.encode() + canonical_json(value))


def committed(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event's values as the chain hashes them.

    Parameters
    ----------
    told : mapping
        Every value but its own hash. Without ``salts`` and ``sealed`` it is one of before.
    """
    salts, sealed = told["salts"], told["sealed"]
    plain = {k: v for k, v in told.items() if k not in {"salts", "sealed"}}
    if not salts and not sealed:
        return plain
    for name in SEALABLE:
        known = sealed.get(name)
        plain[name] = known or commitment(str(salts.get(name, "")), plain[name])
    return plain


def redacted(told: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an event's row becomes when some of its parts are written anew.

    The commitment of each stays and its salt goes: the chain holds, and the text cannot be guessed
    back. An event of before has no commitments; its row says so, and `vouched` hashes what is left.
    """
    values = dict(changed)
    if not told["salts"] and not set(told["sealed"]) - {OLD}:
        return values | {"sealed": {OLD: "1"}}
    kept = {n: commitment(told["salts"][n], told[n]) for n in changed if n in told["salts"]}
    salts = {n: salt for n, salt in told["salts"].items() if n not in changed}
    return values | {"salts": salts, "sealed": {**told["sealed"], **kept}}


def vouched(told: Mapping[str, Any]) -> str:
    """Hash an event of before as it stands after a name was taken out of it."""
    return sha256_hex(
        canonical_json({k: v for k, v in told.items() if k not in {"salts", "sealed"}})
    )

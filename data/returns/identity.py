"""Which submission a row is, how often it was edited, and what its channel did with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from data.hashes import sha256_hex

STABLE = (
    *("submission", "rootuuid", "key", "__id", "deprecatedid", "instanceid"),
    *("instance id", "instance_id", "_uuid", "uuid"),
)
"""Names of a submission's id, the most lasting first.

A server gives an edited submission a new ``instanceID``, names the old one ``deprecatedID`` and
keeps ``KEY``, ``__id`` or ``rootUuid``. ``formhub/uuid`` is the *form's* id and never one of these.
"""
_SYSTEM = frozenset({"key", "__id", "__system", "reviewstate", "submissiondate", "edits"})
_PREFIX = re.compile(r"^(?:urn:)?(?:uuid:)+", re.IGNORECASE)
_LONGEST = 100
_AUDIT = frozenset({"event", "node", "start", "end"})
_REPEAT = re.compile(
    r"parent_key|_parent_index|_parent_table_name|_submission__u*id|__submissions(-.+)?-id",
    re.IGNORECASE,
)
_ISSUES = frozenset({"hasissues", "has_issues", "has issues", "on hold", "ditangguhkan"})
_FORMS_OWN = frozenset({"formhub", "_xform_id_string", "__version__", "_submission_time"})


def last_part(name: str) -> str:
    """Return the name without its groups: ``visit/q05``, ``visit-q05``, ``visit.q05``.

    A server whose groups are parted by "_" writes ``meta_rootUuid``.
    """
    last = re.split(r"[/:]|(?<=\w)[-.](?=\w)", name.strip())[-1].casefold()
    return re.sub(r"^_*meta_+(?=\w)", "", last)


def by_last_part(values: Mapping[str, object]) -> dict[str, object]:
    """Index a row by the last part of every name; the form's own id is left out."""
    found: dict[str, object] = {}
    for name, value in values.items():
        if name.casefold().startswith("_validation_status/"):  # Kobo's API: uid, label, by_whom
            if name.casefold().endswith("/uid"):
                found["_validation_status"] = value
            continue
        if value in (None, "") or name.casefold().startswith("formhub"):
            continue
        found.setdefault(last_part(name), value)
    return found


def channel_of(names: Iterable[str]) -> str:
    """Tell whose export this is by its columns."""
    plain = {name.casefold() for name in names}
    heads = {re.split(r"[/.]", name)[0] for name in plain}
    if heads & _FORMS_OWN or {"_uuid", "_id"} <= plain or "formhub_uuid" in plain:
        return "kobo"
    if plain & {"key", "__id"} or heads & _SYSTEM:
        return "odk"
    return "form"


def submission_of(short: Mapping[str, object]) -> str:
    """Return the stable id of a row (`by_last_part`), "" when it has none."""
    for name in STABLE:
        text = _PREFIX.sub("", str(short.get(name, "")).strip())
        if text:
            return (
                text if len(text) <= _LONGEST else f"{text[:60]}-{sha256_hex(text.encode())[:16]}"
            )
    return ""


def alias_of(short: Mapping[str, object], *, channel: str) -> str:
    """Return Kobo's own number of a submission: it stays through edits, ``_uuid`` does not."""
    number = str(short.get("_id", "")).strip().removesuffix(".0")
    return f"kobo:{number}" if channel == "kobo" and number.isdigit() else ""


def belongs_to_another(names: Iterable[str]) -> bool:
    """Tell a table of repeats, each row a part of a submission, and a log of how one was filled."""
    plain = {name.casefold() for name in names}
    log = plain >= _AUDIT and bool({"instance id", "instance_id"} & plain)
    return log or any(_REPEAT.fullmatch(name) for name in plain)


def edits_of(short: Mapping[str, object]) -> int:
    """Return how often a row was edited, by whatever its channel says."""
    for name in ("edits", "revision"):
        text = str(short.get(name, "")).strip()
        if re.fullmatch(r"\d{1,6}(\.0)?", text):
            return int(float(text))
    edited = str(short.get("reviewstate", "")).casefold() == "edited" or "deprecatedid" in short
    return int(edited or str(short.get("edited", "")).casefold() in {"1", "true", "ya", "yes"})


def mark_of(short: Mapping[str, object]) -> str:
    """Return ``deleted``, ``rejected`` or ``issues`` when its own office said so, else ""."""
    if str(short.get("deletedat", "")).strip():
        return "deleted"
    told = (short.get(n, "") for n in ("reviewstate", "_validation_status"))
    states = {re.sub(r"^validation_status_", "", str(s).strip().casefold()) for s in told}
    if states & {"rejected", "not_approved", "not approved", "tidak disetujui"}:
        return "rejected"
    return "issues" if states & (_ISSUES | {"on_hold"}) else ""


def encrypted(short: Mapping[str, object]) -> bool:
    """Tell a row whose answers its server keeps encrypted."""
    said = re.sub(r"\W", "", str(short.get("status", ""))).casefold()
    return said in {"notdecrypted", "missingencryptedformdata"}

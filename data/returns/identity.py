"""Which submission a row is, how often it was edited, and what its channel did with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

STABLE = ("submission", "rootuuid", "key", "__id", "deprecatedid", "instanceid", "_uuid", "uuid")
"""Names of a submission's id, the most lasting first.

A server gives an edited submission a new ``instanceID``, names the old one ``deprecatedID`` and
keeps ``KEY``, ``__id`` or ``rootUuid``. ``formhub/uuid`` is the *form's* id and never one of these.
"""
_SYSTEM = frozenset({"key", "__id", "__system", "reviewstate", "submissiondate", "edits"})
_PREFIX = re.compile(r"^(?:uuid|urn:uuid):", re.IGNORECASE)
_FORMS_OWN = frozenset({"formhub", "_xform_id_string", "__version__", "_submission_time"})


def last_part(name: str) -> str:
    """Return the name without its groups: ``visit/q05``, ``visit-q05`` and ``visit:q05``."""
    return re.split(r"[/:]|(?<=\w)-(?=\w)", name.strip())[-1].casefold()


def by_last_part(values: Mapping[str, object]) -> dict[str, object]:
    """Index a row by the last part of every name; the form's own id is left out."""
    found: dict[str, object] = {}
    for name, value in values.items():
        if value in (None, "") or name.casefold().startswith("formhub"):
            continue
        found.setdefault(last_part(name), value)
    return found


def channel_of(names: Iterable[str]) -> str:
    """Tell whose export this is by its columns."""
    plain = {name.casefold() for name in names}
    heads = {name.split("/")[0] for name in plain}
    if heads & _FORMS_OWN or {"_uuid", "_id"} <= plain:
        return "kobo"
    if plain & {"key", "__id"} or heads & _SYSTEM:
        return "odk"
    return "form"


def submission_of(short: Mapping[str, object]) -> str:
    """Return the stable id of a row (`by_last_part`), "" when it has none."""
    for name in STABLE:
        text = str(short.get(name, "")).strip()
        if text:
            return _PREFIX.sub("", text)
    return ""


def edits_of(short: Mapping[str, object]) -> int:
    """Return how often a row was edited, by whatever its channel says."""
    for name in ("edits", "revision"):
        text = str(short.get(name, "")).strip()
        if re.fullmatch(r"\d{1,6}(\.0)?", text):
            return int(float(text))
    edited = str(short.get("reviewstate", "")).casefold() == "edited" or "deprecatedid" in short
    return int(edited or str(short.get("edited", "")).casefold() in {"1", "true", "ya", "yes"})


def mark_of(short: Mapping[str, object]) -> str:
    """Return ``deleted`` or ``rejected`` when the channel's own office said so, else ""."""
    if str(short.get("deletedat", "")).strip():
        return "deleted"
    state = str(short.get("reviewstate", short.get("_validation_status", ""))).casefold()
    return "rejected" if "rejected" in state or "not approved" in state else ""

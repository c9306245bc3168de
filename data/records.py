"""Rows of the store as plain frozen records: a file, a candidate, a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime


def now_utc() -> str:
    """Return this machine's clock as ISO text in UTC: server time orders events."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """One input file as it was given.

    ``name`` is what the giver called it, ``path`` what it is called inside ``inputs/``; ``id`` is
    None until the store has it, and ``added_at`` is empty until then.
    """

    kind: str
    name: str
    path: str
    sha256: str
    bytes: int
    options: Mapping[str, object] = field(default_factory=dict)
    source: str = ""
    licence: str = ""
    added_at: str = ""
    superseded: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRecord:
    """One candidate for reading and editing; lon and lat in degrees (EPSG:4326), None together.

    ``version`` is the version that was read. Saving it again fails when somebody else saved a
    newer one in between.
    """

    id: str
    name: str
    kind: str
    kind_text: str
    code: str
    agency: str
    address: str
    desa: str
    kecamatan: str
    lon: float | None
    lat: float | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One recorded run: what went in, what came out, and the fingerprint of both.

    ``result`` is the result as JSON text; None in listings, which leave it in the store.
    """

    id: str
    programme: str
    scenario: Mapping[str, object]
    inputs: Mapping[str, object]
    software: Mapping[str, object]
    result_sha256: str
    previous: str
    record_sha256: str
    created_at: str
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRecord:
    """A named scenario as stored; ``version`` 0 and no time until it is saved."""

    name: str
    programme: str
    groups: Mapping[str, float]
    weights: Mapping[str, float]
    set_by: str = ""
    set_on: str = ""
    basis: str = ""
    created_at: str = ""
    version: int = 0

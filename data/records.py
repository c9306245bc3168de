"""Rows of the store as plain frozen records: a file, a candidate, a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """A named scenario as stored; ``version`` 0 and no time until it is saved.

    ``stated`` holds what was said beside the numbers (`scoring.stated.Stated`) as plain values.
    """

    name: str
    programme: str
    groups: Mapping[str, float]
    weights: Mapping[str, float]
    stated: Mapping[str, object] = field(default_factory=dict)
    set_by: str = ""
    set_on: str = ""
    basis: str = ""
    created_at: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRecord:
    """One submission as stored; lon and lat in degrees (EPSG:4326), None together.

    ``status`` is accepted, review, rejected, superseded or conflict; ``edits`` is how often its
    channel says it was edited. ``number`` is None until the
    store has it; ``supersedes`` is the number of the row it stands in place of. ``alias`` is
    another name its server knows it by, "" without; ``photos`` hold name, sha256, lon, lat and
    taken_at.
    """

    id: str
    candidate: str
    surveyor: str
    team: str
    programme: str
    channel: str
    form_version: str
    started_at: str
    ended_at: str
    answers: Mapping[str, object]
    raw_sha256: str
    content_sha256: str
    status: str
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    edits: int = 0
    supersedes: int | None = None
    plan_id: str = ""
    received_at: str = ""
    number: int | None = None
    alias: str = ""
    photos: Sequence[Mapping[str, object]] = ()


@dataclass(frozen=True, slots=True)
class KnownResponse:
    """A stored submission without its answers: enough to tell what stands of its versions.

    ``stopped`` when the visit itself was found impossible; ``gone`` when its own server's office
    deleted or rejected it; ``verdict`` is what a reviewer decided last: accept, reject or "".
    """

    number: int
    content_sha256: str
    status: str
    edits: int
    alias: str = ""
    stopped: bool = False
    gone: bool = False
    verdict: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecord:
    """One thing the review found: ``severity`` is info, warn or stop."""

    response: int
    code: str
    severity: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRecord:
    """A reviewer's decision (accept, reject, ask) about the response of this number."""

    response: int
    decision: str
    by: str
    why: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """A plan of visits as it was stored."""

    id: str
    programme: str
    made_at: str
    settings: Mapping[str, object]
    days: tuple[Mapping[str, object], ...]
    double_visits: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRecord:
    """A pack that a team carried; ``plan_id`` is None when it came from no stored plan."""

    id: str
    plan_id: str | None
    team: str
    form_version: str
    valid_until: str
    sha256: str
    made_at: str = ""

"""Typing in a visit: which question comes next, is an answer readable, the draft, the sending."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import words
from data.records import now_utc
from data.returns.photos import is_photo, photo_fact
from data.workspace import open_study
from geo.errors import InputError
from geo.files import written_whole
from surveys.cells import UnreadableError, read_cell
from surveys.questions import Field, FieldType, Question, Spec, spec
from surveys.review import away_m
from work.collecting import collect
from work.field import listed_points
from work.photos import shrunk
from work.roles import require
from work.survey import newest_row, stored_rows

CHANNEL = "form"
LONGEST_PX = 1280
"""As the offline form shrinks its photos."""
KEPT_DAYS = 30
_DRAFTS = "drafts"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Draft = dict[str, Any]
"""``id, programme, site, name, surveyor, team, started_at, ended_at, at, answers, photos``."""


def site_choices(folder: Path) -> list[tuple[str, str]]:
    """List the sites that can be visited: (id, name with its desa)."""
    require("visit")
    with open_study(folder) as study:
        sites = study.store.candidates()
    columns = (sites[name].fillna("").astype(str) for name in ("id", "name", "desa"))
    told = [
        (key, f"{name} · {desa}" if desa else name)
        for key, name, desa in zip(*columns, strict=True)
    ]
    return sorted(told, key=lambda one: (one[1].casefold(), one[0]))


def begin(
    folder: Path,
    programme: str,
    *,
    site: str,
    surveyor: str,
    team: str,
    visited: tuple[str, str] | None = None,
) -> Draft:
    """Begin a visit and keep its draft.

    Parameters
    ----------
    visited : (start, end), optional
        ISO times of a visit that is over; else it begins now and ends when it is sent.

    Raises
    ------
    InputError
        ``survey.form.no_surveyor`` · ``survey.form.ends_first``.
    """
    require("visit")
    if not surveyor.strip():
        raise InputError("survey.form.no_surveyor")
    start, end = visited or (dt.datetime.now().astimezone().isoformat(timespec="seconds"), "")
    if end and end <= start:
        raise InputError("survey.form.ends_first")
    names = dict(site_choices(folder))
    if site not in names:
        raise InputError("why.not_found", site=site[:80])
    draft: Draft = {
        "id": str(uuid.uuid4()),
        "programme": programme,
        "site": site,
        "name": names[site],
        "surveyor": surveyor.strip()[:80],
        "team": team.strip()[:40],
        "started_at": start,
        "ended_at": end,
        "at": 0,
        "answers": {},
        "photos": {},
    }
    save(folder, draft)
    return draft


def _path(folder: Path, name: str) -> Path:
    if not _ID.fullmatch(name):
        raise InputError("survey.form.no_draft")
    return folder / "inputs" / _DRAFTS / f"{name}.json"


def save(folder: Path, draft: Draft) -> None:
    """Keep a draft as it stands."""
    require("visit")
    told = json.dumps(draft | {"touched": now_utc()}, ensure_ascii=False)
    with written_whole(_path(folder, draft["id"]), overwrite=True) as temporary:
        temporary.write_text(told, encoding="utf-8")


def load(folder: Path, name: str) -> Draft | None:
    """Return a draft; None where there is none of this name."""
    require("visit")
    if not _ID.fullmatch(name):
        return None
    path = _path(folder, name)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def drop(folder: Path, name: str) -> None:
    """Throw a draft away."""
    require("visit")
    _path(folder, name).unlink(missing_ok=True)


def drafts(folder: Path) -> list[Draft]:
    """List the drafts of the last `KEPT_DAYS` days, the one touched last first."""
    require("visit")
    room = folder / "inputs" / _DRAFTS
    since = (dt.datetime.now(tz=dt.UTC) - dt.timedelta(days=KEPT_DAYS)).isoformat()
    paths = room.glob("*.json") if room.is_dir() else ()
    found = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    fresh = [draft for draft in found if draft["touched"] >= since]
    return sorted(fresh, key=lambda draft: str(draft["touched"]), reverse=True)


def asked(survey: Spec, answers: Mapping[str, Any]) -> list[tuple[Question, tuple[Field, ...]]]:
    """Return the questions that are to be answered as things stand, each with its fields.

    What another question decides is asked while that one is open; what the same question decides
    comes once it is answered.
    """
    told = []
    for question in survey.questions:
        own = {field.name for field in question.fields}
        fields = tuple(f for f in question.fields if _relevant(f, own, answers))
        if fields:
            told.append((question, fields))
    return told


def _relevant(field: Field, own: set[str], answers: Mapping[str, Any]) -> bool:
    if field.relevant is None:
        return True
    on, wanted = field.relevant
    said = answers.get(on)
    if said in (None, "", []):
        return on not in own
    return any(one in wanted for one in (said if isinstance(said, list) else [said]))


def fault_of(field: Field, value: object) -> str:
    """Say in a sentence why an answer cannot be taken; "" where it can."""
    if value in (None, "", []):
        return words.say("survey.form.required") if field.required else ""
    try:
        read_cell(field, value)
    except UnreadableError as fault:
        low, high = field.minimum, field.maximum
        if fault.why == "answer_out_of_range" and low is not None and high is not None:
            return words.say("survey.form.range", low=int(low), high=int(high))
        code = "survey.form.point" if field.type is FieldType.POINT else f"survey.form.{fault.why}"
        return words.say(code)
    return ""


def point_text(folder: Path, site: str, value: str) -> str:
    """Say how a pasted place was read and how far it is from the listed one; "" if it cannot be."""
    require("visit")
    field = spec("kerja-sosial").field("q01")
    try:
        point = read_cell(field, value)
    except UnreadableError:
        return ""
    if not isinstance(point, dict):
        return ""
    lon, lat = float(str(point["lon"])), float(str(point["lat"]))
    told = {"lat": words.number(lat, 5), "lon": words.number(lon, 5)}
    with open_study(folder) as study:
        listed = listed_points(study.store.candidates()).get(site)
    if listed is None:
        return words.say("survey.form.read_as", **told)
    away = words.number(away_m((lon, lat), listed))
    return words.say("survey.form.read_as_away", m=away, **told)


def keep_photo(draft: Draft, field: str, name: str, raw: bytes) -> None:
    """Put a photo into a draft: small, with what the camera noted beside it.

    Raises
    ------
    InputError
        ``survey.form.no_photo`` when it is no picture.
    """
    small = shrunk(raw, longest_px=LONGEST_PX) if is_photo(raw) else None
    if small is None:
        raise InputError("survey.form.no_photo", file=name[:60])
    fact = photo_fact(name, raw)
    noted = {n: v for n in ("lon", "lat", "taken_at") if (v := getattr(fact, n)) is not None}
    data = f"data:image/jpeg;base64,{base64.b64encode(small).decode('ascii')}"
    file = f"{field}-{draft['id'][:8]}.jpg"
    draft["photos"][field] = {"name": file, "data": data, "facts": noted}
    draft["answers"][field] = file


def drop_photo(draft: Draft, field: str) -> None:
    """Take a photo out of a draft."""
    draft["photos"].pop(field, None)
    draft["answers"].pop(field, None)


def send(folder: Path, draft: Draft) -> dict[str, Any]:
    """Hand a visit in through the same door as every file of the field, and drop its draft.

    Returns
    -------
    dict
        The row of `work.survey.stored_rows`; ``status`` is ``duplicate`` where it was known.

    Raises
    ------
    InputError
        ``survey.form.unreadable`` with the first question that cannot be taken.
    """
    require("visit")
    survey = spec(str(draft["programme"]))
    fields = [f for _, own in asked(survey, draft["answers"]) for f in own]
    for field in fields:
        if fault := fault_of(field, draft["answers"].get(field.name)):
            raise InputError("survey.form.unreadable", question=field.question, why=fault)
    before = newest_row(folder)
    with TemporaryDirectory(prefix="tapak-") as room:
        path = Path(room) / f"formulir-{draft['id'][:8]}.json"
        path.write_text(json.dumps(_file(draft, survey, fields), ensure_ascii=False), "utf-8")
        told = collect(folder, str(path), channel=CHANNEL)
    drop(folder, draft["id"])
    rows = stored_rows(folder, before, told)
    own = next((row for row in rows if row["id"] == draft["id"]), None)
    return own or {"id": draft["id"], "name": draft["name"], "status": "duplicate", "found": []}


def _file(draft: Draft, survey: Spec, fields: list[Field]) -> dict[str, Any]:
    """Lay a visit out as the file of the offline form, which `data.returns` reads."""
    answers = {
        f.name: draft["answers"][f.name]
        for f in fields
        if draft["answers"].get(f.name) not in (None, "", [])
    }
    photos = {k: photo for k, photo in draft["photos"].items() if k in answers}
    now = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    return {
        "tapak": 1,
        "form_version": survey.version,
        "programme": survey.programme,
        "team": draft["team"],
        "submissions": [
            {
                "submission": draft["id"],
                "site": draft["site"],
                "surveyor": draft["surveyor"],
                "started_at": draft["started_at"],
                "ended_at": draft["ended_at"] or now,
                "revision": 0,
                "answers": answers,
                "photos": {photo["name"]: photo["data"] for photo in photos.values()},
                "photo_facts": {photo["name"]: photo["facts"] for photo in photos.values()},
            }
        ],
    }

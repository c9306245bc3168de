"""One submission as a reviewer sees it: answers in words, photos, pictures of what was unclear."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import words
from data.hashes import sha256_hex
from data.records import ResponseRecord
from data.returns.photos import is_photo
from data.workspace import open_study
from surveys.questions import Field, FieldType, choice_label, label, spec
from work.judging import waiting
from work.photos import KEPT, photos_of
from work.roles import require


def queue(folder: Path) -> list[dict[str, Any]]:
    """List what waits, as `work.judging.waiting` does, with names and groups.

    Returns
    -------
    list of dict
        Its rows with ``name``, ``answers`` ([(label, text)]) and ``number``; versions of one
        submission that contradict each other stand beside each other.
    """
    require("judge")
    rows = waiting(folder)["responses"]
    with open_study(folder) as study:
        sites = study.store.candidates()
        stored = {f"{r.id}@{r.number}": r for r in study.store.responses()}
    names = dict(zip(sites["id"], sites["name"].astype(str), strict=True))
    told = [
        row
        | {
            "name": names.get(row["site"], row["site"]),
            "answers": answers_text(stored[row["version"]]),
            "number": stored[row["version"]].number or 0,
        }
        for row in rows
    ]
    return sorted(told, key=lambda r: (r["status"] != "conflict", r["id"], r["number"]))


def pictures(folder: Path, version: str) -> dict[str, list[tuple[str, bytes]]]:
    """Return ``photos`` and ``crops`` of one version: (caption, picture); small, without EXIF."""
    require("judge")
    with open_study(folder) as study:
        row = next(r for r in study.store.responses() if f"{r.id}@{r.number}" == version)
        found = study.store.findings({row.number or 0})
    asked = {f.name: f for f in spec(row.programme).fields}
    said = {str(name): label(asked[k]) for k, name in row.answers.items() if k in asked}
    listed = [
        {"name": str(p["name"]), "sha256": str(p["sha256"]), "file": row.raw_sha256}
        for p in row.photos
        if p.get("sha256")
    ]
    raws = photos_of(folder, [SimpleNamespace(visits=[{"photos": listed}])])
    photos = [(said.get(p["name"], ""), raws[p["sha256"]]) for p in listed if p["sha256"] in raws]
    crops = []
    for finding in found:
        raw = _kept(folder, finding.fields)
        if raw:
            crops.append((str(finding.fields.get("label", "")), raw))
    return {"photos": photos, "crops": crops}


def _kept(folder: Path, fields: Mapping[str, object]) -> bytes:
    """Read a picture that a finding names; b"" where it is none of ours."""
    name = Path(str(fields.get("picture", ""))).name
    path = folder / "inputs" / KEPT / name
    if not name.endswith(".png") or not path.is_file():
        return b""
    raw = path.read_bytes()
    return raw if is_photo(raw) and sha256_hex(raw) == name.removesuffix(".png") else b""


def answers_text(row: ResponseRecord) -> list[tuple[str, str]]:
    """Say a submission's answers: (what was asked, what was answered), in the form's order."""
    return [
        (label(field), answer_text(field, row.answers[field.name]))
        for field in spec(row.programme).fields
        if row.answers.get(field.name) not in (None, "", [], ())
    ]


def answer_text(field: Field, answer: Any) -> str:
    """Say one answer in words."""
    if field.type is FieldType.POINT and isinstance(answer, Mapping):
        lat, lon = (words.number(float(answer[n]), 5) for n in ("lat", "lon"))
        return words.say("survey.point", lat=lat, lon=lon)
    if field.type is FieldType.CHOICE:
        return choice_label(field, str(answer))
    if field.type is FieldType.MANY:
        return ", ".join(choice_label(field, str(one)) for one in answer)
    if isinstance(answer, int | float) and field.name != "q16_tahun":
        return words.number(answer, int(answer != int(answer)))
    return str(answer)

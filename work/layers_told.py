"""What a study knows through each of its layers, and which file would mend what it does not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from data.layers import HAZARDS, KINDS
from data.records import FileRecord, now_utc
from data.workspace import open_study
from scoring.criteria import Criterion
from scoring.measure import USES
from work.assemble import Assembled
from work.board import Board
from work.check import EXPECTED, findings
from work.intake import ASSETS
from work.roles import require

ORDER = (ASSETS, *KINDS)
VISIT = "visit"
"""Stands in the place of a layer where only a visit can tell."""
_MADE_OF = {
    "people": ("population", "areas"),
    "places": ("osm", "facilities"),
    "streets": ("osm",),
    "buildings": ("osm",),
    "indicators": ("indicators", "areas"),
}
"""Files from which a layer is made that nobody brings as such."""
_REFINES = ("elevation", "events", "buildings")
"""Layers that sharpen a measure which works without them."""


def layers_told(board: Board) -> dict[str, Any]:
    """Tell every kind of file a study can have, what it informs, and what nobody knows.

    Returns
    -------
    dict
        ``layers``: ``[{kind, expected, files, added_at, age_days, date, source, licence,
        synthetic, criteria, known_0_1}]``, where ``known_0_1`` is the share of (site, criterion)
        pairs known among the criteria that the kind informs, None where it informs none;
        ``dark``: ``[{criterion, mend}]``, criteria unknown at every site with the kinds of file
        (or `VISIT`) that would tell; ``files``: every file ever added, newest first;
        ``findings``: ``[{row, reason, fix}]``.
    """
    require("view")
    inputs = board.inputs
    if inputs is None:
        return {"layers": [], "dark": [], "files": [], "findings": []}
    with open_study(board.folder) as study:
        every = study.store.files(current_only=False)
    known = _known(board)
    informs = _informs(board)
    return {
        "layers": [_layer(kind, inputs, informs.get(kind, []), known) for kind in ORDER],
        "dark": [
            {"criterion": c.key, "mend": mends(c, board.result.matrix.letter, _present(inputs))}
            for c in board.result.criteria
            if known.get(c.key) == 0.0
        ],
        "files": [_file(file) for file in reversed(every)],
        "findings": [note.as_json() for note in findings(inputs)],
    }


def _present(inputs: Assembled) -> set[str]:
    return {file.kind for file in inputs.files}


def _known(board: Board) -> dict[str, float]:
    unknown = np.atleast_2d(board.result.matrix.unknown)
    if not len(unknown) or not unknown.size:
        return {}
    shares = 1.0 - unknown.mean(axis=0)
    return {c.key: float(s) for c, s in zip(board.result.criteria, shares, strict=True)}


def sources(criterion: Criterion, letter: str) -> tuple[tuple[str, ...], ...]:
    """Return the kinds of file a criterion is told by: one of each group is enough."""
    if criterion.measure == "survey":
        return ()
    if criterion.measure in {"register", "kind"}:
        return ((ASSETS,),)
    stated = str(criterion.parameters.get(letter, {}).get("layer", ""))
    used = [kind for kind in USES[criterion.measure] if kind not in HAZARDS or kind == stated]
    if stated and stated not in used:
        used.append(stated)
    groups: list[tuple[str, ...]] = []
    for kind in used:
        if kind in {"people", "indicators"}:
            groups += [(part,) for part in _MADE_OF[kind]]
        else:
            groups.append(_MADE_OF.get(kind, (kind,)))
    return tuple(dict.fromkeys(groups))


def mends(criterion: Criterion, letter: str, present: set[str]) -> list[str]:
    """Name the kinds of file that would tell a criterion which nobody knows, or `VISIT`."""
    groups = sources(criterion, letter)
    if not groups:
        return [VISIT]
    needed = [group for group in groups if group[0] not in _REFINES or len(groups) == 1]
    missing = [group[0] for group in needed if not present & set(group)]
    return missing or [group[0] for group in needed[:1]]


def _informs(board: Board) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for criterion in board.result.criteria:
        groups = sources(criterion, board.result.matrix.letter)
        for kind in dict.fromkeys(kind for group in groups for kind in group):
            found.setdefault(kind, []).append(criterion.key)
    return found


def _layer(
    kind: str, inputs: Assembled, criteria: list[str], known: dict[str, float]
) -> dict[str, Any]:
    files = [file for file in inputs.files if file.kind == kind]
    read = inputs.read.get(kind)
    added = max((file.added_at for file in files), default="")
    shares = [known[key] for key in criteria if key in known]
    return {
        "kind": kind,
        "expected": kind in EXPECTED,
        "files": [file.name for file in files],
        "added_at": added,
        "age_days": _days(added),
        "date": (read.date if read else "") or "",
        "source": " · ".join(dict.fromkeys(f.source for f in files if f.source)),
        "licence": (read.licence if read else "")
        or " · ".join(dict.fromkeys(f.licence for f in files if f.licence)),
        "synthetic": any(bool(file.options.get("synthetic")) for file in files),
        "criteria": [{"key": key, "known_0_1": known.get(key, 0.0)} for key in criteria],
        "known_0_1": float(np.mean(shares)) if shares and files else None,
    }


def _days(added: str) -> int | None:
    if not added:
        return None
    return (dt.date.fromisoformat(now_utc()[:10]) - dt.date.fromisoformat(added[:10])).days


def _file(file: FileRecord) -> dict[str, Any]:
    told = ("kind", "name", "added_at", "bytes", "source", "licence", "superseded", "sha256")
    return {name: getattr(file, name) for name in told} | {
        "id": str(file.id),
        "synthetic": bool(file.options.get("synthetic")),
    }

"""The survey of a programme as its page shows it: the plan, its map, the packs, what came home."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import shapely

import words
from data.hashes import sha256_hex
from data.inputs import safe_name
from data.records import PlanRecord
from data.workspace import open_study
from geo.errors import TapakError
from geo.files import written_whole
from geo.map_types import MapLayer
from surveys.marks import day_colour
from surveys.pack_check import FORM, MAP, SHEETS
from surveys.sites import PackSite, pack_sites
from work.access_log import took_from
from work.board import Board
from work.collecting import collect
from work.errands import progress
from work.mapping import site_map
from work.packing import pack_team, routes
from work.planning import plan_visits
from work.roles import require

TO_TAP = (MAP, FORM, SHEETS)
"""The three things of a pack that a team taps."""
_LEFT = "plans"


def plan_and_keep(folder: Path, **asked: Any) -> dict[str, Any]:
    """Plan visits as `work.planning.plan_visits`, and keep beside the plan what did not fit."""
    require("plan")
    told = plan_visits(folder, **asked)
    kept = {name: told[name] for name in ("not_fitting", "from", "travel", "back_checks")}
    with open_study(folder) as study:
        path = study.cache_path(_LEFT, told["id"], ".json")
    with written_whole(path, overwrite=True) as temporary:
        temporary.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    return told


def latest_plan(board: Board) -> dict[str, Any] | None:
    """Return the programme's latest plan; None while there is none.

    Returns
    -------
    dict
        ``id, made_at, settings, days, double_visits, teams`` of the plan, and ``not_fitting``,
        ``from``, ``travel`` and ``back_checks`` where they are still known.
    """
    require("view_internal")
    with open_study(board.folder) as study:
        plan = study.store.latest_plan(board.programme)
        path = study.cache_path(_LEFT, plan.id, ".json") if plan else None
    if plan is None or path is None:
        return None
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for left in kept.get("not_fitting", ()):
        left["reason"] = words.say(left["code"])
    return kept | {
        "id": plan.id,
        "made_at": plan.made_at,
        "settings": dict(plan.settings),
        "days": [dict(day) for day in plan.days],
        "double_visits": list(plan.double_visits),
        "teams": sorted({str(day["team"]) for day in plan.days if day["stops"]}),
    }


def plan_map(board: Board, plan_id: str) -> str | None:
    """Draw a plan: a colour a day, numbered stops, the way along the streets; None without a place.

    Raises
    ------
    StudyError
        ``store.no_plan``.
    """
    require("view_internal")
    from geo.maps import render_site_map

    if board.inputs is None:
        return None
    with open_study(board.folder) as study:
        plan = study.store.plan(plan_id)
    layers = _route_layers(board, plan)
    if not layers:
        return None
    own = [kind for kind in ("boundary",) if kind in board.inputs.read]
    few = replace(board.inputs, read={kind: board.inputs.read[kind] for kind in own})
    whole = site_map(board.result, few, title=board.study_name)
    drawn = replace(
        whole,
        sites=whole.sites.iloc[:0],
        kecamatan=board.kecamatan,
        layers=tuple(layers),
        heading=words.say("survey.plan"),
    )
    return render_site_map(drawn)


def _route_layers(board: Board, plan: PlanRecord) -> list[MapLayer]:
    if board.inputs is None:
        return []
    mode = str(plan.settings.get("mode", "motorcycle"))
    found = []
    for team in sorted({str(day["team"]) for day in plan.days}):
        sites = [s for s in pack_sites(board.result, plan.days, team=team) if s.lon is not None]
        ways = routes(board.inputs.layers, sites, mode=mode)
        for day, way in ways.items():
            own = [s for s in sites if s.day == day]
            date = next(str(d["date"]) for d in plan.days if (d["team"], d["day"]) == (team, day))
            title = words.say("survey.team_day", team=team, date=date_text(date))
            found.append(_route(f"{team}-{day}", title, own, way, team=team))
    return found


def _route(
    key: str,
    title: str,
    sites: Sequence[PackSite],
    way: Sequence[tuple[float, float]],
    *,
    team: str,
) -> MapLayer:
    lines = [shapely.LineString(way)] if len(way) > 1 else []
    points = gpd.points_from_xy([s.lon for s in sites], [s.lat for s in sites])
    return MapLayer(
        key=f"route-{key}",
        title=title,
        frame=gpd.GeoDataFrame(
            {
                "number": [""] * len(lines) + [f"{team}{s.order}" for s in sites],
                "text": [""] * len(lines) + [f"{s.name} · {s.arrive}–{s.leave}" for s in sites],
            },
            geometry=[*lines, *points],
            crs="EPSG:4326",
        ),
        style="route",
        class_column="",
        shown=True,
        legend=((title, f"#{day_colour((sites[0].day or 1) - 1)}"),),
    )


def date_text(date: str) -> str:
    """Write a day the short way: ``Sel 24/11``."""
    day = dt.date.fromisoformat(date)
    return words.say(f"survey.weekday.{day.weekday()}", day=f"{day.day:02d}/{day.month:02d}")


def pack_path(folder: Path, plan: str, team: str) -> Path:
    """Return where a team's pack of a plan is written: in ``out/``."""
    return folder / "out" / safe_name(f"paket-{plan}-tim-{team}.zip")


def make_pack(folder: Path, plan: str, team: str, channels: Sequence[str]) -> dict[str, Any]:
    """Write a team's pack of a plan into ``out/``, in place of an earlier one."""
    require("pack")
    progress(0.05, words.say("survey.pack.ranking"))
    path = pack_path(folder, plan, team)
    path.parent.mkdir(exist_ok=True)
    return pack_team(folder, path, team=team, plan=plan, channels=channels, overwrite=True)


def packed(folder: Path, plan: str, team: str) -> dict[str, Any] | None:
    """Return the manifest of the pack that lies in ``out/`` with its size; None without one."""
    require("pack")
    path = pack_path(folder, plan, team)
    if not path.is_file():
        return None
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read("manifest.json"))
    return {**told, "file": path.name, "zip_bytes": path.stat().st_size}


def pack_bytes(folder: Path, plan: str, team: str, part: str = "") -> bytes:
    """Return the pack, or one file in it."""
    require("pack")
    path = pack_path(folder, plan, team)
    took_from(folder, "download", part or path.name)
    if not part:
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(part)


def collect_files(folder: Path, files: Sequence[tuple[str, bytes]]) -> list[dict[str, Any]]:
    """Take back several files one after the other; one that cannot be read does not stop others.

    Returns
    -------
    list of dict
        For each file ``{file, fault}`` or ``{file, told, rows}``: what `collect` told, and a row
        for each submission newly stored: ``{id, site, name, team, surveyor, status, found}``.
    """
    require("visit")
    answers: list[dict[str, Any]] = []
    with TemporaryDirectory(prefix="tapak-") as room:
        for k, (name, raw) in enumerate(files):
            progress(k / len(files), name)
            path = Path(room) / str(k) / (safe_name(name) or "kiriman")
            path.parent.mkdir()
            path.write_bytes(raw)
            try:
                before = newest_row(folder)
                told = collect(folder, str(path))
            except TapakError as fault:
                answers.append({"file": name, "fault": fault.say()})
                continue
            rows = stored_rows(folder, before, told)
            answers.append({"file": name, "sha256": sha256_hex(raw), "told": told, "rows": rows})
    return answers


def newest_row(folder: Path) -> int:
    """Return the number of the submission stored last, 0 before the first."""
    require("visit")
    with open_study(folder) as study:
        return max((row.number or 0 for row in study.store.responses()), default=0)


def stored_rows(folder: Path, after: int, told: dict[str, Any]) -> list[dict[str, Any]]:
    """List submissions stored after a number, with what was found of each (see `collect_files`)."""
    require("visit")
    with open_study(folder) as study:
        new = [row for row in study.store.responses() if (row.number or 0) > after]
        sites = study.store.candidates()
    names = dict(zip(sites["id"], sites["name"].astype(str), strict=True))
    found: dict[str, list[str]] = {}
    for one in told["review"]:
        found.setdefault(one["id"], []).append(one["what"])
    return [
        {
            "id": row.id,
            "site": row.candidate,
            "name": names.get(row.candidate, row.candidate),
            "team": row.team,
            "surveyor": row.surveyor,
            "status": row.status,
            "found": found.get(row.id, []),
        }
        for row in new
    ]

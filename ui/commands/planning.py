"""``tapak plan``."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

import words
from geo.errors import UsageError
from ui.commands.shown import Json, Programme, ScenarioName, Study, show


def plan(
    study: Study,
    teams: Annotated[
        int, typer.Option("--teams", min=1, max=50, help=words.say("cli.opt.teams"))
    ] = 1,
    days: Annotated[int, typer.Option("--days", min=1, max=60, help=words.say("cli.opt.days"))] = 1,
    hours: Annotated[
        float, typer.Option("--hours", min=1, max=24, help=words.say("cli.opt.hours"))
    ] = 7.0,
    start_from: Annotated[
        str | None,
        typer.Option("--from", metavar="LON,LAT|SITE", help=words.say("cli.opt.plan_from")),
    ] = None,
    mode: Annotated[str, typer.Option("--mode", help=words.say("cli.opt.mode"))] = "motorcycle",
    start: Annotated[str, typer.Option("--start", help=words.say("cli.opt.start"))] = "07.30",
    end: Annotated[str, typer.Option("--end", help=words.say("cli.opt.end"))] = "15.00",
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help=words.say("cli.opt.date"))
    ] = None,
    rain_months: Annotated[
        str | None, typer.Option("--rain-months", help=words.say("cli.opt.rain_months"))
    ] = None,
    programme: Programme = None,
    scenario: ScenarioName = None,
    as_json: Json = False,
) -> None:
    """Plan which site is visited by whom on which day."""
    from work.planned import plan_lines
    from work.planning import plan_visits

    found = plan_visits(
        study,
        teams=teams,
        days=days,
        hours=hours,
        start_from=start_from,
        mode=mode,
        start=start,
        end=end,
        first_day=_date(date),
        programme=programme,
        scenario=scenario,
        rain_months=_months(rain_months),
    )
    show(found, as_json=as_json, lines=plan_lines)


def _date(given: str | None) -> dt.date | None:
    try:
        return None if given is None else dt.date.fromisoformat(given)
    except ValueError:
        raise UsageError("plan.date", given=given) from None


def _months(given: str | None) -> list[int] | None:
    """Read ``11,12,1``, or "" for a place without a rainy season."""
    if given is None:
        return None
    words_ = [word.strip() for word in given.split(",") if word.strip()]
    if not all(word.isdigit() and 1 <= int(word) <= 12 for word in words_):
        raise UsageError("plan.months", given=given[:40])
    return [int(word) for word in words_]

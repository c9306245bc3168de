"""``tapak sites`` and ``tapak office``."""

from __future__ import annotations

from typing import Annotated

import typer

import words
from ui.commands.shown import Json, Programme, ScenarioName, Study, show

Ids = list[str] | None


def sites(
    study: Study,
    count: Annotated[
        int | None, typer.Option("--count", min=1, help=words.say("cli.opt.count"))
    ] = None,
    exactly: Annotated[bool, typer.Option("--exactly", help=words.say("cli.opt.exactly"))] = False,
    max_minutes: Annotated[
        float, typer.Option("--max-minutes", min=1, help=words.say("cli.opt.max_minutes"))
    ] = 45.0,
    share: Annotated[
        float, typer.Option("--share", min=0, max=1, help=words.say("cli.opt.share"))
    ] = 0.5,
    spacing_m: Annotated[
        float, typer.Option("--spacing-m", min=0, help=words.say("cli.opt.spacing"))
    ] = 0.0,
    cap: Annotated[
        Ids, typer.Option("--cap", metavar="KIND=N", help=words.say("cli.opt.cap"))
    ] = None,
    must: Annotated[
        Ids, typer.Option("--must", metavar="ID", help=words.say("cli.opt.must"))
    ] = None,
    must_not: Annotated[
        Ids, typer.Option("--must-not", metavar="ID", help=words.say("cli.opt.must_not"))
    ] = None,
    programme: Programme = None,
    scenario: ScenarioName = None,
    as_json: Json = False,
) -> None:
    """Choose a set of sites."""
    from work.choosing import asked, choose_set, parse_caps, set_lines

    terms = asked(
        count=count,
        exactly=exactly,
        max_minutes=max_minutes,
        share_0_1=share,
        spacing_m=spacing_m,
        caps=parse_caps(cap or ()),
        must=tuple(must or ()),
        must_not=tuple(must_not or ()),
    )
    found = choose_set(study, terms, programme=programme, scenario=scenario)
    show(found, as_json=as_json, lines=set_lines)


def office(
    study: Study,
    today: Annotated[
        str, typer.Option("--today", metavar="LON,LAT", help=words.say("cli.opt.today"))
    ],
    count: Annotated[int, typer.Option("--count", min=1, help=words.say("cli.opt.count"))] = 1,
    method: Annotated[str, typer.Option("--method", help=words.say("cli.opt.method"))] = "p_median",
    limit_min: Annotated[
        float | None, typer.Option("--limit-min", min=1, help=words.say("cli.opt.limit_min"))
    ] = None,
    scenario: ScenarioName = None,
    as_json: Json = False,
) -> None:
    """Choose where a branch office saves people the long way."""
    from work.branch import choose_branch, office_lines

    found = choose_branch(
        study, count=count, today=today, method=method, limit_min=limit_min, scenario=scenario
    )
    show(found, as_json=as_json, lines=office_lines)

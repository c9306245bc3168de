"""``tapak pack``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import words
from ui.commands.shown import Json, Output, Overwrite, Programme, ScenarioName, Study, show


def pack(
    study: Study,
    output: Output,
    team: Annotated[str, typer.Option("--team", help=words.say("cli.opt.team"))] = "A",
    plan: Annotated[str | None, typer.Option("--plan", help=words.say("cli.opt.pack_plan"))] = None,
    channels: Annotated[
        str, typer.Option("--channels", metavar="NAME,…", help=words.say("cli.opt.channels"))
    ] = "",
    overwrite: Overwrite = False,
    programme: Programme = None,
    scenario: ScenarioName = None,
    as_json: Json = False,
) -> None:
    """Write what one team carries into the field."""
    from work.packing import pack_team

    made = pack_team(
        study,
        output,
        team=team,
        plan=plan,
        channels=[name.strip() for name in channels.split(",") if name.strip()],
        programme=programme,
        scenario=scenario,
        overwrite=overwrite,
    )
    show(made, as_json=as_json, lines=_lines)


def _lines(made: dict[str, Any]) -> list[str]:
    head = words.say(
        "tell.pack",
        file=made["file"],
        team=made["team"],
        n=len(made["sites"]),
        mb=f"{made['bytes'] / 2**20:.1f}",
        valid_until=made["valid_until"],
    )
    notice = [words.say("tell.synthetic")] if made["synthetic"] else []
    return [*notice, head, *(f"  {part['path']}" for part in made["files"])]

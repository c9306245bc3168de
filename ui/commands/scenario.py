"""``tapak scenario save | list | compare``."""

from __future__ import annotations

from typing import Annotated

import typer

import words
from ui.commands.shown import Json, Overwrite, Programme, Study, show

app = typer.Typer(help=words.say("cli.scenario"), no_args_is_help=True, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(metavar="NAME", help=words.say("cli.arg.scenario"))]
Weight = Annotated[list[str] | None, typer.Option("--weight", help=words.say("cli.opt.weight"))]
Group = Annotated[list[str] | None, typer.Option("--group", help=words.say("cli.opt.group"))]
Interval = Annotated[
    list[str] | None,
    typer.Option("--interval", metavar="KEY=LOW..HIGH", help=words.say("cli.opt.interval")),
]


@app.command(help=words.say("cli.scenario.save"))
def save(
    study: Study,
    name: Name,
    programme: Programme = None,
    weight: Weight = None,
    group: Group = None,
    interval: Interval = None,
    order: Annotated[
        str, typer.Option("--order", metavar="'a > b = c'", help=words.say("cli.opt.order"))
    ] = "",
    certainty: Annotated[
        str, typer.Option("--certainty", help=words.say("cli.opt.certainty"))
    ] = "fairly_sure",
    set_by: Annotated[str, typer.Option("--set-by", help=words.say("cli.opt.set_by"))] = "",
    set_on: Annotated[str, typer.Option("--set-on", help=words.say("cli.opt.set_on"))] = "",
    basis: Annotated[str, typer.Option("--basis", help=words.say("cli.opt.basis"))] = "",
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Save a scenario."""
    from work.scenarios import save_scenario
    from work.tell import saved_lines
    from work.weighing import parse_stated, parse_weights

    saved = save_scenario(
        study,
        name,
        programme=programme,
        groups=parse_weights(group or ()),
        weights=parse_weights(weight or ()),
        stated=parse_stated(interval or (), order, certainty),
        set_by=set_by,
        set_on=set_on,
        basis=basis,
        overwrite=overwrite,
    )
    show(saved, as_json=as_json, lines=saved_lines)


@app.command("list", help=words.say("cli.scenario.list"))
def list_(study: Study, programme: Programme = None, as_json: Json = False) -> None:
    """List scenarios."""
    from work.scenarios import list_scenarios
    from work.tell import scenario_lines

    show(list_scenarios(study, programme=programme), as_json=as_json, lines=scenario_lines)


@app.command(help=words.say("cli.scenario.compare"))
def compare(
    study: Study,
    one: Name,
    other: Name,
    programme: Programme = None,
    top: Annotated[int, typer.Option("--top", min=1, help=words.say("cli.opt.top"))] = 10,
    as_json: Json = False,
) -> None:
    """Compare two scenarios over the same evidence."""
    from work.scenarios import compare_scenarios
    from work.tell import compared_lines

    told = compare_scenarios(study, one, other, programme=programme, top=top)
    show(told, as_json=as_json, lines=compared_lines)

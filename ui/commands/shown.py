"""How every command answers: one JSON object and nothing else, or lines for a person."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

import words

Study = Annotated[Path, typer.Argument(metavar="STUDY", help=words.say("cli.arg.study"))]
Json = Annotated[bool, typer.Option("--json", help=words.say("cli.opt.json"))]
Overwrite = Annotated[bool, typer.Option("--overwrite", help=words.say("cli.opt.overwrite"))]
Programme = Annotated[str | None, typer.Option("--programme", help=words.say("cli.opt.programme"))]
ScenarioName = Annotated[str | None, typer.Option("--scenario", help=words.say("cli.opt.scenario"))]
Output = Annotated[Path, typer.Option("-o", "--output", help=words.say("cli.opt.output"))]


def show(result: Any, *, as_json: bool, lines: Callable[[Any], list[str]]) -> None:
    """Print one JSON object and nothing else, or lines for a person."""
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, allow_nan=False))
    else:
        for line in lines(result):
            typer.echo(line)

"""``tapak move``."""

from __future__ import annotations

from typing import Annotated

import typer

import words
from ui.commands.shown import Json, Study, show


def move(
    study: Study,
    to: Annotated[
        str,
        typer.Option("--to", metavar="sqlite|postgresql://…", help=words.say("store.opt.to")),
    ],
    schema: Annotated[
        str, typer.Option("--schema", metavar="NAME", help=words.say("store.opt.schema"))
    ] = "",
    as_json: Json = False,
) -> None:
    """Move a study's rows to a server, or back into the folder."""
    from work.moving_store import move_study, moved_lines

    show(move_study(study, to, schema=schema), as_json=as_json, lines=moved_lines)

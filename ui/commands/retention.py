"""``tapak retention`` and ``tapak forget``: personal data whose time is over, or who asks."""

from __future__ import annotations

from typing import Annotated

import typer

import words
from ui.commands.shown import Json, Study, show


def retention(
    study: Study,
    apply: Annotated[bool, typer.Option("--apply", help=words.say("private.opt.apply"))] = False,
    as_json: Json = False,
) -> None:
    """Tell what is older than study.toml lets it be, or take it out."""
    from work.retention import retention as kept
    from work.retention import retention_lines

    show(kept(study, apply=apply), as_json=as_json, lines=retention_lines)


def forget(
    study: Study,
    person: Annotated[
        str, typer.Option("--person", metavar="NAME", help=words.say("private.opt.person"))
    ],
    as_json: Json = False,
) -> None:
    """Take a surveyor's name out of the study."""
    from work.retention import forget as forgotten
    from work.retention import forget_lines

    show(forgotten(study, person), as_json=as_json, lines=forget_lines)

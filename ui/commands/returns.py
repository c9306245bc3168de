"""``tapak collect`` and ``tapak review``."""

from __future__ import annotations

from typing import Annotated

import typer

import words
from geo.errors import UsageError
from ui.commands.shown import Json, Study, show

DECISIONS = ("accept", "reject", "ask")


def collect(
    study: Study,
    source: Annotated[str, typer.Argument(metavar="FILE|URL", help=words.say("cli.arg.returned"))],
    as_json: Json = False,
) -> None:
    """Take back what teams bring."""
    from work.collecting import collect as take
    from work.collecting import collected_lines

    show(take(study, source), as_json=as_json, lines=collected_lines)


def review(
    study: Study,
    action: Annotated[
        str, typer.Argument(metavar="list|accept|reject|ask", help=words.say("cli.arg.review"))
    ] = "list",
    response: Annotated[
        str | None, typer.Argument(metavar="ID", help=words.say("cli.arg.response"))
    ] = None,
    why: Annotated[str, typer.Option("--why", help=words.say("cli.opt.why"))] = "",
    by: Annotated[str, typer.Option("--by", help=words.say("cli.opt.by"))] = "",
    as_json: Json = False,
) -> None:
    """List what waits for a reviewer, or decide about one submission."""
    from work.judging import judge_response, judged_lines, waiting, waiting_lines

    if action == "list":
        show(waiting(study), as_json=as_json, lines=waiting_lines)
        return
    if action in DECISIONS and response is None:
        raise UsageError("review.which", action=action)
    told = judge_response(study, action, response or "", why=why, by=by)
    show(told, as_json=as_json, lines=judged_lines)

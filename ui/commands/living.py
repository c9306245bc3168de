"""``tapak status`` and ``tapak audit``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import words
from ui.commands.shown import Json, Programme, Study, show

audit = typer.Typer(help=words.say("cli.audit"), no_args_is_help=True, rich_markup_mode=None)


def status(
    study: Study,
    site: Annotated[
        str | None, typer.Argument(metavar="SITE", help=words.say("cli.arg.site"))
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help=words.say("cli.opt.to_state"))] = None,
    why: Annotated[str, typer.Option("--why", help=words.say("cli.opt.life_why"))] = "",
    agreement: Annotated[
        str, typer.Option("--agreement", help=words.say("cli.opt.agreement"))
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="YYYY-MM-DD", help=words.say("cli.opt.until"))
    ] = "",
    programme: Programme = None,
    as_json: Json = False,
) -> None:
    """Say where sites stand in their life, or move one."""
    from work.living import life_lines, site_lives, take_step

    if site is not None and to is not None:
        told = take_step(
            study,
            site,
            to,
            programme=programme,
            why=why,
            agreement=agreement,
            agreement_until=until,
        )
    else:
        told = site_lives(study, programme=programme)
        if site is not None:
            told["sites"] = [s for s in told["sites"] if s["site"] == site]
    show(told, as_json=as_json, lines=life_lines)


@audit.command("list", help=words.say("cli.audit.list"))
def listed(
    study: Study,
    access: Annotated[bool, typer.Option("--access", help=words.say("private.opt.access"))] = False,
    as_json: Json = False,
) -> None:
    """List what was done, newest first, or who took what out."""
    from work.access_log import access_lines, accesses
    from work.audit import history

    if access:
        show(accesses(study), as_json=as_json, lines=access_lines)
        return
    show(history(study), as_json=as_json, lines=_lines)


@audit.command("verify", help=words.say("cli.audit.verify"))
def verify(study: Study, as_json: Json = False) -> None:
    """Follow the chain of the record from its first event."""
    from work.audit import verify_history

    told = verify_history(study)
    show(told, as_json=as_json, lines=_verified)
    raise typer.Exit(0 if told["broken"] is None else 1)


def _lines(told: dict[str, Any]) -> list[str]:
    return [
        words.say("tell.event", at=e["at"], by=e["by"], what=e["what"]) for e in told["events"]
    ] or [words.say("tell.no_event")]


def _verified(told: dict[str, Any]) -> list[str]:
    if told["broken"] is None:
        return [words.say("tell.audit.whole", n=told["events"])]
    return [words.say("tell.audit.broken", number=told["broken"])]

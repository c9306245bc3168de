"""``tapak app`` and ``tapak health``: serve a study, and tell whether what serves it is well."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import words
from geo.errors import UsageError
from ui.commands.shown import Json, Study, show


def app(
    study: Study,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help=words.say("cli.opt.port"))
    ] = 8501,
    lan: Annotated[bool, typer.Option("--lan", help=words.say("cli.opt.lan"))] = False,
    public: Annotated[
        str, typer.Option("--public", metavar="URL", help=words.say("cli.opt.public_url"))
    ] = "",
    anybody: Annotated[bool, typer.Option("--publik", help=words.say("cli.opt.publik"))] = False,
    browser: Annotated[bool, typer.Option("--open", help=words.say("cli.opt.open"))] = False,
) -> None:
    """Open the study in the browser."""
    from ui import serve
    from work.studies import require_study

    require_study(study)
    if lan and (public or anybody):
        raise UsageError("serve.lan_and_public")
    told = serve.for_phones(study) if lan else {}
    outside = serve.for_public(study, public, anybody=anybody) if public else ""
    port = serve.free_port(port)
    here = f"http://127.0.0.1:{port}"
    typer.echo(words.say("cli.app.open", url=outside or here))
    if told:
        typer.echo(
            words.say("cli.app.lan", url=f"http://{told['address']}:{port}", pin=told["pin"])
        )
    line = serve.command(study, port, lan_address=told.get("address", ""), public=outside)
    own = serve.environment(
        study, lan_secret=told.get("secret", ""), public=outside, anybody=anybody
    )
    if browser:
        serve.open_when_ready(here)
    raise typer.Exit(1 if serve.until_ended(line, own) else 0)


def health(
    study: Study,
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help=words.say("cli.opt.health_url"))
    ] = "",
    min_free_mb: Annotated[
        int, typer.Option("--min-free-mb", min=0, help=words.say("cli.opt.min_free"))
    ] = 500,
    as_json: Json = False,
) -> None:
    """Tell whether a study and the app that serves it are well; exit 1 when not."""
    from work.health import health_lines, study_health

    told = study_health(Path(study), url=url, min_free_mb=min_free_mb)
    show(told, as_json=as_json, lines=health_lines)
    raise typer.Exit(1 if told["state"] == "fail" else 0)

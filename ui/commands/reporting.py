"""``tapak report``, ``tapak verify``: a document from one run, and whether it still holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import words
from geo.errors import UsageError
from ui.commands.shown import Json, Output, Overwrite, Programme, ScenarioName, Study, show


def report(
    study: Study,
    output: Output,
    kind: Annotated[str, typer.Option("--kind", help=words.say("cli.opt.report_kind"))],
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="id|en", help=words.say("cli.opt.lang"))
    ] = None,
    run: Annotated[str | None, typer.Option("--run", help=words.say("cli.opt.run"))] = None,
    public: Annotated[bool, typer.Option("--publik", help=words.say("cli.opt.public"))] = False,
    programme: Programme = None,
    scenario: ScenarioName = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Write a document about a run."""
    from work.reporting import make_report

    told = make_report(
        study,
        output,
        kind=kind,
        lang=lang,
        run=run,
        public=public,
        programme=programme,
        scenario=scenario,
        overwrite=overwrite,
    )
    show(told, as_json=as_json, lines=_lines)


def _lines(told: dict[str, Any]) -> list[str]:
    written = words.say("cli.written", file=told["file"], bytes=told["bytes"])
    return [written, words.say("cli.report.run", run=told["run"])]


def verify(
    study: Study,
    run: Annotated[str | None, typer.Option("--run", help=words.say("reports.cli.run"))] = None,
    file: Annotated[Path | None, typer.Option("--file", help=words.say("reports.cli.file"))] = None,
    as_json: Json = False,
) -> None:
    """Work a recorded run out again, or check a document; exit 1 when something differs."""
    from work.verify_file import verify_file
    from work.verifying import verify_run

    if (run is None) == (file is None):
        raise UsageError("reports.cli.one")
    told = verify_run(study, run) if run is not None else verify_file(study, file or Path())
    show(told, as_json=as_json, lines=_verified)
    if not told["same"]:
        raise typer.Exit(1)


def _verified(told: dict[str, Any]) -> list[str]:
    state = told.get("state") or ("same" if told["same"] else "differs")
    lines = [words.say(f"reports.verify.state.{state}", run=told["run"])]
    lines += [f"- {one['text']}" for one in told["differs"]]
    lines += [words.say("reports.verify.software", **one) for one in told["software"]]
    return lines

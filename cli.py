"""The command line: inputs first, output last; one plain line when something is wrong."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

import words
from geo.errors import TapakError, UsageError
from geo.files import is_full
from ui.commands import backup as backup_commands
from ui.commands import batch as batch_commands
from ui.commands import choosing, living, packing, planning, reporting, returns, serving
from ui.commands import move as move_commands
from ui.commands import retention as retention_commands
from ui.commands import scenario as scenario_commands
from ui.commands.shown import Json, Output, Overwrite, Programme, ScenarioName, Study, show

app = typer.Typer(
    help=words.say("cli.help"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(scenario_commands.app, name="scenario")
app.command(help=words.say("cli.sites"))(choosing.sites)
app.command(help=words.say("cli.office"))(choosing.office)
app.command(help=words.say("cli.plan"))(planning.plan)
app.command(help=words.say("cli.pack"))(packing.pack)
app.command(help=words.say("cli.collect"))(returns.collect)
app.command(help=words.say("cli.review"))(returns.review)
app.command(help=words.say("cli.status"))(living.status)
app.command(help=words.say("cli.report"))(reporting.report)
app.command(help=words.say("reports.cli.verify"))(reporting.verify)
app.add_typer(living.audit, name="audit")
app.command(help=words.say("store.cli.move"))(move_commands.move)
app.command(help=words.say("private.cli.backup"))(backup_commands.backup)
app.command(help=words.say("private.cli.restore"))(backup_commands.restore)
app.command(help=words.say("private.cli.retention"))(retention_commands.retention)
app.command(help=words.say("private.cli.forget"))(retention_commands.forget)
app.command(help=words.say("cli.batch"))(batch_commands.batch)
app.command(help=words.say("cli.nation"))(batch_commands.nation)
app.command(help=words.say("cli.cut"))(batch_commands.cut)
app.command("app", help=words.say("cli.app"))(serving.app)
app.command(help=words.say("cli.health"))(serving.health)


@app.command(help=words.say("cli.new"))
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=words.say("cli.arg.dir"))],
    name: Annotated[str, typer.Option("--name", help=words.say("cli.opt.name"))],
    as_json: Json = False,
) -> None:
    """Make a new study folder."""
    from work.studies import new_study

    show(
        new_study(folder, name=name),
        as_json=as_json,
        lines=lambda r: [words.say("cli.new.done", folder=r["folder"])],
    )


@app.command(help=words.say("cli.demo"))
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=words.say("cli.arg.dir"))],
    seed: Annotated[int, typer.Option("--seed", help=words.say("cli.opt.seed"))] = 1,
    scale: Annotated[float, typer.Option("--scale", help=words.say("cli.opt.scale"))] = 1.0,
    as_json: Json = False,
) -> None:
    """Make the synthetic demo district as a study."""
    from work.studies import demo_study

    show(
        demo_study(folder, seed=seed, scale=scale),
        as_json=as_json,
        lines=lambda r: [words.say("cli.demo.done", folder=r["folder"], files=len(r["files"]))],
    )


@app.command(help=words.say("cli.add"))
def add(
    study: Study,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE…", help=words.say("cli.arg.files"))
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--as", metavar="KIND", help=words.say("cli.opt.kind"))
    ] = None,
    osm_place: Annotated[
        str | None, typer.Option("--osm-place", help=words.say("cli.opt.osm_place"))
    ] = None,
    reply: Annotated[Path | None, typer.Option("--reply", help=words.say("cli.opt.reply"))] = None,
    crs: Annotated[str | None, typer.Option("--crs", help=words.say("cli.opt.crs"))] = None,
    values: Annotated[
        str | None, typer.Option("--values", help=words.say("cli.opt.values"))
    ] = None,
    full_cover: Annotated[
        bool, typer.Option("--full-cover", help=words.say("cli.opt.full_cover"))
    ] = False,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Add files to a study, or OpenStreetMap of a place by its name."""
    if osm_place:
        from work.fetch import add_osm_place, fetched_lines

        found = add_osm_place(study, osm_place, progress=fetching)
        show(found, as_json=as_json, lines=fetched_lines)
        return
    from work.add import add_files
    from work.tell import added_lines

    result = add_files(
        study,
        files or (),
        kind=kind or "",
        reply=reply,
        overwrite=overwrite,
        options={"crs": crs, "values": values, "full_cover": full_cover},
    )
    show(result, as_json=as_json, lines=added_lines)


def fetching(_what: str, title: str) -> None:
    """Say on stderr, at a terminal, what is being fetched."""
    if sys.stderr.isatty():
        typer.echo(words.say("fetch.progress", source=title), err=True)


@app.command(help=words.say("cli.fetch"))
def fetch(
    study: Study,
    what: Annotated[str, typer.Option("--what", help=words.say("cli.opt.what"))] = "",
    area: Annotated[str | None, typer.Option("--area", help=words.say("cli.opt.area"))] = None,
    use: Annotated[str, typer.Option("--use", help=words.say("cli.opt.use"))] = "",
    as_json: Json = False,
) -> None:
    """Fetch data from the internet into a study."""
    from work.fetch import fetch_study, fetched_lines

    wanted, sources = ([p.strip() for p in t.split(",") if p.strip()] for t in (what, use))
    found = fetch_study(study, what=wanted, area=area, use=sources, progress=fetching)
    show(found, as_json=as_json, lines=fetched_lines)


@app.command(help=words.say("cli.check"))
def check(
    study: Study,
    programme: Programme = None,
    scenario: ScenarioName = None,
    as_json: Json = False,
) -> None:
    """Compare the layers of a study with each other."""
    from work.check import check_study
    from work.tell import checked_lines

    result = check_study(study, programme=programme, scenario=scenario)
    show(result, as_json=as_json, lines=checked_lines)


@app.command(help=words.say("cli.rank"))
def rank(
    study: Study,
    programme: Programme = None,
    scenario: ScenarioName = None,
    top: Annotated[int | None, typer.Option("--top", min=1, help=words.say("cli.opt.top"))] = None,
    methods: Annotated[
        str | None, typer.Option("--methods", metavar="all", help=words.say("cli.opt.methods"))
    ] = None,
    as_json: Json = False,
) -> None:
    """Rank the sites of a programme and record the run."""
    from work.ranking import rank_study
    from work.tell import ranked_lines

    if methods not in {None, "all"}:
        raise UsageError("cli.methods", given=methods)
    result = rank_study(
        study, programme=programme, scenario=scenario, top=top, every_method=methods == "all"
    )
    show(result, as_json=as_json, lines=ranked_lines)


@app.command(help=words.say("cli.why"))
def why(
    study: Study,
    site: Annotated[str, typer.Argument(metavar="SITE", help=words.say("cli.arg.site"))],
    programme: Programme = None,
    scenario: ScenarioName = None,
    as_json: Json = False,
) -> None:
    """Say where a site's score comes from."""
    from work.ranking import why_site
    from work.tell import why_lines

    result = why_site(study, site, programme=programme, scenario=scenario)
    show(result, as_json=as_json, lines=why_lines)


@app.command("map", help=words.say("cli.map"))
def map_(
    study: Study,
    output: Output,
    programme: Programme = None,
    scenario: ScenarioName = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Write the offline map page."""
    from work.mapping import map_study

    show(
        map_study(study, output, programme=programme, scenario=scenario, overwrite=overwrite),
        as_json=as_json,
        lines=lambda r: [words.say("cli.written", file=r["file"], bytes=r["bytes"])],
    )


@app.command(help=words.say("cli.template"))
def template(
    what: Annotated[str, typer.Argument(metavar="usulan", help=words.say("cli.arg.template"))],
    output: Output,
    study: Annotated[
        Path | None, typer.Option("--study", help=words.say("cli.opt.template_study"))
    ] = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Write the form an agency fills in."""
    from work.forms import write_template

    show(
        write_template(what, output, study=study, overwrite=overwrite),
        as_json=as_json,
        lines=lambda r: [words.say("cli.written", file=r["file"], bytes=r["bytes"])],
    )


@app.command(help=words.say("cli.travel"))
def travel(
    study: Study,
    start: Annotated[
        str, typer.Option("--from", metavar="LON,LAT", help=words.say("cli.opt.from"))
    ],
    end: Annotated[str, typer.Option("--to", metavar="LON,LAT", help=words.say("cli.opt.to"))],
    mode: Annotated[str, typer.Option("--mode", help=words.say("cli.opt.mode"))] = "motorcycle",
    as_json: Json = False,
) -> None:
    """Find the quickest trip between two places."""
    from work.tell import trip_lines
    from work.travel import trip

    show(trip(study, start=start, end=end, mode=mode), as_json=as_json, lines=trip_lines)


def main() -> None:
    """Run a command; a fault is one plain line on stderr and exit code 1 or 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")  # a pipe on Windows speaks an older code page
    try:
        app()
    except TapakError as fault:
        typer.echo(fault.say(), err=True)
        sys.exit(fault.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as fault:
        if os.environ.get("TAPAK_DEBUG"):
            raise
        if is_full(fault):
            typer.echo(words.say("file.disk_full.somewhere"), err=True)
            sys.exit(1)
        what = f"{type(fault).__name__}: {fault}".splitlines()[0][:200]
        typer.echo(words.say("cli.unexpected", what=what), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

"""``tapak cut``, ``batch`` and ``nation``: out of national files, many studies, one list."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

import words
from geo.errors import UsageError
from ui.commands.shown import Json, Overwrite, Programme, ScenarioName, show

Results = Annotated[Path, typer.Option("-o", "--output", help=words.say("batch.opt.output"))]


def batch(
    studies: Annotated[list[str], typer.Argument(metavar="STUDY…", help=words.say("batch.arg"))],
    output: Results,
    scheduler: Annotated[
        str, typer.Option("--scheduler", metavar="ADDRESS", help=words.say("batch.opt.scheduler"))
    ] = "",
    workers: Annotated[
        int, typer.Option("--workers", min=0, help=words.say("batch.opt.workers"))
    ] = 0,
    programme: Programme = None,
    scenario: ScenarioName = None,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="YYYY-MM-DD", help=words.say("batch.opt.as_of"))
    ] = "",
    tile_sites: Annotated[
        int, typer.Option("--tile-sites", min=1, help=words.say("batch.opt.tile_sites"))
    ] = 25_000,
    limit_min: Annotated[
        float, typer.Option("--limit-min", min=0, help=words.say("batch.opt.limit_min"))
    ] = 0.0,
    memory_gb: Annotated[
        float, typer.Option("--memory-gb", min=0, help=words.say("batch.opt.memory_gb"))
    ] = 0.0,
    as_json: Json = False,
) -> None:
    """Rank many studies."""
    from work.batch import batch as carried_out
    from work.batch import batch_lines
    from work.batch_ask import Ask

    if as_of and not re.fullmatch(r"\d{4}-\d\d-\d\d", as_of):
        raise UsageError("batch.as_of", given=as_of[:40])
    method = Ask(
        name="",
        folder="",
        out="",
        programme=programme or "",
        scenario=scenario or "",
        as_of=as_of,
        tile_sites=tile_sites,
        limit_s=60.0 * limit_min,
        memory_mb=1024.0 * memory_gb,
    )
    with shown_progress() as told:
        result = carried_out(
            studies, output, scheduler=scheduler, workers=workers, method=method, told=told
        )
    show(result, as_json=as_json, lines=batch_lines)
    if result["failed"]:
        raise typer.Exit(1)


def nation(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help=words.say("batch.arg.results"))
    ],
    weight: Annotated[
        list[str] | None, typer.Option("--weight", help=words.say("cli.opt.weight"))
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option("--group", help=words.say("cli.opt.group"))
    ] = None,
    top: Annotated[int | None, typer.Option("--top", min=1, help=words.say("cli.opt.top"))] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help=words.say("batch.opt.ranking"))
    ] = None,
    brief: Annotated[
        Path | None, typer.Option("--brief", metavar="PDF", help=words.say("batch.opt.brief"))
    ] = None,
    map_: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help=words.say("batch.opt.map"))
    ] = None,
    offices: Annotated[
        int | None, typer.Option("--offices", min=1, help=words.say("batch.opt.offices"))
    ] = None,
    demand: Annotated[
        str, typer.Option("--demand", metavar="UNIT", help=words.say("batch.opt.demand"))
    ] = "",
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Rank the sites of all studies together."""
    from work.nation import rank_nation

    told = rank_nation(
        results, weights=weight or (), groups=group or (), top=top, output=output,
        overwrite=overwrite,
    )  # fmt: skip
    if brief is not None:
        from work.nation_brief import write_brief

        told["brief"] = write_brief(
            results, brief, weights=weight or (), groups=group or (), top=top, overwrite=overwrite
        )
    if map_ is not None:
        from work.nation_map import write_nation_map

        told["map"] = write_nation_map(
            results, map_, weights=weight or (), groups=group or (), top=top, overwrite=overwrite
        )
    if offices is not None:
        from work.nation_office import nation_offices

        told["offices"] = nation_offices(results, count=offices, unit=demand)
    show(told, as_json=as_json, lines=_nation_lines)


def _nation_lines(told: dict[str, Any]) -> list[str]:
    from work.nation import nation_lines
    from work.nation_office import nation_office_lines

    offices = told.get("offices")
    return nation_lines(told) + (nation_office_lines(offices) if offices else [])


def cut(
    sources: Annotated[Path, typer.Argument(metavar="SOURCES", help=words.say("cut.arg.sources"))],
    code: Annotated[
        list[str], typer.Option("--code", metavar="CODE", help=words.say("cut.opt.code"))
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help=words.say("cut.opt.study"))],
    margin_km: Annotated[
        float, typer.Option("--margin-km", min=0, help=words.say("cut.opt.margin"))
    ] = 10.0,
    as_json: Json = False,
) -> None:
    """Cut a study out of national files."""
    from work.cutting import cut_lines, cut_study

    told = cut_study(sources, output, codes=code, margin_km=margin_km)
    show(told, as_json=as_json, lines=cut_lines)


@contextmanager
def shown_progress() -> Iterator[Callable[[Any], None]]:
    """Show how far a batch has come, its rate and the time left; on stderr, at a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        BarColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}", markup=False),
        console=Console(stderr=True),
    )
    with bar:
        row = bar.add_task("", total=None, rate="", last="")

        def told(standing: Any) -> None:
            done = standing.done + standing.failed
            speed = bar.tasks[0].speed or 0.0
            rate = words.say("batch.rate", rate=60.0 * speed, failed=standing.failed)
            bar.update(row, total=standing.studies, completed=done, rate=rate, last=standing.last)

        yield told

"""What is taken away from the national page: the ranking as a table, the brief; on the record."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import words
from data.assets.form_cells import LIVE
from geo.errors import StudyError
from reports.nation_brief import nation_brief_pdf
from work.access_log import took_from
from work.nation import ranking_table
from work.nation_brief import brief_facts
from work.nation_held import open_nation, ranked
from work.nation_map import nation_map_html
from work.nation_study import nation_folder
from work.roles import require

NAMES = {
    "parquet": "peringkat-nasional.parquet",
    "csv": "peringkat-nasional.csv",
    "pdf": "ringkasan-nasional-{lang}.pdf",
    "html": "peta-nasional-{lang}.html",
}
"""What can be taken, and what each file is called."""


def file_name(what: str) -> str:
    """Name a file by what it is and, where it is written in one, its language."""
    return NAMES[what].format(lang=words.language.get())


def nation_bytes(
    folder: Path, what: str, weights: Mapping[str, float], groups: Mapping[str, float], top: int
) -> bytes:
    """Make a file about the nation that a study shows, under some weights.

    Parameters
    ----------
    folder : Path
        The study, in whose record it stands who took it.
    what : {"parquet", "csv", "pdf", "html"}
    """
    require("report")
    results = nation_folder(folder)
    if results is None:
        raise StudyError("nation.no_results", folder=folder.name)
    if what == "pdf":
        lang = words.language.get()
        facts = brief_facts(results, weights=weights, groups=groups, top=top, lang=lang)
        made = nation_brief_pdf(facts)
    elif what == "html":
        page = nation_map_html(results, weights=weights, groups=groups, top=top)
        made = page.encode("utf-8")
    else:
        nation = open_nation(results)
        table = ranking_table(nation, ranked(nation, weights=weights, groups=groups))
        made = _parquet(table) if what == "parquet" else csv_bytes(table)
    took_from(folder, "download", file_name(what))
    return made


def _parquet(table: Any) -> bytes:
    import pyarrow.parquet as pq

    raw = io.BytesIO()
    pq.write_table(table, raw, compression="zstd")
    return raw.getvalue()


def csv_bytes(table: Any) -> bytes:
    """Write a table as CSV that a spreadsheet opens with its letters right and works nothing out.

    Parameters
    ----------
    table : pyarrow.Table
        A text that would be a formula is written behind an apostrophe.
    """
    import pyarrow as pa
    import pyarrow.csv as writer

    columns = {
        name: _inert(table[name].to_pylist()) if pa.types.is_string(table[name].type) else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    raw = io.BytesIO(b"\xef\xbb\xbf")
    raw.seek(0, io.SEEK_END)
    writer.write_csv(pa.table(columns), raw)
    return raw.getvalue()


def _inert(texts: list[str | None]) -> list[str]:
    return [f"'{t}" if t and t.startswith(LIVE) else t or "" for t in texts]

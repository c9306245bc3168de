"""The results of a batch as one: the manifest, and the tables that read all parts at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from geo.files import written_whole
from work.batch_table import MEAN
from work.batch_task import DONE, SITES

MANIFEST = "manifest.json"
NATION = "nation.parquet"
METADATA = "_metadata"
FORM = 1
GROUP = 20_000
"""Sites in a row group of the narrow table: reading 514 small ones took five times as long."""
NARROW = ("study", "regency", "id", "name", "kind", "readiness", "excluded")
"""Columns of the narrow table beside what was measured."""
PLACE = {"lon": "xmin", "lat": "ymin"}
"""Where a site is (EPSG:4326), out of the box around it; null where only the desa is known."""


def records(out: Path) -> Iterator[dict[str, Any]]:
    """Read the records of finished studies, sorted by name; one that cannot be read is left out."""
    for path in sorted((out / DONE).glob("*.json")):
        with suppress(OSError, ValueError):
            yield json.loads(path.read_text(encoding="utf-8"))


def write_manifest(
    out: Path, failed: Sequence[Mapping[str, str]], about: Mapping[str, Any]
) -> None:
    """Write what stands in the results: sorted, without times, so that two runs can be compared."""
    told = {"form": FORM, **about, "parts": list(records(out)), "failed": list(failed)}
    with written_whole(out / MANIFEST, overwrite=True) as temporary:
        text = json.dumps(told, sort_keys=True, ensure_ascii=False, indent=1)
        temporary.write_text(text + "\n", encoding="utf-8", newline="\n")


def write_whole(out: Path) -> None:
    """Write ``sites/_metadata`` (statistics of every part) and the narrow table of the nation.

    A few parts are held at a time, whatever their number. The narrow table has no shapes and no
    sd: what ranking the nation anew has to read, and where the sites are (`PLACE`), in row groups
    of some 20,000 sites. A criterion that a part of an older catalogue does not have is null
    there, and that part is left out of ``_metadata``.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    paths = [Path(record["file"]) for record in records(out)]
    if not paths:
        for name in (NATION, f"{SITES}/{METADATA}"):
            (out / name).unlink(missing_ok=True)
        return
    gathered: list[Any] = []
    narrow, schema = _narrow(out, paths)
    with (
        written_whole(out / NATION, overwrite=True) as temporary,
        pq.ParquetWriter(temporary, narrow, compression="zstd") as writer,
    ):
        held: list[Any] = []
        for path in paths:
            part = pq.ParquetFile(out / path)
            if part.schema_arrow.equals(schema):
                gathered.append(_placed(part.metadata, path.relative_to(SITES).as_posix()))
            held.append(_fitted(part, narrow))
            if sum(map(len, held)) >= GROUP:
                writer.write_table(pa.concat_tables(held))
                held = []
        if held:
            writer.write_table(pa.concat_tables(held))
    with written_whole(out / SITES / METADATA, overwrite=True) as temporary:
        pq.write_metadata(schema.with_metadata(_of_all(schema)), temporary, gathered)


def _fitted(part: Any, narrow: Any) -> Any:
    """Read the columns of the narrow table; what a part does not have is null."""
    import pyarrow as pa

    there = [name for name in narrow.names if name in part.schema_arrow.names]
    table = part.read(columns=[*there, *(f"bbox.{side}" for side in PLACE.values())])
    known = {name: table[name] for name in there} | _places(table)
    columns = [
        known[f.name].cast(f.type) if f.name in known else pa.nulls(len(table), f.type)
        for f in narrow
    ]
    return pa.table(columns, schema=narrow)


def _places(table: Any) -> dict[str, Any]:
    """Take where sites are out of the boxes around them; what has none is null, not NaN."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if "bbox" not in table.column_names:
        return {}
    sides = {name: pc.struct_field(table["bbox"], side) for name, side in PLACE.items()}
    nothing = pa.scalar(None, pa.float64())
    return {
        name: pc.if_else(pc.is_finite(pc.coalesce(side, pa.scalar(np.nan))), side, nothing)
        for name, side in sides.items()
    }


def _narrow(out: Path, paths: Sequence[Path]) -> tuple[Any, Any]:
    """Return the columns of the narrow table, and the columns that most parts have."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found: Counter[tuple[str, ...]] = Counter()
    first: dict[tuple[str, ...], Any] = {}
    for path in paths:
        schema = pq.read_schema(out / path)
        found[tuple(schema.names)] += 1
        first.setdefault(tuple(schema.names), schema)
    usual = first[min(found, key=lambda names: (-found[names], names))]
    measured = {n: usual.field(n) for n in usual.names if n.startswith(MEAN)}
    for names, schema in sorted(first.items()):
        measured |= {n: schema.field(n) for n in names if n.startswith(MEAN) and n not in measured}
    places = (pa.field(name, pa.float64()) for name in PLACE)
    named = (usual.field(name) for name in NARROW)
    return pa.schema([*named, *places, *measured.values()]), usual


def _placed(metadata: Any, path: str) -> Any:
    metadata.set_file_path(path)
    return metadata


def _of_all(schema: Any) -> dict[bytes, bytes]:
    """Keep what is true of every part: the geo columns without one part's own bounds."""
    geo = json.loads(schema.metadata[b"geo"])
    for column in geo["columns"].values():
        column.pop("bbox", None)
    return {b"geo": json.dumps(geo, sort_keys=True).encode()}

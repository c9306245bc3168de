"""New weights over the nation: 100,000 sites of 514 studies, measured before, ranked again.

    python benchmarks/nation_rank.py [--sites 100000] [--keep FOLDER]

The results folder is made up in the form that `tapak batch` writes (docs/scale.md), with a third of
the values unknown; reading it is part of what is timed. Bar: under 2 s, median of 3.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.bars import HEAD, machine, row
from scoring.criteria import load_catalogue
from scoring.nation import Basis, rules_of
from work.batch_table import MEAN
from work.batch_whole import GROUP, NARROW, NATION
from work.nation import rank_nation

PROGRAMME = "kerja-sosial"
STUDIES = 514
BAR_S = 2.0


def write_results(folder: Path, *, sites: int, seed: int = 1) -> None:
    """Make up the results of a batch: the records and the narrow table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    catalogue = load_catalogue()
    criteria = catalogue.scored(PROGRAMME)
    letter = catalogue.programme(PROGRAMME).letter
    basis = Basis(
        programme=PROGRAMME, catalogue=catalogue.version, anchors=rules_of(catalogue, PROGRAMME),
        classes={}, travel="", thresholds="",
    )  # fmt: skip
    (folder / "done").mkdir(parents=True)
    rng = np.random.default_rng(seed)
    held = []
    edges = np.linspace(0, sites, STUDIES + 1).astype(int)
    for number in range(STUDIES):
        name, n = f"studi-{number:03d}", int(edges[number + 1] - edges[number])
        record = {"study": name, "programme": PROGRAMME, "basis": basis.as_json()}
        (folder / "done" / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
        told: dict[str, object] = {column: [""] * n for column in NARROW}
        told |= {"study": [name] * n, "regency": [f"{number:03d}"] * n}
        told |= {"id": [f"p-{i}" for i in range(n)], "name": [f"Lokasi {i}" for i in range(n)]}
        for c in criteria:
            anchors = c.anchors[letter]
            low, high = (anchors[0][0], anchors[-1][0]) if anchors else (0.0, 1.0)
            values = rng.uniform(min(low, high), max(low, high), n)
            told[MEAN + c.key] = pa.array(np.where(rng.random(n) < 1 / 3, np.nan, values))
        held.append(pa.table(told))
    pq.write_table(
        pa.concat_tables(held), folder / NATION, row_group_size=GROUP, compression="zstd"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sites", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with TemporaryDirectory() as room:
        folder = given.keep or Path(room) / "hasil"
        write_results(folder, sites=given.sites)
        print(machine())
        clock, processors = [], []
        for weight in (4, 8, 12):
            began, spent = time.perf_counter(), time.process_time()
            told = rank_nation(folder, weights=[f"client_access={weight}"])
            clock.append(time.perf_counter() - began)
            processors.append(time.process_time() - spent)
        many = f"{told['counts']['sites']} × {len(told['weights'])}"
        print(HEAD)
        beside = f"CPU {statistics.median(processors):.2f} s, {told['counts']['studies']} studies"
        row(f"new weights, {many}", statistics.median(clock), BAR_S, unit="s", beside=beside)


if __name__ == "__main__":
    main()

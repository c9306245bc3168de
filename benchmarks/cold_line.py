"""One process from raw files to a ranking, then again with one weight and with one site changed.

    python benchmarks/cold_line.py REGISTER FILES_JSON STUDY

Prints one JSON line; ``wall`` and ``cpu`` are those of the cold path, imports included.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
_START, _START_CPU = time.perf_counter(), time.process_time()


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def changed_weight(study: Path) -> None:
    settings = study / "study.toml"
    section = "[weights.kerja-sosial.criteria]\n"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace(section, f"{section}labour_need = 20\n"), encoding="utf-8")


def changed_site(register: Path, study: Path) -> Path:
    """Return a register of one row: the first, moved by about 100 m."""
    lines = register.read_text(encoding="utf-8").splitlines()[:2]
    path = study.parent / "satu.csv"
    path.write_text("\n".join(lines).replace("RT 0", "RT 1") + "\n", encoding="utf-8")
    return path


def main() -> None:
    register, study = Path(sys.argv[1]), Path(sys.argv[3])
    shutil.rmtree(study, ignore_errors=True)
    from work.add import add_files
    from work.ranking import rank_study
    from work.studies import new_study

    new_study(study, name="Bench")
    start = time.perf_counter()
    for kind, path, cover in json.loads(sys.argv[2]):
        add_files(study, [Path(path)], kind=kind, options={"full_cover": cover})
    add_files(study, [register], kind="assets")
    added = time.perf_counter() - start
    ranked = timed(lambda: rank_study(study))
    told = {
        "wall": time.perf_counter() - _START,
        "cpu": time.process_time() - _START_CPU,
        "add": added,
        "rank": ranked,
    }
    changed_weight(study)
    told["warm_weight"] = timed(lambda: rank_study(study))
    add_files(study, [changed_site(register, study)], kind="assets")
    told["warm_site"] = timed(lambda: rank_study(study))
    print(json.dumps(told))


if __name__ == "__main__":
    main()

"""A pack of 60 sites with every channel: how long it takes and what it weighs.

Run with ``python benchmarks/pack.py``; the bar is under 60 s and 40 MB on two cores.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from data.workspace import open_study
from scoring.study import StudyResult
from work.packing import pack_team
from work.planning import plan_visits
from work.ranking import compute
from work.studies import demo_study

SITES, A_DAY = 60, 6


def packed(folder: Path, *, scale: float = 1.0) -> dict[str, float]:
    """Pack 60 sites of a demo for one team; seconds of wall and of CPU, and megabytes.

    Parameters
    ----------
    folder : Path
        Where the study and the pack are written.
    scale : float
        Times 420 candidates, over the same land and streets.
    """
    study = folder / "demo"
    demo_study(study, seed=1, scale=scale)
    told = plan_visits(study, teams=1, days=1)
    with open_study(study) as opened, opened.locked():
        told["days"] = _days(compute(opened)[0])
        opened.store.add_plan({name: told[name] for name in told if name != "id"})
    wall, cpu = time.perf_counter(), time.process_time()
    made = pack_team(study, folder / "paket.zip", channels=["all"])
    return {
        "sites": len(made["sites"]),
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "mb": made["bytes"] / 2**20,
        **{part["path"]: part["bytes"] / 2**20 for part in made["files"]},
    }


def _days(result: StudyResult) -> list[dict[str, object]]:
    """Lay the 60 best sites with a point out over ten days, neighbours on the same day."""
    frame = result.candidates.frame
    best = [i for i in result.ranking.order if frame["placed"].iloc[i] == "point"][:SITES]
    best.sort(key=lambda i: (round(frame["lon"].iloc[i], 1), frame["lat"].iloc[i]))
    ids = [result.candidates.ids[i] for i in best]
    return [
        {
            "team": "A",
            "day": day + 1,
            "minutes": 400,
            "stops": [
                {"site": site, "arrive": "08:00", "leave": "08:45"}
                for site in ids[day * A_DAY : (day + 1) * A_DAY]
            ],
        }
        for day in range(SITES // A_DAY)
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as room:
        for what, value in packed(Path(room)).items():
            sys.stdout.write(f"{what:42} {value:10.2f}\n")

"""How the building of a street network grows, with memory at hand and with memory taken anew.

    python benchmarks/growth_network.py FOLDER    # as `benchmarks/growth.py --keep FOLDER` left it

The areas take turns in one process, the least of four CPU seconds counts. Once each run finds the
memory of the one before it; once that is given back first, so that the system must clear every
page again.
"""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.stopwatch import forget_peak
from data.osm import read_osm
from geo.streets import build

AREAS, TURNS = (1, 4, 10), 4


def main() -> None:
    folder = Path(sys.argv[1])
    name = "jalan_dan_tempat_sintetis.osm.pbf"
    streets = {area: read_osm(folder / f"tumbuh-{area}" / name).streets for area in AREAS}
    for anew in (False, True):
        least = dict.fromkeys(AREAS, math.inf)
        for _ in range(TURNS):
            for area, ways in streets.items():
                if anew:
                    forget_peak()
                start = time.process_time()
                build(ways, profile="motorcycle")
                least[area] = min(least[area], time.process_time() - start)
        told = "  ".join(
            f"{area}× {s:.2f} s"
            + (f" ({math.log(s / least[1]) / math.log(area):.2f})" if area > 1 else "")
            for area, s in least.items()
        )
        print(f"{'memory taken anew' if anew else 'memory at hand':18} {told}")


if __name__ == "__main__":
    main()

"""Nearest minutes by pandana, for `minutes.py`: run with a Python that has it.

    python benchmarks/pandana_peer.py GIVEN.npz ANSWER.npz

The answer holds the minutes and [wall, CPU] seconds of building and of asking. Pandana keeps whole
thousandths of its unit of length: it is given thousandths of a minute, so that millionths count.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pandana
import pandas as pd

MOST = 2_000.0
"""Minutes that count as unreachable: further than anything on the map."""
UNIT = 1_000.0


def main() -> None:
    given = np.load(sys.argv[1])
    n = int(max(given["sources"].max(), given["ends"].max(), given["starts"].max())) + 1
    spot = pd.Series(np.arange(n, dtype=float))  # nodes are their own places: none is searched
    start, start_cpu = time.perf_counter(), time.process_time()
    net = pandana.Network(
        spot, spot, pd.Series(given["sources"]), pd.Series(given["ends"]),
        pd.DataFrame({"length": given["minutes"] * UNIT}), twoway=False,
    )  # fmt: skip
    built = [time.perf_counter() - start, time.process_time() - start_cpu]
    start, start_cpu = time.perf_counter(), time.process_time()
    answers = []
    for kind, at in enumerate(given["starts"]):
        net.set_pois(f"kind{kind}", MOST * UNIT, 1, spot[at], spot[at])
        answers.append(net.nearest_pois(MOST * UNIT, f"kind{kind}", num_pois=1)[1] / UNIT)
    asked = [time.perf_counter() - start, time.process_time() - start_cpu]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    np.savez(
        sys.argv[2], minutes=np.stack(answers), build=built, query=asked, most=MOST, peak_mb=peak
    )


if __name__ == "__main__":
    main()

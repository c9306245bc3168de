"""Processes that write one store at once; run by test_writers.py, one for each writer."""

import json
import sys
from dataclasses import replace
from pathlib import Path

from data.conflicts import ConflictError
from data.records import ScenarioRecord
from data.server import Server
from data.store import Store
from data.store_life import EventRecord

COUNTED = "p-00000000"


def place_told(place):
    """Lay out a place as JSON, to be handed to a process."""
    if isinstance(place, Server):
        return json.dumps({"url": place.url, "schema": place.schema})
    return json.dumps({"path": str(place)})


def place_read(text):
    told = json.loads(text)
    return Path(told["path"]) if "path" in told else Server(**told)


def save_all(place, who, saves):
    """Save so many times, turn by turn a place, a scenario and the record; count what was stale.

    A place and a scenario are read, changed and saved as a planner does it: what somebody else
    saved in between comes with the refusal and is changed anew. The record grows inside one transaction.
    """
    stale = 0
    with Store.open(place, wait_s=120) as store:
        for turn in range(saves):
            stale += (_one_place, _one_scenario, _one_event)[turn % 3](store, who)
    return stale


def _one_place(store, who):
    return _counted(
        store.candidate(COUNTED),
        lambda seen: replace(seen, name=str(int(seen.name) + 1), address=who),
        store.save_candidate,
    )


def _one_scenario(store, who):
    return _counted(
        store.scenarios()[0],
        lambda seen: replace(seen, weights={"capacity": seen.weights["capacity"] + 1}, set_by=who),
        store.save_scenario,
    )


def _counted(seen, changed, save):
    """Save what was seen, changed; whoever came first is seen in their own version and added to."""
    stale = 0
    while True:
        mine = changed(seen)
        try:
            save(mine)
        except ConflictError as both:
            if both.mine is not mine or both.theirs.version <= seen.version:
                raise
            seen, stale = both.theirs, stale + 1
        else:
            return stale


def _one_event(store, who):
    with store.transaction():
        last = store.events(newest=1)
        number = last[0].number if last else 0
        store.add_event(EventRecord(by=who, role="admin", action="rank", subject=str(number + 1)))
    return 0


def begin(store):
    """Make the scenario that is counted on."""
    store.save_scenario(
        ScenarioRecord(name="hitung", programme="kerja-sosial", groups={}, weights={"capacity": 0})
    )


if __name__ == "__main__":
    print(save_all(place_read(sys.argv[1]), sys.argv[2], int(sys.argv[3])))

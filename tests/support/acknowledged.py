"""A process that stores rows and says of each that it is stored, whatever happens to the server."""

import sys
import time

from writers import place_read

from data.store import Store
from data.store_life import EventRecord
from geo.errors import StudyError


def write_on(place):
    """Add events for ever; print the number of each once it is acknowledged, and every fault."""
    while True:
        try:
            with Store.open(place) as store:
                while True:
                    event = EventRecord(
                        by="penulis", role="admin", action="rank", subject="x" * 200
                    )
                    print("kept", store.add_event(event).number, flush=True)
        except StudyError as fault:
            print("fault", fault.code, flush=True)
            time.sleep(0.05)


if __name__ == "__main__":
    write_on(place_read(sys.argv[1]))

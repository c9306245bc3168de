"""Faults for the workers of a batch, put on their PYTHONPATH: they die, hang or find no room.

``TAPAK_TEST_FAULTS`` is JSON: ``{"die": word, "hang": word, "full": [folder, times]}``. A worker dies
or hangs when it opens the store of a study whose path holds the word; the first so many times that
anything is written into the folder, the disk is full. ``{"stillborn": true}``: it never begins.
"""

import errno
import json
import os
import signal
import sys
import time

told = json.loads(os.environ.get("TAPAK_TEST_FAULTS", "{}"))


def counted(path):
    """Count a deed across all processes; return how many there were before."""
    fd = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    size = os.fstat(fd).st_size
    os.write(fd, b"x")
    os.close(fd)
    return size


def hook(event, args):
    if event == "sqlite3.connect":
        place = str(args[0])
        if told.get("die") and told["die"] in place:
            os.kill(os.getpid(), signal.SIGKILL)
        if told.get("hang") and told["hang"] in place:
            time.sleep(600)
    if event == "open" and told.get("full"):
        folder, times = told["full"]
        path, mode, flags = (*args, 0)[:3]
        writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (flags or 0) & os.O_CREAT
        inside = isinstance(path, str) and path.startswith(folder) and "/.tapak-" in path
        if writes and inside and counted(f"{folder}.full") < times:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)


if told.get("stillborn"):
    os._exit(3)
if told:
    sys.addaudithook(hook)

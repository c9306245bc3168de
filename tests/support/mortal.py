"""Commands that die: the real command line in a forked process that is killed where it is told.

Run as a program it reads one job a line from stdin and answers one line a job. A job is
``{"room", "commands": [[word…]…], "says": file, "die_at": n | None, "die_after_s": s | None,
"file_bytes": n | None}``: in a child the commands run one after the other as `cli.main` runs them;
what they print goes to ``says``, and a line ``ACK k code`` after each that has returned. The child
kills itself with SIGKILL at its ``die_at``-th point, or is killed after ``die_after_s``; a file
that it writes cannot grow over ``file_bytes`` (a disk full, where none can be mounted).

A point is a moment before or after something that a disk remembers: a file in the room opened for
writing, renamed, removed, synced, a folder made or removed, a row written, a commit begun and ended,
a command returned. Everything heavy is imported before the fork, so that a kill after so many
seconds falls into the work and not into the imports.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRELOADED = (
    *("cli", "work.add", "work.backup", "work.collecting", "work.packing", "work.planning"),
    *("work.reporting", "data.returns", "data.store", "surveys.pack", "geopandas", "pyogrio"),
    *("openpyxl", "rasterio", "alembic.command", "reports.official_list", "reports.standalone"),
)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
TOUCHES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}


class Points:
    """Counts the moments that a disk remembers, and dies at one of them."""

    def __init__(self, room, die_at):
        self.room, self.die_at = str(room), die_at
        self.passed, self.seen, self.dying = 0, [], False
        self._lock = threading.Lock()

    def point(self, name, last=None):
        """Pass one point; `last` is done before dying there (what an open leaves: an empty file)."""
        with self._lock:
            self.passed += 1
            self.seen.append(name)
            if self.passed == self.die_at:
                self.dying = True
                if last is not None:
                    last()
                os.kill(os.getpid(), signal.SIGKILL)

    def inside(self, path):
        return isinstance(path, (str, os.PathLike)) and str(Path(path).absolute()).startswith(
            self.room
        )

    def heard(self, event, told):
        if event == "open":
            path, mode, flags = told
            writes = any(c in mode for c in "wax+") if mode else bool(flags & WRITES)
            if writes and not self.dying and self.inside(path):
                self.point(f"before open {path}")
                self.point(f"opened {path}", lambda: os.close(os.open(path, flags, 0o644)))
        elif event in TOUCHES and self.inside(told[0]):
            self.point(f"{event} {told[0]}")

    def watch(self):
        """Listen from now on, for as long as this process lives."""
        import sqlalchemy as sa
        from sqlalchemy.engine.default import DefaultDialect

        sys.addaudithook(self.heard)
        sync, commit = os.fsync, DefaultDialect.do_commit

        def synced(number):
            self.point("before sync")
            sync(number)
            self.point("after sync")

        def committed(dialect, connection):
            self.point("before commit")
            commit(dialect, connection)
            self.point("after commit")

        os.fsync, DefaultDialect.do_commit = synced, committed

        @sa.event.listens_for(sa.Engine, "after_cursor_execute")
        def executed(_connection, _cursor, statement, *_):
            if statement.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE", "CREATE", "ALTER"}:
                self.point(statement.strip()[:40])


def run_commands(job, points):
    import cli

    for k, words in enumerate(job["commands"]):
        sys.argv = ["tapak", *words]
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code or 0
        sys.stdout.flush()
        os.write(1, f"\nACK {k} {code}\n".encode())
        points.point(f"returned {k}")


def child(job, counted):
    """Become one session at a terminal that runs the commands; never returns."""
    try:
        os.setsid()
        out = os.open(job["says"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.environ.update(job.get("env") or {})
        if job.get("file_bytes"):
            import resource

            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_bytes"],) * 2)
        points = Points(job["room"], job.get("die_at"))
        points.watch()
        run_commands(job, points)
        os.write(counted, json.dumps(points.seen).encode())
    except BaseException:  # noqa: BLE001 - told to whoever runs the trials
        traceback.print_exc()
        os._exit(70)
    os._exit(0)


def wait_for(pid, *, die_after_s):
    """Wait for a child; kill it when its time has come. Returns its status."""
    if die_after_s is not None:
        until = time.monotonic() + die_after_s
        while time.monotonic() < until:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return status
            time.sleep(0.001)
        os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def serve():
    for name in PRELOADED:
        try:
            __import__(name)
        except ImportError:
            continue
    answers = os.fdopen(os.dup(1), "w")
    print("READY", file=answers, flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        seen, counted = os.pipe()
        begun = time.monotonic()
        pid = os.fork()
        if pid == 0:
            os.close(seen)
            child(job, counted)
        os.close(counted)
        listed = []
        reader = threading.Thread(target=lambda s=seen, to=listed: to.append(drained(s)))
        reader.start()
        status = wait_for(pid, die_after_s=job.get("die_after_s"))
        took = time.monotonic() - begun
        told = {"killed": os.WIFSIGNALED(status), "status": status, "seconds": took}
        told["orphans_s"] = end_of_children(pid) if told["killed"] else 0.0
        reader.join()
        print(
            json.dumps(told | {"points": json.loads(listed[0] or "[]")}), file=answers, flush=True
        )


def end_of_children(pid, *, patience_s=10.0):
    """Return the seconds until nothing that a command started runs any more; end what stays."""
    begun = time.monotonic()
    while time.monotonic() < begun + patience_s:
        try:
            os.killpg(pid, 0)
        except ProcessLookupError:
            return time.monotonic() - begun
        time.sleep(0.02)
    os.killpg(pid, signal.SIGKILL)
    return patience_s


def drained(number):
    with os.fdopen(number, "rb") as pipe:
        return pipe.read()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    serve()

"""Run a command beside a PostgreSQL with PostGIS that is there for it alone, and gone after it.

    python tools/with_postgis.py -- python -m pytest tests/data

The server is Debian's (postgresql-15, postgresql-15-postgis-3), in a temporary folder, on a free
port of the loopback, without a socket, run by an ordinary user. The command finds its address in
TAPAK_PG and the password in the file PGPASSFILE names, as an office's own programs would.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

DATABASE = USER = "tapak"
ORDINARY = ("postgres", "nobody")
"""Whoever of these is there runs the server, which refuses to be run by root."""


class NoServerError(RuntimeError):
    """PostgreSQL or PostGIS is not installed."""


def programs() -> Path:
    """Return the folder of the newest PostgreSQL that has PostGIS."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3])
    )
    for initdb in reversed(found):
        share = Path("/usr/share/postgresql") / initdb.parts[-3] / "extension"
        if (share / "postgis.control").exists():
            return initdb.parent
    said = "apt-get install --no-install-recommends postgresql-15 postgresql-15-postgis-3"
    raise NoServerError(said)


class Cluster:
    """One server with one database, for whoever holds it in a ``with`` block."""

    def __init__(self) -> None:
        self.bin = programs()
        self.room = Path(tempfile.mkdtemp(prefix="tapak-pg-"))
        self.passfile = self.room / "pgpass"
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._as = self._ordinary()

    @property
    def url(self) -> str:
        """Return the address, without a password."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def environment(self) -> dict[str, str]:
        """Return what a program needs to find the server and be let in."""
        return {"TAPAK_PG": self.url, "PGPASSFILE": str(self.passfile)}

    def __enter__(self) -> Self:
        """Make the cluster and start it."""
        try:
            self._initialise()
            self.start()
            self._fill()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it and take it away."""
        self.remove()

    def start(self) -> None:
        """Start the server and wait until it lets somebody in."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "60",
            "shared_buffers": "64MB",
            "logging_collector": "off",
        }
        command = [str(self.bin / "postgres"), "-D", str(self.room / "data")]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with (self.room / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **self._as)  # noqa: S603 - PostgreSQL's own program
        self._wait()

    def kill(self) -> None:
        """End the server as a power cut would: at once, all of it, with nothing folded away."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None
            time.sleep(0.5)  # its children see that it is gone and end

    def stop(self) -> None:
        """Stop the server without waiting for whoever is still connected."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait()
            self._process = None

    def remove(self) -> None:
        """Stop the server and take its folder away."""
        self.stop()
        shutil.rmtree(self.room, ignore_errors=True)

    def _ordinary(self) -> dict[str, Any]:
        """Say as whom the server runs: as we do, or as an ordinary user when we are root."""
        if os.name != "posix" or os.getuid() != 0:
            return {}
        import pwd

        for name in ORDINARY:
            try:
                known = pwd.getpwnam(name)
            except KeyError:
                continue
            os.chown(self.room, known.pw_uid, known.pw_gid)
            return {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": [], "cwd": "/"}
        message = f"no ordinary user: {', '.join(ORDINARY)}"
        raise NoServerError(message)

    def _initialise(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._passwords = {who: secrets.token_hex(16) for who in ("postgres", USER)}
        lines = [f"127.0.0.1:{self.port}:*:{who}:{word}" for who, word in self._passwords.items()]
        self.passfile.write_text("\n".join(lines) + "\n")
        self.passfile.chmod(0o600)
        first = self.room / "first"
        first.write_text(self._passwords["postgres"])
        if self._as:
            os.chown(first, self._as["user"], self._as["group"])
        command = [self.bin / "initdb", "-D", self.room / "data", "-U", "postgres", "-E", "UTF8"]
        command += ["--auth=scram-sha-256", f"--pwfile={first}", "--no-sync", "--locale=C.UTF-8"]
        words = [str(word) for word in command]
        told: dict[str, Any] = {"capture_output": True, "text": True, **self._as}
        done = subprocess.run(words, check=False, **told)  # noqa: S603 - PostgreSQL's own program
        first.unlink()
        if done.returncode:
            raise NoServerError(done.stderr.strip())

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self._process is not None and self._process.poll() is not None:
                raise NoServerError((self.room / "log").read_text(errors="replace")[-2000:])
            if self.sql("SELECT 1", check=False) == 0:
                return
            time.sleep(0.1)
        message = "the server does not answer"
        raise NoServerError(message)

    def _fill(self) -> None:
        word = self._passwords[USER]
        self.sql(f"CREATE ROLE {USER} LOGIN PASSWORD '{word}'")
        self.sql(f"CREATE DATABASE {DATABASE} OWNER {USER}")
        self.sql("CREATE EXTENSION postgis", database=DATABASE)

    def sql(self, statement: str, *, database: str = "postgres", check: bool = True) -> int:
        """Run a statement as the server's own administrator; return psql's exit code."""
        command = [str(self.bin / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-w"]
        command += ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database]
        env = os.environ | {"PGPASSFILE": str(self.passfile)}
        words = [*command, "-c", statement]
        done = subprocess.run(words, env=env, capture_output=True, check=False)  # noqa: S603 - PostgreSQL's own program
        if check and done.returncode:
            raise NoServerError(done.stderr.decode(errors="replace"))
        return done.returncode


def main() -> int:
    """Run the words after ``--`` beside a server; its exit code is theirs."""
    command = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]
    if not command:
        sys.stderr.write((__doc__ or "") + "\n")
        return 2
    try:
        with Cluster() as cluster:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave by the door
            env = os.environ | cluster.environment
            return subprocess.run(command, env=env, check=False).returncode  # noqa: S603 - what we were asked to run
    except NoServerError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())

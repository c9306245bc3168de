"""A server on this machine that answers as the sources on the internet do, faults included."""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

RECORDED = Path(__file__).with_name("answers")


@dataclass(frozen=True)
class Reply:
    """One answer. ``cut_at`` drops the line after so many bytes; ``pause_s`` between blocks."""

    body: bytes = b""
    status: int = 200
    headers: dict = field(default_factory=dict)
    etag: str = ""
    modified: str = ""
    ranges: bool = True
    cut_at: int | None = None
    wait_s: float = 0.0
    pause_s: float = 0.0
    block: int = 1 << 16


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict
    body: bytes


class Loopback:
    """Answers by path: a list of replies is used up in turn, its last one stays."""

    def __init__(self, port):
        self.port = port
        self.base = f"http://127.0.0.1:{port}"
        self.routes = {}
        self.asked = []
        self._used = defaultdict(int)
        self._lock = threading.Lock()

    def on(self, path, *replies):
        """Answer a path (without its query) with these, or with what a function of `Asked` says."""
        self.routes[path] = replies

    def recorded(self, path, name, **more):
        """Answer with a file of ``recorded/``; ``{base}`` in it becomes this server's address."""
        text = (RECORDED / name).read_bytes().replace(b"{base}", self.base.encode())
        self.on(path, Reply(text, **more))

    def reply(self, asked):
        with self._lock:
            self.asked.append(asked)
            path = asked.path.split("?")[0]
            replies = self.routes.get(path)
            if replies is None:
                return Reply(b"nothing here", status=404)
            at = min(self._used[path], len(replies) - 1)
            self._used[path] += 1
        return replies[at](asked) if callable(replies[at]) else replies[at]

    def paths(self):
        return [asked.path.split("?")[0] for asked in self.asked]


def _handler(loopback):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args):
            pass

        def do_GET(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            asked = Asked(self.command, self.path, dict(self.headers), body)
            try:
                self._send(loopback.reply(asked), asked)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_POST = do_GET  # noqa: N815 - the name http.server looks for

        def _send(self, reply, asked):
            time.sleep(reply.wait_s)
            status, body, more = _ranged(reply, asked.headers)
            self.send_response(status)
            told = {"ETag": reply.etag, "Last-Modified": reply.modified, **reply.headers, **more}
            told.setdefault("Content-Length", str(len(body)))
            for name, value in told.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            sent = body if reply.cut_at is None else body[: reply.cut_at]
            for start in range(0, len(sent), reply.block):
                self.wfile.write(sent[start : start + reply.block])
                self.wfile.flush()
                time.sleep(reply.pause_s)
            if reply.cut_at is not None:
                self.close_connection = True
                self.connection.close()

    return Handler


def _ranged(reply, headers):
    """Answer Range, If-Range, If-None-Match and If-Modified-Since as a file server does."""
    marks = {reply.etag, reply.modified} - {""}
    if reply.status == 200 and (
        headers.get("If-None-Match") in marks or headers.get("If-Modified-Since") in marks
    ):
        return 304, b"", {}
    found = re.fullmatch(r"bytes=(\d+)-", headers.get("Range", ""))
    if reply.status != 200 or not found or not reply.ranges:
        return reply.status, reply.body, {}
    if headers.get("If-Range") not in marks:
        return 200, reply.body, {}
    start, size = int(found.group(1)), len(reply.body)
    if start >= size:
        return 416, b"", {"Content-Range": f"bytes */{size}"}
    told = {"Content-Range": f"bytes {start}-{size - 1}/{size}"}
    return 206, reply.body[start:], told


@contextmanager
def serving():
    """Run a `Loopback` on a free port for the length of the block."""
    loopback = Loopback(0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(loopback))
    server.daemon_threads = True
    loopback.port = server.server_address[1]
    loopback.base = f"http://127.0.0.1:{loopback.port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield loopback
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

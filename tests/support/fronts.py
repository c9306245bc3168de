"""nginx and Caddy in front of the app, with the project's own files and a certificate made here."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from needed import program
from served import free_port

SERVER = Path(__file__).parents[2] / "tools" / "server"
NAME = "tapak.localhost"
EXAMPLE = "tapak.contoh.go.id"


def certificate(folder):
    """Make a certificate of a day for the name, signed by itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tapak.pem").write_bytes(made.public_bytes(pem))
    (folder / "tapak.key").write_bytes(key.private_bytes(pem, *plain))


def nginx_config(folder, *, app, https, http):
    """The project's nginx.conf for these ports and this name, inside a whole configuration."""
    site = (SERVER / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        (EXAMPLE, NAME),
        ("listen 443", f"listen 127.0.0.1:{https}"),
        ("listen 80", f"listen 127.0.0.1:{http}"),
        ("/etc/ssl/tapak", str(folder)),
        ("127.0.0.1:8501", f"127.0.0.1:{app}"),
    ):
        assert old in site
        site = site.replace(old, new)
    user = "user root;\n" if os.geteuid() == 0 else ""
    paths = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
    whole += f"events {{}}\nhttp {{\n{paths}    access_log {folder}/access.log;\n{site}\n}}\n"
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    return folder / "nginx.conf"


def caddy_config(folder, *, app, https, http):
    """The project's Caddyfile for these ports, this name and a certificate of our own."""
    site = (SERVER / "Caddyfile").read_text(encoding="utf-8")
    own = (
        f"https://{NAME}:{https} {{\n\tbind 127.0.0.1\n\ttls {folder}/tapak.pem {folder}/tapak.key"
    )
    for old, new in (
        (f"{EXAMPLE} {{", own),
        ("admin off", f"admin off\n\tauto_https disable_redirects\n\thttp_port {http}"),
        ("127.0.0.1:8501", f"127.0.0.1:{app}"),
        ("/var/log/caddy", str(folder)),
    ):
        assert old in site
        site = site.replace(old, new)
    (folder / "Caddyfile").write_text(site, encoding="utf-8")
    return folder / "Caddyfile"


COMMANDS = {
    "nginx": lambda at: ["nginx", "-p", str(at.parent), "-c", str(at)],
    "caddy": lambda at: ["caddy", "run", "--adapter", "caddyfile", "--config", str(at)],
}
CONFIGS = {"nginx": nginx_config, "caddy": caddy_config}


@contextmanager
def front(kind, folder, *, app, https):
    """Run a proxy in front of an app on this machine; yields its plain-http port."""
    program(kind)
    certificate(folder)
    http = free_port()
    config = CONFIGS[kind](folder, app=app, https=https, http=http)
    own = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    log = folder / "front.log"
    with log.open("wb") as out:
        process = subprocess.Popen(COMMANDS[kind](config), stdout=out, stderr=out, env=own)
    try:
        import socket

        until = time.monotonic() + 20
        while True:
            assert process.poll() is None, log.read_text(errors="replace")
            try:
                socket.create_connection(("127.0.0.1", https), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < until, log.read_text(errors="replace")
                time.sleep(0.1)
        yield http
    finally:
        process.terminate()
        process.wait(timeout=20)

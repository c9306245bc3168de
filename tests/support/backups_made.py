"""Backups made by hand: another program's, an older one's, and hostile ones."""

import hashlib
import io
import json
import tarfile

from data.backup_age import Sealed


def archive(path, entries, secret):
    """Write an encrypted tar of (TarInfo, bytes) as Python's own tarfile does."""
    with path.open("wb") as raw:
        sealed = Sealed(raw, secret, work=4)
        with tarfile.open(fileobj=sealed, mode="w|", format=tarfile.PAX_FORMAT) as out:
            for entry, body in entries:
                out.addfile(entry, io.BytesIO(body))
        sealed.close()
    return path


def member(name, body=b"", **told):
    entry = tarfile.TarInfo(name)
    entry.size = len(body)
    for key, value in told.items():
        setattr(entry, key, value)
    return entry, body


def remade(path, members, secret, *, change=lambda _name, raw: raw, more=()):
    """Write the members of a backup again, each as `change` leaves it, with a manifest that fits."""
    members = {name: change(name, raw) for name, raw in members.items()}
    manifest = json.loads(members.pop("manifest.json"))
    manifest["members"] = [
        {"name": n, "bytes": len(r), "sha256": hashlib.sha256(r).hexdigest()}
        for n, r in members.items()
    ]
    rows = {}
    for name, raw in members.items():
        if name.startswith("store/"):
            table = name.removeprefix("store/").rpartition("-")[0]
            rows[table] = rows.get(table, 0) + len(raw.splitlines())
    manifest["rows"] = rows
    body = json.dumps(manifest).encode()
    entries = [member(n, r) for n, r in members.items()]
    return archive(path, [*entries, *more, member("manifest.json", body)], secret)

"""The databases' own faults by code: which sentence says what happened and what to do next."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm.exc import StaleDataError

from geo.errors import StudyError

_LITE = {
    "SQLITE_BUSY": "store.busy",
    "SQLITE_LOCKED": "store.busy",
    "SQLITE_FULL": "store.disk_full",
    "SQLITE_IOERR": "store.disk_full",
    "SQLITE_READONLY": "store.read_only",
    "SQLITE_CANTOPEN": "store.read_only",
    "SQLITE_PERM": "store.read_only",
    "SQLITE_NOTADB": "store.not_a_database",
    "SQLITE_CORRUPT": "store.not_a_database",
}
_STATES = {
    "08": "store.away",
    "28": "store.refused",
    "3D": "store.no_database",
    "40": "store.server_busy",
    "53": "store.server_full",
    "57": "store.away",
    "58": "store.server_full",
    "XX": "store.server_broken",
    "25006": "store.server_read_only",
    "3F000": "store.no_schema",
    "42501": "store.no_schema",
    "53300": "store.server_busy",
    "55P03": "store.server_busy",
    "57014": "store.server_busy",
}
"""By SQLSTATE, else by its class (the first two signs)."""


def code_of(fault: Any) -> str | None:
    """Return the sentence for a driver's fault, or None for a defect of ours.

    Parameters
    ----------
    fault : exception
        Of sqlite3 or psycopg.
    """
    primary = "_".join(str(getattr(fault, "sqlite_errorname", "")).split("_")[:2])
    if primary in _LITE:
        return _LITE[primary]
    if not type(fault).__module__.startswith("psycopg"):
        return None
    state = getattr(fault, "sqlstate", None)
    if state:
        return _STATES.get(state) or _STATES.get(state[:2])
    return _without_state(fault) if type(fault).__name__ == "OperationalError" else None


def _without_state(fault: Any) -> str:
    """Judge a connection that was never made: libpq gives its faults no number."""
    connection, told = getattr(fault, "pgconn", None), str(fault)
    if "does not exist" in told and "database" in told:
        return "store.no_database"
    if "too many" in told or "slots are reserved" in told:
        return "store.server_busy"
    asked = connection is not None and (connection.needs_password or connection.used_password)
    signs = ("password", "pg_hba.conf", "authentication", "role ")
    return "store.refused" if asked or any(sign in told for sign in signs) else "store.away"


@contextmanager
def plain_faults(name: str) -> Iterator[None]:
    """Turn the database's own faults into a `StudyError` that a planner can act on.

    Parameters
    ----------
    name : str
        What the store is called in the sentence.
    """
    try:
        yield
    except StaleDataError as fault:
        raise StudyError("store.stale") from fault
    except DatabaseError as fault:
        code = code_of(fault.orig)
        if code is None:  # a defect of ours, not of the disk or of a neighbour
            raise
        raise StudyError(code, file=name) from fault
    except Exception as fault:  # the driver's own, from COPY
        code = code_of(fault) if "psycopg" in sys.modules else None
        if code is None:
            raise
        raise StudyError(code, file=name) from fault

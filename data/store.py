"""The study's store: files, candidates, register values and runs, kept whole or not at all."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from data import tables_of_store as tables
from data.bulk import drop_old_values, put_candidates, put_values
from data.conflicts import ConflictError
from data.database import Place, engine_of, plain_faults, reading, shown_name, writing
from data.migrate import upgrade
from data.records import CandidateRecord, FileRecord, RunRecord, now_utc
from data.schema import Base, Candidate
from data.server import held
from data.store_access import AccessStore
from data.store_field import FieldStore
from data.store_life import LifeStore
from data.store_scenarios import ScenarioStore
from geo.errors import StudyError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_FILE = Base.metadata.tables["file"]
_CANDIDATE = Base.metadata.tables["candidate"]
_RUN = Base.metadata.tables["run"]


class Store(ScenarioStore, FieldStore, LifeStore, AccessStore):
    """One study's store; open it with `Store.open`, use it in a ``with`` block or `close` it.

    Safe to share between threads. Every method is one transaction of its own unless it is called
    inside `transaction`, which makes several of them one.
    """

    def __init__(self, engine: sa.Engine, *, name: str) -> None:
        self._engine = engine
        self._name = name
        self._current = threading.local()

    @classmethod
    def open(cls, place: Place, *, wait_s: float = 30.0) -> Self:
        """Open a store, making it when it is not there and bringing it to the newest schema.

        Parameters
        ----------
        place : str, Path or Server
            An SQLite file, or a schema on a server.
        wait_s : float
            Seconds to wait for another process that is writing.

        Raises
        ------
        StudyError
            When the file is no store, cannot be written, is busy, or was made by a newer Tapak;
            when the server is away, refuses the account, or has no PostGIS.
        """
        store = cls(engine_of(place, wait_s=wait_s), name=shown_name(place))
        try:
            with plain_faults(store._name):
                upgrade(store._engine)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Let go of the file; SQLite then folds its journal into it.

        Connections to a server stay open for the next opening in this process.
        """
        if self._engine.dialect.name == "sqlite":
            self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Make everything this thread stores in the block land together, or not at all."""
        with self._writing() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one moment of the store; for copies and comparisons."""
        with self._reading() as connection:
            yield connection

    @contextmanager
    def held(self, *, wait_s: float, folder: str) -> Iterator[None]:
        """Keep every other machine from writing, where the store is on a server.

        Raises
        ------
        StudyError
            ``study.locked`` when somebody else holds the study; ``store.away`` from whatever is
            stored in the block after the server let go of it.
        """
        lite = self._engine.dialect.name == "sqlite"
        holding = held(self._engine, wait_s=wait_s, folder=folder) if not lite else nullcontext()
        with plain_faults(self._name), holding as lock:
            self._current.lock = lock
            try:
                yield
            finally:
                self._current.lock = None

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        joined: sa.Connection | None = getattr(self._current, "connection", None)
        if joined is not None:
            with plain_faults(self._name):
                yield joined
            return
        with plain_faults(self._name), writing(self._engine) as connection:
            self._current.connection = connection
            try:
                yield connection
                lock = getattr(self._current, "lock", None)
                if lock is not None:  # a server started again forgot whose turn it was
                    lock.execute("SELECT 1")
            finally:
                self._current.connection = None

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        joined: sa.Connection | None = getattr(self._current, "connection", None)
        if joined is not None:  # sees what the open transaction has stored so far
            yield joined
            return
        with plain_faults(self._name), reading(self._engine) as connection:
            yield connection

    # -- files

    def put_file(self, file: FileRecord) -> FileRecord:
        """Store a file's record; returns it with its id and the time it was stored.

        An older record of the same bytes as the same kind is superseded by it.
        """
        stamped = replace(file, added_at=file.added_at or now_utc())
        row = asdict(stamped)
        del row["id"]
        same = (_FILE.c.kind == file.kind) & (_FILE.c.sha256 == file.sha256)
        with self._writing() as connection:
            connection.execute(sa.update(_FILE).where(same).values(superseded=True))
            added = connection.execute(sa.insert(_FILE).values(row).returning(_FILE.c.id))
            return replace(stamped, id=added.scalar_one())

    def files(self, *, current_only: bool = True) -> tuple[FileRecord, ...]:
        """Return the files in the order they were added, without superseded ones by default."""
        query = sa.select(_FILE).order_by(_FILE.c.id)
        if current_only:
            query = query.where(_FILE.c.superseded.is_(False))
        with self._reading() as connection:
            return tuple(FileRecord(**row) for row in connection.execute(query).mappings())

    def supersede(self, kind: str) -> None:
        """Mark the current files of a kind as replaced; they stay on record for older runs."""
        changed = sa.update(_FILE).where(_FILE.c.kind == kind).values(superseded=True)
        with self._writing() as connection:
            connection.execute(changed)

    # -- candidates and what their registers say

    def merge_assets(
        self, file: FileRecord, sites: gpd.GeoDataFrame, register: pd.DataFrame
    ) -> None:
        """Store a register's candidates and values, in one transaction.

        A candidate that is there already is replaced, and so is every register value this file
        gives anew; what only an earlier file tells (the land of KIB A, when KIB C comes after it)
        stays. Candidates this file does not name stay as they are, and evidence from visits is
        never touched.

        Parameters
        ----------
        file : FileRecord
            The file they came from, as `put_file` returned it.
        sites : GeoDataFrame
            EPSG:4326, one row a candidate (`data.assets`).
        register : DataFrame
            Long form: candidate, key, value, category, unit, year, row.
        """
        if file.id is None:
            msg = "store the file before its candidates"
            raise ValueError(msg)
        candidates = tables.candidate_columns(sites, file_id=file.id)
        values = tables.register_columns(register, file_id=file.id, sha256=file.sha256)
        with self._writing() as connection:
            known = set(connection.scalars(sa.select(_CANDIDATE.c.id)))
            put_candidates(connection, candidates)
            told = zip(values["candidate"], values["criterion"], strict=True)
            gone = [pair for pair in told if pair[0] in known]  # nobody new has old values
            if gone:
                of, keys = zip(*gone, strict=True)
                drop_old_values(connection, tables.REGISTER, {"gone": of, "key": keys})
            put_values(connection, values)

    def candidates(self) -> gpd.GeoDataFrame:
        """Return every candidate by id (EPSG:4326, None where no point is known)."""
        with self._reading() as connection:
            return tables.read_sites(connection)

    def register_values(self) -> pd.DataFrame:
        """Return what the registers say, in long form, with each value's file."""
        with self._reading() as connection:
            return tables.read_register(connection)

    def candidate(self, candidate_id: str) -> CandidateRecord:
        """Return one candidate; StudyError ``store.no_candidate`` when there is none."""
        with self._reading() as connection, Session(bind=connection) as session:
            return tables.candidate_record(_found(session, candidate_id))

    def save_candidate(self, record: CandidateRecord) -> CandidateRecord:
        """Save an edited candidate and return it with its new version.

        Raises
        ------
        ConflictError
            ``store.stale`` with both versions when somebody saved a newer one since `record` was
            read.
        StudyError
            ``store.no_candidate`` when it is not there.
        """
        with self._writing() as connection, Session(bind=connection) as session:
            now = tables.candidate_record(_found(session, record.id))
            if now.version != record.version:
                raise ConflictError("store.stale", mine=record, theirs=now)
            saved = session.merge(tables.candidate_entity(record))
            session.flush()
            return tables.candidate_record(saved)

    # -- runs

    def add_run(self, run: RunRecord) -> None:
        """Record a run with its result."""
        if run.result is None:
            msg = "a run is recorded with its result"
            raise ValueError(msg)
        row = asdict(run) | {"result": zlib.compress(run.result.encode(), level=1)}
        with self._writing() as connection:
            connection.execute(sa.insert(_RUN).values(row))

    def runs(self) -> tuple[RunRecord, ...]:
        """Return every run in the order recorded, without the results themselves."""
        told = [column for column in _RUN.c if column.name not in {"number", "result"}]
        query = sa.select(*told).order_by(_RUN.c.number)
        with self._reading() as connection:
            return tuple(RunRecord(**row) for row in connection.execute(query).mappings())

    def run(self, run_id: str) -> RunRecord:
        """Return one run with its result; StudyError ``store.no_run`` when there is none."""
        with self._reading() as connection:
            row = connection.execute(sa.select(_RUN).where(_RUN.c.id == run_id)).mappings().first()
        if row is None:
            raise StudyError("store.no_run", run=run_id)
        told = {name: value for name, value in row.items() if name != "number"}
        return RunRecord(**told | {"result": zlib.decompress(row["result"]).decode()})


def _found(session: Session, candidate_id: str) -> Candidate:
    found = session.get(Candidate, candidate_id)
    if found is None:
        raise StudyError("store.no_candidate", site=candidate_id)
    return found

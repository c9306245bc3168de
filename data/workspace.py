"""A study is a folder: make one, open one, keep its inputs, name its cache and its output."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from data.footing import refuse_occupied, room_beside
from data.inputs import as_given, keep_bytes, safe_name
from data.kept_in import DATABASE, place_in, place_of
from data.records import FileRecord
from data.settings import FILE, Settings, read_settings
from data.study_lock import locked
from data.study_text import new_study_text
from geo.errors import InputError, StudyError

if TYPE_CHECKING:
    from data.server import Server
    from data.store import Store

__all__ = ["DATABASE", "Study", "create_study", "open_study"]

_FOLDERS = ("inputs", "cache", "out")


@dataclass(frozen=True, slots=True)
class Study:
    """An open study; use it in a ``with`` block or `close` it."""

    folder: Path
    settings: Settings
    store: Store

    @property
    def place(self) -> Path | Server:
        """Where the store is: the folder's own file, or a schema on a server."""
        return place_in(self.folder, self.settings)

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

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
    def locked(self, *, wait_s: float = 0.0) -> Iterator[None]:
        """Keep every other process and thread from writing; see `data.study_lock.locked`.

        Where the store is on a server, no process of another machine writes either.

        Raises
        ------
        StudyError
            ``study.locked``; ``study.moved`` when the study's store was moved since it was opened.
        """
        name = self.folder.name
        with locked(self.folder, wait_s=wait_s), self.store.held(wait_s=wait_s, folder=name):
            if place_of(self.folder) != self.place:  # whoever waited here may have waited for that
                raise StudyError("study.moved", folder=name)
            yield

    def keep_input(
        self,
        path: Path,
        kind: str,
        *,
        options: Mapping[str, object] | None = None,
        source: str = "",
        licence: str = "",
    ) -> FileRecord:
        """Copy a file into ``inputs/`` as it is and describe it; the store does not know it yet.

        Parameters
        ----------
        path : Path
            Any file. A ``.shp`` is kept with its siblings as one zip.
        kind : str
            What it is read as.
        options : mapping, optional
            How it is read (CRS, columns …), kept for the next time.
        source, licence : str
            Where it comes from and on what terms.

        Returns
        -------
        FileRecord
            Without id; hand it to ``store.put_file``.

        Raises
        ------
        InputError
            When the file is missing, empty, unreadable, or changes while it is copied.
        """
        try:
            with as_given(path) as (given, name):
                kept, digest = keep_bytes(given, self.folder / "inputs", name=name)
        except OSError as fault:
            raise InputError("study.input_unreadable", file=path.name) from fault
        return FileRecord(
            kind=kind,
            name=path.name,
            path=kept.name,
            sha256=digest,
            bytes=kept.stat().st_size,
            options=dict(options or {}),
            source=source,
            licence=licence,
        )

    @contextmanager
    def adding(self, path: Path, kind: str, **told: Any) -> Iterator[FileRecord]:
        """Keep an input for the length of the block, and for good when the block succeeds.

        The block reads ``input_path(file)`` and stores what it read in one ``store.transaction``.
        When it raises, the copy is taken away again unless another record needs it.
        """
        file = self.keep_input(path, kind, **told)
        try:
            yield file
        except BaseException:
            if all(known.path != file.path for known in self.store.files(current_only=False)):
                with suppress(
                    OSError
                ):  # an orphan copy harms nobody; the fault itself is what counts
                    self.input_path(file).unlink(missing_ok=True)
            raise

    def input_path(self, file: FileRecord) -> Path:
        """Return where an input is kept."""
        return self.folder / "inputs" / file.path

    def cache_path(self, kind: str, key: str, suffix: str) -> Path:
        """Return the cache's path for what has this key; its folder is made.

        Parameters
        ----------
        kind : str
            What is kept, such as ``"layer"``: a folder of its own.
        key : str
            Hash of everything it was made from.
        suffix : str
            With its dot.
        """
        path = self.folder / "cache" / safe_name(kind) / f"{safe_name(key)}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def out_path(self, name: str) -> Path:
        """Return the path of an output of this name in ``out/``, which is made when missing."""
        out = self.folder / "out"
        out.mkdir(exist_ok=True)
        return out / safe_name(name)


def open_study(folder: Path) -> Study:
    """Open a study, bringing its store to the newest schema.

    Raises
    ------
    StudyError
        ``study.not_a_study`` when there is no study.toml in `folder`, or what the store says.
    InputError
        When study.toml has faults; the sentence lists them.
    """
    from data.store import Store  # loads SQLAlchemy, which a command refused early does without

    folder = folder.absolute()
    if not (folder / FILE).is_file():
        raise StudyError("study.not_a_study", folder=folder.name)
    settings = read_settings(folder / FILE)
    try:
        for name in _FOLDERS:
            (folder / name).mkdir(exist_ok=True)  # git keeps no empty folder; cache may be deleted
    except OSError as fault:
        raise StudyError("study.not_writable", folder=folder.name) from fault
    place = place_in(folder, settings)
    _refuse_left_behind(folder, place)
    return Study(folder, settings, Store.open(place))


def _refuse_left_behind(folder: Path, place: Path | Server) -> None:
    """Refuse a server that was written into study.toml by hand, while the rows are still here."""
    if isinstance(place, Path) or not (folder / DATABASE).is_file():
        return
    from data.server import schemas_of

    if place.schema not in schemas_of(place):
        raise StudyError("study.not_moved", folder=folder.name)


def create_study(folder: Path, *, name: str, overwrite: bool = False, **told: Any) -> Study:
    """Make a study folder and open it; it stands there whole, or nothing has changed.

    Parameters
    ----------
    folder : Path
        A folder that is not there yet, or is empty.
    name : str
        The study's name.
    overwrite : bool
        Replace a study that is there. A folder that holds anything but a study is never replaced.
    **told
        Passed to `data.study_text.new_study_text` (utm_zone, language, programmes, bounds).

    Raises
    ------
    StudyError
        When something is there already, or the folder cannot be written.
    """
    folder = folder.absolute()
    refuse_occupied(folder, overwrite=overwrite)
    text = new_study_text(name, **told)
    room = room_beside(folder)
    try:
        _fill(room / "new", text)
        _put_in_place(room, folder)
    except OSError as fault:
        raise StudyError("study.not_writable", folder=folder.name) from fault
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return open_study(folder)


@contextmanager
def built_beside(folder: Path, *, name: str) -> Iterator[tuple[Path, Path]]:
    """Yield an empty study beside `folder`, and a room for files; it takes its place at the end.

    What is cut short leaves nothing behind, neither at `folder` nor beside it.
    """
    create_study(folder, name=name).close()  # refuses an occupied folder before any work is done
    room = room_beside(folder)
    try:
        made = room / "studi"
        create_study(made, name=name).close()
        yield made, room
        shutil.rmtree(folder)
        made.replace(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _fill(folder: Path, text: str) -> None:
    from data.store import Store

    folder.mkdir()
    for name in _FOLDERS:
        (folder / name).mkdir()
    (folder / FILE).write_text(text, encoding="utf-8")
    Store.open(folder / DATABASE).close()


def _put_in_place(room: Path, folder: Path) -> None:
    """Swap the new folder in; when that fails, what stood there before stands there again."""
    old = room / "old"
    if folder.exists():
        with locked(folder):  # nobody is writing into what is about to go
            pass
        folder.replace(old)
    try:
        (room / "new").replace(folder)
    except OSError:
        if old.exists():
            old.replace(folder)
        raise

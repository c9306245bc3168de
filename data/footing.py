"""Where a study is to stand: a folder that is free, and a room beside it on the same disk."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp

from data.settings import FILE
from geo.errors import StudyError


def room_beside(folder: Path) -> Path:
    """Make a hidden folder on the disk where a study is to stand."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Path(mkdtemp(prefix=".tapak-", dir=folder.parent))
    except OSError as fault:
        raise StudyError("study.not_writable", folder=folder.parent.name) from fault


def refuse_occupied(folder: Path, *, overwrite: bool = False) -> None:
    """Refuse a folder that holds anything, but a study that may be replaced."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise StudyError("study.not_a_folder", folder=folder.name)
    if (folder / FILE).is_file():
        if not overwrite:
            raise StudyError("study.exists", folder=folder.name)
    elif any(folder.iterdir()):
        raise StudyError("study.folder_not_empty", folder=folder.name)

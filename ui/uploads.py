"""Files that people bring: kept in a room of the session, under safe names, known by content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import streamlit as st

import words
from data.files.guard import MEBIBYTE, check_file
from data.hashes import sha256_hex
from data.inputs import safe_name
from geo.errors import InputError
from geo.files import written_whole
from ui.parts import css_text

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

MOST_MEBIBYTES = 50
_ROOM = "tapak-uploads"


def kept_uploads(files: Sequence[UploadedFile]) -> list[Path]:
    """Write uploads where a reader in another process finds them, and look at what they are.

    The room is the session's own and goes with it; no name of an upload leads out of it.

    Raises
    ------
    InputError
        ``guard.too_big``, or what `data.files.guard.check_file` says of the content.
    """
    room: TemporaryDirectory[str] = st.session_state.setdefault(
        _ROOM, TemporaryDirectory(prefix="tapak-", ignore_cleanup_errors=True)
    )
    kept = []
    for file in files:
        if file.size > MOST_MEBIBYTES * MEBIBYTE:
            size = file.size // MEBIBYTE
            told = {"file": file.name, "size_mb": size, "limit_mb": MOST_MEBIBYTES}
            raise InputError("guard.too_big", **told)
        raw = file.getvalue()
        path = Path(room.name) / sha256_hex(raw)[:16] / safe_name(file.name)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            with written_whole(path) as temporary:
                temporary.write_bytes(raw)
        check_file(path)
        kept.append(path)
    return kept


def upload(label: str, *, key: str, many: bool = False) -> list[UploadedFile]:
    """Show the place where files are dropped or chosen, in our own words."""
    our_words()
    if many:
        return list(st.file_uploader(label, accept_multiple_files=True, key=key))
    given = st.file_uploader(label, key=key)
    return [] if given is None else [given]


def our_words() -> None:
    """Put our words over Streamlit's own, which it says in English only."""
    limit = words.say("ui.upload.limit", n=MOST_MEBIBYTES)
    told = {"ui.upload.browse": words.say("ui.upload.browse"), "ui.upload.limit": limit}
    browse, drop = (css_text(told[code]) for code in told)
    st.html(
        "<style>[data-testid=stFileUploaderDropzoneInstructions] *{display:none}"
        f"[data-testid=stFileUploaderDropzoneInstructions]::after{{content:{drop};font-size:14px}}"
        "[data-testid=stFileUploaderDropzone] button>*{position:absolute;width:1px;height:1px;"
        "overflow:hidden;clip-path:inset(50%)}"
        f"[data-testid=stFileUploaderDropzone] button::after{{content:{browse}}}</style>"
    )

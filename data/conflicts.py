"""Two people changed the same thing: both versions, for a person to choose from."""

from __future__ import annotations

from geo.errors import StudyError


class ConflictError(StudyError):
    """Somebody saved a newer version first; nothing of it is overwritten unseen.

    Parameters
    ----------
    code : str
        Key of the sentence.
    mine, theirs : object
        What was to be saved, and what stands now; of the same kind.
    **fields
        Values for the sentence's placeholders.
    """

    def __init__(self, code: str, /, *, mine: object, theirs: object, **fields: object) -> None:
        super().__init__(code, **fields)
        self.mine = mine
        self.theirs = theirs

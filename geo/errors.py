"""What can go wrong, said by code and fields; the sentence itself is made in `words`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import words


class TapakError(Exception):
    """A fault that a person can understand and mend.

    Parameters
    ----------
    code : str
        Key of the sentence in the catalogues; the sentence says what is wrong and what to do.
    **fields
        Values for the sentence's placeholders.
    """

    exit_code = 1

    def __init__(self, code: str, /, **fields: object) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields

    def say(self, *, lang: str | None = None) -> str:
        """Make the one plain sentence for this fault."""
        return words.say(self.code, lang=lang, **self.fields)

    def __str__(self) -> str:
        return self.say()


class InputError(TapakError, ValueError):
    """A file or value from outside cannot be used as it is."""


class CrsError(TapakError, ValueError):
    """A coordinate reference system is missing or of the wrong kind."""


class StudyError(TapakError):
    """A study folder is missing, locked, or contradicts itself."""


class UsageError(TapakError, ValueError):
    """A command was called in a way it does not know."""

    exit_code = 2


class NotAllowedError(TapakError):
    """Somebody's role does not allow what they tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One line of a reader's report: which row, what was found, what to do about it.

    ``code`` is the sentence for what was found, ``code + ".fix"`` the one for the way out.
    ``row`` is the sheet's own 1-based row, or None when the note concerns the whole file.
    """

    row: int | None
    code: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def reason(self, *, lang: str | None = None) -> str:
        """Say what was found."""
        return words.say(self.code, lang=lang, **self.fields)

    def fix(self, *, lang: str | None = None) -> str:
        """Say the way out."""
        return words.say(f"{self.code}.fix", lang=lang, **self.fields)

    def as_json(self, *, lang: str | None = None) -> dict[str, object]:
        """Return ``{row, reason, fix}``, the form the command line promises."""
        return {"row": self.row, "reason": self.reason(lang=lang), "fix": self.fix(lang=lang)}

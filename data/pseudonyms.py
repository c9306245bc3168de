"""Names of surveyors as others see them: the same pseudonym for one name, by a key of the study."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PREFIX = "petugas-"
_MADE = re.compile(r"petugas-[a-z2-7]{6}")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


def folded(name: str) -> str:
    """Write a name the one way it is known by: small letters, single spaces."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonyms:
    """Turns names into pseudonyms, and knows again those that were taken out.

    Parameters
    ----------
    key : bytes
        A secret of the study. Without it nobody can tell whether a pseudonym is somebody's.
    forgotten : mapping of str to int
        Token of a name that was taken out → how many words it has.
    """

    key: bytes
    forgotten: Mapping[str, int] = field(default_factory=dict)

    def token(self, name: str) -> str:
        """Hash a name under the key (HMAC-SHA-256)."""
        return hmac.new(self.key, folded(name).encode(), hashlib.sha256).hexdigest()

    def of(self, name: str) -> str:
        """Return the pseudonym of a name; nobody's is "", and a pseudonym is its own."""
        if not folded(name) or _MADE.fullmatch(name):
            return name if _MADE.fullmatch(name) else ""
        letters = base64.b32encode(bytes.fromhex(self.token(name))[:5])[:6]
        return f"{PREFIX}{letters.decode().lower()}"

    def who(self, text: str) -> str:
        """Do `without` to a cell that says who: there a name of one word is known too."""
        if self.token(words_of(text)) in self.forgotten:
            return self.of(words_of(text))
        return self.without(text)

    def without(self, text: str) -> str:
        """Return a text in which every name that was taken out stands as its pseudonym.

        A name of one word stays: in a text it may be any word ("bagus", "baru").
        """
        for length in sorted(set(self.forgotten.values()) - {0, 1}, reverse=True):
            text = self._without(text, length)
        return text

    def _without(self, text: str, length: int) -> str:
        words = list(_WORD.finditer(text))
        at = len(words) - length
        while at >= 0:
            some = words[at : at + length]
            name = " ".join(word[0] for word in some)
            if self.token(name) in self.forgotten:
                text = text[: some[0].start()] + self.of(name) + text[some[-1].end() :]
                at -= length - 1
            at -= 1
        return text

    def without_all(self, value: Any) -> Any:
        """Do `without` to every text in plain JSON values; keys stay as they are."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, Mapping):
            return {key: self.without_all(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.without_all(one) for one in value]
        return value


def words_of(name: str) -> str:
    """Return a name as `Pseudonyms.without` looks for it: its words without other signs."""
    return " ".join(word[0] for word in _WORD.finditer(name))

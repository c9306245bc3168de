"""Reading and writing age files (age-encryption.org/v1) with a passphrase, in pieces of 64 KiB.

The format is that of the programs age and rage, so a backup can be opened without Tapak
(``age -d``). Their Python binding encrypts with a passphrase only what fits into memory; a study
with a gigabyte of inputs does not.

References
----------
The age file encryption format, https://age-encryption.org/v1 (C2SP): a file key wrapped by
scrypt, a header under HMAC-SHA-256, and a payload in STREAM chunks of ChaCha20-Poly1305.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from typing import TYPE_CHECKING, BinaryIO

from geo.errors import InputError, TapakError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

CHUNK = 1 << 16
WORK = 17
"""log2 of scrypt's cost: 128 MiB and a third of a second for each guess (OWASP's advice)."""
MOST_WORK = 20
"""A file that asks for more than 1 GiB to be opened is refused."""
_VERSION = b"age-encryption.org/v1"
_LABEL = b"age-encryption.org/v1/scrypt"
_TAG, _NONCE, _SALT = 16, 16, 16
_STANZA = re.compile(rb"-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)")


class PassphraseError(TapakError):
    """The passphrase does not open the file; its exit code is its own, so that a script can ask."""

    exit_code = 3


class Sealed:
    """Encrypts what is written to it; `close` writes the last piece, without which it is no file.

    Parameters
    ----------
    out : binary file
        Opened for writing; it stays open.
    passphrase : str
        Taken as UTF-8, as the programs age and rage take it.
    work : int
        log2 of scrypt's cost.
    """

    def __init__(self, out: BinaryIO, passphrase: str, *, work: int = WORK) -> None:
        key = os.urandom(16)
        salt = os.urandom(_SALT)
        wrapped = _aead(_wrapping(passphrase, salt, work)).encrypt(bytes(12), key, None)
        stanza = b"-> scrypt %s %d" % (_b64(salt), work)
        head = b"\n".join((_VERSION, stanza, _b64(wrapped), b"---"))
        nonce = os.urandom(_NONCE)
        out.write(head + b" " + _b64(_mac(key, head)) + b"\n" + nonce)
        self._out, self._cipher = out, _aead(_derived(key, salt=nonce, info=b"payload"))
        self._waiting, self._count = bytearray(), 0

    def write(self, data: bytes) -> int:
        """Take some bytes; a piece that is full is written."""
        self._waiting += data
        at, most = 0, len(self._waiting)
        while most - at > CHUNK:  # a full piece may yet be the last one
            self._put(bytes(self._waiting[at : at + CHUNK]), last=False)
            at += CHUNK
        del self._waiting[:at]
        return len(data)

    def close(self) -> None:
        """Write the last piece, which says that it is the last."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_counter(self._count, last=last), piece, None))
        self._count += 1


class Opened:
    """Decrypts what is read from it, and says so when a byte was changed or the end is missing.

    Raises
    ------
    InputError
        ``private.not_a_backup`` · ``private.too_much_work`` when made, ``private.broken`` when a
        piece is damaged or missing.
    PassphraseError
        ``private.wrong_passphrase``.
    """

    def __init__(self, raw: BinaryIO, passphrase: str, *, name: str) -> None:
        self._raw, self._name = raw, name
        key = self._key(passphrase)
        nonce = raw.read(_NONCE)
        if len(nonce) != _NONCE:
            raise InputError("private.broken", file=name)
        self._cipher = _aead(_derived(key, salt=nonce, info=b"payload"))
        self._waiting, self._at, self._count, self._ended = b"", 0, 0, False
        self._next = raw.read(CHUNK + _TAG)

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all that are left when it is negative; b"" at the end."""
        parts, wanted = [], size
        while wanted != 0:
            if self._at == len(self._waiting):
                if self._ended:
                    break
                self._waiting, self._at = self._piece(), 0
                continue
            end = len(self._waiting) if wanted < 0 else self._at + wanted
            parts.append(self._waiting[self._at : end])
            self._at += len(parts[-1])
            wanted -= len(parts[-1]) if wanted > 0 else 0
        return b"".join(parts)

    def _piece(self) -> bytes:
        from cryptography.exceptions import InvalidTag

        piece, self._next = self._next, self._raw.read(CHUNK + _TAG)
        self._ended = not self._next
        try:
            plain = self._cipher.decrypt(_counter(self._count, last=self._ended), piece, None)
        except (InvalidTag, ValueError) as fault:
            raise InputError("private.broken", file=self._name) from fault
        if self._ended and not plain and self._count:
            raise InputError("private.broken", file=self._name)  # the format allows no such end
        self._count += 1
        return plain

    def _key(self, passphrase: str) -> bytes:
        from cryptography.exceptions import InvalidTag

        version, stanza, body, end = (self._line() for _ in range(4))
        told = _STANZA.fullmatch(stanza)
        if version != _VERSION or told is None or not end.startswith(b"--- "):
            raise InputError("private.not_a_backup", file=self._name)
        if int(told.group(2)) > MOST_WORK:
            raise InputError("private.too_much_work", file=self._name)
        try:
            wrapped, mac = _unb64(body), _unb64(end[4:])
            wrapping = _wrapping(passphrase, _unb64(told.group(1)), int(told.group(2)))
            key = _aead(wrapping).decrypt(bytes(12), wrapped, None)
        except binascii.Error as fault:
            raise InputError("private.broken", file=self._name) from fault
        except InvalidTag as fault:
            raise PassphraseError("private.wrong_passphrase", file=self._name) from fault
        head = b"\n".join((version, stanza, body, b"---"))
        if len(key) != 16 or not hmac.compare_digest(mac, _mac(key, head)):
            raise InputError("private.broken", file=self._name)
        return key

    def _line(self) -> bytes:
        line = self._raw.readline(200)
        if not line.endswith(b"\n"):
            raise InputError("private.not_a_backup", file=self._name)
        return line[:-1]


def _aead(key: bytes) -> ChaCha20Poly1305:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(key)


def _wrapping(passphrase: str, salt: bytes, work: int) -> bytes:
    cost = 1 << work
    return hashlib.scrypt(
        passphrase.encode(),
        salt=_LABEL + salt,
        n=cost,
        r=8,
        p=1,
        maxmem=1100 * cost + (1 << 20),  # it needs 128 · r · (n + 2) bytes
        dklen=32,
    )


def _derived(key: bytes, *, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869) for 32 bytes, which is one round of it."""
    drawn = hmac.digest(salt or bytes(32), key, "sha256")
    return hmac.digest(drawn, info + b"\x01", "sha256")


def _mac(key: bytes, head: bytes) -> bytes:
    return hmac.digest(_derived(key, salt=b"", info=b"header"), head, "sha256")


def _counter(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _b64(raw: bytes) -> bytes:
    return base64.b64encode(raw).rstrip(b"=")


def _unb64(text: bytes) -> bytes:
    """Read canonical base64 without padding, and nothing else."""
    raw = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if _b64(raw) != text:
        msg = "not canonical"
        raise binascii.Error(msg)
    return raw

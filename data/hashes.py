"""Fingerprints of what went into a result: canonical JSON, and the hashes made of it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring  # what json.dumps writes without ensure_ascii
from numbers import Integral, Real


def _plain(value: object) -> object:
    """Turn numpy scalars, mappings and tuples into what JSON knows; refuse NaN and infinity."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        number = float(value)
        if not math.isfinite(number):
            msg = "NaN and infinity have no place in a fingerprint; write None for unknown"
            raise ValueError(msg)
        return number + 0.0  # -0.0 and 0.0 are one number and must give one fingerprint
    if isinstance(value, Mapping):
        return {_key(k): _plain(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [_plain(v) for v in value]
    item = getattr(value, "item", None)  # numpy.bool_ is neither bool nor a number
    if callable(item):
        return _plain(item())
    msg = f"no fingerprint of {type(value).__name__}"
    raise TypeError(msg)


def _key(key: object) -> str:
    if not isinstance(key, str):
        msg = f"keys of a fingerprint are text, not {type(key).__name__}"
        raise TypeError(msg)
    return key


def canonical_json(obj: object) -> bytes:
    """Write `obj` as the one JSON text it has: keys sorted, no spaces, UTF-8.

    Floats are written as Python's shortest text that reads back to the same number, so reading
    the text and writing it again gives the same bytes.

    Raises
    ------
    ValueError
        For NaN and infinity. TypeError for a value or key that JSON does not know.
    """
    text = json.dumps(
        _plain(obj), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def _nine(value: object) -> str:
    """Write a value in one pass: nearly all are built-ins, the rest is made plain first."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, float):
        return _nine_digits(value)
    if isinstance(value, dict):
        inside = [f"{encode_basestring(_key(k))}:{_nine(value[k])}" for k in sorted(value)]
        return f"{{{','.join(inside)}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join([_nine(v) for v in value])}]"
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    return _nine(_plain(value))


def _nine_digits(value: float) -> str:
    if not math.isfinite(value):
        msg = "NaN and infinity have no place in a fingerprint; write None for unknown"
        raise ValueError(msg)
    text = f"{value:.9f}"
    return "0.000000000" if text == "-0.000000000" else text


def result_json(result: object) -> bytes:
    """Write a result as canonical JSON with every float as ``%.9f``.

    Nine digits are what two machines agree on; whole numbers, text and None stay as they are.
    The caller sorts the sites by id and leaves every time out.
    """
    return _nine(result).encode()


def sha256_hex(raw: bytes) -> str:
    """Return the SHA-256 of some bytes as 64 hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest()


def layer_hash(
    kind: str, file_sha256: str, reader_version: int | str, options: Mapping[str, object]
) -> str:
    """Return the fingerprint of a layer: what was read, by which reader, with which settings."""
    parts = {
        "kind": kind,
        "file": file_sha256,
        "reader": str(reader_version),
        "settings": options,
    }
    return sha256_hex(canonical_json(parts))


def record_hash(
    *,
    result_sha256: str,
    inputs: Mapping[str, object],
    scenario: Mapping[str, object],
    software: Mapping[str, object],
    time: str,
    previous: str,
) -> str:
    """Return the fingerprint of a run; it takes in the previous run's, so runs form a chain."""
    parts = {
        "result": result_sha256,
        "inputs": inputs,
        "scenario": scenario,
        "software": software,
        "time": time,
        "previous": previous,
    }
    return sha256_hex(canonical_json(parts))


def run_id(record_sha256: str) -> str:
    """Return the short name of a run: the first twelve digits of its fingerprint."""
    return record_sha256[:12]

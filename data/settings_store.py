"""Where a study's store is: the part ``[store]`` of study.toml, read, written in, and taken out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from data.settings_check import Table

_TEMPLATE = Path(__file__).with_name("study_store.toml")
_SCHEMA = re.compile(r"[a-z][a-z0-9_]{0,47}")
_HEADER = re.compile(r"^[ \t]*\[store\][ \t]*(?:#.*)?(?:\n|$)", re.MULTILINE)
_LINES = re.compile(r"(?:[ \t]*(?:#.*|url\b.*|schema\b.*)?\n)*?[ \t]*(?:url|schema)\b.*(?:\n|$)")
_OPTIONS = frozenset({"host", "port", "service", "sslmode", "sslrootcert"})
"""What an address may say after its question mark: how to get there, never who with what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """A database's address, without a password, and the study's own schema in it."""

    url: str
    schema: str


def read_store(table: Table) -> StoreSettings | None:
    """Take ``[store]`` out of a study.toml; None where the store is the folder's own file."""
    table.known(("url", "schema"))
    if not table.data:
        return None
    url, schema = table.text("url"), table.text("schema")
    if code := url_fault(url):
        table.fault("url", code)
    if not _SCHEMA.fullmatch(schema):
        table.fault("schema", "settings.store_schema", given=schema)
    return StoreSettings(url=url, schema=schema)


def url_fault(url: str) -> str | None:
    """Return the sentence for what is wrong with a server's address, or None.

    The sentence never repeats the address: there may be a password in it.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises when it is no number
    except ValueError:
        return "settings.store_url"
    said = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if parts.password is not None or "password" in said:
        return "settings.store_password"
    named = len(parts.path) > 1 or "service" in said
    sound = parts.scheme in {"postgresql", "postgres"} and named and said <= _OPTIONS
    plain = not parts.fragment and url.isprintable() and " " not in url
    return None if sound and plain else "settings.store_url"


def schema_name(name: str) -> str:
    """Make a schema's name out of a study's: ``tapak_`` and what letters and digits it has."""
    signs = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    return f"tapak_{signs}"[:40].rstrip("_")


def with_store(text: str, store: StoreSettings | None) -> str:
    """Write a study.toml's text anew with this store, every other line as it was.

    Parameters
    ----------
    text : str
        Of a study.toml.
    store : StoreSettings or None
        None takes the part ``[store]`` out.
    """
    template = _TEMPLATE.read_text(encoding="utf-8")
    about = template[: template.index("[store]")]
    if header := _HEADER.search(text):
        end = header.end()
        while line := _LINES.match(text, end):
            end = line.end()
        text = text[: header.start()].removesuffix(about) + text[end:]
    text = text.rstrip("\n") + "\n"
    if store is None:
        return text
    values = {"url": store.url, "schema": store.schema}
    for name, value in values.items():
        template = template.replace(f"@{name}@", json.dumps(value, ensure_ascii=False))
    return f"{text}\n{template}"

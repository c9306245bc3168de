"""The columns of the QField layers: what each holds, how it is filled in, what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import words

SITES, VISITS, CHOICES, ROUTES = (
    "lokasi_survei",
    "kunjungan_survei",
    "pilihan_survei",
    "rute_survei",
)
LAYER_IDS = {name: f"{name}_tapak" for name in (SITES, VISITS, CHOICES, ROUTES)}
"""QField and QGIS cut or confuse layer ids of 10 characters and fewer."""
PHOTO_FOLDER = "DCIM"
"""Where QField keeps photos; it sends photos home from this folder only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a layer.

    Parameters
    ----------
    name, sql, alias : str
        ``sql`` is a column type of the GeoPackage; ``alias`` is what people read.
    widget : (str, mapping)
        QGIS's editor widget and its configuration.
    default : str
        QGIS expression; ``renewed`` evaluates it again at every saving.
    check, says : str
        QGIS expression that must hold, and the sentence shown when it does not.
    """

    name: str
    sql: str
    alias: str
    widget: tuple[str, Mapping[str, Any]] = field(default=("TextEdit", {}))
    default: str = ""
    renewed: bool = False
    required: bool = False
    unique: bool = False
    check: str = ""
    says: str = ""
    editable: bool = True


def text(value: str) -> str:
    """Write a text as a QGIS expression."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def name(value: str) -> str:
    """Write a column's name as a QGIS expression."""
    return '"' + value.replace('"', '""') + '"'


def site_columns(lang: str | None = None) -> tuple[Column, ...]:
    """Name what the layer of sites holds; the team reads it and changes nothing."""
    kinds = {"urutan": "MEDIUMINT", "hari": "MEDIUMINT"}
    names = ("site", "judul", "hari", "urutan", "nama", "jenis", "info", "wajib", "alasan")
    return tuple(
        Column(
            name=one,
            sql=kinds.get(one, "TEXT"),
            alias=words.say(f"surveys.qfield.site.{one}", lang=lang),
            widget=("TextEdit", {"IsMultiline": one in {"info", "alasan"}, "UseHtml": False}),
            editable=False,
        )
        for one in names
    )

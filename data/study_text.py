"""Writes a new study.toml, in which a comment in plain Indonesian explains every setting."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from textwrap import fill
from typing import Any

from data.settings import PROGRAMMES, Area, Bounds, asset_fields, parse_settings
from scoring.criteria import GROUPS, load_catalogue
from scoring.weights import Thresholds
from words import say

_TEMPLATE = Path(__file__).with_name("study_template.toml")
_PROGRAMME = Path(__file__).with_name("study_weights.toml")
_COMMENT: Any = {"initial_indent": "#   ", "subsequent_indent": "#   "}
_SLOT = re.compile(r"@([a-z_]+)@")


def new_study_text(
    name: str,
    *,
    utm_zone: str = "49S",
    language: str = "id",
    programmes: Sequence[str] = PROGRAMMES,
    bounds: Bounds | None = None,
) -> str:
    """Write the text of a new study.toml.

    Parameters
    ----------
    name : str
        What the study is called; any text on one line.
    utm_zone : str
        Zone and hemisphere, such as ``"49S"``.
    language : {"id", "en"}
    programmes : sequence of str
        The first is the study's default.
    bounds : (min lon, min lat, max lon, max lat), optional
        Degrees; Indonesia when not given.

    Returns
    -------
    str
        TOML that `data.settings.parse_settings` reads. Weights stay the catalogue's: they stand
        in it as comments only.

    Raises
    ------
    SettingsError
        When one of the values given here would not be accepted in a study.toml.
    """
    area, usual = Area(), Thresholds()
    values = {
        "name": _toml(" ".join(name.split())),
        "language": _toml(language),
        "programmes": _toml(list(programmes)),
        "utm_zone": _toml(utm_zone),
        "bounds": _toml(list(bounds or area.bounds)),
        "asset_fields": fill(", ".join(asset_fields()), 98, **_COMMENT),
        "weights": "\n".join(_weights(programme) for programme in programmes),
    } | {f.name: f"{getattr(usual, f.name):g}" for f in fields(Thresholds)}
    text = _filled(_TEMPLATE, values)
    parse_settings(text)  # refuses here and now what could not be read back later
    return text


def _weights(programme: str) -> str:
    """Write one programme's section; the catalogue's numbers stand in comments."""
    if programme not in PROGRAMMES:
        return ""
    catalogue = load_catalogue()
    letter = catalogue.programme(programme).letter
    shares = catalogue.programme(programme).groups
    criteria = "\n".join(
        f"# {c.key} = {c.weights[letter]:g}".ljust(32) + "# " + say(f"criterion.{c.key}", lang="id")
        for group in GROUPS
        for c in catalogue.scored(programme)
        if c.group == group
    )
    groups = "\n".join(f"# {group} = {shares[group]:g}" for group in GROUPS)
    values = {"programme": programme, "groups": groups, "criteria": criteria}
    return _filled(_PROGRAMME, values)


def _filled(template: Path, values: dict[str, str]) -> str:
    text = template.read_text(encoding="utf-8")
    return _SLOT.sub(lambda slot: values[slot.group(1)], text)


def _toml(value: object) -> str:
    """Write a text or list as TOML, which JSON is, but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

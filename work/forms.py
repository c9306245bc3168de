"""Forms that go out to agencies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import words
from data.assets.agency_form import write_form
from data.workspace import open_study
from geo.errors import UsageError
from scoring.kinds import kinds
from work.assemble import current_layer
from work.roles import require

FORMS = ("usulan",)


def write_template(
    what: str, output: Path, *, study: Path | None = None, overwrite: bool = False
) -> dict[str, object]:
    """Write a form; ``{file, bytes}``. With a study its desa and kecamatan fill the drop-downs."""
    require("view")
    if what not in FORMS:
        raise UsageError("template.kind", given=what, known=", ".join(FORMS))
    told = form_choices(study)
    write_form(output, **told, overwrite=overwrite)
    return {"file": str(output), "bytes": output.stat().st_size}


def form_choices(study: Path | None) -> dict[str, Any]:
    """Return what a form offers to choose from.

    Returns
    -------
    dict
        ``kinds`` (key to words), ``kecamatan`` (names) and ``desa`` ((kecamatan, desa) pairs);
        the last two are empty without a study, or where it has no areas yet.
    """
    require("view")
    kecamatan: list[str] = []
    desa: list[tuple[str, str]] = []
    if study is not None:
        with open_study(study) as opened:
            areas = current_layer(opened, "areas")
        if areas is not None:
            villages = areas.loc[areas["level"] == "desa"]
            desa = sorted(set(zip(villages["kecamatan"], villages["name"], strict=True)))
            kecamatan = sorted(set(areas["kecamatan"]) - {""})
    labels = {key: words.say(f"kind.{key}") for key in kinds()}
    return {"kinds": labels, "kecamatan": kecamatan, "desa": desa}

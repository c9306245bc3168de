"""ODK's own form engine in Node, a thumb that fills a form in it, and what servers export of it."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

from defusedxml import ElementTree
from needed import absent

from data.returns.types import Given
from surveys.questions import FieldType, spec

HERE = Path(__file__).parents[1] / "surveys" / "xform"
NODE_LEAST = 20
INSTALL = ("install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
KINDS = {
    FieldType.CHOICE: "choice",
    FieldType.MANY: "many",
    FieldType.INTEGER: "integer",
    FieldType.PHOTO: "photo",
}


def installed(cache, tmp_path_factory):
    """Install the engine once by npm, kept in pytest's cache; return the function that fills."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        absent("no node on PATH: ODK's form engine cannot run")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(told.lstrip("v").split(".")[0]) < NODE_LEAST:
        absent(f"node {told.strip()} is older than {NODE_LEAST}")
    package = (HERE / "package.json").read_text()
    engine_s = json.loads(package)["dependencies"]["@getodk/xforms-engine"]
    home = Path(cache.mkdir("xform-engine")) / engine_s
    if not home.exists():
        fresh = tmp_path_factory.mktemp("npm")
        (fresh / "package.json").write_text(package)
        command = [npm, *INSTALL, "--fetch-retries=1", "--fetch-timeout=30000"]
        done = subprocess.run(command, cwd=fresh, capture_output=True, text=True, check=False)
        if done.returncode:
            absent(f"npm could not install the engine: {done.stderr[-300:]}")
        try:
            shutil.move(fresh, home)
        except OSError:
            assert home.exists()  # another worker was quicker

    def fill(jobs):
        shutil.copy(HERE / "fill.mjs", home)
        path = tmp_path_factory.mktemp("jobs") / "jobs.json"
        path.write_text(json.dumps(jobs))
        command = [node, "fill.mjs", str(path)]
        done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return fill


def thumb(programme, answers, *, site="S002", point=None):
    """Say what a surveyor enters, in the order of the form."""
    told = [("surveyor", "text", "AB-1"), ("site", "choice", site), ("note", "text", "Jalan licin")]
    for name, value in answers.items():
        field = spec(programme).field(name)
        if field.type is not FieldType.POINT:
            told.append((name, KINDS.get(field.type, "plain"), value))
        elif point is None:
            told.append(("q01_tempel", "plain", "-7.39531, 109.69702"))
        else:
            told.append(("q01_gps", "plain", point))
    return [{"name": name, "kind": kind, "value": value} for name, kind, value in told]


def leaves(node, path=()):
    for child in node:
        name = child.tag.rpartition("}")[2]
        if len(child):
            yield from leaves(child, (*path, name))
        else:
            yield (*path, name), child.text or ""


def central(xml):
    """Write a submission as the CSV of ODK Central: groups by hyphens, a GPS in four columns."""
    row = {"SubmissionDate": "2026-11-24T05:00:00.000Z"}
    for path, text in leaves(ElementTree.fromstring(xml)):
        name = "-".join(path)
        if path[-1] == "q01_gps":
            parts = (text.split() + [""] * 4)[:4]
            ends = ("Latitude", "Longitude", "Altitude", "Accuracy")
            row |= {f"{name}-{end}": part for end, part in zip(ends, parts, strict=True)}
        else:
            row[name] = text
    row |= {"KEY": row["meta-instanceID"], "SubmitterName": "kantor", "ReviewState": "", "Edits": 0}
    return table(row, ",")


def kobo(xml):
    """Write a submission as the CSV of KoboToolbox: groups by slashes, a column a choice."""
    row = {}
    for path, text in leaves(ElementTree.fromstring(xml)):
        name = "/".join(path)
        row[name] = text
        if path[-1] == "q01_gps" and text:
            ends = ("latitude", "longitude", "altitude", "precision")
            row |= {f"_q01_gps_{e}": v for e, v in zip(ends, text.split(), strict=True)}
        if path[-1] in {"q07", "q11", "q19", "q23"} and text:
            for choice in spec("kerja-sosial").field(path[-1]).choices:
                row[f"{name}/{choice}"] = int(choice in text.split())
    row |= {"_id": 7, "_uuid": row["meta/instanceID"].removeprefix("uuid:"), "formhub/uuid": "f"}
    return table(row, ";")


def table(row, sign):
    held = io.StringIO()
    writer = csv.DictWriter(held, list(row), delimiter=sign)
    writer.writeheader()
    writer.writerow(row)
    return Given(name="kiriman.csv", raw=held.getvalue().encode(), sha256="0" * 64)

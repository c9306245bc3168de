"""A small nation: the results of a batch over copies of the demo, and a study that shows them."""

import json
import shutil
from pathlib import Path

from batches import ranked, studies

from work.batch_whole import MANIFEST

NAMES = ("a", "b", "c")


def results(small, folder, names=NAMES):
    """Rank copies of a small demo in this process."""
    studies(small, folder / "studi", names)
    return ranked([folder / "studi"], folder / "hasil")


def change(out, study, **told):
    """Change the record of a study, in the manifest too, as another batch would have."""
    path = out / "done" / f"{study}.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record = {**record, **told, "basis": {**record["basis"], **told.get("basis", {})}}
    path.write_text(json.dumps(record), encoding="utf-8")
    manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    manifest["parts"] = [record if p["study"] == study else p for p in manifest["parts"]]
    (out / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def shows(study, out):
    """Let a study show results as the nation."""
    path = Path(study) / "study.toml"
    text = path.read_text(encoding="utf-8")
    assert 'results = ""' in text
    named = f"results = {json.dumps(str(out))}"
    path.write_text(text.replace('results = ""', named), encoding="utf-8")
    return study


def copied(out, folder):
    return Path(shutil.copytree(out, folder / "hasil"))

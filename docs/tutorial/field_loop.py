"""The whole field loop on one study: rank, plan, pack, a made-up team, collect, review, rank again.

    python docs/tutorial/field_loop.py STUDY [--from LON,LAT] [--seed 1]

STUDY is a folder made by `tapak demo` or `tapak new`. The team is simulated: its answers are drawn
by a seed and belong to nobody; never run this on a study whose ranking is used.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NAMES = ("apd", "p3k", "paham_p3k", "air", "toilet", "teduh", "apar", "alat", "pengarahan")


def tapak(*words: object) -> Any:
    """Run one command as a person does and return what it prints with --json."""
    said = [sys.executable, str(ROOT / "cli.py"), *map(str, words), "--json"]
    done = subprocess.run(said, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode != 0:
        raise SystemExit(done.stderr.strip() or done.stdout.strip())
    return json.loads(done.stdout)


def answers(chance: random.Random, lonlat: tuple[float, float]) -> dict[str, Any]:
    """Draw what a visit finds: good places more often than bad ones."""
    scale = lambda: str(chance.choices([2, 3, 4, 5], [1, 3, 4, 2])[0])  # noqa: E731 - said once
    told: dict[str, Any] = {
        "q01": {"lon": lonlat[0], "lat": lonlat[1], "accuracy_m": 6.0, "source": "gps"},
        "q02": "sesuai",
        "q04": "pimpinan",
        "q05": chance.choice(["bersedia", "bersedia", "bersyarat"]),
        "q06": chance.randrange(4, 40),
        "q07": ["kebersihan", "taman"],
        "q08": "tidak",
        "q09": "tidak",
        "q10": chance.randrange(1, 6),
        "q11": ["senin_sore", "sabtu_pagi", "minggu_pagi"],
        "q11_pisah": "ya",
        "q12": chance.choice(["ya_pengganti", "ya", "belum"]),
        "q13": scale(),
        "q15": "tidak_terlihat",
        "q16": "tidak",
        "q17_telkomsel": chance.choice(["kuat", "lemah"]),
        "q17_ht": "tidak",
        "q18": chance.choice(["angkutan", "ojek"]),
        "q19": ["tidak_ada"],
        "q20": scale(),
        "q21": scale(),
        "q22_a": scale(),
        "q22_b": scale(),
        "q23": ["toilet", "toilet_perempuan"],
    }
    starred = ("ketinggian", "bahan_berbahaya", "biaya_kecelakaan")
    told |= {f"q14_{name}": "ya" for name in starred}
    return told | {f"q14_{name}": chance.choice(["ya", "ya", "tidak"]) for name in NAMES}


def visited(pack: Path, team: str, seed: int) -> dict[str, Any]:
    """Fill the form of every site in a pack, as the file that the phone gives back."""
    chance = random.Random(seed)  # noqa: S311 - a simulation, no secret
    with zipfile.ZipFile(pack) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        page = archive.read("2-formulir.html").decode()
    block = page.partition('id="data">')[2].partition("</script>")[0]
    filled = []
    for hour, site in enumerate(json.loads(block)["sites"]):
        if site["lon"] is None:
            continue
        day, start = 20 + hour // 6, 8 + hour % 6
        filled.append(
            {
                "submission": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                "site": site["id"],
                "surveyor": f"S-{team}",
                "team": team,
                "started_at": f"2026-11-{day:02d}T{start:02d}:00:00+07:00",
                "ended_at": f"2026-11-{day:02d}T{start:02d}:45:00+07:00",
                "revision": 0,
                "answers": answers(chance, (site["lon"], site["lat"])),
            }
        )
    head = {name: manifest[name] for name in ("form_version", "pack", "programme", "team")}
    return {"tapak": 1, **head, "submissions": filled}


def main() -> None:
    """Go round once and print what changed, and why, as one JSON object."""
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("study", type=Path)
    parse.add_argument("--from", dest="base", default=None)
    parse.add_argument("--seed", type=int, default=1)
    asked = parse.parse_args()
    study, out = asked.study, asked.study / "out"
    before = tapak("rank", study)
    base = ("--from", asked.base) if asked.base else ()
    plan = tapak("plan", study, "--teams", 2, "--days", 2, *base)
    told = {"teams": {}, "plan": plan["id"]}
    for number, team in enumerate(sorted({day["team"] for day in plan["days"]})):
        pack = out / f"paket_{team}.zip"
        tapak("pack", study, "--team", team, "-o", pack, "--overwrite")
        back = out / f"kiriman_{team}.json"
        back.write_text(json.dumps(visited(pack, team, asked.seed + number)), encoding="utf-8")
        taken = tapak("collect", study, back)
        again = tapak("collect", study, back)
        told["teams"][team] = {
            name: taken[name] for name in ("accepted", "duplicates", "superseded", "conflicts")
        } | {"twice": again["duplicates"], "review": len(taken["review"])}
    told["waiting"] = tapak("review", study)
    after = tapak("rank", study)
    told["top"] = {
        "before": [site["name"] for site in before["sites"][:5]],
        "after": [site["name"] for site in after["sites"][:5]],
    }
    told["moved"] = after["moved"]
    print(json.dumps(told, ensure_ascii=False, indent=1))  # noqa: T201 - what the script is for


if __name__ == "__main__":
    main()

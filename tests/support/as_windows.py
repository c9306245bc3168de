"""A whole study with every file watched for what Windows would refuse; run in its own process.

Windows renames and removes no file that is open, here or in a library, and takes no name with
``<>:"|?*``, with a dot or a space at its end, or of a device. What would be refused is printed.
"""

import contextlib
import io
import json
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
PLAN = (
    ("check", "{s}"),
    ("rank", "{s}"),
    ("rank", "{s}"),
    ("why", "{s}", "{site}"),
    ("map", "{s}", "-o", "{o}/peta desa.html"),
    ("map", "{s}", "-o", "{o}/peta desa.html", "--overwrite"),
    ("template", "usulan", "-o", "{o}/usulan é.xlsx"),
    ("sites", "{s}", "--count", "3"),
    ("scenario", "save", "{s}", "Rapat: OPD?", "--group", "benefit=50"),
    ("plan", "{s}", "--teams", "1", "--days", "1"),
    ("pack", "{s}", "--team", "A", "--channels", "all", "-o", "{o}/paket A.zip"),
    ("report", "{s}", "--kind", "ringkasan", "-o", "{o}/ringkasan.pdf"),
    ("report", "{s}", "--kind", "buku-kerja", "-o", "{o}/buku kerja.xlsx"),
    ("report", "{s}", "--kind", "gis", "-o", "{o}/lapisan.gpkg"),
    ("health", "{s}"),
)
watched = {"on": False, "renamed": 0, "made": 0, "refused": []}


def still_open(path: Path) -> bool:
    """Whether this process, or a library in it, holds a file open or mapped."""
    for number in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if (at := number.readlink()) == path or path in at.parents:
                return True
    maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    return str(path) in maps


def refuse(what: str, path: Path) -> None:
    watched["on"] = False
    frame, told = sys._getframe(2), []
    while frame and len(told) < 4:
        name = frame.f_code.co_filename
        if name.startswith(str(ROOT)) and "as_windows" not in name:
            told.append(f"{Path(name).relative_to(ROOT)}:{frame.f_lineno}")
        frame = frame.f_back
    watched["refused"].append(f"{what} {path.name} in {' < '.join(told)}")
    watched["on"] = True


def look(event: str, given: tuple) -> None:
    """Hear of every file that Python opens, renames or removes."""
    if not watched["on"]:
        return
    watched["on"] = False  # what this function opens itself is not heard
    try:
        if event == "os.rename":
            watched["renamed"] += 1
            for path in map(Path, given[:2]):
                if path.exists() and still_open(path.absolute()):
                    refuse("renamed while open:", path)
        elif event == "os.remove":
            if still_open(Path(os.fspath(given[0])).absolute()):
                refuse("removed while open:", Path(os.fspath(given[0])))
        elif event in {"open", "os.mkdir"} and isinstance(given[0], (str, os.PathLike)):
            writes = event == "os.mkdir" or (given[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            name = Path(given[0]).name
            if writes and not str(given[0]).startswith(("/dev/", "/proc/")):
                watched["made"] += 1
                bad = re.search(r'[<>:"|?*\\]', name) or name != name.rstrip(". ")
                if bad or DEVICES.fullmatch(name):
                    refuse("no name on Windows:", Path(given[0]))
    finally:
        watched["on"] = True


def main(folder: Path) -> None:
    import cli
    from work.studies import demo_study

    sys.addaudithook(look)
    watched["on"] = True
    demo_study(folder, seed=6, scale=0.1)
    out = folder.parent / "Hasil Akhir"
    out.mkdir()
    site = ""
    for line in PLAN:
        words = [w.format(s=folder, o=out, site=site) for w in line]
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            told = cli.app(
                [*words, *(["--json"] if line[0] == "rank" else [])], standalone_mode=False
            )
        if told not in (None, 0):
            sys.exit(f"{words}: {told} {said.getvalue()}")
        if line[0] == "rank":
            site = json.loads(said.getvalue())["sites"][0]["id"]
    for path in folder.parent.rglob("*"):  # what libraries made, Python does not hear of
        if re.search(r'[<>:"|?*\\]', path.name) or DEVICES.fullmatch(path.name):
            watched["refused"].append(f"no name on Windows: {path.name}")
    tell()


def break_it(folder: Path) -> None:
    """Do each thing that Windows refuses, to see it seen."""
    sys.addaudithook(look)
    watched["on"] = True
    with (folder / "jam 10:30.txt").open("w", encoding="utf-8"):
        (folder / "jam 10:30.txt").replace(folder / "lain.txt")
        (folder / "lain.txt").unlink()
    (folder / "aux.csv").write_text("x", encoding="utf-8")
    tell()


def tell() -> None:
    watched["on"] = False
    print(json.dumps({k: watched[k] for k in ("renamed", "made", "refused")}))


if __name__ == "__main__":
    (break_it if "--break" in sys.argv else main)(Path(sys.argv[1]))

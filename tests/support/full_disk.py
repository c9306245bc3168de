"""Commands on a disk with so much room and no more: run by tests in a mount namespace of their own.

``unshare -rm python full_disk.py ROOM JOB`` mounts a small disk in memory at ROOM; JOB is a JSON file
``{"study", "files", "commands": {name: [free share 0-1 …]}}``. It prints one JSON line a command.
Nothing outside the namespace sees the mount, and it is gone with the process.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support"), str(ROOT / "tests" / "reliability")]
SIZE = 96 << 20
PAGE = 4096


class Disk:
    """A disk in memory; `leave` fills it until so many bytes are free."""

    def __init__(self, room):
        self.room, self.filler = room, room / "filler"
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", room], check=True)

    def free(self):
        told = os.statvfs(self.room)
        return told.f_bavail * told.f_frsize

    def leave(self, free_bytes):
        with self.filler.open("wb") as out:
            os.posix_fallocate(out.fileno(), 0, max(PAGE, self.free() - free_bytes))

    def empty(self):
        self.filler.unlink(missing_ok=True)


class Trial:
    """One command on the small disk, undisturbed once, then with ever so much room."""

    def __init__(self, name, disk, mortal, study, files, command):
        self.name, self.disk, self.mortal = name, disk, mortal
        self.study, self.files, self.command = study, files, command
        self.tally = {"full": 0, "enough": 0}

    def fresh(self):
        here = self.disk.room / "studi"
        temporary = self.disk.room / "tmp"
        for old in (here, temporary):
            shutil.rmtree(old, ignore_errors=True)
        temporary.mkdir()
        shutil.copytree(self.study, here)
        return here

    def run(self, study):
        env = {"TMPDIR": str(self.disk.room / "tmp")}
        return self.mortal.run(study, [self.command(study, self.files)], env=env)

    def undisturbed(self):
        from killed import content, names
        from whole import sound

        study = self.fresh()
        self.before, self.names_before = content(study), names(study)
        there = self.disk.free()
        told = self.run(study)
        assert told["codes"] == [0], told["said"]
        sound(study)
        self.after, self.names_after = content(study), names(study)
        self.need = max(PAGE, there - self.disk.free())

    def once(self, share):
        """Run with so much of the room that it needs; and again when there is enough."""
        from killed import content, difference, names
        from whole import sound

        study = self.fresh()
        self.disk.leave(int(share * self.need) // PAGE * PAGE)
        told = self.run(study)
        self.disk.empty()
        where = f"{self.name} with {share:.2f} of {self.need} bytes: {told['said'][-600:]}"
        assert told["codes"] in ([0], [1]), where
        sound(study)
        done = told["codes"] == [0]
        if not done:
            said = told["said"].split("\nACK")[0].strip().splitlines()
            assert len(said) == 1, where
            assert plain(said[0]), where
            assert content(study) == self.before, (
                f"{where}{difference(content(study), self.before)}"
            )
            assert names(study) == self.names_before, where
        self.tally["enough" if done else "full"] += 1
        again = self.run(study)
        assert again["codes"] == [0], f"{where} again: {again['said'][-600:]}"
        sound(study)
        found = content(study)
        assert found == self.after, f"{where} again: {difference(found, self.after)}"
        assert names(study) == self.names_after, where


def plain(line):
    """Tell whether a line is a sentence of ours, and not a fault in a programmer's words."""
    signs = ("Traceback", "Error", "Errno", "0x", "self.", "None")
    return line.endswith(".") and not any(sign in line for sign in signs)


def main():
    import tempfile

    room, job = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    disk = Disk(room)
    tempfile.tempdir = None
    from commands_killed import COMMANDS
    from killed import Mortal

    mortal = Mortal()
    for name, shares in job["commands"].items():
        trial = Trial(name, disk, mortal, Path(job["study"]), Path(job["files"]), COMMANDS[name])
        trial.undisturbed()
        for share in shares:
            trial.once(share)
        print(json.dumps({"command": name, "need": trial.need, **trial.tally}), flush=True)
    mortal.close()


if __name__ == "__main__":
    main()

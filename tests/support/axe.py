"""axe-core for tests: installed once by npm into pytest's cache, run inside a page."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from needed import absent

VERSION = "4.14.1"
INSTALL = ("install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
GRAVE = {"serious", "critical"}


def script(cache, tmp_path_factory):
    """Return the text of axe-core."""
    kept = Path(cache.mkdir("axe-core")) / f"{VERSION}.js"
    if not kept.is_file():
        npm = shutil.which("npm")
        if npm is None:
            absent("no npm on PATH: axe-core cannot be installed")
        room = tmp_path_factory.mktemp("axe")
        (room / "package.json").write_text('{"private": true}')
        command = [npm, *INSTALL, "--fetch-retries=1", "--fetch-timeout=30000"]
        done = subprocess.run(
            [*command, f"axe-core@{VERSION}"], cwd=room, capture_output=True, text=True, check=False
        )
        if done.returncode:
            absent(f"npm could not install axe-core: {done.stderr[-300:]}")
        fresh = kept.with_name(f"{os.getpid()}.js")
        shutil.copy(room / "node_modules" / "axe-core" / "axe.min.js", fresh)
        fresh.replace(kept)
    return kept.read_text(encoding="utf-8")


RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations", "incomplete"], iframes: true });
  const mute = found.incomplete.filter(({ id }) => id === "frame-tested"); // axe was not heard from there
  const path = (target) => target.map((part) => Array.isArray(part) ? part.join(" >>> ") : part).join(" | ");
  return [...found.violations, ...mute].flatMap(({ id, impact, nodes }) => nodes.map((node) => ({
    rule: id, impact: impact ?? "critical", where: path(node.target), html: node.html.slice(0, 220),
    why: [...node.any, ...node.all, ...node.none].map((one) => one.message).join("; ").slice(0, 260),
  })));
}"""


def grave(page, source):
    """Return the serious and critical violations of a page as it stands, its frames included.

    A frame that was drawn anew while axe was put into it does not answer: then axe asks again.
    """
    for again in range(3):
        for frame in page.frames:  # axe speaks with itself inside every frame
            if frame.evaluate("() => typeof axe === 'undefined'"):
                frame.evaluate(source)
        found = [one for one in page.evaluate(RUN) if one["impact"] in GRAVE]
        if again == 2 or not any(one["rule"] == "frame-tested" for one in found):
            break
        page.wait_for_timeout(1000)
    return found

"""The files of a server are read by the programs they are for, and its steps are really taken."""

import configparser
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from fronts import CONFIGS, certificate
from needed import program

ROOT = Path(__file__).parents[1]
SERVER = ROOT / "tools" / "server"
UNITS = [p.name for p in sorted(SERVER.glob("*@.service"))]
UNITS += ["tapak-health@.timer", "tapak-backup@.timer"]


def unit(name):
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str
    read.read_string((SERVER / name).read_text(encoding="utf-8"))
    return read


def test_the_app_runs_as_nobody_much_and_writes_to_its_study_only():
    told = dict(unit("tapak@.service")["Service"])
    assert told["User"] == "tapak"
    for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "PrivateDevices"):
        assert told[name] == "yes"
    assert told["ProtectSystem"] == "strict"
    assert told["ReadWritePaths"] == "/srv/tapak/%i"
    assert told["CapabilityBoundingSet"] == ""
    assert told["Restart"] == "on-failure"
    assert told["MemoryMax"].endswith("G")


def test_every_setting_a_unit_uses_stands_in_the_example():
    example = (SERVER / "example.env").read_text(encoding="utf-8")
    used = {
        name
        for path in SERVER.glob("*.service")
        for name in re.findall(r"\$\{(TAPAK_[A-Z]+)\}", path.read_text(encoding="utf-8"))
    }
    assert used == {"TAPAK_PORT", "TAPAK_URL", "TAPAK_PATH"}
    assert all(f"{name}=" in example for name in used)


def test_every_command_a_unit_runs_exists_with_its_flags():
    import typer

    from cli import app

    commands = typer.main.get_command(app).commands
    lines = [unit(n)["Service"]["ExecStart"] for n in UNITS if n.endswith("service")]
    lines += [x for x in (SERVER / "backup.sh").read_text("utf-8").splitlines() if '"$tapak" ' in x]
    for line in (x for x in lines if "tapak " in x or '"$tapak"' in x):
        words = re.split(r"tapak\"? ", line, maxsplit=1)[1].split()
        known = {flag for option in commands[words[0]].params for flag in option.opts}
        assert {w for w in words if re.match(r"--?[a-z]", w)} <= known, line


def test_systemd_itself_reads_the_units_and_finds_them_closed(tmp_path):
    needed_or_skip = shutil.which("systemd-analyze")
    if needed_or_skip is None:
        pytest.skip("systemd-analyze is not on PATH")
    for name in UNITS:
        text = (SERVER / name).read_text(encoding="utf-8")
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name.replace("@", "@uji")).write_text(text, encoding="utf-8")
    asked = [str(tmp_path / name.replace("@", "@uji")) for name in UNITS]
    done = subprocess.run(
        ["systemd-analyze", "verify", *asked], capture_output=True, encoding="utf-8", check=False
    )
    mine = [line for line in done.stderr.splitlines() if "tapak" in line]
    assert (done.returncode, mine) == (0, [])
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", asked[UNITS.index("tapak@.service")]],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    found = re.search(r"exposure level for \S+: ([\d.]+)", rated.stdout)
    assert found, rated.stderr
    assert float(found.group(1)) < 2.0  # 10 is wide open


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        ("nginx", lambda at: ["nginx", "-t", "-p", str(at.parent), "-c", str(at)]),
        ("caddy", lambda at: ["caddy", "validate", "--adapter", "caddyfile", "--config", str(at)]),
    ],
)
def test_the_proxy_itself_reads_its_file(kind, check, tmp_path):
    program(kind)
    certificate(tmp_path)
    at = CONFIGS[kind](tmp_path, app=8501, https=8443, http=8080)
    own = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run(check(at), capture_output=True, encoding="utf-8", check=False, env=own)
    assert done.returncode == 0, done.stderr


def test_limits_agree_from_the_door_to_the_page():
    """What the app takes fits through the proxy, and little more than that does."""
    app = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["server"][
        "maxUploadSize"
    ]
    nginx = int(
        re.search(r"client_max_body_size (\d+)m", (SERVER / "nginx.conf").read_text("utf-8"))[1]
    )
    caddy = int(re.search(r"max_size (\d+)MB", (SERVER / "Caddyfile").read_text("utf-8"))[1])
    assert app < caddy == nginx <= app * 1.5


def test_the_log_has_a_size_and_an_age():
    told = unit("journald@tapak.conf")["Journal"]
    assert told["SystemMaxUse"] == "300M"
    assert told["MaxRetentionSec"] == "90day"
    for name in UNITS:
        if name.endswith(".service"):
            assert unit(name)["Service"]["LogNamespace"] == "tapak"


# -- a release put into service, with systemctl and Python standing in


@pytest.fixture
def machine(tmp_path):
    """A server in a folder: two studies, a ``systemctl`` that writes down what it is asked."""
    for name in ("banjarnegara", "purbalingga"):
        (tmp_path / "srv" / name).mkdir(parents=True)
        (tmp_path / "srv" / name / "study.toml").write_text("", encoding="utf-8")
    tools = tmp_path / "bin"
    tools.mkdir()
    log = tmp_path / "asked"
    fails = tmp_path / "fails"
    script = f"""#!/bin/sh
at=$(readlink {tmp_path}/opt/current 2>/dev/null)
echo "$* $at" >> {log}
case "$*" in start\\ tapak-health*) [ ! -e {fails} ] || [ "$at" != "$(cat {fails} 2>/dev/null)" ] ;; esac
"""
    python = """#!/bin/sh
[ -e "$(dirname "$1")/../broken" ] && exit 1
mkdir -p "$3/bin" && printf '#!/bin/sh\\n' > "$3/bin/python" && chmod +x "$3/bin/python"
"""
    for name, text in (("systemctl", script), ("python-uji", python), ("date", None)):
        if text:
            (tools / name).write_text(text, encoding="utf-8")
            (tools / name).chmod(0o755)
    source = tmp_path / "baru"
    (source / "tools").mkdir(parents=True)
    (source / "tools" / "laptop.py").write_text("", encoding="utf-8")
    env = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "TAPAK_ROOT": str(tmp_path / "opt"),
        "TAPAK_STUDIES": str(tmp_path / "srv"),
        "TAPAK_PYTHON": "python-uji",
        "TAPAK_WAIT_S": "3",
        "TAPAK_STEP_S": "0",
    }

    def release(*words):
        done = subprocess.run(
            ["sh", str(SERVER / "release.sh"), *map(str, words)],
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=env,
            timeout=60,
        )
        asked = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return done, [line.rsplit(" ", 1) for line in asked]

    release.source, release.opt, release.fails = source, tmp_path / "opt", fails
    return release


def served(machine):
    return str((machine.opt / "current").readlink())


def old_release(machine, name="20260101T000000Z"):
    (machine.opt / "releases" / name).mkdir(parents=True)
    (machine.opt / "current").symlink_to(f"releases/{name}")
    return f"releases/{name}"


def test_a_first_release_is_served(machine):
    done, asked = machine(machine.source)
    assert done.returncode == 0, done.stderr
    now = served(machine)
    assert (machine.opt / now / "venv" / "bin" / "python").exists()
    assert [line[0] for line in asked][:2] == [
        "restart tapak@banjarnegara.service",
        "restart tapak@purbalingga.service",
    ]


def test_a_new_release_is_served_only_after_every_study_is_backed_up(machine):
    before = old_release(machine)
    done, asked = machine(machine.source)
    assert done.returncode == 0, done.stderr
    assert asked[:2] == [
        ["start tapak-backup@banjarnegara.service", before],
        ["start tapak-backup@purbalingga.service", before],
    ]
    assert served(machine) != before
    done, asked = machine("--back")
    assert done.returncode == 0, done.stderr
    assert served(machine) == before
    assert {line[1] for line in asked} == {before}


def test_a_release_that_is_not_well_is_taken_back(machine):
    before = old_release(machine)
    script = SERVER / "release.sh"
    assert 'point "$before"' in script.read_text(encoding="utf-8")
    # health fails for whatever is served that is not the release before
    (machine.fails).write_text("", encoding="utf-8")
    tool = Path(machine.fails.parent / "bin" / "systemctl")
    tool.write_text(
        tool.read_text(encoding="utf-8").replace('!= "$(cat', '= "$(cat'), encoding="utf-8"
    )
    machine.fails.write_text(before, encoding="utf-8")
    done, asked = machine(machine.source)
    assert done.returncode == 1
    assert served(machine) == before
    assert asked[-1] == ["restart tapak@purbalingga.service", before]
    assert "Going back" in done.stderr


def test_a_release_that_cannot_be_built_changes_nothing(machine):
    before = old_release(machine)
    (machine.source / "broken").touch()
    done, asked = machine(machine.source)
    assert done.returncode != 0
    assert asked == []
    assert served(machine) == before
    assert len(list((machine.opt / "releases").iterdir())) == 1


def test_old_backups_go_and_other_files_stay(tmp_path):
    tapak = tmp_path / "tapak"
    tapak.write_text('#!/bin/sh\necho made > "$4"\n', encoding="utf-8")
    tapak.chmod(0o755)
    into = tmp_path / "backups"
    into.mkdir()
    for day in range(10, 16):
        (into / f"banjar-202601{day}T013000Z.tapak").touch()
    (into / "banjar-lain-20260110T013000Z.tapak").touch()
    (into / "catatan.txt").touch()
    env = {
        **os.environ,
        "TAPAK_BACKUPS": str(into),
        "TAPAK_COMMAND": str(tapak),
        "TAPAK_KEEP": "3",
        "CREDENTIALS_DIRECTORY": str(tmp_path),
    }
    done = subprocess.run(
        ["sh", str(SERVER / "backup.sh"), "banjar"], env=env, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    left = sorted(p.name for p in into.iterdir())
    assert left[:2] == ["banjar-20260114T013000Z.tapak", "banjar-20260115T013000Z.tapak"]
    assert left[3:] == ["banjar-lain-20260110T013000Z.tapak", "catatan.txt"]
    assert (into / left[2]).read_text(encoding="utf-8") == "made\n"

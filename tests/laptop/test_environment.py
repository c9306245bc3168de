"""How an office computer is set up: which Python, where, from which wheels, and again when it must."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tool import tool

ROOT = Path(__file__).parents[2]
env = tool("environment")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A Tapak in a folder with spaces, whose only package is a small one in its wheels."""
    root = tmp_path / "Program Kantor Ü" / "tapak"
    for name in ("locale", "tools"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(ROOT / name)
    (root / "pyproject.toml").write_text(
        '[project]\nname = "tapak"\nversion = "9.8"\ndependencies = ["satu"]\noptional-dependencies = {}\n',
        encoding="utf-8",
    )
    (root / "constraints.txt").write_text("satu==1\n", encoding="utf-8")
    monkeypatch.setattr(env, "ROOT", root)
    monkeypatch.setattr(env, "WHEELS", root / "wheels")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "orang"))
    return root


def wheels(root, *, python=f"{sys.version_info[0]}.{sys.version_info[1]}", platform="linux_x86_64"):
    (root / "wheels").mkdir()
    file = root / "wheels" / "satu-1-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("satu.py", "SAYS = 1\n")
        packed.writestr(
            "satu-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: satu\nVersion: 1\n"
        )
        packed.writestr(
            "satu-1.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        packed.writestr("satu-1.dist-info/RECORD", "")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    (root / "wheels" / "requirements.txt").write_text(f"satu==1 --hash=sha256:{digest}\n", "utf-8")
    told = {"python": python, "platform": platform}
    (root / "wheels" / "wheelhouse.json").write_text(json.dumps(told), encoding="utf-8")
    return file


def test_wheels_for_another_python_or_system_are_told_before_anything_is_made(folder):
    wheels(folder, python="3.9")
    with pytest.raises(env.StopError, match=r"3\.9"):
        env.check_python()
    (folder / "wheels" / "wheelhouse.json").write_text(
        json.dumps({"python": ".".join(map(str, sys.version_info[:2])), "platform": "win_amd64"}),
        "utf-8",
    )
    with pytest.raises(env.StopError, match="sistem lain"):
        env.check_python()


def test_an_old_python_is_told(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 8, 1, "final", 0))
    with pytest.raises(env.StopError, match=r"versi 3\.8\.1.*tanpa hak administrator"):
        env.check_python()


def test_a_locked_or_too_deep_folder_gets_its_environment_in_the_person_s_own(
    folder, tmp_path, monkeypatch
):
    assert env.place() == folder / ".venv"
    monkeypatch.setattr(env, "writable", lambda at: tmp_path / "orang" in [at, *at.parents])
    assert (tmp_path / "orang") in env.place().parents
    monkeypatch.setenv("LOCALAPPDATA", "C:\\x")
    monkeypatch.setattr(env, "WINDOWS", True)
    monkeypatch.setattr(env, "writable", lambda _at: True)
    monkeypatch.setattr(env, "LONGEST_PATH", env.LONGEST_NAME + len("C:\\x/Tapak/") + 8)
    assert str(env.place()).startswith("C:\\x")
    monkeypatch.setenv("LOCALAPPDATA", "C:\\" + "y" * 80)
    with pytest.raises(env.StopError, match="C:\\\\Tapak"):
        env.place()


def test_the_small_python_is_told_where_packages_are(tmp_path):
    paths = tmp_path / "python311._pth"
    paths.write_text(
        "python311.zip\r\n.\r\n\r\n# Uncomment to run site.main()\r\n#import site\r\n", "utf-8"
    )
    env.open_paths(tmp_path)
    env.open_paths(tmp_path)
    assert paths.read_text(encoding="utf-8").splitlines() == [
        "python311.zip",
        ".",
        "Lib\\site-packages",
        "import site",
    ]


def test_the_small_python_installs_with_pip_from_its_wheel(folder, tmp_path):
    import ensurepip
    import shutil

    packed = list((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))
    if not packed:
        pytest.skip("this Python keeps no wheel of pip")
    wheels(folder)
    shutil.copy(packed[0], folder / "wheels")
    env.install(Path(sys.executable), tmp_path / "python")
    assert (tmp_path / "python" / "Lib" / "site-packages" / "satu.py").is_file()
    (folder / "wheels" / packed[0].name).unlink()
    with pytest.raises(env.StopError, match="pip"):
        env.install(Path(sys.executable), tmp_path / "python")


def test_the_environment_is_made_once_and_anew_when_tapak_changes(folder, monkeypatch):
    wheels(folder)
    made = []
    real = env.install
    monkeypatch.setattr(env, "install", lambda *a, **k: made.append(1) or real(*a, **k))
    monkeypatch.setattr(env, "compile_words", lambda _python: None)
    python = env.environment()
    ask = (
        "import satu, importlib.metadata as m, sys; print(m.version('tapak')); print(sys.path[-1])"
    )
    told = subprocess.run(
        [str(python), "-c", ask], capture_output=True, encoding="utf-8", check=True
    )
    assert told.stdout.splitlines() == ["9.8", str(folder)]
    assert env.environment() == python
    assert len(made) == 1
    text = (folder / "pyproject.toml").read_text("utf-8").replace("9.8", "9.9")
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    env.environment()
    told = subprocess.run(
        [str(python), "-c", ask], capture_output=True, encoding="utf-8", check=True
    )
    assert told.stdout.splitlines()[0] == "9.9"
    assert len(made) == 2


def test_a_wheel_changed_on_its_way_is_refused_and_the_next_start_tries_again(folder):
    file = wheels(folder)
    whole = file.read_bytes()
    file.write_bytes(whole + b"x")
    for _ in range(2):
        with pytest.raises(env.StopError, match="Salin ulang"):
            env.environment()
    file.write_bytes(whole)
    assert env.environment().is_file()


def test_a_server_s_release_gets_the_command_its_units_run(folder, tmp_path, monkeypatch):
    wheels(folder)
    monkeypatch.setattr(env, "compile_words", lambda _python: None)
    (folder / "cli.py").write_text("import sys, satu; print(satu.SAYS, sys.argv[1:])\n", "utf-8")
    assert env.server(tmp_path / "venv") == 0
    line = [str(tmp_path / "venv" / "bin" / "tapak"), "health", "a b"]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "1 ['health', 'a b']\n"

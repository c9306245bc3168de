"""What the tests of reliability share: a study with everything in it, and commands that die."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from commands_killed import COMMANDS
from killed import Mortal, Trials
from returned import good, submission, web_file
from whole import PASSPHRASE

SCHEMA = "tapak_kabupaten_contoh"
"""How the schemas of a moved demo begin: its name (data.settings_store.schema_name)."""


@pytest.fixture(scope="session")
def mortal():
    made = Mortal()
    yield made
    made.close()


@pytest.fixture(scope="session")
def laid_out(small_demo, mortal, tmp_path_factory):
    """A study with a plan, so that its cache is there, and files to bring into it."""
    room = tmp_path_factory.mktemp("terbunuh")
    study = Path(shutil.copytree(small_demo, room / "studi"))
    told = mortal.run(study, [["plan", str(study), "--json"]])
    assert told["codes"] == [0], told["said"]
    from data.workspace import open_study

    with open_study(study) as opened:
        sites = opened.store.candidates()
    sites = sites.loc[sites["has_point"]]
    told = [
        submission(f"u-{k}", site, answers=good(q06=k + 1), lonlat=(point.x, point.y))
        for k, (site, point) in enumerate(zip(sites["id"][:12], sites.geometry[:12], strict=True))
    ]
    files = room / "berkas"
    files.mkdir()
    web_file(files / "kiriman.json", *told)
    people = next((study / "inputs").glob("*penduduk*.csv"))
    (files / "penduduk.csv").write_bytes(people.read_bytes() + b"\n")
    register(files / "daftar.csv", sites)
    (files / "sandi.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    return study, files


def register(path, sites, *, count=400):
    """Write a register of new places around those there are."""
    lines = ["Kode,Nama,Jenis,Desa,Kecamatan,Lintang,Bujur"]
    draw = random.Random(8)
    for k in range(count):
        near = sites.iloc[k % len(sites)]
        lat, lon = near.geometry.y + draw.uniform(0, 2e-3), near.geometry.x + draw.uniform(0, 2e-3)
        place = f"{near['desa']},{near['kecamatan']}"
        lines.append(f"B{k:05d},Balai Baru {k},Kantor desa,{place},{lat:.6f},{lon:.6f}")
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="session")
def trials(laid_out, mortal, tmp_path_factory):
    """Make the trials of one command on one store, with its undisturbed run behind it."""
    study, files = laid_out
    made = {}

    def of(name, store="sqlite"):
        if (name, store) not in made:
            if name == "restore":
                kept_for_restoring(mortal, study, files)
            made[name, store] = Trials(
                name=name,
                mortal=mortal,
                prepare=Preparing(study, name, store),
                command=lambda fresh: COMMANDS[name](fresh, files),
                room=tmp_path_factory.mktemp(f"mati-{name}-{store}"),
                once=name in {"restore", "move", "move-back"},
            ).undisturbed()
        return made[name, store]

    yield of
    for one in made.values():
        one.prepare.forget()


class Preparing:
    """Lays a fresh copy of a study into a folder: its rows in its file, or on the server."""

    def __init__(self, study, name, store):
        self.study, self.name, self.store = study, name, store

    def __call__(self, into):
        self.forget()
        if self.name == "restore":
            return into / "studi"
        fresh = Path(shutil.copytree(self.study, into / "studi"))
        if self.store == "postgis":
            from work.moving_store import move_study

            move_study(fresh, os.environ["TAPAK_PG"])
            for aside in fresh.glob("tapak-sebelum-pindah-*"):
                aside.unlink()
        if self.name == "migrate":
            older(fresh)
        return fresh

    @staticmethod
    def forget():
        """Take every study off the server that an earlier trial left there."""
        if "TAPAK_PG" not in os.environ:
            return
        from data.server import Server, drop_schema, schemas_of

        anywhere = Server(url=os.environ["TAPAK_PG"], schema="public")
        for schema in schemas_of(anywhere):
            if schema.startswith(SCHEMA):
                drop_schema(Server(url=os.environ["TAPAK_PG"], schema=schema))


def kept_for_restoring(mortal, study, files):
    """Make the backup that is restored."""
    backup = ["backup", str(study), "-o", str(files / "cadangan.tapak"), "--overwrite", "--json"]
    told = mortal.run(study, [[*backup, "--passphrase-file", str(files / "sandi.txt")]])
    assert told["codes"] == [0], told["said"]


def older(study, *, revision="0001"):
    """Take a store back to the first schema that was released."""
    from alembic import command

    from data.database import engine_of
    from data.kept_in import place_of
    from data.migrate import MIGRATIONS, _config

    engine = engine_of(place_of(study), wait_s=10)
    config = _config(MIGRATIONS)
    with engine.connect().execution_options(writes=True) as connection:
        if engine.dialect.name == "sqlite":
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            config.attributes["connection"] = connection
            command.downgrade(config, revision)
    engine.dispose()

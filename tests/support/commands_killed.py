"""The commands that are killed, and run on a full disk: real ones, as somebody types them."""

from __future__ import annotations

import os


def add_register(study, files):
    return ["add", str(study), str(files / "daftar.csv"), "--as", "assets", "--json"]


def add_layer(study, files):
    return ["add", str(study), str(files / "penduduk.csv"), "--as", "population", "--json"]


def collect(study, files):
    return ["collect", str(study), str(files / "kiriman.json"), "--json"]


def pack(study, _files):
    told = ["--channels", "qfield", "--overwrite", "--json"]
    return ["pack", str(study), "-o", str(study / "out" / "paket.zip"), *told]


def report(study, _files):
    told = ["--kind", "daftar", "--overwrite", "--json"]
    return ["report", str(study), "-o", str(study / "out" / "daftar.xlsx"), *told]


def report_page(study, _files):
    told = ["--kind", "laporan", "--overwrite", "--json"]
    return ["report", str(study), "-o", str(study / "out" / "laporan.html"), *told]


def migrate(study, _files):
    return ["audit", "verify", str(study), "--json"]


def move(study, _files):
    return ["move", str(study), "--to", os.environ["TAPAK_PG"], "--json"]


def move_back(study, _files):
    return ["move", str(study), "--to", "sqlite", "--json"]


def backup(study, files):
    told = ["--passphrase-file", str(files / "sandi.txt"), "--overwrite", "--json"]
    return ["backup", str(study), "-o", str(study / "out" / "cadangan.tapak"), *told]


def restore(study, files):
    told = ["--passphrase-file", str(files / "sandi.txt"), "--json"]
    return ["restore", str(files / "cadangan.tapak"), "-o", str(study), *told]


COMMANDS = {
    "add": add_register,
    "layer": add_layer,
    "collect": collect,
    "pack": pack,
    "report": report,
    "page": report_page,
    "migrate": migrate,
    "backup": backup,
    "restore": restore,
    "move": move,
    "move-back": move_back,
}
"""Every command that is killed; an older store is brought up by whichever opens it first."""

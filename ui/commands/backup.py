"""``tapak backup`` and ``tapak restore``: a passphrase is never asked for on the command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

import words
from geo.errors import InputError, UsageError
from ui.commands.shown import Json, Output, Overwrite, Study, show

VARIABLE = "TAPAK_PASSPHRASE"
_LONGEST = 4096
PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", metavar="F", help=words.say("private.opt.passphrase_file")),
]


def backup(
    study: Study,
    output: Output,
    passphrase_file: PassphraseFile = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Write the study into one encrypted file."""
    from work.backup import backup as kept
    from work.backup import backup_lines

    secret = _passphrase(passphrase_file, twice=True)
    told = kept(study, output, passphrase=secret, overwrite=overwrite)
    show(told, as_json=as_json, lines=backup_lines)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=words.say("private.arg.backup"))],
    output: Annotated[
        Path, typer.Option("-o", "--output", help=words.say("private.opt.restore_to"))
    ],
    passphrase_file: PassphraseFile = None,
    as_json: Json = False,
) -> None:
    """Make a study again from a backup."""
    from work.backup import restore as made
    from work.backup import restore_lines

    secret = _passphrase(passphrase_file, twice=False)
    show(made(file, output, passphrase=secret), as_json=as_json, lines=restore_lines)


def _passphrase(file: Path | None, *, twice: bool) -> str:
    """Take the passphrase from a file's first line, else the environment, else who sits there."""
    if file is not None:
        try:
            with file.open("rb") as raw:
                first = raw.readline(_LONGEST).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as fault:
            raise InputError("private.passphrase_file", file=file.name) from fault
        return _some(first.rstrip("\r\n"))
    if VARIABLE in os.environ:
        return _some(os.environ[VARIABLE])
    if not sys.stdin.isatty():
        raise UsageError("private.no_passphrase", variable=VARIABLE)
    asked: str = typer.prompt(
        words.say("private.ask.passphrase"),
        hide_input=True,
        confirmation_prompt=words.say("private.ask.again") if twice else False,
        err=True,
    )
    return _some(asked)


def _some(secret: str) -> str:
    if not secret:
        raise UsageError("private.no_passphrase", variable=VARIABLE)
    return secret

"""How long a study keeps what is personal: the part ``[retention]`` of study.toml."""

from __future__ import annotations

from dataclasses import dataclass, fields

from data.settings_check import Table

LONGEST_MONTHS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Months after which each is taken out by ``tapak retention --apply``.

    Parameters
    ----------
    surveyor_names : int
        Names of surveyors in visits and in the record of deeds; a pseudonym stays.
    photos : int
        Photos of visits, with the files they came in.
    comments : int
        What was said of sites.
    access_log : int
        Who took out what.
    """

    surveyor_names: int = 12
    photos: int = 24
    comments: int = 24
    access_log: int = 12


def read_retention(table: Table) -> Retention:
    """Take ``[retention]`` out of a study.toml; what is not stated has its usual length."""
    names = [f.name for f in fields(Retention)]
    table.known(names)
    usual = Retention()
    taken = {}
    for name in names:
        given = table.number(name, getattr(usual, name), low=1, high=LONGEST_MONTHS)
        taken[name] = int(given or getattr(usual, name))
    return Retention(**taken)

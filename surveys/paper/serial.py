"""What the QR of a sheet says: which page of which site, pack and form it is."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

KIND = "TAPAK-L1"
_FORM = re.compile(
    rf"{KIND}\|(\d{{1,3}})\|([^|]+)\|([0-9a-f]{{8}})\|([0-9a-f]{{4}})\|([A-Z])\|([^|]*)\|(\d{{8}}|)\|(.+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serial:
    """A sheet's own words: ``page`` from 1, ``letter`` of the programme, ``valid_until`` ISO."""

    page: int
    pack: str
    form_version: str
    layout: str
    letter: str
    team: str
    valid_until: str
    site: str

    def text(self) -> str:
        """Write it for the QR: parts between bars, the site last, since its id is the user's."""
        until = self.valid_until.replace("-", "")
        parts = (
            *(KIND, str(self.page), self.pack, self.form_version, self.layout, self.letter),
            *(quote(self.team, safe=" "), until, self.site),
        )
        return "|".join(parts)

    def date(self, day: int, month: int) -> str:
        """Return the ISO date of a visit: a sheet names no year, but it is valid for a month.

        Of all years the last is taken in which the day does not lie over a month behind the
        sheet's validity; "" where the calendar has no such day.
        """
        if not self.valid_until:
            return ""
        last = dt.date.fromisoformat(self.valid_until) + dt.timedelta(days=31)
        for year in (last.year, last.year - 1):
            try:
                told = dt.date(year, month, day)
            except ValueError:
                continue
            if told <= last:
                return told.isoformat()
        return ""


def parse_serial(text: str) -> Serial | None:
    """Read a QR's text; any other code is none of ours."""
    told = _FORM.fullmatch(text)
    if told is None:
        return None
    page, pack, form, layout, letter, team, until, site = told.groups()
    iso = f"{until[:4]}-{until[4:6]}-{until[6:]}" if until else ""
    try:
        dt.date.fromisoformat(iso or "2000-01-01")
    except ValueError:
        return None
    return Serial(
        page=int(page),
        pack=pack,
        form_version=form,
        layout=layout,
        letter=letter,
        team=unquote(team),
        valid_until=iso,
        site=site,
    )

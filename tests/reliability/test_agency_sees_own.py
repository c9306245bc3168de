"""Whatever an agency may ask for tells it nothing of other agencies' sites."""

from __future__ import annotations

import json
import shutil
import tomllib
import zipfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from geo.errors import TapakError
from work import roles
from work.board import Board, open_board
from work.living import comment
from work.roles import Actor, Role, acting_as

TABLE = Path(__file__).with_name("roles_table.toml")


@pytest.fixture(scope="module")
def agencies(small_demo, tmp_path_factory):
    """A board, an agency with a site, and what only others' sites are called."""
    folder = Path(shutil.copytree(small_demo, tmp_path_factory.mktemp("opd") / "studi"))
    frame = open_board(folder).result.candidates.frame
    agency = frame["agency"].fillna("")
    mine = agency[agency != ""].value_counts().index[0]
    own = frame["id"][agency == mine].iloc[0]
    other = frame["id"][(agency != mine) & (agency != "")].iloc[0]
    comment(folder, other, "RAHASIA kantor tentang yang lain")
    others = set(frame["name"][agency != mine]) - set(frame["name"][agency == mine])
    return open_board(folder), folder, mine, own, other, {"RAHASIA kantor", *others}


@dataclass
class Look:
    """What an agency has at hand: a board, its study, a site, and a folder for files."""

    board: Board
    study: Path
    site: str
    room: Path

    @property
    def row(self):
        return self.board.result.candidates.frame.set_index("id").loc[self.site]

    @property
    def fields(self):
        """A new site in the desa of this one, as an agency might send to see what comes back."""
        told = {"name": "Balai Uji", "kind": "Kantor desa"}
        return told | {"desa": self.row["desa"], "kecamatan": self.row["kecamatan"]}

    @property
    def register(self):
        path = self.room / "usulan.csv"
        row = ",".join(self.fields.values())
        path.write_text(f"Nama,Jenis,Desa,Kecamatan\n{row}\n", encoding="utf-8")
        return path

    def template(self, write):
        path = self.room / "u.xlsx"
        write("usulan", path, study=self.study)
        with zipfile.ZipFile(path) as bundle:
            return b"".join(map(bundle.read, bundle.namelist())).decode(errors="replace")


LOOKS = {
    "access_log.took_from": lambda f, at: f(at.study, "download", "x"),
    "forms.form_choices": lambda f, at: f(at.study),
    "forms.write_template": lambda f, at: at.template(f),
    "health.study_health": lambda f, at: f(at.study),
    "layers_told.layers_told": lambda f, at: f(at.board),
    "living.comment": lambda f, at: f(at.study, at.site, "Pagar"),
    "living.comments": lambda f, at: f(at.study, at.site),
    "main_roads.main_roads": lambda f, at: f(at.board.inputs),
    "place.site_page": lambda f, at: f(at.board, at.site),
    "close_map.close_map": lambda f, at: f(at.board, at.site),
    "proposals.proposals": lambda f, at: f(at.board),
    "proposing.preview_site": lambda f, at: f(at.study, at.fields),
    "proposing.preview_register": lambda f, at: f(at.study, at.register),
    "proposing.propose_site": lambda f, at: f(at.study, at.fields),
    "proposing.propose_register": lambda f, at: f(at.study, at.register),
    "studies.require_study": lambda f, at: f(at.study),
    "travel.trip": lambda f, at: f(at.study, start="109.70,-7.40", end="109.71,-7.41", mode="walk"),
}
"""How an agency calls what it may, about its own site and about another's."""
KEPT_INSIDE = {
    "board.open_board": "stays in the server's memory; what leaves it is asked for again",
    "board.with_scenarios": "the same",
    "photos.photos_of": "gives a picture only to who can name the sha256 of its bytes",
}


def test_every_deed_an_agency_may_do_is_looked_at():
    deeds = tomllib.loads(TABLE.read_text(encoding="utf-8"))["functions"]
    theirs = roles._table()[Role.AGENCY] | {"inside"}
    may = {name for name, told in deeds.items() if isinstance(told, str) and told in theirs}
    assert may == set(LOOKS) | set(KEPT_INSIDE)


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("whose", ["own", "other"])
def test_an_agency_is_told_nothing_of_others_sites(agencies, tmp_path, name, whose):
    board, folder, mine, own, other, secret = agencies
    module, function = name.split(".")
    called = getattr(import_module(f"work.{module}"), function)
    at = Look(board, folder, own if whose == "own" else other, tmp_path)
    refused = ""
    with acting_as(Actor(name="opd", role=Role.AGENCY, agency=mine)):
        try:
            told = LOOKS[name](called, at)
        except TapakError as fault:
            told, refused = fault.say(), type(fault).__name__
    assert whose == "other" or refused != "NotAllowedError"
    text = told if isinstance(told, str) else json.dumps(told, default=str, ensure_ascii=False)
    assert [word for word in secret if word in text] == []


def test_the_look_would_see_a_leak(agencies):
    board, *_, other, secret = agencies
    from work.place import site_page

    assert isinstance(board, Board)
    assert any(word in json.dumps(site_page(board, other), default=str) for word in secret)

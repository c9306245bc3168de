"""The page "Nasional": the sites of many studies in one ranking, under weights that move."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

import words
from ui.accounts import account_corner
from ui.language import choose_language
from ui.look import figures, sentence, show_sheet, synthetic
from ui.nation_areas import show_areas, show_odd
from ui.nation_files import show_files
from ui.nation_map import show_nation_map
from ui.nation_offices import show_offices
from ui.nation_sites import show_sites
from ui.parts import day_text
from ui.study import folder
from ui.tried import GROUPS, Tried, sent_weights
from ui.weights import laid_out, show_sliders
from work.nation import TOP
from work.nation_facts import areas, equity, overlapping, place_text
from work.nation_held import Nation, Ranked, open_nation, ranked, results_sha256
from work.nation_study import nation_folder
from work.roles import may

KEPT, SLIDERS = "tapak-nation-tried", "tapak-nation-weights"
FIRSTS = (10, 50, TOP, 500, 1000)
Pairs = tuple[tuple[str, float], ...]
Changed = tuple[Pairs, Pairs]
"""Groups and weights that differ from the catalogue's, as what a cache is keyed by."""


@st.cache_resource(max_entries=2, show_spinner=False)
def _opened(results: Path, sha256: str, lang: str) -> Nation:  # noqa: ARG001 - the cache's key
    return open_nation(results)


@st.cache_resource(max_entries=6, show_spinner=False)
def _ranked(key: str, tried: Changed, _nation: Nation) -> Ranked:  # noqa: ARG001 - the cache's key
    groups, weights = tried
    return ranked(_nation, weights=dict(weights), groups=dict(groups))


@st.cache_data(max_entries=12, show_spinner=False)
def _areas(
    key: str,  # noqa: ARG001 - the cache's key
    tried: Changed,  # noqa: ARG001 - the cache's key
    top: int,
    _nation: Nation,
    _now: Ranked,
) -> list[dict[str, Any]]:
    return areas(_nation, _now, top=top)


def page() -> None:
    """Show the nation that the study names, or how to name one."""
    results = nation_folder(folder())
    if results is None:
        _bar()
        sentence(words.say("nation.page.none"), more=words.say("nation.page.none.more"))
        return
    sha256, lang = results_sha256(results), words.language.get()
    nation = _opened(results, sha256, lang)
    _bar()
    if nation.synthetic:
        synthetic(words.say("maps.synthetic"))
    own = catalogue_weights(nation)
    tried = _tried(nation, own, sha256)
    changed: Changed = ((), ())
    if tried.differs:
        changed = (tuple(sorted(tried.groups.items())), tuple(sorted(tried.weights.items())))
    now = _ranked(sha256, changed, nation)
    told = _areas(sha256, changed, TOP, nation, now)
    _what(nation, now, told, tried=tried.differs)
    _rooms(results, sha256, nation, now, changed)


def _rooms(results: Path, sha256: str, nation: Nation, now: Ranked, changed: Changed) -> None:
    """Show the tabs, and what stands in each."""
    names = ["sites", "areas", "map", "offices"] + (["odd"] if nation.odd else [])
    names += ["take"] if may("report") else []
    rooms = dict(zip(names, st.tabs([_tab(name, nation) for name in names]), strict=True))
    with rooms["sites"]:
        show_sites(sha256, nation, now)
    with rooms["areas"]:
        top = st.selectbox(
            words.say("nation.page.top"),
            FIRSTS,
            index=FIRSTS.index(TOP),
            format_func=words.number,
            key="nation-top",
            width=220,
        )
        show_areas(_areas(sha256, changed, top, nation, now), top=top)
    with rooms["map"]:
        show_nation_map(results, sha256, changed, top)
    with rooms["offices"]:
        show_offices(results, sha256)
    if "odd" in rooms:
        with rooms["odd"]:
            show_odd(nation)
    if "take" in rooms:
        with rooms["take"]:
            show_files(changed, top)


def _tab(name: str, nation: Nation) -> str:
    return words.say(f"nation.page.{name}", n=words.number(len(nation.odd)))


def _bar() -> None:
    """Show the title, the study and who is here; no programme is chosen, results have one."""
    show_sheet()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="tapak-bar"):
        st.title(words.say("nation.page.title"), anchor=False, width="content")
        st.space("stretch")
        choose_language()
        account_corner()


def catalogue_weights(nation: Nation) -> Tried:
    """Return the catalogue's weights, every one of them written out."""
    programme = nation.catalogue.programme(nation.programme)
    total = sum(programme.groups[g] for g in GROUPS)
    return Tried(
        groups={g: 100 * programme.groups[g] / total for g in GROUPS},
        weights={c.key: float(c.weights[programme.letter]) for c in nation.criteria},
        differs=False,
    )


def _tried(nation: Nation, own: Tried, sha256: str) -> Tried:
    """Show the sliders at the side; return the weights tried in this session, else `own`."""
    key = f"{sha256[:16]}/{nation.programme}"
    kept = st.session_state.get(KEPT, {}).get(key)
    now = own
    if kept is not None and set(kept["weights"]) == set(own.weights):
        differs = kept["groups"] != dict(own.groups) or kept["weights"] != dict(own.weights)
        now = Tried(groups=kept["groups"], weights=kept["weights"], differs=differs)

    def moved(sent: object) -> None:
        found = sent_weights(sent)
        if found is not None:
            st.session_state[KEPT] = {key: found}

    with st.sidebar:
        data = laid_out(
            nation.criteria,
            np.logical_and.reduce(np.isnan(nation.mean), axis=0),
            own=own,
            now=now,
            programme=nation.programme,
            key=f"{key}/{words.language.get()}",
            text=words.say("nation.page.weights.catalogue"),
        )
        show_sliders(SLIDERS, data, moved)
    return now


def _what(nation: Nation, now: Ranked, told: list[dict[str, Any]], *, tried: bool) -> None:
    """Say what is ranked, by what, and the figures that stand out."""
    days = dict.fromkeys(day_text(d) for d in (*nation.days[:1], *nation.days[-1:]))
    about = words.say(
        "nation.page.about",
        programme=words.say(f"programme.{nation.programme}"),
        version=nation.catalogue.version,
        days=" – ".join(days),
    )
    weights = words.say(f"nation.page.weights.{'tried' if tried else 'catalogue'}")
    studies = len(nation.parts) - len(nation.odd)
    counts = {"sites": words.number(len(now.rows)), "studies": words.number(studies)}
    lead = words.say("nation.page.lead", **counts)
    sentence(f"{lead} {_leader(nation, now)}".strip(), more=f"{about} · {weights}")
    gini = equity(told)["gini"]
    unknown = words.say("nation.page.unknown")
    gone = words.number(sum(one["excluded"] for one in told))
    over = words.say("nation.page.figure.first.note", n=words.number(overlapping(now)))
    first = words.number(now.found.score[0], 2) if len(now.rows) else unknown
    items = [
        ("sites", counts["sites"], words.say("nation.page.figure.sites.note", n=gone)),
        ("first", first, over if len(now.rows) else ""),
        (
            "gini",
            unknown if gini is None else words.number(gini, 2),
            words.say("nation.page.figure.gini.note"),
        ),
        ("odd", words.number(len(nation.odd)), words.say("nation.page.figure.odd.note")),
    ]
    figures([(words.say(f"nation.page.figure.{key}"), value, note) for key, value, note in items])


def _leader(nation: Nation, now: Ranked) -> str:
    """Name the first site, and where it is; nothing where no site is ranked."""
    if not len(now.rows):
        return ""
    name, study, regency = (
        str(nation.labels[key][now.rows[0]]) for key in ("name", "study", "regency")
    )
    place = place_text([regency] if regency else [], study)
    return words.say("nation.page.leader", name=name, place=place)

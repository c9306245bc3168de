"""The sites of the nation, best first: filtered where they are held, shown a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

import words
from ui.facts import percent
from ui.grid import Column, Row, cell, show_grid
from ui.session import heard
from work.nation import site_rows
from work.nation_facts import place_text, province_text
from work.nation_held import Nation, Ranked

PAGE = 100
"""Rows that the browser is sent at a time."""
AT = "tapak-nation-page"
TONES = {"siap": "good", "bersyarat": "warn", "survei_dulu": "plain"}
ALL = ""
UNKNOWN = "?"
"""Stands in the choices for places without a code."""
GRID_PX = 640


@st.cache_resource(max_entries=2, show_spinner=False)
def _texts(key: str, _nation: Nation) -> dict[str, npt.NDArray[Any]]:  # noqa: ARG001 - the cache's key
    """Return what is filtered by, of every row of the labels."""
    regency, kind = (_nation.labels[name].astype(str) for name in ("regency", "kind"))
    regency = np.where(regency == "", UNKNOWN, regency)
    names = np.array([name.casefold() for name in _nation.labels["name"]], dtype=object)
    return {"province": regency.astype("<U2"), "regency": regency, "kind": kind, "name": names}


def show_sites(key: str, nation: Nation, now: Ranked) -> None:
    """Show the choices and one page of the sites that fit them."""
    texts = {name: column[now.rows] for name, column in _texts(key, nation).items()}
    chosen = _choices(texts)
    found = matching(texts, chosen)
    if not len(found):
        st.text(words.say("nation.page.none_found"))
        return
    pages = -(-len(found) // PAGE)
    fresh = (key, tuple(chosen.items()))
    state = st.session_state.get(AT)
    at = min(state[1], pages - 1) if state and state[0] == fresh else 0
    shown = found[at * PAGE : (at + 1) * PAGE]
    first, last = (words.number(at * PAGE + n) for n in (1, len(shown)))
    said = words.say("nation.page.found", n=words.number(len(found)), first=first, last=last)
    st.text(said)
    rows = [_row(site) for site in site_rows(nation, now, shown)]
    show_grid(
        "nation-sites",
        _columns(),
        rows,
        title=words.say("nation.page.sites"),
        search=False,
        height_px=GRID_PX,
    )
    if pages > 1:
        _turn(fresh, at, pages)


def matching(
    texts: Mapping[str, npt.NDArray[Any]], chosen: Mapping[str, str]
) -> npt.NDArray[np.int64]:
    """Return the places in the ranking whose texts are as chosen; "" chooses all.

    A name needs only to hold what was asked for.
    """
    fits = np.ones(len(texts["kind"]), dtype=bool)
    for name, value in chosen.items():
        if value == ALL:
            continue
        if name == "name":
            fits &= np.fromiter((value in text for text in texts[name]), bool, len(fits))
        else:
            fits &= texts[name] == value
    return np.flatnonzero(fits)


def _choices(texts: Mapping[str, npt.NDArray[Any]]) -> dict[str, str]:
    """Ask for province, then for one of its regencies, and for a kind."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="nation-filters"):
        province = _choice("province", np.unique(texts["province"]).tolist())
        inside = texts["regency"][(texts["province"] == province) | (province == ALL)]
        regency = _choice("regency", np.unique(inside).tolist())
        kind = _choice("kind", np.unique(texts["kind"]).tolist())
        asked = st.text_input(words.say("nation.page.filter.name"), key="nation-name", width=240)
    name = asked.strip().casefold()
    return {"province": province, "regency": regency, "kind": kind, "name": name}


def _choice(name: str, values: list[str]) -> str:
    key = f"nation-{name}"
    options = [ALL, *(value for value in values if value != ALL)]
    if st.session_state.get(key) not in options:
        st.session_state[key] = ALL
    return st.selectbox(
        words.say(f"nation.page.filter.{name}"),
        options,
        format_func=lambda value: _called(name, value),
        key=key,
        width=240,
    )


def _called(name: str, value: str) -> str:
    if value == ALL:
        return words.say("nation.page.filter.all")
    if value == UNKNOWN:
        return words.say("nation.page.filter.unknown")
    if name == "kind":
        return words.say(f"kind.{value}")
    province = province_text(value)
    return province if name == "province" else f"{value} · {province}"


def _turn(fresh: tuple[Any, ...], at: int, pages: int) -> None:
    """Show which page this is, and the way to the ones beside it."""
    with st.container(horizontal=True, vertical_alignment="center", key="nation-pages"):
        for name, to in (("before", at - 1), ("after", at + 1)):
            st.button(
                words.say(f"nation.page.{name}"),
                key=f"nation-{name}",
                disabled=not 0 <= to < pages,
                on_click=heard(_open),
                args=(fresh, to),
            )
        st.text(words.say("nation.page.page", page=words.number(at + 1), of=words.number(pages)))


def _open(fresh: tuple[Any, ...], at: int) -> None:
    st.session_state[AT] = (fresh, at)


def _columns() -> list[Column]:
    told = {"rank": "number", "site": "text", "place": "text", "score": "bar", "known": "bar"}
    told["readiness"] = "badge"
    about = {"score": words.say("nation.page.column.score.about")}
    return [
        Column(
            key=key,
            title=words.say(f"nation.page.column.{key}"),
            kind=kind,
            about=about.get(key, ""),
        )
        for key, kind in told.items()
    ]


def _row(site: Mapping[str, Any]) -> Row:
    score, low, high = (words.number(site[name], 2) for name in ("score", "low", "high"))
    readiness = words.say(f"readiness.{site['readiness']}")
    place = place_text([site["regency"]] if site["regency"] else [], site["study"])
    return Row(
        id=f"{site['study']}/{site['id']}",
        cells={
            "rank": cell(words.number(site["rank"]), value=site["rank"]),
            "site": cell(site["name"], sub=words.say(f"kind.{site['kind']}")),
            "place": cell(place, sub=site["study"] if site["regency"] else ""),
            "score": cell(score, sub=f"{low}–{high}", value=site["score"], share=site["score"]),
            "known": cell(
                percent(site["coverage"]), value=site["coverage"], share=site["coverage"]
            ),
            "readiness": cell(readiness, tone=TONES.get(site["readiness"], "plain")),
        },
    )

"""The offline report: one HTML page with map, tables and charts, under a strict content policy."""

from __future__ import annotations

import base64
import html
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

import words
from geo.maps import font_face, render_site_map, with_policy
from reports.facts import ReportFacts, ReportSite
from reports.frame import frame
from reports.seal import seal_of
from reports.standalone_map import report_map
from reports.wording import day_text, known

KIND = "laporan"
TEMPLATES = Path(__file__).with_name("templates")
TOP = 20
MOST_PHOTO_BYTES = 1_500_000
"""All photos together: the page stays under 5 MB whatever was photographed."""
Cells = Sequence[tuple[str, str]]
"""Cells of a row: (what stands there, as HTML; the class of its cell)."""


def standalone_html(facts: ReportFacts, *, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Write the report.

    Parameters
    ----------
    facts : ReportFacts
    pictures : mapping of str to bytes, optional
        Small JPEGs by the sha256 of the photo; those of the proposed sites are shown.

    Returns
    -------
    bytes
        HTML that asks nothing of any network; only the scripts and styles written here may run,
        by their hashes. Names are text, never markup.
    """
    inner = render_site_map(report_map(facts))
    parts = _parts(facts, inner, pictures or {})
    head = frame(facts, KIND)
    credit = words.say("maps.source", lang=facts.lang)
    weights = "" if facts.public else facts.weights_text
    filled = {
        "lang": facts.lang,
        "seal": text_of(seal_of(facts, KIND).text),
        "title": text_of(head["title"]),
        "style": font_face() + _file("css"),
        "program": _file("js"),
        "ribbon": f'<p class="ribbon">{text_of(head["synthetic"])}</p>' if facts.synthetic else "",
        "kind": text_of(head["kind"]),
        "study": text_of(facts.study_name),
        "lead": text_of(" · ".join(filter(None, (facts.programme_text, weights)))),
        "contents": text_of(_said(facts, "contents")),
        "links": "".join(f'<a href="#{k}">{text_of(_said(facts, k))}</a>' for k in parts),
        "parts": "\n".join(
            f'<section id="{key}"><h2>{text_of(_said(facts, key))}</h2>{inside}</section>'
            for key, inside in parts.items()
        ),
        "run": text_of(head["run"]),
        "credit": text_of(f"{credit}: {facts.attribution}") if facts.attribution else "",
    }
    page = Template((TEMPLATES / "laporan.html").read_text("utf-8")).substitute(filled)
    return with_policy(page, inner=inner).encode("utf-8")


def text_of(text: str) -> str:
    """Return a text as HTML that shows it: no markup, no sign that a page cannot hold."""
    kept = (c for c in text if unicodedata.category(c) not in {"Cc", "Cs"} or c in "\n\t")
    return html.escape("".join(kept))


def _file(suffix: str) -> str:
    return (TEMPLATES / f"laporan.{suffix}").read_text("utf-8").replace("\r\n", "\n")


def _said(facts: ReportFacts, code: str, **fields: object) -> str:
    return words.say(f"reports.page_of.{code}", lang=facts.lang, **fields)


def _parts(facts: ReportFacts, inner: str, pictures: Mapping[str, bytes]) -> dict[str, str]:
    """Return what stands on the page by the name of its section; empty sections are left out."""
    map_title = html.escape(words.say("maps.map", lang=facts.lang))
    shown = f'<iframe title="{map_title}" srcdoc="{html.escape(inner)}"></iframe>'
    if facts.public:
        return {"map": shown, "sites": _public_table(facts)}
    found = {
        "sentences": _sentences(facts),
        "map": shown,
        "charts": _charts(facts),
        "sites": _site_table(facts),
        "scores": _score_table(facts),
        "excluded": _excluded_table(facts),
        "photos": _photos(facts, pictures),
        "sources": _source_table(facts),
    }
    return {key: inside for key, inside in found.items() if inside}


def _sentences(facts: ReportFacts) -> str:
    told = [facts.sentences[n] for n in sorted(facts.sentences)]
    inside = "".join(f"<li>{text_of(text)}</li>" for text in told)
    return f'<ol class="says">{inside}</ol>' if inside else ""


def _table(
    facts: ReportFacts,
    name: str,
    heads: Sequence[str],
    rows: Sequence[Cells],
    *,
    find: bool = False,
) -> str:
    """Write a table whose rows begin with their name; ``find`` puts a field over it."""
    title = text_of(_said(facts, name))
    field = ""
    if find:
        hint = text_of(_said(facts, "find"))
        field = (
            f'<input class="find" type="search" data-table="t-{name}" aria-label="{hint}" '
            f'placeholder="{hint}" hidden>'
        )
    sort = f' data-sort="{text_of(_said(facts, "sort"))}"' if len(rows) > 1 else ""
    kinds = [kind.split(" ")[0] for _, kind in rows[0]] if rows else [""] * len(heads)
    top = "".join(
        f'<th scope="col"{" class=n" if kind == "n" else ""}>{text_of(head)}</th>'
        for head, kind in zip(heads, kinds, strict=True)
    )
    lines = "".join(
        f'<tr><th scope="row">{row[0][0]}</th>'
        + "".join(f'<td class="{kind}">{cell}</td>' if kind else f"<td>{cell}</td>"
                  for cell, kind in row[1:])
        + "</tr>\n"
        for row in rows
    )  # fmt: skip
    return (
        f'{field}<div class="scroll" tabindex="0" role="region" aria-label="{title}">'
        f'<table id="t-{name}"{sort}><thead><tr>{top}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _heads(facts: ReportFacts, *names: str) -> list[str]:
    return [words.say(f"reports.field.{name}", lang=facts.lang) for name in names]


def _name(site: ReportSite) -> str:
    return f'<bdi>{text_of(site.name)}</bdi><span class="small">{text_of(site.kind)}</span>'


def _place(facts: ReportFacts, site: ReportSite) -> str:
    told = ", ".join(text for text in (site.address, site.desa, site.kecamatan) if text)
    return text_of(known(told, lang=facts.lang))


def _figure(facts: ReportFacts, value: float, digits: int = 2) -> str:
    return words.number(value, digits, lang=facts.lang)


def _score(facts: ReportFacts, site: ReportSite) -> str:
    score, low, high = (_figure(facts, v) for v in (site.score, site.low, site.high))
    return words.say("reports.score", lang=facts.lang, score=score, low=low, high=high)


def _site_table(facts: ReportFacts) -> str:
    rows: list[Cells] = [
        [
            (_name(site), ""),
            (text_of(site.rank_text), "n"),
            (text_of(_score(facts, site)), "n"),
            (_place(facts, site), "long"),
            (text_of(site.readiness_text), ""),
            (text_of("; ".join(t for _, t in site.conditions) or site.ask_first or "–"), "long"),
            (text_of(site.state_text), ""),
        ]
        for site in facts.sites
    ]
    names = ("name", "rank", "score", "place", "readiness", "conditions", "state")
    return _table(facts, "sites", _heads(facts, *names), rows, find=True)


def _public_table(facts: ReportFacts) -> str:
    rows: list[Cells] = [
        [(f"{k}. {_name(site)}", ""), (text_of(known(site.kecamatan, lang=facts.lang)), "")]
        for k, site in enumerate(facts.sites, start=1)
    ]
    return _table(facts, "sites", _heads(facts, "name", "kecamatan"), rows, find=True)


def _score_table(facts: ReportFacts) -> str:
    """Contributions of each criterion; those that rest on an assumption are set apart."""
    if not facts.sites:
        return ""
    rows: list[Cells] = []
    for site in facts.sites:
        given = {part.key: part for part in site.parts}
        cells = [(f"<bdi>{text_of(site.name)}</bdi>", ""), (_figure(facts, site.score, 4), "n")]
        for c in facts.criteria:
            part = given.get(c.key)
            figure = "–" if part is None else _figure(facts, part.contribution, 4)
            cells.append((figure, "n assumed" if part is None or part.unknown else "n"))
        rows.append(cells)
    heads = [*_heads(facts, "name", "score"), *(c.title for c in facts.criteria)]
    note = f'<p class="small">{text_of(_said(facts, "assumed"))}</p>'
    return _table(facts, "scores", heads, rows, find=True) + note


def _excluded_table(facts: ReportFacts) -> str:
    rows: list[Cells] = [
        [(_name(site), ""), (_place(facts, site), "long"), (text_of(site.reason), "long")]
        for site in facts.excluded
    ]
    return _table(facts, "excluded", _heads(facts, "name", "place", "reason"), rows) if rows else ""


def _source_table(facts: ReportFacts) -> str:
    rows: list[Cells] = [[(text_of(cell), "") for cell in row] for row in facts.sources]
    heads = _heads(facts, "layer", "source", "licence", "when")
    return _table(facts, "sources", heads, rows) if rows else ""


def _charts(facts: ReportFacts) -> str:
    percent = [(c.title, c.weight_0_1, c.group) for c in facts.criteria]
    most = max((weight for _, weight, _ in percent), default=1.0) or 1.0
    weights = "".join(
        _bar(
            title,
            f'<rect class="{"benefit" if group == "benefit" else "safety"}" y="1" '
            f'width="{1000 * weight / most:.0f}" height="12"/>',
            words.say("ui.percent", lang=facts.lang, n=_figure(facts, 100 * weight, 1)),
        )
        for title, weight, group in percent
    )
    scores = "".join(_bar(s.name, _span(s), _figure(facts, s.score)) for s in facts.sites[:TOP])
    made = [("chart.weights", weights), ("chart.scores", scores)]
    figures = "".join(
        f'<figure><figcaption>{text_of(_said(facts, code))}</figcaption><ul class="bars">{inside}'
        "</ul></figure>"
        for code, inside in made
        if inside
    )
    return f'<div class="charts">{figures}</div>' if figures else ""


def _bar(name: str, drawn: str, figure: str) -> str:
    return (
        f'<li><span title="{text_of(name)}"><bdi>{text_of(name)}</bdi></span>'
        '<svg viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="rail" y="1" width="1000" height="12"/>{drawn}</svg>'
        f"<b>{text_of(figure)}</b></li>"
    )


def _span(site: ReportSite) -> str:
    score, low, high = (1000 * min(1.0, max(0.0, v)) for v in (site.score, site.low, site.high))
    return (
        f'<rect class="score" y="1" width="{score:.0f}" height="12"/>'
        f'<line class="span" x1="{low:.0f}" x2="{high:.0f}" y1="7" y2="7"/>'
    )


def _photos(facts: ReportFacts, pictures: Mapping[str, bytes]) -> str:
    made, used = [], 0
    for site in (facts.site(name) for name in facts.proposed):
        for visit in site.visits:
            for photo in visit["photos"]:
                raw = pictures.get(photo["sha256"])
                if raw is None or used + len(raw) > MOST_PHOTO_BYTES:
                    continue
                used += len(raw)
                on = day_text(str(visit["on"]), lang=facts.lang)
                told = text_of(_said(facts, "photo", site=site.name, on=on))
                data = base64.b64encode(raw).decode("ascii")
                made.append(
                    f'<figure><img src="data:image/jpeg;base64,{data}" alt="{told}">'
                    f"<figcaption>{told}</figcaption></figure>"
                )
    return f'<div class="photos">{"".join(made)}</div>' if made else ""

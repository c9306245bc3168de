"""Results as lines for a person at a terminal; every number in the language's own form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import words
from scoring.rank import bands
from work.moved import moved_lines

SHOWN = 10
_WHOLE = {"people", "metres"}  # units told without a fraction
LISTS = ("repaired", "warned", "rejected", "duplicates")


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set rows in columns as wide as their widest cell; control characters become spaces."""
    clean = [["".join(c if c.isprintable() else " " for c in cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*clean, strict=True)]
    return [
        "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in clean
    ]


def added_lines(report: dict[str, Any]) -> list[str]:
    """Tell a reader's report: the counts, then every row with its reason and way out."""
    counts: dict[str, Any] = {name: len(report[name]) for name in LISTS}
    lines = [words.say("tell.added", kind=report["kind"], accepted=report["accepted"], **counts)]
    for name in LISTS:
        for note in report[name]:
            row = words.say("tell.row", row=note["row"]) if note["row"] else words.say("tell.file")
            lines.append(f"  {words.say(f'tell.{name}')} · {row}: {note['reason']} {note['fix']}")
    return lines


def _interval(site: dict[str, Any]) -> str:
    low, high = words.number(site["low"], 2), words.number(site["high"], 2)
    return f"{words.number(site['score'], 2)} ({low}–{high})"


def ranked_lines(result: dict[str, Any]) -> list[str]:
    """Tell a ranking: how it stands, then the sites from the top."""
    sites = result["sites"]
    lines = _standing(result)
    shown = sites[:SHOWN]
    named = bands([site["score"] for site in shown]) if shown else []
    head = [
        words.say(f"tell.column.{c}")
        for c in ("rank", "id", "site", "place", "score", "band", "p_top", "coverage", "readiness")
    ]
    rows = [
        [*_ranked(site, band), words.say(f"readiness.{site['readiness']}")]
        for site, band in zip(shown, named, strict=True)
    ]
    lines += columns([head, *rows]) if rows else [words.say("tell.no_sites")]
    if len(sites) > SHOWN:
        lines.append(words.say("tell.more", more=len(sites) - SHOWN))
    return [*lines, *_areas(result), *moved_lines(result.get("moved", []), shown=SHOWN)]


def _ranked(one: dict[str, Any], band: str) -> list[str]:
    """Lay out what a row of sites and a row of areas both begin with."""
    return [
        str(one["rank"]),
        one["id"],
        one["name"][:40],
        one["kecamatan"],
        _interval(one),
        words.say(f"band.{band}"),
        _percent(one["p_top"]),
        _percent(one["coverage"]),
    ]


def _standing(result: dict[str, Any]) -> list[str]:
    """Tell how a ranking stands: what was ranked, with whose weights, how sure."""
    counts = result["counts"]  # of all that were ranked, also where only the first are listed
    notice = [words.say("tell.synthetic")] if result.get("synthetic") else []
    return [
        *notice,
        words.say(f"programme.{result['programme']}"),
        words.say(
            "tell.ranked",
            sites=counts["sites"],
            first=counts["survey_first"],
            excluded=len(result["excluded"]),
        ),
        words.say("tell.weights", text=result["weights_set_by"]),
        words.say("tell.run", run=result["run"]),
        *_sure(result),
        *_methods(result),
        "",
    ]


def _areas(result: dict[str, Any]) -> list[str]:
    """Tell the areas of a ranking for juveniles: how they stand, then the first of them."""
    if "areas" not in result:
        return []
    areas, told = result["areas"], result["areas_sureness"]
    first: Any = sum(area["readiness"] == "survei_dulu" for area in areas)
    counts: dict[str, Any] = {"areas": len(areas), "excluded": len(result["areas_excluded"])}
    lines = ["", words.say("tell.areas", first=first, **counts)]
    lines += [words.say("tell.areas_weights", text=told["weights_set_by"])]
    if not areas:
        return lines
    shown = areas[:SHOWN]
    named = bands([area["score"] for area in shown])
    columns_of = ("rank", "id", "area", "place", "score", "band", "p_top", "coverage", "inside")
    head = [words.say(f"tell.column.{c}") for c in (*columns_of, "readiness")]
    rows = [
        [
            *_ranked(area, band),
            str(len(area["places"])),
            words.say(f"readiness.{area['readiness']}"),
        ]
        for area, band in zip(shown, named, strict=True)
    ]
    lines += [told["text"], "", *columns([head, *rows])]
    more: Any = len(areas) - SHOWN
    return [*lines, words.say("tell.more_areas", more=more)] if len(areas) > SHOWN else lines


def _percent(share: float) -> str:
    return f"{words.number(100 * share)} %"


def _sure(result: dict[str, Any]) -> list[str]:
    if not result["sites"]:
        return []
    return [result["sureness"]["text"]]


def _methods(result: dict[str, Any]) -> list[str]:
    found = result.get("methods")
    if not found or not found["tau"]:
        return []
    pairs = [(t, one, other) for one, row in found["tau"].items() for other, t in row.items()]
    tau, one, other = min(pairs)
    names = {"one": words.say(f"method.{one}"), "other": words.say(f"method.{other}")}
    shared: Any = len(found["in_all"])
    return [words.say("tell.methods", shared=shared, top=result["top"], tau=tau, **names)]


def why_lines(result: dict[str, Any]) -> list[str]:
    """Tell where a score comes from: contributions, evidence, and what is not known."""
    site = result["site"]
    lines = [f"{site['name']} · {site['id']}"]
    if "score" not in site:
        return [*lines, words.say("tell.excluded", text=site["text"], basis=site["basis"])]
    band = bands([site["score"]])[0]
    lines.append(
        words.say(
            "tell.score",
            score=_interval(site),
            band=words.say(f"band.{band}"),
            rank=site["rank"],
            coverage=_percent(site["coverage"]),
            readiness=words.say(f"readiness.{site['readiness']}"),
        )
    )
    lines += [f"  {words.say(f'condition.{code}')}" for code in site["conditions"]]
    lines += _places(site)
    unknown = {row["criterion"] for row in result["unknown"]}
    told = {row["criterion"]: row for row in result["evidence"]}
    rows = [
        [
            words.say(f"criterion.{key}"),
            words.number(value, 3),
            words.say("tell.assumed") if key in unknown else _evidence(told[key]),
        ]
        for key, value in sorted(result["contributions"].items(), key=lambda kv: -kv[1])
    ]
    return [*lines, "", *columns(rows), "", *_lifts(result), "", *_mind(result)]


def _places(site: dict[str, Any]) -> list[str]:
    """Name the places inside an area, the one it stands on first."""
    if "places" not in site:
        return []
    if not site["places"]:
        return [words.say("tell.no_places_inside")]
    own = sorted(site["places"], key=lambda one: one["id"] != site["place"])
    names = "; ".join(f"{one['name']} ({one['id']})" for one in own[:SHOWN])
    more = f" +{len(own) - SHOWN}" if len(own) > SHOWN else ""
    return [words.say("tell.places_inside", names=names + more, place=own[0]["name"])]


def _mind(result: dict[str, Any]) -> list[str]:
    """Say how sure the first place is, and what would change it."""
    sure = result["sureness"]
    return [*([sure["text"]] if sure else []), result["flip"]["text"]]


def _lifts(result: dict[str, Any]) -> list[str]:
    """Say what would lift a site into the shortlist; what a visit could show comes first."""
    found = [row for row in result["counterfactuals"] if row["lift"]]
    return [row["text"] for row in sorted(found, key=lambda row: not row["lift"]["survey"])]


def _evidence(row: dict[str, Any]) -> str:
    unit, digits = words.say(f"unit.{row['unit']}"), 0 if row["unit"] in _WHOLE else 2
    told = [words.number(row[name], digits) for name in ("value", "sd") if not row["category"]]
    value = row["category"] or f"{' ± '.join(told)} {unit}"
    return words.say("tell.evidence", value=value, source=row["source"])


def checked_lines(result: dict[str, Any]) -> list[str]:
    """Tell what a check found, layer by layer, and what is missing."""
    lines = columns([[row["kind"], row["source"], row["accepted"]] for row in result["layers"]])
    if result["missing"]:
        lines.append(words.say("tell.missing", kinds=", ".join(result["missing"])))
    lines += [f"! {f['reason']} {f['fix']}" for f in result["findings"]]
    lines += [
        words.say(
            "tell.correlated",
            a=words.say(f"criterion.{pair['a']}"),
            b=words.say(f"criterion.{pair['b']}"),
            r=pair["r"],
        )
        for pair in result["correlated"]
    ]
    return lines if result["findings"] else [*lines, words.say("tell.no_findings")]


def trip_lines(result: dict[str, Any]) -> list[str]:
    """Tell a trip: minutes and kilometres, and whether they are as the crow flies."""
    code = "tell.trip_straight" if result["straight"] else "tell.trip"
    return [words.say(code, minutes=float(result["minutes"]), km=float(result["km"]))]


def saved_lines(result: dict[str, Any]) -> list[str]:
    """Tell that a scenario was saved."""
    return [words.say("tell.scenario_saved", name=result["name"], version=result["version"])]


def scenario_lines(result: dict[str, Any]) -> list[str]:
    """Tell the saved scenarios, each with who stands behind it."""
    lines = []
    for s in result["scenarios"]:
        by = s["set_by"] or words.say("weights.initial")
        lines.append(words.say("tell.scenario_row", name=s["name"], by=by))
        lines += [f"  {text}" for text in stated_lines(s["stated"])]
    return lines or [words.say("tell.scenario_none")]


def _points(value: float) -> str:
    return words.number(value, 0 if float(value).is_integer() else 1)


def stated_lines(stated: dict[str, Any]) -> list[str]:
    """Tell the limits, the order and the certainty of weights."""
    lines = [
        words.say(
            "tell.stated_interval",
            criterion=words.say(f"criterion.{key}"),
            low=_points(low),
            high=_points(high),
        )
        for key, (low, high) in stated["intervals"].items()
    ]
    tiers = [" = ".join(words.say(f"criterion.{k}") for k in tier) for tier in stated["order"]]
    lines += [" > ".join(tiers)] if tiers else []
    return [*lines, words.say(f"certainty.{stated['certainty']}")]


def compared_lines(result: dict[str, Any]) -> list[str]:
    """Tell a comparison: how many moved, who entered and left, and the first movers."""
    counts: dict[str, Any] = {name: len(result[name]) for name in ("moved", "entered", "left")}
    told = {"one": result["one"], "other": result["other"], "top": result["top"], **counts}
    lines = [words.say("tell.compared", **told)]
    for name, stated in zip((result["one"], result["other"]), result["stated"], strict=True):
        lines.append(f"{name}: {' · '.join(stated_lines(stated))}")
    for move in result["moved"][:SHOWN]:
        because = words.say(f"criterion.{move['because']}")
        told = {"name": move["name"], "a": move["from"], "b": move["to"], "because": because}
        lines.append(words.say("tell.moved", **told))
    return lines

"""Sentences of the brief about people and certainty: reach, room, how sure, what is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

import words
from reports.wording import joined
from scoring.trips import off_streets
from work.choosing import sites_of
from work.grounds import MODE, minutes_to
from work.said import Ground, Said, dated, names, short

NEAR_MIN = 30.0
"""People who live within so many minutes by motorcycle count as near."""
HALF = 0.5
FEW = 5
"""Counts of persons below this are never told (CRITERIA §6)."""
MAIN = 3
FARE_PER_KM = 2_000.0
"""Rupiah: the lower bound of online motorcycle fares in zone I (Sumatra, Java but Jabodetabek,
Bali), Ministry of Transport, from 10 September 2022; zone II 2,550, zone III 2,300."""


def reached(at: Ground) -> Said:
    """3. The share of people near a proposed site, and the kecamatan that are not."""
    found, chosen = at.found, set(at.proposal.ids)
    if found is None:
        return words.say("reports.said.3.none", why=at.proposal.why), {}
    ids = [at.result.candidates.ids[row] for row in found.rows]
    columns = [k for k, name in enumerate(ids) if name in chosen]
    if not columns:
        return words.say("reports.said.3.no_place"), {}
    places = found.places.iloc[columns].reset_index(drop=True)
    nearest = minutes_to(found, places).min(axis=1)
    people = pd.to_numeric(found.desa["population"]).fillna(0.0).to_numpy(dtype=float)
    near = np.where(nearest <= NEAR_MIN, people, 0.0)
    share = float(near.sum() / people.sum())
    table = pd.DataFrame({"k": found.desa["kecamatan"], "near": near, "all": people})
    by = table.loc[table["k"] != ""].groupby("k")[["near", "all"]].sum()
    far = sorted(by.index[by["near"] < HALF * by["all"]])
    flown = bool(off_streets(found.layers.network(MODE), places).all())
    numbers = {"near_share": share, "far_kecamatan": far, "straight": flown}
    text = words.say(
        "reports.said.3",
        p=words.number(100 * share),
        t=words.number(NEAR_MIN),
        far=names(far) if far else words.say("reports.none"),
    )
    return text + (" " + words.say("reports.said.3.straight") if flown else ""), numbers


def held(at: Ground) -> Said:
    """4. Hours a week that the sites can take, and what is needed; estimates, and said so."""
    found, chosen = at.found, set(at.proposal.ids)
    if found is None or at.proposal.how == "office" or not chosen:
        return words.say("reports.said.4.none"), {}
    sites, _ = sites_of(at.result, found)
    own = [k for k, name in enumerate(sites.ids) if name in chosen]
    numbers: dict[str, Any] = {
        "capacity": float(sites.capacity_h_week[own].sum()),
        "clients": float(found.demand["amount"].sum()),
        "low": float(found.demand["hours_low"].sum()),
        "high": float(found.demand["hours_high"].sum()),
        "counted": found.counted,
    }
    if numbers["clients"] < FEW:
        return words.say("reports.said.4.none"), {}
    source = dated(at, "demand") if found.counted else words.say("reports.said.4.assumed")
    told = {n: words.number(float(numbers[n])) for n in ("capacity", "low", "high")}
    need = told["low"] if told["low"] == told["high"] else f"{told['low']}–{told['high']}"
    clients = words.number(round(float(numbers["clients"]) / FEW) * FEW)
    capacity = told["capacity"]
    text = words.say("reports.said.4", clients=clients, source=source, capacity=capacity, need=need)
    return text, numbers


def steady(at: Ground) -> Said:
    """8. How often the same list comes out, and who is not clearly better than whom."""
    proposal, told = at.proposal, at.told
    if not at.sites:
        return words.say("reports.said.8.none"), {}
    parts: list[str] = []
    numbers: dict[str, Any] = {}
    n, draws = len(proposal.ids), words.number(float(told["sureness"]["draws"]))
    if proposal.shared is not None:
        shared = words.number(proposal.shared, 1)
        numbers = {"same_list": proposal.same, "times": proposal.times, "shared": proposal.shared}
        code = "reports.said.8.listed" if proposal.same is None else "reports.said.8.chosen"
        parts.append(
            words.say(code, q=proposal.same, of=proposal.times, n=n, shared=shared, draws=draws)
        )
    elif proposal.how != "office":
        parts.append(words.say("reports.said.8.not_computed"))
    first = sorted(at.sites, key=lambda s: (-(s.p_first or 0.0), s.rank, s.id))[:2]
    numbers |= {"clear_winner": bool(told["clear_winner"])}
    chances = [words.number(100 * (site.p_first or 0.0)) for site in first]
    if told["clear_winner"]:
        parts.append(words.say("reports.said.8.clear", a=short(first[0].name), p=chances[0]))
    elif len(first) > 1:
        both = {
            "a": short(first[0].name),
            "b": short(first[1].name),
            "p": chances[0],
            "r": chances[1],
        }
        parts.append(words.say("reports.said.8.unclear", draws=draws, **both))
    return " ".join(parts), numbers


def unknown(at: Ground) -> Said:
    """9. The weight that nobody knows yet, mainly of what, and the visits that would tell."""
    chosen = at.chosen or tuple(at.sites[:10])
    if not chosen:
        return words.say("reports.said.9.none"), {}
    weights = dict(zip([c.key for c in at.result.criteria], at.result.ranking.weights, strict=True))
    share = float(np.mean([1.0 - site.coverage_0_1 for site in chosen]))
    missing: dict[str, float] = {}
    for site in chosen:
        for part in site.parts:
            if part.unknown:
                missing[part.key] = missing.get(part.key, 0.0) + float(weights[part.key])
    main = sorted(missing, key=lambda key: (-missing[key], key))[:MAIN]
    numbers: dict[str, Any] = {"unknown_share": share, "mainly": main}
    if not main:
        return words.say("reports.said.9.all_known"), numbers
    criteria = joined([words.say(f"criterion.{key}").lower() for key in main])
    text = words.say("reports.said.9", u=words.number(100 * share), criteria=criteria)
    more, visits = _visits(at)
    return f"{text} {more}", numbers | visits


def _visits(at: Ground) -> tuple[str, dict[str, Any]]:
    """Say how many visits are planned, or how many would be needed."""
    plan = at.study.store.latest_plan(at.result.scenario.programme)
    if plan is not None:
        days: list[Any] = list(plan.days)
        stops = sum(len(day["stops"]) for day in days)
        numbers: dict[str, Any] = {"visits": stops, "team_days": len(days)}
        return words.say("reports.said.9.plan", **numbers), numbers
    left = sum(not at.visits[n].visits if n in at.visits else True for n in at.proposal.ids)
    code = "reports.said.9.no_plan" if left else "reports.said.9.all_seen"
    return words.say(code, n=left), {"visits": left}


def fare(settings: Mapping[str, str]) -> tuple[float, str]:
    """Return rupiah a kilometre and where they are from: what the study states, else a default."""
    if "fare_per_km" in settings:
        source = settings.get("fare_source") or words.say("reports.fare.stated")
        return float(settings["fare_per_km"]), source
    return FARE_PER_KM, words.say("reports.fare.default")


def office(at: Ground) -> Said:
    """10. What a branch office saves."""
    told = at.proposal.chosen
    if told is None or not told["chosen"]:
        return words.say("reports.said.10.none", why=at.proposal.why), {}
    before, after = told["today"]["mean_min"], told["after"]["mean_min"]
    if before is None or after is None:
        return words.say("reports.said.10.no_minutes"), {}
    numbers = {"t0": before, "t1": after, "p90": told["after"]["p90_min"]}
    numbers |= {"hours": told["saved_hours_per_year"], "km": told["saved_km_per_year"]}
    text = words.say(
        "reports.said.10",
        names=joined([f"{short(one['name'])} ({one['kecamatan']})" for one in told["chosen"]]),
        t0=words.number(before),
        t1=words.number(after),
        p90=words.number(numbers["p90"] or 0.0),
    )
    if numbers["hours"] is not None:
        text += " " + words.say("reports.said.10.hours", hours=words.number(numbers["hours"]))
    if numbers["km"] is not None:
        per_km, source = fare(at.study.settings.report)
        numbers |= {"rupiah": numbers["km"] * per_km, "fare_per_km": per_km}
        text += " " + words.say(
            "reports.said.10.rupiah",
            km=words.number(numbers["km"]),
            rp=words.number(round(numbers["rupiah"], -3)),
            per_km=words.number(per_km),
            source=source,
        )
    if told["rivals"]:
        row = dict(zip(at.result.candidates.ids, at.result.candidates.frame["name"], strict=True))
        rivals = [str(row[one["id"]]) for one in told["rivals"]]
        text += " " + words.say("reports.said.10.rivals", names=names(rivals))
    return text + " " + words.say("reports.said.10.status"), numbers

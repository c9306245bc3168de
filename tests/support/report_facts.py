"""Facts of a run that no study made: plain ones, hostile ones, and ones where nothing is known."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import shapely

from reports.facts import ReportCriterion, ReportFacts, ReportPart, ReportSite

LONG = "Puskesmas " + "Wonosobo" * 25
HOSTILE = (
    '#set page(fill: red) $x^2$ *tebal* _miring_ <label> @rujuk "kutip" \\ // komentar',
    '=HYPERLINK("https://contoh.invalid"); {{nama}} %s {0} \u202eterbalik\u202c \x00\x07 \ufeff',
    "معهد النور · 神社 · ꦥꦱꦂ · 🏫 · Z̸̧̛̖a̴͓͝l̸̰̕g̵̯̈o̷ · a\u0300\u0301\u0302\u0303\u0304",
    LONG[:200],
    "]]></svg><script>alert(1)</script>&amp;&#x0;",
    "\n\n\n\t- butir\n+ butir\n= judul\n/ istilah: arti",
)
EMPTY = gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4326")


def site(k: int, **told: object) -> ReportSite:
    """One ranked site."""
    parts = tuple(
        ReportPart(key=key, contribution=0.25, unknown=False, value_text="1 km", source="peta")
        for key in ("labour_need", "landslide")
    )
    made = ReportSite(
        id=f"p-{k:06d}",
        name=f"Lokasi {k}",
        kind="Sekolah",
        agency="Dinas Pendidikan",
        address=f"RT {k:02d}/RW 01",
        code=f"1.3.{k}",
        desa="Desa Satu",
        kecamatan="Batur",
        lon=109.7 + k * 0.004,
        lat=-7.3 - (k % 7) * 0.01,
        rank=k,
        rank_text=f"{k} (1–{k + 3})",
        score=round(0.9 - k / 100, 4),
        low=0.2,
        high=0.95,
        band="kuat",
        coverage_0_1=0.7,
        readiness="bersyarat",
        readiness_text="bersyarat",
        conditions=(("C1", "Ada anak di lokasi"), ("C4", "Kelas bahaya 2")),
        reason="",
        parts=parts,
        p_first=0.3,
        p_top=0.5,
        p_gate=1.0,
        ask_first="",
        lifts=("Bila kebutuhan 24 jam, masuk 10 besar.",),
        hazards=(),
        state="approved",
        state_text="disetujui",
        listed=True,
        valid_until="2027-11-10",
        agreement="PKS 7/2026",
        visits=(
            {"team": "A", "on": "2026-11-10", "answers": (("Kesediaan", "Ya"),), "photos": ()},
        ),
        days_text="Senin–Kamis",
        hours_text="pagi",
        capacity_text="4 orang sehari",
        host_text="Dinas Pendidikan – pendamping: Ya",
    )
    return replace(made, **told)


def facts(sites: tuple[ReportSite, ...] = (), **told: object) -> ReportFacts:
    """A run about some sites."""
    outline = gpd.GeoDataFrame(geometry=[shapely.box(109.5, -7.5, 110.0, -7.1)], crs="EPSG:4326")
    kecamatan = outline.assign(name="Batur")
    criteria = tuple(
        ReportCriterion(key=key, title=key, group=group, weight_0_1=0.5)
        for key, group in (("labour_need", "benefit"), ("landslide", "safety"))
    )
    made = ReportFacts(
        study_name="Kabupaten Contoh",
        programme="kerja-sosial",
        programme_text="Kerja sosial (dewasa)",
        lang="id",
        run="59a0ce94f048",
        run_sha256="59a0ce94f048" + "0" * 52,
        made_on="2026-11-24",
        scenario="study.toml",
        weights_text="bobot awal, belum disepakati",
        criteria=criteria,
        sites=sites,
        excluded=(),
        told={"programme": "kerja-sosial", "run": "59a0ce94f048"},
        chosen=None,
        kecamatan=kecamatan,
        desa=EMPTY,
        layers={"boundary": outline},
        sources=(("batas", "BPS", "CC BY", "2026"),),
        sentences={n: f"Kalimat {n} tentang lokasi." for n in range(1, 13) if n != 10},
        synthetic=False,
        attribution="BPS",
        on="2026-11-24",
        proposed=tuple(s.id for s in sites),
        proposed_how="listed" if sites else "none",
        figures={"proposed": len(sites), "kecamatan": 1, "kecamatan_all": 20, "near_share": 0.654},
    )
    return replace(made, **told)


def hostile(count: int = 6) -> ReportFacts:
    """Every text is one that wants to break the page."""
    bad = [HOSTILE[k % len(HOSTILE)] for k in range(count)]
    sites = tuple(
        site(
            k + 1,
            **dict.fromkeys(("name", "agency", "address", "code", "desa", "kecamatan"), text),
            **dict.fromkeys(("kind", "days_text", "capacity_text", "host_text", "agreement"), text),
            conditions=tuple((f"C{n}", text) for n in range(1, 9)),
            visits=({"team": text, "on": "2026-11-10", "answers": ((text, text),), "photos": ()},),
        )
        for k, text in enumerate(bad)
    )
    names = ("regency", "prosecutor", "court", "bapas", "place", "dissent")
    return facts(
        sites,
        study_name=LONG,
        weights_text=HOSTILE[0],
        attribution=LONG,
        settings=dict(zip(names, (LONG, *HOSTILE), strict=False)),
        sentences={n: f"{LONG} {HOSTILE[n % 6]} {LONG}" for n in range(1, 13) if n != 10},
        synthetic=True,
    )


def unknown(count: int = 3) -> ReportFacts:
    """Nothing is known of the sites but that they are there."""
    gone = dict.fromkeys(("agency", "address", "code", "desa", "kecamatan"), "")
    gone |= dict.fromkeys(("days_text", "hours_text", "capacity_text", "host_text"), "")
    gone |= dict.fromkeys(("valid_until", "agreement"), "")
    sites = tuple(
        site(k, **gone, lon=None, lat=None, conditions=(), visits=(), parts=(), lifts=())
        for k in range(1, count + 1)
    )
    return facts(sites, kecamatan=EMPTY, layers={}, sources=(), attribution="", figures={})

"""What every document is written from: one run, laid out once, every figure already in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCriterion:
    """One criterion of the run: its group (benefit, safety) and effective weight (all sum to 1)."""

    key: str
    title: str
    group: str
    weight_0_1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPart:
    """What one criterion gives one site; ``contribution`` sums over criteria to the score.

    ``value_text`` is the value with its unit, "" where unknown; ``source``, ``when`` and ``by``
    tell where it comes from.
    """

    key: str
    contribution: float
    unknown: bool
    value_text: str = ""
    source: str = ""
    when: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSite:
    """One site as documents show it; texts are in the language of the report.

    ``rank`` is 0 for an excluded site, which has a ``reason``; lon and lat (EPSG:4326) are None
    where only the desa is known. ``state`` is where the site stands in its life (`scoring.life`);
    ``listed`` whether it is on the official list. ``lifts`` says what would change the judgement.
    ``visits`` are the accepted visits, newest first: ``{team, on, answers: ((label, text), …),
    photos: ({name, sha256, file}, …)}``, a photo's bytes by its sha256 among the pictures a writer
    gets. Days, hours, capacity and host are what the newest visits said, "" while unknown.
    """

    id: str
    name: str
    kind: str
    agency: str
    address: str
    code: str
    desa: str
    kecamatan: str
    lon: float | None
    lat: float | None
    rank: int
    rank_text: str
    score: float
    low: float
    high: float
    band: str
    coverage_0_1: float
    readiness: str
    readiness_text: str
    conditions: tuple[tuple[str, str], ...]
    reason: str
    parts: tuple[ReportPart, ...]
    p_first: float | None
    p_top: float | None
    p_gate: float | None
    ask_first: str
    lifts: tuple[str, ...]
    hazards: tuple[str, ...]
    state: str
    state_text: str
    listed: bool
    valid_until: str
    agreement: str
    visits: tuple[Mapping[str, Any], ...] = ()
    hours_text: str = ""
    days_text: str = ""
    capacity_text: str = ""
    host_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReportFacts:
    """One run of one programme, ready to be written about.

    Parameters
    ----------
    study_name, programme, programme_text, lang : str
    run : str
        First twelve digits of the run's fingerprint; ``run_sha256`` is all of it.
    made_on : str
        ISO day of the run: documents never read a clock.
    scenario : str
    weights_text : str
        Who set the weights, or that nobody has.
    sites, excluded : tuple of ReportSite
        In the order of the ranking; the excluded by id.
    told : mapping
        What ``rank --json`` printed of this run; every figure of a document is one of its figures.
    chosen : mapping or None
        The recommended set (``sites --json``) or office (``office --json``).
    kecamatan, desa : GeoDataFrame
        EPSG:4326, ``name``; may be empty.
    layers : mapping of str to GeoDataFrame
        What maps draw (EPSG:4326): roads, water, hazards by kind with ``class_`` 1-3, events.
    sources : tuple of (title, source, licence, date)
    sentences : mapping
        The sentences of CRITERIA §9 by number; without its figures one says what is not known.
    synthetic : bool
    public : bool
        Only approved sites, kind and kecamatan may be shown: nothing else is in these facts.
    settings : mapping
        ``[report]`` of study.toml: names of offices and the date of decision, where given.
    on : str
        ISO day on which the life of the sites was looked at.
    proposed : tuple of str
        Ids of the sites put before leadership, and in ``proposed_how`` why these: ``listed``,
        ``chosen`` (the least number that serves every kecamatan), ``first`` (of the ranking),
        ``office`` or ``none``.
    figures : mapping
        The numbers in the sentences, by name.
    legal : tuple of (text, date)
        What the limits of the programme are taken from.
    """

    study_name: str
    programme: str
    programme_text: str
    lang: str
    run: str
    run_sha256: str
    made_on: str
    scenario: str
    weights_text: str
    criteria: tuple[ReportCriterion, ...]
    sites: tuple[ReportSite, ...]
    excluded: tuple[ReportSite, ...]
    told: Mapping[str, Any]
    chosen: Mapping[str, Any] | None
    kecamatan: gpd.GeoDataFrame
    desa: gpd.GeoDataFrame
    layers: Mapping[str, gpd.GeoDataFrame]
    sources: tuple[tuple[str, str, str, str], ...]
    sentences: Mapping[int, str]
    synthetic: bool
    attribution: str
    public: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    on: str = ""
    proposed: tuple[str, ...] = ()
    proposed_how: str = "none"
    figures: Mapping[str, Any] = field(default_factory=dict)
    legal: tuple[tuple[str, str], ...] = ()

    def site(self, name: str) -> ReportSite:
        """Return a ranked site by its id."""
        return next(site for site in self.sites if site.id == name)

    def listed(self) -> tuple[ReportSite, ...]:
        """Return the sites on the official list, in the order of the ranking."""
        return tuple(site for site in self.sites if site.listed)

    @property
    def hash8(self) -> str:
        """The eight digits by which a document names its run."""
        return self.run[:8]

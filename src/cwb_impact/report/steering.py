"""What stands on the steering page: its sections, what a reader can filter by, and the sources of every figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cwb_impact.report import fact_views, programme, programme_views
from cwb_impact.report.register_views import has_invented, lines_of_list, register_view, trends
from cwb_impact.report.release import Release, rows_of
from cwb_impact.report.views import Source, View, all_sources
from cwb_impact.report.words import Lang, slug, text

FACETS = ("line", "phase", "status")
REGISTER_SECTIONS = {
    "people": ("E01", "E02", "E03", "E07", "E10", "J04", "J05", "J07", "I11"),
    "coops": ("P01",),
    "spend": ("C05", "C06", "C07", "C08"),
    "pipeline": ("P05", "P06"),
    "money": ("P03", "P04"),
    "gaps": ("P07", "P08"),
    "targets": ("P02",),
}
"""Codes of the catalogue whose register figures stand in each section."""


@dataclass(frozen=True)
class Section:
    """A heading and its tables."""

    id: str
    heading: str
    views: tuple[View, ...]


@dataclass(frozen=True)
class Page:
    """Everything on the page. options : facet -> key -> words. quotes : line -> phrases of the report on it."""

    sections: tuple[Section, ...]
    options: dict[str, dict[str, str]]
    quotes: dict[str, tuple[str, ...]]
    lists: tuple[Source, ...]
    invented: bool


def page_of(release: Release, lang: Lang) -> Page:
    """Put the page of a release together."""
    sections = tuple(_sections(release, lang))
    lists = _lists(sections)
    return Page(
        sections,
        _options(release, sections, lang),
        _quotes(release, sections, lists),
        lists,
        has_invented(release),
    )


def _sections(release: Release, lang: Lang) -> Iterable[Section]:
    """The sections in the order of the page; within each, the report goes before the registers."""
    of_report = {
        "targets": [programme_views.targets(release, lang, trends(release, lang))],
        "actions": [programme_views.actions(release, lang)],
        "people": [programme_views.people(release, lang, with_bars=True)],
        "coops": [programme_views.counts(release, lang)],
        "spend": [fact_views.contracts(release, lang)],
        "pipeline": [],
        "money": [fact_views.money(release, lang)],
        "gaps": [fact_views.gaps(release, lang)],
    }
    for name, views in of_report.items():
        codes = REGISTER_SECTIONS.get(name)
        caption = text("steering.from_registers", lang, what=text(f"steering.section.{name}", lang).lower())
        found = [register_view(release, lang, f"{name}-registers", caption, codes)] if codes else []
        yield Section(name, text(f"steering.section.{name}", lang), (*views, *found))


def _lists(sections: Iterable[Section]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for source in _linked(sections) if source.kind == "register"))


def _linked(sections: Iterable[Section]) -> list[Source]:
    """Every source to which something on the page links."""
    lines = (line for section in sections for view in section.views for line in view.lines)
    return [source for line in lines for source in all_sources(line)]


def _options(release: Release, sections: Iterable[Section], lang: Lang) -> dict[str, dict[str, str]]:
    """What can be chosen: only what some row has, in the order of the page."""
    found: dict[str, dict[str, str]] = {facet: {} for facet in FACETS}
    stages = {row["group"]: programme.stage(row, lang) for row in rows_of(release.tables["initiatives"])}
    rows = [line for section in sections for view in section.views for line in view.lines]
    for facet in FACETS:
        for key in dict.fromkeys(key for line in rows for key in line.facets.get(facet, "").split()):
            words = {
                "line": text("progress.action_line", lang, line=key),
                "phase": stages.get(key, key),
                "status": slug("status", key, lang),
            }
            found[facet][key] = words[facet]
    found["line"] = dict(sorted(found["line"].items()))
    return found


def _quotes(release: Release, sections: Iterable[Section], lists: Iterable[Source]) -> dict[str, tuple[str, ...]]:
    """The phrases of every line that is quoted or linked to, in the order of the report."""
    quoted: dict[str, list[str]] = {}
    for row in rows_of(release.tables["evidence"]):
        quoted.setdefault(str(row["line"]), []).append(row["quote"])
    linked = [*_linked(sections), *(line for one in lists for line in lines_of_list(release, one))]
    for source in linked:
        if source.kind == "line":
            quoted.setdefault(source.key, [])
    return {number: _whole(quoted[number]) for number in sorted(quoted, key=int)}


def _whole(quotes: list[str]) -> tuple[str, ...]:
    """Each phrase once, without those that stand inside a longer one."""
    return tuple(one for one in dict.fromkeys(quotes) if not any(one in other and one != other for other in quotes))

"""Figures from registers as tables: with what the unknown rows could change, and the list on which they rest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from cwb_impact.report import cells
from cwb_impact.report.numbers import fmt, fmt_period
from cwb_impact.report.release import Release, Row, rows_of
from cwb_impact.report.views import Cell, Line, Part, Source, View, said
from cwb_impact.report.words import Lang, capital, slug, small, text, words
from cwb_impact.spec.model import KEPT_POPULATIONS

SYNTHETIC = "SYNTHETIC"
LINES_SHOWN = 4
"""A figure on more lines of the report links to its list, which names them all."""


def figures(release: Release, codes: Iterable[str] = ("",)) -> pd.DataFrame:
    """The rows of indicators.csv that come from registers, of the indicators whose code starts with one of `codes`."""
    rows = release.totals
    known = release.manifest["indicators"]
    chosen = [name for name in known if known[name]["code"].startswith(tuple(codes))]
    return rows[rows["population"].isin(KEPT_POPULATIONS) & rows["indicator"].isin(chosen)]


def has_invented(release: Release) -> bool:
    """Does any figure from a register stand on invented lists?"""
    return bool((figures(release)["data"] == SYNTHETIC).any())


def register_view(release: Release, lang: Lang, name: str, caption: str, codes: Iterable[str] = ("",)) -> View:
    """One row an indicator, one column a wave; what was not recorded is said in words."""
    by_series = figures(release, codes).groupby(["indicator", "population"], sort=False)
    lines = [_series(release, rows_of(members), lang) for _, members in by_series]
    waves = [release.name("waves", wave, lang) for wave in release.waves]
    head = (text("progress.head.figure", lang), *waves, text("progress.head.meaning", lang))
    widths = (30, *[30] * len(waves), 46)
    return View(name, caption, head, widths, tuple(lines), text("progress.no_register", lang), source_width=28)


def trends(release: Release, lang: Lang) -> dict[str, Cell]:
    """By indicator, its name and its figure at every wave that has one, oldest first.

    One figure that the report itself gives is no trend: it stands beside the target already.
    """
    found = {}
    for indicator, members in figures(release).groupby("indicator", sort=False):
        rows = [row for row in rows_of(members) if row["status"] != "not_collected"]
        told = [row for row in rows if source_of(release, row).get("origin") == "report"]
        if rows and not (len(rows) == 1 and told):
            name = Part(release.manifest["indicators"][str(indicator)]["name"][lang])
            found[str(indicator)] = Cell((name, *(_at_wave(release, row, lang) for row in rows)))
    return found


def _at_wave(release: Release, row: Row, lang: Lang) -> Part:
    part = value(release, row, lang)
    words = text("steering.at_wave", lang, wave=release.name("waves", row["wave"], lang), value=part.words)
    return Part(words, part.sources, part.synthetic)


def _series(release: Release, rows: list[Row], lang: Lang) -> Line:
    at = {row["wave"]: row for row in rows}
    definition = release.manifest["indicators"][rows[0]["indicator"]]
    population = release.name("populations", rows[0]["population"], lang)
    several = figures(release)
    of_one = several.loc[several["indicator"] == rows[0]["indicator"], "population"].nunique() == 1
    name = definition["name"][lang]
    if not of_one:
        name = text("steering.of_population", lang, name=name, population=small(population))
    absent = said(text("not_in_table", lang))
    waves = [_told(release, at[wave], lang) if wave in at else absent for wave in release.waves]
    return Line((said(name), *waves, said(meaning(definition, lang))), ())


def meaning(definition: Mapping[str, Any], lang: Lang) -> str:
    """The plain sentence of an indicator, and the numbers on which it rests."""
    rests_on = [
        text("steering.parameter", lang, name=one["name"][lang], value=fmt(one["value"], "count", 0, lang))
        for one in definition.get("parameters", [])
    ]
    return " ".join([definition["plain"][lang], *rests_on])


def value(release: Release, row: Row, lang: Lang) -> Part:
    """The number, what it could be with the unknown rows, and its source; or why there is no number."""
    decimals = release.manifest["indicators"][row["indicator"]]["decimals"]
    invented = row["status"] in cells.SHOWN and row["data"] == SYNTHETIC
    return Part(cells.estimate(row, decimals, lang), _sources(source_of(release, row), row), invented)


def _told(release: Release, row: Row, lang: Lang) -> Cell:
    """A figure, and under it for how many rows a fact is missing."""
    unknown = float(source_of(release, row).get("n_unknown") or 0)
    part = value(release, row, lang)
    if not unknown or row["status"] not in cells.SHOWN:
        return Cell((part,))
    # without limits the figure is only of what is known
    name = "steering.n_unknown_left_out" if math.isnan(row["ci_low"]) else "steering.n_unknown"
    return Cell((part, Part(text(name, lang, n=fmt(unknown, "count", 0, lang)))))


def source_of(release: Release, row: Row) -> Row:
    """The row of sources.csv of a figure; empty when the release has none."""
    table = release.tables["sources"]
    if table.empty:
        return {}
    same = pd.Series(True, index=table.index)
    for name in ("indicator", "population", "wave"):
        same &= table[name] == row[name]
    return next(iter(rows_of(table[same])), {})


def _sources(known: Row, row: Row) -> tuple[Source, ...]:
    if not known:
        return ()
    numbers = str(known["lines"]).split()
    if known["origin"] == "report" and 0 < len(numbers) <= LINES_SHOWN:
        return tuple(Source("line", number) for number in numbers)
    return (Source("register", f"{known['register']}-{row['wave']}"),)


def list_words(release: Release, source: Source, lang: Lang) -> list[str]:
    """What is known of one list: the day it is about, its files, and what happened to its rows."""
    register, _, wave = source.key.rpartition("-")
    of_list = [_of(release, name, register, wave) for name in ("sources", "registers")]
    some = next((rows[0] for rows in of_list if rows), None)
    if some is None:
        return []
    files = sorted({file for row in of_list[0] for file in str(row.get("files", "")).split() if file})
    counted = {row["what"]: row["number"] for row in of_list[1]}
    said_ = [text("steering.reference_date", lang, day=_day(some["reference_date"], lang))]
    said_ += [text("steering.files", lang, files=", ".join(files))] if files else []
    said_ += [f"{_what(what, lang)}: {_number(number, what, lang)}" for what, number in counted.items()]
    return said_


def lines_of_list(release: Release, source: Source) -> tuple[Source, ...]:
    """The lines of the report on which a list rests; none for a list from files."""
    register, _, wave = source.key.rpartition("-")
    rows = _of(release, "sources", register, wave)
    numbers = {int(number) for row in rows if row["origin"] == "report" for number in str(row["lines"]).split()}
    return tuple(Source("line", str(number)) for number in sorted(numbers))


def is_invented(release: Release, source: Source) -> bool:
    register, _, wave = source.key.rpartition("-")
    return any(row["data"] == SYNTHETIC for row in _of(release, "sources", register, wave))


def _of(release: Release, name: str, register: str, wave: str) -> list[Row]:
    table = release.tables[name]
    if table.empty:
        return []
    return rows_of(table[(table["register"] == register) & (table["wave"] == wave)])


def _day(day: str, lang: Lang) -> str:
    return fmt_period(f"{day}/{day}", lang)


def _what(what: str, lang: Lang) -> str:
    return capital(words(lang).get(f"steering.what.{what}", what.replace("_", " ")))


def _number(number: str, what: str, lang: Lang) -> str:
    """A count of a list; one that could tell about a few people is left empty, and said to be hidden."""
    if not number:
        return slug("status", "suppressed_primary", lang)
    unit = "euro" if what.endswith("euros") else "count"
    return fmt(float(number), unit, 0, lang)

"""What the changes of a release allow one to say, as sentences without a claim above their level."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from cwb_impact.report import cells
from cwb_impact.report.release import Release, Row, rows_of
from cwb_impact.report.words import Lang, capital, slug, text


def pairs(release: Release) -> list[tuple[str, str]]:
    """The pairs of waves that are compared, in the order of the table; the last one is the newest."""
    changes = release.tables["changes"]
    return list(dict.fromkeys(zip(changes["wave_from"], changes["wave_to"], strict=True)))


def change_of(release: Release, pair: tuple[str, str], row: Row) -> Row | None:
    """The change between two waves for the indicator, population and category of a row."""
    changes = release.tables["changes"]
    same = (changes["wave_from"] == pair[0]) & (changes["wave_to"] == pair[1])
    for name in ("indicator", "population", "dimension", "category"):
        same &= changes[name] == row[name]
    return next(iter(rows_of(changes[same])), None)


def finding(release: Release, rows: pd.DataFrame, lang: Lang) -> str:
    """The title of a chart: what changed in each population, or that this is the first measurement."""
    if release.first_measurement:
        return text("first_measurement.short", lang)
    by_category = rows["dimension"].iloc[0] != "total"
    said = []
    for population, members in rows.groupby("population", sort=False):
        verdicts = list(_verdicts(release, members, lang))
        words = _counted(verdicts, lang) if by_category else ", ".join(dict.fromkeys(verdicts))
        said.append(f"{capital(release.name('populations', str(population), lang))}: {words}")
    return "; ".join(said)


def _verdicts(release: Release, rows: pd.DataFrame, lang: Lang) -> Iterator[str]:
    """The verdict on each category in the newest comparison, in words."""
    compared = pairs(release)
    for row in rows_of(rows.drop_duplicates("category")):
        change = change_of(release, compared[-1], row) if compared else None
        if change is None or not cells.has_number(change):
            yield text("finding.no_change_shown", lang)
        else:
            yield slug("verdict", change["verdict"], lang)


def _counted(verdicts: list[str], lang: Lang) -> str:
    """`higher in 1 group, no detectable difference in 4 groups`"""
    parts = []
    for verdict in dict.fromkeys(sorted(verdicts)):
        n = verdicts.count(verdict)
        parts.append(text("finding.group" if n == 1 else "finding.groups", lang, n=str(n), verdict=verdict))
    return ", ".join(parts)

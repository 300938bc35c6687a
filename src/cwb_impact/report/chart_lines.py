"""What stands on each line of a chart, from top to bottom, and the same in words."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pandas as pd

from cwb_impact.report import cells
from cwb_impact.report.release import Release, Row, rows_of
from cwb_impact.report.words import Lang, capital, text

LINE, LABEL_LINE, GAP = 19, 14, 7
LABEL_CHARS = 27
LINES_IN_WORDS = 12


@dataclass(frozen=True)
class Line:
    """One line of the chart. y : its middle in pixels from the top. age : 0 for the newest wave."""

    y: float
    population: str
    group: str
    wave: str
    age: int
    row: Row

    @property
    def shown(self) -> bool:
        return self.row["status"] in cells.SHOWN

    def words(self, decimals: int, lang: Lang) -> str:
        """The number with its interval, or why there is none."""
        return cells.estimate(self.row, decimals, lang, with_n=False)


def lay_out(release: Release, rows: pd.DataFrame, by_category: bool, lang: Lang) -> tuple[list[Line], float]:
    """The lines from top to bottom, by population and category, and the height they need."""
    lines: list[Line] = []
    y = 0.0
    for population, members in groupby(rows_of(rows), key=lambda row: row["population"]):
        label = capital(release.name("populations", population, lang))
        y += LINE if by_category else 0
        for category, series in groupby(members, key=lambda row: row["category"]):
            group = capital(release.category(rows["dimension"].iloc[0], category, lang)) if by_category else label
            start = y
            for row in series:
                age = len(release.waves) - 1 - release.waves.index(row["wave"])
                lines.append(Line(y + LINE / 2, label, group, release.name("waves", row["wave"], lang), age, row))
                y += LINE
            y = max(y, start + LABEL_LINE * len(wrapped(group))) + GAP
    return lines, y


def wrapped(label: str) -> list[str]:
    """The lines of a group's label."""
    return textwrap.wrap(label, LABEL_CHARS)


def alternative(release: Release, definition: Any, lines: list[Line], title: str, lang: Lang) -> str:
    """The chart in words: the finding, then its lines, the first dozen of them."""
    said = [text("chart.alt", lang, name=definition["name"][lang], finding=title)]
    for line in lines[:LINES_IN_WORDS]:
        group = line.group if line.group == line.population else f"{line.population}, {line.group}"
        said.append(f"{group}, {line.wave}: {line.words(definition['decimals'], lang)}.")
    if len(lines) > LINES_IN_WORDS:
        said.append(text("chart.alt_rest", lang, n=str(len(lines) - LINES_IN_WORDS)))
    if release.synthetic:
        said.append(text("synthetic.chart", lang))
    return " ".join(said)

"""Which grouping of a dimension would show more: categories joined, or the dimension left out.

Every grouping that is tried gets its rows from the answers themselves, by the rules for each row and the plain
complement (`disclosure/complements.py`). The attack over all tables is not made again, so it may still hide a few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from cwb_impact.disclosure.complements import complements_of
from cwb_impact.disclosure.levels import decided_levels
from cwb_impact.disclosure.people import TOTAL, UNKNOWN, Answer, People, Place
from cwb_impact.disclosure.primary import COMPLEMENT, SHOWN
from cwb_impact.estimate.named import Answers, compute
from cwb_impact.estimate.sides import Respondents, disclosure_counts
from cwb_impact.indicators.measure import Measure, threshold_of
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.indicator import Indicator

MOST_JOINS = 3
WORTH_TELLING = 1.0
"""Percent of the answers that a grouping must show more."""

Group = tuple[str, ...]
"""Categories that are one; most often a single one."""


@dataclass(frozen=True)
class Grouping:
    """joined : the groups of two and more categories; none for the dimension as it is. shown : rows, of `rows`.
    percent : of the answers behind all rows, those behind rows that are shown."""

    joined: tuple[Group, ...]
    shown: int
    rows: int
    percent: float


@dataclass(frozen=True)
class Advice:
    """What could be done about the hidden rows of one dimension.

    now : as it is. better : groupings that show more rows, the best first. fuller : where there are none, one that
    shows fewer rows and yet more answers, since less is hidden to cover others. of_total : hidden rows of which the
    figure of everybody is hidden too, by itself: no grouping shows those. why : the reason that hides most rows now.
    left_out : shown rows that go with the dimension. freed : rows elsewhere that are hidden only to cover others, so
    many come back at most when it is left out.
    """

    population: str
    dimension: str
    now: Grouping
    better: tuple[Grouping, ...]
    fuller: Grouping | None
    of_total: int
    why: str
    left_out: int
    freed: int


def advice(levels: pd.DataFrame, people: Mapping[Place, People], study: StudyBundle) -> tuple[Advice, ...]:
    """For every population and dimension with hidden rows.

    Parameters
    ----------
    levels : rows of EstimateTable.frame with their final status, reason and band. people : of `people_of`.
    """
    asked = levels[(levels["dimension"] != TOTAL) & (levels["status"] != "not_collected") & (levels["n"] > 0)]
    found = []
    for (population, dimension), rows in asked.groupby(["population", "dimension"], sort=False):
        hidden = rows[~rows["status"].isin(SHOWN)]
        if len(hidden) and dimension not in study.policy.never_published_dimensions:
            found.append(_of_dimension(str(population), str(dimension), hidden, rows, levels, people, study))
    return tuple(found)


def _of_dimension(
    population: str,
    dimension: str,
    hidden: pd.DataFrame,
    rows: pd.DataFrame,
    levels: pd.DataFrame,
    people: Mapping[Place, People],
    study: StudyBundle,
) -> Advice:
    tables = Tables(population, dimension, people, study)
    now = tables.grouping(tables.categories)
    tried = list(_joins(tables, now))
    better = [one for at, one in enumerate(tried) if one.shown > max(it.shown for it in (now, *tried[:at]))]
    fuller = max(tried, key=lambda one: one.percent, default=now)
    here = levels[levels["population"] == population]
    totals = here[(here["dimension"] == TOTAL) & ~here["status"].isin([*SHOWN, COMPLEMENT])]
    keys = set(zip(totals["indicator"], totals["wave"], strict=True))
    reasons = Counter(hidden["reason"][hidden["status"] != COMPLEMENT])
    return Advice(
        population,
        dimension,
        now,
        tuple(reversed(better)),
        fuller if not better and fuller.percent >= now.percent + WORTH_TELLING else None,
        sum(key in keys for key in zip(hidden["indicator"], hidden["wave"], strict=True)),
        str(reasons.most_common(1)[0][0]) if reasons else "",
        int(rows["status"].isin(SHOWN).sum()),
        int(((here["dimension"] != dimension) & (here["status"] == COMPLEMENT)).sum()),
    )


def _joins(tables: Tables, now: Grouping) -> Iterator[Grouping]:
    """One join after another, each time the one that shows most: not down to one group, which is everybody."""
    groups = tables.categories
    rows_each = now.rows / max(len(groups), 1)
    for _ in range(MOST_JOINS):
        more_rows, more_answers = rows_each * (len(groups) - 1) > now.shown, now.percent <= 100 - WORTH_TELLING
        if len(groups) < 3 or not (more_rows or more_answers):
            return
        tried = [(tables.grouping(joined), joined) for joined in _joined(groups, tables.ordered)]
        best, groups = max(tried, key=lambda it: (it[0].shown, it[0].percent))
        yield best


def _joined(groups: tuple[Group, ...], ordered: bool) -> Iterator[tuple[Group, ...]]:
    """Every way to join two of the groups; of bands only those that follow on."""
    for first, second in pairwise(groups) if ordered else combinations(groups, 2):
        yield tuple((*one, *second) if one == first else one for one in groups if one != second)


@dataclass(frozen=True, repr=False)
class Tables:
    """The rows of one dimension of a population, under any grouping. Each group is decided once."""

    population: str
    dimension: str
    people: Mapping[Place, People]
    study: StudyBundle
    _decided: dict[Group, pd.DataFrame] = field(default_factory=dict)

    @property
    def categories(self) -> tuple[Group, ...]:
        """What anybody chose in any wave, in the order of the dictionary."""
        chosen = {name for one in self._waves.values() for name in one.categories[self.dimension]} - {UNKNOWN}
        return tuple((code,) for code in self.study.dictionary.variables[self.dimension].codes or {} if code in chosen)

    @property
    def ordered(self) -> bool:
        """Do the categories follow on one another? Bands of a number do."""
        return self.study.dictionary.variables[self.dimension].bands is not None

    @property
    def _waves(self) -> dict[str, People]:
        """Who was asked in each wave, and in which the dimension was."""
        here = {wave: one for (name, wave, kept), one in self.people.items() if name == self.population and not kept}
        return {wave: one for wave, one in here.items() if self.dimension in one.categories}

    def grouping(self, groups: tuple[Group, ...]) -> Grouping:
        """How many rows would be shown."""
        rows = pd.concat([self.rows(group) for group in groups], ignore_index=True)
        covers = complements_of(rows, self._people(groups), self.study)
        shown = rows["status"].isin(SHOWN) & ~covers
        percent = 100 * float(rows["n"][shown].sum()) / max(float(rows["n"].sum()), 1.0)
        return Grouping(tuple(it for it in groups if len(it) > 1), int(shown.sum()), len(rows), round(percent, 1))

    def _people(self, groups: tuple[Group, ...]) -> dict[Place, People]:
        """The same people, with the groups for categories."""
        name_of = {category: _name(group) for group in groups for category in group}
        found = {}
        for wave, one in self._waves.items():
            names = np.array([name_of.get(it, UNKNOWN) for it in one.categories[self.dimension]], dtype=object)
            found[self.population, wave, ""] = replace(one, categories={self.dimension: names})
        return found

    def rows(self, group: Group) -> pd.DataFrame:
        """The decided rows of a group, of every wave and indicator."""
        if group not in self._decided:
            rows = [self._row(name, wave, group) for wave, one in self._waves.items() for name in one.answers]
            self._decided[group] = decided_levels(pd.concat(rows, ignore_index=True), self.study)
        return self._decided[group]

    def _row(self, name: str, wave: str, group: Group) -> pd.DataFrame:
        """One row of an EstimateTable, as far as the rules look at it."""
        one, indicator = self._waves[wave], self.study.dictionary.indicators[name]
        inside = np.isin(one.categories[self.dimension], group) & one.answers[name].valid
        on = self.study.maps[self.population, wave].wave.last_day
        row = _counts(indicator, one, inside, threshold_of(indicator, self.study.dictionary, on), self.study)
        keys = {"indicator": name, "population": self.population, "wave": wave, "dimension": self.dimension}
        return row.assign(**keys, category=_name(group), statistic=indicator.statistic, unit=indicator.unit)


def _name(group: Group) -> str:
    return "+".join(group)


def _counts(
    indicator: Indicator, people: People, inside: np.ndarray, threshold: float | None, study: StudyBundle
) -> pd.DataFrame:
    """Value and counts of some of the people; without an error, so a row that is shown is at least indicative.

    Weights have mean 1 here. Where a study says that nobody knows them (money.weights_are_public) the p% rule then
    hides rather more than less.
    """
    answer, policy = people.answers[indicator.id], study.policy
    value = np.array([_value(indicator, answer, people.weight, inside, threshold)])
    measured = Measure(answer.y, answer.beside, answer.valid, np.where(answer.valid, "valid", ""))
    of = Respondents(people.weight, people.holding, policy.share.minimum_each_side, policy.money.weights_are_public)
    counts = disclosure_counts(indicator, measured, value, np.where(inside, 0, -1), 1, of, threshold)
    reason = "not_defined" if np.isnan(value[0]) else ""
    nothing = dict.fromkeys(("se", "ci_low", "ci_high"), np.nan)
    return counts.assign(value=value, **nothing, status="computed", reason=reason, short_interval=False)


def _value(
    indicator: Indicator, answer: Answer, weight: np.ndarray, inside: np.ndarray, threshold: float | None
) -> float:
    if not inside.any():
        return float("nan")
    valid = answer.valid
    beside = answer.beside[valid] if answer.beside is not None else None
    return compute(indicator, Answers(answer.y[valid], weight[valid], beside), inside[valid], threshold).value

"""The figures of one family of a survey: what each tells when it is shown, and when it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cwb_impact.disclosure.atoms import NOT_VALID, Atoms, Outcomes
from cwb_impact.disclosure.family import Family, Figure, Limit
from cwb_impact.disclosure.one_row import PublishedRow, SimpleSample, Steps, simple_sample, whole_numbers
from cwb_impact.disclosure.people import TOTAL, UNKNOWN, People
from cwb_impact.disclosure.primary import SHOWN, WITHHELD
from cwb_impact.disclosure.ranges import Range
from cwb_impact.disclosure.row_limits import (
    RowAtoms,
    enough,
    row_atoms,
    secrets_of,
    secrets_of_band,
    sides,
    told_by_band,
    told_by_reason,
    told_by_value,
    value_between,
)
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.indicator import SHARES, Indicator
from cwb_impact.spec.policy import Policy

_SLACK = 1e-6

Row = Mapping[str, Any]


@dataclass(frozen=True, repr=False)
class FigureMaker:
    """Makes the family of one group of linked indicators in one wave.

    outcomes : what the people answered. shown : row -> its cells, rounded as if shown. ranges : row -> between what its
    exact value lies.
    """

    atoms: Atoms
    people: People
    outcomes: Mapping[str, Outcomes]
    shown: Mapping[int, Row]
    ranges: Mapping[int, Range]
    study: StudyBundle

    def family(self, rows: pd.DataFrame, before: pd.DataFrame) -> Family:
        """rows : of these indicators, with status, reason, band, cost and step.

        before : of earlier releases, with step, least and most (between what the exact value lies).
        """
        exact = {_cell(row): row for _, row in records(rows)}
        now = [figure for key, row in records(rows) for figure in self._figures(key, row)]
        then = [figure for key, row in records(before) for figure in self._earlier(key, row, exact.get(_cell(row)))]
        unknown = {name: int((self.people.categories[name] == UNKNOWN).sum()) for name in self.atoms.dimensions}
        known = self.atoms.known(most_people(self.people, self.study.policy), unknown)
        return Family(self.atoms.unknowns, (*now, *then), known, self.atoms.truth, self._plain())

    def _plain(self) -> bool:
        """Has everybody in a smallest group the same weight? Then a mean weight is that of each, and people whole."""
        everybody = np.zeros(len(self.people))
        group = pd.Series(self.people.weight).groupby(
            [everybody, *(self.people.categories[name] for name in self.atoms.dimensions)]
        )
        return bool((group.max() - group.min() < _SLACK).all())

    def _figures(self, key: int, row: Row) -> Iterator[Figure]:
        indicator, policy = self.study.dictionary.indicators[row["indicator"]], self.study.policy
        here = row_atoms(self.atoms, indicator.id, row["dimension"], row["category"])
        told, steps = _published(self.shown[key], row["band"]), _steps(row["step"], policy)
        if row["status"] not in SHOWN:
            secrets = secrets_of(here, self.atoms, indicator.id, policy)
            yield Figure(key, (), told_by_reason(here, row["told_reason"], indicator, policy), secrets, row["cost"])
            return
        least, equal = enough(here, indicator, policy), self._weigh_the_same(row)
        withheld = row["told_reason"] == WITHHELD
        if row["band"]:
            band = told_by_band(here, told, steps, indicator, policy, equal)
            yield Figure(key, (least, *band), () if withheld else (least,), cost=row["cost"])
            yield Figure(("secret", key), (), secrets=secrets_of_band(here, policy), fixed=True)
            return
        each = sides(here, policy.share.minimum_each_side) if indicator.statistic in SHARES else ()
        sample = self._simple_sample(here, row) if equal and each else None
        value = told_by_value(here, told, steps, self.ranges[key], sample, equal)
        top = _not_above_top(here, indicator, policy)
        hidden = () if withheld else (least, *each)
        yield Figure(key, (least, *each, *value, *top), hidden, cost=row["cost"])

    def _earlier(self, at: int, row: Row, exact: Row | None) -> Iterator[Figure]:
        """What an earlier row tells. It may have been made by other rules: what is not true by these is left out.

        exact : the same row today, which rests on the same answers and weights.
        """
        if row["dimension"] not in (TOTAL, *self.atoms.dimensions):
            return
        indicator, policy = self.study.dictionary.indicators[row["indicator"]], self.study.policy
        here = row_atoms(self.atoms, indicator.id, row["dimension"], row["category"])
        told = _published(row, row["band"] if isinstance(row["band"], str) else "")
        steps, equal = _steps(row["step"], policy), self._weigh_the_same(row)
        if told.band:
            limits = told_by_band(here, told, steps, indicator, policy, equal)
        else:
            sample = self._simple_sample(here, exact) if equal and exact is not None else None
            limits = told_by_value(here, told, steps, (row["least"], row["most"]), sample, equal)
        true = tuple(limit for limit in limits if self._holds(limit))
        yield Figure(("earlier", row["release"], at), true, fixed=True)

    def _holds(self, limit: Limit) -> bool:
        total = float((limit.value * self.atoms.truth[limit.unknown]).sum())
        return limit.low - _SLACK <= total <= limit.high + _SLACK

    def _weigh_the_same(self, row: Row) -> bool:
        """Has everybody behind a row the same weight?"""
        inside = self.people.members(row["dimension"], row["category"])
        weight = self.people.weight[inside & (self.outcomes[row["indicator"]].outcome != NOT_VALID)]
        return len(weight) > 0 and bool(np.ptp(weight) <= _SLACK * weight.max())

    def _simple_sample(self, here: RowAtoms, row: Row) -> SimpleSample | None:
        ends = float(row["ci_low"]), float(row["ci_high"])
        return simple_sample(len(self.people), here.n, here.k, float(row["se"]), float(row["deff"]), ends)


def records(rows: pd.DataFrame) -> Iterator[tuple[int, Row]]:
    """Index label and cells of each row."""
    for key, row in zip(rows.index, rows.to_dict("records"), strict=True):
        yield int(key), {str(name): value for name, value in row.items()}


def _cell(row: Row) -> tuple[str, str, str]:
    return row["indicator"], row["dimension"], row["category"]


def _steps(value: float, policy: Policy) -> Steps:
    return Steps(value, policy.round_n_to, policy.round_ess_to, policy.round_deff_to)


def _published(row: Row, band: str) -> PublishedRow:
    """A row as published: a band stands in place of all numbers but n."""

    def number(name: str) -> float:
        return float("nan") if pd.isna(row[name]) else float(row[name])

    if band:
        return PublishedRow(number("n"), band=band)
    ends = number("ci_low"), number("ci_high")
    return PublishedRow(number("n"), number("value"), number("ess"), number("deff"), *ends)


def _not_above_top(here: RowAtoms, indicator: Indicator, policy: Policy) -> tuple[Limit, ...]:
    """A share of a sensitive property that is shown is not above the top code."""
    if indicator.statistic in SHARES and indicator.sensitive:
        return value_between(here, 0.0, policy.share.top_code_sensitive_above)
    return ()


def most_people(people: People, policy: Policy) -> int:
    """The most respondents there can be, from the published table of the response."""
    n = len(people)
    few = n < policy.minimum_respondents  # then it is left empty
    step = policy.round_n_to
    rounded = policy.minimum_respondents - 1 if few else whole_numbers(round(n / step) * step, step)[1]
    return min(rounded, people.invited) if people.invited is not None else rounded

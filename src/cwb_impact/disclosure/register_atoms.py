"""The smallest groups of the rows of a list: rows that are alike in everything that is counted of them.

Of every indicator a row is outside what it is about, or not known, or without or with what is counted. Which of these
occur together is seen in the list itself, in all its waves: so it is known without a rule that a paid learn-work place
is a learn-work place, or that nobody is in two parts of a headcount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cwb_impact.disclosure.people import Answer, People
from cwb_impact.types import Booleans, Integers

OUTSIDE, OPEN, WITHOUT, WITH = 0, 1, 2, 3
"""What a row can be for an indicator. OPEN: it is not known."""


@dataclass(frozen=True, repr=False)
class Atoms:
    """Groups of rows, and the group of each row of one wave.

    indicators : their names. patterns : (groups, indicators). of_row : (n,) the group of each row of the wave.
    """

    indicators: tuple[str, ...]
    patterns: Integers
    of_row: Integers

    def __len__(self) -> int:
        return len(self.patterns)

    def outcome(self, indicator: str) -> Integers:
        """(groups,) what its rows are for an indicator."""
        return np.asarray(self.patterns[:, self.indicators.index(indicator)])

    def valid(self, indicator: str) -> Booleans:
        """(groups,) its rows count for an indicator."""
        return self.outcome(indicator) >= WITHOUT


def outcome_of(answer: Answer) -> Integers:
    """(n,) what each row is for an indicator."""
    known = np.where(answer.y > 0, WITH, WITHOUT)
    return np.where(answer.valid, known, np.where(answer.universe, OPEN, OUTSIDE)).astype(np.int64)


def atoms_of(indicators: Sequence[str], here: People, waves: Sequence[People]) -> Atoms:
    """The groups that occur in any wave of a list; of one indicator alone every outcome, seen or not.

    What nobody has in any wave could be had by anybody: else it would be known that nobody has it.

    here : the wave at hand. waves : all waves of the list, with `here`.
    """
    seen = [_patterns(indicators, people) for people in waves]
    if len(indicators) == 1:
        seen.append(np.array([[OUTSIDE], [OPEN], [WITHOUT], [WITH]]))
    found = np.vstack(seen)
    for column in np.flatnonzero(~(found == WITH).any(axis=0)):
        had = found[found[:, column] == WITHOUT]
        had[:, column] = WITH
        found = np.vstack([found, had])
    patterns = np.unique(found, axis=0)
    at = {tuple(pattern): place for place, pattern in enumerate(patterns.tolist())}
    of_row = np.array([at[tuple(row)] for row in _patterns(indicators, here).tolist()], dtype=np.int64)
    return Atoms(tuple(indicators), patterns, of_row)


def _patterns(indicators: Sequence[str], people: People) -> Integers:
    return np.column_stack([outcome_of(people.answers[name]) for name in indicators])

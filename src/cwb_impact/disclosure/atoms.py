"""The smallest groups that figures of linked indicators are put together from: what the attacker does not know.

An atom is a category of every dimension, and an outcome of every indicator: no valid answer, the property not, or the
property (a mean has only a valid answer or none). Two indicators that rest on one answer exclude some outcomes, or one
holds wherever the other does; which outcomes occur together is seen in the answers themselves, over all waves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from cwb_impact.disclosure.family import Limit
from cwb_impact.disclosure.people import TOTAL, UNKNOWN, People
from cwb_impact.types import Booleans, Floats, Integers

NOT_VALID, WITHOUT, WITH = 0, 1, 2
"""Outcomes of an indicator. A mean has WITHOUT for everybody with a valid answer."""


@dataclass(frozen=True, repr=False)
class Outcomes:
    """What n people of one wave answered to one indicator.

    outcome : (n,). y : (n,) the number of a mean, 0 where it does not count; None for a share.
    """

    outcome: Integers
    y: Floats | None = None

    @property
    def answers(self) -> Floats:
        """The valid answers to a mean."""
        return self.answers_of(self.outcome != NOT_VALID)

    def answers_of(self, among: Booleans) -> Floats:
        """The valid answers to a mean among some of the people."""
        assert self.y is not None, "a share has no sum"
        return np.asarray(self.y[among & (self.outcome != NOT_VALID)])


@dataclass(frozen=True, repr=False)
class Scale:
    """Between what the answers to a mean lie in each pattern.

    low, high : (patterns,). start, length : of the whole scale.
    """

    low: Floats
    high: Floats
    start: float
    length: float


@dataclass(frozen=True, repr=False)
class Atoms:
    """A atoms, cell by cell and in each cell pattern by pattern, and what is true of them.

    indicators : their names. patterns : (patterns, indicators). dimensions : names. cells : (cells, dimensions) names
    of categories. people : (A,) how many there are. weight : (A,) their mean design weight. scales : of each mean.
    sums : mean -> (A,) sum of answers above the low end, as the answers weigh: sum w (y - low) / mean w.

    The unknowns are the A numbers of people, and after them A sums for each mean.
    """

    indicators: tuple[str, ...]
    patterns: Integers
    dimensions: tuple[str, ...]
    cells: np.ndarray
    people: Floats
    weight: Floats
    scales: Mapping[str, Scale]
    sums: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.people)

    @property
    def unknowns(self) -> int:
        return len(self) * (1 + len(self.scales))

    @cached_property
    def truth(self) -> Floats:
        """(unknowns,) what they really are."""
        return np.concatenate([self.people, *self.sums.values()])

    def of(self, dimension: str, category: str) -> Booleans:
        """(A,) the atoms of a category; all of them for the total."""
        if dimension == TOTAL:
            return np.ones(len(self), dtype=bool)
        return np.repeat(self.cells[:, self.dimensions.index(dimension)] == category, len(self.patterns))

    def outcome(self, indicator: str) -> Integers:
        """(A,) the outcome of an indicator in every atom."""
        return np.tile(self.patterns[:, self.indicators.index(indicator)], len(self.cells))

    def low(self, indicator: str) -> Floats:
        """(A,) the low end of the scale of a mean in every atom."""
        return np.tile(self.scales[indicator].low, len(self.cells))

    def sum_places(self, indicator: str, atoms: Integers) -> Integers:
        """Places of the sums of a mean among the unknowns."""
        return atoms + len(self) * (1 + list(self.scales).index(indicator))

    def known(self, most: int, unknown: Mapping[str, int]) -> tuple[Limit, ...]:
        """What holds whatever is published.

        most : the most people there can be. unknown : dimension -> people of whom it is not known.
        """
        limits = [_people(np.flatnonzero(self.of(TOTAL, TOTAL)), most)]
        limits += [_people(np.flatnonzero(self.of(name, UNKNOWN)), n) for name, n in unknown.items() if n > 0]
        for name, scale in self.scales.items():
            atoms = np.flatnonzero(self.outcome(name) != NOT_VALID)
            length = np.tile(scale.high - scale.low, len(self.cells))[atoms]
            for atom, long, place in zip(atoms, length, self.sum_places(name, atoms), strict=True):
                # the sum is at most the length of the scale times the people
                limits.append(Limit(np.array([atom, place]), np.array([long, -1.0]), 0.0, np.inf))
        return tuple(limits)


def _people(atoms: Integers, most: int) -> Limit:
    return Limit(atoms, np.ones(len(atoms)), 0.0, float(most))


def atoms_of(
    people: People,
    outcomes: Mapping[str, Outcomes],
    patterns: Integers,
    categories: Mapping[str, Sequence[str]],
    scales: Mapping[str, Scale],
) -> Atoms:
    """The atoms of one population and wave.

    Parameters
    ----------
    outcomes : indicator -> what the people answered. patterns : (patterns, indicators) that can occur.
    categories : dimension -> those that occur in any wave. That a dimension is not known is one more where it occurs.
    """
    here = {
        name: [*known, *([UNKNOWN] if (people.categories[name] == UNKNOWN).any() else [])]
        for name, known in categories.items()
    }
    found = list(product(*here.values()))  # one cell where there is no dimension
    cells = np.array(found, dtype=object).reshape(len(found), len(here))
    cell = np.zeros(len(people), dtype=np.int64)
    for name, known in here.items():
        place = {category: at for at, category in enumerate(known)}
        cell = cell * len(known) + np.array([place[category] for category in people.categories[name]], dtype=np.int64)
    place_of = {tuple(pattern): at for at, pattern in enumerate(patterns.tolist())}
    answered = np.column_stack([outcomes[name].outcome for name in outcomes])
    counts = answered.any(axis=1)
    pattern = np.array([place_of.get(tuple(row), -1) for row in answered.tolist()], dtype=np.int64)
    atom, size = (cell * len(patterns) + pattern)[counts], len(cells) * len(patterns)
    w = people.weight[counts]
    number = np.bincount(atom, minlength=size).astype(np.float64)
    of_cell = _mean(cell, people.weight, len(cells), np.ones(len(cells)))
    weight = _mean(atom, w, size, np.repeat(of_cell, len(patterns)))
    sums = {}
    for name, scale in scales.items():
        valid = outcomes[name].outcome[counts] != NOT_VALID
        y = outcomes[name].y
        assert y is not None, name
        above = np.where(valid, y[counts] - scale.low[pattern[counts]], 0.0)
        sums[name] = np.bincount(atom, weights=w * above, minlength=size) / weight
    return Atoms(tuple(outcomes), patterns, tuple(here), cells, number, weight, scales, sums)


def _mean(group: Integers, values: Floats, size: int, otherwise: Floats) -> Floats:
    """(size,) mean of the values in each group; `otherwise` where nobody is, or nobody weighs anything."""
    number = np.bincount(group, minlength=size)
    mean = np.bincount(group, weights=values, minlength=size) / np.maximum(number, 1)
    return np.where(mean > 0.0, mean, otherwise)


def patterns_of(waves: Sequence[Mapping[str, Outcomes]], indicators: Sequence[str]) -> Integers:
    """(patterns, indicators) outcomes that occur together in any wave that has all of the indicators.

    Of every share both outcomes are possible, whether they occur or not: that nobody has a property is not known. Who
    gave no valid answer at all does not count.
    """
    whole = [wave for wave in waves if all(name in wave for name in indicators)]
    seen = [np.column_stack([wave[name].outcome for name in indicators]) for wave in whole]
    found = np.unique(np.concatenate(seen), axis=0)
    if len(indicators) == 1:
        is_mean = whole[0][indicators[0]].y is not None
        return np.array([[WITHOUT]] if is_mean else [[WITHOUT], [WITH]], dtype=np.int64)
    found = found[found.any(axis=1)]
    for at, name in enumerate(indicators):
        for one, other in ((WITH, WITHOUT), (WITHOUT, WITH)):
            if whole[0][name].y is None and not (found[:, at] == other).any():
                turned = found[found[:, at] == one]
                turned[:, at] = other
                found = np.concatenate([found, turned])
    return np.asarray(found, dtype=np.int64)


def scale_of(
    mean: str,
    ends: tuple[float, float] | None,
    waves: Sequence[Mapping[str, Outcomes]],
    indicators: Sequence[str],
    patterns: Integers,
) -> Scale:
    """Between what the answers to a mean lie in each pattern.

    The whole scale, or what occurs where it has no ends; and within it what occurs among those with the same outcome of
    a linked share, so that whoever is satisfied has at least a 7.
    """
    there = [wave for wave in waves if all(name in wave for name in indicators)]
    y = np.concatenate([wave[mean].answers for wave in there])
    whole = (float(y.min(initial=np.inf)), float(y.max(initial=-np.inf)))
    if ends is not None:
        whole = min(ends[0], whole[0]), max(ends[1], whole[1])
    if not whole[0] <= whole[1]:
        whole = 0.0, 0.0  # nobody answered
    low, high = np.full(len(patterns), whole[0]), np.full(len(patterns), whole[1])
    both = [(at, other) for at, other in enumerate(indicators) if all(wave[other].y is None for wave in there)]
    for at, other in both:
        for outcome in (WITHOUT, WITH):
            given = [wave[mean].answers_of(wave[other].outcome == outcome) for wave in there]
            ends_given = [(answers.min(), answers.max()) for answers in given if len(answers)]
            if ends_given:
                same = patterns[:, at] == outcome
                low[same] = np.maximum(low[same], min(least for least, _ in ends_given))
                high[same] = np.minimum(high[same], max(most for _, most in ends_given))
    return Scale(low, np.maximum(high, low), whole[0], whole[1] - whole[0])

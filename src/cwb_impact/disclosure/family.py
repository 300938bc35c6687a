"""Figures that can be used against one another, as an attacker writes them down: limits of sums of unknown numbers.

The unknowns x >= 0 are numbers of people (and sums of what they answered) in the smallest groups that the figures of a
family can be put together from. A figure that is shown says low <= a.x <= high; one that is hidden says less, but not
nothing: its reason tells that there are fewer than ten people, for instance.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np

from cwb_impact.types import Floats, Integers

Key = Hashable


@dataclass(frozen=True, repr=False)
class Limit:
    """low <= sum of `value` x[`unknown`] <= high. unknown : (k,) places, each once. value : (k,)."""

    unknown: Integers
    value: Floats
    low: float
    high: float


@dataclass(frozen=True, repr=False)
class Secret:
    """A sum that nobody may come to know too closely: `value`.x over `unknown`, wherever its figure is hidden.

    truth : what it really is. width : how far apart the attacker's two bounds must stay. whole : it is a number of
    people, so that he rounds his bounds inward to whole numbers.
    """

    unknown: Integers
    value: Floats
    truth: float
    width: float
    whole: bool = True


@dataclass(frozen=True, repr=False)
class Figure:
    """One figure. shown, hidden : what it tells when it is shown, and when it is not.

    secrets : what must stay uncertain where the figure may not be shown (primary). cost : what is lost when it is
    hidden, at least 0. fixed : it is public, or was published before, so it cannot be hidden any more.
    """

    key: Key
    shown: tuple[Limit, ...]
    hidden: tuple[Limit, ...] = ()
    secrets: tuple[Secret, ...] = ()
    cost: float = 1.0
    fixed: bool = False


@dataclass(frozen=True, repr=False)
class Family:
    """unknowns : how many there are; each is at least 0. known : limits that hold whatever is published.

    truth : (unknowns,) what they really are, so that tests can see that every limit is true. plain : nobody is
    weighted, or all alike in each of the smallest groups, so that whole numbers of people tell more than fractions do.
    Where weights differ within a group they do not: to use that people are whole one would have to know the weight of
    each.
    """

    unknowns: int
    figures: tuple[Figure, ...]
    known: tuple[Limit, ...] = ()
    truth: Floats = field(default_factory=lambda: np.zeros(0))
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Bound:
    """What an attacker can say of one secret: it lies between low and high.

    used : keys of the figures he needed that could be hidden. given : of those that cannot be hidden (any more).
    """

    key: Key
    low: float
    high: float
    width: float
    used: tuple[Key, ...] = ()
    given: tuple[Key, ...] = field(default=(), repr=False)

    @property
    def safe(self) -> bool:
        """Are the bounds at least as far apart as the policy asks?"""
        return self.high - self.low >= self.width - 1e-6

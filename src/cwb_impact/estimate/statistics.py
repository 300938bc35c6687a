"""Statistics as `(y, w, ...) -> value, influence`. Write one such function to add a statistic.

`influence` has one value a respondent, with the weight inside: the first-order change of the estimate when the
respondent's weight grows by the factor 1 + e is e times it. Summed within PSUs it carries all uncertainty
(Deville 1999, Survey Methodology 25(2), 193-203).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cwb_impact.types import Booleans, Floats


@dataclass(frozen=True, slots=True, repr=False)
class Estimated:
    """value : the estimate. influence : (n,) one a respondent, in the unit of the value."""

    value: float
    influence: Floats


Statistic = Callable[[Floats, Floats], Estimated]


def total(y: Floats, w: Floats) -> Estimated:
    """Weighted total; of 1 for everyone it is the number of people.

    value = sum(w y), influence = w y. Weights must be positive.

    >>> total(np.array([1.0, 0.0, 1.0]), np.array([2.0, 1.0, 1.0])).value
    3.0
    """
    influence = w * y
    return Estimated(float(influence.sum()), influence)


def mean(y: Floats, w: Floats) -> Estimated:
    """Weighted mean; of 0 and 1 it is a share.

    value = sum(w y) / sum(w), influence = w (y - value) / sum(w). Weights must be positive, n at least 1.

    >>> mean(np.array([1.0, 0.0, 1.0]), np.array([2.0, 1.0, 1.0])).value
    0.75
    """
    people = w.sum()
    value = float((w * y).sum() / people)
    return Estimated(value, w * (y - value) / people)


def ratio(y: Floats, w: Floats, x: Floats) -> Estimated:
    """Total of y over total of x, such as euros an hour.

    value = sum(w y) / sum(w x), influence = w (y - value x) / sum(w x). nan where sum(w x) is 0.

    >>> ratio(np.array([10.0, 30.0]), np.ones(2), np.array([1.0, 1.0])).value
    20.0
    """
    below = float((w * x).sum())
    if below == 0.0:
        return Estimated(np.nan, np.zeros(len(y)))
    value = float((w * y).sum()) / below
    return Estimated(value, w * (y - value * x) / below)


def gap(y: Floats, w: Floats, group: Booleans) -> Estimated:
    """Mean of the others minus mean of the group.

    value = mean of y outside the group - mean of y in the group; nan when either is empty.

    >>> gap(np.array([10.0, 30.0, 20.0]), np.ones(3), np.array([True, False, False])).value
    15.0
    """
    return _of_two_means(y, w, group, lambda others, theirs: (others - theirs, 1.0, -1.0))


def relative_gap(y: Floats, w: Floats, group: Booleans) -> Estimated:
    """How much lower the mean of the group is, as a part of the mean of the others (the gender pay gap of Eurostat).

    value = (mean of y outside the group - mean of y in the group) / mean of y outside the group;
    nan when that is 0 or either group is empty.

    >>> relative_gap(np.array([10.0, 30.0, 20.0]), np.ones(3), np.array([True, False, False])).value
    0.6
    """
    return _of_two_means(y, w, group, _relative)


def _relative(others: float, theirs: float) -> tuple[float, float, float]:
    if others == 0.0:
        return float("nan"), 0.0, 0.0
    return 1 - theirs / others, theirs / others**2, -1 / others


def _of_two_means(
    y: Floats, w: Floats, group: Booleans, of: Callable[[float, float], tuple[float, float, float]]
) -> Estimated:
    """A function of the means outside and inside the group; `of` gives its value and its two derivatives."""
    influence = np.zeros(len(y))
    if group.all() or not group.any():
        return Estimated(np.nan, influence)
    others, theirs = mean(y[~group], w[~group]), mean(y[group], w[group])
    value, by_others, by_theirs = of(others.value, theirs.value)
    influence[~group] = by_others * others.influence
    influence[group] = by_theirs * theirs.influence
    return Estimated(value, influence)

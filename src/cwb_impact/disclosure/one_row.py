"""What one published row tells by itself: which numbers of people can be behind it.

A row has a value, n, an interval, ess and deff, each rounded by itself. Where all weights are equal every one of them
follows from two whole numbers, n people and k with the property, so that few pairs (n, k) fit all of them together.
With 84% and n about 30 these are 26 of 31 and 27 of 32 only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from cwb_impact.types import Booleans, Floats, Integers

HAIR = 1e-9
"""Rounding of a number half-way can go either way, and floating-point numbers lie beside what they mean."""

_SAME = 1e-6
"""Two ways to compute one exact number differ by less."""


@dataclass(frozen=True, repr=False)
class PublishedRow:
    """A row of a share as it stands in a release: a number is nan and a band is empty where the row has none."""

    n: float
    value: float = math.nan
    ess: float = math.nan
    deff: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    band: str = ""


@dataclass(frozen=True)
class Steps:
    """To multiples of what the numbers of a row are rounded. value : also of the ends of its interval."""

    value: float
    n: int
    ess: int
    deff: float


@dataclass(frozen=True)
class SimpleSample:
    """A sample or census in which everybody counts as much as anybody else, and each is drawn on their own.

    people : who answered at all. reached : the part of the population that they are.
    """

    people: int
    reached: float

    def deff(self, n: Integers, k: Integers) -> Floats:
        """Design effect of a share of k out of n: M/(M - 1) (n - 1)/n of M people, and 1 where all are alike."""
        alike = (k == 0) | (k == n)
        return np.where(alike, 1.0, self.people / max(self.people - 1, 1) * (n - 1) / np.maximum(n, 1))

    def interval(self, n: Integers, k: Integers) -> tuple[Floats, Floats]:
        """Both ends, in percent, of Korn and Graubard's interval (1998), which is Clopper and Pearson's with m people.

        m = n (M - 1)/M / (1 - f), with f the part reached; where all are alike n -log(1 - f)/f, at most n / (1 - f).
        It is written here once more because the attacker does so; `estimate.intervals` is what is published.
        """
        f = self.reached
        if f >= 1.0:
            return 100.0 * k / n, 100.0 * k / n
        alike = (k == 0) | (k == n)
        unseen = -math.log1p(-f) / f if f > 0.0 else 1.0
        m = n * np.where(alike, unseen, (self.people - 1) / self.people / (1.0 - f))
        yes, no = m * k / n, m * (n - k) / n
        low = np.where(k > 0, betaincinv(np.where(k > 0, yes, 1.0), no + 1.0, 0.025), 0.0)
        high = np.where(k < n, betaincinv(yes + 1.0, np.where(k < n, no, 1.0), 0.975), 1.0)
        return 100.0 * low, 100.0 * high


def simple_sample(
    people: int, n: int, k: int, se: float, deff: float, interval: tuple[float, float]
) -> SimpleSample | None:
    """The simple sample that a row comes from; None where its exact numbers are those of another design.

    people : who answered at all. n, k : of the row. se, interval : in percent, not rounded. The part of the population
    that was reached follows from se. An attacker knows it; here it is read from what is exact, so that a model that
    does not hold is never used.
    """
    if people < 2 or not 0 < k < n:
        return None
    with_replacement = 1e4 * people / (people - 1) * k * (n - k) / n**3
    reached = 1.0 - se**2 / with_replacement
    if not -_SAME <= reached <= 1.0 + _SAME:
        return None
    made = SimpleSample(people, float(np.clip(reached, 0.0, 1.0)) if abs(reached) > _SAME else 0.0)
    pair = np.array([n]), np.array([k])
    told = np.array([deff, *interval])
    computed = np.array([made.deff(*pair)[0], *(end[0] for end in made.interval(*pair))])
    return made if np.allclose(told, computed, rtol=0.0, atol=1e-3) else None


def whole_numbers(rounded: float, step: int) -> tuple[int, int]:
    """The least and the greatest whole number of at least 0 that is rounded to this multiple of a step.

    >>> whole_numbers(30, 5)
    (28, 32)
    """
    return max(round(rounded) - step // 2, 0), round(rounded) + step // 2


def possible_n(row: PublishedRow, steps: Steps) -> tuple[int, int]:
    """The least and the greatest n that a row allows: what is rounded to its n, and is ess times deff.

    >>> possible_n(PublishedRow(n=30, ess=60, deff=0.5), Steps(value=1, n=5, ess=5, deff=0.5))
    (28, 32)
    """
    low, high = whole_numbers(row.n, steps.n)
    if math.isnan(row.ess) or math.isnan(row.deff):
        return low, high
    ess, deff = steps.ess / 2, steps.deff / 2
    least = max(row.ess - ess, 0.0) * max(row.deff - deff, 0.0)
    return max(low, math.ceil(least - HAIR)), min(high, math.floor((row.ess + ess) * (row.deff + deff) + HAIR))


def possible_pairs(
    row: PublishedRow,
    steps: Steps,
    values: tuple[float, float] | None = None,
    sample: SimpleSample | None = None,
    fits: Callable[[int, int], bool] | None = None,
) -> Integers:
    """All pairs (n, k) that can be behind the row of a share, where all weights are equal.

    Parameters
    ----------
    values : between what the exact value in percent lies; half a step on each side of the published one by default.
    sample : adds what ess, deff and the interval tell. fits : further knowledge of a pair, such as the rules.

    Returns
    -------
    (pairs, 2) whole numbers, n ascending.

    Examples
    --------
    >>> possible_pairs(PublishedRow(n=30, value=84), Steps(value=1, n=5, ess=5, deff=0.5)).tolist()
    [[31, 26], [32, 27]]
    """
    low, high = possible_n(row, steps)
    pairs = np.array([(n, k) for n in range(max(low, 1), high + 1) for k in range(n + 1)], dtype=np.int64)
    pairs = pairs.reshape(-1, 2)
    n, k = pairs.T
    kept = np.ones(len(pairs), dtype=bool)
    if values is not None or not math.isnan(row.value):
        least, most = values or (row.value - steps.value / 2, row.value + steps.value / 2)
        kept &= (100.0 * k >= (least - HAIR) * n) & (100.0 * k <= (most + HAIR) * n)
    if sample is not None:
        deff = sample.deff(n, k)
        kept &= _rounds_to(deff, row.deff, steps.deff) & _rounds_to(n / deff, row.ess, steps.ess)
        for end, told in zip(sample.interval(n, k), (row.ci_low, row.ci_high), strict=True):
            kept &= _rounds_to(end, told, steps.value)
    if fits is not None:
        kept &= np.array([fits(int(a), int(b)) for a, b in pairs], dtype=bool)
    return pairs[kept]


def _rounds_to(exact: Floats, rounded: float, step: float) -> Booleans:
    """Can these be rounded to the number that is told? All can where none is told."""
    if math.isnan(rounded):
        return np.ones(len(exact), dtype=bool)
    return np.asarray(np.abs(exact - rounded) <= step / 2 + _SAME)

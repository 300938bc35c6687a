"""The p% rule of lists: how closely could the second largest contributor of a sum compute the largest?

Of surveys, where contributors are weighted, `estimate/counts.py` counts the same.
"""

from __future__ import annotations

import numpy as np

from cwb_impact.types import Floats, Integers


def contributors(amounts: Floats, holding: Integers | None) -> tuple[float, float]:
    """What the largest contributor has, and what is left without the two largest.

    amounts : (n,) not negative. holding : (n,) whose each is; all that are not known (-1) may be of the largest. None:
    each its own.
    """
    names = np.arange(len(amounts)) if holding is None else holding
    known = np.sort(np.bincount(names[names >= 0], amounts[names >= 0])) if (names >= 0).any() else np.zeros(0)
    largest = float(known[-1:].sum() + amounts[names < 0].sum())
    return largest, float(known[:-2].sum())


def remainder_percent(amounts: Floats, holding: Integers | None) -> float:
    """What is left of a sum without its two largest contributors, in percent of the largest; nan where there is none.

    The second largest knows its own amount and can take it off the published sum; what is left beside the largest is
    all that hides it. 100 (X - x1 - x2) / x1, as in the p% rule of the Handbook on Statistical Disclosure Control.

    Examples
    --------
    >>> remainder_percent(np.array([60.0, 30.0, 6.0]), np.array([0, 1, 2]))
    10.0
    """
    largest, rest = contributors(amounts, holding)
    # the tenth decimal depends on the order of the rows, and the rule compares with a whole percent
    return round(100 * rest / largest, 9) if largest > 0 else float("nan")

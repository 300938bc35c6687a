"""Where a 95% interval is known to cover less than 92%: the limits found by simulation (docs/coverage.md)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.design import Booleans, Floats, Integers
from cwb_impact.spec.indicator import PERCENT, QUANTILES, SHARES, Indicator

FEW = 30
UNEQUAL_WEIGHTS = 1.15
"""Design effect of the weights above which the mean of a score of fewer than FEW people is covered too little."""

AMOUNT_UNEQUAL, AMOUNT_UNEQUAL_WEIGHTS = 100, 1.04
AMOUNT_SKEWED, SKEWED = 200, 0.75
"""Mean of an amount without a top: fewer people, where the standard deviation of the logarithms is above SKEWED."""

FEWEST_EACH_SIDE = 3
"""Change of a share: people with the property, and without it, in each wave."""

_OWN_INTERVAL = SHARES | QUANTILES
"""Statistics whose intervals held in every cell that was simulated."""


def short_intervals(indicator: Indicator, y: Floats, domain: Integers, n: Integers, kish: Floats) -> Booleans:
    """(k,) the interval of a mean or of what is made of means may be too short.

    A skewed sample is told by the standard deviation of the logarithms, which does not need the far tail: the sample
    that happens to lack it is the one with the short interval.

    y, domain : (n,). n, kish : (k,) respondents and design effect of the weights.
    """
    if indicator.statistic in _OWN_INTERVAL:
        return np.zeros(len(n), dtype=bool)
    if _bounded(indicator):
        return (n > 0) & (n < FEW) & (kish > UNEQUAL_WEIGHTS)
    few = (n < FEW) | ((n < AMOUNT_UNEQUAL) & (kish > AMOUNT_UNEQUAL_WEIGHTS))
    return (n > 0) & (few | ((n < AMOUNT_SKEWED) & (_spread_of_logarithms(y, domain, len(n)) > SKEWED)))


def short_changes(first: pd.DataFrame, second: pd.DataFrame) -> Booleans:
    """(r,) the interval of a change may be too short: that of one of its levels is, or a share rests on a handful.

    first, second : (r, ...) rows of the table, pair by pair.
    """
    sides = pd.concat([end[["n_low_side", "n_high_side"]] for end in (first, second)], axis=1).min(axis=1)
    handful = first["statistic"].isin(SHARES) & (sides < FEWEST_EACH_SIDE)
    # one error for both sides of a quantile is not enough, whatever the sample
    handful |= first["statistic"].isin(QUANTILES)
    short: Booleans = (first["short_interval"] | second["short_interval"] | handful).to_numpy(dtype=bool)
    return short


def _bounded(indicator: Indicator) -> bool:
    return indicator.scale_range is not None or indicator.statistic in PERCENT


def _spread_of_logarithms(y: Floats, domain: Integers, k: int) -> Floats:
    """(k,) standard deviation of log y over the y above 0."""
    above = (y > 0) & (domain >= 0)
    of, log = domain[above], np.log(y[above])
    many = np.maximum(np.bincount(of, minlength=k), 1)
    mean = np.bincount(of, weights=log, minlength=k) / many
    spread: Floats = np.sqrt(np.bincount(of, weights=(log - mean[of]) ** 2, minlength=k) / np.maximum(many - 1, 1))
    return spread

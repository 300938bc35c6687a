"""Who stands on which side of a figure, and what each row tells the disclosure rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.design import Floats, Integers
from cwb_impact.estimate.counts import all_equal, counted, few_percent, holdings, remainder_percent
from cwb_impact.estimate.inequality import is_below, poverty_threshold
from cwb_impact.estimate.quantiles import quantile_at, ranked
from cwb_impact.indicators.measure import Measure
from cwb_impact.spec.indicator import COUNTS, GAPS, MONEY, QUANTILES, SHARES, SUMS, Indicator


@dataclass(frozen=True, repr=False)
class Respondents:
    """What rules look at beside answers. weight : (n,). holding : (n,) the group that knows each one's answers, -1
    unknown; None where the policy names none. few, weights_are_public : as the policy has it (share and money).
    """

    weight: Floats
    holding: Integers | None
    few: int = 3
    weights_are_public: bool = True


def disclosure_counts(
    indicator: Indicator,
    measured: Measure,
    value: Floats,
    domain: Integers,
    k: int,
    of: Respondents,
    threshold: float | None = None,
) -> pd.DataFrame:
    """One row a domain, for the disclosure rules.

    Parameters
    ----------
    value : (k,) the figure. domain : (n,) 0..k-1, or -1 for respondents who do not count. threshold : an external
        poverty threshold.

    Returns
    -------
    DataFrame
        n, people (the sum of their weights), n_holdings, n_outside_largest, n_low_side and n_high_side (who has the
        property and who has not; the two groups of a gap; at most and at least each quantile, among the poor for a
        poverty gap; at most and at least the value of all else), all_equal (everybody has the same; in a gap, one of
        the groups), few_percent (of shares: what the few that a band is about can be at most) and remainder_percent
        (the p% rule; nan for what it is not about). Of the two groups of a gap, and of the sums above and below the
        line of a ratio, the least.
    """
    low, high = _sides(indicator, measured, value, domain, k, of.weight, threshold)
    groups = _groups(indicator, measured, domain)
    held = [holdings(group, k, of.holding) for group in groups]
    part = held[0] if len(held) == 1 else held[0].where(held[0] <= held[1], held[1])
    told = {
        "n": counted(domain, k),
        "people": np.bincount(domain + 1, weights=of.weight, minlength=k + 1)[1:],
        "n_low_side": low,
        "n_high_side": high,
        "all_equal": np.logical_or.reduce([all_equal(_compared(indicator, measured), group, k) for group in groups]),
        "few_percent": few_percent(of.weight, domain, k, of.few) if indicator.statistic in SHARES else np.nan,
        "remainder_percent": _remainder(indicator, measured, groups, k, of),
    }
    return pd.DataFrame(told).join(part)


def _groups(indicator: Indicator, measured: Measure, domain: Integers) -> list[Integers]:
    """The parts of a domain of which the figure tells something by itself: both groups of a gap, else all of it."""
    if indicator.statistic in GAPS and measured.beside is not None:
        return [np.where(inside, domain, -1) for inside in (measured.beside > 0, measured.beside <= 0)]
    return [domain]


def _compared(indicator: Indicator, measured: Measure) -> Floats:
    """(n,) what everybody could have the same: the answer, or of a ratio the one per the other."""
    if indicator.statistic == "ratio" and measured.beside is not None:
        some = measured.beside != 0
        each = measured.y / np.where(some, measured.beside, 1.0)
        # nothing per nothing differs from nobody's
        return np.where(some, each, np.where(measured.y == 0, np.nan, np.inf))
    return measured.y


def _remainder(indicator: Indicator, measured: Measure, groups: list[Integers], k: int, of: Respondents) -> Floats:
    """(k,) the least remainder of all sums that the figure gives away."""
    if indicator.statistic in QUANTILES or not (indicator.statistic in SUMS or indicator.unit in MONEY):
        return np.full(k, np.nan)
    sums = [measured.y]
    if indicator.statistic == "ratio" and measured.beside is not None:
        # a part in percent tells of the other part too
        rest = [measured.beside - measured.y] if indicator.unit == "percent" else []
        sums += [measured.beside, *rest]
    found = [
        remainder_percent(amounts, of.weight, group, k, of.holding, of.weights_are_public)
        for amounts in sums
        for group in groups
    ]
    least: Floats = np.minimum.reduce(found)
    return least


def _sides(
    indicator: Indicator,
    measured: Measure,
    value: Floats,
    domain: Integers,
    k: int,
    w: Floats,
    threshold: float | None,
) -> tuple[Integers, Integers]:
    """(k,) people on the low and on the high side."""
    y, name = measured.y, indicator.statistic
    if name in COUNTS:
        return counted(domain, k, y == 0), counted(domain, k, y == 1)
    if name in GAPS and measured.beside is not None:
        return counted(domain, k, measured.beside <= 0), counted(domain, k, measured.beside > 0)
    if name in ("poverty_rate", "poverty_gap"):
        valid = measured.valid
        if threshold is None and valid.any():
            threshold = poverty_threshold(y[valid], w[valid], indicator.share_of_median).value
        poor = is_below(y, threshold if threshold is not None else np.nan)
        if name == "poverty_rate":
            return counted(domain, k, ~poor), counted(domain, k, poor)
        return _around(_quantiles(y, w, np.where(poor, domain, -1), k, 0.5), y, np.where(poor, domain, -1), k)
    if name == "quantile_ratio":
        both = [_around(_quantiles(y, w, domain, k, p), y, domain, k) for p in indicator.at or []]
        low, high = (np.minimum.reduce(side) for side in zip(*both, strict=True))
        return low, high
    if name == "banded_median" and measured.beside is not None:
        return _around(value, y, domain, k, measured.beside)
    return _around(value, y, domain, k)


def _around(point: Floats, y: Floats, domain: Integers, k: int, end: Floats | None = None) -> tuple[Integers, Integers]:
    """(k,) people at or below, and at or above, the point of their domain. end : (n,) of a band whose start is y."""
    at = np.append(point, np.nan)[domain]
    return counted(domain, k, (y if end is None else end) <= at), counted(domain, k, y >= at)


def _quantiles(y: Floats, w: Floats, domain: Integers, k: int, p: float) -> Floats:
    """(k,) the p-quantile of each domain; nan of nobody."""
    made = np.full(k, np.nan)
    for code in np.unique(domain[domain >= 0]):
        inside = domain == code
        made[code] = quantile_at(ranked(y[inside], w[inside]), p)
    return made

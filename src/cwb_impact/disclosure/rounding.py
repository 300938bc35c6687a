"""To what a figure is rounded. It follows from the definition, the policy and what is published: nothing hidden."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from cwb_impact.spec.indicator import MONEY, QUANTILES, Indicator
from cwb_impact.spec.policy import Policy
from cwb_impact.types import Floats


def steps(frame: pd.DataFrame, indicator: Indicator, policy: Policy) -> Floats:
    """(r,) the multiple that value, error and ends of the interval of each row are rounded to.

    frame : exact rows of one indicator; `n`, and of a count or total `people`, the sum of the weights.
    """
    asked = policy_steps(frame, indicator, policy)
    if asked is not None:
        return asked
    return np.array([10.0 ** -decimals(indicator, int(n), policy) for n in frame["n"]])


def policy_steps(frame: pd.DataFrame, indicator: Indicator, policy: Policy) -> Floats | None:
    """(r,) the steps of amounts, counts and ratios; None where the decimals of the definition decide.

    A count or total says no more than the number of respondents or the mean that it is made of: it is rounded to as
    many people as 5 respondents stand for, and a total of money to 50 euros for each of them.
    """
    if indicator.statistic in ("count", "total"):
        people, n = (frame[name].to_numpy(dtype=np.float64) for name in ("people", "n"))
        if indicator.statistic == "total" and indicator.unit in MONEY:
            least = np.maximum(_of_unit(indicator, policy) * people, policy.money.round_totals_to)
        else:
            least = policy.round_n_to * np.maximum(people, n) / np.maximum(n, 1.0)
        return np.array([round_number(one) for one in least])
    step = _of_unit(indicator, policy)
    return np.full(len(frame), max(step, 10.0**-indicator.decimals)) if step else None


def decimals(indicator: Indicator, n: int, policy: Policy) -> int:
    """Of percentages none while the published n may stand for a number of people below the policy's."""
    few = least_n(n, policy) < policy.share.whole_percent_below_n
    return 0 if indicator.unit == "percent" and few else indicator.decimals


def least_n(n: int, policy: Policy) -> int:
    """The least number of people that is published as this one is: 18 for 20, of rounding to 5."""
    base = policy.round_n_to
    return max(math.ceil(base * round(n / base) - base / 2), 1)


def round_number(least: float) -> float:
    """The first of 1, 2, 5, 10, 20, 50, ... that is not below `least`; nan without one.

    >>> [round_number(least) for least in (0.8, 5.0, 5.2, 1200.0)]
    [1.0, 5.0, 10.0, 2000.0]
    """
    if not math.isfinite(least):
        return math.nan
    power = 10.0 ** math.floor(math.log10(max(least, 1.0)))
    return next(one * power for one in (1.0, 2.0, 5.0, 10.0) if one * power >= least * (1 - 1e-9))


def to_step(values: pd.Series, step: Floats | float) -> Floats:
    """(r,) each value rounded to a multiple of its step (or of the one step); nan where it is no number."""
    each = np.broadcast_to(np.asarray(step, dtype=np.float64), len(values))
    pairs = zip(values.to_numpy(dtype=np.float64), each, strict=True)
    return np.array([rounded(float(x), float(one)) for x, one in pairs], dtype=np.float64)


def rounded(value: float, step: float) -> float:
    """The nearest multiple of a step, as it is printed; nan where there is no number.

    >>> [rounded(0.149, 0.05), rounded(22.5, 5), rounded(0.25, 0.1), rounded(-0.4, 1)]
    [0.15, 20.0, 0.2, 0.0]
    """
    if not (math.isfinite(value) and math.isfinite(step)):
        return math.nan
    places = max(round(-math.log10(step)), 0)
    near = round(value, places) if 10.0**-places == step else round(round(value / step) * step, 10)
    return near + 0.0  # turns a rounded -0.0 into 0.0, which would be another published value


def _of_unit(indicator: Indicator, policy: Policy) -> float:
    """The step of a statistic of one unit; 0 where the decimals of the definition decide."""
    name, unit = indicator.statistic, indicator.unit
    own = {"s80_s20": policy.inequality.round_s80_s20_to, "poverty_gap": policy.inequality.round_poverty_gap_to}
    money = {"euro": policy.round_money_to, "euro_per_hour": policy.round_hourly_pay_to}
    one_answer = {
        "ratio": policy.round_ratio_to,
        "hours": policy.round_hours_and_years_to,
        "years": policy.round_hours_and_years_to,
    }
    if name in own:
        return own[name]
    if unit in money:
        return money[unit]
    if name in QUANTILES or (name in ("ratio", "quantile_ratio") and unit == "ratio"):
        return one_answer.get(unit, 0.0)
    return 1.0 if unit == "percent" and name in ("gini", "relative_gap", "ratio") else 0.0

"""The true value of each indicator in the whole synthetic population, before anybody was asked or refused.

Written apart from the estimators on purpose: what they estimate is checked against it.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from cwb_impact.indicators.derived import HIGH, LOW, band_end
from cwb_impact.indicators.measure import completed, threshold_of
from cwb_impact.indicators.parameters import resolved
from cwb_impact.simulate.conditions import holds
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import Indicator


def true_value(indicator: Indicator, answers: pd.DataFrame, dictionary: Dictionary, on: date) -> float:
    """Percent for a share or poverty rate, else in the unit of the indicator; NaN when nobody is left to count.

    Known are shares, means, medians, banded medians, quantile ratios and poverty rates below a threshold from outside;
    for other statistics NaN. A median is the smallest answer that half of the people do not exceed; of bands, everybody
    is spread evenly over the band. Who has no value, such as an hourly wage in a month without work, is not counted.

    Parameters
    ----------
    answers : (people, ...) true answers of everybody in the frame of one wave.
    on : the day for which dated parameters are looked up.
    """
    lists = {name: resolved(dictionary.parameters[name], "items", on) for name in indicator.lists_named}
    values = _worked_out(indicator, answers, dictionary, on)
    universe = holds(indicator.universe, values, lists)
    if not universe.any():
        return float("nan")
    if indicator.statistic == "share":
        return 100 * float(np.mean(holds(indicator.numerator, values, lists)[universe]))
    name = str(indicator.of)
    if indicator.statistic == "banded_median":
        return _banded_median(*(band_end(values, name, end)[universe] for end in (LOW, HIGH)))
    known = values.loc[universe, name].dropna().to_numpy(dtype=np.float64)
    if not len(known):
        return float("nan")
    if indicator.statistic == "poverty_rate":
        line = threshold_of(indicator, dictionary, on)
        return float("nan") if line is None else 100 * float(np.mean(known < line))
    if indicator.statistic == "quantile_ratio":
        upper, lower = np.quantile(known, indicator.at or [], method="inverted_cdf")
        return float(upper / lower)
    middle = {"median": np.quantile(known, 0.5, method="inverted_cdf"), "mean": np.mean(known)}
    return float(middle.get(indicator.statistic, np.nan))


def _banded_median(low: np.ndarray, high: np.ndarray) -> float:
    """Where the straight line between two ends of bands reaches one half; low, high : (n,), inf at an open end."""
    known = np.isfinite(low)
    low, high = low[known], high[known]
    ends = np.unique([*low, *high[np.isfinite(high)]])
    # nobody of an open band is below any of its ends
    below = [float(np.mean(np.where(np.isinf(high), 0.0, np.clip((x - low) / (high - low), 0.0, 1.0)))) for x in ends]
    return float(np.interp(0.5, below, ends)) if len(ends) and below[-1] >= 0.5 else float("nan")


def _worked_out(indicator: Indicator, answers: pd.DataFrame, dictionary: Dictionary, on: date) -> pd.DataFrame:
    """The answers with the scales and derived variables of a definition; nobody's answer is missing here."""
    behind = dictionary.variables_needed(indicator)
    why = {f"{name}__why": answers[name].notna().map({True: "valid", False: "not_applicable"}) for name in behind}
    ends = {
        f"{name}{end}": answers[name].map({code: limits[place] for code, limits in bands.items()}).astype("float64")
        for name in behind
        if (bands := dictionary.variables[name].bands) is not None
        for place, end in enumerate((LOW, HIGH))
    }
    return completed(indicator.names_used, answers.assign(**why, **ends), dictionary, on)

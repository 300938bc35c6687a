"""The true value of each indicator in the whole synthetic population, before anybody was asked or refused.

Written apart from the estimators on purpose: what they estimate is checked against it.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from cwb_impact.indicators.measure import completed
from cwb_impact.indicators.parameters import resolved
from cwb_impact.simulate.conditions import holds
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import Indicator


def true_value(indicator: Indicator, answers: pd.DataFrame, dictionary: Dictionary, on: date) -> float:
    """Percent for a share, else the mean or median; NaN when nobody is in the universe, and for other statistics.

    Parameters
    ----------
    answers : (people, ...) true answers of everybody in the frame of one wave.
    on : the day for which dated parameters are looked up.
    """
    if indicator.statistic not in ("share", "mean", "median"):
        return float("nan")
    lists = {name: resolved(dictionary.parameters[name], "items", on) for name in indicator.lists_named}
    values = _worked_out(indicator, answers, dictionary, on)
    universe = holds(indicator.universe, values, lists)
    if not universe.any():
        return float("nan")
    if indicator.statistic == "share":
        return 100 * float(np.mean(holds(indicator.numerator, values, lists)[universe]))
    column = values.loc[universe, str(indicator.of)]
    return float(column.median() if indicator.statistic == "median" else column.mean())


def _worked_out(indicator: Indicator, answers: pd.DataFrame, dictionary: Dictionary, on: date) -> pd.DataFrame:
    """The answers with the scales and derived variables of a definition; nobody's answer is missing here."""
    behind = dictionary.variables_needed(indicator)
    why = {f"{name}__why": answers[name].notna().map({True: "valid", False: "not_applicable"}) for name in behind}
    return completed(indicator.names_used, answers.assign(**why), dictionary, on)

"""The true value of each indicator in the whole synthetic population, before anybody was asked or refused.

Written apart from the estimators on purpose: what they estimate is checked against it.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from cwb_impact.simulate.conditions import holds
from cwb_impact.spec.conditions import InParameter, tests_of
from cwb_impact.spec.dictionary import Dictionary, Indicator, Parameter, Scale


def true_value(indicator: Indicator, answers: pd.DataFrame, dictionary: Dictionary, on: date) -> float:
    """Percent for a share, else the mean or median; NaN when nobody is in the universe, and for other statistics.

    Parameters
    ----------
    answers : (people, ...) true answers of everybody in the frame of one wave.
    on : the day for which dated parameters are looked up.
    """
    lists = {
        test.in_parameter: _items(dictionary.parameters[test.in_parameter], on)
        for condition in indicator.conditions
        for _, test in tests_of(condition)
        if isinstance(test, InParameter)
    }
    scores = {
        name: _score(dictionary.scales[name], answers) for name in indicator.names_used if name in dictionary.scales
    }
    values = answers.assign(**scores)
    universe = holds(indicator.universe, values, lists)
    if not universe.any():
        return float("nan")
    if indicator.statistic == "share":
        return 100 * float(np.mean(holds(indicator.numerator, values, lists)[universe]))
    if indicator.statistic not in ("mean", "median"):
        return float("nan")
    column = values.loc[universe, str(indicator.of)]
    return float(column.median() if indicator.statistic == "median" else column.mean())


def _score(scale: Scale, answers: pd.DataFrame) -> pd.Series:
    low, high = scale.item_range
    items = [low + high - answers[item] if item in scale.reversed else answers[item] for item in scale.items]
    table = pd.concat(items, axis=1)
    return scale.multiply * (table.mean(axis=1) if scale.method == "mean" else table.sum(axis=1))


def _items(parameter: Parameter, on: date) -> frozenset[str]:
    valid = [
        dated.items or []
        for dated in parameter.values
        if dated.valid_from <= on and (dated.valid_to is None or on <= dated.valid_to)
    ]
    return frozenset(item for items in valid for item in items)

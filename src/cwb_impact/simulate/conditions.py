"""Conditions over true values, where nothing is unknown: a value that does not exist fails every test."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cwb_impact.spec.conditions import AllOf, AnyOf, Between, Condition, InParameter, Test

Booleans = NDArray[np.bool_]


def holds(condition: Condition | None, values: pd.DataFrame, lists: Mapping[str, frozenset[str]]) -> Booleans:
    """(n,) whether the condition holds for each row. lists : the items of each list parameter."""
    if condition is None:
        return np.ones(len(values), dtype=bool)
    if isinstance(condition, AnyOf):
        return np.asarray(np.any([holds(part, values, lists) for part in condition.any], axis=0))
    if isinstance(condition, AllOf):
        return np.asarray(np.all([holds(part, values, lists) for part in condition.all], axis=0))
    return np.asarray(np.all([_passes(values[name], test, lists) for name, test in condition.items()], axis=0))


def _passes(column: pd.Series, test: Test, lists: Mapping[str, frozenset[str]]) -> Booleans:
    if isinstance(test, Between):
        low = -np.inf if test.from_ is None else test.from_
        high = np.inf if test.to is None else test.to
        return column.between(low, high).to_numpy(dtype=bool)
    if isinstance(test, InParameter):
        return column.isin(lists[test.in_parameter]).to_numpy(dtype=bool)
    wanted = [float(code) for code in test] if column.dtype == np.float64 else [str(code) for code in test]
    return column.isin(wanted).to_numpy(dtype=bool)

"""Medians, other quantiles and their ratios: one person's answer, so there are many on each side of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cwb_impact.disclosure.primary import decide
from cwb_impact.errors import Problems
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.policy import Policy

INCOME = load_dictionary(Problems()).indicators["median_equivalised_income"]


def reason(policy: Policy, statistic: str, at: list[float] | None, n: int, low: int, high: int) -> str:
    indicator = INCOME.model_copy(update={"statistic": statistic, "at": at, "minimum_n": 10})
    row = {
        "status": "computed", "reason": "", "population": "residents", "dimension": "total", "statistic": statistic,
        "value": 1800.0, "se": 50.0, "ci_low": 1700.0, "ci_high": 1900.0, "n": n, "n_holdings": 1,
        "n_outside_largest": 0, "n_low_side": low, "n_high_side": high, "all_equal": False, "short_interval": False,
        "remainder_percent": np.nan,
    }  # fmt: skip
    return decide(pd.Series(row), indicator, policy).reason


P90_10, P80_20 = [0.9, 0.1], [0.8, 0.2]

CASES = [
    ("median", None, 20, 10, 11, ""),
    ("median", None, 19, 10, 10, "too_few_for_a_median"),
    ("banded_median", None, 40, 9, 32, "too_few_on_one_side"),
    ("quantile", [0.5], 20, 10, 10, ""),
    ("quantile", [0.5], 19, 10, 10, "too_few_for_a_quantile"),
    ("quantile", [0.2], 50, 10, 41, ""),
    ("quantile", [0.2], 49, 10, 40, "too_few_for_a_quantile"),
    ("quantile", [0.9], 100, 90, 11, ""),
    ("quantile", [0.9], 99, 90, 10, "too_few_for_a_quantile"),
    ("quantile", [0.9], 120, 111, 9, "too_few_on_one_side"),
    ("quantile_ratio", P80_20, 50, 10, 10, ""),
    ("quantile_ratio", P80_20, 49, 10, 10, "too_few_for_a_quantile"),
    ("quantile_ratio", P90_10, 99, 10, 10, "too_few_for_a_quantile"),
    ("quantile_ratio", P90_10, 100, 10, 10, ""),
    ("quantile_ratio", P90_10, 100, 9, 10, "too_few_on_one_side"),
    # leak prevented: no quantile is near enough to an end to be the smallest or the largest answer
    ("quantile", [0.999], 5000, 4995, 5, "too_few_for_a_quantile"),
    ("quantile", [0.001], 20000, 9, 19991, "too_few_on_one_side"),
    ("poverty_gap", None, 200, 10, 10, ""),
    ("poverty_gap", None, 200, 9, 10, "too_few_on_one_side"),
    ("poverty_gap", None, 49, 20, 20, "too_few_for_a_distribution"),
]  # fmt: skip


@pytest.mark.parametrize(("statistic", "at", "n", "low", "high", "expected"), CASES)
def test_rule_of_quantiles(
    policy: Policy, statistic: str, at: list[float] | None, n: int, low: int, high: int, expected: str
) -> None:
    assert reason(policy, statistic, at, n, low, high) == expected


@pytest.mark.parametrize("p", [0.1, 0.2, 0.25, 0.5, 0.7, 0.9])
def test_a_quantile_needs_as_many_as_the_contract_says(policy: Policy, p: float) -> None:
    """trust.md: n >= 10 / min(p, 1 - p), whatever floating point makes of 1 - 0.9."""
    least = {0.1: 100, 0.2: 50, 0.25: 40, 0.5: 20, 0.7: 34, 0.9: 100}[p]
    assert reason(policy, "quantile", [p], least, least, least) == ""
    assert reason(policy, "quantile", [p], least - 1, least, least) == "too_few_for_a_quantile"

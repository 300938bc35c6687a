"""Amounts leave rounded: a median is one person's answer, and a mean of money is mostly that of the largest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cwb_impact.disclosure.publish import rounded_changes, rounded_levels
from cwb_impact.errors import Problems
from cwb_impact.spec.dictionary_folder import load_dictionary, read_spec, shared_dictionary_folder
from cwb_impact.spec.policy import Policy
from cwb_impact.types import CHANGE_COLUMNS, LEVEL_COLUMNS

DICTIONARY = load_dictionary(Problems())
PATH = shared_dictionary_folder() / "policy.yml"


@pytest.fixture(scope="module")
def policy() -> Policy:
    loaded = read_spec(Policy, PATH, str(PATH), Problems())
    assert loaded is not None
    return loaded


def level(**changes: object) -> pd.DataFrame:
    blank: dict[str, object] = dict.fromkeys([*LEVEL_COLUMNS, "band"], "")
    figures = {"value": 1.0374, "se": 0.01, "ci_low": 1.03, "ci_high": 1.18, "n": 22, "ess": 20.0, "deff": 1.1}
    return pd.DataFrame([{**blank, **figures, "status": "published", **changes}])


@pytest.mark.parametrize(
    ("indicator", "exact", "published"),
    [
        ("net_wage_ratio_employees", (1.0374, 1.0312, 1.1789), (1.05, 1.05, 1.2)),
        ("real_net_hourly_earnings_employees", (15.13, 14.61, 15.74), (15.0, 14.5, 15.5)),
        ("median_equivalised_income", (1812.4, 1776.0, 1838.1), (1800.0, 1800.0, 1850.0)),
        ("median_equivalised_income_in_bands", (1812.4, 1776.0, 1838.1), (1800.0, 1800.0, 1850.0)),
    ],
)
def test_a_median_of_amounts_leaves_rounded(
    indicator: str, exact: tuple[float, ...], published: tuple[float, ...], policy: Policy
) -> None:
    value, low, high = exact
    made = rounded_levels(level(value=value, ci_low=low, ci_high=high), DICTIONARY.indicators[indicator], policy, True)
    found = made[["value", "ci_low", "ci_high"]].to_numpy(dtype=np.float64)[0]
    np.testing.assert_allclose(found, published, rtol=1e-12)


def test_a_score_keeps_its_decimals(policy: Policy) -> None:
    made = rounded_levels(level(value=63.7712), DICTIONARY.indicators["wellbeing_who5"], policy, False)
    assert made["value"].tolist() == [63.8]


def test_a_change_of_amounts_is_that_of_the_published_levels_and_tells_nothing_more(policy: Policy) -> None:
    """1,824 to 1,826: the levels are published as 1,800 and 1,850. 2 would tell where in their range both are."""
    blank: dict[str, object] = dict.fromkeys(CHANGE_COLUMNS, "")
    row = {"value": 2.0, "se": 61.0, "ci_low": -118.0, "ci_high": 122.0, "n_from": 60, "n_to": 60, "n_both": 40}
    levels = {"level_from": 1824.0, "level_to": 1826.0, "status": "low_reliability"}
    income = DICTIONARY.indicators["median_equivalised_income"]
    made = rounded_changes(pd.DataFrame([{**blank, **row, **levels}]), income, policy, False)
    assert made[["value", "ci_low", "ci_high"]].to_numpy().tolist() == [[50.0, -100.0, 200.0]]

"""Amounts leave rounded: a median is one person's answer, and a mean of money is mostly that of the largest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cwb_impact.disclosure.publish import rounded_changes, rounded_levels
from cwb_impact.disclosure.rounding import steps
from cwb_impact.errors import Problems
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.indicator import Indicator
from cwb_impact.spec.policy import Policy
from cwb_impact.types import CHANGE_COLUMNS, LEVEL_COLUMNS

DICTIONARY = load_dictionary(Problems())


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


@pytest.mark.parametrize(("n", "published"), [(97, 42.0), (100, 42.0), (102, 42.0), (103, 41.7)])
def test_whole_percentages_follow_from_the_published_n(n: int, published: float, policy: Policy) -> None:
    """Leak prevented: at a published n of 100 a decimal would tell 100, 101 and 102 from 98 and 99."""
    health = DICTIONARY.indicators["good_health"].model_copy(update={"decimals": 1})
    assert rounded_levels(level(value=41.7, n=n), health, policy, False)["value"].tolist() == [published]


INCOME = DICTIONARY.indicators["median_equivalised_income"]


def of(statistic: str, unit: str) -> Indicator:
    decimals = 2 if unit == "ratio" else 1
    return INCOME.model_copy(update={"statistic": statistic, "unit": unit, "decimals": decimals})


@pytest.mark.parametrize(
    ("statistic", "unit", "exact", "published"),
    [
        ("mean", "euro", 1830.0, 1850.0),
        ("gap", "euro_per_hour", 1.3, 1.5),
        ("ratio", "euro", 1830.0, 1850.0),
        ("ratio", "ratio", 1.83, 1.85),
        ("ratio", "percent", 18.3, 18.0),
        ("relative_gap", "percent", 18.3, 18.0),
        ("gini", "percent", 28.3, 28.0),
        ("s80_s20", "ratio", 4.34, 4.3),
        ("quantile_ratio", "ratio", 2.34, 2.35),
        ("poverty_gap", "percent", 18.3, 20.0),
        ("median", "hours", 33.4, 33.0),
        ("quantile", "years", 40.6, 41.0),
        ("mean", "hours", 33.4, 33.4),
        ("median", "points_0_10", 7.44, 7.4),
        # 5 of 22 respondents of 4,400 people stand for 1,000; 50 euros for each of them are 220,000
        ("count", "people", 1830.0, 2000.0),
        ("total", "hours", 121830.0, 122000.0),
        ("total", "euro", 8_123_456.0, 8_000_000.0),
    ],
)
def test_each_kind_of_figure_has_its_step(
    statistic: str, unit: str, exact: float, published: float, policy: Policy
) -> None:
    made = rounded_levels(level(value=exact, n=22, people=4400.0), of(statistic, unit), policy, False)
    np.testing.assert_allclose(made["value"], [published], rtol=1e-12)


def test_a_total_of_money_says_no_more_than_its_mean(policy: Policy) -> None:
    """Leak prevented: a total to 1,000 euros over a known number of people is their mean to the cent."""
    people = 4400.0
    total, mean = (steps(level(n=22, people=people), of(name, "euro"), policy)[0] for name in ("total", "mean"))
    assert total / people >= mean == 50.0


@pytest.mark.parametrize("people", [40.0, 41.5, 400.0, 12345.0, 1e6])
def test_a_count_says_no_more_than_the_number_of_respondents(people: float, policy: Policy) -> None:
    """Leak prevented: a weighted count over the known mean weight is the exact number of respondents."""
    step = steps(level(n=40, people=people), of("count", "people"), policy)[0]
    assert policy.round_n_to <= step * 40 / people <= 10 * policy.round_n_to


def test_a_change_of_counts_is_that_of_the_published_levels(policy: Policy) -> None:
    blank: dict[str, object] = dict.fromkeys(CHANGE_COLUMNS, "")
    row = {"value": 640.0, "se": 100.0, "ci_low": 440.0, "ci_high": 840.0, "n_from": 40, "n_to": 80, "n_both": 20}
    ends = {"level_from": 1830.0, "level_to": 2470.0, "people_from": 4400.0, "people_to": 4400.0}
    made = rounded_changes(
        pd.DataFrame([{**blank, **row, **ends, "status": "published"}]), of("count", "people"), policy, False
    )
    # 5 of 40 stand for 550, so 1,000; 5 of 80 for 275, so 500: 2,500 - 2,000
    assert made[["value", "ci_low", "ci_high"]].to_numpy().tolist() == [[500.0, -500.0, 1500.0]]


def test_a_change_of_amounts_is_that_of_the_published_levels_and_tells_nothing_more(policy: Policy) -> None:
    """1,824 to 1,826: the levels are published as 1,800 and 1,850. 2 would tell where in their range both are."""
    blank: dict[str, object] = dict.fromkeys(CHANGE_COLUMNS, "")
    row = {"value": 2.0, "se": 61.0, "ci_low": -118.0, "ci_high": 122.0, "n_from": 60, "n_to": 60, "n_both": 40}
    levels = {"level_from": 1824.0, "level_to": 1826.0, "status": "low_reliability"}
    income = DICTIONARY.indicators["median_equivalised_income"]
    made = rounded_changes(pd.DataFrame([{**blank, **row, **levels}]), income, policy, False)
    assert made[["value", "ci_low", "ci_high"]].to_numpy().tolist() == [[50.0, -100.0, 200.0]]

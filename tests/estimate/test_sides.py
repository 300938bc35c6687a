"""The counts that disclosure rules look at, statistic by statistic, against counts made one person at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cwb_impact.errors import Problems
from cwb_impact.estimate.named import Answers, compute
from cwb_impact.estimate.sides import Respondents, disclosure_counts
from cwb_impact.indicators.measure import Measure
from cwb_impact.spec.dictionary_folder import load_dictionary

INCOME = load_dictionary(Problems()).indicators["median_equivalised_income"]
RNG = np.random.default_rng(5)
N = 240
Y = np.round(RNG.lognormal(7, 0.6, N))
BESIDE = (RNG.random(N) < 0.3).astype(float)
DOMAIN = RNG.integers(-1, 3, N)
WEIGHT = RNG.uniform(1, 9, N)
HOLDING = RNG.integers(-1, 4, N)


def counts(statistic: str, unit: str = "euro", holding: np.ndarray | None = None, **more: object) -> pd.DataFrame:
    indicator = INCOME.model_copy(update={"statistic": statistic, "unit": unit, **more})
    beside = BESIDE if statistic in ("gap", "relative_gap", "ratio") else None
    y = (Y > 900).astype(float) if statistic in ("share", "count") else Y
    valid = DOMAIN >= 0
    answers = Answers(y[valid], WEIGHT[valid], None if beside is None else beside[valid])
    value = np.array([compute(indicator, answers, DOMAIN[valid] == code).value for code in range(3)])
    measured = Measure(y, beside, valid, np.full(N, "valid", dtype=object))
    return disclosure_counts(indicator, measured, value, DOMAIN, 3, Respondents(WEIGHT, holding))


def quantile(inside: np.ndarray, p: float) -> float:
    """The smallest answer at which the weights reach p, person by person."""
    order = np.argsort(Y[inside])
    reached = np.cumsum(WEIGHT[inside][order]) / WEIGHT[inside].sum()
    return float(Y[inside][order][np.flatnonzero(reached >= p)[0]])


def sides(made: pd.DataFrame, code: int) -> tuple[int, int]:
    return int(made.loc[code, "n_low_side"]), int(made.loc[code, "n_high_side"])


@pytest.mark.parametrize("code", range(3))
def test_sides_of_a_quantile_and_of_both_ends_of_a_ratio(code: int) -> None:
    inside = code == DOMAIN

    def around(p: float) -> tuple[int, int]:
        at = quantile(inside, p)
        return int((Y[inside] <= at).sum()), int((Y[inside] >= at).sum())

    assert sides(counts("median"), code) == around(0.5)
    assert sides(counts("quantile", at=[0.2]), code) == around(0.2)
    (low, high), (low_2, high_2) = around(0.8), around(0.2)
    assert sides(counts("quantile_ratio", "ratio", at=[0.8, 0.2]), code) == (min(low, low_2), min(high, high_2))


@pytest.mark.parametrize("code", range(3))
def test_sides_of_poverty_are_about_the_poor(code: int) -> None:
    line = 0.6 * quantile(DOMAIN >= 0, 0.5)
    inside, poor = code == DOMAIN, (code == DOMAIN) & (line > Y)
    assert sides(counts("poverty_rate", "percent"), code) == (inside.sum() - poor.sum(), poor.sum())
    middle = quantile(poor, 0.5)
    assert sides(counts("poverty_gap", "percent"), code) == ((poor & (middle >= Y)).sum(), (poor & (middle <= Y)).sum())


@pytest.mark.parametrize("code", range(3))
def test_a_gap_counts_its_groups_and_takes_the_least_of_both(code: int) -> None:
    made = counts("gap", holding=HOLDING)
    groups = [(code == DOMAIN) & (part == BESIDE) for part in (0, 1)]
    assert sides(made, code) == tuple(group.sum() for group in groups)
    people = [np.bincount(HOLDING[group] + 1) for group in groups]
    assert made.loc[code, "n_holdings"] == min((one > 0).sum() for one in people)
    assert made.loc[code, "n_outside_largest"] == min(one.sum() - one.max() for one in people)
    left = []
    for group in groups:
        parts = np.sort(WEIGHT[group] * Y[group])[::-1]
        left.append(100 * parts[2:].sum() / parts[0])
    assert counts("gap").loc[code, "remainder_percent"] == pytest.approx(min(left))
    assert np.isnan(counts("gap", "points_0_10").loc[code, "remainder_percent"])


@pytest.mark.parametrize(
    ("statistic", "unit", "asked"),
    [
        ("mean", "euro", True),
        ("mean", "hours", False),
        ("total", "people", True),
        ("gini", "percent", True),
        ("s80_s20", "ratio", True),
        ("median", "euro", False),
        ("share", "percent", False),
        ("count", "people", False),
    ],
)
def test_the_p_rule_is_for_sums_and_money(statistic: str, unit: str, asked: bool) -> None:
    assert counts(statistic, unit)["remainder_percent"].notna().tolist() == [asked] * 3


def test_people_are_the_sum_of_the_weights_of_those_who_answered() -> None:
    made = counts("share", "percent")
    np.testing.assert_allclose(made["people"], [WEIGHT[code == DOMAIN].sum() for code in range(3)], rtol=1e-12)
    assert made["n"].tolist() == [(code == DOMAIN).sum() for code in range(3)]


def ratio(y: list[float], per: list[float], unit: str = "percent") -> pd.Series:
    indicator = INCOME.model_copy(update={"statistic": "ratio", "unit": unit})
    measured = Measure(np.array(y), np.array(per), np.ones(len(y), dtype=bool), np.full(len(y), "valid", dtype=object))
    domain = np.zeros(len(y), dtype=np.int64)
    of = Respondents(np.ones(len(y)), None)
    return disclosure_counts(indicator, measured, np.array([sum(y) / sum(per)]), domain, 1, of).iloc[0]


def test_a_ratio_that_is_the_same_for_all_is_seen() -> None:
    """Leak prevented: a tenth of everybody's turnover is everybody's answer, though all amounts differ."""
    assert ratio([1.0, 2.0, 5.0, 0.0], [10.0, 20.0, 50.0, 0.0])["all_equal"]
    assert not ratio([1.0, 2.0, 5.0, 1.0], [10.0, 20.0, 50.0, 20.0])["all_equal"]


def test_a_part_in_percent_is_safe_only_with_the_rest() -> None:
    """Leak prevented: 90 of 100, and what is left of the whole is of one person."""
    parts, wholes = [30.0, 30.0, 30.0, 0.0], [30.0, 30.0, 30.0, 10.0]
    assert ratio(parts, wholes)["remainder_percent"] == 0.0
    assert ratio(parts, wholes, "ratio")["remainder_percent"] == 100.0

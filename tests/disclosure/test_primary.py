"""The default policy, rule by rule, at its edges."""

from typing import get_args

import pandas as pd
import pytest

from cwb_impact.disclosure.primary import RULES, decide
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import Statistic
from cwb_impact.spec.policy import Policy


def row(**changes: object) -> pd.Series:
    """A share of residents that may be published, with changes."""
    plain: dict[str, object] = {
        "status": "computed",
        "reason": "",
        "population": "residents",
        "dimension": "total",
        "statistic": "share",
        "value": 40.0,
        "se": 5.0,
        "ci_low": 30.0,
        "ci_high": 50.0,
        "n": 100,
        "n_holdings": 1,
        "n_outside_largest": 0,
        "n_low_side": 60,
        "n_high_side": 40,
        "all_equal": False,
        "short_interval": False,
    }
    return pd.Series({**plain, **changes})


POOR = {"statistic": "poverty_rate"}
SHORT = {"statistic": "mean", "short_interval": True, "se": 1.0}
COUNT = {"statistic": "count", "se": 1.0}
MEAN = {"statistic": "mean", "se": 0.1, "ci_low": 1.0, "ci_high": 10.0}
ALIKE = ("suppressed_primary", "all_the_same", "")
WORKERS = {"population": "coop_workers", "n": 39, "n_holdings": 4, "n_outside_largest": 19}

CASES = [
    # statistics that the policy has no rule for stay in restricted/
    ("good_health", {"statistic": "maximum"}, "suppressed_primary", "no_rule_for_this_statistic", ""),
    ("good_health", {"reason": "not_defined", "value": float("nan")}, "suppressed_primary", "not_defined", ""),
    # a poverty rate counts people, as a share does
    ("good_health", {**POOR, "n_high_side": 2, "n_low_side": 98, "value": 2.0}, "published", "band", "<5"),
    # a count: ten who have it, three who have it not, and one reason for both
    ("good_health", {**COUNT, "n_high_side": 10, "n_low_side": 3}, "published", "", ""),
    ("good_health", {**COUNT, "n_high_side": 9, "n_low_side": 91}, "suppressed_primary", "too_few_on_one_side", ""),
    ("good_health", {**COUNT, "n_high_side": 98, "n_low_side": 2}, "suppressed_primary", "too_few_on_one_side", ""),
    # with unequal weights 3 of 40 people can be 0.4 percent, which would be printed as nobody
    ("knows_cwb", {"n": 40, "value": 0.4, "n_high_side": 3, "n_low_side": 37}, *ALIKE),
    ("knows_cwb", {"n": 40, "value": 99.6, "n_high_side": 37, "n_low_side": 3}, *ALIKE),
    ("good_health", {"n": 40, "value": 99.6, "n_high_side": 37, "n_low_side": 3}, "published", "band", ">90"),
    ("good_health", {"n": 40, "value": 97.0, "n_high_side": 37, "n_low_side": 3}, "published", "band", ">90"),
    # weighted, two of 100 people can be 14 percent; the band is that of the three who weigh most, for any two
    ("knows_cwb", {"value": 14.0, "n_high_side": 2, "n_low_side": 98, "few_percent": 21.0}, "published", "band", "<25"),
    ("knows_cwb", {"value": 0.0, "n_high_side": 0, "n_low_side": 100, "few_percent": 21.0}, "published", "band", "<25"),
    # a mean at the end of its scale, or a step from it, is everybody's answer
    ("life_satisfaction", {**MEAN, "value": 9.96}, *ALIKE),
    ("life_satisfaction", {**MEAN, "value": 9.75, "n": 10}, *ALIKE),
    ("life_satisfaction", {**MEAN, "value": 9.65, "n": 10}, "published", "", ""),
    ("life_satisfaction", {**MEAN, "value": 0.04}, *ALIKE),
    ("autonomy_at_work", {**MEAN, "value": 1.2, "n": 12}, *ALIKE),
    ("life_satisfaction", SHORT, "low_reliability", "interval_may_be_too_short", ""),
    ("good_health", {}, "published", "", ""),
    ("good_health", {"n": 10, "n_low_side": 6, "n_high_side": 4}, "published", "", ""),
    ("good_health", {"n": 9, "n_low_side": 5, "n_high_side": 4}, "suppressed_primary", "too_few_respondents", ""),
    ("good_health", {"n": 0, "n_low_side": 0, "n_high_side": 0}, "suppressed_primary", "too_few_respondents", ""),
    # the Nieuw-West workers as a whole: 20 + 3 + 8 + 8 people, 19 outside the largest co-op
    ("good_health", WORKERS, "published", "", ""),
    ("good_health", {**WORKERS, "n_outside_largest": 10}, "published", "", ""),
    ("good_health", {**WORKERS, "n_outside_largest": 9}, "suppressed_primary", "too_few_outside_largest_holding", ""),
    ("good_health", {**WORKERS, "n_holdings": 2}, "suppressed_primary", "too_few_holdings", ""),
    ("good_health", {**WORKERS, "dimension": "coop"}, "suppressed_primary", "never_published_dimension", ""),
    # fewer than 3 on one side: a band that is true and hides which count it is
    ("knows_cwb", {"n": 20, "value": 10.0, "n_high_side": 2, "n_low_side": 18}, "published", "band", "<20"),
    ("knows_cwb", {"n": 200, "value": 0.0, "n_high_side": 0, "n_low_side": 200}, "published", "band", "<5"),
    # 3 of 8, the least n that is published as 12 is
    ("knows_cwb", {"n": 12, "value": 16.7, "n_high_side": 2, "n_low_side": 10}, "published", "band", "<40"),
    ("knows_cwb", {"n": 40, "value": 100.0, "n_high_side": 40, "n_low_side": 0}, "published", "band", ">90"),
    ("knows_cwb", {"n": 40, "value": 92.0, "n_high_side": 37, "n_low_side": 3}, "published", "", ""),
    # above 90 percent of something sensitive is printed as >90 even when both sides are large
    ("good_health", {"n": 400, "value": 92.0, "n_high_side": 368, "n_low_side": 32}, "published", "band", ">90"),
    ("good_health", {"ci_low": 24.0, "ci_high": 56.0}, "low_reliability", "wide_interval", ""),
    ("good_health", {"ci_low": float("nan"), "ci_high": float("nan")}, "low_reliability", "wide_interval", ""),
    ("good_health", {"status": "not_collected", "reason": "not_asked"}, "not_collected", "not_asked", ""),
]  # fmt: skip


@pytest.mark.parametrize(("indicator", "changes", "status", "reason", "band"), CASES)
def test_rule(
    policy: Policy,
    dictionary: Dictionary,
    indicator: str,
    changes: dict[str, object],
    status: str,
    reason: str,
    band: str,
) -> None:
    decision = decide(row(**changes), dictionary.indicators[indicator], policy)
    assert (decision.status, decision.reason, decision.band) == (status, reason, band)


@pytest.mark.parametrize(
    ("n", "low", "high", "reason"),
    [
        (20, 10, 11, ""),
        (19, 10, 10, "too_few_for_a_median"),
        (40, 9, 32, "too_few_on_one_side"),
    ],
)
def test_median_rules(policy: Policy, dictionary: Dictionary, n: int, low: int, high: int, reason: str) -> None:
    changed = row(statistic="median", value=30.0, n=n, n_low_side=low, n_high_side=high, ci_low=28.0, ci_high=32.0)
    assert decide(changed, dictionary.indicators["life_satisfaction"], policy).reason == reason


@pytest.mark.parametrize("n", range(10, 120, 7))
@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_band_is_true_and_the_same_for_all_counts_it_hides(
    policy: Policy, dictionary: Dictionary, n: int, count: int
) -> None:
    """Unweighted, the band must not tell whether 0, 1 or 2 people are behind it, nor more of n than its rounding."""

    def band(people: int) -> str:
        cell = row(n=n, value=100 * people / n, n_high_side=people, n_low_side=n - people)
        return decide(cell, dictionary.indicators["knows_cwb"], policy).band

    assert band(count) == band(0)
    alike = [one for one in range(n - 4, n + 5) if one >= 10 and 5 * round(one / 5) == 5 * round(n / 5)]
    wholes = {
        decide(row(n=one, value=0.0, n_high_side=0, n_low_side=one), dictionary.indicators["knows_cwb"], policy).band
        for one in alike
    }
    assert wholes == {band(0)}
    assert 100 * count / n < float(band(count).removeprefix("<"))


def test_every_statistic_of_the_dictionary_has_rules_and_none_is_an_extreme() -> None:
    """Leak prevented: a minimum or maximum is one person's answer."""
    assert set(RULES) == set(get_args(Statistic))
    assert not [name for name in RULES if name.startswith(("min", "max", "range"))]


def test_a_mean_of_equal_answers_tells_everybodys_answer(policy: Policy, dictionary: Dictionary) -> None:
    cell = row(statistic="mean", value=7.0, se=0.0, ci_low=7.0, ci_high=7.0, all_equal=True)
    assert decide(cell, dictionary.indicators["life_satisfaction"], policy).reason == "all_the_same"

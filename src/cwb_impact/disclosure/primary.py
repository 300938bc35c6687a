"""Primary rules: may this cell be shown at all, and as what? Each hidden cell keeps its reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cwb_impact.disclosure.rounding import decimals, least_n
from cwb_impact.spec.indicator import MONEY, SHARES, SUMS, Indicator
from cwb_impact.spec.policy import Policy

PUBLISHED, SUPPRESSED, INDICATIVE = "published", "suppressed_primary", "low_reliability"
COMPLEMENT = "suppressed_secondary"
SHOWN = (PUBLISHED, INDICATIVE)
WITHHELD = "withheld_by_study"


@dataclass(frozen=True, slots=True)
class Decision:
    """status, reason, and a band (such as `<30` or `>75` percent) where the exact share would say too much."""

    status: str
    reason: str = ""
    band: str = ""


def decide(row: pd.Series, indicator: Indicator, policy: Policy) -> Decision:
    """Apply the policy to one row of an EstimateTable: confidentiality first, then precision.

    The row needs status, reason, population, dimension, statistic, value, se, ci_low, ci_high, n and the counts
    n_holdings, n_outside_largest, n_low_side, n_high_side, all_equal, short_interval (the interval covers less than it
    says, docs/coverage.md), of shares few_percent, and of sums and money remainder_percent.
    """
    if row["status"] == "not_collected":
        return Decision("not_collected", str(row["reason"]))
    if withheld(row, policy):
        return Decision(SUPPRESSED, WITHHELD)
    reason = _why_hidden(row, indicator, policy)
    if reason:
        return Decision(SUPPRESSED, reason)
    band = band_of_share(row, indicator, policy)
    if band:
        return Decision(PUBLISHED, "band", band)
    if _imprecise(row, policy):
        return Decision(INDICATIVE, "wide_interval")
    if row["short_interval"]:
        return Decision(INDICATIVE, "interval_may_be_too_short")
    return Decision(PUBLISHED)


def withheld(row: pd.Series, policy: Policy) -> bool:
    """Does the study leave this row out by its own choice (`policy: withhold:` in study.yml)?"""
    keys = ("indicator", "population", "wave", "dimension", "category")
    return any(all(getattr(one, key) in (None, row.get(key)) for key in keys) for one in policy.withhold)


def _why_hidden(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    n = int(row["n"])
    if row["statistic"] not in RULES:
        return "no_rule_for_this_statistic"
    holding = policy.holdings.get(row["population"])
    if row["dimension"] in policy.never_published_dimensions:
        return "never_published_dimension"
    if n < max(policy.minimum_respondents, indicator.minimum_n):
        # nobody at all is told apart from too few nowhere: a zero is a disclosure too
        return "too_few_respondents"
    if holding is not None and int(row["n_holdings"]) < holding.minimum_holdings:
        return "too_few_holdings"
    if holding is not None and int(row["n_outside_largest"]) < holding.minimum_outside_largest:
        return "too_few_outside_largest_holding"
    if row["reason"] == "not_defined":
        return "not_defined"
    return next((reason for rule in RULES[row["statistic"]] if (reason := rule(row, indicator, policy))), "")


def _sides(row: pd.Series) -> int:
    """Respondents on the side of the figure where there are fewest."""
    return min(int(row["n_low_side"]), int(row["n_high_side"]))


def _differ(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    """A figure of answers that are all the same tells everybody's answer."""
    return "all_the_same" if row["all_equal"] else ""


def _not_everybody(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    """A share that would be printed as 0 or 100 percent though there are people on both sides; few of them: a band."""
    shown = round(float(row["value"]), decimals(indicator, int(row["n"]), policy))
    banded = _sides(row) < policy.share.minimum_each_side or (indicator.sensitive and shown >= 100)
    return "all_the_same" if shown in (0, 100) and not banded else ""


def _off_the_ends(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    """A mean at the end of its scale tells everybody's answer; so does one that only a step or two keep from it.

    Of a mean that is n times less than 3 points from an end, at most two people are further than that from it. A mean
    without a scale could be 0, which nobody is below.
    """
    each = float(row["people"]) if row["statistic"] == "total" else 1.0
    value, ends = float(row["value"]) / each, indicator.scale_range or (0.0,)
    least = policy.share.minimum_each_side if indicator.scale_range else 0
    near = any(round(value - end, indicator.decimals) == 0 or int(row["n"]) * abs(value - end) < least for end in ends)
    return "all_the_same" if near else ""


def _not_of_one(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    """The p% rule: of sums, and of means and gaps of money, nobody may be almost all (estimate/counts.py)."""
    if row["statistic"] not in SUMS and indicator.unit not in MONEY:
        return ""
    if row["population"] in policy.holdings and int(row["n_holdings"]) < policy.money.minimum_holdings:
        return "too_few_holdings"
    # what was not counted is not known to be safe
    return "" if float(row["remainder_percent"]) >= policy.money.p_percent else "one_contributor_dominates"


def _median_sides(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    if int(row["n"]) < policy.median.minimum_respondents:
        return "too_few_for_a_median"
    return "too_few_on_one_side" if _sides(row) < policy.median.minimum_each_side else ""


def _quantile_sides(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    """Ten divided by the smaller part: 20 people for a median, 50 for P20 or P80, 100 for P10 or P90."""
    least = policy.quantile.minimum_each_side
    smaller = min(min(p, 1 - p) for p in indicator.at or [0.5])
    # 10 / (1 - 0.9) is a little above 100
    if int(row["n"]) < least / smaller - 1e-6:
        return "too_few_for_a_quantile"
    return "too_few_on_one_side" if _sides(row) < least else ""


def _poor_sides(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    """The gap is the median of the poor in other words."""
    return "too_few_on_one_side" if _sides(row) < policy.median.minimum_each_side else ""


def _enough(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    return "too_few_for_a_distribution" if int(row["n"]) < policy.inequality.minimum_respondents else ""


def _groups(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    """Both groups of a gap are groups of their own."""
    least = max(policy.minimum_respondents, indicator.minimum_n)
    return "too_few_in_a_group" if _sides(row) < least else ""


def _counted(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    """As many people behind a count as behind any figure; on the other side as of a share. One reason for both."""
    few = (
        int(row["n_high_side"]) < policy.minimum_respondents or int(row["n_low_side"]) < policy.share.minimum_each_side
    )
    return "too_few_on_one_side" if few else ""


Rule = Callable[[pd.Series, Indicator, Policy], str]

RULES: Mapping[str, tuple[Rule, ...]] = {
    "share": (_not_everybody,),  # few on one side: a band
    "poverty_rate": (_not_everybody,),
    "count": (_counted,),
    "mean": (_differ, _off_the_ends, _not_of_one),
    "total": (_differ, _off_the_ends, _not_of_one),
    "ratio": (_differ, _not_of_one),
    "gap": (_groups, _differ, _not_of_one),
    "relative_gap": (_groups, _differ, _not_of_one),
    "median": (_differ, _median_sides),
    "banded_median": (_differ, _median_sides),
    "quantile": (_differ, _quantile_sides),
    "quantile_ratio": (_differ, _quantile_sides),
    "gini": (_enough, _differ, _not_of_one),
    "s80_s20": (_enough, _differ, _not_of_one),
    "poverty_gap": (_enough, _differ, _poor_sides),
}
"""What is asked of each statistic beside what is asked of all. One that is not here stays in restricted/."""


def band_of_share(row: pd.Series | Mapping[str, Any], indicator: Indicator, policy: Policy) -> str:
    """A band for a share with fewer than the minimum on one side, or above the top code of a sensitive variable.

    So has one that would be printed as 0 or 100 percent: with unequal weights there can be people on the other side.
    The limit is the most that the policy's few could be, rounded outward to 5 points: true, and the same whichever
    number of people is behind it. So it rests on the least n that is published as this n is, and where weights differ
    on few_percent, what the few with the largest weights would be.
    """
    if row["statistic"] not in SHARES:
        return ""
    value, n, least = float(row["value"]), int(row["n"]), policy.share.minimum_each_side
    few = np.nanmax([100 * least / least_n(n, policy), float(row.get("few_percent", np.nan))])
    if int(row["n_high_side"]) < least:
        return f"<{_outward(max(value, few))}"
    if int(row["n_low_side"]) < least:
        limit = 100 - _outward(max(100 - value, few))
        return f">{min(limit, policy.share.top_code_sensitive_above) if indicator.sensitive else limit:g}"
    if indicator.sensitive and value > policy.share.top_code_sensitive_above:
        return f">{policy.share.top_code_sensitive_above:g}"
    return ""


def _outward(points: float) -> int:
    """The next multiple of 5 strictly above, for shares in percent."""
    return 5 * (math.floor(points / 5) + 1)


def _imprecise(row: pd.Series, policy: Policy) -> bool:
    low, high, value, se = (float(row[name]) for name in ("ci_low", "ci_high", "value", "se"))
    if not low <= high:
        return True
    if row["statistic"] in SHARES:
        return (high - low) / 2 > policy.precision.maximum_half_width_points
    return value != 0 and 100 * se / abs(value) > policy.precision.maximum_cv_percent

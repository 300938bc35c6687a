"""Primary rules: may this cell be shown at all, and as what? Each hidden cell keeps its reason."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from cwb_impact.spec.indicator import MONEY, SHARES, Indicator
from cwb_impact.spec.policy import Policy

PUBLISHED, SUPPRESSED, INDICATIVE = "published", "suppressed_primary", "low_reliability"
SHOWN = (PUBLISHED, INDICATIVE)

RULED = SHARES | {"mean", "median", "banded_median"}
"""Statistics for which the policy has rules. Others stay in restricted/ until it has."""


@dataclass(frozen=True, slots=True)
class Decision:
    """status, reason, and a band (such as `<30` or `>75` percent) where the exact share would say too much."""

    status: str
    reason: str = ""
    band: str = ""


def decide(row: pd.Series, indicator: Indicator, policy: Policy) -> Decision:
    """Apply the policy to one row of an EstimateTable: confidentiality first, then precision.

    The row needs status, reason, population, dimension, statistic, value, se, ci_low, ci_high, n and the counts
    n_holdings, n_outside_largest, n_low_side, n_high_side, all_equal, and short_interval (the interval covers less
    than it says, docs/coverage.md).
    """
    if row["status"] == "not_collected":
        return Decision("not_collected", str(row["reason"]))
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


def _why_hidden(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    n = int(row["n"])
    if row["statistic"] not in RULED or (row["statistic"] == "mean" and indicator.unit in MONEY):
        # a mean of money needs a rule about the largest amount
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
    if row["statistic"] not in SHARES and row["all_equal"]:
        return "all_the_same"
    if row["statistic"] in ("median", "banded_median"):
        if n < policy.median.minimum_respondents:
            return "too_few_for_a_median"
        if min(int(row["n_low_side"]), int(row["n_high_side"])) < policy.median.minimum_each_side:
            return "too_few_on_one_side"
    return ""


def band_of_share(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    """A band for a share with fewer than the minimum on one side, or above the top code of a sensitive variable.

    The limit is the larger of the share itself and of minimum/n, rounded outward to 5 points, so that it is true and
    does not tell which of the possible counts is behind it.
    """
    if row["statistic"] not in SHARES:
        return ""
    value, least = float(row["value"]), policy.share.minimum_each_side
    width = 100 * least / int(row["n"])
    if int(row["n_high_side"]) < least:
        return f"<{_outward(max(value, width))}"
    if int(row["n_low_side"]) < least:
        limit = 100 - _outward(max(100 - value, width))
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

"""From protected rows to what a release may carry: rounded, and blank where hidden."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.disclosure.primary import SHOWN
from cwb_impact.spec.indicator import QUANTILES, Indicator
from cwb_impact.spec.policy import Policy
from cwb_impact.types import CHANGE_COLUMNS, LEVEL_COLUMNS


def rounded_levels(frame: pd.DataFrame, indicator: Indicator, policy: Policy, census: bool) -> pd.DataFrame:
    """The rows of one indicator and population as published.

    frame : rows with status, reason and band decided. Hidden rows keep only their keys, status and reason; banded
    rows have a band instead of value, se and interval. n is rounded to 5, ess to 5, deff to 0.5.
    """
    out = frame.copy()
    decimals = np.array([_decimals(indicator, int(n), policy) for n in frame["n"]])
    step = _step(indicator, policy)
    for name in ("value", "se", "ci_low", "ci_high"):
        out[name] = _round(frame[name], decimals) if step is None else to_multiple(frame[name], step)
    out["n"] = _whole(frame["n"], policy.round_n_to)
    out["ess"] = _whole(frame["ess"], policy.round_ess_to)
    out["deff"] = to_multiple(frame["deff"], policy.round_deff_to)
    shown = out["status"].isin(SHOWN)
    out.loc[~shown, ["value", "se", "ci_low", "ci_high", "n", "ess", "deff"]] = None
    out.loc[out["band"] != "", ["value", "se", "ci_low", "ci_high", "ess", "deff"]] = None
    out.loc[~shown | (out["band"] != ""), ["interval", "inference"]] = ""
    if census and policy.hide_se_of_census:
        out["se"] = np.nan
    return out[list(LEVEL_COLUMNS)]


def rounded_changes(frame: pd.DataFrame, indicator: Indicator, policy: Policy, census: bool) -> pd.DataFrame:
    """The changes of one indicator and population as published. n_both below the minimum is left empty."""
    out = frame.copy()
    decimals = np.array([_decimals(indicator, int(n), policy) for n in frame[["n_from", "n_to"]].min(axis=1)])
    step = _step(indicator, policy)
    for name in ("value", "se", "ci_low", "ci_high"):
        out[name] = _round(frame[name], decimals) if step is None else to_multiple(frame[name], step)
    if step is not None:
        out[["value", "ci_low", "ci_high"]] = _of_rounded_levels(frame, step)
    few = frame["n_both"].astype(int) < policy.minimum_respondents
    for name in ("n_from", "n_to", "n_both"):
        out[name] = _whole(frame[name], policy.round_n_to)
    out.loc[few, "n_both"] = pd.NA
    shown = out["status"].isin(SHOWN)
    out.loc[~shown, ["value", "se", "ci_low", "ci_high", "n_from", "n_to", "n_both"]] = None
    out.loc[~shown, ["verdict", "interval", "inference"]] = ""
    if census and policy.hide_se_of_census:
        out["se"] = np.nan
    return out[list(CHANGE_COLUMNS)]


def _of_rounded_levels(frame: pd.DataFrame, step: float) -> np.ndarray:
    """(r, 3) the difference of the two published levels, and around it the half-width rounded up.

    A change that is rounded by itself would narrow the range in which the two levels lie.
    """
    value = to_multiple(frame["level_to"], step) - to_multiple(frame["level_from"], step)
    half = np.ceil(((frame["ci_high"] - frame["ci_low"]) / 2).to_numpy(dtype=np.float64) / step) * step
    return np.column_stack([value, value - half, value + half]) + 0.0


def _whole(values: pd.Series, base: int) -> pd.Series:
    """Counts rounded to a base, as whole numbers that can be empty."""
    return pd.Series(to_multiple(values, base), index=values.index).astype("Int64")


def _decimals(indicator: Indicator, n: int, policy: Policy) -> int:
    whole = indicator.unit == "percent" and n < policy.share.whole_percent_below_n
    return 0 if whole else indicator.decimals


def _step(indicator: Indicator, policy: Policy) -> float | None:
    """To what a median of amounts is rounded, since it is one person's answer; None where decimals do."""
    if indicator.statistic not in QUANTILES:
        return None
    steps = {
        "euro": policy.round_money_to,
        "euro_per_hour": policy.round_hourly_pay_to,
        "ratio": policy.round_ratio_to,
    }
    return steps.get(indicator.unit)


def _round(values: pd.Series, decimals: np.ndarray) -> np.ndarray:
    pairs = zip(values.to_numpy(dtype=np.float64), decimals, strict=True)
    # + 0.0 turns a rounded -0.0 into 0.0, which would be another published value
    return np.array([round(x, int(places)) if np.isfinite(x) else np.nan for x, places in pairs]) + 0.0


def to_multiple(values: pd.Series, base: float) -> np.ndarray:
    """Rounded to a multiple of a base."""
    return np.asarray(np.round(values.to_numpy(dtype=np.float64) / base) * base + 0.0)

"""From protected rows to what a release may carry: rounded, and blank where hidden."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.disclosure.primary import SHOWN
from cwb_impact.disclosure.rounding import policy_steps, steps, to_step
from cwb_impact.spec.indicator import Indicator
from cwb_impact.spec.policy import Policy
from cwb_impact.types import CHANGE_COLUMNS, LEVEL_COLUMNS, Floats


def rounded_levels(frame: pd.DataFrame, indicator: Indicator, policy: Policy, census: bool) -> pd.DataFrame:
    """The rows of one indicator and population as published.

    frame : rows with status, reason and band decided. Hidden rows keep only their keys, status and reason; banded
    rows have a band instead of value, se and interval. n is rounded to 5, ess to 5, deff to 0.5.
    """
    out = frame.copy()
    step = steps(frame, indicator, policy)
    for name in ("value", "se", "ci_low", "ci_high"):
        out[name] = to_step(frame[name], step)
    out["n"] = _whole(frame["n"], policy.round_n_to)
    out["ess"] = _whole(frame["ess"], policy.round_ess_to)
    out["deff"] = to_step(frame["deff"], policy.round_deff_to)
    shown = out["status"].isin(SHOWN)
    out.loc[~shown, ["value", "se", "ci_low", "ci_high", "n", "ess", "deff"]] = None
    out.loc[out["band"] != "", ["value", "se", "ci_low", "ci_high", "ess", "deff"]] = None
    out.loc[~shown | (out["band"] != ""), ["interval", "inference"]] = ""
    if census and policy.hide_se_of_census:
        out["se"] = np.nan
    return out[list(LEVEL_COLUMNS)]


def rounded_changes(frame: pd.DataFrame, indicator: Indicator, policy: Policy, census: bool) -> pd.DataFrame:
    """The changes of one indicator and population as published. n_both below the minimum is left empty.

    frame : rows with level_from and level_to, of counts and totals also people_from and people_to, exact.
    """
    out = frame.copy()
    ends = [_end(frame, name) for name in ("from", "to")]
    first, second = (steps(end, indicator, policy) for end in ends)
    widest = np.maximum(first, second)
    for name in ("value", "se", "ci_low", "ci_high"):
        out[name] = to_step(frame[name], widest)
    if policy_steps(ends[0], indicator, policy) is not None:
        out[["value", "ci_low", "ci_high"]] = _of_rounded_levels(frame, first, second)
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


def _end(changes: pd.DataFrame, end: str) -> pd.DataFrame:
    """The level at one end of each change, as far as its rounding depends on it."""
    names = {f"{name}_{end}": name for name in ("n", "people") if f"{name}_{end}" in changes}
    return changes[list(names)].rename(columns=names)


def _of_rounded_levels(frame: pd.DataFrame, first: Floats, second: Floats) -> np.ndarray:
    """(r, 3) the difference of the two published levels, and around it the half-width rounded up.

    A change that is rounded by itself would narrow the range in which the two levels lie.
    """
    value = to_step(frame["level_to"], second) - to_step(frame["level_from"], first)
    step = np.maximum(first, second)
    half = np.ceil(((frame["ci_high"] - frame["ci_low"]) / 2).to_numpy(dtype=np.float64) / step) * step
    return np.round(np.column_stack([value, value - half, value + half]), 10) + 0.0


def _whole(values: pd.Series, base: int) -> pd.Series:
    """Counts rounded to a base, as whole numbers that can be empty."""
    return pd.Series(to_step(values, base), index=values.index).astype("Int64")

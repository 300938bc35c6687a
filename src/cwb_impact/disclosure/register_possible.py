"""What one published count or share of a register tells by itself: the numbers that would be published the same way."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.disclosure.primary import PUBLISHED
from cwb_impact.disclosure.registers import at_most_whole, decide_figure, rounded_figure
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import Indicator
from cwb_impact.spec.policy import Policy


def with_wholes(rows: pd.DataFrame, dictionary: Dictionary, policy: Policy) -> pd.DataFrame:
    """The rows of one list and wave, and beside each `whole`: what is published of the count that it is a part of."""
    shown = rows.assign(status=PUBLISHED, reason="", band="")
    values = {
        str(row["indicator"]): rounded_figure(row, dictionary.indicators[str(row["indicator"])], policy)["value"]
        for _, row in shown.iterrows()
    }
    wholes = [values.get(str(dictionary.indicators[str(name)].parts_of), np.nan) for name in rows["indicator"]]
    return rows.assign(whole=np.array(wholes, dtype=np.float64))


def possible_counts(exact: pd.Series, told: pd.Series, indicator: Indicator, policy: Policy) -> list[int]:
    """All numbers of rows with the property that would have been published as this row was.

    exact : the row as worked out: how many rows there are, how many are not known, and the published `whole`
    (`with_wholes`). told : value, ci_low, ci_high and band as published. What an earlier release told and the rules
    now hide tells no more than its rounding; empty when it was rounded otherwise.
    """
    n, value = int(exact["n"]), float(told["value"])
    step = policy.registers.people.round_counts_to
    if band := str(told["band"]):
        end = int(n * float(band[1:]) / 100)
        near = range(end + 2) if band[0] == "<" else range(end, n + 1)
    elif indicator.statistic == "count":
        near = range(max(0, int(value) - step), int(value) + 2 * step + 1)
    else:
        middle, off = round(value * n / 100), 2 * step + n // 50
        near = range(max(0, middle - off), min(n, middle + off) + 1)
    by_rules = [at for at in near if _same(_published(at, exact, indicator, policy), told)]
    if by_rules or band:
        return by_rules or list(near)
    return [at for at in near if _same(_rounded(_row_of(at, exact, indicator), indicator, policy), told)]


def _published(counted: int, exact: pd.Series, indicator: Indicator, policy: Policy) -> dict[str, object]:
    """The row as it would leave, after the rules, if so many had the property."""
    row = _row_of(counted, exact, indicator)
    decision = decide_figure(row, indicator, policy)
    row["status"], row["reason"], row["band"] = decision.status, decision.reason, decision.band
    return _rounded(row, indicator, policy)


def _row_of(counted: int, exact: pd.Series, indicator: Indicator) -> pd.Series:
    """The row, to be shown, if so many had the property; rows that are not known stay as many."""
    n = int(exact["n"])
    more, fewer = _may(exact)
    row = exact.copy()
    row["n_counted"] = counted
    if counted == int(exact["n_counted"]):
        ends = float(exact["ci_low"]), float(exact["ci_high"])  # to the last bit, where rounding could go both ways
    elif indicator.statistic == "count":
        row["value"], ends = float(counted), (float(counted), float(counted + more))
    else:
        row["value"] = 100 * counted / n
        ends = 100 * counted / (n + fewer), 100 * (counted + more) / (n + more)
    if np.isfinite(exact["ci_low"]):
        row["ci_low"], row["ci_high"] = ends
    row["status"], row["reason"], row["band"] = PUBLISHED, "", ""
    return row


def _rounded(row: pd.Series, indicator: Indicator, policy: Policy) -> dict[str, object]:
    """What leaves of a row that is decided."""
    made = rounded_figure(row, indicator, policy)
    value, whole = np.array([made["value"]], dtype=np.float64), np.array([row["whole"]], dtype=np.float64)
    (at_most,) = at_most_whole(value, whole, policy.registers.people.round_counts_to)
    return {**made, "value": at_most, "band": row["band"]}


def _may(exact: pd.Series) -> tuple[int, int]:
    """How many rows that are not known may have the property, and how many may not, as the exact limits say."""
    unknown = int(exact["n_unknown"])
    if not np.isfinite(exact["ci_low"]):
        return unknown, unknown
    n, k, low, high = int(exact["n"]), int(exact["n_counted"]), float(exact["ci_low"]), float(exact["ci_high"])
    if exact["statistic"] == "count":
        return round(high - k), unknown
    more = round((high * n / 100 - k) / (1 - high / 100)) if high < 100 else unknown
    return more, round(100 * k / low) - n if low > 0 else unknown


def _same(found: dict[str, object], told: pd.Series) -> bool:
    if found["status"] != PUBLISHED or str(found["band"]) != str(told["band"]):
        return False
    names = ["value", "ci_low", "ci_high"]
    made, seen = np.array([found[name] for name in names], dtype=np.float64), told[names].to_numpy(dtype=np.float64)
    return bool(np.allclose(made, seen, rtol=0, atol=1e-9, equal_nan=True))

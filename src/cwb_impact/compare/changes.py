"""The change of an estimate between two waves, whatever part of the people is in both."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from cwb_impact.design import Integers
from cwb_impact.estimate.covariance import Centring, change_variances, stacked_degrees
from cwb_impact.estimate.intervals import t_interval
from cwb_impact.estimate.small_samples import short_changes
from cwb_impact.types import CHANGE_COLUMNS, KEYS, Comparison, EstimateTable, Waves

SAME_IN_BOTH = tuple(key for key in KEYS if key != "wave")


def compare(estimates: EstimateTable, centring: Centring = "own_wave") -> Comparison:
    """Later minus earlier wave for every indicator, population and category that both waves asked for.

    Var(change) = V11 + V22 - 2 V12 from the influence values of both waves.

    Parameters
    ----------
    centring : `own_wave` centres the PSU sums of each estimate within its own wave and stratum; correct for full,
        partial and no overlap, also when strata differ in level. `stacked` centres over the union of the PSUs of
        both waves, as R's survey does for stacked data with waves as domains (finite populations are not used).

    Returns
    -------
    Comparison
        n_both counts PSUs (people, where each is drawn on their own) with a valid answer in both waves. verdict:
        `higher`, `lower` when the 95% interval excludes 0, else `not_distinguishable`. df is the smaller of the two
        waves' (stacked, without replicate weights: PSUs of the union minus strata). Where a wave has no estimate,
        nobody answered for instance, value and interval are nan. Empty when the release rests on one wave.
    """
    parts = [
        _changes(estimates, population, pair, centring)
        for pair in _pairs(estimates.waves)
        for population in estimates.sums
    ]
    columns = [*CHANGE_COLUMNS, "df", "short_interval", "from_row", "to_row"]
    frame = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    return Comparison(frame, centring)


def _pairs(waves: Waves) -> list[tuple[str, str]]:
    """The comparisons of the study that this release can make."""
    released = waves.study.waves
    chosen = waves.study.study.comparisons
    # a wave of registers only does not stand between two that asked people
    asked = [wave for wave in released if any(of == wave for _, of in waves.designs)]
    pairs = [(pair.from_, pair.to) for pair in chosen] if chosen is not None else list(pairwise(asked))
    return [pair for pair in pairs if set(pair) <= set(released)]


def _changes(estimates: EstimateTable, population: str, pair: tuple[str, str], centring: Centring) -> pd.DataFrame:
    """All changes of a population between two waves, in one pass."""
    ends = _ends(estimates, population, pair)
    first, second = (ends[f"row_{end}"].to_numpy(dtype=np.int64) for end in ("from", "to"))
    a, b = (estimates.frame.iloc[rows].reset_index(drop=True) for rows in (first, second))
    if not len(ends):
        return a.reindex(columns=[*CHANGE_COLUMNS, "df", "short_interval", "from_row", "to_row"])
    variance = change_variances(estimates, first, second, centring)
    # with few people in both waves a variance can be estimated below 0: then there is no interval, not a sure one
    se = np.sqrt(np.where(variance >= 0, variance, np.nan))
    value = b["value"].to_numpy(dtype=np.float64) - a["value"].to_numpy(dtype=np.float64)
    df = np.minimum(a["df"].to_numpy(dtype=np.int64), b["df"].to_numpy(dtype=np.int64))
    # replicates of a file are their own degrees of freedom
    if centring == "stacked" and all(estimates.design(population, wave).replicates is None for wave in pair):
        df = np.full(len(ends), stacked_degrees(estimates, population, pair))
    low, high = np.array([t_interval(*of) for of in zip(value, se, df.tolist(), strict=True)]).T
    changed = a[list(SAME_IN_BOTH)].assign(
        wave_from=pair[0],
        wave_to=pair[1],
        value=value,
        se=se,
        df=df,
        ci_low=low,
        ci_high=high,
        interval="t",
        short_interval=short_changes(a, b),
        inference=estimates.inference,
        unit=a["unit"],
        n_from=a["n"],
        n_to=b["n"],
        n_both=_in_both(estimates, population, first, second),
        verdict=[verdict(*of) for of in zip(low, high, strict=True)],
        level="change",
        convention=centring,
        status="computed",
        reason="",
        flags=["".join(sorted({*one, *other})) for one, other in zip(a["flags"], b["flags"], strict=True)],
        from_row=first,
        to_row=second,
    )
    return pd.DataFrame(changed)


def _ends(estimates: EstimateTable, population: str, pair: tuple[str, str]) -> pd.DataFrame:
    """The rows of the same thing in two waves that asked for it.

    Also of a category that nobody chose: without a row the table would tell that it is empty.
    """
    frame = estimates.frame
    here = frame[(frame["population"] == population) & (frame["status"] != "not_collected")]
    keys = here[list(SAME_IN_BOTH)].assign(row=here.index)
    ends = [keys[here["wave"] == wave] for wave in pair]
    return ends[0].merge(ends[1], on=list(SAME_IN_BOTH), suffixes=("_from", "_to"), validate="one_to_one")


def _in_both(estimates: EstimateTable, population: str, first: Integers, second: Integers) -> Integers:
    counts = estimates.counts[population]
    both = (counts[:, first] > 0).multiply(counts[:, second] > 0)
    return np.asarray(both.sum(axis=0)).ravel().astype(np.int64)


def verdict(low: float, high: float) -> str:
    """What an interval of a change allows one to say; an interval that does not exist allows nothing."""
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "not_distinguishable"

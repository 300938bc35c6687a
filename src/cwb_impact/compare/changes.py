"""The change of an estimate between two waves, whatever part of the people is in both."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from cwb_impact.estimate.intervals import t_interval
from cwb_impact.estimate.variance import centred, covariance, finite_factor, overlap_factor, psu_strata
from cwb_impact.types import CHANGE_COLUMNS, KEYS, Comparison, EstimateTable, Floats, Integers, SampledPsus, Waves

Centring = Literal["own_wave", "stacked"]

SAME_IN_BOTH = tuple(key for key in KEYS if key != "wave")


def compare(estimates: EstimateTable, centring: Centring = "own_wave") -> Comparison:
    """Later minus earlier wave for every indicator, population and category that both waves have.

    Var(change) = V11 + V22 - 2 V12 from the influence values of both waves.

    Parameters
    ----------
    centring : `own_wave` centres the PSU sums of each estimate within its own wave and stratum; correct for full,
        partial and no overlap, also when strata differ in level. `stacked` centres over the union of the PSUs of
        both waves, as R's survey does for stacked data with waves as domains (finite populations are not used).

    Returns
    -------
    Comparison
        n_both counts people with a valid answer sampled in both waves. verdict: `higher`, `lower` when the 95%
        interval excludes 0, else `not_distinguishable`. df is the smaller of the two waves' (stacked: PSUs of the
        union minus strata). Empty when the release rests on one wave.
    """
    waves, frame = estimates.waves, estimates.frame
    rows: list[dict[str, object]] = []
    for wave_from, wave_to in _pairs(waves):
        for _, group in frame[frame["wave"].isin([wave_from, wave_to])].groupby(list(SAME_IN_BOTH), sort=False):
            by_wave = dict(zip(group["wave"], group.index, strict=True))
            if len(by_wave) == 2 and group["value"].notna().all():
                rows.append(_change(estimates, by_wave[wave_from], by_wave[wave_to], centring))
    return Comparison(pd.DataFrame(rows, columns=[*CHANGE_COLUMNS, "df", "from_row", "to_row"]), centring)


def _pairs(waves: Waves) -> list[tuple[str, str]]:
    """The comparisons of the study that this release can make."""
    released = waves.study.waves
    asked = waves.study.study.comparisons
    pairs = [(pair.from_, pair.to) for pair in asked] if asked is not None else list(pairwise(released))
    return [pair for pair in pairs if set(pair) <= set(released)]


def _change(estimates: EstimateTable, first: int, second: int, centring: Centring) -> dict[str, object]:
    frame, waves = estimates.frame, estimates.waves
    a, b = (frame.iloc[row].to_dict() for row in (first, second))
    population = a["population"]
    sums = estimates.sums[population][:, [first, second]].toarray()
    designs = (waves.designs[population, a["wave"]], waves.designs[population, b["wave"]])
    if centring == "stacked":
        variance, df = _stacked(sums, designs)
    else:
        stayed = waves.stayed.get((population, a["wave"], b["wave"]), {})
        variance = _own_wave(sums, designs, stayed)
        df = int(min(a["df"], b["df"]))
    # with few people in both waves a variance can be estimated below 0: then there is no interval, not a sure one
    value, se = float(b["value"] - a["value"]), variance**0.5 if variance >= 0 else float("nan")
    low, high = t_interval(value, se, df)
    answered = estimates.counts[population][:, [first, second]].toarray()
    return {
        **{name: a[name] for name in SAME_IN_BOTH},
        "wave_from": a["wave"],
        "wave_to": b["wave"],
        "value": value,
        "se": se,
        "df": df,
        "ci_low": low,
        "ci_high": high,
        "unit": a["unit"],
        "n_from": int(a["n"]),
        "n_to": int(b["n"]),
        "n_both": int((answered > 0).all(axis=1).sum()),
        "verdict": verdict(low, high),
        "level": "change",
        "convention": centring,
        "status": "computed",
        "reason": "",
        "flags": "".join(sorted({*a["flags"], *b["flags"]})),
        "from_row": first,
        "to_row": second,
    }


def verdict(low: float, high: float) -> str:
    """What an interval of a change allows one to say; an interval that does not exist allows nothing."""
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "not_distinguishable"


def _own_wave(sums: Floats, designs: tuple[SampledPsus, SampledPsus], stayed: Mapping[str, float]) -> float:
    strata = [psu_strata(design, len(sums)) for design in designs]
    e = [centred(sums[:, k], strata[k], len(designs[k].strata), designs[k].lonely_psu) for k in (0, 1)]
    own = [covariance(e[k], e[k], finite_factor(designs[k], strata[k])) for k in (0, 1)]
    factor = overlap_factor(designs[0], designs[1], strata[0], strata[1], stayed)
    return own[0] + own[1] - 2 * covariance(e[0], e[1], factor)


def _stacked(sums: Floats, designs: tuple[SampledPsus, SampledPsus]) -> tuple[float, int]:
    """R's stacked design: one set of PSUs over both waves, strata by name, waves as domains."""
    names = sorted({name for design in designs for name in design.strata})
    stratum = np.full(len(sums), -1, dtype=np.int64)
    for design in designs:
        own: Integers = np.array([names.index(name) for name in design.strata], dtype=np.int64)
        stratum[design.psu] = own[design.stratum]
    change = centred(sums[:, 1] - sums[:, 0], stratum, len(names), designs[0].lonely_psu)
    sampled = stratum >= 0
    return covariance(change, change, np.ones(len(sums))), int(sampled.sum()) - len(np.unique(stratum[sampled]))

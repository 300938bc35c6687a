"""The covariance of any rows of an EstimateTable: domains, waves that share people, indicators, populations.

`own_wave` centres the PSU sums of each estimate within its own wave and stratum; right for full, partial and no
overlap, also when strata differ in level. `stacked` centres them over the union of the PSUs of the waves in question,
as R survey does for stacked data with waves as domains (finite populations are not used). Populations are drawn apart:
their covariance is 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from cwb_impact.design import Design, Floats, Integers
from cwb_impact.estimate.variance import READY, centred, finite_factor, overlap_factor, unit_strata
from cwb_impact.types import EstimateTable

Centring = Literal["own_wave", "stacked"]


@dataclass(frozen=True, repr=False)
class _Errors:
    """Centred errors of some rows of one population and wave. at : (r,) places among those asked. e : (units, r)."""

    population: str
    wave: str
    at: Integers
    e: Floats


def covariance_matrix(estimates: EstimateTable, rows: list[int], centring: Centring = "own_wave") -> Floats:
    """(r, r) covariance of rows of the table, in their order; a row may be asked twice.

    Rows without an estimate (nobody answered) have nan.
    """
    matrix = np.zeros((len(rows), len(rows)))
    blocks = _blocks(estimates, np.array(rows), centring)
    for a in blocks:
        for b in blocks:
            if a.population == b.population:
                block = a.e.T @ (b.e * _factor(estimates, a, b, centring)[:, None])
                matrix[np.ix_(a.at, b.at)] = block
    absent = estimates.frame["value"].isna().to_numpy()[rows]
    matrix[absent, :], matrix[:, absent] = np.nan, np.nan
    return matrix


def change_variances(estimates: EstimateTable, first: Integers, second: Integers, centring: Centring) -> Floats:
    """(r,) variance of second minus first, pair by pair; all of one population, and all of one pair of waves.

    V11 + V22 - 2 V12. With few people in both waves that can be below 0.
    """
    a, b = _blocks(estimates, first, centring, second), _blocks(estimates, second, centring, first)
    if not (len(a) == len(b) == 1):
        raise ValueError("the rows of a change are of one population and one pair of waves")
    own = [(block.e**2 * _factor(estimates, block, block, centring)[:, None]).sum(axis=0) for block in (a[0], b[0])]
    between = (a[0].e * b[0].e * _factor(estimates, a[0], b[0], centring)[:, None]).sum(axis=0)
    return np.asarray(own[0] + own[1] - 2 * between)


def stacked_degrees(estimates: EstimateTable, population: str, waves: tuple[str, str]) -> int:
    """Degrees of freedom of R's stacked design: PSUs of the union minus strata."""
    stratum, _, _ = _stacked(estimates, population, waves)
    sampled = stratum[stratum >= 0]
    return len(sampled) - len(np.unique(sampled))


def _blocks(
    estimates: EstimateTable, rows: Integers, centring: Centring, beside: Integers | None = None
) -> list[_Errors]:
    """The errors of rows by population and wave. beside : further rows whose waves count for stacking."""
    found = []
    named = estimates.frame.iloc[rows][["population", "wave"]]
    stacked = pd.concat([named, estimates.frame.iloc[beside][["population", "wave"]]]) if beside is not None else named
    for (population, wave), _ in named.groupby(["population", "wave"], sort=False):
        here = np.flatnonzero((named["population"] == population) & (named["wave"] == wave))
        sums = estimates.sums[str(population)][:, rows[here]].toarray()
        if centring == "stacked":
            waves = tuple(stacked.loc[stacked["population"] == population, "wave"].unique())
            stratum, strata, lonely = _stacked(estimates, str(population), waves)
        else:
            design = estimates.design(str(population), str(wave))
            stratum, strata, lonely = unit_strata(design, len(sums)), len(design.strata), design.lonely_psu
        found.append(_Errors(str(population), str(wave), here, centred(sums, stratum, strata, lonely)))
    return found


def _factor(estimates: EstimateTable, a: _Errors, b: _Errors, centring: Centring) -> Floats:
    """(units,) g of the kernel for two blocks of one population."""
    if centring == "stacked":
        return np.ones(len(a.e))
    designs = [estimates.design(block.population, block.wave) for block in (a, b)]
    strata = [unit_strata(design, len(a.e)) for design in designs]
    if a.wave == b.wave:
        return finite_factor(designs[0], strata[0])
    # how many stayed does not depend on which wave is named first
    known = estimates.waves.stayed
    stayed = known.get((a.population, a.wave, b.wave), known.get((a.population, b.wave, a.wave), {}))
    return overlap_factor(designs[0], designs[1], strata[0], strata[1], stayed)


def _stacked(estimates: EstimateTable, population: str, waves: tuple[str, ...]) -> tuple[Integers, int, str]:
    """R's stacked design: one set of PSUs over the waves, strata by name. Stratum of each unit, strata, lonely PSU."""
    designs: list[Design] = [estimates.design(population, wave) for wave in waves]
    names = sorted({name for design in designs for name in design.strata})
    units = estimates.sums[population].shape[0]
    stratum = np.full(units, -1, dtype=np.int64)
    for design in designs:
        # no finite population: errors of later stages are in those of PSUs, and no PSU was taken with certainty
        infinite = replace(design, population_size=np.full(len(design.strata), np.inf), stages=())
        own = unit_strata(infinite, units)
        code = np.array([names.index(name) for name in design.strata], dtype=np.int64)
        stratum = np.where(own >= 0, code[np.maximum(own, 0)], np.where(own == READY, READY, stratum))
    return stratum, len(names), designs[0].lonely_psu

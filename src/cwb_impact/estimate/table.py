"""All chosen indicators, for each population, wave and category of one dimension at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from cwb_impact.estimate.intervals import t_interval
from cwb_impact.estimate.statistics import STATISTICS
from cwb_impact.estimate.variance import (
    centred,
    covariance,
    degrees_of_freedom,
    design_effect,
    finite_factor,
    psu_strata,
    psu_sums,
)
from cwb_impact.indicators.measure import Measure, measure
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.dictionary import Indicator
from cwb_impact.types import Booleans, EstimateTable, Floats, Integers, SampledPsus, Waves

TOTAL = "total"


@dataclass(frozen=True)
class _Domain:
    """A category of a dimension: who belongs to it in one wave."""

    dimension: str
    category: str
    members: Booleans


@dataclass(frozen=True)
class _Wave:
    """What all estimates of one population and wave have in common, worked out once.

    frame : (n, ...) its respondents. stratum, finite : (psus,) of the population's union of PSUs. holding : (n,) the
    group that knows each respondent's answers, where the policy names one.
    """

    population: str
    wave: str
    frame: pd.DataFrame
    design: SampledPsus
    stratum: Integers
    finite: Floats
    holding: pd.Series | None
    domains: list[_Domain]


BREAK = "b"
"""SDMX observation status: the variable, or the dimension, is not the dictionary's own question in this wave."""


def estimate(waves: Waves) -> EstimateTable:
    """Estimate every chosen indicator with its linearised standard error and t interval.

    Standard errors are those of a domain in the full design of the wave: respondents outside the domain or without
    an answer stay counted as sampled. Shares are in percent. A wave that did not ask has a row with status
    `not_collected`.

    Returns
    -------
    EstimateTable
        `frame` has KEYS, value, se, df, ci_low, ci_high, unit, n, ess, deff, status, reason, flags, and
        n_holdings, n_outside_largest, n_low_side, n_high_side, all_equal for protection.
    """
    rows: list[dict[str, object]] = []
    sums, counts = _Columns(waves), _Columns(waves)
    excluded: list[tuple[str, str, str, str, int]] = []
    for population in waves.study.study.populations:
        for wave in waves.study.waves:
            if (population, wave) not in waves.designs:
                continue
            common = _wave(waves, population, wave)
            for indicator in waves.study.indicators:
                if population not in indicator.populations:
                    continue
                for row, influence, answered in _indicator(indicator, common, waves.study, excluded):
                    sums.add(population, len(rows), influence)
                    counts.add(population, len(rows), answered)
                    rows.append(row)
    exclusions = pd.DataFrame(excluded, columns=["indicator", "population", "wave", "reason", "n"])
    return EstimateTable(waves, pd.DataFrame(rows), sums.built(len(rows)), counts.built(len(rows)), exclusions)


class _Columns:
    """Collects one sparse column a row of the table: a value for each PSU of its population."""

    def __init__(self, waves: Waves) -> None:
        self._length = {population: len(index) for population, index in waves.psus.items()}
        self._found: dict[str, list[tuple[Integers, Integers, Floats]]] = {name: [] for name in self._length}

    def add(self, population: str, column: int, values: Floats) -> None:
        psu = np.flatnonzero(values)
        self._found[population].append((psu, np.full(len(psu), column), values[psu]))

    def built(self, columns: int) -> dict[str, sparse.csc_array]:
        return {name: self._build(name, columns) for name in self._length}

    def _build(self, population: str, columns: int) -> sparse.csc_array:
        shape = (self._length[population], columns)
        if not self._found[population]:
            return sparse.csc_array(shape)
        psu, column, values = (np.concatenate(part) for part in zip(*self._found[population], strict=True))
        return sparse.csc_array((values, (psu, column)), shape=shape)


def _wave(waves: Waves, population: str, wave: str) -> _Wave:
    frame, design = waves.of(population, wave), waves.designs[population, wave]
    stratum = psu_strata(design, len(waves.psus[population]))
    rule = waves.study.holding_rule(population)
    holding = frame[rule.variable] if rule is not None else None
    domains = _domains(waves, population, frame)
    return _Wave(population, wave, frame, design, stratum, finite_factor(design, stratum), holding, domains)


def _indicator(
    indicator: Indicator, common: _Wave, study: StudyBundle, excluded: list[tuple[str, str, str, str, int]]
) -> Iterator[tuple[dict[str, object], Floats, Floats]]:
    """The rows of one indicator in one wave, each with its PSU sums and the number of valid answers in each PSU."""
    population, wave, psus = common.population, common.wave, len(common.stratum)
    spec = study.maps[population, wave]
    key = {"indicator": indicator.id, "version": indicator.version, "population": population, "wave": wave}
    needed = study.dictionary.variables_needed(indicator)
    if any(name in spec.not_collected for name in needed):
        for domain in common.domains:
            yield {**key, **_empty(indicator, domain)}, np.zeros(psus), np.zeros(psus)
        return
    measured = measure(indicator, common.frame, study.dictionary, spec.wave.last_day)
    excluded.extend((indicator.id, population, wave, reason, n) for reason, n in measured.excluded().items())
    for domain in common.domains:
        row, influence = _estimate_domain(indicator, measured, domain, common)
        answered = psu_sums((measured.valid & domain.members).astype(np.float64), common.design, psus)
        flags = BREAK if study.breaks(population, wave, [*needed, domain.dimension]) else ""
        yield {**key, **row, "flags": flags}, influence, answered


def _domains(waves: Waves, population: str, frame: pd.DataFrame) -> list[_Domain]:
    """The total, and every category of every dimension that occurs in any wave of the population."""
    domains = [_Domain(TOTAL, TOTAL, np.ones(len(frame), dtype=bool))]
    everyone = waves.frame[waves.frame["population"] == population]
    for dimension in waves.study.population(population).dimensions:
        present = set(everyone[dimension].dropna().unique()) if dimension in everyone else set()
        codes = waves.study.dictionary.variables[dimension].codes or {}
        domains += [
            _Domain(dimension, code, (frame[dimension] == code).to_numpy(dtype=bool, na_value=False))
            for code in codes
            if code in present
        ]
    return domains


def _empty(indicator: Indicator, domain: _Domain) -> dict[str, object]:
    blank = dict.fromkeys(("value", "se", "ci_low", "ci_high", "ess", "deff"), np.nan)
    counts = dict.fromkeys(("df", "n", "n_holdings", "n_outside_largest", "n_low_side", "n_high_side"), 0)
    return {
        "dimension": domain.dimension,
        "category": domain.category,
        "statistic": indicator.statistic,
        "unit": indicator.unit,
        **blank,
        **counts,
        "all_equal": False,
        "status": "not_collected",
        "reason": "not_asked_in_this_wave",
        "flags": "",
    }


def _estimate_domain(
    indicator: Indicator, measured: Measure, domain: _Domain, common: _Wave
) -> tuple[dict[str, object], Floats]:
    design, stratum, holding = common.design, common.stratum, common.holding
    inside = measured.valid & domain.members
    if not inside.any():
        return {**_empty(indicator, domain), "status": "computed", "reason": "no_respondents"}, np.zeros(len(stratum))
    y, w = measured.y[inside], design.weight[inside]
    scale = 100.0 if indicator.unit == "percent" else 1.0
    estimated = STATISTICS[indicator.statistic](y, w)
    influence = np.zeros(len(inside))
    influence[inside] = scale * estimated.influence
    sums = psu_sums(influence, design, len(stratum))
    e = centred(sums, stratum, len(design.strata), design.lonely_psu)
    se = covariance(e, e, common.finite) ** 0.5
    df = degrees_of_freedom(design, inside)
    value = scale * estimated.value
    ends = (0.0, 100.0) if indicator.unit == "percent" else indicator.scale_range
    low, high = t_interval(value, se, df, ends)
    n = int(inside.sum())
    deff = design_effect(covariance(e, e, (stratum >= 0).astype(np.float64)), scale * estimated.influence, w)
    row = {
        "dimension": domain.dimension,
        "category": domain.category,
        "statistic": indicator.statistic,
        "value": value,
        "se": se,
        "df": df,
        "ci_low": low,
        "ci_high": high,
        "unit": indicator.unit,
        "n": n,
        "ess": n / deff,
        "deff": deff,
        "all_equal": bool(y.min() == y.max()),
        "status": "computed",
        "reason": "",
        **_counts(indicator, y, estimated.value, holding[inside] if holding is not None else None, n),
    }
    return row, sums


def _counts(indicator: Indicator, y: Floats, value: float, holding: pd.Series | None, n: int) -> dict[str, int]:
    """Unweighted counts that the disclosure rules look at."""
    if indicator.statistic == "share":
        low, high = int((y == 0).sum()), int((y == 1).sum())
    else:
        low, high = int((y <= value).sum()), int((y >= value).sum())
    # a category column counts the holdings that nobody here belongs to as well
    per_holding = holding.astype("str").value_counts() if holding is not None else pd.Series([n])
    return {
        "n_holdings": len(per_holding),
        "n_outside_largest": int(per_holding.sum() - per_holding.max()),
        "n_low_side": low,
        "n_high_side": high,
    }

"""All chosen indicators, for each population, wave and category of one dimension at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from cwb_impact.design import Design, Floats, Integers
from cwb_impact.errors import Problems
from cwb_impact.estimate.domains import OUTSIDE
from cwb_impact.estimate.rows import Common, Rows, estimated_rows, not_collected
from cwb_impact.estimate.variance import finite_factor, unit_strata
from cwb_impact.indicators.measure import measure, threshold_of
from cwb_impact.spec.indicator import Indicator
from cwb_impact.types import KEYS, EstimateTable, Inference, Waves

TOTAL = "total"

BREAK = "b"
"""SDMX observation status: the variable, or the dimension, is not the dictionary's own question in this wave."""


@dataclass(frozen=True, repr=False)
class _Dimension:
    """Who belongs where in one wave. code : (n,) place of each respondent's category, or OUTSIDE."""

    name: str
    categories: tuple[str, ...]
    code: Integers


def estimate(waves: Waves, inference: Inference = "finite_population") -> EstimateTable:
    """Estimate every chosen indicator with its standard error and interval, in one pass.

    Errors are those of a domain in the full design of the wave: respondents outside the domain or without an answer
    stay counted as sampled. Shares are in percent. A wave that did not ask has a row with status `not_collected`.

    Parameters
    ----------
    inference : for a census of a small population: `finite_population` is a statement about these people (with finite
        population correction), `superpopulation` about the process that made them (without). For a sample of many the
        two are the same, and the table says `finite_population`.

    Returns
    -------
    EstimateTable
        `frame` has KEYS, value, se, df, ci_low, ci_high, interval, inference, unit, n, ess, deff, status, reason,
        flags, and people, n_holdings, n_outside_largest, n_low_side, n_high_side, all_equal, few_percent,
        remainder_percent for protection (estimate/sides.py).

    Raises
    ------
    CwbError
        E321 a statistic with a threshold and jackknife replicates; all indicators in one run.
    """
    designs = {key: _for(design, inference) for key, design in waves.designs.items()}
    problems = Problems()
    parts: list[pd.DataFrame] = []
    sums, counts = _Columns(waves), _Columns(waves)
    excluded: list[tuple[str, str, str, str, int]] = []
    for population in waves.study.study.populations:
        for wave in waves.study.waves:
            if (population, wave) not in designs:
                continue
            common = _common(waves, population, wave, designs[population, wave])
            dimensions = _dimensions(waves, population, common.frame)
            for indicator in waves.study.indicators:
                if population not in indicator.populations:
                    continue
                for rows in _indicator(indicator, common, dimensions, waves, excluded, problems):
                    start = sum(len(part) for part in parts)
                    sums.add(population, start, rows.sums)
                    counts.add(population, start, rows.answered)
                    parts.append(rows.frame)
    problems.raise_if_errors()
    frame = (pd.concat(parts, ignore_index=True) if parts else no_rows()).assign(inference=inference)
    exclusions = pd.DataFrame(excluded, columns=["indicator", "population", "wave", "reason", "n"])
    built = sums.built(len(frame)), counts.built(len(frame))
    return EstimateTable(waves, frame, *built, exclusions, designs, inference, tuple(problems.warnings))


def no_rows() -> pd.DataFrame:
    """The table of a release in which nobody was asked, or nothing of what was asked is estimated."""
    numbers = ("value", "se", "ci_low", "ci_high", "ess", "deff", "people", "few_percent", "remainder_percent")
    counts = ("df", "n", "n_holdings", "n_outside_largest", "n_low_side", "n_high_side")
    types = dict.fromkeys((*KEYS, "interval", "unit", "status", "reason", "flags"), "str")
    types |= dict.fromkeys(numbers, "float64") | dict.fromkeys(counts, "int64")
    types |= dict.fromkeys(("all_equal", "short_interval"), "bool")
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})


def _for(design: Design, inference: Inference) -> Design:
    """The design for a statement about these people, or about the process: no finite population, no later stages."""
    if inference == "finite_population" or not np.isfinite(design.population_size).any():
        return design
    infinite = np.full(len(design.strata), np.inf)
    return replace(design, population_size=infinite, finite=False, stages=())


class _Columns:
    """Collects sparse columns of the table: a value for each unit of its population."""

    def __init__(self, waves: Waves) -> None:
        self._length = {population: len(index) for population, index in waves.psus.items()}
        self._found: dict[str, list[tuple[Integers, Integers, Floats]]] = {name: [] for name in self._length}

    def add(self, population: str, start: int, values: Floats) -> None:
        """values : (units, k), of the rows start, start + 1, ..."""
        unit, column = np.nonzero(values)
        self._found[population].append((unit, start + column, values[unit, column].astype(np.float64)))

    def built(self, columns: int) -> dict[str, sparse.csc_array]:
        return {name: self._build(name, columns) for name in self._length}

    def _build(self, population: str, columns: int) -> sparse.csc_array:
        shape = (self._length[population], columns)
        if not self._found[population]:
            return sparse.csc_array(shape)
        unit, column, values = (np.concatenate(part) for part in zip(*self._found[population], strict=True))
        return sparse.csc_array((values, (unit, column)), shape=shape)


def _common(waves: Waves, population: str, wave: str, design: Design) -> Common:
    frame = waves.of(population, wave)
    stratum = unit_strata(design, len(waves.psus[population]))
    rule = waves.study.holding_rule(population)
    # -1 for a respondent whose holding is not known
    holding = pd.Categorical(frame[rule.variable]).codes.astype(np.int64) if rule is not None else None
    policy = waves.study.policy
    rules = policy.share.minimum_each_side, policy.money.weights_are_public
    return Common(population, wave, frame, design, stratum, finite_factor(design, stratum), holding, *rules)


def _dimensions(waves: Waves, population: str, frame: pd.DataFrame) -> list[_Dimension]:
    """The total, and every category of every dimension that could be answered in any wave of the population.

    Also a category that nobody chose: a row that appears with the first person would tell of that person.
    """
    found = [_Dimension(TOTAL, (TOTAL,), np.zeros(len(frame), dtype=np.int64))]
    everyone = waves.frame[waves.frame["population"] == population]
    for dimension in waves.study.population(population).dimensions:
        asked = dimension in everyone and everyone[dimension].notna().any()
        possible = waves.study.answers_possible(population, dimension) if asked else frozenset()
        codes = tuple(code for code in waves.study.dictionary.variables[dimension].codes or {} if code in possible)
        place = pd.Categorical(frame[dimension].astype("str"), categories=list(codes)).codes.astype(np.int64)
        found.append(_Dimension(dimension, codes, place))
    return [dimension for dimension in found if dimension.categories]


def _indicator(
    indicator: Indicator,
    common: Common,
    dimensions: list[_Dimension],
    waves: Waves,
    excluded: list[tuple[str, str, str, str, int]],
    problems: Problems,
) -> Iterator[Rows]:
    """The rows of one indicator in one wave, dimension by dimension."""
    population, wave, study = common.population, common.wave, waves.study
    spec = study.maps[population, wave]
    needed = study.dictionary.variables_needed(indicator)
    key = {"indicator": indicator.id, "version": indicator.version, "population": population, "wave": wave}
    if any(name in spec.not_collected for name in needed):
        for dimension in dimensions:
            yield _keyed(not_collected(indicator, dimension.categories, common), key, dimension, "")
        return
    measured = measure(indicator, common.frame, study.dictionary, spec.wave.last_day)
    excluded.extend((indicator.id, population, wave, reason, n) for reason, n in measured.excluded().items())
    threshold = threshold_of(indicator, study.dictionary, spec.wave.last_day)
    for dimension in dimensions:
        domain = np.where(measured.valid, dimension.code, OUTSIDE)
        flags = BREAK if study.breaks(population, wave, [*needed, dimension.name]) else ""
        rows = estimated_rows(indicator, measured, domain, len(dimension.categories), common, threshold, problems)
        yield _keyed(rows, key, dimension, flags)


def _keyed(rows: Rows, key: dict[str, str], dimension: _Dimension, flags: str) -> Rows:
    named = {"dimension": dimension.name, "category": list(dimension.categories), "flags": flags}
    return replace(rows, frame=rows.frame.assign(**key, **named))

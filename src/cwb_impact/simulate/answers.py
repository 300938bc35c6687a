"""The true answers of everybody in the population, before anybody is asked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from cwb_impact.simulate.conditions import holds
from cwb_impact.simulate.people import Population
from cwb_impact.simulate.streams import Floats, Streams
from cwb_impact.spec.chances import limits
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.simulation import SimulatedPopulation, SimulatedVariable
from cwb_impact.spec.variable import Variable


def latent(
    population: Population, streams: Streams, wave: str, name: str, correlation: float, between_strata: float
) -> Floats:
    """(persons,) standard normal values in one wave.

    z = b * stratum + sqrt(r - b^2) * person + sqrt(1 - r) * moment, so that a person's values in two waves have
    correlation r, and two people of one stratum have correlation b^2.
    """
    stratum = np.array([streams.normal(1, name, "stratum", label)[0] for label in population.strata])
    person = streams.normal(population.size, name, "person")
    moment = streams.normal(population.size, name, wave)
    return (
        between_strata * stratum[population.stratum]
        + math.sqrt(correlation - between_strata**2) * person
        + math.sqrt(1 - correlation) * moment
    )


def true_answers(
    plan: SimulatedPopulation, population: Population, dictionary: Dictionary, wave: str, streams: Streams
) -> pd.DataFrame:
    """One row per person who is ever in the population, one column per variable; no value where it is not asked.

    Numbers are float64 (NaN where not asked), codes and texts are objects (None where not asked).
    """
    names = np.array(population.strata, dtype=object)
    answers = pd.DataFrame({plan.stratum: pd.Series(names[population.stratum], dtype=object)})
    drawn: dict[str, Floats] = {}
    for name, variable in plan.variables.items():
        z = latent(population, streams, wave, name, plan.correlation_of(variable), plan.between_of(variable))
        if variable.factor is not None:
            # a factor is an earlier variable, such as age, or something behind several that is no variable itself
            if variable.factor not in drawn:
                factor = f"factor {variable.factor}"
                drawn[variable.factor] = latent(
                    population, streams, wave, factor, plan.correlation, plan.between_strata
                )
            z = variable.loading * drawn[variable.factor] + math.sqrt(1 - variable.loading**2) * z
        drawn[name] = z
        answers[name] = _answer(variable, dictionary.variables[name], z, wave, answers)
        if variable.asked_if is not None:
            nothing = np.nan if answers[name].dtype == np.float64 else None
            answers[name] = answers[name].where(holds(variable.asked_if, answers, {}), nothing)
    return answers


def _answer(
    variable: SimulatedVariable, definition: Variable, z: Floats, wave: str, earlier: pd.DataFrame
) -> pd.Series:
    if variable.band_of is not None:
        return _bands(definition, earlier[variable.band_of])
    change = variable.change.get(wave, 0.0)
    if variable.normal is not None:
        numbers = np.round(variable.normal.mean + change + variable.normal.sd * z)
    elif definition.type == "number":
        numbers = _numbers(variable, np.asarray(ndtr(z)), change, earlier)
    else:
        return _codes(variable, np.asarray(ndtr(z + change)), earlier)
    low, high = definition.range or (-np.inf, np.inf)
    return pd.Series(np.clip(numbers, low, high))


def _codes(variable: SimulatedVariable, u: Floats, earlier: pd.DataFrame) -> pd.Series:
    codes = np.empty(len(u), dtype=object)
    for chances, here in _groups(variable, earlier):
        chosen, _ = pick(chances, u[here])
        codes[here] = np.array(list(chances), dtype=object)[chosen]
    return pd.Series(codes, dtype=object)


def _numbers(variable: SimulatedVariable, u: Floats, change: float, earlier: pd.DataFrame) -> Floats:
    """Numbers as they are drawn, or times those above them; rounded to `decimals`."""
    numbers = np.empty(len(u))
    step = 0.0 if variable.times else 10.0**-variable.decimals
    for chances, here in _groups(variable, earlier):
        numbers[here] = from_bands(chances, u[here], step)
    numbers = numbers + change
    for name in variable.times:
        numbers = numbers * earlier[name].to_numpy(dtype=np.float64)
    return np.asarray(np.round(numbers, variable.decimals), dtype=np.float64)


def _groups(
    variable: SimulatedVariable, earlier: pd.DataFrame
) -> Iterator[tuple[Mapping[str, float], NDArray[np.bool_]]]:
    """The chances of each case, with (persons,) whose case it is; then those of everybody else."""
    rest = np.ones(len(earlier), dtype=bool)
    for case in variable.cases:
        here = rest & holds(case.if_, earlier, {})
        rest &= ~here
        yield case.chances, here
    yield variable.chances, rest


def _bands(definition: Variable, numbers: pd.Series) -> pd.Series:
    """The code of the band [from, to) in which each number lies; None where there is no number."""
    codes = np.full(len(numbers), None, dtype=object)
    for code, (low, high) in (definition.bands or {}).items():
        above = numbers >= (-np.inf if low is None else low)
        codes[(above & (numbers < (np.inf if high is None else high))).to_numpy(dtype=bool)] = code
    return pd.Series(codes, dtype=object)


def pick(chances: Mapping[str, float], u: Floats) -> tuple[np.ndarray, Floats]:
    """Which of the chances each uniform falls in, and how far into it (0 to 1)."""
    parts = np.array(list(chances.values()))
    ends = np.cumsum(parts)
    chosen = np.minimum(np.searchsorted(ends, u, side="right"), len(parts) - 1)
    return chosen, np.clip((u - ends[chosen] + parts[chosen]) / parts[chosen], 0.0, 1.0 - 2.0**-53)


def from_bands(chances: Mapping[str, float], u: Floats, step: float) -> Floats:
    """Numbers evenly spread within a band, both ends included, `step` apart; any number between them with step 0."""
    spans = np.array([limits(key) for key in chances], dtype=np.float64)
    chosen, way = pick(chances, u)
    low, high = spans[chosen].T
    if not step:
        return np.asarray(low + way * (high - low), dtype=np.float64)
    return np.asarray(low + np.floor(way * (np.round((high - low) / step) + 1)) * step, dtype=np.float64)

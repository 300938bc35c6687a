"""The true answers of everybody in the population, before anybody is asked."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import ndtr

from cwb_impact.simulate.conditions import holds
from cwb_impact.simulate.people import Population
from cwb_impact.simulate.streams import Floats, Streams
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.simulation import SimulatedPopulation, SimulatedVariable, limits
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
        answers[name] = _answer(variable, dictionary.variables[name], z, wave)
        if variable.asked_if is not None:
            answers[name] = answers[name].where(holds(variable.asked_if, answers, {}), None)
    return answers


def _answer(variable: SimulatedVariable, definition: Variable, z: Floats, wave: str) -> pd.Series:
    change = variable.change.get(wave, 0.0)
    if variable.normal is not None:
        numbers = np.round(variable.normal.mean + change + variable.normal.sd * z)
    elif definition.type == "number":
        numbers = _from_bands(variable, np.asarray(ndtr(z))) + change
    else:
        chosen, _ = _chosen(variable, np.asarray(ndtr(z + change)))
        return pd.Series(np.array(list(variable.chances), dtype=object)[chosen], dtype=object)
    low, high = definition.range or (-np.inf, np.inf)
    return pd.Series(np.clip(numbers, low, high))


def _chosen(variable: SimulatedVariable, u: Floats) -> tuple[np.ndarray, Floats]:
    """Which of the chances each uniform falls in, and how far into it (0 to 1)."""
    parts = np.array(list((variable.chances).values()))
    ends = np.cumsum(parts)
    chosen = np.minimum(np.searchsorted(ends, u, side="right"), len(parts) - 1)
    return chosen, np.clip((u - ends[chosen] + parts[chosen]) / parts[chosen], 0.0, 1.0 - 2.0**-53)


def _from_bands(variable: SimulatedVariable, u: Floats) -> Floats:
    """Whole numbers, evenly spread within a band."""
    spans = np.array([limits(key) for key in variable.chances], dtype=np.float64)
    chosen, way = _chosen(variable, u)
    low, high = spans[chosen].T
    return np.asarray(low + np.floor(way * (high - low + 1)), dtype=np.float64)

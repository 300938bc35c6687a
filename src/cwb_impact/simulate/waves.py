"""One population through all its waves: true answers, fieldwork, and the cells of each raw file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.simulate.answers import true_answers
from cwb_impact.simulate.backwards import source_column
from cwb_impact.simulate.fieldwork import COMPLETE, fieldwork, reasons
from cwb_impact.simulate.left_aside import fieldwork_days, left_aside
from cwb_impact.simulate.people import Population
from cwb_impact.simulate.streams import Streams
from cwb_impact.simulate.truth import true_value
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.simulation import SimulatedPopulation
from cwb_impact.spec.wave_map import WaveMap


@dataclass(frozen=True)
class SimulatedWave:
    """spec : the map of the wave. cells : (cases, columns) the raw file as text. truth : indicator -> true value."""

    spec: WaveMap
    cells: pd.DataFrame
    truth: dict[str, float]


def simulated_waves(
    name: str,
    plan: SimulatedPopulation,
    population: Population,
    bundle: StudyBundle,
    streams: Streams,
    problems: Problems,
) -> Iterator[SimulatedWave]:
    """The waves of one population, in order."""
    earlier = np.array([], dtype=np.int64)
    for wave in population.present:
        answers = true_answers(plan, population, bundle.dictionary, wave, streams)
        cases = fieldwork(plan, population, answers, wave, earlier, streams)
        earlier = cases.index[cases["outcome"] == COMPLETE].to_numpy(dtype=np.int64)
        spec = bundle.maps.get((name, wave))
        if spec is None:
            continue
        cells = _cells(plan, population, answers, cases, spec, streams, problems)
        everybody = answers.loc[population.present[wave]]
        on = fieldwork_days(spec)[1]
        truth = {
            indicator.id: true_value(indicator, everybody, bundle.dictionary, on)
            for indicator in bundle.indicators
            if name in indicator.populations
        }
        yield SimulatedWave(spec, cells, truth)


def _cells(
    plan: SimulatedPopulation,
    population: Population,
    answers: pd.DataFrame,
    cases: pd.DataFrame,
    spec: WaveMap,
    streams: Streams,
    problems: Problems,
) -> pd.DataFrame:
    """The raw file, sorted by respondent number. A map without a disposition has a row for complete cases only."""
    if spec.disposition is None:
        cases = cases[cases["outcome"] == COMPLETE]
    cases = cases.iloc[np.argsort(population.number[cases.index])]
    given = answers.loc[cases.index]
    persons = cases.index.to_numpy(dtype=np.int64)
    why = reasons(plan, given, cases["outcome"], spec, streams)
    columns: dict[str, np.ndarray] = {spec.id.columns[0]: population.number[persons].astype(str).astype(object)}
    if spec.disposition is not None:
        columns[spec.disposition.from_] = _outcome_codes(cases["outcome"], spec, problems)
    for name, entry in spec.variables.items():
        columns[entry.columns[0]] = source_column(name, given[name], why[name], spec, streams, problems)
    if spec.design.weight is not None:
        columns[spec.design.weight] = _weights(cases["weight"], spec.source.decimal or ".")
    for column in spec.ignore:
        columns[column] = left_aside(plan.left_aside[column], persons, population.number[persons], spec, streams)
    return pd.DataFrame(columns)


def _weights(weight: pd.Series, decimal: str) -> np.ndarray:
    return np.array([f"{value:.4f}".replace(".", decimal) if value == value else "" for value in weight], dtype=object)


def _outcome_codes(outcome: pd.Series, spec: WaveMap, problems: Problems) -> np.ndarray:
    """The first source code of each outcome."""
    known = spec.disposition.codes if spec.disposition is not None else {}
    codes = {meaning: code for code, meaning in reversed(known.items())}
    for missing in sorted(set(outcome) - set(codes)):
        line = spec.doc.line("disposition", "codes")
        problems.add("E601", spec.doc.shown, line, "disposition", f"no code means {missing}", "Add one")
    return outcome.map(codes).to_numpy(dtype=object)

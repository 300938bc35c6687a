"""What a file says about how each respondent was sampled: weights, strata, units, replicate weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.design import DesignAnswers, Sampled, StageAnswers
from cwb_impact.errors import Problems
from cwb_impact.harmonise.source_codes import source_codes, texts_of
from cwb_impact.spec.codes import SYSMIS
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.types import Floats, RawWave

_LEAST, _MOST = float(np.finfo(np.float64).tiny), float(np.finfo(np.float64).max)


def design_answers(
    cases: pd.DataFrame, eligible: pd.DataFrame | None, raw: RawWave, spec: WaveMap, problems: Problems
) -> DesignAnswers:
    """Read the columns that the map names under `design`.

    Parameters
    ----------
    cases : the respondents. eligible : every case that could have answered, when the file has a disposition.

    Problems: E190 weights (and replicate weights, population sizes), E194 a stratum or unit that is empty, E196
    auxiliary columns in a file without a disposition.
    """
    reader = _Reader(cases, raw, spec, problems)
    design = spec.design
    return DesignAnswers(
        reader.numbers(design.weight, "weight", "weights", _LEAST),
        reader.labels(design.stratum, "stratum"),
        reader.labels(design.psu, "psu"),
        reader.labels(design.household, "household"),
        reader.numbers(design.population_size, "population_size", "population sizes", 1.0),
        tuple(_stage(reader, index) for index in range(len(design.stages))),
        _replicates(reader),
        _sampled(cases, eligible, raw, spec, problems) if design.auxiliary else None,
    )


@dataclass(frozen=True, repr=False)
class _Reader:
    """The cases and where problems go."""

    cases: pd.DataFrame
    raw: RawWave
    spec: WaveMap
    problems: Problems

    def labels(self, column: str | None, *place: str | int) -> pd.Series | None:
        return _labels(self, column, place) if column is not None else None

    def numbers(self, column: str | None, place: str | int, what: str, least: float) -> Floats | None:
        return _numbers(self, [column], (place,), what, least)[:, 0] if column is not None else None


def _labels(reader: _Reader, column: str, place: tuple[str | int, ...]) -> pd.Series:
    """Names of strata and units; E194 where one is empty."""
    labels = texts_of(reader.cases[column]).reset_index(drop=True)
    if blank := int((labels == SYSMIS).sum()):
        doc, role = reader.spec.doc, str(place[-1])
        what = f"respondents without a {role} in {column}"
        fix = "Every respondent was sampled somewhere: fill it in"
        reader.problems.add("E194", doc.shown, doc.line("design", *place), role, what, fix, blank, len(reader.cases))
    return labels


def _numbers(reader: _Reader, columns: list[str], place: tuple[str | int, ...], called: str, least: float) -> Floats:
    """(n, columns) numbers of at least `least`; E190 where one is not."""
    spec, numbers = reader.spec, np.empty((len(reader.cases), len(columns)))
    bad, ambiguous = np.zeros(len(reader.cases), dtype=bool), False
    for index, column in enumerate(columns):
        found = source_codes(reader.cases[column], spec.source.numbers, (min(least, _LEAST), _MOST))
        numbers[:, index] = found.as_numbers()
        bad |= ~((numbers[:, index] >= least) & (numbers[:, index] <= _MOST))
        for low, high in reader.raw.info.column(column).user_missing:
            if not isinstance(low, str) and not isinstance(high, str):
                bad |= (numbers[:, index] >= low) & (numbers[:, index] <= high)
        ambiguous |= bool(found.count[found.ambiguous(spec.source.numbers)].any())
    if count := int(bad.sum()):
        above = "above 0" if least == _LEAST else f"of at least {least:g}"
        fix = f"Give every respondent one {above}, or a disposition that says who did not answer"
        if ambiguous:
            fix = "1.234 may be a decimal or a thousand: state decimal and thousands under source"
        kinds = (
            "empty, missing, zero, negative or no number" if least == _LEAST else "empty, missing, too low or no number"
        )
        where = columns[0] if len(columns) == 1 else f"{columns[0]} .. {columns[-1]}"
        line, total = spec.doc.line("design", *place), len(reader.cases)
        what = f"{called} in {where} that are {kinds}"
        reader.problems.add("E190", spec.doc.shown, line, str(place[-1]), what, fix, count, total)
    return numbers


def _stage(reader: _Reader, index: int) -> StageAnswers:
    stage = reader.spec.design.stages[index]
    size = _numbers(reader, [stage.population_size], ("stages", index, "population_size"), "population sizes", 1.0)
    stratum = reader.labels(stage.stratum, "stages", index, "stratum")
    return StageAnswers(_labels(reader, stage.unit, ("stages", index, "unit")), stratum, size[:, 0])


def _replicates(reader: _Reader) -> Floats | None:
    """Replicate weights may be 0: those of a PSU that a jackknife leaves out."""
    named = reader.spec.design.replicates
    return _numbers(reader, named.columns, ("replicates", "columns"), "weights", 0.0) if named is not None else None


def _sampled(
    cases: pd.DataFrame, eligible: pd.DataFrame | None, raw: RawWave, spec: WaveMap, problems: Problems
) -> Sampled | None:
    if eligible is None:
        what = "auxiliary columns tell the response, and the file has no disposition that says who answered"
        fix = "Map the disposition, or leave auxiliary out"
        problems.add("E198", spec.doc.shown, spec.doc.line("design", "auxiliary"), "auxiliary", what, fix)
        return None
    others = eligible.loc[~eligible.index.isin(cases.index)]
    everyone = pd.concat([cases, others])
    reader = _Reader(everyone, raw, spec, problems)
    texts = pd.DataFrame({column: texts_of(everyone[column]).to_numpy() for column in spec.design.auxiliary})
    answered = np.arange(len(everyone)) < len(cases)
    # where the respondents' own weights are at fault, that is told once
    told = Problems()
    weighing = _Reader(others, raw, spec, problems)
    weight = reader.spec.design.weight
    if weight is None:
        return Sampled(texts, answered, None)
    own = _numbers(_Reader(cases, raw, spec, told), [weight], ("weight",), "weights", _LEAST)
    theirs = _numbers(weighing, [weight], ("weight",), "weights of people who did not answer", _LEAST)
    return Sampled(texts, answered, np.concatenate([own, theirs])[:, 0])

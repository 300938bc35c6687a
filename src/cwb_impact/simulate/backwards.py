"""A wave map run backwards: from a dictionary value, or a missing reason, to a code that the map reads as such."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.simulate.streams import Floats, Streams
from cwb_impact.spec.chances import limits
from cwb_impact.spec.variable_map import VariableMap
from cwb_impact.spec.wave_map import WaveMap

EMPTY = ""
"""A cell that holds nothing; maps call it `sysmis`."""


def source_column(
    name: str, answers: pd.Series, why: pd.Series, spec: WaveMap, streams: Streams, problems: Problems
) -> np.ndarray:
    """(cases,) source codes as text, for the answers that are valid and the reasons for those that are not.

    Where several codes mean the same, one of them is drawn. Problems: E601 when the map knows no code.
    """
    entry = spec.variables[name]
    cells = np.full(len(answers), EMPTY, dtype=object)
    persons = answers.index.to_numpy(dtype=np.int64)
    draw = streams.uniform(int(persons.max(initial=-1)) + 1, "code", name, spec.wave.id)[persons]
    valid = (why == "valid").to_numpy(dtype=bool)
    for value in pd.unique(answers[valid]):
        chosen = valid & (answers == value).to_numpy(dtype=bool)
        _fill(
            cells,
            chosen,
            codes_of(entry, value, spec.source.decimal or "."),
            draw,
            f"answer {value}",
            name,
            spec,
            problems,
        )
    for reason in sorted(set(why) - {"valid", ""}):
        codes = codes_of_reason(spec, name, reason)
        _fill(cells, (why == reason).to_numpy(dtype=bool), codes, draw, f"reason {reason}", name, spec, problems)
    return cells


def codes_of(entry: VariableMap, value: str | float, decimal: str) -> list[str]:
    """The source codes that mean this value; none when the map cannot give it."""
    if entry.recode is not None:
        return [code for code, target in entry.targets.items() if str(target.to) == value]
    if entry.keep == "text":
        return [str(value)]
    span = limits(entry.keep or entry.reverse or "")
    if span is None or not span[0] <= float(value) <= span[1]:
        return []
    source = sum(span) - float(value) if entry.reverse is not None else float(value)
    return [f"{source:.10g}".replace(".", decimal)]


def codes_of_reason(spec: WaveMap, name: str, reason: str) -> list[str]:
    """The codes of a missing reason: the variable's own, else those of the whole wave.

    Those whom `asked_if` of the map leaves out have an empty cell.
    """
    asked = spec.variables[name].asked_if
    if asked is not None and reason == asked.otherwise:
        return [EMPTY]
    for declared in (spec.variables[name].missing, spec.missing):
        codes = [EMPTY if code == "sysmis" else code for code, meaning in declared.items() if meaning == reason]
        if codes:
            return codes
    return []


def _fill(
    cells: np.ndarray,
    chosen: np.ndarray,
    codes: list[str],
    draw: Floats,
    what: str,
    name: str,
    spec: WaveMap,
    problems: Problems,
) -> None:
    if not codes:
        fix = "Let the map give it, or take it out of simulation.yml"
        line = spec.doc.line("variables", name)
        problems.add("E601", spec.doc.shown, line, name, f"no code of {spec.variables[name].shown} means {what}", fix)
        return
    position = np.floor(draw[chosen] * len(codes)).astype(np.int64)
    cells[chosen] = np.array(codes, dtype=object)[position]

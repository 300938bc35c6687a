"""One raw wave to one row per respondent: `x` and `x__why` for every variable that the map names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.design import DesignAnswers
from cwb_impact.errors import Problems
from cwb_impact.harmonise.answers import Answers, column_of, why_of
from cwb_impact.harmonise.design_answers import design_answers
from cwb_impact.harmonise.map_checks import fits
from cwb_impact.harmonise.mapped import VALID, Mapped
from cwb_impact.harmonise.multiple import ticked_answers
from cwb_impact.harmonise.respondents import Respondents, respondents_of
from cwb_impact.harmonise.variable import answers_of
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.variable import Variable
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.types import Booleans, RawWave, VariableRecord, WaveRecord


@dataclass(frozen=True, repr=False)
class HarmonisedWave:
    """frame : `person`, then `x`, `x__why` (and `x_lo`, `x_hi`) per variable. originals : the source columns.

    design : what the file says about the sampling. invited : cases that could have answered, when the file has a
    disposition; otherwise None.
    """

    frame: pd.DataFrame
    originals: pd.DataFrame
    record: WaveRecord
    design: DesignAnswers
    invited: int | None


def harmonise_wave(
    raw: RawWave, spec: WaveMap, dictionary: Dictionary, problems: Problems, withdrawn: Booleans | None = None
) -> HarmonisedWave:
    """Apply a wave map. withdrawn : (rows,) people who withdrew, who are left out; None: nobody.

    Problems: those of respondents_of, of design_answers and of each variable (docs/problem_codes.md).
    """
    found = respondents_of(raw, spec, problems, withdrawn)
    columns: dict[str, pd.Series] = {"person": found.person}
    if found.outcome is not None:
        columns["disposition"] = found.outcome
    records = []
    reasons = (VALID, *dictionary.missing_reasons)
    for name in (*spec.variables, *spec.not_collected):
        variable = dictionary.variables.get(name)
        if variable is None:  # E131 was told when the study was opened
            continue
        if name in spec.not_collected:
            columns |= _absent(name, len(found.cases), variable, reasons)
            continue
        mapped = Mapped(name, spec.variables[name], variable, spec, reasons, raw.info)
        made, record = harmonise_variable(mapped, found.cases, raw, problems)
        columns |= made
        records.append(record)
    return HarmonisedWave(
        pd.DataFrame(columns, copy=False),
        found.cases.reset_index(drop=True),
        _record(raw, spec, found, tuple(records)),
        design_answers(found.cases, found.eligible, raw, spec, problems),
        len(found.eligible) if found.eligible is not None else None,
    )


def harmonise_variable(
    mapped: Mapped, cases: pd.DataFrame, raw: RawWave, problems: Problems
) -> tuple[dict[str, pd.Series], VariableRecord]:
    """The columns of one variable, and how they were made."""
    rows = len(cases)
    if not fits(mapped, problems):
        return _absent(mapped.name, rows, mapped.variable, mapped.reasons, "invalid"), _variable_record(
            mapped, raw, None
        )
    answers = (ticked_answers if mapped.entry.any_of is not None else answers_of)(mapped, cases, raw, problems)
    _check_all_or_none(mapped, answers, problems)
    columns = {mapped.name: column_of(answers, mapped), f"{mapped.name}__why": why_of(answers.why, mapped.reasons)}
    if answers.low is not None and answers.high is not None:
        columns |= {f"{mapped.name}_lo": pd.Series(answers.low), f"{mapped.name}_hi": pd.Series(answers.high)}
    return columns, _variable_record(mapped, raw, answers)


def _check_all_or_none(mapped: Mapped, answers: Answers, problems: Problems) -> None:
    """E122: a question that nobody was asked is not collected in this wave."""
    not_asked = mapped.reason_codes(["not_asked"])[0] if "not_asked" in mapped.reasons else -1
    if len(answers.why) and bool(np.all(answers.why == not_asked)):
        fix = "List it under not_collected"
        problems.add("E122", mapped.shown, mapped.line(), mapped.name, "nobody in this wave was asked", fix)


def _absent(
    name: str, rows: int, variable: Variable, reasons: tuple[str, ...], reason: str = "not_collected"
) -> dict[str, pd.Series]:
    """A variable without any answer."""
    kinds = {"number": "float64", "date": "datetime64[s]"}
    if variable.type == "category":
        empty = pd.Series(pd.Categorical.from_codes([-1] * rows, categories=pd.Index(list(variable.codes or {}))))
    else:
        empty = pd.Series([None] * rows, dtype=kinds.get(variable.type, "str"))
    columns = {name: empty, f"{name}__why": why_of(np.full(rows, reasons.index(reason), dtype=np.int8), reasons)}
    if variable.bands is not None:
        columns |= {f"{name}_{end}": pd.Series(np.full(rows, np.nan)) for end in ("lo", "hi")}
    return columns


def _variable_record(mapped: Mapped, raw: RawWave, answers: Answers | None) -> VariableRecord:
    entry, spec = mapped.entry, mapped.spec
    counts = np.bincount(answers.why, minlength=len(mapped.reasons)).tolist() if answers is not None else []
    return VariableRecord(
        mapped.name,
        spec.wave.population,
        spec.wave.id,
        spec.source.file,
        tuple(entry.columns),
        tuple(raw.info.column(column).label for column in entry.columns),
        entry.relation,
        entry.transform,
        entry.note or "",
        f"{spec.doc.shown}:{mapped.line()}",
        answers.recoded if answers is not None else (),
        {reason: count for reason, count in zip(mapped.reasons, counts, strict=False) if count},
        tuple((code, target, share) for code, band in mapped.bands.items() for target, share in band.shares)
        if entry.straddle == "split"
        else (),
    )


def _record(raw: RawWave, spec: WaveMap, found: Respondents, variables: tuple[VariableRecord, ...]) -> WaveRecord:
    return WaveRecord(
        spec.wave.population,
        spec.wave.id,
        spec.source.file,
        raw.sha256,
        len(raw.frame),
        len(found.cases),
        {why: rows for why, rows in found.left_out.items() if rows},
        tuple(name for name in raw.info.names if name not in spec.columns_used),
        variables,
    )

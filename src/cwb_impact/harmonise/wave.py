"""One raw wave to one row per respondent: `x` and `x__why` for every variable that the map names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.harmonise.answers import Answers, column_of, why_of
from cwb_impact.harmonise.map_checks import fits
from cwb_impact.harmonise.mapped import VALID, Mapped
from cwb_impact.harmonise.multiple import ticked_answers
from cwb_impact.harmonise.respondents import Respondents, respondents_of
from cwb_impact.harmonise.source_codes import source_codes, texts_of
from cwb_impact.harmonise.variable import answers_of
from cwb_impact.spec.codes import SYSMIS
from cwb_impact.spec.dictionary import Dictionary, Variable
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.types import RawWave, VariableRecord, WaveRecord

_WEIGHTS = (float(np.finfo(np.float64).tiny), float(np.finfo(np.float64).max))


@dataclass(frozen=True, repr=False)
class HarmonisedWave:
    """frame : `person`, then `x`, `x__why` (and `x_lo`, `x_hi`) per variable. originals : the source columns.

    weight, stratum, psu : source columns, where mapped. invited : cases that could have answered, when the file has a
    disposition; otherwise None.
    """

    frame: pd.DataFrame
    originals: pd.DataFrame
    record: WaveRecord
    weight: pd.Series | None
    stratum: pd.Series | None
    psu: pd.Series | None
    invited: int | None


def harmonise_wave(raw: RawWave, spec: WaveMap, dictionary: Dictionary, problems: Problems) -> HarmonisedWave:
    """Apply a wave map.

    Problems: those of respondents_of and of each variable (docs/problem_codes.md), E190 weights, E194 stratum or PSU
    empty.
    """
    found = respondents_of(raw, spec, problems)
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
    design = spec.design
    return HarmonisedWave(
        pd.DataFrame(columns, copy=False),
        found.cases.reset_index(drop=True),
        _record(raw, spec, found, tuple(records)),
        _weight(found.cases, raw, spec, problems) if design.weight else None,
        _design_label(found.cases, "stratum", design.stratum, spec, problems) if design.stratum else None,
        _design_label(found.cases, "psu", design.psu, spec, problems) if design.psu else None,
        found.invited,
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


def _design_label(cases: pd.DataFrame, role: str, column: str, spec: WaveMap, problems: Problems) -> pd.Series:
    labels = texts_of(cases[column]).reset_index(drop=True)
    blank = int((labels == SYSMIS).sum())
    if blank:
        fix = "Every respondent was sampled somewhere: fill it in"
        what = f"respondents without a {role} in {column}"
        problems.add("E194", spec.doc.shown, spec.doc.line("design", role), role, what, fix, blank, len(cases))
    return labels


def _weight(cases: pd.DataFrame, raw: RawWave, spec: WaveMap, problems: Problems) -> pd.Series:
    found = source_codes(cases[spec.design.weight], spec.source.numbers, _WEIGHTS)
    numbers = found.as_numbers()
    bad = ~((numbers >= _WEIGHTS[0]) & (numbers <= _WEIGHTS[1]))
    for low, high in raw.info.column(spec.design.weight or "").user_missing:
        if not isinstance(low, str) and not isinstance(high, str):
            bad |= (numbers >= low) & (numbers <= high)
    if count := int(bad.sum()):
        fix = "Give every respondent a weight above 0, or a disposition that says who did not answer"
        if found.count[found.ambiguous(spec.source.numbers)].any():
            fix = "1.234 may be a decimal or a thousand: state decimal and thousands under source"
        what = f"weights in {spec.design.weight} that are empty, missing, zero, negative or no number"
        problems.add("E190", spec.doc.shown, spec.doc.line("design", "weight"), "weight", what, fix, count, len(cases))
    return pd.Series(numbers)

"""One raw wave to one row per respondent: `x` and `x__why` for every variable that the map names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.harmonise.labels import check_labels
from cwb_impact.harmonise.map_checks import (
    check_codes,
    check_unmapped,
    check_user_missing,
    fits,
    is_user_missing,
    tellable,
)
from cwb_impact.harmonise.transforms import SYSMIS, SourceCodes, Value, number, source_codes, transform_of
from cwb_impact.spec.dictionary import Dictionary, Variable
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.types import Booleans, RawWave


@dataclass(frozen=True, repr=False)
class HarmonisedWave:
    """frame : `person`, then `x`, `x__why` per variable. weight, stratum, psu : source columns, where mapped.

    invited : cases that could have answered, when the file has a disposition; otherwise None.
    """

    frame: pd.DataFrame
    weight: pd.Series | None
    stratum: pd.Series | None
    psu: pd.Series | None
    invited: int | None


def harmonise_wave(raw: RawWave, spec: WaveMap, dictionary: Dictionary, problems: Problems) -> HarmonisedWave:
    """Apply a wave map.

    Problems: E103 nobody in it, E111 a code is valid and missing, E120 unmapped code, E121 undeclared empty cells,
    E131 unknown target, E140 label guard, E170 ids, E180 value outside the stated range, E190 weights, E194 stratum or
    PSU empty, W201 code never occurs, W210 user-missing in the file and valid in the map.
    """
    complete, invited = _complete_cases(raw, spec, problems)
    cases = raw.frame.loc[complete].reset_index(drop=True)
    if not len(cases):
        fix = "Export the file again, or leave the wave out of the study"
        problems.add("E103", spec.doc.shown, spec.doc.line("source"), "source", "holds no respondent", fix)
    columns: dict[str, object] = {"person": _person(cases, spec, problems)}
    for name in spec.variables:
        if name in dictionary.variables:
            columns[name], columns[f"{name}__why"] = _variable(name, cases, raw, spec, dictionary, problems)
    for name in spec.not_collected:
        if name in dictionary.variables:
            absent = _absent(len(cases), dictionary.variables[name], "not_collected")
            columns[name], columns[f"{name}__why"] = absent
    design = spec.design
    return HarmonisedWave(
        pd.DataFrame(columns),
        _weight(cases, spec, problems) if design.weight else None,
        _design_label(cases, "stratum", design.stratum, spec, problems) if design.stratum else None,
        _design_label(cases, "psu", design.psu, spec, problems) if design.psu else None,
        invited,
    )


def _complete_cases(raw: RawWave, spec: WaveMap, problems: Problems) -> tuple[Booleans, int | None]:
    """The cases that answered, and how many could have: all but those not eligible."""
    if spec.disposition is None:
        return np.ones(len(raw.frame), dtype=bool), None
    found = source_codes(raw.frame[spec.disposition.from_])
    line = spec.doc.line("disposition", "codes")
    unknown = np.array([code not in spec.disposition.codes for code in found.codes])
    if count := int(found.count[unknown].sum()):
        codes = tellable(found, unknown, raw.labels.get(spec.disposition.from_, {}))
        what = f"{codes} in {spec.disposition.from_}: outcomes that the map does not know"
        fix = "Say under disposition.codes what they mean"
        problems.add("E120", spec.doc.shown, line, "disposition", what, fix, count, len(raw.frame))
    outcome = np.array([spec.disposition.codes.get(code, "other") for code in found.codes], dtype=object)[
        found.position
    ]
    return np.asarray(outcome == "complete"), int((outcome != "not_eligible").sum())


def _person(cases: pd.DataFrame, spec: WaveMap, problems: Problems) -> pd.Series:
    """The respondent's id as text, several columns joined. Blank and duplicate ids are errors, by count only."""
    parts = [_text(cases[column]) for column in spec.id.columns]
    line, total = spec.doc.line("id"), len(cases)
    blank = pd.concat([part == SYSMIS for part in parts], axis=1).any(axis=1)
    if blank.any():
        fix = "Give every respondent an id"
        problems.add("E170", spec.doc.shown, line, "id", "respondents without an id", fix, int(blank.sum()), total)
    person = pd.concat(parts, axis=1).agg("\x1f".join, axis=1) if len(parts) > 1 else parts[0]
    twice = person.duplicated(keep=False) & ~blank
    if twice.any():
        fix = "Keep one row a respondent, or name all columns that make the id unique"
        problems.add("E170", spec.doc.shown, line, "id", "ids that occur more than once", fix, int(twice.sum()), total)
    return person


def _text(column: pd.Series) -> pd.Series:
    found = source_codes(column)
    return pd.Series(np.array(found.codes, dtype=object)[found.position], dtype="str")


def _design_label(cases: pd.DataFrame, role: str, column: str, spec: WaveMap, problems: Problems) -> pd.Series:
    labels = _text(cases[column])
    blank = int((labels == SYSMIS).sum())
    if blank:
        fix = "Every respondent was sampled somewhere: fill it in"
        what = f"respondents without a {role} in {column}"
        problems.add("E194", spec.doc.shown, spec.doc.line("design", role), role, what, fix, blank, len(cases))
    return labels


def _weight(cases: pd.DataFrame, spec: WaveMap, problems: Problems) -> pd.Series:
    found = source_codes(cases[spec.design.weight])
    values = [number(code, spec.source.decimal_mark) for code in found.codes]
    bad = np.array([value is None or not 0 < value < np.inf for value in values])
    count = int(found.count[bad].sum())
    if count:
        fix = "Give every respondent a weight above 0, or a disposition that says who did not answer"
        what = f"weights in {spec.design.weight} that are empty, zero, negative or no number"
        problems.add("E190", spec.doc.shown, spec.doc.line("design", "weight"), "weight", what, fix, count, len(cases))
    numbers = np.array([np.nan if value is None else value for value in values])
    return pd.Series(numbers[found.position])


def _variable(
    name: str, cases: pd.DataFrame, raw: RawWave, spec: WaveMap, dictionary: Dictionary, problems: Problems
) -> tuple[pd.Series, pd.Series]:
    entry, variable = spec.variables[name], dictionary.variables[name]
    found = source_codes(cases[entry.from_])
    labels = raw.labels.get(entry.from_, {})
    if not fits(name, variable, spec, problems):
        return _absent(len(cases), variable, "invalid")
    check_codes(name, found, spec, problems)
    check_labels(spec, name, found, labels, problems)
    transform, missing = transform_of(entry, spec.source.decimal_mark), spec.missing_of(name)
    values = [None if code in missing or code == SYSMIS else transform(code) for code in found.codes]
    reasons = [
        "valid" if value is not None else missing.get(code, "invalid")
        for code, value in zip(found.codes, values, strict=True)
    ]
    check_unmapped(name, found, np.array(reasons) == "invalid", labels, spec, problems)
    declared = [is_user_missing(code, raw.user_missing.get(entry.from_, ())) for code in found.codes]
    check_user_missing(name, found, np.array(declared) & (np.array(reasons) == "valid"), spec, problems)
    return _column(values, found, variable), _categorical(reasons, found)


def _absent(rows: int, variable: Variable, reason: str) -> tuple[pd.Series, pd.Series]:
    """A variable without any answer."""
    kind = "float64" if variable.type == "number" else "str"
    return pd.Series([None] * rows, dtype=kind), pd.Series(pd.Categorical([reason] * rows))


def _column(values: Sequence[Value | None], found: SourceCodes, variable: Variable) -> pd.Series:
    if variable.type == "number":
        numbers = np.array([np.nan if value is None else float(value) for value in values])
        return pd.Series(numbers[found.position])
    texts = np.array([None if value is None else str(value) for value in values], dtype=object)
    return pd.Series(texts[found.position], dtype="str")


def _categorical(reasons: Sequence[str], found: SourceCodes) -> pd.Series:
    """`x__why`: the reason of each respondent's code."""
    categories = sorted(set(reasons))
    index = np.array([categories.index(reason) for reason in reasons], dtype=np.int64)
    return pd.Series(pd.Categorical.from_codes(index[found.position], categories=pd.Index(categories)))

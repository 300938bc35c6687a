"""One raw wave to one row per respondent: `x` and `x__why` for every variable that the map names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.harmonise.labels import check_labels
from cwb_impact.harmonise.transforms import SYSMIS, SourceCodes, Value, bounds, number, source_codes, transform_of
from cwb_impact.spec.dictionary import Dictionary, Variable
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.types import Booleans, RawWave


@dataclass(frozen=True)
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

    Problems: E111 a code is valid and missing, E120 unmapped code, E121 undeclared empty cells, E131 unknown target,
    E140 label guard, E170 ids, E180 value outside the stated range, E190 weights, W201 code never occurs,
    W210 user-missing in the file and valid in the map.
    """
    complete, invited = _complete_cases(raw, spec, problems)
    cases = raw.frame.loc[complete].reset_index(drop=True)
    columns: dict[str, object] = {"person": _person(cases, spec, problems)}
    for name in spec.variables:
        if name in dictionary.variables:
            columns[name], columns[f"{name}__why"] = _variable(name, cases, raw, spec, dictionary, problems)
    design = spec.design
    return HarmonisedWave(
        pd.DataFrame(columns),
        _weight(cases, spec, problems) if design.weight else None,
        _text(cases[design.stratum]) if design.stratum else None,
        _text(cases[design.psu]) if design.psu else None,
        invited,
    )


def _complete_cases(raw: RawWave, spec: WaveMap, problems: Problems) -> tuple[Booleans, int | None]:
    """The cases that answered, and how many could have: all but those not eligible."""
    if spec.disposition is None:
        return np.ones(len(raw.frame), dtype=bool), None
    found = source_codes(raw.frame[spec.disposition.from_])
    line = spec.doc.line("disposition", "codes")
    for code, count in zip(found.codes, found.count.tolist(), strict=True):
        if count and code not in spec.disposition.codes:
            fix = "Say under disposition.codes what it means"
            what = f"outcome code {code} in {spec.disposition.from_} is not in the map"
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


def _weight(cases: pd.DataFrame, spec: WaveMap, problems: Problems) -> pd.Series:
    found = source_codes(cases[spec.design.weight])
    values = [number(code, spec.source.decimal) for code in found.codes]
    bad = np.array([value is None or value <= 0 for value in values])
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
    missing = spec.missing_of(name)
    _check_entry(name, found, variable, spec, problems)
    if entry.recode is not None:
        check_labels(spec, name, found, raw.labels.get(entry.from_, {}), problems)
    transform = transform_of(entry, spec.source.decimal)
    values: list[Value | None] = []
    reasons: list[str] = []
    for code, count in zip(found.codes, found.count.tolist(), strict=True):
        value = None if code in missing or code == SYSMIS else transform(code)
        values.append(value)
        reasons.append("valid" if value is not None else missing.get(code, "invalid"))
        if value is None and code not in missing and count:
            _unmapped(name, code, count, len(cases), spec, problems)
        if value is not None and count and code in raw.user_missing.get(entry.from_, ()):
            what = f"code {code} is user-missing in {spec.source.file} and valid in the map"
            line = spec.doc.line("variables", name)
            problems.add("W210", spec.doc.shown, line, name, what, "Check which is right", count, len(cases))
    return _column(values, found, variable), _categorical(reasons, found)


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


def _unmapped(name: str, code: str, count: int, total: int, spec: WaveMap, problems: Problems) -> None:
    entry, doc = spec.variables[name], spec.doc
    line = doc.line("variables", name)
    if code == SYSMIS:
        what, fix = f"empty cells in {entry.from_} have no reason", "Declare sysmis: under missing"
        problems.add("E121", doc.shown, line, name, what, fix, count, total)
    elif entry.recode is not None:
        what = f"code {code} in {entry.from_} is in neither recode nor missing"
        problems.add("E120", doc.shown, line, name, what, "Add it to one of the two", count, total)
    else:
        # the value itself may be personal (an income, an age), so it is counted and not shown
        what = f"a value in {entry.from_} is outside {entry.keep or entry.reverse} and no missing code"
        problems.add("E180", doc.shown, line, name, what, "Correct the range, or declare the code", count, total)


def _check_entry(name: str, found: SourceCodes, variable: Variable, spec: WaveMap, problems: Problems) -> None:
    """What can be wrong between a map entry and the dictionary, whatever the data."""
    entry, doc = spec.variables[name], spec.doc
    line = doc.line("variables", name)
    if variable.type == "category":
        _check_categories(name, variable, spec, problems)
    span = entry.keep if entry.keep != "text" else None
    span = span or entry.reverse
    if span is not None and variable.range is not None:
        low, high = bounds(span)
        if low < variable.range[0] or high > variable.range[1]:
            what = f"{span} goes beyond the dictionary's {variable.range[0]:g}..{variable.range[1]:g}"
            problems.add("E180", doc.shown, line, name, what, "Correct the range, or use another variable")
        for code in spec.missing_of(name):
            value = number(code, spec.source.decimal)
            if value is not None and low <= value <= high:
                what = f"code {code} is a missing code and lies in the valid range {span}"
                fix = "Declare missing codes per variable where they collide"
                problems.add("E111", doc.shown, doc.line("variables", name, "missing", code), name, what, fix)
    for code in sorted(set(entry.targets) & set(entry.missing)):
        what = f"code {code} is both valid and missing"
        problems.add("E111", doc.shown, doc.line("variables", name, "missing", code), name, what, "Keep one of the two")
    for code in (*entry.targets, *entry.missing):
        if code not in found.codes or found.count[found.codes.index(code)] == 0:
            part = "recode" if code in entry.targets else "missing"
            what = f"code {code} never occurs in {entry.from_}"
            problems.add("W201", doc.shown, doc.line("variables", name, part, code), name, what)


def _check_categories(name: str, variable: Variable, spec: WaveMap, problems: Problems) -> None:
    """A category needs a recode, and only to its own codes."""
    entry, doc = spec.variables[name], spec.doc
    line = doc.line("variables", name)
    codes = list(variable.codes or {})
    if entry.recode is None:
        problems.add("E120", doc.shown, line, name, "is a category and needs a recode", f"Map to {', '.join(codes)}")
        return
    for code, target in entry.targets.items():
        if str(target.to) not in codes:
            what = f"{target.to} is not a code of {name}"
            at = doc.line("variables", name, "recode", code)
            problems.add("E131", doc.shown, at, name, what, f"Known: {', '.join(codes)}")

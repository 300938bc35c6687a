"""One variable of one wave from its source columns: a decision for each code, given to each respondent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.harmonise.answers import Answers, added_up, first_valid
from cwb_impact.harmonise.before_after import before_after
from cwb_impact.harmonise.code_checks import (
    check_occurring,
    check_reasons,
    check_straddling,
    check_unmapped,
    check_user_missing,
)
from cwb_impact.harmonise.dates import ReadDate, read_date
from cwb_impact.harmonise.labels import check_label_set, check_labels
from cwb_impact.harmonise.mapped import INVALID, NOT_MAPPABLE, VALID, Mapped
from cwb_impact.harmonise.source_codes import TAKEN, SourceCodes, source_codes, with_not_asked
from cwb_impact.harmonise.transforms import code_transform, in_bands
from cwb_impact.harmonise.value_checks import check_dates, check_exclusive
from cwb_impact.spec.codes import SYSMIS
from cwb_impact.types import Booleans, ColumnInfo, Floats, RawWave


def answers_of(mapped: Mapped, cases: pd.DataFrame, raw: RawWave, problems: Problems) -> Answers:
    """The answers to one variable from its column, the first valid of several, or the sum of several."""
    others = not_asked(mapped, cases, problems)
    parts = [
        _from_column(mapped, cases[column], raw.info.column(column), others, problems)
        for column in mapped.entry.columns
    ]
    if len(parts) == 1:
        return parts[0]
    return (
        first_valid(mapped, parts, problems) if mapped.entry.first_of is not None else added_up(mapped, parts, problems)
    )


def not_asked(mapped: Mapped, cases: pd.DataFrame, problems: Problems) -> Booleans | None:
    """(rows,) people whom asked_if leaves out; None when the map does not say."""
    asked = mapped.entry.asked_if
    if asked is None:
        return None
    found = source_codes(cases[asked.column], mapped.spec.source.numbers)
    for code in [code for code in asked.in_ if not found.of([code]).any()]:
        what = f"code {code} never occurs in {asked.column}"
        problems.add("W201", mapped.shown, mapped.line("asked_if"), mapped.name, what)
    # of people whose filter is empty nobody knows whether they were asked
    return np.asarray(~found.of([*asked.in_, SYSMIS]))


def _from_column(
    mapped: Mapped, column: pd.Series, info: ColumnInfo, others: Booleans | None, problems: Problems
) -> Answers:
    """Decide once per code, then give each respondent what the code became."""
    rule, numbers = mapped.rule, mapped.spec.source.numbers
    span = (rule.low, rule.high) if rule is not None and not rule.whole else None
    if rule is not None and rule.whole and pd.api.types.is_numeric_dtype(column) and _all_whole(mapped, column):
        span = (rule.low, rule.high)
    found = source_codes(column, numbers, span)
    if others is not None:
        found = with_not_asked(found, others)
    values, reasons = _decide(mapped, found)
    held = _typed(values, mapped)
    if rule is not None and mapped.variable.bands is not None:  # a number that lies in none of the bands
        nowhere = np.isnan(held).tolist()
        reasons = [NOT_MAPPABLE if was == VALID and no else was for was, no in zip(reasons, nowhere, strict=False)]
    valid = np.array([reason == VALID for reason in reasons], dtype=bool)
    _check(mapped, found, valid, reasons, info, others, problems)
    why = np.append(mapped.reason_codes([reason or INVALID for reason in reasons]), np.int8(0))[found.position]
    typed = held[found.position]
    if found.taken is not None and rule is not None:
        taken = found.position == TAKEN
        typed[taken] = _from_numbers(rule.apply(found.taken[taken]), mapped)
        why[np.flatnonzero(taken)[np.isnan(typed[taken])]] = mapped.reason_codes([NOT_MAPPABLE])[0]
    low, high = _ends(mapped, found)
    return Answers(typed, why, before_after(mapped, found, values, reasons, why, info), low, high)


def _all_whole(mapped: Mapped, column: pd.Series) -> bool:
    """Are all results whole? Then the numbers can be taken as they are, without looking at each."""
    rule = mapped.rule
    if rule is None:
        return False
    numbers = column.to_numpy(dtype=np.float64)
    inside = numbers[(numbers >= rule.low) & (numbers <= rule.high)]
    return bool(np.all(np.mod(rule.apply(inside), 1) == 0))


def _decide(mapped: Mapped, found: SourceCodes) -> tuple[list[object], list[str | None]]:
    """Value and reason of each code; a reason of None is an unmapped code."""
    become = _becomes(mapped)
    values: list[object] = []
    reasons: list[str | None] = []
    for code, number in zip(found.codes, found.numbers.tolist(), strict=True):
        reason = mapped.missing.get(code, None if np.isnan(number) else number)
        value = None if reason is not None or code == SYSMIS else become(code, number)
        if isinstance(value, ReadDate):
            reason, value = (reason if value.day is not None else INVALID), value.day
        elif value == "":  # a set that cannot be
            reason, value = INVALID, None
        if code in mapped.bands and reason is None and value is None:
            reason = NOT_MAPPABLE
        values.append(value)
        reasons.append(VALID if value is not None else reason)
    return values, reasons


def _becomes(mapped: Mapped) -> Callable[[str, float], object]:
    entry, variable = mapped.entry, mapped.variable
    if (form := entry.date) is not None:
        return lambda code, number: read_date(code, number, form, variable.days)
    if entry.bands is not None:
        return lambda code, number: mapped.bands[code].target if code in mapped.bands else None
    return code_transform(entry, variable)


def _check(
    mapped: Mapped,
    found: SourceCodes,
    valid: Booleans,
    reasons: Sequence[str | None],
    info: ColumnInfo,
    others: Booleans | None,
    problems: Problems,
) -> None:
    check_occurring(mapped, found, info.name, problems)
    check_labels(mapped, found, info, problems)
    check_label_set(mapped, info, problems)
    check_straddling(mapped, found, problems)
    if mapped.entry.date is not None:
        check_dates(mapped, found, reasons, info.name, problems)
    if mapped.entry.separator is not None:
        check_exclusive(mapped, found, reasons, problems)
    check_unmapped(mapped, found, np.array([reason is None for reason in reasons], dtype=bool), info, problems)
    check_user_missing(mapped, found, valid, info, problems)
    check_reasons(mapped, found, info, problems)
    if others is not None:
        answered = others & (np.append(valid, True)[found.position])
        if count := int(answered.sum()):
            what = f"people answered {info.name} although asked_if leaves them out"
            fix = "Their answers are kept; check the routing"
            problems.add("W160", mapped.shown, mapped.line("asked_if"), mapped.name, what, fix, count, found.rows)


def _typed(values: Sequence[object], mapped: Mapped) -> np.ndarray:
    """(codes + 1,) values as the variable holds them; the last is the empty value of numbers taken as they are."""
    kind, held = mapped.variable.type, [*values, None]
    if kind == "date":
        return np.array([np.datetime64("NaT") if day is None else day for day in held], dtype="datetime64[s]")
    if kind == "number":
        return np.array([np.nan if value is None else float(str(value)) for value in held])
    if kind == "category":
        place = {code: float(index) for index, code in enumerate(mapped.variable.codes or {})}
        typed = np.array([np.nan if value is None else place.get(str(value), np.nan) for value in held])
        if mapped.rule is not None:  # numbers written as text, placed in their bands
            numbers = [value if isinstance(value, float) else np.nan for value in held]
            return np.where(np.isnan(numbers), typed, in_bands(np.array(numbers), mapped.variable.bands or {}))
        return typed
    return np.array([None if value is None else str(value) for value in held], dtype=object)


def _from_numbers(numbers: Floats, mapped: Mapped) -> Floats:
    """Numbers taken as they are: themselves, or their place among the dictionary's bands."""
    return numbers if mapped.variable.type == "number" else in_bands(numbers, mapped.variable.bands or {})


def _ends(mapped: Mapped, found: SourceCodes) -> tuple[Floats | None, Floats | None]:
    """The ends of each respondent's band in the target unit; of a number, the number itself twice."""
    if mapped.variable.bands is None:
        return None, None
    ends = [_limits(mapped, code, number) for code, number in zip(found.codes, found.numbers.tolist(), strict=True)]
    low, high = np.array([*ends, (np.nan, np.nan)])[found.position].T
    if found.taken is not None and mapped.rule is not None:
        taken = found.position == TAKEN
        low[taken] = high[taken] = mapped.rule.apply(found.taken[taken])
    return low, high


def _limits(mapped: Mapped, code: str, number: float) -> tuple[float, float]:
    """The source band, the dictionary's band that a code is recoded to, or a number twice; NaN is open or unknown."""
    if code in mapped.bands:
        band = mapped.bands[code]
        return _end(band.low), _end(band.high)
    if (target := mapped.targets.get(code, None if np.isnan(number) else number)) is not None:
        low, high = (mapped.variable.bands or {}).get(str(target.to), (None, None))
        return _end(low), _end(high)
    exact = mapped.rule.apply(number) if mapped.rule is not None and mapped.rule.holds(number) else np.nan
    return exact, exact


def _end(limit: Fraction | float | None) -> float:
    return np.nan if limit is None else float(limit)

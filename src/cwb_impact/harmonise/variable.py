"""One variable of one wave: values, reasons, and the before/after table of its source codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.harmonise.code_checks import check_occurring, check_straddling, check_unmapped, check_user_missing
from cwb_impact.harmonise.dates import ReadDate, read_date
from cwb_impact.harmonise.labels import check_label_set, check_labels
from cwb_impact.harmonise.mapped import INVALID, NOT_MAPPABLE, VALID, Mapped
from cwb_impact.harmonise.source_codes import TAKEN, SourceCodes, source_codes, with_not_asked
from cwb_impact.harmonise.transforms import code_transform, in_bands
from cwb_impact.spec.codes import SYSMIS
from cwb_impact.types import Booleans, ColumnInfo, Floats, Integers, RawWave, Recoded

SOME_PEOPLE_KNOW = frozenset({"dont_know", "refused", "no_answer", "invalid", "not_mappable"})
"""Reasons of people who saw the question. Of several columns they come before `not asked`."""


@dataclass(frozen=True)
class Answers:
    """What one or more source columns give. values : (rows,) numbers, days, texts or places in the dictionary's codes.

    why : (rows,) places in Mapped.reasons, 0 for valid. low, high : (rows,) ends of the band, for banded variables.
    """

    values: np.ndarray
    why: np.ndarray
    recoded: tuple[Recoded, ...]
    low: Floats | None = None
    high: Floats | None = None

    @property
    def valid(self) -> Booleans:
        return np.asarray(self.why == 0)


def answers_of(mapped: Mapped, cases: pd.DataFrame, raw: RawWave, problems: Problems) -> Answers:
    """The answers to one variable from its column, the first valid of several, or the sum of several."""
    others = not_asked(mapped, cases, problems)
    parts = [
        _from_column(mapped, cases[column], raw.info.column(column), others, problems)
        for column in mapped.entry.columns
    ]
    if len(parts) == 1:
        return parts[0]
    return _first(mapped, parts, problems) if mapped.entry.first_of is not None else _sum(mapped, parts, problems)


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
    return Answers(typed, why, _recoded(mapped, found, values, reasons, why, info), low, high)


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
        _check_dates(mapped, found, reasons, info.name, problems)
    if mapped.entry.separator is not None:
        _check_exclusive(mapped, found, reasons, problems)
    check_unmapped(mapped, found, np.array([reason is None for reason in reasons], dtype=bool), info, problems)
    check_user_missing(mapped, found, valid, info, problems)
    if others is not None:
        answered = others & (np.append(valid, True)[found.position])
        if count := int(answered.sum()):
            what = f"people answered {info.name} although asked_if leaves them out"
            fix = "Their answers are kept; check the routing"
            problems.add("W160", mapped.shown, mapped.line("asked_if"), mapped.name, what, fix, count, found.rows)


def _check_dates(
    mapped: Mapped, found: SourceCodes, reasons: Sequence[str | None], column: str, problems: Problems
) -> None:
    """E180, or W180 when the map says outside: invalid, for each kind of fault."""
    form, days = mapped.entry.date, mapped.variable.days
    kinds: dict[str, list[int]] = {}
    for index, (code, number) in enumerate(zip(found.codes, found.numbers.tolist(), strict=True)):
        if form is not None and found.count[index] and _refused(mapped, code, number, reasons[index]):
            kinds.setdefault(read_date(code, number, form, days).fault, []).append(index)
    for fault, indices in kinds.items():
        chosen = np.isin(np.arange(len(found.codes)), indices)
        what = f"dates in {column}: {fault} (first in row {found.first_row(chosen)})"
        code = "W180" if mapped.entry.outside == "invalid" else "E180"
        fix = "Correct the dates or date:, or declare the codes"
        count = int(found.count[chosen].sum())
        problems.add(code, mapped.shown, mapped.line("date"), mapped.name, what, fix, count, found.rows)


def _check_exclusive(mapped: Mapped, found: SourceCodes, reasons: Sequence[str | None], problems: Problems) -> None:
    """E160 for cells that list an exclusive answer beside another; W160 when dropping it leaves nothing."""
    each = zip(found.codes, found.numbers.tolist(), reasons, strict=True)
    clash = np.array([_refused(mapped, code, number, reason) for code, number, reason in each])
    rule, count = mapped.entry.exclusive_with_others, int(found.count[clash].sum())
    if count and rule != "invalid":
        what = f"{', '.join(mapped.entry.exclusive)} is listed beside another answer"
        code, fix = "E160", "Say exclusive_with_others: invalid or drop"
        if rule == "drop":
            code, fix = "W160", "Only such answers are listed: they count as invalid"
        problems.add(code, mapped.shown, mapped.line("exclusive"), mapped.name, what, fix, count, found.rows)


def _refused(mapped: Mapped, code: str, number: float, reason: str | None) -> bool:
    """Is a code invalid by the transform, and not because the map declares it so?"""
    return reason == INVALID and mapped.missing.get(code, None if np.isnan(number) else number) is None


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


def _first(mapped: Mapped, parts: Sequence[Answers], problems: Problems) -> Answers:
    """The first valid answer; people who answered two columns differently are counted (W161)."""
    first, differ = parts[0], np.zeros(len(parts[0].why), dtype=bool)
    values, why = first.values.copy(), first.why.copy()
    ends = _band(first)
    for part in parts[1:]:
        differ |= (why == 0) & part.valid & (values != part.values)
        take = (why != 0) & part.valid
        values[take] = part.values[take]
        # a band that has no place in the target is still known
        known = take | ((why != 0) & np.isnan(ends).all(axis=1))
        ends[known] = _band(part)[known]
        why[take] = 0
    why = np.where(why == 0, why, strongest_reason(mapped, [part.why for part in parts]))
    if count := int(differ.sum()):
        what = f"people answered more than one of {mapped.entry.shown}, differently; the first is taken"
        problems.add("W161", mapped.shown, mapped.line("first_of"), mapped.name, what, "Check", count, len(why))
    low, high = ends.T if first.low is not None else (None, None)
    return Answers(values, why, tuple(line for part in parts for line in part.recoded), low, high)


def _band(answers: Answers) -> Floats:
    """(rows, 2) the ends of each respondent's band, NaN where there are none."""
    if answers.low is None or answers.high is None:
        return np.full((len(answers.why), 2), np.nan)
    return np.column_stack([answers.low, answers.high])


def _sum(mapped: Mapped, parts: Sequence[Answers], problems: Problems) -> Answers:
    """All parts added up; one missing part makes the sum missing, with that part's reason."""
    total = np.sum([part.values for part in parts], axis=0)
    why = strongest_reason(mapped, [part.why for part in parts])
    low, high = mapped.variable.range or (-np.inf, np.inf)
    beyond = (why == 0) & ~((total >= low) & (total <= high))
    if count := int(beyond.sum()):
        code, fix = "E180", "Correct the ranges, or write outside: invalid"
        if mapped.entry.outside == "invalid":
            code, fix = "W180", "They count as invalid, as the map says"
        what = f"sums outside the dictionary's {low:g}..{high:g}"
        problems.add(code, mapped.shown, mapped.line("sum_of"), mapped.name, what, fix, count, len(why))
    why = np.where(beyond, mapped.reason_codes([INVALID])[0], why).astype(np.int8)
    return Answers(np.where(why == 0, total, np.nan), why, tuple(line for part in parts for line in part.recoded))


def strongest_reason(mapped: Mapped, columns: Sequence[np.ndarray]) -> np.ndarray:
    """(rows,) the first reason of somebody who saw the question, else the first reason; 0 where all are valid."""
    known = np.array([reason in SOME_PEOPLE_KNOW for reason in mapped.reasons])
    reason = np.zeros(len(columns[0]), dtype=np.int8)
    for column in reversed(columns):
        reason = np.where(column != 0, column, reason)
    for column in reversed(columns):
        reason = np.where(known[column], column, reason)
    return reason


def _recoded(
    mapped: Mapped,
    found: SourceCodes,
    values: Sequence[object],
    reasons: Sequence[str | None],
    why: np.ndarray,
    info: ColumnInfo,
) -> tuple[Recoded, ...]:
    """The before/after table. Numbers and texts that are taken as they are share one line: they may be personal."""
    lines: dict[tuple[str, str, bool], int] = {}
    if found.taken is not None:
        counts = np.bincount(why[found.position == TAKEN], minlength=len(mapped.reasons)).tolist()
        for why_taken, count in zip(mapped.reasons, counts, strict=True):
            becomes = mapped.entry.transform if why_taken == VALID else why_taken
            lines[_as_they_are(mapped), becomes, why_taken == VALID] = count
    each = zip(found.codes, found.numbers.tolist(), values, reasons, found.count.tolist(), strict=True)
    for code, number, value, reason, count in each:
        told = _told(mapped, code, number, value, reason, info)
        lines[told] = lines.get(told, 0) + count
    return tuple(
        Recoded(info.name, code, info.labels.get(code, ""), becomes, valid, count)
        for (code, becomes, valid), count in lines.items()
        if count
    )


def _told(
    mapped: Mapped, code: str, number: float, value: object, reason: str | None, info: ColumnInfo
) -> tuple[str, str, bool]:
    """How a code is told, what it becomes, and whether that is valid: by the key of the map that decides on it."""
    key = mapped.keys.get(code, None if np.isnan(number) else number)
    if reason is None or (reason == INVALID and key is None):
        labelled = code in info.labels
        return (code, reason or "(undecided)", False) if labelled else ("(outside)", INVALID, False)
    if reason != VALID:
        return key or _as_they_are(mapped), reason, False
    if key is None:
        return _as_they_are(mapped), mapped.entry.transform, True
    return key, str(value), True


def _as_they_are(mapped: Mapped) -> str:
    """The line of numbers, dates and texts that have no code of their own."""
    rule = mapped.rule
    return f"{rule.low:g}..{rule.high:g}" if rule is not None else mapped.variable.type


def column_of(answers: Answers, mapped: Mapped) -> pd.Series:
    """The values as a column of the harmonised frame."""
    kind = mapped.variable.type
    if kind == "category":
        place = np.where(np.isnan(answers.values), -1, answers.values).astype(np.int32)
        return pd.Series(pd.Categorical.from_codes(place, categories=pd.Index(list(mapped.variable.codes or {}))))
    return pd.Series(answers.values, dtype="str" if kind in ("set", "text") else None)


def why_of(why: np.ndarray | Integers, reasons: Sequence[str]) -> pd.Series:
    """`x__why`: a category with every reason, so that waves can be put below one another."""
    return pd.Series(pd.Categorical.from_codes(why, categories=pd.Index(reasons)))

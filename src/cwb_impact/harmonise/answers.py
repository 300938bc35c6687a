"""What one or more source columns give for a variable, and how several are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.harmonise.mapped import INVALID, Mapped
from cwb_impact.types import Booleans, Floats, Integers, Recoded

SOME_PEOPLE_KNOW = frozenset({"dont_know", "refused", "no_answer", "invalid", "not_mappable"})
"""Reasons of people who saw the question. Of several columns they come before `not asked`."""


@dataclass(frozen=True, repr=False)
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


def first_valid(mapped: Mapped, parts: Sequence[Answers], problems: Problems) -> Answers:
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


def added_up(mapped: Mapped, parts: Sequence[Answers], problems: Problems) -> Answers:
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

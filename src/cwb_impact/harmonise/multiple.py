"""Multiple-response sets with one column an answer. Not ticked is not the same as not asked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.harmonise.answers import Answers, strongest_reason
from cwb_impact.harmonise.code_checks import tellable
from cwb_impact.harmonise.labels import normalised
from cwb_impact.harmonise.mapped import INVALID, VALID, Mapped
from cwb_impact.harmonise.source_codes import SourceCodes, source_codes, with_not_asked
from cwb_impact.harmonise.transforms import joined
from cwb_impact.harmonise.variable import not_asked
from cwb_impact.spec.codes import SYSMIS
from cwb_impact.types import Booleans, ColumnInfo, RawWave, Recoded

_BITS = 32
"""Ticks that are told apart at once, so that patterns stay small whole numbers."""


def ticked_answers(mapped: Mapped, cases: pd.DataFrame, raw: RawWave, problems: Problems) -> Answers:
    """A set from its columns: the chosen codes, or why there are none.

    Problems: E120 a cell that is neither a tick, nor its absence, nor a missing code; E140 another answer's column;
    E160 nobody can say what it means: nothing ticked, or an exclusive answer beside another; W160 answers of people
    who were not asked, or ticks beside missing codes.
    """
    entry = mapped.entry
    others, unknown = not_asked(mapped, cases, problems), _filter_empty(mapped, cases)
    ticks, whys, recoded = [], [], []
    for answer, tick in (entry.any_of or {}).items():
        info = raw.info.column(tick.column)
        _check_label(mapped, answer, tick.label, info, problems)
        found = source_codes(cases[tick.column], mapped.spec.source.numbers)
        if others is not None:
            found = with_not_asked(found, others)
        ticks.append(found.of(entry.selected or []))
        reasons = [_reason(mapped, *held) for held in zip(found.codes, found.numbers.tolist(), strict=True)]
        _check_codes(mapped, found, reasons, info, problems)
        whys.append(mapped.reason_codes([reason or INVALID for reason in reasons])[found.position])
        recoded += _lines(mapped, answer, found, reasons, info)
    return _combine(mapped, np.column_stack(ticks), [*whys, unknown], others, tuple(recoded), problems)


def _filter_empty(mapped: Mapped, cases: pd.DataFrame) -> np.ndarray:
    """(rows,) the reason of people of whom nobody knows whether they were asked: without a tick they have no answer."""
    asked = mapped.entry.asked_if
    if asked is None or SYSMIS in asked.in_:
        return np.zeros(len(cases), dtype=np.int8)
    empty = source_codes(cases[asked.column], mapped.spec.source.numbers).of([SYSMIS])
    return np.where(empty, mapped.reason_codes([mapped.missing.single.get(SYSMIS, "no_answer")])[0], 0)


def _reason(mapped: Mapped, code: str, number: float) -> str | None:
    """VALID for a tick or its absence, a missing reason, or None for what the map does not cover."""
    reason = mapped.missing.get(code, None if np.isnan(number) else number)
    if reason is not None and code not in (mapped.entry.unselected or []):
        return reason
    return VALID if code in [*(mapped.entry.selected or []), *(mapped.entry.unselected or [])] else None


def _check_label(mapped: Mapped, answer: str, label: str | None, info: ColumnInfo, problems: Problems) -> None:
    """The column, or its tick, must carry the label that the map expects."""
    shown = [info.label, *(info.labels.get(code, "") for code in mapped.entry.selected or [])]
    if label is None or normalised(label) in [normalised(text) for text in shown if text]:
        return
    what = f'{info.name} is labelled "{next((text for text in shown if text), "")}", the map expects "{label}"'
    fix = "Look which is right; an answer may have moved to another column"
    problems.add("E140", mapped.shown, mapped.line("any_of", answer), mapped.name, what, fix)


def _check_codes(
    mapped: Mapped, found: SourceCodes, reasons: list[str | None], info: ColumnInfo, problems: Problems
) -> None:
    unknown = np.array([reason is None for reason in reasons]) & (found.count > 0)
    if count := int(found.count[unknown].sum()):
        what = f"{tellable(found, unknown, info.labels)} in {info.name} is neither selected, unselected nor missing"
        fix = "Add it to one of the three"
        problems.add("E120", mapped.shown, mapped.line(), mapped.name, what, fix, count, found.rows)


def _combine(
    mapped: Mapped,
    ticks: np.ndarray,
    whys: list[np.ndarray],
    others: Booleans | None,
    recoded: tuple[Recoded, ...],
    problems: Problems,
) -> Answers:
    """Rows of ticks to sets. A tick is an answer; without one the reason decides; without either the map must say."""
    entry, total = mapped.entry, len(ticks)
    unseen = np.zeros(total, dtype=bool) if others is None else others
    some, why = ticks.any(axis=1), strongest_reason(mapped, whys)
    _count("W160", "people ticked an answer although asked_if leaves them out", some & unseen, mapped, problems)
    beside = some & ~unseen & (strongest_reason(mapped, whys[:-1]) != 0)
    _count("W160", "people have ticks beside missing codes; their ticks count", beside, mapped, problems)
    why = np.where(some, 0, why).astype(np.int8)
    ticks, why = _exclusive(mapped, ticks, why, problems)
    nothing = ~some & (why == 0)
    if unseen.any():
        left = mapped.reason_codes([entry.asked_if.otherwise if entry.asked_if else INVALID])[0]
        why, nothing = np.where(nothing & unseen, left, why).astype(np.int8), nothing & ~unseen
    codes, answers = list(mapped.variable.codes or {}), list(entry.any_of or {})
    values = _texts(ticks, answers, codes)
    if entry.nothing_ticked in mapped.reasons:
        why[nothing] = mapped.reason_codes([str(entry.nothing_ticked)])[0]
    elif entry.nothing_ticked is not None:
        values[nothing] = entry.nothing_ticked
    else:
        what = "asked respondents have no tick at all"
        _count(
            "E160",
            what,
            nothing,
            mapped,
            problems,
            "Say under nothing_ticked what that means",
            total - int(unseen.sum()),
        )
        why[nothing] = mapped.reason_codes([INVALID])[0]
    values[why != 0] = None
    return Answers(values, why, recoded)


def _exclusive(mapped: Mapped, ticks: np.ndarray, why: np.ndarray, problems: Problems) -> tuple[np.ndarray, np.ndarray]:
    """`None of these` beside another answer: an error, an invalid answer, or dropped, as the map says."""
    alone = np.array([answer in mapped.entry.exclusive for answer in mapped.entry.any_of or {}])
    both = ticks[:, alone].any(axis=1) & (ticks.sum(axis=1) > 1)
    rule = mapped.entry.exclusive_with_others
    if rule == "error":
        what = f"{', '.join(mapped.entry.exclusive)} is ticked beside another answer"
        _count("E160", what, both, mapped, problems, "Say exclusive_with_others: invalid or drop")
    elif rule == "drop":
        ticks = np.where(both[:, None] & alone, False, ticks)
        both &= ~ticks.any(axis=1)
        what = f"only {', '.join(mapped.entry.exclusive)} are ticked, which exclude one another: invalid"
        _count("W160", what, both, mapped, problems)
    return ticks, np.where(both, mapped.reason_codes([INVALID])[0], why).astype(np.int8)


def _count(
    code: str, what: str, rows: Booleans, mapped: Mapped, problems: Problems, fix: str = "Check", of: int | None = None
) -> None:
    if count := int(rows.sum()):
        problems.add(code, mapped.shown, mapped.line(), mapped.name, what, fix, count, len(rows) if of is None else of)


def _texts(ticks: np.ndarray, answers: list[str], order: list[str]) -> np.ndarray:
    """(rows,) the chosen codes of each row; each pattern of ticks is written once."""
    place = np.zeros(len(ticks), dtype=np.int64)
    for first in range(0, len(answers), _BITS):
        some = ticks[:, first : first + _BITS]
        word, words = pd.factorize(some @ (1 << np.arange(some.shape[1])))
        place = pd.factorize(place * len(words) + word)[0]
    patterns = np.unique(place, return_index=True)[1]
    texts = [
        joined({answer for answer, tick in zip(answers, row, strict=True) if tick}, order) for row in ticks[patterns]
    ]
    return np.array([text or None for text in texts], dtype=object)[place]


def _lines(
    mapped: Mapped, answer: str, found: SourceCodes, reasons: list[str | None], info: ColumnInfo
) -> list[Recoded]:
    """The before/after lines of one column."""
    selected = mapped.entry.selected or []
    lines, outside = [], 0
    each = zip(found.codes, found.numbers.tolist(), reasons, found.count.tolist(), strict=True)
    for code, number, reason, count in each:
        if reason is None and code not in info.labels:
            outside += count
        elif count:
            valid = answer if code in selected else f"not {answer}"
            becomes = valid if reason == VALID else reason or "(undecided)"
            key = code if reason == VALID else mapped.keys.get(code, None if np.isnan(number) else number) or code
            lines.append(Recoded(info.name, key, info.labels.get(key, ""), becomes, reason == VALID, count))
    return [*lines, *([Recoded(info.name, "(outside)", "", INVALID, False, outside)] if outside else [])]

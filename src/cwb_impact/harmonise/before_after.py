"""The before/after table of a source column: what each code became, and of how many respondents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cwb_impact.harmonise.mapped import INVALID, VALID, Mapped
from cwb_impact.harmonise.source_codes import TAKEN, SourceCodes
from cwb_impact.types import ColumnInfo, Recoded


def before_after(
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

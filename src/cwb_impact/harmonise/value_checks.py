"""What can be wrong with dates, and with several answers in one cell, once each code has been decided."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cwb_impact.errors import Problems
from cwb_impact.harmonise.dates import read_date
from cwb_impact.harmonise.mapped import INVALID, Mapped
from cwb_impact.harmonise.source_codes import SourceCodes


def check_dates(
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
        what = f"dates in {column}: {fault} (first in {mapped.place(column, found.first_row(chosen))})"
        code = "W180" if mapped.entry.outside == "invalid" else "E180"
        fix = "Correct the dates or date:, or declare the codes"
        count = int(found.count[chosen].sum())
        problems.add(code, mapped.shown, mapped.line("date"), mapped.name, what, fix, count, found.rows)


def check_exclusive(mapped: Mapped, found: SourceCodes, reasons: Sequence[str | None], problems: Problems) -> None:
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

"""What can be wrong with the codes that occur. Counts and codes, never a respondent's value."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from cwb_impact.errors import Problems
from cwb_impact.harmonise.bands import limits_in_common
from cwb_impact.harmonise.mapped import Mapped
from cwb_impact.harmonise.missing_words import reason_of
from cwb_impact.harmonise.source_codes import NOT_ASKED, SourceCodes
from cwb_impact.spec.codes import PLAIN_NUMBERS, SYSMIS, bounds, code_text, is_span
from cwb_impact.types import Booleans, ColumnInfo, Floats, UserMissing

_MOST_CODES = 20
"""More unknown codes than this are told as one number: the map is for another column."""

_MOST_SHOWN = 20
"""Codes in one message; a list of occupations has hundreds."""

_SHORT_CODE = re.compile(r"-?\d{1,3}|\.[a-z]")
"""Four digits may be a birth year or a postcode."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T[\d:.]+)?")


def check_occurring(mapped: Mapped, found: SourceCodes, column: str, problems: Problems) -> None:
    """W201 for codes of the map that never occur, W202 for a column in which nothing stands."""
    entry = mapped.entry
    if found.rows and found.of([SYSMIS]).all():
        what, fix = f"no cell of {column} holds anything", "If nobody was asked, list it under not_collected"
        problems.add("W202", mapped.shown, mapped.line(), mapped.name, what, fix, found.rows, found.rows)
        return
    present = {code for code, count in zip(found.codes, found.count.tolist(), strict=True) if count}
    numbers = found.numbers[found.count > 0]
    parts = {"recode": list(entry.targets), "missing": list(entry.missing), "bands": list(entry.bands or {})}
    absent = [(part, code) for part, codes in parts.items() for code in codes if not _occurs(code, present, numbers)]
    if absent:
        first = [code for _, code in absent[:_MOST_SHOWN]]
        more = f" and {len(absent) - _MOST_SHOWN} more" if len(absent) > _MOST_SHOWN else ""
        codes = "code {} never occurs" if len(absent) == 1 else "codes {} never occur"
        what = f"{codes.format(', '.join(first) + more)} in {column}"
        problems.add("W201", mapped.shown, mapped.line(*absent[0]), mapped.name, what)


def _occurs(code: str, present: set[str], numbers: Floats) -> bool:
    if not is_span(code):
        return code in present
    low, high = bounds(code)
    return bool(((numbers >= low) & (numbers <= high)).any())


def check_unmapped(
    mapped: Mapped, found: SourceCodes, unmapped: Booleans, column: ColumnInfo, problems: Problems
) -> None:
    """E120, E121 or E180 for codes that occur and that the map leaves without value and reason.

    unmapped : (codes,) the map gives neither a value nor a missing reason.
    """
    total, line = found.rows, mapped.line()
    empty = np.array([code == SYSMIS for code in found.codes])
    if count := int(found.count[unmapped & empty].sum()):
        what, fix = f"empty cells in {column.name} have no reason", "Declare sysmis: under missing"
        problems.add("E121", mapped.shown, line, mapped.name, what, fix, count, total)
    others = unmapped & ~empty & (found.count > 0)
    if mapped.rule is not None:
        _check_numbers(mapped, found, others, column.name, problems)
        return
    dates = others & np.array([_DATE.fullmatch(code) is not None for code in found.codes])
    if mapped.spec.source.format == "xlsx" and (count := int(found.count[dates].sum())):
        where = mapped.place(column.name, found.first_row(dates))
        what = f"dates in {column.name}, which holds codes (first in {where}): Excel turns 1-2 into a day"
        fix = "Type the codes again in cells of the format text"
        problems.add("E180", mapped.shown, line, mapped.name, what, fix, count, total)
        others = others & ~dates
    known = np.array([is_tellable(code, column.labels) for code in found.codes])
    if int((others & known).sum()) > _MOST_CODES:
        known[:] = False
    for code, count in zip(found.codes, np.where(others & known, found.count, 0).tolist(), strict=True):
        if count:
            what = f"code {code} in {column.name} is in neither recode nor missing"
            problems.add("E120", mapped.shown, line, mapped.name, what, "Add it to one of the two", count, total)
    if count := int(found.count[others & ~known].sum()):
        what = f"{int((others & ~known).sum())} distinct values in {column.name} in neither recode nor missing"
        where = f"first in {mapped.place(column.name, found.first_row(others & ~known))}"
        problems.add("E120", mapped.shown, line, mapped.name, f"{what} ({where})", "Is this the column?", count, total)


def _check_numbers(mapped: Mapped, found: SourceCodes, others: Booleans, column: str, problems: Problems) -> None:
    """A value itself may be personal (an income, an age), so values are counted by their fault and not shown."""
    entry, source = mapped.entry, mapped.spec.source
    ambiguous = others & found.ambiguous(source.numbers)
    no_number = others & np.isnan(found.numbers) & ~ambiguous
    span = entry.keep or entry.reverse or (entry.scale.from_ if entry.scale is not None else "")
    kinds = {
        "1.234 or 1,234, which may be a decimal or a thousand": ambiguous,
        "no number": no_number,
        f"outside {span}, or not whole, and no missing code": others & ~ambiguous & ~no_number,
    }
    fixes = ("State decimal and thousands under source", "Declare the codes, or how numbers are written")
    for (kind, chosen), fix in zip(kinds.items(), [*fixes, "Correct the range, or declare the codes"], strict=True):
        if count := int(found.count[chosen].sum()):
            code, what = (
                "E180",
                f"values in {column} that are {kind} (first in {mapped.place(column, found.first_row(chosen))})",
            )
            if entry.outside == "invalid" and not (ambiguous & chosen).any():
                code, fix = "W180", "They count as invalid, as the map says"
            problems.add(code, mapped.shown, mapped.line(), mapped.name, what, fix, count, found.rows)


def check_straddling(mapped: Mapped, found: SourceCodes, problems: Problems) -> None:
    """E150 for each source band that crosses a limit of the dictionary while the map does not say what it becomes."""
    if mapped.entry.straddle != "error":
        return
    targets, counts = mapped.variable.bands or {}, found.counts
    for code, band in mapped.bands.items():
        if band.target is not None:
            continue
        low, high = (mapped.entry.bands or {})[code]
        said = (
            f"source band {code} = {_interval(low, high, 'g')} {mapped.entry.unit.from_ if mapped.entry.unit else ''}"
        )
        if mapped.entry.unit is not None:
            start, end = (None if limit is None else float(limit) for limit in (band.low, band.high))
            said += f" = {_interval(start, end, '.2f')} {mapped.entry.unit.to}"
        limits = (
            f"crosses the target limit {float(band.crosses):g}" if band.crosses is not None else "lies in no target"
        )
        common = [f"{limit:g}" for limit in limits_in_common(mapped.bands, targets)]
        coarser = f"a coarser target with the limits {', '.join(common)} holds them all"
        coarser = coarser if common else "no limit is shared, so only one band would hold them all"
        fix = f"Say straddle: split or not_mappable; {coarser}"
        line = mapped.line("bands", code)
        problems.add(
            "E150", mapped.shown, line, mapped.name, f"{said.strip()} {limits}", fix, counts.get(code, 0), found.rows
        )


def _interval(low: float | None, high: float | None, form: str) -> str:
    start = "(-inf" if low is None else f"[{low:{form}}"
    return f"{start}, {'inf' if high is None else format(high, form)})"


def check_user_missing(
    mapped: Mapped, found: SourceCodes, valid: Booleans, column: ColumnInfo, problems: Problems
) -> None:
    """W210 for codes that the file declares missing and the map calls valid, or labels that say so the other way."""
    declared = np.array([is_user_missing(code, column.user_missing) for code in found.codes], dtype=bool)
    if count := int(found.count[declared & valid].sum()):
        file = mapped.spec.source.file
        what = f"{tellable(found, declared & valid, {})} in {column.name}: missing in {file}, valid in the map"
        problems.add("W210", mapped.shown, mapped.line(), mapped.name, what, "Check which is right", count, found.rows)
    reverse = np.array([code not in (SYSMIS, NOT_ASKED) for code in found.codes]) & ~declared & ~valid
    if column.user_missing and (count := int(found.count[reverse].sum())):
        file = mapped.spec.source.file
        what = f"{tellable(found, reverse, column.labels)} in {column.name}: missing in the map, valid in {file}"
        problems.add("W210", mapped.shown, mapped.line(), mapped.name, what, "Check which is right", count, found.rows)
    if mapped.rule is None or found.taken is None:
        return
    spans = [(low, high) for low, high in column.user_missing if not isinstance(low, str) and not isinstance(high, str)]
    inside = [(found.taken >= low) & (found.taken <= high) for low, high in spans]
    if inside and (count := int(np.logical_or.reduce(inside).sum())):
        what = f"numbers in {column.name} that {mapped.spec.source.file} declares missing, and the map calls valid"
        problems.add("W210", mapped.shown, mapped.line(), mapped.name, what, "Check which is right", count, found.rows)


def check_reasons(mapped: Mapped, found: SourceCodes, column: ColumnInfo, problems: Problems) -> None:
    """W143 when the label of a missing code says another reason than the map: `weet niet` is not `refused`."""
    for code, reason in mapped.spec.missing_of(mapped.name).items():
        label = column.labels.get(code, "")
        said = reason_of(label) if label and code not in mapped.entry.labels else None
        if said not in (None, "no_answer", reason) and {said, reason} != {"not_applicable", "not_asked"}:
            what = f'code {code} in {column.name} is labelled "{label}", which reads as {said}; the map says {reason}'
            fix = "Correct the reason; when it is right, write the label under labels"
            line, count = mapped.line("missing", code), found.counts.get(code, 0)
            problems.add("W143", mapped.shown, line, mapped.name, what, fix, count, found.rows)


def is_user_missing(code: str, declared: UserMissing) -> bool:
    """Does a code lie in one of the ranges that the file declares missing?"""
    value = PLAIN_NUMBERS.parse(code)
    for low, high in declared:
        if isinstance(low, str) or isinstance(high, str):
            if code == code_text(low):
                return True
        elif value is not None and low <= value <= high:
            return True
    return False


def tellable(found: SourceCodes, chosen: Booleans, labels: Mapping[str, str]) -> str:
    """Codes in a message: short codes and labelled ones by name, anything else (texts, dates, incomes) as a number."""
    occurring = [code for code, take, n in zip(found.codes, chosen, found.count, strict=True) if take and n]
    named = [code for code in occurring if is_tellable(code, labels)]
    rest = len(occurring) - len(named)
    said = [f"code {', '.join(named)}"] if named else []
    return " and ".join([*said, *([f"{rest} other distinct values"] if rest else [])])


def is_tellable(code: str, labels: Mapping[str, str]) -> bool:
    return code in labels or code in (SYSMIS, NOT_ASKED) or _SHORT_CODE.fullmatch(code) is not None

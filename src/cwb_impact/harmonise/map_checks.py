"""What can be wrong between an entry of a wave map, the dictionary, and the codes that occur. Counts, never values."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from cwb_impact.errors import Problems
from cwb_impact.harmonise.transforms import SYSMIS, SourceCodes, number
from cwb_impact.spec.dictionary import Variable
from cwb_impact.spec.wave_map import WaveMap, bounds
from cwb_impact.types import Booleans, UserMissing

_SHORT_CODE = re.compile(r"-?\d{1,4}|\.[a-z]")


def fits(name: str, variable: Variable, spec: WaveMap, problems: Problems) -> bool:
    """Can the entry give values of the variable at all? E120, E131 or E180 when it cannot."""
    before = len(problems)
    if variable.type == "category":
        _check_category(name, variable, spec, problems)
    elif variable.type == "number":
        _check_number(name, variable, spec, problems)
    elif spec.variables[name].keep != "text":
        line = spec.doc.line("variables", name)
        problems.add("E180", spec.doc.shown, line, name, "is text in the dictionary", "Write keep: text")
    return len(problems) == before


def _check_category(name: str, variable: Variable, spec: WaveMap, problems: Problems) -> None:
    entry, doc = spec.variables[name], spec.doc
    codes = list(variable.codes or {})
    if entry.recode is None:
        line, fix = doc.line("variables", name), f"Map to {', '.join(codes)}"
        problems.add("E120", doc.shown, line, name, "is a category and needs a recode", fix)
    for code, target in entry.targets.items():
        if str(target.to) not in codes:
            line = doc.line("variables", name, "recode", code)
            problems.add(
                "E131", doc.shown, line, name, f"{target.to} is not a code of {name}", f"Known: {', '.join(codes)}"
            )


def _check_number(name: str, variable: Variable, spec: WaveMap, problems: Problems) -> None:
    entry, doc = spec.variables[name], spec.doc
    low, high = variable.range or (-np.inf, np.inf)
    line = doc.line("variables", name)
    span = entry.keep or entry.reverse
    if span == "text":
        problems.add("E180", doc.shown, line, name, "is a number in the dictionary", f"Write keep: {low:g}..{high:g}")
    elif span is not None and not low <= bounds(span)[0] <= bounds(span)[1] <= high:
        what = f"{span} goes beyond the dictionary's {low:g}..{high:g}"
        problems.add("E180", doc.shown, line, name, what, "Correct the range, or use another variable")
    for code, target in entry.targets.items():
        value = target.to if isinstance(target.to, int | float) else number(target.to, ".")
        if value is None or not low <= value <= high:
            at = doc.line("variables", name, "recode", code)
            what = f"{target.to} is no number from {low:g} to {high:g}"
            problems.add("E180", doc.shown, at, name, what, "Correct the target, or use another variable")


def check_codes(name: str, found: SourceCodes, spec: WaveMap, problems: Problems) -> None:
    """E111 a code that is both valid and missing; W201 a code of the map that never occurs."""
    entry, doc = spec.variables[name], spec.doc
    span = entry.reverse or (entry.keep if entry.keep != "text" else None)
    low, high = bounds(span) if span is not None else (np.inf, -np.inf)
    for code in spec.missing_of(name):
        value = number(code, spec.source.decimal_mark)
        if code in entry.targets or (value is not None and low <= value <= high):
            at = ("variables", name, "missing", code) if code in entry.missing else ("missing", code)
            what = f"code {code} is both valid and missing"
            fix = "Declare missing codes per variable where they collide"
            problems.add("E111", doc.shown, doc.line(*at), name, what, fix)
    occurring = {code for code, count in zip(found.codes, found.count.tolist(), strict=True) if count}
    for part, codes in (("recode", entry.targets), ("missing", entry.missing)):
        for code in codes:
            if code not in occurring:
                what = f"code {code} never occurs in {entry.from_}"
                problems.add("W201", doc.shown, doc.line("variables", name, part, code), name, what)


def check_unmapped(
    name: str, found: SourceCodes, unmapped: Booleans, labels: Mapping[str, str], spec: WaveMap, problems: Problems
) -> None:
    """E120, E121 or E180 for codes that occur and that the map leaves without value and reason.

    unmapped : (codes,) the map gives neither a value nor a missing reason.
    """
    entry, doc, total = spec.variables[name], spec.doc, int(found.count.sum())
    line = doc.line("variables", name)
    empty = np.array([code == SYSMIS for code in found.codes])
    if count := int(found.count[unmapped & empty].sum()):
        what, fix = f"empty cells in {entry.from_} have no reason", "Declare sysmis: under missing"
        problems.add("E121", doc.shown, line, name, what, fix, count, total)
    others = unmapped & ~empty & (found.count > 0)
    if entry.recode is not None:
        known = np.array([_is_tellable(code, labels) for code in found.codes])
        for code, count in zip(found.codes, np.where(others & known, found.count, 0).tolist(), strict=True):
            if count:
                what = f"code {code} in {entry.from_} is in neither recode nor missing"
                problems.add("E120", doc.shown, line, name, what, "Add it to one of the two", count, total)
        if count := int(found.count[others & ~known].sum()):
            what = f"{tellable(found, others & ~known, labels)} in {entry.from_} in neither recode nor missing"
            problems.add("E120", doc.shown, line, name, what, "Is this the right column?", count, total)
    elif count := int(found.count[others].sum()):
        # a value itself may be personal (an income, an age), so values are counted and not shown
        what = f"values in {entry.from_} outside {entry.keep or entry.reverse} and no missing code"
        problems.add("E180", doc.shown, line, name, what, "Correct the range, or declare the codes", count, total)


def check_user_missing(name: str, found: SourceCodes, conflict: Booleans, spec: WaveMap, problems: Problems) -> None:
    """W210 for codes that the file declares missing and the map calls valid."""
    entry, doc = spec.variables[name], spec.doc
    if count := int(found.count[conflict].sum()):
        what = f"{tellable(found, conflict, {})} in {entry.from_}: missing in {spec.source.file}, valid in the map"
        line, total = doc.line("variables", name), int(found.count.sum())
        problems.add("W210", doc.shown, line, name, what, "Check which is right", count, total)


def is_user_missing(code: str, declared: UserMissing) -> bool:
    """Does a code lie in one of the ranges that the file declares missing?"""
    value = number(code, ".")
    for low, high in declared:
        if isinstance(low, str) or isinstance(high, str):
            if code == low:
                return True
        elif value is not None and low <= value <= high:
            return True
    return False


def tellable(found: SourceCodes, chosen: Booleans, labels: Mapping[str, str]) -> str:
    """Codes in a message: short codes and labelled ones by name, anything else (texts, dates, incomes) as a number."""
    occurring = [code for code, take, n in zip(found.codes, chosen, found.count, strict=True) if take and n]
    named = [code for code in occurring if _is_tellable(code, labels)]
    rest = len(occurring) - len(named)
    said = [f"code {', '.join(named)}"] if named else []
    return " and ".join([*said, *([f"{rest} other distinct values"] if rest else [])])


def _is_tellable(code: str, labels: Mapping[str, str]) -> bool:
    return code in labels or code == SYSMIS or _SHORT_CODE.fullmatch(code) is not None

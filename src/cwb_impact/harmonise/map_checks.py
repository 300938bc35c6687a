"""What can be wrong between an entry of a wave map and the dictionary, before any answer is looked at."""

from __future__ import annotations

import re

import numpy as np

from cwb_impact.errors import Problems
from cwb_impact.harmonise.bands import gap_or_overlap
from cwb_impact.harmonise.mapped import Mapped
from cwb_impact.spec.codes import PLAIN_NUMBERS, CodeMap, bounds, is_span

_MONEY = re.compile(r"\b(EUR|USD|CAD|GBP|TRY|MAD)\b|€|\$|£")


def fits(mapped: Mapped, problems: Problems) -> bool:
    """Can the entry give values of the variable at all? E120, E131, E151, E180 or E181 when it cannot."""
    before = len(problems.errors)
    entry, kind = mapped.entry, mapped.variable.type
    if kind == "category":
        _check_category(mapped, problems)
    elif kind == "set":
        _check_set(mapped, problems)
    elif kind == "number":
        _check_number(mapped, problems)
    elif kind == "text" and entry.keep != "text":
        problems.add("E180", mapped.shown, mapped.line(), mapped.name, "is text in the dictionary", "Write keep: text")
    elif kind == "date" and entry.date is None:
        fix = "Write date: and the form in which the file holds it"
        problems.add("E180", mapped.shown, mapped.line(), mapped.name, "is a date in the dictionary", fix)
    _check_unit(mapped, problems)
    _check_collisions(mapped, problems)
    return len(problems.errors) == before


def _check_category(mapped: Mapped, problems: Problems) -> None:
    entry, codes = mapped.entry, list(mapped.variable.codes or {})
    banded = mapped.variable.bands is not None
    if entry.sum_of is not None:
        what, fix = "is a category and the map gives a sum", "Define a number for the sum"
        problems.add("E131", mapped.shown, mapped.line("sum_of"), mapped.name, what, fix)
    elif entry.separator is not None or entry.any_of is not None:
        what, fix = "takes one answer and the map gives a set", "Define it with type: set, or recode one column"
        problems.add("E131", mapped.shown, mapped.line(), mapped.name, what, fix)
    elif (entry.bands is not None or mapped.rule is not None) and not banded:
        fix = f"Recode to {', '.join(codes)}, or give the dictionary variable bands and a unit"
        problems.add("E120", mapped.shown, mapped.line(), mapped.name, "is a category without bands", fix)
    elif not (entry.targets or entry.bands or mapped.rule):
        fix = f"Map to {', '.join(codes)}"
        problems.add("E120", mapped.shown, mapped.line(), mapped.name, "is a category and needs a recode", fix)
    if entry.bands is not None and (fault := gap_or_overlap(entry)):
        fix = "Bands are [from, to): each starts where the one before it ends"
        problems.add("E151", mapped.shown, mapped.line("bands"), mapped.name, fault, fix)
    _check_targets(mapped, problems)


def _check_targets(mapped: Mapped, problems: Problems) -> None:
    codes = list(mapped.variable.codes or {})
    for code, target in mapped.entry.targets.items():
        if str(target.to) not in codes:
            what, fix = f"{target.to} is not a code of {mapped.name}", f"Known: {', '.join(codes)}"
            problems.add("E131", mapped.shown, mapped.line("recode", code), mapped.name, what, fix)


def _check_set(mapped: Mapped, problems: Problems) -> None:
    entry, codes = mapped.entry, list(mapped.variable.codes or {})
    if entry.any_of is None and entry.separator is None:
        fix = "Write any_of, or from with a separator and a recode"
        problems.add("E120", mapped.shown, mapped.line(), mapped.name, "is a multiple-response set", fix)
    named = {"any_of": [*(entry.any_of or {})], "exclusive": entry.exclusive}
    if entry.nothing_ticked is not None and entry.nothing_ticked not in mapped.reasons:
        named["nothing_ticked"] = [entry.nothing_ticked]
    for key, answers in named.items():
        for answer in answers:
            if answer not in codes:
                what, fix = f"{answer} is not a code of {mapped.name}", f"Known: {', '.join(codes)}"
                problems.add("E131", mapped.shown, mapped.line(key, answer), mapped.name, what, fix)
    _check_targets(mapped, problems)


def _check_number(mapped: Mapped, problems: Problems) -> None:
    entry = mapped.entry
    low, high = mapped.variable.range or (-np.inf, np.inf)
    if mapped.rule is None and not entry.targets:
        fix = f"Write keep: {low:g}..{high:g}"
        problems.add("E180", mapped.shown, mapped.line(), mapped.name, "is a number in the dictionary", fix)
    # parts of a sum are checked as parts, and their sum where it is made
    elif mapped.rule is not None and entry.sum_of is None and not _within(mapped.rule.ends(), (low, high)):
        span = "..".join(f"{end:g}" for end in mapped.rule.ends())
        what = f"the map gives {span}, beyond the dictionary's {low:g}..{high:g}"
        problems.add(
            "E180", mapped.shown, mapped.line(), mapped.name, what, "Correct the range, or use another variable"
        )
    for code, target in entry.targets.items():
        value = target.to if isinstance(target.to, int | float) else PLAIN_NUMBERS.parse(target.to)
        kind = "whole number" if mapped.variable.whole else "number"
        if value is None or not low <= value <= high or (mapped.variable.whole and value != int(value)):
            what = f"{target.to} is no {kind} from {low:g} to {high:g}"
            line = mapped.line("recode", code)
            problems.add("E180", mapped.shown, line, mapped.name, what, "Correct the target, or use another variable")


def _within(ends: tuple[float, float], outer: tuple[float, float]) -> bool:
    slack = 1e-9 * max(1.0, abs(outer[0]), abs(outer[1]))
    return outer[0] - slack <= ends[0] and ends[1] <= outer[1] + slack


def _check_unit(mapped: Mapped, problems: Problems) -> None:
    """E181 when the unit of the map is not the dictionary's, or an amount of money has none."""
    unit, wanted = mapped.entry.unit, mapped.variable.unit
    if unit is not None and unit.to != wanted:
        what = f"is converted to {unit.to}, and the dictionary has {wanted or 'no unit'}"
        problems.add("E181", mapped.shown, mapped.line("unit"), mapped.name, what, "Convert to the dictionary's unit")
    takes_numbers = mapped.rule is not None or mapped.entry.bands is not None
    if unit is None and takes_numbers and wanted is not None and _MONEY.search(wanted):
        what = f"is an amount in {wanted}, and the map does not say what the file holds"
        fix = f"Write unit: {{from: ..., to: {wanted}, factor: ...}}: week or month, net or gross, person or household"
        problems.add("E181", mapped.shown, mapped.line(), mapped.name, what, fix)


def _check_collisions(mapped: Mapped, problems: Problems) -> None:
    """E111 a code that is both valid and missing, or both recoded and kept."""
    rule, entry = mapped.rule, mapped.entry
    span = (rule.low, rule.high) if rule is not None else (np.inf, -np.inf)
    bands = entry.bands or {}
    for code in mapped.spec.missing_of(mapped.name):
        low, high = _numbers_of(code, mapped)
        if code in entry.targets or code in bands or (low <= span[1] and high >= span[0]) or _meets(code, mapped):
            at = ("variables", mapped.name, "missing", code) if code in entry.missing else ("missing", code)
            what, fix = (
                f"code {code} is both valid and missing",
                "Declare missing codes per variable where they collide",
            )
            problems.add("E111", mapped.shown, mapped.spec.doc.line(*at), mapped.name, what, fix)
    _check_ticks(mapped, problems)
    for code in entry.targets:
        low, high = _numbers_of(code, mapped)
        if low <= span[1] and high >= span[0]:
            what, fix = f"code {code} is both recoded and kept", "Narrow the range, or leave the code out of the recode"
            problems.add("E111", mapped.shown, mapped.line("recode", code), mapped.name, what, fix)


def _check_ticks(mapped: Mapped, problems: Problems) -> None:
    """E111 a code of a multiple-response set with two meanings; `unselected` overrides what the wave calls missing."""
    selected, unselected = mapped.entry.selected or [], mapped.entry.unselected or []
    everywhere, own = CodeMap.of(mapped.spec.missing_of(mapped.name)), CodeMap.of(mapped.entry.missing)
    both = {code: "selected and unselected" for code in selected if code in unselected}
    both |= {code: "selected and missing" for code in selected if _missing(code, everywhere, mapped)}
    both |= {code: "unselected and missing" for code in unselected if _missing(code, own, mapped)}
    for code, what in both.items():
        fix = "Give every code one meaning"
        problems.add("E111", mapped.shown, mapped.line("selected"), mapped.name, f"code {code} is both {what}", fix)


def _missing(code: str, missing: CodeMap[str], mapped: Mapped) -> bool:
    return missing.get(code, mapped.spec.source.numbers.parse(code)) is not None


def _meets(code: str, mapped: Mapped) -> bool:
    """Does a missing code, or a range of them, hold a code that is recoded or stands for a band?"""
    low, high = _numbers_of(code, mapped)
    spans = [_numbers_of(key, mapped) for key in (*mapped.entry.targets, *(mapped.entry.bands or {}))]
    return any(start <= high and low <= end for start, end in spans)


def _numbers_of(code: str, mapped: Mapped) -> tuple[float, float]:
    """A code, or a range of codes, as numbers; a text is no number and meets nothing."""
    if is_span(code):
        return bounds(code)
    value = mapped.spec.source.numbers.parse(code)
    return (np.inf, -np.inf) if value is None else (value, value)

"""The lines of one variable in a drafted map. What a label does not say clearly stays a comment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cwb_impact.inspect.found import CodeFound, ColumnFound, shown
from cwb_impact.inspect.matching import Candidate, Match, answers, targets_of
from cwb_impact.inspect.show import FIRST
from cwb_impact.inspect.yaml_text import brief, quoted
from cwb_impact.spec.codes import bounds, is_span
from cwb_impact.spec.variable import Variable

MOST = 100
"""Missing codes of one variable that a draft writes out."""

REASONS = ("dont_know", "refused", "no_answer", "not_applicable", "not_asked")


def entry_lines(
    found: Match, best: Candidate, variable: Variable, decided: Mapping[str, str] | None = None
) -> list[str]:
    """The entry of a matched variable. decided : source code to target, when an earlier map says so."""
    column = best.column
    lines = [f"  {quoted(found.variable)}:"]
    lines.append(f"    # {best.confidence:.2f} sure: {best.why}{says(column)}")
    lines += [f"    # alternative: {one_line(other)}" for other in found.others[:3]]
    if found.shared:
        lines.append(f"    # the same column is as good a source for {', '.join(found.shared)}")
    lines.append(f"    from: {quoted(column.name)}")
    lines.append("    relation: undecided")
    lines += transform_lines(column, variable, decided)
    return [*lines, *missing_lines(column)]


def says(column: ColumnFound) -> str:
    return f"; the file says {brief(column.label)}" if column.label else ""


def one_line(candidate: Candidate) -> str:
    return f"{quoted(candidate.column.name)} ({candidate.confidence:.2f}: {candidate.why})"


def transform_lines(column: ColumnFound, variable: Variable, decided: Mapping[str, str] | None = None) -> list[str]:
    if variable.type in ("category", "set"):
        targets = targets_of(column, variable) if decided is None else decided
        lines = recode_lines(column, targets)
        if variable.type == "set":
            lines.append("    # a question with several answers: use any_of, or separator with recode")
        return lines
    if variable.type == "number":
        return _number_lines(column, variable)
    if variable.type == "date":
        forms = "iso, d-m-y, m-d-y, y-m-d, spss, stata_day, stata_ms, excel_1900, excel_1904"
        return ["    recode: {}", f"    # undecided: put in its place date: with one of {forms}"]
    return ["    keep: text"]


def recode_lines(column: ColumnFound, targets: Mapping[str, str]) -> list[str]:
    """Codes whose label is clear, then the others as comments."""
    usable = {code: target for code, target in targets.items() if not is_span(code) and len(code) <= 200}
    lines = ["    recode:" if usable else "    recode: {}"]
    for found in answers(column):
        if found.code in usable:
            label = found.label or found.code
            guard = f", label: {quoted(label)}" if found.label else ""
            lines.append(f"      {quoted(found.code)}: {{to: {quoted(usable[found.code])}{guard}}}")
    open_codes = [found for found in answers(column) if found.code not in usable]
    return [*lines, *_comments("undecided", open_codes), *_hidden(column)]


def _number_lines(column: ColumnFound, variable: Variable) -> list[str]:
    low, high = variable.range or (0.0, 0.0)
    span = f"{low:g}..{high:g}"
    labelled = [found for found in answers(column) if found.label]
    if variable.unit in ("points", None):
        lines = [
            "    recode: {}",
            f"    # undecided: which end is high? Put in its place keep: {span} or reverse: {span}",
        ]
        return [*lines, *_comments("the file labels", labelled)]
    lines = [f"    keep: {span}"]
    if column.span is not None and not (low <= column.span[0] and column.span[1] <= high):
        lines.append("    # the column has values outside this range: missing codes, or another unit?")
    return [*lines, *_comments("the file labels", labelled)]


def missing_lines(column: ColumnFound) -> list[str]:
    """Missing codes whose label says the reason; the others, and empty cells, as comments."""
    codes = [found for found in column.codes if found.is_missing]
    said = [found for found in codes if found.reason in REASONS and found.n and not is_span(found.code)]
    said = [found for found in said if len(found.code) <= 200][:MOST]
    taken = {found.code for found in said}
    rest = [found for found in codes if found.code not in taken and (found.n or found.reason is None)]
    absent = [found for found in codes if found.code not in taken and found.n == 0 and found.reason is not None]
    lines = ["    missing:"] if said else []
    for found in said:
        note = "" if found.declared else ", not declared missing in the file"
        lines.append(f"      {quoted(found.code)}: {found.reason}   # {brief(found.label)} ({shown(found.n)}){note}")
    lines += _comments("undecided, missing in the file", [found for found in rest if found.declared])
    lines += _comments("undecided, looks missing", [found for found in rest if not found.declared])
    lines += _comments("does not occur", absent)
    if column.empty:
        lines.append(f"    # undecided: sysmis, {shown(column.empty)} empty cells")
    return lines


def told(found: CodeFound) -> str:
    """A code, its label and its count in a comment."""
    label = f" {brief(found.label)}" if found.label else ""
    return f"{brief(found.code)}{label} ({shown(found.n)})"


def _comments(word: str, codes: Iterable[CodeFound]) -> list[str]:
    listed = list(codes)
    lines = [f"    # {word}: {told(found)}" for found in listed[:FIRST]]
    return [*lines, f"    # {word}: {len(listed) - FIRST} more codes"] if len(listed) > FIRST else lines


def _hidden(column: ColumnFound) -> list[str]:
    return [f"    # undecided: {column.hidden} values that are not shown here"] if column.hidden else []


def covers(span: str, code: str) -> bool:
    """Does a number range hold a code?"""
    low, high = bounds(span)
    try:
        return low <= float(code) <= high
    except ValueError:
        return False

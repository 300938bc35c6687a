"""The contract of one column, row by row and as plainly as possible: what the harmoniser must agree with.

Slow on purpose, with fractions, and without any code of the package.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

Row = tuple[Any, str]
"""A value (None when there is none) and `valid` or the reason."""


def code_of(cell: Any) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return "sysmis"
    if isinstance(cell, int | float):
        return str(int(cell)) if float(cell).is_integer() else repr(float(cell))
    return cell.strip() or "sysmis"


def number_of(code: str) -> Fraction | None:
    return Fraction(code) if re.fullmatch(r"-?\d+(\.\d+)?", code) else None


def find(entries: dict[str, Any], code: str) -> Any:
    """The entry for a code: its own, else that of a range that holds it."""
    if code in entries:
        return entries[code]
    number = number_of(code)
    for key, held in entries.items():
        low, dots, high = key.partition("..")
        if dots and number is not None and Fraction(low) <= number <= Fraction(high):
            return held
    return None


def band_of(value: Fraction, bands: dict[str, tuple]) -> str | None:
    for name, (low, high) in bands.items():
        if (low is None or value >= Fraction(str(low))) and (high is None or value < Fraction(str(high))):
            return name
    return None


def changed(entry: dict[str, Any], number: Fraction) -> Fraction | None:
    """A number after keep, reverse or scale; None outside the range."""
    span = entry.get("keep") or entry.get("reverse") or entry["scale"]["from"]
    low, high = (Fraction(end) for end in span.split(".."))
    if not low <= number <= high:
        return None
    if "reverse" in entry:
        return low + high - number
    if "scale" in entry:
        start, end = (Fraction(part) for part in entry["scale"]["to"].split(".."))
        return start + (number - low) * (end - start) / (high - low)
    return number * (Fraction(entry["unit"]["factor"]) if "unit" in entry else 1)


def set_of(entry: dict[str, Any], code: str, order: list[str]) -> str | None:
    """The chosen answers of a cell; an empty text for a set that cannot be, None for one with an unknown part."""
    parts = [part.strip() for part in code.split(entry["separator"]) if part.strip()]
    if not parts or any(part not in entry["recode"] for part in parts):
        return None
    chosen = [answer for answer in order if answer in [entry["recode"][part] for part in parts]]
    exclusive = entry.get("exclusive", [])
    if len(chosen) > 1 and any(answer in exclusive for answer in chosen):
        kept = [answer for answer in chosen if answer not in exclusive]
        chosen = kept if entry.get("exclusive_with_others") == "drop" else []
    return " ".join(chosen)


def value_of(entry: dict[str, Any], variable: dict[str, Any], code: str) -> Row:
    """What a code that is neither empty nor missing becomes."""
    if "separator" in entry:
        chosen = set_of(entry, code, list(variable["codes"]))
        return (chosen, "valid") if chosen else (None, "invalid")
    if (target := find(entry.get("recode", {}), code)) is not None:
        return (target, "valid")
    if entry.get("keep") == "text":
        return (code, "valid")
    if "bands" in entry:
        if code not in entry["bands"]:
            return (None, "invalid")
        inside = nested(entry, code, variable["bands"])
        return (inside, "valid") if inside else (None, "not_mappable")
    if {"keep", "reverse", "scale"} & set(entry) and (number := number_of(code)) is not None:
        value = changed(entry, number)
        if value is None or (variable.get("whole") and value.denominator != 1):
            return (None, "invalid")
        if variable["type"] == "category":
            band = band_of(value, variable["bands"])
            return (band, "valid") if band else (None, "not_mappable")
        return (value, "valid")
    return (None, "invalid")


def nested(entry: dict[str, Any], code: str, targets: dict[str, tuple]) -> str | None:
    """The target band that holds a whole source band."""
    factor = Fraction(entry["unit"]["factor"]) if "unit" in entry else Fraction(1)
    low, high = (None if end is None else Fraction(str(end)) * factor for end in entry["bands"][code])
    for name, (start, end) in targets.items():
        from_start = start is None or (low is not None and low >= Fraction(str(start)))
        to_end = end is None or (high is not None and high <= Fraction(str(end)))
        if from_start and to_end:
            return name
    return None


def row(entry: dict[str, Any], variable: dict[str, Any], cell: Any, asks: Any = "asked") -> Row:
    """One respondent. asks : the cell of the filter of asked_if."""
    code = code_of(cell)
    asked = entry.get("asked_if")
    if asked and code == "sysmis" and code_of(asks) not in [*map(str, asked["in"]), "sysmis"]:
        return (None, asked.get("otherwise", "not_applicable"))
    if (reason := find(entry.get("missing", {}), code)) is not None:
        return (None, reason)
    return (None, "invalid") if code == "sysmis" else value_of(entry, variable, code)

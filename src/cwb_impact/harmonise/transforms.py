"""The closed set of transforms. Each decides once per distinct source code, so that counts come for free."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.spec.wave_map import VariableMap, bounds, code_text
from cwb_impact.types import Integers

SYSMIS = "sysmis"
"""The code of a cell that holds nothing."""

Value = str | float


@dataclass(frozen=True)
class SourceCodes:
    """A source column as distinct codes. position : (rows,) index into codes; count : (codes,) respondents."""

    codes: tuple[str, ...]
    position: Integers
    count: Integers


def source_codes(column: pd.Series) -> SourceCodes:
    """Distinct codes of a column as maps write them; an empty cell is `sysmis`."""
    if not pd.api.types.is_numeric_dtype(column):
        column = column.mask(column.map(lambda cell: isinstance(cell, str) and not cell.strip()))
    position, distinct = pd.factorize(column)
    texts = [code_text(value) for value in distinct]
    codes = tuple(dict.fromkeys([*texts, SYSMIS]))
    # two distinct cells can be one code (1 and '1'), and an empty cell has no place among the distinct values
    place = {code: index for index, code in enumerate(codes)}
    merged = np.array([place[text] for text in [*texts, SYSMIS]], dtype=np.int64)[position]
    return SourceCodes(codes, merged, np.bincount(merged, minlength=len(codes)).astype(np.int64))


def number(code: str, decimal: str) -> float | None:
    """A code as a number, or None. Thousands separators are never guessed: with a decimal comma, a dot is no number."""
    if decimal == "," and "." in code:
        return None
    plain = code.replace(",", ".") if decimal == "," else code
    return float(plain) if re.fullmatch(r"-?\d{1,15}(\.\d{1,20})?([eE]-?\d{1,2})?", plain) else None


def transform_of(entry: VariableMap, decimal: str) -> Callable[[str], Value | None]:
    """The transform of a map entry: source code -> target value, or None when the map does not cover the code."""
    if entry.recode is not None:
        targets = {code: target.to for code, target in entry.targets.items()}
        return lambda code: targets.get(code)
    if entry.keep == "text":
        return lambda code: code
    span = entry.keep if entry.keep is not None else entry.reverse
    if span is None:
        raise ValueError("a map entry has one of recode, keep and reverse")
    low, high = bounds(span)
    turned = entry.reverse is not None

    def keep(code: str) -> float | None:
        value = number(code, decimal)
        if value is None or not low <= value <= high:
            return None
        return low + high - value if turned else value

    return keep

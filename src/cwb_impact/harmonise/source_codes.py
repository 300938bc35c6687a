"""A source column as distinct codes, so that a transform decides once per code and counts come for free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cwb_impact.spec.codes import SYSMIS, CodeMap, NumberFormat, code_text
from cwb_impact.types import Booleans, Floats, Integers

NOT_ASKED = "(not asked)"
"""The code of an empty cell of somebody whom the map's asked_if leaves out."""

TAKEN = -1
"""The position of a number that is taken as it is, without a code of its own."""


@dataclass(frozen=True, repr=False)
class SourceCodes:
    """position : (rows,) index into codes, or TAKEN. numbers : each code as a number, NaN when it is none.

    count : (codes,) respondents. index : the row of the file of each respondent, from 0. taken : (rows,) the numbers
    taken as they are, NaN elsewhere; None when there are none.
    """

    codes: tuple[str, ...]
    numbers: Floats
    position: Integers
    count: Integers
    index: pd.Index
    taken: Floats | None = None

    @property
    def rows(self) -> int:
        return len(self.position)

    def of(self, codes: Iterable[str]) -> Booleans:
        """(rows,) does the respondent have one of these codes?"""
        wanted = CodeMap.of(dict.fromkeys(codes, True))
        held = zip(self.codes, self.numbers.tolist(), strict=True)
        chosen = [wanted.get(code, None if np.isnan(number) else number) or False for code, number in held]
        return np.array([*chosen, False])[self.position]

    def first_row(self, chosen: Booleans) -> int:
        """The first row of the file, from 1, that holds one of the chosen codes."""
        return int(self.index[int(np.argmax(np.append(chosen, False)[self.position]))]) + 1

    def ambiguous(self, numbers: NumberFormat) -> Booleans:
        """(codes,) could the text be two different numbers?"""
        unread = np.isnan(self.numbers).tolist()
        return np.array([no and numbers.is_ambiguous(code) for code, no in zip(self.codes, unread, strict=True)])

    def as_numbers(self) -> Floats:
        """(rows,) each cell as a number, NaN when it is none."""
        numbers = np.append(self.numbers, np.nan)[self.position]
        return numbers if self.taken is None else np.where(self.position == TAKEN, self.taken, numbers)

    @property
    def counts(self) -> dict[str, int]:
        """Respondents by code."""
        return dict(zip(self.codes, self.count.tolist(), strict=True))


def source_codes(column: pd.Series, numbers: NumberFormat, span: tuple[float, float] | None = None) -> SourceCodes:
    """Distinct codes of a column as maps write them; an empty cell is `sysmis`.

    span : numbers from..to are taken as they are. Only a column of numbers has such; texts are read code by code.
    """
    if pd.api.types.is_numeric_dtype(column):
        return _numeric(column, span)
    position, distinct = pd.factorize(column.array)
    texts = [code_text(value) or SYSMIS for value in distinct.tolist()]
    codes = tuple(dict.fromkeys([*texts, SYSMIS]))
    # two distinct cells can be one code (1 and '1'), and an empty cell has no place among the distinct values
    place = {code: index for index, code in enumerate(codes)}
    merged = np.array([place[text] for text in [*texts, SYSMIS]], dtype=np.int64)[position]
    parsed = [numbers.parse(code) for code in codes]
    values = np.array([np.nan if value is None else value for value in parsed])
    return SourceCodes(codes, values, merged, _counts(merged, len(codes)), column.index)


def _numeric(column: pd.Series, span: tuple[float, float] | None) -> SourceCodes:
    """A column of numbers. Its distinct numbers are its codes, but for those that are taken as they are."""
    values = column.to_numpy(dtype=np.float64)
    inside = np.zeros(len(values), dtype=bool) if span is None else (values >= span[0]) & (values <= span[1])
    position, distinct = pd.factorize(values[~inside])
    everywhere = np.full(len(values), TAKEN, dtype=np.int64)
    everywhere[~inside] = np.where(position < 0, len(distinct), position)
    codes = (*(code_text(value) for value in distinct.tolist()), SYSMIS)
    taken = None if span is None else np.where(inside, values, np.nan)
    count = _counts(everywhere, len(codes))
    return SourceCodes(codes, np.append(distinct, np.nan), everywhere, count, column.index, taken)


def with_not_asked(found: SourceCodes, others: Booleans) -> SourceCodes:
    """Empty cells of people who did not see the question get a code of their own."""
    unseen = others & found.of([SYSMIS])
    codes = (*found.codes, NOT_ASKED)
    position = np.where(unseen, len(found.codes), found.position)
    return replace(
        found,
        codes=codes,
        numbers=np.append(found.numbers, np.nan),
        position=position,
        count=_counts(position, len(codes)),
    )


def texts_of(column: pd.Series) -> pd.Series:
    """Each cell as its code: ids, strata, clusters."""
    if pd.api.types.is_numeric_dtype(column):
        values = column.to_numpy(dtype=np.float64)
        # beyond 2**53 a float cannot hold every whole number, and an int64 soon not even that one
        if bool(np.all((np.trunc(values) == values) & (np.abs(values) <= 2**53))):
            return column.astype(np.int64).astype("str")
    found = source_codes(column, NumberFormat())
    return pd.Series(np.array(found.codes, dtype=object)[found.position], index=column.index, dtype="str")


def _counts(position: Integers, codes: int) -> Integers:
    return np.bincount(position[position != TAKEN], minlength=codes).astype(np.int64)

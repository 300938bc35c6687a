"""`inspect FILE`: how it opens, and what every column holds."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pandas as pd

from cwb_impact.inspect.columns import describe
from cwb_impact.inspect.content import opened
from cwb_impact.inspect.found import ColumnFound, Inspection, Opening, shown
from cwb_impact.inspect.opening import guess
from cwb_impact.inspect.sets import sets_of
from cwb_impact.types import FileInfo


def inspect_file(path: Path, sheet: str | None = None, encoding: str | None = None) -> Inspection:
    """Describe a raw file. No value of a person is kept; the first rows of a large text stand in a
    temporary folder for as long as it takes.

    sheet, encoding : what to use in place of the guess. Problems: E102, E105 a file that cannot be read.
    """
    opening = guess(path, sheet)
    if encoding is not None:
        decided = {**opening.decided, "encoding": "asked for"}
        opening = Opening(opening.source.model_copy(update={"encoding": encoding}), decided, opening.remarks)
    marks = _Marks()
    with opened(path, opening.source) as content:
        told = {info.name: info for info in content.info.columns}
        found: dict[str, ColumnFound] = {}
        rows = 0
        for frame in content.columns():
            rows = len(frame)
            for name in frame.columns:
                found[name] = describe(told[name], frame[name], rows)
                marks.count(frame[name], found[name])
        columns = tuple(
            found[info.name] if info.name in found else describe(info, None, rows) for info in content.info.columns
        )
        total = content.rows
        info = content.info
    opening = _with_counts(opening, info, total, marks)
    return Inspection(opening, total, rows, _neighbours(columns), sets_of(columns, info.response_sets), info.remarks)


def _with_counts(opening: Opening, info: FileInfo, rows: int, marks: _Marks) -> Opening:
    """The opening with rows, columns, and the decimal mark when all evidence points one way."""
    update: dict[str, object] = {"rows": rows, "columns": max(1, len(info.columns))}
    decided = dict(opening.decided)
    if opening.source.format == "csv":
        mark, decided["decimal"] = marks.verdict()
        update["decimal"] = mark
    elif opening.source.encoding is None and info.encoding:
        decided["encoding"] = f"the file names {info.encoding}"
    return Opening(opening.source.model_copy(update=update), decided, opening.remarks)


def _neighbours(columns: tuple[ColumnFound, ...]) -> tuple[ColumnFound, ...]:
    """A column of numbers with decimals beside a latitude is the longitude."""
    result = list(columns)
    for first, second in ((0, 1), (1, 0)):
        for pair in zip(range(len(columns) - 1), range(1, len(columns)), strict=True):
            one, other = columns[pair[first]], columns[pair[second]]
            near = other.span is not None and -10 <= other.span[0] <= other.span[1] <= 40 and not other.whole
            if one.personal == "coordinates" and other.kind == "number" and other.personal is None and near:
                result[pair[second]] = replace(other, personal="coordinates", codes=(), roles=(), span=None)
    return tuple(result)


class _Marks:
    """Counts cells such as 3,5 and 3.5 in columns of numbers; a column of codes may hold codes like 2.11."""

    def __init__(self) -> None:
        self.comma = self.point = self.thousands = 0

    def count(self, cells: pd.Series, found: ColumnFound) -> None:
        if found.kind != "number" or found.personal is not None or pd.api.types.is_numeric_dtype(cells):
            return
        for text, n in cells.dropna().value_counts().items():
            plain = str(text).strip()
            if re.fullmatch(r"-?\d{1,3}([.,]\d{3})+", plain):
                self.thousands += int(n)
            elif re.fullmatch(r"-?[\d.\s]*\d,\d+", plain):
                self.comma += int(n)
            elif re.fullmatch(r"-?[\d,\s]*\d\.\d+", plain):
                self.point += int(n)

    def verdict(self) -> tuple[Literal[".", ","] | None, str]:
        said = f"{shown(self.comma)} cells like 3,5 and {shown(self.point)} like 3.5"
        if self.thousands:
            said += f"; {shown(self.thousands)} cells like 1.234 can be read both ways"
        if (self.comma > 0) == (self.point > 0):
            return None, f"{said}: not decided"
        return (",", said) if self.comma else (".", said)

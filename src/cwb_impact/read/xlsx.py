"""One sheet of a workbook.

A column of nothing but numbers is a column of numbers. In any other, cells are the text that a .csv would hold: a
number that stands among texts is written with the decimal mark of the map, so that it is read back as that number;
a date is ISO text, which no map has as a code, so that `1-2` turned into 1 February is found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cwb_impact.read.formats import FileFormat, UnreadableError
from cwb_impact.read.open_workbook import facts_of, open_workbook
from cwb_impact.read.sheet_facts import SheetFacts, shown, within
from cwb_impact.read.survey_tools import LOOKED_AT, Header, read_header
from cwb_impact.spec.codes import code_text
from cwb_impact.spec.wave_map import SourceFile
from cwb_impact.types import FileInfo


class _Xlsx:
    def info(self, path: Path, source: SourceFile) -> FileInfo:
        with _opened(path, source) as sheet:
            header, facts = sheet.header(source), sheet.facts()
            remarks = (*sheet.remarks(), *facts.remarks(sheet.name))
            return FileInfo(header.columns, remarks=remarks, sheet=sheet.name, header_rows=header.rows)

    def content(self, path: Path, source: SourceFile, columns: Sequence[str]) -> pd.DataFrame:
        with _opened(path, source) as sheet:
            header = sheet.header(source)
            names = [column.name for column in header.columns]
            positions = [names.index(column) for column in columns]
            _refuse_what_reads_wrong(sheet, [position + 1 for position in positions], header.rows)
            rows = list(_cells(sheet, positions, len(names), header.rows))
        cells = zip(*rows, strict=True) if rows else ([] for _ in columns)
        found = {name: _column(list(part), source.decimal or ".") for name, part in zip(columns, cells, strict=True)}
        return pd.DataFrame(found, index=pd.RangeIndex(len(rows)))


@dataclass(frozen=True)
class _Sheet:
    book: Any
    cells: Any

    @property
    def name(self) -> str:
        return str(self.cells.title)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """All rows, values only. The size that a sheet claims is often wrong, so it is not used."""
        self.cells.reset_dimensions()
        yield from self.cells.iter_rows(values_only=True)

    def header(self, source: SourceFile) -> Header:
        top = [[_text(value, ".") or "" for value in row] for row in islice(self.rows(), LOOKED_AT)]
        while top and top[0] and not top[0][-1]:
            top = [row[: len(top[0]) - 1] for row in top]
        width = len(top[0]) if top else 0
        return read_header([[*row, *[""] * (width - len(row))][:width] for row in top], source.form)

    def facts(self) -> SheetFacts:
        return facts_of(self.book, self.cells)

    def remarks(self) -> list[str]:
        others = [f"{other.title} ({other.sheet_state})" for other in self.book.worksheets if other is not self.cells]
        told = [f"sheet {self.name} is hidden"] if self.cells.sheet_state != "visible" else []
        if others:
            told.append(f"{len(others)} other sheets are not read: {shown(others)}")
        if self.book.epoch == CALENDAR_MAC_1904:
            told.append("the workbook counts its days from 1904; dates are converted")
        return told


@contextmanager
def _opened(path: Path, source: SourceFile) -> Iterator[_Sheet]:
    """The sheet of the map."""
    with open_workbook(path) as book:
        yield _Sheet(book, _chosen(book, source.sheet))


def _chosen(book: Any, wanted: str | None) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    visible = [name for name, sheet in sheets.items() if sheet.sheet_state == "visible"]
    listed = ", ".join(name if name in visible else f"{name} (hidden)" for name in sheets)
    if wanted is not None and wanted not in sheets:
        raise UnreadableError(f"it has no sheet {wanted}; it has {listed}", "Correct source.sheet")
    if wanted is None and len(visible) != 1:
        raise UnreadableError(f"it has {len(visible)} visible sheets: {listed}", "Name one as sheet: under source")
    return sheets[wanted or visible[0]]


def _refuse_what_reads_wrong(sheet: _Sheet, columns: list[int], header_rows: int) -> None:
    """Cells that would come out empty although they hold something."""
    facts = sheet.facts()
    if unsaved := within(facts.unsaved, columns):
        what = f"{len(unsaved)} formulas have no saved value: {_on(sheet, unsaved)}"
        raise UnreadableError(what, "Open it in a spreadsheet program and save it there")
    if merged := facts.merged_over(columns, header_rows + 1):
        what = f"{len(merged)} merged ranges hold one value for more cells: {_on(sheet, merged)}"
        raise UnreadableError(what, "Split the cells and fill in each")


def _on(sheet: _Sheet, places: list[str]) -> str:
    return shown([f"{sheet.name}!{place}" for place in places])


def _cells(sheet: _Sheet, positions: list[int], width: int, header_rows: int) -> Iterator[list[Any]]:
    """The chosen cells of each row below the header, to the last row that holds anything."""
    blank = 0
    for row in islice(sheet.rows(), header_rows, None):
        if all(value is None or value == "" for value in row[:width]):
            blank += 1
            continue
        yield from ([None] * len(positions) for _ in range(blank))
        blank = 0
        yield [row[position] if position < len(row) else None for position in positions]


def _column(cells: list[Any], decimal: str) -> pd.Series:
    if all(value is None or _is_number(value) for value in cells) and any(value is not None for value in cells):
        return pd.Series(cells, dtype="float64")
    return pd.Series([_text(value, decimal) for value in cells], dtype="str")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: object, decimal: str) -> str | None:
    if value is None or isinstance(value, str):
        return (value or "").strip() or None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return code_text(float(value)).replace(".", decimal)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


read_xlsx: FileFormat = _Xlsx()

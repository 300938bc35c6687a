"""One file of a register: its headings are found and its rows are taken out, each cell still as it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from string import ascii_uppercase

from cwb_impact.errors import Problems
from cwb_impact.harmonise.labels import normalised
from cwb_impact.read.formats import UnreadableError
from cwb_impact.read.raw_file import sha256_of
from cwb_impact.read.sheet_facts import shown, within
from cwb_impact.registers.cells import Cell, is_empty, plain
from cwb_impact.registers.grid import Grid, Row, read_grid
from cwb_impact.registers.headings import TEMPLATE_FIX, Headings, find_headings, heading_faults, score_of
from cwb_impact.spec.register import EXAMPLE, Register, RegisterFile

_TOTAL = r"((sub|eind|grand|general)[- ]?)?tota(al|len|ls?)"
_ONLY_TOTAL = re.compile(rf"{_TOTAL} ?:?")
_STARTS_AS_TOTAL = re.compile(rf"{_TOTAL}\b")


@dataclass(frozen=True, repr=False)
class Sheet:
    """The rows of a file that count as rows of the register.

    cells : column -> its cells; only columns of the register. numbers : of each row, in the file. stated : what the
    study says about the file.
    """

    stated: RegisterFile
    sha256: str
    grid: Grid
    headings: Headings
    numbers: tuple[int, ...]
    cells: Mapping[str, tuple[Cell, ...]]

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def file(self) -> str:
        return self.stated.file

    def place(self, column: str, index: int) -> str:
        """Where a cell stands: `people!C17`, or `people.csv:17 column Uren`. A missing column is its first cell."""
        position = self.headings.found.get(column, 0)
        return self.grid.cell(self.numbers[index], position, self.headings.names.get(position, column))

    def line(self, index: int) -> str:
        """Where a row stands: `people.xlsx people!17`, or `people.csv:17`."""
        return self.grid.line(self.numbers[index])


def read_sheet(path: Path, file: RegisterFile, register: Register, problems: Problems) -> Sheet | None:
    """Read one file of a register.

    Problems: E102 unreadable, or without its headings; E622 a needed column is not there, or a heading twice; E623
    merged cells; E624 formulas without a value, or Excel errors; E625 totals rows; E637 rows of another length; W621
    columns that are never loaded; W622 the example row is skipped; W623 what a person should know about the sheet.
    Returns None when its rows cannot be told apart.
    """
    try:
        grid = read_grid(path, file, lambda rows: score_of(register, rows))
        digest = sha256_of(path)
    except UnreadableError as error:
        problems.add("E102", file.file, 0, register.id, f"cannot be read: {error}", error.fix)
        return None
    except OSError as error:
        what = f"cannot be read: {error.strerror or 'the system refuses'}"
        problems.add("E102", file.file, 0, register.id, what, "Check the rights of the file")
        return None
    headings = find_headings(register, grid.rows)
    if headings is None:
        what = f"sheet {grid.sheet} has no row with the headings of this register"
        problems.add("E102", file.file, 0, register.id, what, TEMPLATE_FIX)
        return None
    for code, column, what, fix in heading_faults(headings, register):
        problems.add(code, grid.file, headings.row, column, what, fix)
    _tell(grid, headings, problems)
    if not _is_whole(grid, headings, problems) or headings.twice or headings.missing:
        return None
    rows = [row for row in grid.rows if row[0] > headings.row]
    rows = _without_example(register, grid, headings, rows, problems)
    rows = _without_totals(register, grid, headings, rows, problems)
    cells = {name: tuple(_at(row, at) for row in rows) for name, at in headings.found.items()}
    return Sheet(file, digest, grid, headings, tuple(number for number, _ in rows), cells)


def _at(row: Row, position: int) -> Cell:
    cell = row[1][position] if position < len(row[1]) else None
    return None if is_empty(cell) else cell


def _tell(grid: Grid, headings: Headings, problems: Problems) -> None:
    where = grid.sheet or grid.file
    if grid.rows[0][0] != headings.row:
        problems.add("W623", grid.file, headings.row, where, f"the headings stand in row {headings.row}")
    # the template explains each column in a comment on its heading
    comments = [place for place in grid.facts.comments if place.lstrip(ascii_uppercase) != str(headings.row)]
    for remark in (*grid.remarks, *replace(grid.facts, comments=comments).remarks(grid.sheet)):
        problems.add("W623", grid.file, 0, where, remark)


def _is_whole(grid: Grid, headings: Headings, problems: Problems) -> bool:
    """Has every cell of these columns a value of its own, and every row as many fields as the headings?"""
    before = len(problems.errors)
    where = grid.sheet or grid.file
    columns = [position + 1 for position in headings.found.values()]
    if merged := grid.facts.merged_over(columns, headings.row + 1):
        what = f"{len(merged)} merged ranges hold one value for more cells: {_on(grid, merged)}"
        problems.add("E623", grid.file, 0, where, what, "Split the cells and fill in each")
    for found, what, fix in (
        (grid.facts.unsaved, "formulas have no saved value", "Open it in a spreadsheet program and save it there"),
        (grid.facts.errors, "cells hold an Excel error such as #N/A", "Correct the formula, or leave the cell empty"),
    ):
        if places := within(found, columns):
            problems.add("E624", grid.file, 0, where, f"{len(places)} {what}: {_on(grid, places)}", fix)
    uneven = [number for number, cells in grid.rows if number > headings.row and _uneven(cells, headings, grid)]
    if uneven:
        lines = shown([f"{grid.file}:{number}" for number in uneven])
        what = f"{len(uneven)} rows have another number of fields than the headings: {lines}"
        problems.add(
            "E637", grid.file, 0, where, what, "A delimiter stands in unquoted text: save it again with quotes"
        )
    return len(problems.errors) == before


def _uneven(cells: Sequence[Cell], headings: Headings, grid: Grid) -> bool:
    """Text only: too few fields, or something after the last heading. A sheet is as wide as its widest row."""
    if grid.sheet:
        return False
    return len(cells) < headings.width or not all(is_empty(cell) for cell in cells[headings.width :])


def _on(grid: Grid, places: list[str]) -> str:
    return shown([f"{grid.sheet}!{place}" for place in places])


def _without_example(
    register: Register, grid: Grid, headings: Headings, rows: list[Row], problems: Problems
) -> list[Row]:
    first = headings.found.get(next(iter(register.columns)))
    if first is None:
        return rows
    examples = [row for row in rows if normalised(plain(_at(row, first) or "")) == normalised(EXAMPLE)]
    if examples:
        places = shown([grid.cell(number, first, headings.names[first]) for number, _ in examples])
        what = f"{len(examples)} example rows of the template are not counted: {places}"
        problems.add("W622", grid.file, 0, grid.sheet or grid.file, what, "Remove them")
    skipped = {number for number, _ in examples}
    return [row for row in rows if row[0] not in skipped]


def _without_totals(
    register: Register, grid: Grid, headings: Headings, rows: list[Row], problems: Problems
) -> list[Row]:
    keys = [headings.found[name] for name, column in register.columns.items() if column.filled and column.needed]
    totals = {row[0]: at for row in rows if (at := _total_at(row, keys)) is not None}
    if totals:
        places = shown([grid.cell(number, at, headings.names.get(at, "?")) for number, at in totals.items()])
        what = f"{len(totals)} rows are totals of others: {places}"
        problems.add("E625", grid.file, 0, grid.sheet or grid.file, what, "Remove them: all rows are added up already")
    return [row for row in rows if row[0] not in totals]


def _total_at(row: Row, keys: Sequence[int]) -> int | None:
    """Where a row says that it is a total: that word alone, or first in a row that lacks what every row needs."""
    lacking = any(is_empty(_at(row, key)) for key in keys)
    pattern = _STARTS_AS_TOTAL.match if lacking else _ONLY_TOTAL.fullmatch
    return next((at for at, cell in enumerate(row[1]) if isinstance(cell, str) and pattern(normalised(cell))), None)

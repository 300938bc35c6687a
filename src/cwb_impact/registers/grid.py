"""All cells of one sheet or delimited text, with the number of each row, before anybody knows what they mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from cwb_impact.read.first_bytes import is_as_stated, kind_by_bytes
from cwb_impact.read.formats import UnreadableError
from cwb_impact.read.limits import check_size
from cwb_impact.read.open_workbook import facts_of, open_workbook
from cwb_impact.read.sheet_facts import SheetFacts
from cwb_impact.registers.cells import Cell, is_empty
from cwb_impact.spec.register import RegisterFile

TOP = 20
"""Rows at the top of a sheet among which the headings are sought."""
DELIMITERS = (";", ",", "\t", "|")

Row = tuple[int, tuple[Cell, ...]]
"""Its number in the file, from 1, and its cells."""
Score = Callable[[Sequence[Row]], int]
"""How many known headings the top of a sheet has."""


@dataclass(frozen=True, repr=False)
class Grid:
    """Rows that hold anything. sheet : empty for text. facts : of a workbook, what its cells do not show."""

    file: str
    sheet: str
    rows: tuple[Row, ...]
    facts: SheetFacts
    remarks: tuple[str, ...] = ()

    def cell(self, row: int, column: int, heading: str) -> str:
        """Where a cell stands; row from 1, column from 0."""
        if self.sheet:
            return f"{self.sheet}!{get_column_letter(column + 1)}{row}"
        return f"{self.file}:{row} column {heading}"

    def line(self, row: int) -> str:
        """Where a row stands."""
        return f"{self.file} {self.sheet}!{row}" if self.sheet else f"{self.file}:{row}"


def read_grid(path: Path, file: RegisterFile, score: Score) -> Grid:
    """Open a workbook or a text; which sheet or delimiter is meant follows from the headings that are found.

    Raises
    ------
    UnreadableError
        Empty, damaged, of another kind than its name says, or nothing in it has the headings of this register.
    """
    check_size(path)
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("xlsx", "csv"):
        raise UnreadableError("is no .xlsx or .csv", "Save it as one of these")
    if not path.stat().st_size:
        raise UnreadableError("it is empty (0 bytes)", "Save it again")
    if not is_as_stated(path, kind):
        found = kind_by_bytes(path) or f"no .{kind} file"
        raise UnreadableError(f"by its first bytes it is {found}", f"Save it again as .{kind}")
    return _workbook(path, file, score) if kind == "xlsx" else _text(path, file, score)


def _workbook(path: Path, file: RegisterFile, score: Score) -> Grid:
    with open_workbook(path) as book:
        sheet = _chosen(book, file.sheet, score)
        hidden = (f"sheet {sheet.title} is hidden",) if sheet.sheet_state != "visible" else ()
        return Grid(file.file, str(sheet.title), tuple(_rows(sheet)), facts_of(book, sheet), hidden)


def _chosen(book: Any, wanted: str | None, score: Score) -> Any:
    """The named sheet, or the only visible one with headings of this register: templates have a sheet with help."""
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if wanted is not None:
        if wanted not in sheets:
            raise UnreadableError(f"it has no sheet {wanted}; it has {', '.join(sheets)}", "Correct sheet in study.yml")
        return sheets[wanted]
    visible = [sheet for sheet in sheets.values() if sheet.sheet_state == "visible"]
    scores = {sheet.title: score([row for row, _ in zip(_rows(sheet), range(TOP), strict=False)]) for sheet in visible}
    best = [title for title, found in scores.items() if found and found == max(scores.values())]
    if len(best) != 1:
        what = f"{len(best) or 'none'} of its visible sheets ({', '.join(scores)}) have the headings of this register"
        raise UnreadableError(what, "Name one as sheet in study.yml, or correct the headings")
    return sheets[best[0]]


def _rows(sheet: Any) -> Iterator[Row]:
    """The rows that hold anything. The size that a sheet claims is often wrong, so it is not used."""
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = tuple(_shown(cell) for cell in row)
        if not all(is_empty(cell) for cell in cells):
            yield number, cells


def _shown(cell: Any) -> Cell:
    """What a person sees: 0.6 with the format of a percentage is 60."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return round(value * 100, 9)
    return value if value is None or isinstance(value, Cell) else str(value)


def _text(path: Path, file: RegisterFile, score: Score) -> Grid:
    if file.sheet is not None:
        raise UnreadableError("a .csv has no sheets", "Remove sheet in study.yml")
    text = _decoded(path.read_bytes())
    scores = {delimiter: score(list(_lines(text, delimiter, TOP))) for delimiter in DELIMITERS}
    delimiter = max(scores, key=lambda one: scores[one])
    if not scores[delimiter]:
        raise UnreadableError(
            "no row at its top has the headings of this register", "Take the headings of the template"
        )
    return Grid(file.file, "", tuple(_lines(text, delimiter)), SheetFacts())


def _decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or what Western Excel writes."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableError("its text is not UTF-8 or Windows-1252", "Save it as CSV UTF-8")


def _lines(text: str, delimiter: str, most: int | None = None) -> Iterator[Row]:
    """Rows that hold anything, with the line on which each starts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=most is None)
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield start, tuple(row)
            start = reader.line_num + 1
            if most is not None and start > most:
                return
    except csv.Error as error:
        if most is None:
            fault = "is not closed, or closed in the middle of a field"
            if "field larger" in str(error):
                fault = "may not be closed: a field is longer than 100,000 characters"
            what = f"a quotation mark on line {start} {fault}"
            raise UnreadableError(what, "Correct the line, or save it again") from None

"""A ledger in a workbook: read row by row, handed to the database in parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa
from openpyxl.utils import get_column_letter

from cwb_impact.read.formats import UnreadableError
from cwb_impact.read.open_workbook import facts_of, open_workbook
from cwb_impact.read.sheet_facts import shown, within
from cwb_impact.registers.grid import TOP, Row
from cwb_impact.registers.headings import Headings, find_headings
from cwb_impact.registers.ledger.source import TYPED, LedgerFile, Source

_AT_ONCE = 20_000
"""Rows that are in memory together."""


def read_workbook(con: duckdb.DuckDBPyConnection, ledger: LedgerFile) -> Source | None:
    """Read one sheet into a table; a row has the number that the spreadsheet shows.

    Problems: E622, W621 its headings; E623 merged cells; E624 formulas without a value, or Excel errors.

    Raises
    ------
    UnreadableError
        No workbook, no such sheet, or not one sheet with the headings.
    """
    with open_workbook(ledger.path, through=(duckdb.Error,)) as book:
        return _read(con, ledger, book)


def _read(con: duckdb.DuckDBPyConnection, ledger: LedgerFile, book: Any) -> Source | None:
    sheet, headings = _chosen(book, ledger)
    if not ledger.check(headings) or not _is_whole(book, sheet, ledger, headings):
        return None
    con.execute(
        f"CREATE TABLE {ledger.table} (row BIGINT, {', '.join(f'{n} VARCHAR' for n in ledger.register.columns)})"
    )
    rows = enumerate(islice(sheet.iter_rows(values_only=True), headings.row, None), start=headings.row + 1)
    while part := list(islice(rows, _AT_ONCE)):
        _insert(con, ledger.table, part, headings.found)
    name = str(sheet.title)

    def address(numbers: Iterable[int], column: str) -> list[str]:
        letter = get_column_letter(headings.found.get(column, 0) + 1)
        return [f"{name}!{letter}{number}" for number in numbers]

    return Source(ledger, frozenset(headings.found), address)


def _chosen(book: Any, ledger: LedgerFile) -> tuple[Any, Headings]:
    """The named sheet, or the visible one with most headings: templates have a sheet with help."""
    sheets, wanted = {sheet.title: sheet for sheet in book.worksheets}, ledger.stated.sheet
    if wanted is not None and wanted not in sheets:
        raise UnreadableError(f"it has no sheet {wanted}; it has {', '.join(sheets)}", "Correct sheet in study.yml")
    asked = [sheets[wanted]] if wanted is not None else [one for one in sheets.values() if one.sheet_state == "visible"]
    found = [(sheet, headings) for sheet in asked if (headings := find_headings(ledger.register, _top(sheet)))]
    most = max((len(headings.found) for _, headings in found), default=0)
    best = [one for one in found if len(one[1].found) == most]
    if len(best) != 1:
        what = f"{len(best) or 'none'} of its visible sheets ({', '.join(sheets)}) have the headings of this register"
        raise UnreadableError(what, "Name one as sheet in study.yml, or correct the headings")
    return best[0]


def _top(sheet: Any) -> list[Row]:
    sheet.reset_dimensions()  # the size that a sheet claims is often wrong
    rows = islice(sheet.iter_rows(values_only=True), TOP)
    return [(number, tuple(cell_text(cell) for cell in row)) for number, row in enumerate(rows, start=1)]


def _is_whole(book: Any, sheet: Any, ledger: LedgerFile, headings: Headings) -> bool:
    """Cells that would come out empty although they hold something are faults."""
    facts = facts_of(book, sheet)
    columns = [position + 1 for position in headings.found.values()]
    faults = (
        ("E623", facts.merged_over(columns, headings.row + 1), "merged ranges hold one value for more cells"),
        ("E624", within(facts.unsaved, columns), "formulas have no saved value"),
        ("E624", within(facts.errors, columns), "cells hold an Excel error such as #N/A"),
    )
    for code, cells, what in faults:
        if cells:
            places = shown([f"{sheet.title}!{cell}" for cell in cells])
            ledger.add(code, str(sheet.title), f"{len(cells)} {what}: {places}", "Fill in each cell by itself")
    return not any(cells for _, cells, _ in faults)


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Any], chosen: Mapping[str, int]) -> None:
    numbers = pa.array([number for number, _ in rows], pa.int64())
    cells = [
        pa.array([cell_text(row[position]) if position < len(row) else None for _, row in rows], pa.string())
        for position in chosen.values()
    ]
    con.register("part", pa.table([numbers, *cells], names=["row", *chosen]))
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM part")
    con.unregister("part")


def cell_text(value: object) -> str | None:
    """The text of one cell; numbers and days as typed, numbers in cents.

    >>> cell_text(12.345), cell_text(" x "), cell_text(dt.date(2025, 3, 1))
    ('\\x0112.35', 'x', '\\x012025-03-01')
    """
    if value is None or isinstance(value, str):
        return (value or "").replace("\xa0", " ").replace(TYPED, "").strip() or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return f"{TYPED}{int(value)}"
    if isinstance(value, float):
        return TYPED + str(Decimal(repr(round(value, 9))).quantize(Decimal("0.01"), ROUND_HALF_UP))
    if isinstance(value, dt.datetime):
        return TYPED + value.date().isoformat()
    return TYPED + value.isoformat() if isinstance(value, dt.date) else str(value)

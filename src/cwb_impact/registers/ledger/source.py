"""One file of a ledger, and what it becomes: a table of the database with every cell as text.

A cell that is a number or a day by itself (of a workbook or Parquet) starts with `TYPED`, so that nothing has to be
guessed about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cwb_impact.errors import Problems
from cwb_impact.read.sheet_facts import shown
from cwb_impact.registers.headings import Headings, heading_faults
from cwb_impact.spec.register import Register, RegisterFile

TYPED = "\x01"
"""Before a number `1234.50` or a day `2025-12-31` that needs no reading; no text of a file keeps this character."""


@dataclass(frozen=True)
class LedgerFile:
    """A file to read. table : what it becomes. folder : for a copy in UTF-8."""

    path: Path
    stated: RegisterFile
    register: Register
    table: str
    folder: Path
    problems: Problems

    def add(self, code: str, subject: str, what: str, fix: str = "") -> None:
        self.problems.add(code, self.stated.file, 0, subject, what, fix)

    def check(self, headings: Headings) -> bool:
        """Is every needed column there once? Problems: E622 when not, W621 columns that are never loaded."""
        for code, column, what, fix in heading_faults(headings, self.register):
            self.add(code, column, what, fix)
        return not headings.twice and not headings.missing


@dataclass(frozen=True)
class Source:
    """A file that was read. Its table has `row` (bigint) and all columns of the register as text, empty cells null.

    has : columns of the register that the file has. address : rows and a column -> where a person finds these cells.
    """

    ledger: LedgerFile
    has: frozenset[str]
    address: Callable[[Iterable[int], str], Sequence[str]]

    def places(self, rows: Sequence[int], n: int, column: str) -> str:
        """The first of n cells, for a message."""
        return shown([*self.address(rows, column), *[""] * (n - len(rows))])


def select(cells: Mapping[str, str], register: Register) -> str:
    """A SELECT list with all columns of the register. cells : column -> SQL of its text."""
    return ", ".join(f'{cells.get(name, "NULL::VARCHAR")} AS "{name}"' for name in register.columns)


def as_text(cell: str) -> str:
    """SQL of a cell of text: without spaces around it and without the mark of a typed cell; null when empty."""
    odd = f"contains({cell}, chr(160)) OR contains({cell}, '{TYPED}')"  # looking is quicker than replacing
    return f"nullif(trim(CASE WHEN {odd} THEN translate({cell}, chr(160) || '{TYPED}', ' ') ELSE {cell} END), '')"


def identifier(name: str) -> str:
    """A name as SQL writes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'

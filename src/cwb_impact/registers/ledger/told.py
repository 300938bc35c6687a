"""What is said about cells of a ledger: by cell, with a count, and never what a cell holds."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from cwb_impact.read.sheet_facts import SHOWN
from cwb_impact.registers.ledger.source import Source


@dataclass(frozen=True)
class Told:
    """One file. Its rows that count are in the view `rows`."""

    con: duckdb.DuckDBPyConnection
    source: Source

    @property
    def rows(self) -> str:
        return f"{self.source.ledger.table}_rows"

    def words(self, column: str) -> str:
        """The table with every different cell of a column, and n, how many rows have it."""
        return f"{self.source.ledger.table}_{column}"

    def collect(self, column: str) -> None:
        """Make the table `words`: a column of few different cells is read once a cell, not once a row."""
        query = f"SELECT {column} AS cell, count(*) AS n FROM {self.rows} WHERE {column} IS NOT NULL GROUP BY cell"
        self.con.execute(f"CREATE TABLE {self.words(column)} AS {query}")

    def number(self, query: str) -> int:
        """The one number that a query gives."""
        return int(self.con.execute(query).fetchall()[0][0] or 0)

    def tell(self, code: str, column: str, where: str, what: str, fix: str = "", view: str = "") -> int:
        """One problem about the rows for which this holds; how many there are."""
        place = f"FROM {view or self.rows} WHERE {where}"
        found = self.number(f"SELECT count(*) {place}")
        if found:
            rows = self.con.execute(f"SELECT row {place} ORDER BY row LIMIT {SHOWN}").fetchall()
            cells = "cell" if found == 1 else "cells"
            places = self.source.places([row for (row,) in rows], found, column)
            self.source.ledger.add(code, column, f"{found} {cells}: {what}: {places}", fix)
        return found

    def tell_words(self, code: str, column: str, where: str, what: str, fix: str = "") -> int:
        """The same about a collected column, by a condition on `cell`."""
        if not self.number(f"SELECT count(*) FROM {self.words(column)} WHERE {where}"):
            return 0
        return self.tell(code, column, f"{column} IN (SELECT cell FROM {self.words(column)} WHERE {where})", what, fix)

"""A ledger in Parquet: numbers and days have a type there, so that nothing is guessed about them."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from cwb_impact.read.formats import UnreadableError
from cwb_impact.registers.headings import TEMPLATE_FIX, find_headings
from cwb_impact.registers.ledger.source import LedgerFile, Source, as_text, identifier, select


def read_parquet(con: duckdb.DuckDBPyConnection, ledger: LedgerFile) -> Source | None:
    """Read a .parquet as a table; its rows are numbered from 0.

    Problems: E622, W621 its headings.

    Raises
    ------
    UnreadableError
    """
    try:
        found = con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(ledger.path)]).fetchall()
    except duckdb.Error:
        raise UnreadableError("it is no readable Parquet file", "Write it again") from None
    names, kinds = [str(row[0]) for row in found], [str(row[1]) for row in found]
    headings = find_headings(ledger.register, [(1, tuple(names))])
    if headings is None:
        raise UnreadableError("its columns are not those of this register", TEMPLATE_FIX)
    if not ledger.check(headings):
        return None
    cells = {column: _cell(identifier(names[at]), kinds[at]) for column, at in headings.found.items()}
    # a table, and no view: every check would unpack the file once more
    con.execute(
        f"CREATE TABLE {ledger.table} AS SELECT file_row_number AS row, {select(cells, ledger.register)} "
        "FROM read_parquet(?, file_row_number=true)",
        [str(ledger.path)],
    )

    def address(rows: Iterable[int], column: str) -> list[str]:
        heading = headings.names.get(headings.found.get(column, -1), column)
        return [f"{ledger.stated.file} row {row + 1} column {heading}" for row in rows]

    return Source(ledger, frozenset(headings.found), address)


def _cell(name: str, kind: str) -> str:
    if kind.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
        # a number of a supplier may have become 12345678.0
        whole = f"CASE WHEN {name} = trunc({name}) THEN TRY_CAST({name} AS BIGINT)::VARCHAR END"
        return f"chr(1) || coalesce({whole}, TRY_CAST({name} AS DECIMAL(18, 2))::VARCHAR)"
    if kind.startswith(("DATE", "TIMESTAMP")):
        return f"chr(1) || CAST({name} AS DATE)::VARCHAR"
    if kind.endswith(("INT", "INTEGER")):
        return f"chr(1) || {name}::VARCHAR"
    if kind == "BOOLEAN":
        return f"CASE WHEN {name} THEN 'yes' WHEN NOT {name} THEN 'no' END"
    return as_text(f"{name}::VARCHAR")

"""A ledger in delimited text. Encoding, delimiter and the row of headings are found; DuckDB reads the rest."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb

from cwb_impact.read.formats import UnreadableError
from cwb_impact.read.limits import check_size
from cwb_impact.read.sheet_facts import SHOWN, shown
from cwb_impact.registers.grid import DELIMITERS, TOP, Row
from cwb_impact.registers.headings import TEMPLATE_FIX, Headings, find_headings
from cwb_impact.registers.ledger.source import LedgerFile, Source, as_text, select

_LONGEST_LINE = 1 << 20
_PIECE = 1 << 20


@dataclass(frozen=True)
class _Layout:
    """path : UTF-8 text. width : fields of the row of headings. skip : lines above the first row of data."""

    path: Path
    encoding: str
    delimiter: str
    headings: Headings
    width: int
    skip: int


def read_text(con: duckdb.DuckDBPyConnection, ledger: LedgerFile) -> Source | None:
    """Read a .csv into a table; its rows are numbered from 0.

    Problems: E622, W621 its headings; E637 lines of another length than the headings.

    Raises
    ------
    UnreadableError
        No text, or not delimited.
    """
    layout = _layout(ledger)
    headings = layout.headings
    if not ledger.check(headings):
        return None
    try:
        _load(con, ledger, layout)
    except duckdb.Error:  # its message repeats the line; two kinds of line ends in one file are the usual cause
        layout = replace(layout, path=_copied(ledger, layout.encoding, layout.skip))
        con.execute(f"DROP TABLE IF EXISTS {ledger.table}_torn; DROP TABLE IF EXISTS {ledger.table}_scan")
        try:
            _load(con, ledger, layout)
        except duckdb.Error:
            fix = "Export it again, or as .xlsx"
            raise UnreadableError("its lines are no regular delimited text", fix) from None
    if not _all_read(con, ledger, layout.path):
        return None
    con.execute(f"CREATE VIEW {ledger.table} AS SELECT rowid AS row, * FROM {ledger.table}_cells")

    def address(rows: Iterable[int], column: str) -> list[str]:
        heading = headings.names.get(headings.found.get(column, -1), column)
        return [f"{ledger.stated.file}:{line} column {heading}" for line in _line_numbers(layout, rows)]

    return Source(ledger, frozenset(headings.found), address)


def _load(con: duckdb.DuckDBPyConnection, ledger: LedgerFile, layout: _Layout) -> None:
    """Rows keep the order of the file (preserve_insertion_order), so the number of a row follows from its place."""
    names = dict.fromkeys((f"c{position}" for position in range(layout.width)), "VARCHAR")
    cells = {column: as_text(f"c{position}") for column, position in layout.headings.found.items()}
    con.execute(
        f"CREATE TABLE {ledger.table}_cells AS SELECT {select(cells, ledger.register)} FROM read_csv(?, delim=?, "
        "header=false, skip=?, columns=?, quote='\"', escape='\"', encoding='utf-8', auto_detect=false, "
        f"strict_mode=true, max_line_size={_LONGEST_LINE}, store_rejects=true, "
        f"rejects_table='{ledger.table}_torn', rejects_scan='{ledger.table}_scan')",
        [str(layout.path), layout.delimiter, layout.skip, names],
    )


def _layout(ledger: LedgerFile) -> _Layout:
    check_size(ledger.path)
    encoding = _encoding(ledger.path)
    with ledger.path.open(encoding=encoding, newline="") as file:
        head = list(islice(file, 10 * TOP))
    best: tuple[int, str, Headings, int, int] | None = None
    for delimiter in DELIMITERS:
        rows, shapes = _top(head, delimiter)
        headings = find_headings(ledger.register, rows)
        if headings is not None and (best is None or len(headings.found) > best[0]):
            width, end = shapes[headings.row]
            best = (len(headings.found), delimiter, headings, width, end)
    if best is None:
        raise UnreadableError("no row at its top has the headings of this register", TEMPLATE_FIX)
    _, delimiter, headings, width, skip = best
    # DuckDB reads UTF-8, and skips lines where a heading of two lines is one row
    as_it_is = encoding == "utf-8-sig" and skip == headings.row
    path = ledger.path if as_it_is else _copied(ledger, encoding, skip)
    return _Layout(path, encoding, delimiter, headings, width, skip)


def _copied(ledger: LedgerFile, encoding: str, skip: int) -> Path:
    """A copy in UTF-8 with one kind of line end; what stood above the data is empty lines, so that numbers stay."""
    path = ledger.folder / f"{ledger.table}.csv"
    with ledger.path.open(encoding=encoding) as file, path.open("w", encoding="utf-8", newline="") as copy:
        copy.write("\n" * sum(1 for _ in islice(file, skip)))
        for piece in iter(lambda: file.read(_PIECE), ""):
            copy.write(piece)
    return path


def _top(head: list[str], delimiter: str) -> tuple[list[Row], dict[int, tuple[int, int]]]:
    """The first rows by the line on which they start; of each its number of fields and the line on which it ends."""
    reader = csv.reader(head, delimiter=delimiter)
    rows: list[Row] = []
    shapes: dict[int, tuple[int, int]] = {}
    start = 1
    try:
        for row in reader:
            rows.append((start, tuple(row)))
            shapes[start] = (len(row), reader.line_num)
            start = reader.line_num + 1
            if len(rows) == TOP:
                break
    except csv.Error:
        pass  # the rows above it are enough to look at
    return rows, shapes


def _encoding(path: Path) -> str:
    """UTF-16 by its mark, UTF-8 when all of it fits, else Windows-1252, in which Dutch software writes."""
    with path.open("rb") as file:
        mark = file.read(2)
        if mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        fits = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "windows-1252")}
        for piece in iter(lambda: file.read(_PIECE), b""):
            if b"\0" in piece:
                raise UnreadableError("it holds a zero byte, which text never has", "Export it again as UTF-8")
            for name, decoder in list(fits.items()):
                if not _decodes(decoder, piece):
                    del fits[name]
        if "utf-8-sig" in fits and _decodes(fits["utf-8-sig"], b"", final=True):
            return "utf-8-sig"
    if "windows-1252" not in fits:
        raise UnreadableError("its text is neither UTF-8 nor Windows-1252", "Export it again as UTF-8")
    return "windows-1252"


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _all_read(con: duckdb.DuckDBPyConnection, ledger: LedgerFile, path: Path) -> bool:
    """Lines that DuckDB left out are a fault; it says at which byte they start."""
    found = con.execute(f"SELECT DISTINCT line_byte_position FROM {ledger.table}_torn ORDER BY 1").fetchall()
    if found:
        lines = [f"{ledger.stated.file}:{line}" for line in _lines_at(path, [start for (start,) in found[:SHOWN]])]
        places = shown([*lines, *[""] * (len(found) - len(lines))])
        what = f"{len(found)} rows have another number of fields than the headings, or a loose quotation mark: {places}"
        ledger.add("E637", ledger.register.id, what, "Save it again with quotes, or as .xlsx")
    return not found


def _lines_at(path: Path, starts: list[int]) -> Iterator[int]:
    line = 1
    with path.open("rb") as file:
        at = 0
        for start in starts:
            while at < start:
                piece = file.read(min(_PIECE, start - at))
                if not piece:
                    break
                line += piece.count(b"\n")
                at += len(piece)
            yield line


def _line_numbers(layout: _Layout, rows: Iterable[int]) -> list[int]:
    """On which line each of these rows of data starts. Only messages need it, so it is looked up, not kept."""
    wanted = list(rows)
    last, found = max(wanted, default=-1), {}
    with layout.path.open(encoding="utf-8-sig", newline="") as file:
        lines = islice(file, layout.skip, None)
        reader = csv.reader(lines, delimiter=layout.delimiter)
        number, before, asked = -1, 0, set(wanted)
        for row in reader:
            if row:
                number += 1
                if number in asked:
                    found[number] = layout.skip + before + 1
                if number >= last:
                    break
            before = reader.line_num
    return [found[row] for row in wanted]

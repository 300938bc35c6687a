"""Delimited text. Every cell is text; only the map decides what is a number or missing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from cwb_impact.read.delimited_faults import fault_in, quotes_are_regular
from cwb_impact.read.formats import FileFormat, UnreadableError
from cwb_impact.read.survey_tools import LOOKED_AT, Header, read_header
from cwb_impact.read.text_file import encoding_of, opened_text, utf8_of
from cwb_impact.spec.wave_map import SourceFile
from cwb_impact.types import FileInfo

_BLOCK = 1 << 26
"""Bytes that are parsed at a time; a row must fit."""


class _Delimited:
    def info(self, path: Path, source: SourceFile) -> FileInfo:
        """Only the header is read: the number of rows is known after reading all of the file."""
        with opened_text(path, source) as file:
            header, _ = _header(file, source)
        return FileInfo(header.columns, None, encoding_of(path, source).removesuffix("-sig"))

    def content(self, path: Path, source: SourceFile, columns: Sequence[str]) -> pd.DataFrame:
        text = utf8_of(path, source)
        header, lines = _header(_lines(text), source)
        names = [column.name for column in header.columns]
        rows = text[sum(len(line.encode()) for line in islice(_lines(text), lines)) :]
        if not quotes_are_regular(rows, source.delimiter):
            _refuse(fault_in(rows, source.delimiter, len(names), lines))
        table, ragged = _parsed(rows, source.delimiter, len(names), [names.index(column) for column in columns])
        if ragged:
            _refuse(fault_in(rows, source.delimiter, len(names), lines) or UnreadableError("its rows are irregular"))
        frame: pd.DataFrame = table.rename_columns(list(columns)).to_pandas()
        return frame


def _refuse(fault: UnreadableError | None) -> None:
    if fault is not None:
        raise fault


def _lines(text: bytes) -> Iterable[str]:
    return io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="")


def _header(lines: Iterable[str], source: SourceFile) -> tuple[Header, int]:
    """The header, and the number of lines that it takes."""
    if not source.delimiter.isascii() or source.delimiter in '"\r\n\0':
        raise UnreadableError("the delimiter of the map cannot be one", "State a comma, semicolon, tab or bar")
    reader = csv.reader(lines, delimiter=source.delimiter, strict=True)
    top: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in reader:
            if row and not (reader.line_num == 1 and row[0].startswith("sep=")):  # a note for Excel
                top.append(row)
                ends.append(reader.line_num)
            if len(top) == LOOKED_AT:
                break
    except csv.Error:
        if not top:
            raise UnreadableError("a quotation mark in the header is not closed", "Export it again") from None
    header = read_header(top, source.form)
    if any("\0" in name for name in top[0]):
        raise UnreadableError("its header holds a zero byte, which text never has", "State encoding: utf-16-le")
    return header, ends[header.rows - 1]


def _parsed(rows: bytes, delimiter: str, width: int, positions: list[int]) -> tuple[pa.Table, int]:
    """The columns at these positions as text, empty cells missing; and how many rows have another width."""
    names = [str(position) for position in range(width)]
    chosen = [names[position] for position in positions]
    if not rows.strip(b"\r\n"):
        return pa.table({name: pa.array([], pa.string()) for name in chosen}), 0
    ragged = 0

    def skip(row: arrow_csv.InvalidRow) -> str:
        nonlocal ragged
        ragged += 1
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(rows),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=_BLOCK),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=b'"' in rows, invalid_row_handler=skip
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), include_columns=chosen, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        raise UnreadableError("it is no regular delimited text", "Export it again from the survey tool") from None
    return pa.table({name: _trimmed(table[name]) for name in chosen}), ragged


def _trimmed(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    text = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


read_delimited: FileFormat = _Delimited()

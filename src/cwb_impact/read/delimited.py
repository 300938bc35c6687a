"""Delimited text. Every cell is text; only the map decides what is a number or missing."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from cwb_impact.read.formats import Content, EncodingError, FileFormat, UnreadableError
from cwb_impact.spec.wave_map import SourceFile


class _Delimited:
    def column_names(self, path: Path, source: SourceFile) -> tuple[str, ...]:
        return tuple(_rows(path, source)[0])

    def content(self, path: Path, source: SourceFile, columns: Sequence[str]) -> Content:
        header, *rows = _rows(path, source)
        frame = pd.DataFrame(
            {column: _cells(rows, header.index(column)) for column in columns}, index=pd.RangeIndex(len(rows))
        )
        return Content(frame)


def _cells(rows: list[list[str]], position: int) -> pd.Series:
    """One column; an empty cell is missing, a decimal comma stays for the map to read."""
    cells = [row[position].strip() or None for row in rows]
    return pd.Series(cells, dtype="str")


def _encoding(path: Path, source: SourceFile) -> str:
    """The stated encoding; a byte-order mark decides where none is stated, and is never part of the first name."""
    with path.open("rb") as file:
        head = file.read(2)
    if source.encoding is None and head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    stated = (source.encoding or "utf-8").lower().replace("_", "-")
    return "utf-8-sig" if stated in ("utf-8", "utf8") else stated


def _rows(path: Path, source: SourceFile) -> list[list[str]]:
    """All rows with the header first. A row with too many or too few fields is refused, never shifted."""
    try:
        with path.open(encoding=_encoding(path, source), newline="") as file:
            rows = [row for row in csv.reader(file, delimiter=source.delimiter, strict=True) if row]
    except (UnicodeError, LookupError):
        raise EncodingError(f"its text is not in {source.encoding or 'utf-8'}") from None
    except csv.Error as error:
        raise UnreadableError(f"not regular delimited text ({error})") from None
    if not rows:
        raise UnreadableError("the file is empty")
    width = len(rows[0])
    ragged = [number for number, row in enumerate(rows, start=1) if len(row) != width]
    if ragged:
        raise UnreadableError(f"row {ragged[0]} has another number of fields than the header ({len(ragged)} such rows)")
    return [[name.strip() for name in rows[0]], *rows[1:]]


read_delimited: FileFormat = _Delimited()

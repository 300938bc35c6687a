"""The content of a file, some columns and at most so many rows at a time."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from cwb_impact.errors import CwbError, fail
from cwb_impact.read.columns import are_answers
from cwb_impact.read.formats import EncodingError, FileFormat, UnreadableError
from cwb_impact.read.raw_file import FORMATS
from cwb_impact.read.readstat import read_with
from cwb_impact.read.text_file import opened_text
from cwb_impact.spec.wave_map import SourceFile
from cwb_impact.types import FileInfo

MAX_ROWS = 200_000
"""Rows that are looked at."""
MAX_CELLS = 60_000_000
"""Cells that are looked at: a file with 32,767 columns is judged on its first 1,831 rows."""
CELLS_AT_A_TIME = 4_000_000
"""Cells that are in memory together."""
MAX_TEXT_BYTES = 60_000_000
"""A text file larger than this is judged on its first rows; the rest is only counted."""


_WITH_LIMIT: Mapping[str, Callable[..., Any]] = {"sav": pyreadstat.read_sav, "dta": pyreadstat.read_dta}


class Content:
    """A file that is open for inspection: what it says of itself, and its first rows, some columns at a time."""

    def __init__(self, path: Path, source: SourceFile, folder: Path) -> None:
        if source.format not in FORMATS:
            raise fail(
                "E102", path.name, 0, "file", f"{source.format} files are not read here", "Save it as .sav or .csv"
            )
        self.path, self.source = path, source
        self._reader: FileFormat = FORMATS[source.format]
        larger = source.format == "csv" and path.stat().st_size > MAX_TEXT_BYTES
        try:
            self._head = _first_rows(path, source, folder) if larger else path
            self.info: FileInfo = self._reader.info(self._head, source)
            _check_header(path, source, self.info.names)
            self._names = [name for name, times in Counter(self.info.names).items() if times == 1]
            rows = self.info.rows if self.info.rows is not None else self._counted()
            if larger:
                rows = _records(path, source) - (_records(self._head, source) - rows)
        except UnreadableError as error:
            raise _told(path, error) from None
        except csv.Error:
            raise _told(path, UnreadableError("a quotation mark in it is not closed, or a field is too long")) from None
        self.rows = rows
        self.looked_at = min(MAX_ROWS, max(1_000, MAX_CELLS // max(1, len(self.info.columns))))

    def _counted(self) -> int:
        """Rows of a file that does not say how many it has."""
        return len(self._reader.content(self._head, self.source, self._names[:1])) if self._names else 0

    def columns(self) -> Iterator[pd.DataFrame]:
        """All columns whose name stands once, in batches, each with at most `looked_at` rows."""
        step = max(1, CELLS_AT_A_TIME // max(1, min(self.rows, self.looked_at)))
        for start in range(0, len(self._names), step):
            try:
                yield self._batch(self._names[start : start + step])
            except UnreadableError as error:
                raise _told(self.path, error) from None

    def _batch(self, names: list[str]) -> pd.DataFrame:
        if self.source.format in _WITH_LIMIT and self.rows > self.looked_at:
            return self._limited(names)
        whole: pd.DataFrame = self._reader.content(self._head, self.source, names)
        return whole.head(self.looked_at)

    def _limited(self, names: list[str]) -> pd.DataFrame:
        """The first rows of an SPSS or Stata file; the readers of the package take all rows."""
        reader = _WITH_LIMIT[self.source.format]
        options = {"usecols": names, "user_missing": True, "row_limit": self.looked_at}
        frame: pd.DataFrame
        frame, meta = read_with(reader, self.path, self.source, **options)
        for name, kind in meta.readstat_variable_types.items():
            if self.source.format == "dta" and kind != "string" and not pd.api.types.is_numeric_dtype(frame[name]):
                frame[name] = frame[name].map(lambda cell: f".{cell}" if isinstance(cell, str) else cell)
        return frame


def _check_header(path: Path, source: SourceFile, names: Sequence[str]) -> None:
    """E101: without a header the first row is a respondent. Numbers that all differ may be names."""
    numbered = len(set(names)) == len(names) and all(name.isdecimal() for name in names)
    if source.format in ("csv", "xlsx") and are_answers(tuple(names)) and not numbered:
        fix = "Export it again with its header, or put a letter before names that are numbers"
        raise fail("E101", path.name, 0, "file", "its first row looks like answers, not names", fix)


def _told(path: Path, error: UnreadableError) -> CwbError:
    code = "E105" if isinstance(error, EncodingError) else "E102"
    fix = getattr(error, "fix", "") or "Export it again from the survey tool"
    return fail(code, path.name, 0, "file", f"cannot be read: {error}", fix)


def _first_rows(path: Path, source: SourceFile, folder: Path) -> Path:
    """A copy of the first records of a large text file."""
    target = folder / "first_rows.csv"
    with (
        opened_text(path, source) as whole,
        target.open("w", encoding=source.encoding, newline="") as part,
    ):
        records = csv.reader(whole, delimiter=source.delimiter, strict=True)
        csv.writer(part, delimiter=source.delimiter).writerows(islice(records, MAX_ROWS))
    return target


def _records(path: Path, source: SourceFile) -> int:
    with opened_text(path, source) as file:
        return sum(1 for row in csv.reader(file, delimiter=source.delimiter) if row)


@contextmanager
def opened(path: Path, source: SourceFile) -> Iterator[Content]:
    """The content of a file; a copy that a large file needs is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield Content(path, source, Path(folder))

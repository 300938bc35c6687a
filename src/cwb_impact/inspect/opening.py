"""How does this file open? From its bytes; every guess says what it rests on."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Literal

from cwb_impact.errors import CwbError, fail
from cwb_impact.inspect.found import Opening
from cwb_impact.read.first_bytes import is_as_stated, kind_by_bytes
from cwb_impact.read.raw_file import sha256_of
from cwb_impact.spec.wave_map import SourceFile

HEAD = 4_000_000
"""Bytes of a text file that delimiter and form are guessed from."""

Format = Literal["sav", "dta", "csv", "xlsx"]
Form = Literal["plain", "qualtrics", "limesurvey"]

_BY_BYTES: tuple[tuple[Format, str], ...] = (
    ("sav", "the first bytes are those of SPSS"),
    ("dta", "the first bytes are those of Stata"),
    ("xlsx", "a zip archive with a workbook"),
)
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_TURKISH = bytes([0xD0, 0xDD, 0xDE, 0xF0, 0xFD, 0xFE])


def guess(path: Path, sheet: str | None = None) -> Opening:
    """The `source:` of a wave map for this file. Problems: E102 nothing that can be read."""
    if not path.is_file():
        raise fail("E102", path.name, 0, "file", "no such file", "Check the path")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        what = f"cannot be read: {error.strerror or 'the system refuses'}"
        raise fail("E102", path.name, 0, "file", what, "Check the rights of the file") from None
    kind, why = _format(path, head)
    # rows are counted when the content is looked at
    source = SourceFile(file=path.name[:255], format=kind, sha256=sha256_of(path), rows=0)
    if kind == "xlsx":
        return _workbook(path, source, why, sheet)
    return _text(path, head, source, why) if kind == "csv" else Opening(source, {"format": why})


def _format(path: Path, head: bytes) -> tuple[Format, str]:
    for kind, why in _BY_BYTES:
        if is_as_stated(path, kind):
            return kind, why
    if (other := kind_by_bytes(path)) is not None:
        raise _unreadable(path, f"by its first bytes it is {other}", "Save or export it as .sav, .dta, .xlsx or .csv")
    if not head:
        raise _unreadable(path, "is empty (0 bytes)", "Export it again from the survey tool")
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _unreadable(path, "is not text, and no SPSS, Stata or Excel file", "Export it again from the survey tool")
    return "csv", "it is text"


def _unreadable(path: Path, what: str, fix: str) -> CwbError:
    return fail("E102", path.name, 0, "file", what, fix)


def _workbook(path: Path, source: SourceFile, why: str, sheet: str | None) -> Opening:
    sheets = _sheets(path)
    if not sheets:
        raise _unreadable(path, "is a zip archive without a workbook", "Unpack it, or save it as .xlsx")
    if sheet is not None and sheet not in sheets:
        raise _unreadable(path, f"has no sheet of that name; it has {', '.join(list(sheets)[:10])}", "Correct --sheet")
    chosen = sheet or next((name for name, hidden in sheets.items() if not hidden), next(iter(sheets)))
    listed = ", ".join(f"{name} (hidden)" if hidden else name for name, hidden in list(sheets.items())[:20])
    reason = "asked for" if sheet else f"the first of {len(sheets)} sheets: {listed}"
    return Opening(source.model_copy(update={"sheet": chosen}), {"format": why, "sheet": reason})


def _sheets(path: Path) -> dict[str, bool]:
    """Names of the sheets, and whether each is hidden. Only the list of sheets is unpacked, and at most 1 MB of it."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as part:
            text = part.read(1_000_000).decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError):
        return {}
    found: dict[str, bool] = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", text):
        if name := re.search(r'\bname="([^"]*)"', tag):
            found[_unescaped(name[1])] = re.search(r'\bstate="(hidden|veryHidden)"', tag) is not None
    return found


def _unescaped(text: str) -> str:
    for entity, mark in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, mark)
    return text


def _text(path: Path, head: bytes, source: SourceFile, why: str) -> Opening:
    encoding, encoding_why = _encoding(path, head)
    lines = head.decode(encoding, "replace").splitlines(keepends=True)
    lines = lines[:-1] if len(head) == HEAD and len(lines) > 1 else lines
    delimiter, delimiter_why = _delimiter(lines)
    form, form_why = _form(list(islice(_records(lines, delimiter), 5)))
    decided = {"format": why, "encoding": encoding_why, "delimiter": delimiter_why, "form": form_why}
    update = {"encoding": encoding, "delimiter": delimiter, "form": form}
    return Opening(source.model_copy(update=update), decided)


def _encoding(path: Path, head: bytes) -> tuple[str, str]:
    for bom, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(bom):
            return name, "the file starts with a byte-order mark"
    high, is_utf8 = _high_bytes(path)
    if is_utf8:
        return "utf-8", "all of it is UTF-8" if high else "it holds nothing but ASCII, so any encoding would do"
    others = "windows-1254 (Turkish), windows-1250 (Central Europe), iso-8859-15 and mac-roman are possible too"
    undefined = high.intersection(b"\x81\x8d\x8f\x90\x9d")
    if undefined:
        return "iso-8859-1", f"not UTF-8, and bytes that windows-1252 does not have; {others}: look at the labels"
    turkish = "; it holds letters that are Turkish (ş ğ ı) in windows-1254" if high.intersection(_TURKISH) else ""
    return "windows-1252", f"not UTF-8; {others}{turkish}: look at the labels"


def _high_bytes(path: Path) -> tuple[set[int], bool]:
    """The bytes above ASCII that occur, and whether the whole file is UTF-8; read in pieces."""
    high: set[int] = set()
    decoder, is_utf8 = codecs.getincrementaldecoder("utf-8")(), True
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            high.update(piece.translate(None, bytes(range(128))))
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                decoder, is_utf8 = codecs.getincrementaldecoder("utf-8")("replace"), False
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    return high, is_utf8


def _records(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    rows = csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter)
    try:
        yield from (row for row in rows if row)
    except csv.Error:
        return


def _delimiter(lines: list[str]) -> tuple[str, str]:
    """The mark that gives the most fields, the same number in every record."""
    best, best_score, best_why = ",", (0.0, 0), "one column: no delimiter found"
    for mark, name in _DELIMITERS.items():
        widths = [len(row) for row in islice(_records(lines, mark), 200)]
        if not widths or widths[0] < 2:
            continue
        regular = sum(width == widths[0] for width in widths) / len(widths)
        if (regular, widths[0]) > best_score:
            why = f"{name}: {widths[0]} fields in {regular:.0%} of the first {len(widths)} records"
            best, best_score, best_why = mark, (regular, widths[0]), why
    return best, best_why


def _form(records: list[list[str]]) -> tuple[Form, str]:
    for row in records[1:3]:
        if any(cell.lstrip().startswith('{"ImportId"') for cell in row):
            return "qualtrics", "its third header row holds Qualtrics' ImportId"
    header = [name.strip().strip("﻿").casefold() for name in records[0]] if records else []
    signs = {"submitdate", "lastpage", "startlanguage"}.intersection(header)
    coded = any(re.search(r"\[(sq)?\w+\]$", name) for name in header)
    if len(signs) >= 2 or (signs and coded):
        named = ", ".join(sorted(signs))
        return "limesurvey", f"columns that LimeSurvey adds ({named})"
    return "plain", "one header row, as far as can be seen"

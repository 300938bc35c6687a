"""Bytes to text in the stated encoding. Nothing is guessed; when it does not fit, the place and what would fit."""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from cwb_impact.read.formats import EncodingError, UnreadableError
from cwb_impact.spec.wave_map import SourceFile

OFFERED = ("utf-8", "windows-1252", "windows-1254", "windows-1256")
"""Encodings that are tried when the stated one does not fit: Western, Turkish, Arabic."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # starts with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PIECE = 1 << 20
_PLACE_WITHIN = 20_000_000
"""Bytes up to which the column of a fault is looked up."""


def encoding_of(path: Path, source: SourceFile) -> str:
    """The stated encoding; where none is stated a byte-order mark decides, and else it is UTF-8.

    Raises
    ------
    EncodingError
        Unknown, or contradicted by the byte-order mark.
    """
    with path.open("rb") as file:
        head = file.read(4)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    try:
        stated = codecs.lookup(source.encoding).name if source.encoding else None
    except (LookupError, ValueError):
        fix = "Write it as utf-8, utf-16 or windows-1252"
        raise EncodingError(f"{source.encoding} is no encoding that is known here", fix) from None
    if stated and marked and not stated.startswith(marked):
        what = f"it starts with the mark of {marked}, and the map says {source.encoding}"
        raise EncodingError(what, f"State encoding: {marked} under source")
    name = stated or marked or "utf-8"
    return "utf-8-sig" if name == "utf-8" else name


@contextmanager
def opened_text(path: Path, source: SourceFile) -> Iterator[TextIO]:
    """The file as text, line ends as they are.

    Raises
    ------
    EncodingError
        Some bytes are not text in the encoding.
    """
    encoding = encoding_of(path, source)
    try:
        with path.open(encoding=encoding, newline="") as file:
            yield file
    except UnicodeError:
        raise _bad_bytes(path, source, encoding) from None
    except LookupError:
        raise EncodingError(f"{source.encoding} is no encoding of text") from None


def utf8_of(path: Path, source: SourceFile) -> bytes:
    """The whole text as UTF-8, without a byte-order mark."""
    with opened_text(path, source) as file:
        text = b"".join(piece.encode() for piece in iter(lambda: file.read(_PIECE), ""))
    zero = text.find(b"\0")
    if zero >= 0:
        line = text.count(b"\n", 0, zero) + 1
        fix = "It is damaged, or UTF-16 without its mark: export it again, or state encoding: utf-16-le"
        raise UnreadableError(f"line {line} holds a zero byte, which text never has", fix)
    return text.removeprefix(codecs.BOM_UTF8)


def _bad_bytes(path: Path, source: SourceFile, encoding: str) -> EncodingError:
    """Where the first bytes stand that do not fit, and which encodings all of the file would fit."""
    data = path.read_bytes()
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        place = _place(data[: error.start], encoding, source.delimiter)
    else:
        place = "at its end"
    fitting = [
        name for name in OFFERED if codecs.lookup(name).name != encoding.removesuffix("-sig") and fits(data, name)
    ]
    what = f"its text is not in {source.encoding or 'utf-8'}, first {place}"
    fix = f"It would fit {' or '.join(fitting)}: state encoding under source" if fitting else "Ask how it was exported"
    return EncodingError(what, fix)


def fits(data: bytes, encoding: str) -> bool:
    """Are these bytes text in this encoding?"""
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    return True


def _place(before: bytes, encoding: str, delimiter: str) -> str:
    text = before.decode(encoding, "replace")
    line = text.count("\n") + 1
    if line == 1:
        return "in the header"
    if len(before) > _PLACE_WITHIN:
        return f"on line {line}"
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        header = next(rows)
        last = deque(rows, maxlen=1)[0]
    except (csv.Error, StopIteration, IndexError):
        return f"on line {line}"
    # at the start of a line its first field has not begun yet
    position = 0 if text.endswith("\n") else len(last) - 1
    name = " ".join(header[position].split()) if position < len(header) else ""
    return f"on line {line}, in column {name}" if name else f"on line {line}"

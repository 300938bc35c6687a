"""Looks for words and numbers in everything that a release holds: all bytes, and all that is packed inside them.

A picture of pixels (the PNG charts of a .docx) is searched in its bytes only; it is drawn from the SVG of the page, of
which every word is searched. Facts of the programme report were public before: each stands in a table with the line
of the report, and a canary that stands there is no leak (`sourced`).
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
from pypdf import PdfReader

_BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SILENT = re.compile(r"<(style|script|svg)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_LONG = re.compile(r"\d+[.,]\d{6,}")
DIGITS = 10
"""Two figures that agree in as many digits are one figure, unless both are a simple fraction."""
SIMPLE = 12


def leaks(folder: Path, canaries: Iterable[str]) -> dict[str, set[str]]:
    """File -> the canaries that stand in it, packed or not; facts with a line of the programme report are no leaks."""
    public = sourced(folder)
    secret = {canary for canary in canaries if canary not in public}
    found = {path.as_posix(): _in_file(path, secret) for path in sorted(folder.rglob("*")) if path.is_file()}
    found |= {f"name of {path}": _within(path.name, secret) for path in folder.rglob("*")}
    return {place: canaries for place, canaries in found.items() if canaries}


def _in_file(path: Path, canaries: set[str]) -> set[str]:
    return {canary for text in texts(path.read_bytes()) for canary in _within(text, canaries)}


def _within(text: str, canaries: set[str]) -> set[str]:
    return {canary for canary in canaries if canary in text}


def texts(content: bytes) -> Iterator[str]:
    """The content of a file read in every way in which a word can be written in it, and so of all that it holds."""
    yield from _written(content)
    for packed in _BASE64.findall(content):
        whole = packed.rstrip(b"=")
        with suppress(binascii.Error):  # letters and digits that are no base64
            yield from texts(base64.b64decode(whole + b"=" * (-len(whole) % 4)))
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield " ".join([archive.comment.decode("utf-8", "replace"), *archive.namelist()])
            for member in archive.namelist():
                yield from texts(archive.read(member))
    if content.startswith(b"%PDF"):
        yield from _of_pdf(content)


def _written(content: bytes) -> Iterator[str]:
    """As UTF-8, as UTF-16, and with the marks of HTML, of addresses and of JSON taken away."""
    text = content.decode("utf-8", "replace")
    yield text
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield content.decode("utf-16", "replace")
    if b"\0" in content:  # nothing that people read; what is packed in it is read by itself
        return
    plain = html.unescape(_TAG.sub("", text))
    yield from {plain, " ".join(plain.split()), unquote(text), _ESCAPE.sub(lambda of: chr(int(of[1], 16)), text)} - {
        text
    }


def _of_pdf(content: bytes) -> Iterator[str]:
    """The words of the pages, the properties, and every stream as it is when unpacked."""
    reader = PdfReader(io.BytesIO(content))
    for page in reader.pages:
        words = page.extract_text()
        yield words
        yield " ".join(words.split())
    yield str(dict(reader.metadata or {}))
    for stream in _STREAM.findall(content):
        try:
            yield zlib.decompress(stream).decode("utf-8", "replace")
        except zlib.error:
            continue


def sourced(folder: Path) -> str:
    """All rows of tables of which each row names a line of the programme report."""
    tables = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in sorted(folder.rglob("tables/*.csv"))
              if not path.name.endswith(".nl.csv")]  # fmt: skip
    return "\n".join(table.to_csv(index=False) for table in tables if "line" in table)


def words(path: Path) -> str:
    """What a reader of a report or table sees, in one line: no code, no drawing."""
    content = path.read_bytes()
    if path.suffix == ".pdf":
        told = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif path.suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            told = re.sub(r"</w:p>", " ", archive.read("word/document.xml").decode())
            told = html.unescape(_TAG.sub("", told))
    else:
        told = html.unescape(_TAG.sub(" ", _SILENT.sub(" ", content.decode("utf-8-sig"))))
    return " ".join(told.split())


def told_numbers(text: str) -> set[str]:
    """Every number in a text, with a dot for its decimals."""
    return {number.replace(",", ".") for number in re.findall(r"(?<![\d.,])\d+(?:[.,]\d+)?(?![.,]?\d)", text)}


def exact_figures(tables: Iterable[pd.DataFrame]) -> set[str]:
    """The first digits of every exact number of the researchers' tables.

    Simple fractions are left out: thirds of a page stand in every style sheet.
    """
    numbers = {abs(float(value)) for table in tables for value in table.select_dtypes("float").to_numpy().ravel()}
    return long_numbers(" ".join(repr(number) for number in numbers if number < 1e12 and not _simple(number)))


def long_numbers(text: str) -> set[str]:
    """The first digits of every number with many decimals in a text, with a dot for the decimals."""
    return {number[: DIGITS + 1].replace(",", ".") for number in _LONG.findall(text) if len(number) > DIGITS}


def exact_leaks(folder: Path, exact: set[str]) -> dict[str, set[str]]:
    """File -> the exact figures that stand in it, packed or not, with a dot or a comma."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found = {path.as_posix(): set().union(*map(long_numbers, texts(path.read_bytes()))) & exact for path in files}
    return {place: figures for place, figures in found.items() if figures}


def _simple(number: float) -> bool:
    return any(abs(number * k - round(number * k)) < 1e-6 for k in range(1, SIMPLE + 1))

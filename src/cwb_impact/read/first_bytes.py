"""What a file is by its first bytes, whatever its name says, and the size that its own header claims."""

from __future__ import annotations

import codecs
import struct
from pathlib import Path

_KINDS = (
    (b"$FL2", "an SPSS file (.sav)"),
    (b"$FL3", "a compressed SPSS file (.zsav)"),
    (b"<stata_dta>", "a Stata file (.dta)"),
    (b"PK\x03\x04", "a zip archive, such as an Excel workbook (.xlsx)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls), or a workbook with a password"),
    (b"%PDF", "a PDF"),
    (b"RDX2\n", "an R workspace"),
    (b"RDX3\n", "an R workspace"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"HEADER RECORD*", "a SAS transport file (.xpt)"),
    (b"<html", "an HTML page"),
    (b"<!doctype", "an HTML page"),
    (b"<?xml", "an XML file"),
)
_OLD_STATA = {104, 105, 108, 110, 111, 112, 113, 114, 115}
_FITS = {"sav": ("$FL2", "$FL3"), "dta": ("<stata_dta>", "old"), "xlsx": ("PK\x03\x04",), "csv": ()}
_HEAD = 512
_DICTIONARY = 1 << 22


def kind_by_bytes(path: Path) -> str | None:
    """What the file is, for a reader; None when its first bytes tell nothing (text, for instance)."""
    found = _found(_head(path))
    return found[1] if found else None


def is_as_stated(path: Path, stated: str) -> bool:
    """Can the file be of the stated format, by its first bytes? Text has no mark of its own."""
    found = _found(_head(path))
    return found is None if stated == "csv" else found is not None and found[0] in _FITS[stated]


def claimed_size(path: Path) -> int | None:
    """How large the file should be by its own header; None when the header does not say.

    An uncompressed .sav has rows of 8-byte cells after its dictionary; a Stata file from version 13 on holds the place
    of its end.
    """
    with path.open("rb") as file:
        head = file.read(_DICTIONARY)
    if head.startswith(b"$FL2") and len(head) >= 84:
        return _claimed_by_spss(head)
    start = head[:_HEAD].find(b"<map>")
    if head.startswith(b"<stata_dta>") and 0 < start <= len(head) - 117:
        order = "<" if b"<byteorder>LSF" in head else ">"
        return int(struct.unpack(f"{order}14q", head[start + 5 : start + 117])[13])
    return None


def _claimed_by_spss(head: bytes) -> int | None:
    order = "<" if head[64:68] in (b"\2\0\0\0", b"\3\0\0\0") else ">"
    cells, compressed, _, rows = struct.unpack(f"{order}iiii", head[68:84])
    end_of_dictionary = head.find(struct.pack(f"{order}ii", 999, 0))
    if compressed or cells <= 0 or rows <= 0 or end_of_dictionary < 0:
        return None
    return int(end_of_dictionary + 8 + 8 * cells * rows)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _found(head: bytes) -> tuple[str, str] | None:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    for magic, kind in _KINDS:
        if start[: len(magic)].lower() == magic.lower():
            return magic.decode("latin-1"), kind
    if b"SPSSPORT" in head or b"ASCII SPSS PORT FILE" in head:
        return "por", "an SPSS portable file (.por)"
    # an old Stata file: version, byte order 1 or 2, file type 1, and a zero
    if len(head) > 4 and head[0] in _OLD_STATA and head[1] in (1, 2) and head[2] == 1:
        return "old", "a Stata file (.dta)"
    return None

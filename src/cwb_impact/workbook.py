"""Workbooks that are written: the same bytes every time."""

from __future__ import annotations

import io
import re
import zipfile

from openpyxl import Workbook

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_SAVED = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def same_bytes(book: Workbook) -> bytes:
    """The workbook without the moment of writing.

    Examples
    --------
    >>> book = Workbook()
    >>> same_bytes(book) == same_bytes(book)
    True
    """
    saved, made = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _SAVED.sub(b"1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, _EARLIEST), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()

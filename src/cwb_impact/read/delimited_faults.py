"""What is wrong with delimited text, and on which line. Arrow reads fast and forgives; this does not."""

from __future__ import annotations

import csv
import io

import numpy as np

from cwb_impact.read.formats import UnreadableError

_WINDOW = 1 << 25
_QUOTE = ord('"')


def quotes_are_regular(text: bytes, delimiter: str) -> bool:
    """Does every quotation mark open a field, close one, or stand doubled in a quoted one?

    False does not mean that the text is wrong: a mark in the middle of an unquoted field is text.
    """
    edge = np.zeros(256, dtype=bool)
    edge[[ord(delimiter), *b'\r\n"']] = True
    data, opens = np.frombuffer(text, dtype=np.uint8), True
    for start in range(0, len(data), _WINDOW):
        at = start + np.flatnonzero(data[start : start + _WINDOW] == _QUOTE)
        opening = (np.arange(len(at)) % 2 == 0) == opens
        before = (at == 0) | edge[data[at - 1]]
        after = (at == len(data) - 1) | edge[data[np.minimum(at + 1, len(data) - 1)]]
        if not np.where(opening, before, after).all():
            return False
        opens ^= len(at) % 2 == 1
    return opens


def fault_in(text: bytes, delimiter: str, width: int, after: int) -> UnreadableError | None:
    """The first line with another number of fields than the header, or a quotation mark that goes wrong.

    after : lines of the file before this text.
    """
    lines = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="")
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    start, first, count = after + 1, "", 0
    try:
        for row in rows:
            if row and len(row) != width:
                first = first or f"line {start} has {len(row)} fields and the header {width}"
                count += 1
            start = after + rows.line_num + 1
    except csv.Error:
        what = f"a quotation mark on line {start} is not closed, or closed in the middle of a field"
        return UnreadableError(what, "Correct the line, or export it again with doubled marks inside quoted text")
    if not count:
        return None
    many = f" ({count} such rows)" if count > 1 else ""
    return UnreadableError(first + many, "A delimiter or line end stands in unquoted text: export it again with quotes")

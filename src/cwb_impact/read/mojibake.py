"""Texts that were read in the wrong encoding: `Ã¼` where an ü was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from cwb_impact.types import FileInfo

_READ_AS = ("windows-1252", "iso-8859-1", "windows-1254")
_SUSPECT = "[\u00c2-\u00f4\u011e\u0130\u015e\u011f\u0131\u015f][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]|\ufffd"


def is_mojibake(text: str) -> bool:
    """Was UTF-8 read as something else, or lost a letter on the way?

    Certain enough to warn: written back in the wrong encoding the text is UTF-8, which words hardly ever are.
    """
    return "\ufffd" in text or (
        re.search(_SUSPECT, text) is not None and any(_is_utf8(text, name) for name in _READ_AS)
    )


def _is_utf8(text: str, read_as: str) -> bool:
    try:
        return text.encode(read_as).decode("utf-8") != text
    except UnicodeError:
        return False


def mojibake_in(info: FileInfo) -> Iterator[tuple[str, str]]:
    """Each place with such a text, and the text of labels. A name is not given: without a header it is an answer."""
    for number, column in enumerate(info.columns, start=1):
        if is_mojibake(column.name):
            yield f"the name of column {number}", ""
        if is_mojibake(column.label):
            yield f"the label of {column.name}", column.label
        for code, label in column.labels.items():
            if is_mojibake(label):
                yield f"the label of code {code} of {column.name}", label
    for found in info.response_sets:
        if is_mojibake(found.label):
            yield f"the label of set {found.name}", found.label


def mojibake_cells(column: pd.Series) -> int:
    """How many answers look like it."""
    if pd.api.types.is_numeric_dtype(column):
        return 0
    suspects = column[column.str.contains(_SUSPECT, regex=True, na=False)]
    return int(suspects.map(is_mojibake).sum()) if len(suspects) else 0

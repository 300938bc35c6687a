"""Header rows of survey tools' exports: which rows they are, and what they say about each column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cwb_impact.read.formats import UnreadableError
from cwb_impact.types import ColumnInfo

LOOKED_AT = 5
"""Rows at the top of a file among which header rows are sought."""

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_IMPORT_ID = re.compile(r"""\{\s*["']ImportId["']\s*:""")
_LIMESURVEY = re.compile(r"(?P<code>[A-Za-z][A-Za-z0-9_]*(?:\[[^\[\]]+\])*)\.\s+(?P<text>\S.*)", re.DOTALL)

Row = Sequence[str]


@dataclass(frozen=True)
class Header:
    """columns : what the header says of each. rows : how many rows it takes."""

    columns: tuple[ColumnInfo, ...]
    rows: int


def read_header(top: Sequence[Row], form: str) -> Header:
    """The header among the first rows of a file.

    Raises
    ------
    UnreadableError
        There is none, or it is not the header of this survey tool.
    """
    if not top:
        raise UnreadableError("it is empty: not even a header", "Export it again from the survey tool")
    if not any(clean(name) for name in top[0]):
        raise UnreadableError("its first row holds no names", "The names of the columns must stand in the first row")
    return _FORMS[form](top)


def clean(name: str) -> str:
    """A name without blanks around it, line ends, byte-order and direction marks; any blank inside is one space."""
    return " ".join(_INVISIBLE.sub("", name).split())


def _plain(top: Sequence[Row]) -> Header:
    return Header(tuple(ColumnInfo(clean(name)) for name in top[0]), 1)


def _qualtrics(top: Sequence[Row]) -> Header:
    """Names, question texts and, since 2017, a row with the ImportId of each."""
    with_ids = next((place for place, row in enumerate(top) if _has_import_ids(row)), None)
    if with_ids is None and not (len(top) > 1 and clean(top[0][0]) == "V1"):
        what = "it has no row with ImportId, as exports of Qualtrics have below the names"
        raise UnreadableError(what, "Export it again with all header rows, or state form: plain")
    if with_ids == 0:
        raise UnreadableError("its first row holds ImportId and no names", "Export it again from Qualtrics")
    texts: Row = top[1] if with_ids != 1 else [""] * len(top[0])
    if len(texts) != len(top[0]):
        raise UnreadableError("its header rows differ in length", "Export it again from Qualtrics")
    columns = (ColumnInfo(clean(name), clean(text)) for name, text in zip(top[0], texts, strict=True))
    return Header(tuple(columns), 2 if with_ids is None else with_ids + 1)


def _has_import_ids(row: Row) -> bool:
    filled = [cell for cell in row if cell.strip()]
    return bool(filled) and all(_IMPORT_ID.match(cell.strip()) for cell in filled)


def _limesurvey(top: Sequence[Row]) -> Header:
    """`q12[SQ001]`, or `q12[SQ001]. Text [subtext]` when question texts were asked for as well."""
    return Header(tuple(_limesurvey_column(clean(name)) for name in top[0]), 1)


def _limesurvey_column(name: str) -> ColumnInfo:
    found = _LIMESURVEY.fullmatch(name)
    return ColumnInfo(found["code"], found["text"].strip()) if found else ColumnInfo(name)


_FORMS: Mapping[str, Callable[[Sequence[Row]], Header]] = {
    "plain": _plain,
    "qualtrics": _qualtrics,
    "limesurvey": _limesurvey,
}

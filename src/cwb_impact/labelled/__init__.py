"""Harmonised respondents to .sav, .dta, .csv and .parquet, each missing reason under its standard code.

The codes are those of data_dictionary/missing_reasons.yml: user-missing numbers in one range for SPSS, extended
missing values for Stata. CSV and Parquet keep `x` and `x__why` as they are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from cwb_impact.errors import Problems, fail
from cwb_impact.labelled.checks import check_codes, check_frame
from cwb_impact.labelled.columns import Lang
from cwb_impact.labelled.statistical import write_statistical
from cwb_impact.spec.dictionary import Dictionary

Format = Literal["sav", "dta", "csv", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""What a spreadsheet may take for a formula; and the mark itself, so that taking one mark away gives the text back."""


def write_labelled(frame: pd.DataFrame, dictionary: Dictionary, path: Path, format: Format, lang: Lang = "en") -> None:
    """Write harmonised respondents with their missing reasons; an earlier file stays when anything is wrong.

    Categories become 1..k in the dictionary's order, a set one 0/1 column a code; a date or a text keeps its reason in
    `x__why`. Respondents whose map says nothing of a variable have neither value nor reason: system-missing.

    Raises
    ------
    CwbError
        E514 unknown format, E520 a number that would read as a missing code, E521 names that cannot be used, E522 a
        frame that does not fit the dictionary or the format.
    """
    if format not in FORMATS:
        raise fail("E514", path.name, 0, "format", "is not known", f"Choose from {', '.join(FORMATS)}")
    problems = Problems()
    check_frame(frame, dictionary, path.name, problems)
    if format == "sav":
        check_codes(frame, dictionary, path.name, problems)
    problems.raise_if_errors()
    with _replacing(path) as new:
        if format == "csv":
            # with this end of a line, texts that hold one of its two characters are put between quotes
            spreadsheet_safe(frame).to_csv(new, index=False, encoding="utf-8", lineterminator="\r\n")
        elif format == "parquet":
            frame.to_parquet(new, index=False)
        else:
            write_statistical(frame, dictionary, new, path.name, format, lang)


def spreadsheet_safe(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with a ' before every text, also in the header, that a spreadsheet would take for a formula."""
    safe = {}
    for column in frame:
        values = frame[column]
        if pd.api.types.is_string_dtype(values.dtype) or values.dtype == object:
            values = values.map(_without_formula, na_action="ignore")
        safe[_without_formula(column)] = values
    return pd.DataFrame(safe, index=frame.index)


def _without_formula(text: object) -> object:
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A new file beside `path` that takes its place when all went well."""
    with tempfile.TemporaryDirectory(prefix=".building-", dir=path.parent) as folder:
        new = Path(folder) / f"new{path.suffix}"
        yield new
        new.replace(path)

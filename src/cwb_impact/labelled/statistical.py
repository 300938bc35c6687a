"""The columns of a labelled file in SPSS and in Stata: names, codes and labels that each of them takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyreadstat

from cwb_impact.errors import Problems
from cwb_impact.labelled.checks import missing_range
from cwb_impact.labelled.columns import Column, Lang, columns_of
from cwb_impact.spec.dictionary import Dictionary, MissingReason
from cwb_impact.types import Floats


@dataclass(frozen=True)
class _Limits:
    """What a program takes for names and labels. epoch : day 0 of its dates; day : what one day counts."""

    name: int
    variable_label: int
    value_label: int
    reserved: re.Pattern[str]
    epoch: str
    day: float
    date_format: str


_SPSS_WORDS = re.compile("all|and|by|eq|ge|gt|le|lt|ne|not|or|to|with")
_STATA_WORDS = re.compile(r"byte|double|float|if|in|int|long|str\d+|strl|using|with")
_LIMITS: Mapping[str, _Limits] = {
    "sav": _Limits(64, 255, 120, _SPSS_WORDS, "1582-10-14", 86_400.0, "EDATE10"),
    "dta": _Limits(32, 80, 32_000, _STATA_WORDS, "1960-01-01", 1.0, "%td"),
}
_MEASURES = {"code": "nominal", "text": "nominal", "number": "scale", "date": "scale"}


def write_statistical(
    frame: pd.DataFrame, dictionary: Dictionary, new: Path, file: str, format: Literal["sav", "dta"], lang: Lang
) -> None:
    """Write a checked frame with pyreadstat. Problems: E521 (raised)."""
    limits, reasons = _LIMITS[format], dictionary.missing_reasons
    columns = list(columns_of(frame.reset_index(drop=True), dictionary, lang))
    named = dict(zip(_names(columns, limits, file), columns, strict=True))
    coded = [name for name, column in named.items() if column.why is not None]
    values = {name: _cells(column, reasons, format) for name, column in named.items()}
    labels: dict[str, Any] = {name: _value_labels(named[name], reasons, format, lang) for name in coded}
    texts: dict[str, str | None] = {name: _cut(column.label, limits.variable_label) for name, column in named.items()}
    formats = {name: limits.date_format for name, column in named.items() if column.kind == "date"}
    table = pd.DataFrame(values, columns=list(named))
    if format == "dta":
        letters = [_letter(reason) for reason in reasons.values()]
        pyreadstat.write_dta(
            table,
            new,
            column_labels=texts,
            variable_value_labels=labels,
            missing_user_values=dict.fromkeys(coded, letters),
            variable_format=formats,
        )
        return
    low, high = missing_range(reasons)
    formats |= {name: "F8.0" for name, column in named.items() if column.kind == "code"}
    pyreadstat.write_sav(
        table,
        new,
        row_compress=True,
        column_labels=texts,
        variable_value_labels=labels,
        missing_ranges={name: [{"lo": low, "hi": high}] for name in coded},
        variable_format=formats,
        variable_measure={name: _MEASURES[column.kind] for name, column in named.items()},
    )


def _letter(reason: MissingReason) -> str:
    """Stata's `.d` as pyreadstat writes it."""
    return reason.stata.removeprefix(".")


def _names(columns: list[Column], limits: _Limits, file: str) -> list[str]:
    """Names that the program takes: shortened in the stem, `_` after a reserved word. E521 when two are the same."""
    names: dict[str, str] = {}
    problems = Problems()
    for column in columns:
        stem, suffix = column.name
        room = max(limits.name - len(suffix), 8)
        name = (stem[:room] + suffix)[: limits.name]
        name += "_" * (limits.reserved.fullmatch(name) is not None)
        whole = stem + suffix
        if name in names:
            what = f"gets the name {name} in this format, as {names[name]} does"
            fix = "Rename one of the two in the dictionary, or leave one out"
            problems.add("E521", file, 0, whole, what, fix)
        names[name] = whole
    problems.raise_if_errors()
    return list(names)


def _cells(column: Column, reasons: Mapping[str, MissingReason], format: str) -> pd.Series | pd.Categorical | Floats:
    """The cells of one column as pyreadstat takes them."""
    if column.kind == "text":
        return column.values.astype(object).where(column.values.notna(), "").astype("str")
    if column.kind == "date":
        return _days(column.values, _LIMITS[format])
    numbers: Floats = column.values.to_numpy(dtype=np.float64)
    if column.why is None:
        return numbers
    if format == "sav":
        codes = {name: float(reason.spss) for name, reason in reasons.items()}
        return np.where(column.why.notna(), column.why.astype(object).map(codes).astype("float64"), numbers)
    return _with_letters(numbers, column.why, reasons)


def _with_letters(numbers: Floats, why: pd.Series, reasons: Mapping[str, MissingReason]) -> pd.Categorical:
    """Numbers with a letter for each extended missing value.

    As categories, because pyreadstat takes a column of objects for text when its first 100 rows hold letters only.
    """
    place, distinct = pd.factorize(numbers)
    letters = {name: len(distinct) + index for index, name in enumerate(reasons)}
    absent = why.notna().to_numpy()
    place[absent] = why[absent].astype(object).map(letters).to_numpy(dtype=np.int64)
    categories = [*distinct.tolist(), *(_letter(reason) for reason in reasons.values())]
    return pd.Categorical.from_codes(place, categories=pd.Index(categories, dtype=object))


def _days(values: pd.Series, limits: _Limits) -> Floats:
    days = (pd.to_datetime(values) - pd.Timestamp(limits.epoch)) / pd.Timedelta(days=1)
    return np.asarray(days, dtype=np.float64) * limits.day


def _value_labels(
    column: Column, reasons: Mapping[str, MissingReason], format: str, lang: Lang
) -> dict[float | str, str]:
    limit = _LIMITS[format].value_label
    labels: dict[float | str, str] = {code: _cut(label, limit) for code, label in (column.labels or {}).items()}
    for reason in reasons.values():
        code = float(reason.spss) if format == "sav" else _letter(reason)
        labels[code] = _cut(reason.label[lang], limit)
    return labels


def _cut(label: str, limit: int) -> str:
    """At most `limit` bytes, no letter halved."""
    return label.encode()[:limit].decode(errors="ignore")

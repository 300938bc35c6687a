"""Margins: how many people a population has in each category, from a file with its source and date."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cwb_impact.errors import Problems
from cwb_impact.types import Floats, Integers

SUM_TOLERANCE = 0.005
"""Margins of one wave may differ this much in their sum: tables of one population that are rounded to fives, or counted
some weeks apart, do. They are then scaled to the sum of the first. More is another population or a typing error."""

Labels = Mapping[str, pd.Series | NDArray[Any]]
"""Variable -> (n,) the category of each respondent as text; missing is empty, None or nan."""

_LAST = ["people", "source", "date"]
# 1.234 may be one and a bit or a thousand: three decimals are refused
_PEOPLE = re.compile(r"[0-9]{1,12}(?:\.(?![0-9]{3}$)[0-9]{1,9})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Margin:
    """People of one wave by the categories of one variable, or of several crossed.

    targets : one category of each variable -> people. shown : the file, as messages name it.
    """

    variables: tuple[str, ...]
    targets: Mapping[tuple[str, ...], float]
    source: str
    date: date
    shown: str


@dataclass(frozen=True, repr=False)
class CodedMargin:
    """A margin beside its respondents. codes : (n,) row of targets and names. targets : (k,) people. names : (k,)."""

    subject: str
    codes: Integers
    targets: Floats
    names: tuple[str, ...]


def read_margins(path: Path | None, shown: str, problems: Problems) -> dict[str, Margin]:
    """The margin of each wave from one CSV with the columns `wave, <one or more variables>, people, source, date`.

    Problems, all of them at once: E102 no file or rows of unequal length, E105 not UTF-8, E101 its header, E180 people
    that are no number, a category, source or date that is missing or cannot be read, a row that stands twice.
    """
    text = _text(path, shown, problems)
    if text is None:
        return {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: dict[str, dict[tuple[str, ...], float]] = {}
    origin: dict[str, tuple[str, date]] = {}
    try:
        header = next(reader, [])
        variables = tuple(header[1:-3])
        if not _header_is_right(header):
            what = "the columns must be wave, one or more variables, people, source, date"
            problems.add("E101", shown, 1, "margin", what, "Correct the header")
            return {}
        for row in reader:
            if not row:
                continue
            line = reader.line_num
            if len(row) != len(header):
                what = f"a row of {len(row)} cells under a header of {len(header)}"
                problems.add("E102", shown, line, "margin", what, "Correct the row")
                continue
            wave, key = row[0], tuple(row[1:-3])
            margin = found.setdefault(wave, {})
            faults, day = _faults(row, key in margin, origin.get(wave))
            for what, fix in faults:
                problems.add("E180", shown, line, "/".join((wave, *key)), what, fix)
            margin[key] = 0.0 if faults else float(row[-3])
            if day is not None:
                origin.setdefault(wave, (row[-2], day))
    except csv.Error as error:
        problems.add("E102", shown, reader.line_num, "margin", f"cannot be read as CSV ({error})", "Correct the row")
        return {}
    if not found:
        problems.add("E180", shown, 0, "margin", "holds no row", "Add the rows")
    return {wave: Margin(variables, found[wave], *origin[wave], shown) for wave in found if wave in origin}


def _text(path: Path | None, shown: str, problems: Problems) -> str | None:
    if path is None or not path.is_file():
        problems.add("E102", shown, 0, "margin", "no such file in the study folder", "Add it, or correct the path")
        return None
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add("E105", shown, 0, "margin", f"is not UTF-8 (byte {error.start})", "Save it as UTF-8")
        return None


def _header_is_right(header: Sequence[str]) -> bool:
    variables = header[1:-3]
    named = all(name.strip() for name in variables) and len(set(header)) == len(header)
    return header[:1] == ["wave"] and list(header[-3:]) == _LAST and bool(variables) and named


def _faults(
    row: Sequence[str], twice: bool, origin: tuple[str, date] | None
) -> tuple[list[tuple[str, str]], date | None]:
    """What is wrong with one row and how to mend it; and its date, when that and the source can be read."""
    faults = []
    if twice:
        faults.append(("this row stands twice", "Leave one of them out"))
    if not all(cell.strip() for cell in row[:-3]):
        faults.append(("the wave or a category is empty", "Fill it in"))
    if not _PEOPLE.fullmatch(row[-3]):
        what = "people is not a number of 0 or more"
        faults.append((what, "Write 1234 or 1234.5, without a mark for thousands"))
    if not row[-2].strip():
        faults.append(("no source", "Say where the numbers come from"))
    try:
        day = date.fromisoformat(row[-1]) if _DAY.fullmatch(row[-1]) else None
    except ValueError:
        day = None
    if day is None:
        faults.append(("the date cannot be read", "Write the day that the numbers are of as 2024-12-31"))
    elif row[-2].strip() and origin is not None and origin != (row[-2], day):
        faults.append(("another source or date than the rows before it in this wave", "A margin has one of each"))
    return faults, day if row[-2].strip() else None


def check_margins(margins: Sequence[Margin], categories: Labels, problems: Problems) -> tuple[CodedMargin, ...]:
    """The margins of one wave beside its respondents, their sums made equal to that of the first.

    Without problems every code is a row of its margin and every row with people has a respondent, so that raking,
    post-stratification and calibration can begin. Problems (E195): a variable that respondents do not have; sums that
    differ by more than SUM_TOLERANCE; respondents whose category is missing, is not in the margin or holds nobody
    there; a category with people and no respondent.
    """
    coded: list[tuple[str, CodedMargin]] = []
    for margin in margins:
        subject = " x ".join(margin.variables)
        absent = [variable for variable in margin.variables if variable not in categories]
        if absent:
            what = f"the respondents have no {', '.join(absent)}"
            problems.add("E195", margin.shown, 0, subject, what, "Name variables of the study")
            continue
        labels = [_texts(categories[variable]) for variable in margin.variables]
        one = CodedMargin(subject, *_coded(margin, labels))
        _check_cells(margin, labels, one, problems)
        coded.append((margin.shown, one))
    return _to_one_sum(coded, problems)


def _to_one_sum(coded: Sequence[tuple[str, CodedMargin]], problems: Problems) -> tuple[CodedMargin, ...]:
    scaled = []
    for shown, one in coded:
        first = coded[0][1]
        total, wanted = float(one.targets.sum()), float(first.targets.sum())
        if total <= 0.0 or abs(total - wanted) > SUM_TOLERANCE * wanted:
            what = f"adds up to {total:,.0f} people, and the margin of {first.subject} to {wanted:,.0f}"
            fix = "Take margins of the same population and date"
            problems.add("E195", shown, 0, one.subject, what, fix)
            continue
        # one sum exactly: raking to sums that differ would never end
        scaled.append(CodedMargin(one.subject, one.codes, one.targets * (wanted / total), one.names))
    return tuple(scaled)


def _texts(labels: pd.Series | NDArray[Any]) -> pd.Index:
    """Categories as text, with "" for missing."""
    return pd.Index(pd.Series(labels).astype("str").fillna(""))


def _coded(margin: Margin, labels: Sequence[pd.Index]) -> tuple[Integers, Floats, tuple[str, ...]]:
    """(n,) row in the margin of each respondent, -1 for none; (k,) people; (k,) names."""
    keys = list(margin.targets)
    cell = np.zeros(len(labels[0]), dtype=np.int64)
    wanted = np.zeros(len(keys), dtype=np.int64)
    known = np.ones(len(cell), dtype=bool)
    for j, texts in enumerate(labels):
        levels = pd.Index(sorted({key[j] for key in keys}), dtype="str")
        place = levels.get_indexer(texts)
        known &= place >= 0
        cell = cell * len(levels) + place
        wanted = wanted * len(levels) + levels.get_indexer(pd.Index([key[j] for key in keys], dtype="str"))
    order = np.argsort(wanted)
    at = np.minimum(np.searchsorted(wanted[order], cell), len(keys) - 1)
    codes = np.where(known & (wanted[order][at] == cell), order[at], -1)
    return codes, np.array([margin.targets[key] for key in keys]), tuple(" / ".join(key) for key in keys)


def _check_cells(margin: Margin, labels: Sequence[pd.Index], coded: CodedMargin, problems: Problems) -> None:
    n = len(coded.codes)
    missing = np.zeros(n, dtype=bool)
    for variable, texts in zip(margin.variables, labels, strict=True):
        empty = np.asarray(texts == "")
        missing |= empty
        if empty.any():
            what = f"respondents whose {variable} is not known cannot be weighted to the margin"
            fix = "Impute it before weighting, or leave them out"
            problems.add("E195", margin.shown, 0, variable, what, fix, int(empty.sum()), n)
    outside = ~missing & (coded.codes < 0)
    strays = Counter(zip(*(texts[outside] for texts in labels), strict=True))
    for key, count in strays.items():
        what = "respondents in a category that the margin does not name"
        fix = "Add the category with its people, or merge it in the margin and in the answers"
        problems.add("E195", margin.shown, 0, _name(margin.variables, key), what, fix, count, n)
    answered = np.bincount(coded.codes[coded.codes >= 0], minlength=len(coded.targets))
    for key, people, count in zip(margin.targets, coded.targets.tolist(), answered.tolist(), strict=True):
        subject = _name(margin.variables, key)
        if people > 0.0 and count == 0:
            what = f"{people:,.0f} people in the margin and no respondent: this cell cannot be met"
            problems.add("E195", margin.shown, 0, subject, what, "Merge it with a category that has respondents")
        elif people == 0.0 and count > 0:
            what = "the margin says nobody is in this category, and there are respondents"
            fix = "Correct the margin, or merge the category in the margin and in the answers"
            problems.add("E195", margin.shown, 0, subject, what, fix, count, n)


def _name(variables: Sequence[str], key: Sequence[str]) -> str:
    return ", ".join(f"{variable} {category}" for variable, category in zip(variables, key, strict=True))

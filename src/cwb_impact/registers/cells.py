"""One cell of a register as a number, day, postcode, chamber-of-commerce number or choice.

A fault names its kind and never what the cell holds. A text that Dutch and English read differently, such as 1.234 or
3-4-2025, is decided by the other cells of its column (`votes`), never alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from cwb_impact.harmonise.labels import normalised
from cwb_impact.spec.model import Text

Cell = str | int | float | dt.datetime | dt.date | dt.time | None
"""As a spreadsheet or a text file holds it; `bool` is an `int`."""
Value = str | Decimal | dt.date

NumberForm = Literal["nl", "en"]
DateForm = Literal["dmy", "mdy", "iso"]
NUMBER_FORMS: tuple[NumberForm, ...] = ("nl", "en")
DATE_FORMS: tuple[DateForm, ...] = ("dmy", "mdy")

_SPACES = re.compile(r"\s+")
_CURRENCY = r"(?:€|eur|euros?)?"
_MINUS = "[-−–]"
_MARKS: Mapping[NumberForm, tuple[str, str]] = {"nl": (r"\.", ","), "en": (",", r"\.")}
_TIME = re.compile(r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)$")
_YEAR_FIRST = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{2}|\d{4})", re.ASCII)
_POSTCODE = re.compile(r"([1-9]\d{3}) ?([A-Z]{2})?", re.ASCII)


def _number_pattern(form: NumberForm) -> re.Pattern[str]:
    """`1.234,50`, `1 234,50`, `1234` and `1.234,-`; a number in groups never starts with a zero."""
    thousands, mark = _MARKS[form]
    whole = rf"[1-9]\d{{0,2}}(?:{thousands}\d{{3}})+|[1-9]\d{{0,2}}(?: \d{{3}})+|\d{{1,15}}"
    number = rf"(?P<whole>{whole})(?:{mark}(?:(?P<part>\d{{1,10}})|-{{1,2}}|=))?"
    before = rf"{_CURRENCY} ?(?P<open>\()? ?{_CURRENCY} ?(?P<minus>{_MINUS})? ?{_CURRENCY} ?"
    after = rf" ?{_CURRENCY} ?(?P<after>{_MINUS})? ?(?P<close>\))? ?{_CURRENCY}"
    return re.compile(before + number + after, re.IGNORECASE | re.ASCII)


_NUMBERS = {form: _number_pattern(form) for form in NUMBER_FORMS}


@dataclass(frozen=True)
class Read:
    """A cell that was read, or the kind of fault that kept it from being read. note : what was mended in it."""

    value: Value | None
    fault: str = ""
    note: str = ""


def is_empty(cell: Cell) -> bool:
    """Does a cell hold nothing but spaces?"""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def plain(cell: Cell) -> str:
    """A cell as text: spaces once, a whole number without decimals."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _SPACES.sub(" ", str(cell)).strip()


def read_number(cell: Cell, form: NumberForm) -> Read:
    """`1.234,50` (nl) or `1,234.50` (en), with a sign before, after or as (…), with or without €; or a number.

    >>> read_number("€ 1.234,50-", "nl").value
    Decimal('-1234.50')
    >>> read_number("1.234", "en").value
    Decimal('1.234')
    """
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return Read(None, "no number")
    if isinstance(cell, int | float):
        # what a formula adds in its tenth decimal is no part of the number
        return Read(Decimal(repr(round(cell, 9)))) if abs(cell) < 1e15 else Read(None, "no number")
    text = plain(cell)
    found = _NUMBERS[form].fullmatch(text)
    if found is None:
        return Read(None, "a dash: 0, or not known?" if re.fullmatch(_MINUS, text) else "no number")
    brackets = (found["open"] is not None, found["close"] is not None)
    signs = sum((found["minus"] is not None, found["after"] is not None, all(brackets)))
    if signs > 1 or brackets[0] != brackets[1]:
        return Read(None, "no number")
    digits = re.sub(r"\D", "", found["whole"], flags=re.ASCII) + (f".{found['part']}" if found["part"] else "")
    return Read(Decimal(f"-{digits}" if signs else digits))


def read_percent(cell: Cell, form: NumberForm) -> Read:
    """`12,5%` and `12,5` are 12.5."""
    return read_number(cell.rstrip().removesuffix("%") if isinstance(cell, str) else cell, form)


def read_day(cell: Cell, form: DateForm) -> Read:
    """A day: of Excel, year first, or with day and month in the order of `form` (never when it is `iso`).

    >>> read_day("31-12-2025", "dmy").value
    datetime.date(2025, 12, 31)
    """
    if isinstance(cell, dt.datetime):
        return Read(cell.date())
    if isinstance(cell, dt.date):
        return Read(cell)
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return Read(None, "no date")
    text = _TIME.sub("", plain(cell))
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(*(found.group(1, 3, 4) if found[1] else found.group(5, 6, 7)))
    if not isinstance(cell, str) or re.fullmatch(r"\d{5}", text):
        return Read(None, "a bare number where a date should be")
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        return Read(None, "no date")
    if len(found[4]) == 2:
        return Read(None, "a year in two digits")
    if form == "iso":
        return Read(None, "a date that does not start with the year")
    return _day(found[4], found[3], found[1]) if form == "dmy" else _day(found[4], found[1], found[3])


def _day(year: str, month: str, day: str) -> Read:
    try:
        return Read(dt.date(int(year), int(month), int(day)))
    except ValueError:
        return Read(None, "no day of the calendar")


def read_postcode(cell: Cell) -> Read:
    """`1069 ab` is 1069AB; `1069` alone stays so."""
    found = _POSTCODE.fullmatch(plain(cell).upper())
    return Read(found[1] + (found[2] or "")) if found else Read(None, "no Dutch postcode")


def read_kvk(cell: Cell) -> Read:
    """Eight digits. Excel takes the zero off the front, so seven digits get it back, and that is told."""
    digits = re.sub(r"[ .]", "", plain(cell))
    if re.fullmatch(r"\d{7,8}", digits, re.ASCII):
        return Read(digits.zfill(8), note="" if len(digits) == 8 else "padded")
    return Read(None, "no chamber-of-commerce number of 8 digits")


def words_of(choices: Mapping[str, Text]) -> dict[str, str]:
    """How a choice may be written -> its code: the code, the Dutch or the English label."""
    return {normalised(word): code for code, label in choices.items() for word in (label["nl"], label["en"], code)}


def read_choice(cell: Cell, words: Mapping[str, str]) -> Read:
    """One of the choices; TRUE and FALSE of a spreadsheet are yes and no."""
    text = ("yes" if cell else "no") if isinstance(cell, bool) else plain(cell)
    code = words.get(normalised(text))
    return Read(code) if code is not None else Read(None, "none of the choices")


@dataclass(frozen=True)
class Votes:
    """Which cells of a column only one form can read, and which both read, as different things."""

    only: Mapping[str, Sequence[int]]
    ambiguous: Sequence[int]

    @property
    def forms(self) -> list[str]:
        """The forms that some cell needs, most cells first."""
        return sorted((form for form in self.only if self.only[form]), key=lambda form: -len(self.only[form]))


def number_votes(cells: Iterable[Cell]) -> Votes:
    """What the texts of a column say about its numbers; numbers of a spreadsheet say nothing."""
    return _votes([{form: read_percent(cell, form).value for form in NUMBER_FORMS} for cell in cells])


def date_votes(cells: Iterable[Cell]) -> Votes:
    """What the texts of a column say about the order of day and month."""
    return _votes([{form: read_day(cell, form).value for form in DATE_FORMS} for cell in cells])


def _votes(readings: Sequence[Mapping[str, Value | None]]) -> Votes:
    only: dict[str, list[int]] = {}
    ambiguous = []
    for index, reading in enumerate(readings):
        able = {form: value for form, value in reading.items() if value is not None}
        if len(able) == 1:
            only.setdefault(next(iter(able)), []).append(index)
        elif len(set(able.values())) > 1:
            ambiguous.append(index)
    return Votes(only, ambiguous)

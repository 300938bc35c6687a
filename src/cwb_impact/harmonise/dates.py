"""Dates as survey files hold them, each form named in the map. A date that cannot be read is counted by its fault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan

import numpy as np

from cwb_impact.spec.variable_map import DateForm

_EPOCHS: Mapping[DateForm, tuple[date, int]] = {
    "spss": (date(1582, 10, 14), 86_400),
    "stata_day": (date(1960, 1, 1), 1),
    "stata_ms": (date(1960, 1, 1), 86_400_000),
    "excel_1900": (date(1899, 12, 30), 1),
    "excel_1904": (date(1904, 1, 1), 1),
}
"""Day 0, and the units in a day. Source: the manuals of SPSS, Stata and Excel."""

_ORDERS: Mapping[DateForm, str] = {"d-m-y": "dmy", "m-d-y": "mdy", "y-m-d": "ymd", "iso": "ymd"}


@dataclass(frozen=True)
class ReadDate:
    """A day, or why there is none. The fault names a kind and never the cell."""

    day: np.datetime64 | None
    fault: str = ""


def read_date(code: str, number: float, form: DateForm, days: tuple[date, date] | None) -> ReadDate:
    """One cell as a day."""
    found = _from_number(number, form) if form in _EPOCHS else _from_text(code, form)
    if found.day is None or days is None or np.datetime64(days[0]) <= found.day <= np.datetime64(days[1]):
        return found
    return ReadDate(None, "outside the possible days")


def _from_number(number: float, form: DateForm) -> ReadDate:
    epoch, day = _EPOCHS[form]
    if isnan(number):
        return ReadDate(None, "no number of days or seconds")
    if form == "excel_1900" and number < 61:  # Excel counts a 29 February 1900 that never was
        return ReadDate(None, "before March 1900, where Excel's days are unsure")
    try:
        return ReadDate(np.datetime64(epoch + timedelta(days=number // day)))
    except (OverflowError, ValueError):  # before the year 1, after 9999, or infinite
        return ReadDate(None, "beyond any calendar")


def _from_text(code: str, form: DateForm) -> ReadDate:
    order = _ORDERS[form]
    separators = "-" if form == "iso" else "-/. "
    parts = re.split(f"[{re.escape(separators)}]", code.split("T")[0] if form == "iso" else code)
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return ReadDate(None, f"not in the form {form}")
    year, month, day = (parts[order.index(letter)] for letter in "ymd")
    if len(year) != 4:
        return ReadDate(None, "a year of other than four digits")
    try:
        return ReadDate(np.datetime64(date(int(year), int(month), int(day))))
    except (OverflowError, ValueError):  # a month of ten digits
        return ReadDate(None, "no day of the calendar")

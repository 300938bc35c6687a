"""The list of people of the co-ops: who is there on the reference date, and who was there a year before."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.registers.at_wave import AtWave
from cwb_impact.registers.cells import Value
from cwb_impact.registers.listed import as_rows, harmonised
from cwb_impact.registers.read_list import Listed, read_list
from cwb_impact.types import RegisterRows

A_YEAR_AGO = "people_a_year_ago"
YEAR = dt.timedelta(days=365)
_EARLIEST = dt.date(1950, 1, 1)
_AHEAD = dt.timedelta(days=10 * 366)
"""A last day may be agreed on beforehand; a day further off than this is a slip of the pen."""
_CITIZEN = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def people_rows(at: AtWave, problems: Problems) -> tuple[RegisterRows, RegisterRows] | None:
    """Two lists of one register: `people` at the reference date, and `people_a_year_ago`.

    The first and the last day are both days on which somebody works there. `people` has everybody who is there on the
    reference date. `people_a_year_ago` has one row for everybody who was there 365 days before, with
    `worked_a_year_ago` (was that work paid) and `still_working_after_12_months` (is the same person in the same co-op
    on the reference date, also after a break). Whoever came and left within the year is in neither.

    Problems: those of `read_list`; E631 one person twice in one co-op at the same time; E632 days that cannot be; E636
    a list of another year; W626 numbers of persons that may be citizen numbers; W627 nobody ever left.
    Returns None when anything is wrong.
    """
    before, on = len(problems.errors), at.spec.reference_date
    found = read_list("people", at, problems)
    if found is None:
        return None
    _check_numbers(found, problems)
    stays = _stays(found)
    _check_days(found, stays, on, problems)
    _check_once(found, stays, problems)
    if len(problems.errors) > before:
        return None
    here = [_there(stay, on) for stay in stays]
    if not any(here):
        what = f"nobody worked there on {on}: a list of another year?"
        found.tell(problems, "E636", "joined", range(len(found)), what, "Give the list of this wave")
        return None
    left = sum(stay[1] < on for stay in stays)
    later = sum(stay[0] > on for stay in stays)
    now = harmonised(found.only(here, left_before=left, joined_after=later), at, problems)
    past = _a_year_ago(found, stays, at, problems)
    return (now, past) if now is not None else None


Stay = tuple[dt.date, dt.date]
"""First and last day of one person in one co-op; the last possible day for who is still there."""


def _stays(found: Listed) -> list[Stay]:
    return [
        (_day(joined, dt.date.min), _day(left, dt.date.max))
        for joined, left in zip(found.values("joined"), found.values("left"), strict=True)
    ]


def _day(value: Value | None, otherwise: dt.date) -> dt.date:
    return value if isinstance(value, dt.date) else otherwise


def _there(stay: Stay, day: dt.date) -> bool:
    return stay[0] <= day <= stay[1]


def _a_year_ago(found: Listed, stays: Sequence[Stay], at: AtWave, problems: Problems) -> RegisterRows:
    """Who was there 365 days before the reference date."""
    day = at.spec.reference_date - YEAR
    who = list(zip(found.keys("coop"), found.keys("person"), strict=True))
    now = {one for one, stay in zip(who, stays, strict=True) if _there(stay, at.spec.reference_date)}
    was = np.array([_there(stay, day) for stay in stays])
    then = found.only(
        was.tolist(),
        left_before=sum(stay[1] < day for stay in stays),
        joined_after=int(sum(stay[0] > day for stay in stays)),
    )
    if was.any() and all(stay[1] == dt.date.max for stay in stays):
        what = "no row has a last day, so everybody of a year ago would still be there"
        fix = "Keep the people who left in the list, with their last day"
        problems.add("W627", ", ".join(found.files), 0, "left", what, fix)
    frame = pd.DataFrame(
        {
            "worked_a_year_ago": pd.Series(then.values("paid_work"), dtype="str"),
            "worked_a_year_ago__why": pd.Series(then.why("paid_work"), dtype="str"),
            "still_working_after_12_months": pd.Series(
                ["yes" if one in now else "no" for one, there in zip(who, was, strict=True) if there], dtype="str"
            ),
            "still_working_after_12_months__why": pd.Series(["valid"] * len(then), dtype="str"),
        }
    )
    return as_rows(then, frame, A_YEAR_AGO, at)


def _check_days(found: Listed, stays: Sequence[Stay], on: dt.date, problems: Problems) -> None:
    backwards = [row for row, stay in enumerate(stays) if stay[1] < stay[0]]
    found.tell(problems, "E632", "left", backwards, "the last day is before the first", "Correct one of the two")
    limits = f"before {_EARLIEST.year} or more than ten years after the reference date"
    for column in ("joined", "left"):
        days = found.values(column)
        odd = [row for row, day in enumerate(days) if isinstance(day, dt.date) and not _EARLIEST <= day <= on + _AHEAD]
        found.tell(problems, "E632", column, odd, limits, "Correct the year")


def _check_once(found: Listed, stays: Sequence[Stay], problems: Problems) -> None:
    """Who comes back has a new row; two rows at the same time would count one person twice."""
    known: dict[tuple[str, str], list[Stay]] = {}
    doubles = []
    for row, who in enumerate(zip(found.keys("coop"), found.keys("person"), strict=True)):
        earlier = known.setdefault(who, [])
        if any(stays[row][0] <= other[1] and other[0] <= stays[row][1] for other in earlier):
            doubles.append(row)
        earlier.append(stays[row])
    what = "the same person in the same co-op at the same time as in a row above"
    found.tell(problems, "E631", "person", doubles, what, "Remove the double row, or correct the number or a day")


def _check_numbers(found: Listed, problems: Problems) -> None:
    """W626 when most of the numbers of persons pass the test of a Dutch citizen number; by chance 1 in 11 does."""
    rows = [row for row, value in enumerate(found.values("person")) if _like_citizen_number(str(value))]
    if len(rows) > 2 and 2 * len(rows) > len(found):
        what = "may be citizen numbers (BSN), which must never be in this list"
        found.tell(problems, "W626", "person", rows, what, "Take numbers of your own, and destroy this file")


def _like_citizen_number(text: str) -> bool:
    digits = re.sub(r"[ .]", "", text)
    if not re.fullmatch(r"\d{8,9}", digits, re.ASCII):
        return False
    return sum(int(digit) * weight for digit, weight in zip(digits.zfill(9), _CITIZEN, strict=True)) % 11 == 0

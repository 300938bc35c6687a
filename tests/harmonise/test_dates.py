"""Dates in the forms of survey files. Expected days are worked out with Python's own calendar."""

import datetime as dt
import hashlib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_variable import DATE, one, reasons, wave_map

from cwb_impact.errors import Problems
from cwb_impact.harmonise.dates import read_date
from cwb_impact.harmonise.mapped import Mapped
from cwb_impact.harmonise.wave import harmonise_variable
from cwb_impact.read.raw_file import read_wave
from cwb_impact.spec.variable import Variable

FILES = Path(__file__).parents[1] / "read/files"
EPOCHS = {
    "spss": (dt.datetime(1582, 10, 14), dt.timedelta(seconds=1)),
    "stata_day": (dt.datetime(1960, 1, 1), dt.timedelta(days=1)),
    "stata_ms": (dt.datetime(1960, 1, 1), dt.timedelta(milliseconds=1)),
    "excel_1900": (dt.datetime(1899, 12, 30), dt.timedelta(days=1)),
    "excel_1904": (dt.datetime(1904, 1, 1), dt.timedelta(days=1)),
}


def days(result: list) -> list[str | None]:
    return [None if value is None else pd.Timestamp(value).date().isoformat() for value in result]


@pytest.mark.parametrize("form", EPOCHS)
@given(st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(9999, 12, 31)))
def test_numbers_count_from_the_first_day_of_their_form(form: str, moment: dt.datetime) -> None:
    start, unit = EPOCHS[form]
    moment = max(moment, start)
    number = (moment - start) // unit
    expected = (start + number * unit).date().isoformat()
    assert days(one({"date": form}, DATE, [number]).values) == [expected]


def test_midnight_in_milliseconds_is_the_day_that_begins() -> None:
    """0.001 has no exact float: seconds from milliseconds fall a hair before midnight."""
    numbers = [day * 86_400_000 for day in range(20_000, 26_000)]
    found = days(one({"date": "stata_ms"}, DATE, numbers).values)
    assert found == [(dt.date(1960, 1, 1) + dt.timedelta(days=day)).isoformat() for day in range(20_000, 26_000)]


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("iso", "2024-02-29", "2024-02-29"),
        ("iso", "2024-02-29T13:05:00", "2024-02-29"),
        ("d-m-y", "1-2-2024", "2024-02-01"),
        ("m-d-y", "1-2-2024", "2024-01-02"),
        ("d-m-y", "01/02/2024", "2024-02-01"),
        ("d-m-y", "01.02.2024", "2024-02-01"),
        ("y-m-d", "2024/2/1", "2024-02-01"),
        ("d-m-y", "\u0661-\u0662-\u0662\u0660\u0662\u0664", "2024-02-01"),
        ("y-m-d", "\u06f2\u06f0\u06f2\u06f4-\u06f1-\u06f2", "2024-01-02"),
    ],
)
def test_texts_are_read_in_the_order_of_the_map(form: str, text: str, expected: str) -> None:
    assert days(one({"date": form}, DATE, [text]).values) == [expected]


@pytest.mark.parametrize(
    ("form", "cell", "fault"),
    [
        ("d-m-y", "30-2-2024", "no day of the calendar"),
        ("d-m-y", "13/13/2024", "no day of the calendar"),
        ("d-m-y", "1-2-24", "a year of other than four digits"),
        ("d-m-y", "2024-02-01", "a year of other than four digits"),
        ("iso", "1/2/2024", "not in the form iso"),
        ("iso", "0000-01-01", "no day of the calendar"),
        ("d-m-y", "MARCH1", "not in the form d-m-y"),
        ("spss", "2024-01-01", "no number of days or seconds"),
        ("spss", 1e13, "beyond any calendar"),
        ("spss", -1e13, "beyond any calendar"),
        ("stata_day", float("inf"), "beyond any calendar"),
        ("stata_ms", 1e300, "beyond any calendar"),
        ("excel_1900", 60, "before March 1900, where Excel's days are unsure"),
        ("excel_1900", 0, "before March 1900, where Excel's days are unsure"),
    ],
)
def test_what_is_no_date_is_counted_by_its_fault(form: str, cell: object, fault: str) -> None:
    result = one({"date": form}, DATE, [None, cell], missing={"sysmis": "no_answer"})
    assert result.values == [None, None] and result.why == ["no_answer", "invalid"]
    assert result.errors == ["E180"]
    assert f"{fault} (first in row 2)" in result.told("E180")[0] and "<10 of 2" in result.told("E180")[0]


def test_dates_outside_the_dictionarys_days_are_counted() -> None:
    variable = {**DATE, "days": ["1900-01-01", "2025-12-31"]}
    result = one({"date": "iso"}, variable, ["1899-12-31", "1900-01-01", "2025-12-31", "2026-01-01"])
    assert result.why == ["invalid", "valid", "valid", "invalid"] and result.errors == ["E180"]


def test_outside_invalid_makes_faults_a_warning() -> None:
    result = one({"date": "iso", "outside": "invalid"}, DATE, ["2024-02-30", "2024-02-28"])
    assert result.errors == [] and "W180" in result.codes and result.why == ["invalid", "valid"]


def test_a_code_that_the_map_calls_invalid_is_no_fault_of_the_date() -> None:
    result = one({"date": "stata_day", "missing": {"99999999": "invalid"}}, DATE, [99_999_999, 3])
    assert result.errors == [] and result.why == ["invalid", "valid"]


def test_a_missing_code_of_a_date_is_no_date() -> None:
    result = one({"date": "d-m-y", "missing": {"0": "refused"}}, DATE, ["0", "1-2-2024"])
    assert result.why == ["refused", "valid"] and result.errors == []


def test_an_overflow_in_a_file_does_not_stop_the_other_columns() -> None:
    """haven_datetime.sav holds a date beyond any calendar, on which readers stop; see tests/read/files/README.md."""
    path = FILES / "haven_datetime.sav"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    entry = {"date": "spss", "relation": "exact", "outside": "invalid"}
    variables = {name: {"from": name.replace("_", "."), **entry} for name in ("date", "date_posix")}
    source = {"file": path.name, "sha256": digest, "rows": 2}
    spec = wave_map(variables, source, id={"columns": ["time"], "scope": "wave"})
    problems = Problems()
    raw = read_wave(spec, FILES, problems)
    assert raw is not None and not problems.errors
    found = {}
    for name in variables:
        ready = Mapped(name, spec.variables[name], Variable.model_validate(DATE), spec, reasons())
        found[name], _ = harmonise_variable(ready, raw.frame, raw, problems)
    seconds = raw.frame["date"]
    expected = [(dt.datetime(1582, 10, 14) + dt.timedelta(seconds=held)).date().isoformat() for held in seconds]
    assert days(found["date"]["date"].tolist()) == expected
    assert found["date_posix"]["date_posix__why"].tolist() == ["invalid", "valid"]


def test_a_month_of_ten_digits_is_no_day_of_the_calendar() -> None:
    assert read_date("1-9999999999-2024", float("nan"), "d-m-y", None).fault == "no day of the calendar"

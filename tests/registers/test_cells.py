"""One cell at a time: what each spelling means, and that Dutch and English spellings come back as the same number."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.registers.cells import (
    NumberForm,
    date_votes,
    number_votes,
    read_choice,
    read_day,
    read_kvk,
    read_number,
    read_percent,
    read_postcode,
    words_of,
)
from cwb_impact.spec.model import both

AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False)


def _spelled(amount: Decimal, form: NumberForm) -> str:
    """As a spreadsheet of that country shows it, in groups of three: made without the code under test."""
    english = f"{amount:,.2f}"
    return english if form == "en" else english.translate(str.maketrans(",.", ".,"))


@given(AMOUNTS, st.sampled_from(["nl", "en"]))
def test_a_number_comes_back(amount: Decimal, form: NumberForm) -> None:
    assert read_number(_spelled(amount, form), form).value == amount


@given(AMOUNTS, st.sampled_from(["nl", "en"]), st.sampled_from(["€ {}", "{} EUR", "€{}", " {} euro ", "EUR {}"]))
def test_a_currency_changes_nothing(amount: Decimal, form: NumberForm, around: str) -> None:
    assert read_number(around.format(_spelled(amount, form)), form).value == amount


@given(
    AMOUNTS.filter(lambda amount: amount > 0),
    st.sampled_from(["nl", "en"]),
    st.sampled_from(["-{}", "−{}", "{}-", "({})"]),
)
def test_four_ways_to_write_a_negative(amount: Decimal, form: NumberForm, sign: str) -> None:
    assert read_number(sign.format(_spelled(amount, form)), form).value == -amount


@given(AMOUNTS.filter(lambda amount: abs(amount) >= 1000))
def test_the_other_country_never_reads_it_as_something_else(amount: Decimal) -> None:
    assert read_number(_spelled(amount, "nl"), "en").value is None
    assert read_number(_spelled(amount, "en"), "nl").value is None


@pytest.mark.parametrize(
    ("text", "nl", "en"),
    [
        ("1.234,50", "1234.50", None),
        ("1,234.50", None, "1234.50"),
        ("1 234,50", "1234.50", None),
        ("1\u00a0234,50", "1234.50", None),
        ("1\u202f234.50", None, "1234.50"),
        ("1.234", "1234", "1.234"),
        ("1,234", "1.234", "1234"),
        ("0.125", None, "0.125"),
        ("1.234.567", "1234567", None),
        ("1234.567", None, "1234.567"),
        ("1.234,-", "1234", None),
        ("1,234.-", None, "1234"),
        ("1.234,--", "1234", None),
        ("007", "7", "7"),
        ("12", "12", "12"),
        ("-", None, None),
        ("", None, None),
        ("--5", None, None),
        ("(-5)", None, None),
        ("(5", None, None),
        ("1e5", None, None),
        ("1.23.456", None, None),
        ("12€34", None, None),
        ("twaalf", None, None),
    ],
)
def test_spellings(text: str, nl: str | None, en: str | None) -> None:
    assert read_number(text, "nl").value == (Decimal(nl) if nl else None)
    assert read_number(text, "en").value == (Decimal(en) if en else None)


def test_numbers_of_a_spreadsheet_are_themselves() -> None:
    assert read_number(0.1 + 0.2, "nl").value == Decimal("0.3")
    assert read_number(7, "en").value == 7
    assert read_number(True, "nl").fault
    assert read_number(float("inf"), "nl").fault
    assert read_number(dt.datetime(2025, 2, 1), "nl").fault


def test_percentages() -> None:
    assert read_percent("12,5 %", "nl").value == Decimal("12.5")
    assert read_percent("40", "nl").value == 40
    assert read_percent("%", "nl").fault


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.sampled_from("-/."))
def test_a_day_comes_back(day: dt.date, mark: str) -> None:
    assert read_day(f"{day.day}{mark}{day.month}{mark}{day.year}", "dmy").value == day
    assert read_day(f"{day.month:02}{mark}{day.day:02}{mark}{day.year}", "mdy").value == day
    for form in ("dmy", "mdy", "iso"):
        assert read_day(day.isoformat(), form).value == day
        assert read_day(day.strftime("%Y%m%d"), form).value == day
        assert read_day(f"{day.isoformat()}T00:00:00", form).value == day
        assert read_day(dt.datetime(day.year, day.month, day.day), form).value == day


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("31/12/25", "a year in two digits"),
        ("30-2-2024", "no day of the calendar"),
        ("45992", "a bare number where a date should be"),
        (45992, "a bare number where a date should be"),
        ("1-2/2025", "no date"),
        ("voorjaar 2025", "no date"),
        (True, "no date"),
        (dt.time(12), "no date"),
    ],
)
def test_what_is_no_day(cell: object, fault: str) -> None:
    assert read_day(cell, "dmy").fault == fault  # type: ignore[arg-type]


def test_stated_as_year_first_nothing_else_is_a_day() -> None:
    assert read_day("31-12-2025", "iso").fault == "a date that does not start with the year"


@pytest.mark.parametrize(
    ("cell", "code"),
    [("1069 AB", "1069AB"), ("1069ab", "1069AB"), (" 1069  Ab ", "1069AB"), (1069, "1069"), (1069.0, "1069")],
)
def test_postcodes(cell: str | float, code: str) -> None:
    assert read_postcode(cell).value == code


@pytest.mark.parametrize("cell", ["0123 AB", "1069 A", "B-1000", "10690", "1069-AB", "SW1A 1AA"])
def test_what_is_no_postcode(cell: str) -> None:
    assert read_postcode(cell).fault


def test_chamber_of_commerce_numbers() -> None:
    assert read_kvk("12 345 678").value == "12345678"
    assert read_kvk(12345678.0).value == "12345678"
    lost = read_kvk(1234567)
    assert (lost.value, lost.note) == ("01234567", "padded")
    assert read_kvk("123456789012").fault
    assert read_kvk("geen").fault


def test_choices_in_both_languages() -> None:
    words = words_of({"yes": both("Ja", "Yes"), "no": both("Nee", "No"), "unknown": both("Weet niet", "Don't know")})
    for cell in ("Ja", " JA ", "yes", "YES", True):
        assert read_choice(cell, words).value == "yes"
    assert read_choice("weet  niet", words).value == "unknown"
    assert read_choice(False, words).value == "no"
    assert read_choice("misschien", words).fault


def test_a_column_decides_what_a_cell_cannot() -> None:
    votes = number_votes(["1.234", "12", None, "99,50"])
    assert (dict(votes.only), list(votes.ambiguous), votes.forms) == ({"nl": [3]}, [0], ["nl"])
    both_ways = number_votes(["1,50", "1.50", "2.50"])
    assert both_ways.forms == ["en", "nl"]
    assert number_votes([1.5, 2]).forms == []
    days = date_votes(["03-04-2025", "25-04-2025", "01-01-2025", "2025-12-31"])
    assert (dict(days.only), list(days.ambiguous)) == ({"dmy": [1]}, [0])

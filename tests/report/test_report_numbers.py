"""Every number of a report is written by one function."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.report.numbers import MISSING, fmt, fmt_interval, fmt_period
from cwb_impact.report.words import LANGUAGES, Lang

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "nl", "en"),
    [
        (1234567.9, "points", 1, "1.234.567,9", "1,234,567.9"),
        (62.0, "percent", 0, "62%", "62%"),
        (62.25, "percent", 1, "62,2%", "62.2%"),
        (1234.5, "euro_per_hour", 2, f"€{NBSP}1.234,50 per uur", "€1,234.50 an hour"),
        (1234.5, "euro", 0, f"€{NBSP}1.234", "€1,234"),
        (28.5, "hours", 1, "28,5 uur", "28.5 hours"),
        (41.0, "years", 0, "41 jaar", "41 years"),
        (-3.1, "percentage_points", 1, "−3,1 procentpunt", "−3.1 percentage points"),
        (-0.04, "points", 1, "0,0", "0.0"),
        (7.0, "a_unit_of_next_year", 0, "7", "7"),
    ],
)
def test_numbers_follow_the_language(value: float, unit: str, decimals: int, nl: str, en: str) -> None:
    assert (fmt(value, unit, decimals, "nl"), fmt(value, unit, decimals, "en")) == (nl, en)


@pytest.mark.parametrize(("value", "written"), [(2.0, "+2"), (-2.0, "−2"), (0.0, "0"), (-0.2, "0")])
def test_a_change_carries_its_sign(value: float, written: str) -> None:
    assert fmt(value, "points", 0, "en", signed=True) == written


def test_an_interval_is_written_in_words_so_that_minus_signs_stay_readable() -> None:
    assert fmt_interval(-3.0, 5.25, "percentage_points", 1, "nl") == "−3,0 tot 5,2"
    assert fmt_interval(14.2, 16.0, "euro_per_hour", 2, "en") == "€14.20 to €16.00"


@pytest.mark.parametrize("missing", [None, math.nan])
def test_what_is_missing_is_a_dash(missing: float | None) -> None:
    assert fmt(missing, "percent", 1, "nl") == MISSING
    assert fmt_interval(1.0, missing, "percent", 1, "nl") == MISSING
    assert fmt_interval(missing, 1.0, "percent", 1, "nl") == MISSING


@given(
    st.one_of(st.none(), st.floats(-1e9, 1e9), st.just(math.nan)),
    st.sampled_from(["percent", "points", "hours", "euro_per_hour", "percentage_points"]),
    st.integers(0, 2),
    st.sampled_from(LANGUAGES),
    st.booleans(),
)
def test_no_number_is_ever_written_as_nan_or_none(
    value: float | None, unit: str, decimals: int, lang: Lang, signed: bool
) -> None:
    written = fmt(value, unit, decimals, lang, signed)
    assert not any(word in written.lower() for word in ("nan", "none", "-0"))
    assert "-" not in written


@pytest.mark.parametrize(
    ("period", "nl", "en"),
    [
        ("2025-09/2025-10", "september – oktober 2025", "September – October 2025"),
        ("2025-09-01/2025-09-30", "september 2025", "September 2025"),
        ("2025-09-08/2025-09-08", "8 september 2025", "8 September 2025"),
        ("2025-12/2026-01", "december 2025 – januari 2026", "December 2025 – January 2026"),
        ("2025-09-05/2025-10-12", "5 september 2025 – 12 oktober 2025", "5 September 2025 – 12 October 2025"),
        ("najaar 2025", "najaar 2025", "najaar 2025"),
    ],
)
def test_periods_in_words(period: str, nl: str, en: str) -> None:
    assert (fmt_period(period, "nl"), fmt_period(period, "en")) == (nl, en)

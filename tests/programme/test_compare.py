"""Comparisons are sound: an answer is given exactly when every way to read the words gives the same one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.programme.compare import before, in_order, is_past, reaches
from cwb_impact.spec.reported import ABOUT_AT_MOST, FuzzyDate, Quantity

TOP = 400
"""Numbers above this stand for `without a limit` in the list of readings: no target below comes near it."""


def number(qualifier: str, *values: int, unit: str = "people") -> Quantity:
    names = {"range": ("minimum", "maximum"), "unknown": ()}.get(qualifier, ("value",))
    return Quantity.model_validate({"qualifier": qualifier, "unit": unit} | dict(zip(names, values, strict=True)))


def stretch(first: str, last: str, text: str = "words") -> FuzzyDate:
    precision = "day" if first == last else "period"
    return FuzzyDate.model_validate({"text": text, "precision": precision, "earliest": first, "latest": last})


# ---- worked by hand


@pytest.mark.parametrize(
    ("stated", "least", "most"),
    [(3, 2, 4), (8, 7, 9), (15, 13, 17), (20, 15, 25), (60, 55, 65), (80, 75, 85), (100, 75, 125), (500, 375, 625)],
)
def test_about_is_half_the_step_of_rounding_and_at_most_a_quarter(stated: int, least: int, most: int) -> None:
    assert number("about", stated).reading == (least, most)


@pytest.mark.parametrize(
    ("actual", "comparator", "target", "answer"),
    [
        (number("about", 20), "more_than", number("exact", 50), "no"),
        (number("about", 20), "at_least", number("more_than", 50), "no"),
        (number("about", 20), "at_least", number("exact", 20), "cannot_say"),
        (number("about", 60), "more_than", number("exact", 50), "yes"),
        (number("range", 1, 6), "at_least", number("exact", 4), "cannot_say"),
        (number("range", 4, 6), "at_least", number("exact", 4), "yes"),
        (number("range", 4, 6), "more_than", number("exact", 4), "cannot_say"),
        (number("exact", 50), "more_than", number("exact", 50), "no"),
        (number("more_than", 50), "more_than", number("exact", 50), "yes"),
        (number("more_than", 50), "at_least", number("exact", 60), "cannot_say"),
        (number("unknown"), "at_least", number("exact", 0), "cannot_say"),
        (number("exact", 5), "at_least", number("unknown"), "cannot_say"),
        (number("exact", 5), "at_least", number("range", 4, 6), "cannot_say"),
        (number("exact", 0), "at_least", number("exact", 1), "no"),
    ],
)
def test_a_number_against_a_target(actual: Quantity, comparator: str, target: Quantity, answer: str) -> None:
    assert reaches(actual, comparator, target).answer == answer  # type: ignore[arg-type]


def test_other_units_are_not_compared_and_it_says_so() -> None:
    found = reaches(number("exact", 99, unit="leden"), "at_least", number("exact", 1, unit="werkers"))
    assert found.answer == "cannot_say"
    assert "tellen iets anders" in found.why.nl and "count different things" in found.why.en


def test_the_words_keep_the_reservation() -> None:
    why = reaches(number("about", 20), "more_than", number("exact", 1000)).why
    assert "ongeveer 20 (wij lezen: 15 tot en met 25)" in why.nl and "meer dan 1.000" in why.nl
    assert "about 20 (read as 15 to 25)" in why.en and "more than 1,000" in why.en
    assert "niet bekend" in reaches(number("unknown"), "at_least", number("exact", 4)).why.nl


MID_2026 = FuzzyDate(
    text="medio 2026", en="mid-2026", precision="period", earliest=date(2026, 6, 1), latest=date(2026, 7, 31)
)
AUTUMN = FuzzyDate(text="najaar 2025", precision="season", earliest=date(2025, 9, 1), latest=date(2025, 11, 30))


def test_2026_2027_against_mid_2026_cannot_be_said_and_says_so() -> None:
    found = before(stretch("2026-01-01", "2027-12-31", "2026-2027"), MID_2026)
    assert found.answer == "cannot_say"
    assert "'2026-2027' kan eerder zijn dan medio 2026, maar ook niet" in found.why.nl
    assert "'2026-2027' may be before mid-2026, or not" in found.why.en


@pytest.mark.parametrize(
    ("on", "answer"),
    [("2025-12-31", "yes"), ("2025-12-01", "yes"), ("2025-11-30", "cannot_say"), ("2025-09-01", "no")],
)
def test_when_autumn_2025_is_past(on: str, answer: str) -> None:
    assert is_past(AUTUMN, date.fromisoformat(on)).answer == answer


def test_a_day_is_not_past_on_that_day() -> None:
    found = is_past(stretch("2025-12-31", "2025-12-31"), date(2025, 12, 31))
    assert found.answer == "no" and "31 december 2025" in found.why.nl and "31 December 2025" in found.why.en


def test_dates_in_order_and_no_date_last() -> None:
    years = stretch("2026-01-01", "2027-12-31")
    assert sorted([None, years, MID_2026, AUTUMN], key=in_order) == [AUTUMN, years, MID_2026, None]


# ---- every way to read the words, one by one (the oracle does not use the limits of the code)

whole = st.integers(0, 150)
quantities = st.one_of(
    st.builds(lambda value: number("exact", value), whole),
    st.builds(lambda value: number("about", value), whole),
    st.builds(lambda value: number("more_than", value), whole),
    st.builds(lambda low, width: number("range", low, low + width), whole, st.integers(1, 40)),
)
days = st.dates(date(2025, 1, 1), date(2025, 3, 31))
stretches = st.builds(
    lambda first, length: stretch(first.isoformat(), (first + timedelta(days=length)).isoformat()),
    days,
    st.integers(0, 40),
)


def readings(quantity: Quantity) -> list[int]:
    if quantity.qualifier == "more_than":
        return list(range((quantity.value or 0) + 1, TOP))
    if quantity.qualifier == "range":
        return [n for n in range(TOP) if (quantity.minimum or 0) <= n <= (quantity.maximum or 0)]
    if quantity.qualifier == "exact":
        return [quantity.value or 0]
    assert quantity.reading is not None and quantity.reading[1] is not None
    return list(range(quantity.reading[0], quantity.reading[1] + 1))


@given(quantities, st.sampled_from(["at_least", "more_than"]), quantities)
def test_a_target_is_answered_exactly_when_all_readings_agree(
    actual: Quantity, comparator: str, target: Quantity
) -> None:
    if target.qualifier == "more_than":  # a target of `more than 50` is its own limit
        goals, strict = [target.value or 0], True
    else:
        goals, strict = readings(target), comparator == "more_than"
    answers = {have > goal if strict else have >= goal for have in readings(actual) for goal in goals}
    expected = "cannot_say" if len(answers) == 2 else "yes" if answers == {True} else "no"
    assert reaches(actual, comparator, target).answer == expected  # type: ignore[arg-type]


@given(stretches, stretches)
def test_dates_are_answered_exactly_when_all_days_agree(a: FuzzyDate, b: FuzzyDate) -> None:
    def each(moment: FuzzyDate) -> list[date]:
        return [moment.earliest + timedelta(days=n) for n in range((moment.latest - moment.earliest).days + 1)]

    answers = {one < other for one in each(a) for other in each(b)}
    expected = "cannot_say" if len(answers) == 2 else "yes" if answers == {True} else "no"
    assert before(a, b).answer == expected
    if b.earliest == b.latest:
        assert is_past(a, b.earliest).answer == expected


@given(stretches, stretches)
def test_the_order_never_contradicts_a_certain_answer(a: FuzzyDate, b: FuzzyDate) -> None:
    if before(a, b).answer == "yes":
        assert in_order(a) < in_order(b) < in_order(None)


@given(st.integers(1, 10**7))
def test_about_holds_the_number_itself_and_is_never_wider_than_stated(stated: int) -> None:
    reading = number("about", stated).reading
    assert reading is not None and reading[1] is not None
    assert 1 <= reading[0] <= stated <= reading[1]
    assert reading[0] < stated or stated == 1
    assert max(stated - reading[0], reading[1] - stated) <= max(1, stated * ABOUT_AT_MOST)

"""Hourly earnings, prices, the minimum wage of six dates and six ages, and low pay."""

import doctest
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.design import Floats
from cwb_impact.indicators import income
from cwb_impact.indicators.income import (
    YearOutsideSeriesError,
    at_least_minimum_wage,
    chained_index,
    in_prices_of,
    low_pay,
    minimum_hourly_wage,
    net_hourly_employee,
    net_hourly_self_employed,
    real_ratio,
)

YOUTH = {"20": 80.0, "19": 60.0, "18": 50.0, "17": 39.5, "16": 34.5, "15": 30.0}
YOUTH_2027 = {"20": 87.5, "19": 75.0, "18": 62.5, "17": 50.0, "16": 40.0, "15": 30.0}
MINIMUM_WAGES = {
    "2024-01-01": (13.27, (10.62, 7.96, 6.64, 5.24, 4.58, 3.98)),
    "2024-07-01": (13.68, (10.94, 8.21, 6.84, 5.40, 4.72, 4.10)),
    "2025-01-01": (14.06, (11.25, 8.44, 7.03, 5.55, 4.85, 4.22)),
    "2025-07-01": (14.40, (11.52, 8.64, 7.20, 5.69, 4.97, 4.32)),
    "2026-01-01": (14.71, (11.77, 8.83, 7.36, 5.81, 5.07, 4.41)),
    "2026-07-01": (14.99, (11.99, 8.99, 7.50, 5.92, 5.17, 4.50)),
}
"""From -> adult wage, and the amounts for 20, 19, ... 15. Those of 2025 and January 2026 were read as published; the
others follow from the percentages."""

MONTHLY = {
    "2024-01-01": "2069.40",
    "2024-07-01": "2133.60",
    "2025-01-01": "2191.80",
    "2025-07-01": "2245.80",
    "2026-01-01": "2294.40",
    "2026-07-01": "2337.00",
}
CPI_CHANGE = {
    2015: 0.6,
    2016: 0.3,
    2017: 1.4,
    2018: 1.7,
    2019: 2.6,
    2020: 1.3,
    2021: 2.7,
    2022: 10.0,
    2023: 3.8,
    2024: 3.3,
    2025: 3.3,
}
"""Statistics Netherlands (CBS), consumer prices, change over the year before, percent."""

EUROS = st.floats(0.01, 1e5)
CPI = {2020: 100.0, 2021: 102.7, 2022: 113.0, 2023: 117.3}
YEARS = st.sampled_from(sorted(CPI))


def floats(*numbers: float) -> Floats:
    return np.array(numbers, dtype=np.float64)


def codes(*answers: str | None) -> np.ndarray:
    return np.array(answers, dtype=object)


def test_the_examples_run() -> None:
    assert doctest.testmod(income, extraglobs={"np": np}).failed == 0


def test_the_holiday_allowance_is_added_where_it_comes_once_a_year() -> None:
    pay, hours = floats(1800, 1800, 1800, np.nan, 1800, 1800), floats(120, 120, 120, 120, 0, np.nan)
    found = net_hourly_employee(pay, codes("yes", "no", None, "yes", "yes", "no"), hours, 8.0)
    np.testing.assert_allclose(found, [15.0, 1800 * 1.08 / 120, np.nan, np.nan, np.nan, np.nan])


def test_net_hourly_of_the_self_employed() -> None:
    found = net_hourly_self_employed(
        floats(3000, 500, 3000, 3000), floats(400, 800, 400, np.nan), floats(800, 0, 800, 800), floats(120, 100, 0, 120)
    )
    np.testing.assert_allclose(found, [15.0, -3.0, np.nan, np.nan])


@given(EUROS, st.floats(1, 300), st.floats(0.1, 10))
def test_twice_the_pay_for_twice_the_hours_is_the_same_an_hour(pay: float, hours: float, times: float) -> None:
    once = net_hourly_employee(floats(pay), codes("no"), floats(hours), 8.0)
    again = net_hourly_employee(floats(pay * times), codes("no"), floats(hours * times), 8.0)
    np.testing.assert_allclose(again, once)


def test_prices_of_another_year_by_hand() -> None:
    found = in_prices_of(floats(10, 10, 10, np.nan), floats(2020, 2023, np.nan, 2020), CPI, 2023.0)
    np.testing.assert_allclose(found, [11.73, 10.0, np.nan, np.nan])


@given(EUROS, YEARS, YEARS)
def test_prices_there_and_back(amount: float, one: int, other: int) -> None:
    there = in_prices_of(floats(amount), one, CPI, other)
    np.testing.assert_allclose(in_prices_of(there, other, CPI, one), [amount])


@given(st.lists(st.tuples(EUROS, YEARS), min_size=1), st.floats(0.1, 10))
def test_a_year_a_person_is_as_one_year_for_all_and_the_base_of_the_index_is_free(
    people: list[tuple[float, int]], times: float
) -> None:
    amounts, years = floats(*(amount for amount, _ in people)), floats(*(year for _, year in people))
    rebased = {year: index * times for year, index in CPI.items()}
    one_by_one = [in_prices_of(floats(amount), year, rebased, 2022)[0] for amount, year in people]
    np.testing.assert_allclose(in_prices_of(amounts, years, CPI, 2022), one_by_one)


@pytest.mark.parametrize("year", [2019.0, 2022.5, 2024])
def test_a_year_outside_the_series_is_named_when_it_is_the_study_s(year: float) -> None:
    with pytest.raises(YearOutsideSeriesError, match=rf"no value for {year:g}; it runs from 2020 to 2023"):
        in_prices_of(floats(10), year, CPI, 2020)
    with pytest.raises(ValueError, match=rf"base year {year:g}") as caught:
        in_prices_of(floats(10), 2020, CPI, year)
    assert isinstance(caught.value, YearOutsideSeriesError) and caught.value.year == year


def test_a_respondent_whose_year_is_outside_the_series_has_no_amount_and_stops_nobody_else() -> None:
    made = in_prices_of(floats(10, 10, 10), floats(1987, 2020, 2031), CPI, 2020)
    np.testing.assert_array_equal(made, floats(np.nan, 10, np.nan))


def test_an_empty_series_says_so() -> None:
    with pytest.raises(YearOutsideSeriesError, match="it is empty"):
        in_prices_of(floats(10), 2020, {}, 2020)


def test_a_raise_below_inflation_is_a_loss() -> None:
    found = real_ratio(floats(12.0, 11.73, 12, 12, np.nan), floats(10.5, 10, 0, -5, 10), 2023, 2020, CPI)
    np.testing.assert_allclose(found, [12 / (10.5 * 1.173), 1.0, np.nan, np.nan, np.nan])
    assert found[0] < 1 < 12 / 10.5


@given(EUROS, EUROS, YEARS, YEARS)
def test_the_real_ratio_is_that_of_both_in_the_prices_of_any_year(now: float, before: float, y1: int, y0: int) -> None:
    found = real_ratio(floats(now), floats(before), floats(y1), y0, CPI)
    in_2021 = [in_prices_of(floats(amount), year, CPI, 2021) for amount, year in ((now, y1), (before, y0))]
    np.testing.assert_allclose(found, in_2021[0] / in_2021[1])
    np.testing.assert_allclose(real_ratio(floats(before), floats(now), y0, y1, CPI), 1 / found)


def test_chained_changes_come_near_the_published_index() -> None:
    """Base 2015 = 100: 2022 was published as 121.43. Base 2025 = 100: worked out backwards."""
    on_2015, on_2025 = chained_index(CPI_CHANGE, 2015), chained_index(CPI_CHANGE, 2025)
    assert on_2015[2015] == on_2025[2025] == 100.0
    for year, index in {2022: 121.43, 2023: 126.0, 2024: 130.2, 2025: 134.5}.items():
        assert 121.43 * on_2015[year] / on_2015[2022] == pytest.approx(index, abs=0.1)
    for year, index in {2024: 96.8, 2023: 93.7, 2022: 90.3}.items():
        assert on_2025[year] == pytest.approx(index, abs=0.1)
    assert list(on_2015) == list(range(2014, 2026))


@given(st.lists(st.floats(-20, 50), min_size=1, max_size=20), st.data())
def test_a_chain_gives_the_changes_back_on_every_base(changes: list[float], data: st.DataObject) -> None:
    yearly = dict(enumerate(changes, start=2001))
    base = data.draw(st.integers(2000, max(yearly)))
    index = chained_index(yearly, base)
    assert index[base] == pytest.approx(100)
    for year, change in yearly.items():
        assert 100 * (index[year] / index[year - 1] - 1) == pytest.approx(change, abs=1e-9)


@pytest.mark.parametrize(
    ("changes", "base", "message"),
    [
        ({}, 2020, "no yearly changes"),
        ({2020: 1.0, 2022: 2.0, 2024: 1.0}, 2020, "for 2021, 2023"),
        ({2020: 1.0}, 2018, "base year 2018 is not in the series 2019 to 2020"),
    ],
)
def test_a_broken_chain_is_refused(changes: dict[int, float], base: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        chained_index(changes, base)


@pytest.mark.parametrize("start", MINIMUM_WAGES)
def test_the_minimum_wage_of_each_date_and_age(start: str) -> None:
    adult, young = MINIMUM_WAGES[start]
    assert minimum_hourly_wage(floats(20, 19, 18, 17, 16, 15), adult, YOUTH).tolist() == list(young)
    assert minimum_hourly_wage(floats(21, 40, 90), adult, YOUTH).tolist() == [adult] * 3


def test_binary_rounding_would_miss_a_cent() -> None:
    assert round(13.27 * 50.0 / 100, 2) == 6.63
    assert minimum_hourly_wage(floats(18), 13.27, YOUTH).tolist() == [6.64]


def test_ages_count_in_whole_years() -> None:
    found = minimum_hourly_wage(floats(20.99, 14.99, 0, np.nan), 14.71, YOUTH)
    np.testing.assert_array_equal(found, [11.77, np.nan, np.nan, np.nan])


def test_the_hourly_wage_does_not_follow_from_the_monthly_one() -> None:
    """Divided by 4 1/3 weeks of 36 hours and rounded up, the monthly wage misses the law on one date of six."""
    derived = {
        start: float((Decimal(month) / 156).quantize(Decimal("0.01"), ROUND_UP)) for start, month in MONTHLY.items()
    }
    missed = {start: amount for start, amount in derived.items() if amount != MINIMUM_WAGES[start][0]}
    assert missed == {"2025-01-01": 14.05}


@given(st.integers(1, 10_000), st.integers(1, 400), st.sampled_from([*range(15, 21)]))
def test_half_a_cent_goes_up_in_decimals(cents: int, quarters: int, age: int) -> None:
    adult, percent = cents / 100, quarters / 4
    exact = Decimal(cents) * Decimal(quarters) / Decimal(400)
    scale = {**YOUTH, str(age): percent}
    expected = float(exact.quantize(Decimal(1), ROUND_HALF_UP) / 100)
    assert minimum_hourly_wage(floats(age), adult, scale).tolist() == [expected]


@given(st.floats(15, 70), st.floats(15, 70), st.sampled_from([YOUTH, YOUTH_2027]))
def test_the_minimum_wage_never_falls_with_age(one: float, other: float, scale: dict[str, float]) -> None:
    younger, older = minimum_hourly_wage(floats(min(one, other), max(one, other)), 14.99, scale)
    assert younger <= older


def test_a_table_without_an_age_is_refused() -> None:
    with pytest.raises(ValueError, match="no value for age 15, 17"):
        minimum_hourly_wage(floats(40), 14.71, {"16": 34.5, "18": 50.0, "19": 60.0, "20": 80.0})


def test_at_the_minimum_wage_is_enough_and_cents_decide() -> None:
    enough = [(14.71, 21), (14.7099999999, 21), (14.705, 21), (11.77, 20)]
    too_little = [(14.70, 21), (14.704, 21), (11.76, 20)]
    undecided = [(20, 14), (np.nan, 30), (20, np.nan)]
    for people, answer in ((enough, "yes"), (too_little, "no"), (undecided, None)):
        pay, age = np.array(people, dtype=np.float64).T
        assert at_least_minimum_wage(pay, age, 14.71, YOUTH).tolist() == [answer] * len(people)


@given(st.integers(1, 5_000), st.integers(1, 5_000))
def test_the_comparison_in_cents_has_no_binary_error(pay: int, minimum: int) -> None:
    found = at_least_minimum_wage(floats(pay / 100), floats(30), minimum / 100, YOUTH)
    assert found.tolist() == ["yes" if pay >= minimum else "no"]


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_low_pay_is_at_most_two_thirds_of_the_median_exactly(pay: int, median: int) -> None:
    assert low_pay(floats(pay / 100), median / 100).tolist() == ["yes" if 3 * pay <= 2 * median else "no"]


def test_two_thirds_that_binary_numbers_would_miss() -> None:
    assert 3 * 9.4 > 2 * 14.1
    assert low_pay(floats(9.4, 9.41, np.nan), 14.1).tolist() == ["yes", "no", None]


@given(st.permutations([9.0, 11.99, 12.0, 12.01, 30.0]))
def test_each_person_is_judged_alone(pay: list[float]) -> None:
    order = np.argsort(np.array(pay))
    assert low_pay(np.array(pay)[order], 18.0).tolist() == low_pay(np.array(pay), 18.0)[order].tolist()

"""The shipped parameters of pay, prices and poverty, against what was published and against arithmetic by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from cwb_impact.errors import CwbError, Problems
from cwb_impact.indicators.income import chained_index, minimum_hourly_wage
from cwb_impact.indicators.parameters import resolved
from cwb_impact.indicators.poverty import HOUSEHOLD_TYPES
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary

AGES = np.array([21.0, 20.0, 19.0, 18.0, 17.0, 16.0, 15.0])
AMOUNTS = {
    date(2024, 1, 1): (13.27, 10.62, 7.96, 6.64, 5.24, 4.58, 3.98),
    date(2024, 7, 1): (13.68, 10.94, 8.21, 6.84, 5.40, 4.72, 4.10),
    date(2025, 1, 1): (14.06, 11.25, 8.44, 7.03, 5.55, 4.85, 4.22),
    date(2025, 7, 1): (14.40, 11.52, 8.64, 7.20, 5.69, 4.97, 4.32),
    date(2026, 1, 1): (14.71, 11.77, 8.83, 7.36, 5.81, 5.07, 4.41),
    date(2026, 7, 1): (14.99, 11.99, 8.99, 7.50, 5.92, 5.17, 4.50),
}
"""Minimum wage an hour from each date, at 21 and from 20 down to 15. Those of 2025 and January 2026 as published."""


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return load_dictionary(Problems())


@pytest.mark.parametrize("day", AMOUNTS, ids=str)
def test_the_minimum_wage_of_each_age_follows_from_the_two_tables(day: date, dictionary: Dictionary) -> None:
    adult = resolved(dictionary.parameters["minimum_wage"], "value", day)
    youth = resolved(dictionary.parameters["minimum_wage_youth"], "table", day)
    assert minimum_hourly_wage(AGES, adult, youth).tolist() == list(AMOUNTS[day])


def test_no_old_minimum_wage_is_used_in_2027(dictionary: Dictionary) -> None:
    with pytest.raises(CwbError, match="E310"):
        resolved(dictionary.parameters["minimum_wage"], "value", date(2027, 1, 1))


def test_the_youth_scale_changes_on_the_first_day_of_2027(dictionary: Dictionary) -> None:
    days = (date(2026, 12, 31), date(2027, 1, 1))
    youth = [resolved(dictionary.parameters["minimum_wage_youth"], "table", day) for day in days]
    bbl = [resolved(dictionary.parameters["minimum_wage_bbl"], "table", day) for day in days]
    assert [table["19"] for table in youth] == [60.0, 75.0]
    assert bbl[0]["19"] == 52.5
    assert bbl[1] == youth[1]


def test_only_the_amount_that_was_read_at_an_official_source_is_called_verified(dictionary: Dictionary) -> None:
    values = dictionary.parameters["minimum_wage"].values
    assert [value.valid_from for value in values if value.verified] == [date(2025, 1, 1)]


def test_the_yearly_changes_chain_to_the_published_index_of_2022(dictionary: Dictionary) -> None:
    """2015 = 100: published 121.43. The chain is of rounded changes, so one tenth of a point off is right."""
    chained = chained_index(dictionary.parameters["cpi_yearly_change"].by_year, 2015)
    published = resolved(dictionary.parameters["cpi_2015"], "value", date(2022, 6, 30))
    assert published == 121.43
    assert chained[2022] == pytest.approx(published, abs=0.2)
    assert [round(chained[year] / chained[2025] * 100, 1) for year in (2024, 2023, 2022)] == [96.8, 93.7, 90.3]


def test_the_wealth_limit_is_not_twelve_times_the_line(dictionary: Dictionary) -> None:
    day = date(2023, 6, 30)
    line = resolved(dictionary.parameters["poverty_line"], "table", day)
    limit = resolved(dictionary.parameters["poverty_wealth_limit"], "table", day)
    assert set(line) == set(HOUSEHOLD_TYPES)
    assert {kind: limit[kind] - 12 * line[kind] for kind in limit} == {
        "single": 25.0,
        "couple_two_children_under_13": -15.0,
    }


def test_the_poverty_indication_counts_only_households_with_a_line_and_a_limit(dictionary: Dictionary) -> None:
    limit = resolved(dictionary.parameters["poverty_wealth_limit"], "table", date(2023, 6, 30))
    branches = dictionary.indicators["below_poverty_line_indication"].model_dump()["universe"]["any"]
    assert len(branches) == len(limit)


def test_the_cbs_table_is_whole_and_rises_with_every_person(dictionary: Dictionary) -> None:
    factors = resolved(dictionary.parameters["cbs_equivalence_factors"], "table", date(2025, 1, 1))
    table = np.array([[factors[f"{adults}+{children}"] for children in range(5)] for adults in range(1, 5)])
    assert table.size == len(factors)
    assert (np.diff(table, axis=0) >= 0.185).all()
    assert (np.diff(table, axis=0) <= 0.375).all()
    assert (np.diff(table, axis=1) >= 0.145).all()
    assert (np.diff(table, axis=1) <= 0.335).all()


@pytest.mark.parametrize("name", ["at_risk_of_poverty_threshold", "national_median_gross_hourly"])
def test_what_was_not_found_has_to_come_from_the_study(name: str, dictionary: Dictionary) -> None:
    with pytest.raises(CwbError, match="E312"):
        resolved(dictionary.parameters[name], "value", date(2025, 6, 30))


def test_the_list_of_deprivation_has_seven_household_and_six_personal_items(dictionary: Dictionary) -> None:
    items = dictionary.scales["smsd"].items
    personal = [item for item in items if dictionary.variables[item].asked_if is not None]
    assert (len(items), personal) == (13, items[7:])
    assert "lack_internet" in personal

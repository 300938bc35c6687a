"""Equivalence scales and the poverty line, against amounts worked out by hand."""

import doctest
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.design import Floats
from cwb_impact.indicators import poverty
from cwb_impact.indicators.poverty import (
    below_poverty_line,
    cbs_equivalence,
    equivalised,
    household_type,
    oecd_modified,
)
from cwb_impact.spec.functions import HOUSEHOLD_TYPES

FACTORS = {
    f"{adults}+{children}": factor
    for adults, row in {
        1: (1.00, 1.33, 1.51, 1.76, 1.95),
        2: (1.37, 1.67, 1.88, 2.06, 2.28),
        3: (1.73, 1.95, 2.14, 2.32, 2.49),
        4: (2.00, 2.19, 2.37, 2.53, 2.68),
    }.items()
    for children, factor in enumerate(row)
}
"""Statistics Netherlands (CBS), Materiële welvaart in Nederland 2020, appendices."""

SINGLE, COUPLE_YOUNG, COUPLE_TEENAGERS, LONE_TEENAGERS = HOUSEHOLD_TYPES
LINE = {SINGLE: 1510.0, COUPLE_YOUNG: 2535.0, COUPLE_TEENAGERS: 2910.0, LONE_TEENAGERS: 2500.0}
WEALTH = {SINGLE: 18145.0, COUPLE_YOUNG: 30405.0}
"""Poverty line of CBS, SCP and Nibud, 2023: kennisbundel.nl and hartvannederland.nl."""

PEOPLE = st.integers(0, 12)


def floats(*numbers: float) -> Floats:
    return np.array(numbers, dtype=np.float64)


def codes(*answers: str | None) -> np.ndarray:
    return np.array(answers, dtype=object)


def test_the_examples_run() -> None:
    assert doctest.testmod(poverty, extraglobs={"np": np}).failed == 0


def test_the_oecd_scale_by_hand() -> None:
    """A single; a couple with two children; a lone parent with two teenagers; nobody of 14 or over; missing."""
    found = oecd_modified(floats(1, 2, 3, 0, 2, np.nan, 2), floats(0, 2, 0, 3, np.nan, 1, -1))
    np.testing.assert_array_equal(found, [1.0, 2.1, 2.0, np.nan, np.nan, np.nan, np.nan])


@given(st.integers(1, 12), PEOPLE)
def test_each_more_person_adds_a_half_or_three_tenths(persons: int, children: int) -> None:
    one, adult, child = oecd_modified(
        floats(persons, persons + 1, persons), floats(children, children, children + 1)
    ).tolist()
    assert adult - one == pytest.approx(0.5)
    assert child - one == pytest.approx(0.3)


def test_the_cbs_factors_are_looked_up() -> None:
    found = cbs_equivalence(floats(1, 2, 2, 1, 5, 1, 0, np.nan, 1.5), floats(0, 0, 2, 2, 0, 5, 1, 0, 0), FACTORS)
    np.testing.assert_array_equal(found, [1.00, 1.37, 1.88, 1.51, *[np.nan] * 5])


def test_cbs_and_oecd_differ_for_the_same_household() -> None:
    cbs, oecd = cbs_equivalence(floats(2), floats(2), FACTORS)[0], oecd_modified(floats(2), floats(2))[0]
    assert (cbs, oecd) == (1.88, 2.10)
    assert 100 * (1 - cbs / oecd) == pytest.approx(10.5, abs=0.05)
    assert 100 * (oecd / cbs - 1) == pytest.approx(11.7, abs=0.05)


def test_the_cbs_factors_rise_with_each_person() -> None:
    for adults, children in product(range(1, 4), range(5)):
        assert 0.19 - 1e-9 <= FACTORS[f"{adults + 1}+{children}"] - FACTORS[f"{adults}+{children}"] <= 0.37 + 1e-9
    for adults, children in product(range(1, 5), range(4)):
        assert 0.15 - 1e-9 <= FACTORS[f"{adults}+{children + 1}"] - FACTORS[f"{adults}+{children}"] <= 0.33 + 1e-9


def test_what_a_couple_needs_to_be_as_well_off_as_a_single() -> None:
    couple, single = equivalised(floats(13_700, 10_000), cbs_equivalence(floats(2, 1), floats(0, 0), FACTORS))
    assert couple == pytest.approx(10_000) == single
    np.testing.assert_array_equal(equivalised(floats(1, 1, np.nan, 1), floats(0, -1, 1, np.nan)), [np.nan] * 4)


@given(st.floats(1, 1e6), st.floats(1, 5), st.floats(0.01, 100))
def test_equivalising_has_no_currency(income: float, factor: float, rate: float) -> None:
    np.testing.assert_allclose(
        equivalised(floats(income * rate), floats(factor)), rate * equivalised(floats(income), floats(factor))
    )


def test_the_poverty_line_is_no_equivalence_scale() -> None:
    """Its ratios to the line of a single are 1.68, 1.93 and 1.66; OECD-modified gives 2.1, 2.5 and 2.0."""
    ratios = {kind: round(amount / LINE[SINGLE], 2) for kind, amount in LINE.items()}
    assert ratios == {SINGLE: 1.0, COUPLE_YOUNG: 1.68, COUPLE_TEENAGERS: 1.93, LONE_TEENAGERS: 1.66}
    oecd = oecd_modified(floats(2, 4, 3), floats(2, 0, 0)).tolist()
    assert oecd == [2.1, 2.5, 2.0]
    assert all(ratios[kind] < factor - 0.3 for kind, factor in zip(HOUSEHOLD_TYPES[1:], oecd, strict=True))


def test_four_households_have_an_amount_and_no_other() -> None:
    households = list(product(range(5), ("yes", "no", None), (0.0, 1, 2, 3, np.nan), (0.0, 1, 2, 3, np.nan)))
    adults, partner, young, teenagers = zip(*households, strict=True)
    found = household_type(floats(*adults), codes(*partner), floats(*young), floats(*teenagers))
    assert {home: kind for home, kind in zip(households, found, strict=True) if kind is not None} == {
        (1, "no", 0.0, 0.0): SINGLE,
        (2, "yes", 2, 0.0): COUPLE_YOUNG,
        (2, "yes", 0.0, 2): COUPLE_TEENAGERS,
        (1, "no", 0.0, 2): LONE_TEENAGERS,
    }


@pytest.mark.parametrize(
    ("income", "wealth", "kind", "answer"),
    [
        (1509.99, 0, SINGLE, "yes"),
        (1509.99, 18145, SINGLE, "yes"),  # at the limit is not above it
        (1509.99, 18145.01, SINGLE, "no"),
        (1510, 0, SINGLE, "no"),  # at the line is not below it
        (1510, np.nan, SINGLE, "no"),
        (np.nan, 20_000, SINGLE, "no"),
        (np.nan, 100, SINGLE, None),
        (1000, np.nan, SINGLE, None),
        (np.nan, np.nan, SINGLE, None),
        (2534, 30_405, COUPLE_YOUNG, "yes"),
        (2534, 30_406, COUPLE_YOUNG, "no"),
        (2909, 0, COUPLE_TEENAGERS, None),  # no wealth limit was published
        (2910, 0, COUPLE_TEENAGERS, "no"),
        (2499, 1e6, LONE_TEENAGERS, None),
        (2500, np.nan, LONE_TEENAGERS, "no"),
        (500, 0, None, None),
        (99_999, 1e6, None, None),
        (500, 0, "three_adults", None),
    ],
)
def test_below_the_poverty_line(income: float, wealth: float, kind: str | None, answer: str | None) -> None:
    assert below_poverty_line(floats(income), floats(wealth), codes(kind), LINE, WEALTH).tolist() == [answer]


@pytest.mark.parametrize(("kind", "twelve_times"), [(SINGLE, 18_120), (COUPLE_YOUNG, 30_420)])
def test_the_wealth_limit_is_not_twelve_times_the_line(kind: str, twelve_times: float) -> None:
    """Between the two, the published limit and the one worked out give another answer."""
    assert 12 * LINE[kind] == twelve_times != WEALTH[kind]
    between = floats((twelve_times + WEALTH[kind]) / 2)
    published = below_poverty_line(floats(1000), between, codes(kind), LINE, WEALTH)
    worked_out = below_poverty_line(floats(1000), between, codes(kind), LINE, {kind: twelve_times})
    assert {published[0], worked_out[0]} == {"yes", "no"}


@given(
    st.floats(0, 5000), st.floats(0, 50_000), st.floats(0, 5000), st.floats(0, 50_000), st.sampled_from(HOUSEHOLD_TYPES)
)
def test_more_income_or_wealth_never_makes_anybody_poor(
    income: float, wealth: float, more_income: float, more_wealth: float, kind: str
) -> None:
    before, after = below_poverty_line(
        floats(income, income + more_income), floats(wealth, wealth + more_wealth), codes(kind, kind), LINE, WEALTH
    )
    assert not (before == "no" and after != "no")
    assert not (before is None and after == "yes")


@given(st.floats(0, 5000), st.floats(0, 50_000), st.sampled_from(HOUSEHOLD_TYPES), st.booleans(), st.booleans())
def test_a_missing_answer_never_changes_what_is_decided(
    income: float, wealth: float, kind: str, without_income: bool, without_wealth: bool
) -> None:
    whole, partly = below_poverty_line(
        floats(income, np.nan if without_income else income),
        floats(wealth, np.nan if without_wealth else wealth),
        codes(kind, kind),
        LINE,
        WEALTH,
    )
    assert partly in (whole, None)

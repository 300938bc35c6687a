"""Figures from lists: every row once, the unknown counted, and limits that hold whatever the unknown is."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.errors import Problems
from cwb_impact.registers.dominance import remainder_percent
from cwb_impact.registers.figures import figure_of
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary
from registers.lists import rows_of

DICTIONARY: Dictionary = load_dictionary(Problems())


def figure(indicator: str, *args: Any, **columns: Any) -> dict[str, Any]:
    row, _ = figure_of(DICTIONARY.indicators[indicator], rows_of(*args, **columns), DICTIONARY)
    return row


def test_people_at_work_are_counted_and_the_unknown_is_a_limit() -> None:
    row = figure("people_working_in_coops", "people", "people", list("aabbc"),
                 paid_work_in_coop=["yes", "yes", "no", None, "yes"])  # fmt: skip
    assert (row["value"], row["ci_low"], row["ci_high"], row["interval"]) == (3, 3, 4, "unknown_rows")
    assert (row["n"], row["n_unknown"], row["n_counted"], row["n_holdings"]) == (4, 1, 3, 2)
    assert row["n_outside_largest"] == 1


def test_a_figure_of_nothing_but_unknown_rows_has_no_value() -> None:
    row = figure("coops_founded", "initiatives", "nothing", ["", ""], initiative_founded=[None, None])
    assert np.isnan(row["value"]) and (row["status"], row["reason"]) == ("not_collected", "not_known")
    assert row["n_unknown"] == 2


def test_an_assembly_that_was_not_held_is_not_unknown() -> None:
    row = figure("assembly_turnout", "coops", "organisations", list("abcd"),
                 members_entitled=[20, 10, 10, "?not_applicable"],
                 members_at_assembly=[10, 8, 2, "?not_applicable"])  # fmt: skip
    assert (row["value"], row["n"], row["n_unknown"]) == (50.0, 3, 0)


def test_spend_with_an_unknown_place_has_limits_in_euros_not_invoices() -> None:
    row = figure("anchor_spend_in_area", "payments", "money", list("abcd"),
                 payment_influenceable=["yes"] * 4, payment_euros=[20_000.0, 70_000.0, 10_000.0, 100_000.0],
                 supplier_in_area=["yes", "no", "no", None])  # fmt: skip
    # known: 20 of 100; all unknown outside: 20 of 200, all inside: 120 of 200
    assert (row["value"], row["ci_low"], row["ci_high"]) == (20.0, 10.0, 60.0)


def test_an_unknown_amount_leaves_no_limit() -> None:
    row = figure("anchor_spend_in_area", "payments", "money", list("abc"),
                 payment_influenceable=["yes"] * 3, payment_euros=[20_000.0, 70_000.0, None],
                 supplier_in_area=["yes", "no", "yes"])  # fmt: skip
    assert row["value"] == pytest.approx(200 / 9) and np.isnan(row["ci_low"]) and row["n_unknown"] == 1


def test_lm3_is_the_textbook_case() -> None:
    row = figure("lm3", "lm3", "money", ["a"], lm3_r1_euros=[100.0], lm3_r2_euros=[60.0], lm3_r3_euros=[30.0],
                 lm3_coverage_percent=[100.0])  # fmt: skip
    assert row["value"] == pytest.approx(1.90)


def test_the_evergreen_forecast_was_realised_for_22_percent() -> None:
    columns = {"forecast_kind": ["jobs"], "forecast_conditional": ["no"], "forecast_due": ["yes"],
               "forecast_low": [500.0], "forecast_high": [500.0], "forecast_realised": [110.0]}  # fmt: skip
    for name in ("forecast_realisation_low", "forecast_realisation_high"):
        assert figure(name, "forecasts", "nothing", [""], **columns)["value"] == pytest.approx(0.22)


CELLS = st.sampled_from(["yes", "no", None])


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_limits_are_those_of_every_completion(cells: list[tuple[str | None, str | None]]) -> None:
    """The least and the most over all ways in which the unknown facts could have been."""
    one, other = (list(part) for part in zip(*cells, strict=True))

    def of(founded: list[str | None], form: list[str | None]) -> dict[str, Any]:
        return figure("worker_coops_founded", "initiatives", "nothing", [""] * len(founded),
                      initiative_founded=founded, initiative_is_worker_coop=form)  # fmt: skip

    row = of(one, other)
    if row["n"] == 0:
        return
    ways = [["yes", "no"] if cell is None else [cell] for cell in (*one, *other)]
    values = [of(list(way[: len(one)]), list(way[len(one) :]))["value"] for way in product(*ways)]
    low, high = (row["value"], row["value"]) if np.isnan(row["ci_low"]) else (row["ci_low"], row["ci_high"])
    assert (low, high) == (min(values), max(values))


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 1000)), min_size=1, max_size=12))
def test_the_remainder_is_what_the_two_largest_leave(parts: list[tuple[str, int]]) -> None:
    sums: dict[str, int] = {}
    for name, amount in parts:
        sums[name] = sums.get(name, 0) + amount
    largest, *others = sorted(sums.values(), reverse=True)
    found = remainder_percent(np.array([float(a) for _, a in parts]), np.array([n for n, _ in parts]))
    if largest == 0:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(100 * sum(others[1:]) / largest)


def test_amounts_of_one_supplier_in_two_rows_are_one_holding() -> None:
    row = figure("spend_with_coops_direct", "coop_payments", "money", ["a", "a", "b", "c"],
                 coop_payment_euros=[30.0, 30.0, 30.0, 6.0], coop_payment_route=["direct"] * 4)  # fmt: skip
    assert (row["value"], row["n_holdings"], row["remainder_percent"]) == (96.0, 3, pytest.approx(10.0))


def test_the_least_remainder_is_that_of_the_part_inside_the_area() -> None:
    row = figure("anchor_spend_in_area", "payments", "money", list("abcdefg"),
                 payment_influenceable=["yes"] * 7, payment_euros=[1000.0, 10.0, 10.0, *[5000.0] * 4],
                 supplier_in_area=["yes"] * 3 + ["no"] * 4)  # fmt: skip
    assert row["remainder_percent"] == pytest.approx(1.0)


def test_rows_in_another_order_give_the_same() -> None:
    rows = rows_of("people", "people", list("aabbc"), paid_work_in_coop=["yes", "yes", "no", None, "yes"])
    turned = replace(rows, frame=rows.frame.iloc[::-1].reset_index(drop=True))
    indicator = DICTIONARY.indicators["people_working_in_coops"]
    one, other = (pd.Series(figure_of(indicator, each, DICTIONARY)[0]) for each in (rows, turned))
    pd.testing.assert_series_equal(one, other)


def test_a_row_that_may_stand_for_several_gives_no_upper_limit() -> None:
    """`Regular workshops`: three meetings are told, and of a series nobody says how many there were."""
    rows = rows_of("sessions", "nothing", [""] * 4, session_held=["yes", "yes", "yes", None])
    indicator = DICTIONARY.indicators["sessions_held"]
    limited, _ = figure_of(indicator, rows, DICTIONARY)
    open_, _ = figure_of(indicator, replace(rows, open_ended=True), DICTIONARY)
    assert (limited["value"], limited["ci_high"]) == (3, 4)
    assert (open_["value"], open_["n_unknown"]) == (3, 1) and np.isnan(open_["ci_high"])

"""Every count and share of registers against all ways in which its unknown facts could have been."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cwb_impact.errors import Problems
from cwb_impact.registers.dominance import remainder_percent
from cwb_impact.registers.figures import figure_of
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.indicator import COUNTS, Indicator
from registers.lists import rows_of

DICTIONARY: Dictionary = load_dictionary(Problems())
KEPT = [one for one in DICTIONARY.indicators.values() if DICTIONARY.from_registers(one)]
COUNTED = [one for one in KEPT if one.statistic in COUNTS]
PERCENT_RATIOS = [one for one in KEPT if one.statistic == "ratio" and one.unit == "percent"]
NUMBERS = [0.0, 9.0, 10.0, 40.0]
Columns = dict[str, list[Any]]


def figure(indicator: Indicator, columns: Columns, protects: str = "people") -> dict[str, Any]:
    rows = len(next(iter(columns.values())))
    return figure_of(indicator, rows_of("people", protects, list("abcdefgh")[:rows], **columns), DICTIONARY)[0]


def possible(variable: str) -> list[Any]:
    spec = DICTIONARY.variables[variable]
    return NUMBERS if spec.type == "number" else list(spec.codes or {})


def completions(columns: Columns) -> list[Columns]:
    """Every list that this one could be; what is not applicable stays so."""
    cells = [(name, row) for name, column in columns.items() for row, cell in enumerate(column) if cell is None]
    found = []
    for answers in product(*(possible(name) for name, _ in cells)):
        filled = {name: list(column) for name, column in columns.items()}
        for (name, row), answer in zip(cells, answers, strict=True):
            filled[name][row] = answer
        found.append(filled)
    return found


@pytest.mark.parametrize("indicator", COUNTED, ids=lambda one: one.id)
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_limits_of_counts_and_shares_are_the_least_and_the_most(indicator: Indicator, data: st.DataObject) -> None:
    names = DICTIONARY.variables_needed(indicator)
    size = data.draw(st.integers(1, 3))
    cells = {name: st.sampled_from([*possible(name), None, None]) for name in names}
    columns = {name: data.draw(st.lists(cells[name], min_size=size, max_size=size)) for name in names}
    assume(prod(len(possible(name)) ** column.count(None) for name, column in columns.items()) <= 250)
    row = figure(indicator, columns)
    assume(row["n"] > 0)
    values = [found["value"] for found in (figure(indicator, way) for way in completions(columns)) if found["n"]]
    ends = (row["value"], row["value"]) if np.isnan(row["ci_low"]) else (row["ci_low"], row["ci_high"])
    assert ends == pytest.approx((min(values), max(values)))


@pytest.mark.parametrize("indicator", PERCENT_RATIOS, ids=lambda one: one.id)
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_limits_of_a_part_of_an_amount_hold_whatever_the_unknown_is(indicator: Indicator, data: st.DataObject) -> None:
    names = DICTIONARY.variables_needed(indicator)
    size = data.draw(st.integers(1, 4))
    whole = str(indicator.per)
    columns: Columns = {whole: data.draw(st.lists(st.sampled_from([*NUMBERS, None]), min_size=size, max_size=size))}
    for name in names:
        if name != whole:
            numeric = DICTIONARY.variables[name].type == "number"
            most = [0.0 if amount is None else amount for amount in columns[whole]]
            columns[name] = [
                data.draw(st.sampled_from([None, *({0.0, limit} if numeric else possible(name))])) for limit in most
            ]
    row = figure(indicator, columns)
    assume(row["n"] > 0 and not np.isnan(row["ci_low"]))
    ways = [way for way in completions(columns) if _fits(way, indicator)]
    values = [found["value"] for found in (figure(indicator, way) for way in ways) if not np.isnan(found["value"])]
    assert row["ci_low"] <= min(values) + 1e-9 and max(values) <= row["ci_high"] + 1e-9


def _fits(way: Columns, indicator: Indicator) -> bool:
    """A part is never more than its whole (E634)."""
    of = str(indicator.of)
    return of not in way or all(part <= whole for part, whole in zip(way[of], way[str(indicator.per)], strict=True))


def test_a_row_that_may_be_outside_the_universe_cannot_pull_the_upper_limit_down() -> None:
    """Of one co-op is known that it is not `up to 2`, and not whether it is large enough to count."""
    row = figure(
        DICTIONARY.indicators["pay_ratio_at_most_2"],
        {"paid_persons": [20.0, None, None], "pay_ratio_band": ["up_to_2", "over_3", "up_to_2"]},
    )
    # the second outside and the third inside: 2 of 2; the second inside and the third outside: 1 of 2
    assert (row["value"], row["ci_low"], row["ci_high"]) == (100.0, 50.0, 100.0)


def test_a_figure_without_a_value_has_no_limits() -> None:
    row = figure(
        DICTIONARY.indicators["assembly_turnout"],
        {"members_entitled": [0.0, 10.0], "members_at_assembly": [0.0, None]},
        "organisations",
    )
    assert np.isnan(row["value"]) and np.isnan(row["ci_low"]) and row["interval"] == ""


def test_amounts_of_unknown_holdings_may_be_of_the_largest() -> None:
    """The 90 that nobody can place are of `a`: then only 15 is left, and `b` has all of it."""
    assert remainder_percent(np.array([100.0, 90.0, 15.0]), np.array(["a", "", "b"])) == 0.0
    assert remainder_percent(np.array([90.0]), np.array([""])) == 0.0
    assert remainder_percent(np.array([50.0, 50.0, 30.0, 10.0]), np.array(["a", "", "b", "c"])) == 10.0


@pytest.mark.parametrize(("amounts", "left"), [([0.0, 0.0], np.nan), ([5.0], 0.0), ([5.0] * 3, 100.0), ([], np.nan)])
def test_remainder_at_its_edges(amounts: list[float], left: float) -> None:
    found = remainder_percent(np.array(amounts), np.array(list("abc")[: len(amounts)], dtype=object))
    assert found == pytest.approx(left, nan_ok=True)


def test_the_turnout_of_one_large_co_op_leaves_no_remainder() -> None:
    columns = {"members_entitled": [400.0, 6.0, 4.0], "members_at_assembly": [210.0, 3.0, 2.0]}
    row = figure(DICTIONARY.indicators["assembly_turnout"], columns, "organisations")
    assert row["remainder_percent"] == pytest.approx(100 * 2 / 210)

"""One variable from several columns: the first valid answer, or a sum with all its parts."""

from typing import Any

import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from one_variable import DATE, FIVE, Made, banded, made, number

MISSING = {"96": "not_applicable", "95": "not_asked", "97": "dont_know", "98": "refused", "sysmis": "no_answer"}
SAW = {"dont_know", "refused", "no_answer", "invalid", "not_mappable"}


def several(how: str, rows: list[tuple], variable: dict, **entry: Any) -> Made:
    names = [f"q{i}" for i in range(len(rows[0]))]
    cells = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return made({how: names, "missing": MISSING, **entry}, variable, (), cells)


def strongest(reasons: list[str]) -> str:
    """The first reason of somebody who saw the question, else the first reason."""
    return next((reason for reason in reasons if reason in SAW), reasons[0])


def test_the_first_valid_answer_is_taken() -> None:
    result = several("first_of", [(3, 4), (97, 4), (None, 98), (96, 97)], number(0, 10), keep="0..10")
    assert result.values == [3, 4, None, None]
    assert result.why == ["valid", "valid", "no_answer", "dont_know"]


def test_two_different_answers_are_told_and_two_equal_ones_are_not() -> None:
    rows = [(3, 4)] * 12 + [(5, 5)] * 30
    told = several("first_of", rows, number(0, 10), keep="0..10").told("W161")
    assert len(told) == 1 and "12 of 42 respondents" in told[0]
    assert "W161" not in several("first_of", rows[12:], number(0, 10), keep="0..10").codes


@pytest.mark.parametrize("place", [0, 1, 2])
def test_somebody_who_saw_one_of_the_columns_was_asked(place: int) -> None:
    row = [95, 96, 95]
    row[place] = 98
    assert several("first_of", [tuple(row)], number(0, 10), keep="0..10").why == ["refused"]


def test_the_first_valid_date_is_taken() -> None:
    rows = [("1-2-2024", "3-4-2024"), (None, "3-4-2024")]
    result = several("first_of", rows, DATE, date="d-m-y")
    assert [value.month for value in result.values] == [2, 4] and "W161" in result.codes


def test_the_limits_of_a_band_come_from_the_column_that_was_taken() -> None:
    bands = {"1": [0, 10], "2": [10, 30]}
    rows = [(1, 2), (2, 1), (2, 97), (97, 98)]
    result = several("first_of", rows, banded([0, 10, 20, 30]), bands=bands, straddle="not_mappable")
    assert result.values == ["from_0", "from_0", None, None]
    assert result.why == ["valid", "valid", "not_mappable", "dont_know"]
    assert result.low[:3] == [0, 0, 10] and result.high[:3] == [10, 10, 30]
    assert result.low[3] != result.low[3]


def test_a_sum_has_all_its_parts_or_the_reason_of_the_missing_one() -> None:
    result = several("sum_of", [(3, 4, 1), (3, 97, 98), (96, 2, 98), (95, 1, 1)], number(0, 30), keep="0..10")
    assert result.values == [8, None, None, None]
    assert result.why == ["valid", "dont_know", "refused", "not_asked"]


def test_a_sum_beyond_the_dictionary_stops_the_run_and_each_part_may_be_valid() -> None:
    rows = [(10, 10)] * 15 + [(1, 1)] * 5
    result = several("sum_of", rows, number(0, 16), keep="0..10")
    assert result.errors == ["E180"] and "15 of 20 respondents (75.0%)" in result.told("E180")[0]
    assert result.why == ["invalid"] * 15 + ["valid"] * 5


def test_a_sum_beyond_the_dictionary_is_invalid_when_the_map_says_so() -> None:
    result = several("sum_of", [(10, 10), (1, 1)], number(0, 16), keep="0..10", outside="invalid")
    assert result.errors == [] and "W180" in result.codes and result.values == [None, 2]


def test_several_columns_may_not_go_beyond_the_dictionary_either() -> None:
    result = several("first_of", [(19, 4)], number(0, 10), keep="0..20")
    assert result.errors == ["E180"] and result.values == [None]


def test_the_places_of_categories_are_never_added_up() -> None:
    result = several("sum_of", [(1, 12)], banded([0, 10, 20, 30]), keep="0..30")
    assert result.errors == ["E131"] and result.values == [None]


def test_each_column_of_several_has_its_own_lines() -> None:
    result = several("first_of", [(1, 2), (97, 1), (1, 98)], FIVE, recode={"1": "a", "2": "b"})
    lines = {(line.column, line.code): (line.becomes, line.valid, line.n) for line in result.record.recoded}
    assert lines == {
        ("q0", "1"): ("a", True, 2),
        ("q0", "97"): ("dont_know", False, 1),
        ("q1", "2"): ("b", True, 1),
        ("q1", "1"): ("a", True, 1),
        ("q1", "98"): ("refused", False, 1),
    }


cells = st.sampled_from([None, 0, 1, 2, 2.5, 10, 95, 96, 97, 98, 50])
rows = st.integers(2, 4).flatmap(lambda width: st.lists(st.tuples(*[cells] * width), min_size=1, max_size=10))


@settings(max_examples=200)
@given(rows, st.sampled_from(["first_of", "sum_of"]), st.booleans())
def test_several_columns_agree_with_a_reference_that_goes_row_by_row(rows: list, how: str, whole: bool) -> None:
    entry = {"keep": "0..10", "missing": MISSING}
    variable = number(0, 25, whole=whole)
    expected = []
    for row in rows:
        parts = [reference.row(entry, variable, cell) for cell in row]
        valid = [value for value, why in parts if why == "valid"]
        missing = [why for _, why in parts if why != "valid"]
        if how == "first_of":
            expected.append((valid[0], "valid") if valid else (None, strongest(missing)))
        elif missing:
            expected.append((None, strongest(missing)))
        else:
            expected.append((sum(valid), "valid") if sum(valid) <= 25 else (None, "invalid"))
    result = several(how, rows, variable, keep="0..10")
    assert list(zip(result.values, result.why, strict=True)) == expected
    assert sum(line.n for line in result.record.recoded) == len(rows) * len(rows[0])

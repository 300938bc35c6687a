"""A column as distinct codes: no cell without a code, no code without a count."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_variable import column
from pydantic import ValidationError

from cwb_impact.harmonise.source_codes import NOT_ASKED, TAKEN, source_codes, texts_of, with_not_asked
from cwb_impact.spec.codes import PLAIN_NUMBERS, SYSMIS, CodeMap, NumberFormat, code_text, overlap
from cwb_impact.spec.variable_map import VariableMap

numbers = st.one_of(st.none(), st.integers(-5, 5), st.floats(-5, 5), st.sampled_from([99, 1e20, float("inf")]))
texts = st.one_of(st.none(), st.sampled_from(["", " ", "1", " 2 ", ".d", "a,b", "\u0663", "sysmis", "3.5"]))
columns = st.one_of(st.lists(numbers), st.lists(texts), st.lists(st.one_of(numbers, texts)))
spans = st.one_of(st.none(), st.tuples(st.integers(-3, 0), st.integers(0, 3)))


def is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, float) and np.isnan(cell)) or (isinstance(cell, str) and not cell.strip())


@given(columns, spans)
def test_every_cell_has_one_code_or_is_taken_and_the_counts_add_up(cells: list, span: tuple | None) -> None:
    found = source_codes(column(cells), PLAIN_NUMBERS, span)
    assert len(set(found.codes)) == len(found.codes)
    assert int(found.count.sum()) + int((found.position == TAKEN).sum()) == len(cells) == found.rows
    for row, (cell, position) in enumerate(zip(cells, found.position.tolist(), strict=True)):
        if position == TAKEN:
            assert found.taken is not None and found.taken[row] == cell and span[0] <= cell <= span[1]
        else:
            expected = SYSMIS if is_empty(cell) else code_text(float(cell) if isinstance(cell, int) else cell)
            assert found.codes[position] == expected


def test_one_and_the_text_one_are_the_same_code() -> None:
    found = source_codes(pd.Series([1.0, "1", " 1"], dtype=object), PLAIN_NUMBERS)
    assert found.counts == {"1": 3, SYSMIS: 0}


def test_only_empty_cells_of_people_who_were_left_out_become_not_asked() -> None:
    found = with_not_asked(source_codes(column([None, None, 4]), PLAIN_NUMBERS), np.array([True, False, True]))
    assert found.counts == {"4": 1, SYSMIS: 1, NOT_ASKED: 1}


def test_a_row_in_a_message_is_the_row_of_the_file_and_not_of_the_people_who_are_left() -> None:
    found = source_codes(column([1, 2, 3, 4]).loc[[False, False, True, True]], PLAIN_NUMBERS)
    assert found.first_row(np.array([code == "4" for code in found.codes])) == 4


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([1, 2, -3], ["1", "2", "-3"]),
        ([1, None, 2.5], ["1", SYSMIS, "2.5"]),
        ([1e20, 2e20], [str(10**20), str(2 * 10**20)]),
        ([float("inf"), 1], ["inf", "1"]),
        (["007", " x "], ["007", "x"]),
        ([], []),
    ],
)
def test_ids_keep_their_digits(cells: list, expected: list) -> None:
    assert texts_of(column(cells)).tolist() == expected


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        (NumberFormat(",", "."), "1.234,56", 1234.56),
        (NumberFormat(",", "."), "12.34,5", None),
        (NumberFormat(","), "1.234,56", None),
        (NumberFormat(","), "1.234", None),
        (NumberFormat(","), "3,5", 3.5),
        (NumberFormat("."), "3,5", None),
        (NumberFormat("."), "1.234", 1.234),
        (NumberFormat(".", ","), "1,234,567.5", 1234567.5),
        (NumberFormat(".", ","), "1,23", None),
        (NumberFormat(",", "space"), "1\u00a0234,5", 1234.5),
        (NumberFormat(",", "space"), "1\u202f234", 1234.0),
        (NumberFormat(",", "space"), "1 23", None),
        (NumberFormat(None, "'"), "1'234", 1234.0),
        (NumberFormat(",", ".", "\u20ac"), "\u20ac 1.234", 1234.0),
        (NumberFormat(",", ".", "\u20ac"), "1.234,50\u00a0\u20ac", 1234.5),
        (NumberFormat("."), "\u20ac 3", None),
        (NumberFormat(), "\u0663\u0665", 35.0),
        (NumberFormat(), "\u06f4\u06f2", 42.0),
        (NumberFormat(), "-3", -3.0),
        (NumberFormat(), "3.5", 3.5),
        (NumberFormat(), "0.125", 0.125),
        (NumberFormat(), "nan", None),
        (NumberFormat(), "inf", None),
        (NumberFormat(), "1_000", None),
        (NumberFormat(), "", None),
    ],
)
def test_numbers_are_read_as_the_map_says(form: NumberFormat, text: str, expected: float | None) -> None:
    assert form.parse(text) == expected


@pytest.mark.parametrize("text", ["1.234", "1,234", "-12.345", "1.234.567", "\u0661.\u0662\u0663\u0664"])
def test_a_decimal_or_a_thousand_is_never_guessed(text: str) -> None:
    assert NumberFormat().is_ambiguous(text) and NumberFormat().parse(text) is None


def test_a_currency_sign_does_not_hide_that_a_number_is_ambiguous() -> None:
    form = NumberFormat(currency="\u20ac")
    assert form.is_ambiguous("\u20ac 1.234") and form.parse("\u20ac 1.234") is None


@given(st.integers(-(10**9), 10**9), st.sampled_from([(",", "."), (".", ","), (",", "space"), (".", "'")]))
def test_thousands_written_by_the_rules_are_read_back(value: int, marks: tuple) -> None:
    decimal, thousands = marks
    text = f"{value:,}".replace(",", "\u202f" if thousands == "space" else thousands) + f"{decimal}5"
    expected = value + (0.5 if value >= 0 else -0.5)
    assert NumberFormat(decimal, thousands).parse(text) == expected


@given(
    st.dictionaries(st.tuples(st.integers(-20, 20), st.integers(0, 9)), st.integers(), max_size=4), st.integers(-25, 35)
)
def test_a_code_has_one_place_unless_overlap_says_so(made: dict, code: int) -> None:
    entries = {f"{low}..{low + width}" if width else str(low): (low, low + width) for low, width in made}
    holding = [span for span in entries.values() if span[0] <= code <= span[1]]
    if len(holding) > 1:
        assert overlap(entries) is not None
    elif overlap(entries) is None:
        assert CodeMap.of(entries).get(str(code), float(code)) == (holding[0] if holding else None)


@pytest.mark.parametrize("part", ["recode", "missing"])
def test_a_code_that_is_written_in_two_ways_stands_twice(part: str) -> None:
    entry = {"from": "q", "relation": "exact", "recode": {"5": "a"}, part: {"1": "b", "1.0": "c"}}
    with pytest.raises(ValidationError, match="code 1 stands twice"):
        VariableMap.model_validate(entry)

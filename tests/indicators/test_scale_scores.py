"""Scores of every kind of scale, against scores worked out one respondent at a time."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cwb_impact.indicators.conditions import evaluate
from cwb_impact.indicators.scales import item_scores, score
from cwb_impact.spec.conditions import Between
from cwb_impact.spec.scale import Scale

ITEMS = ["a", "b", "c", "d"]
ABOUT = {
    "id": "s",
    "version": "1.0.0",
    "name": {"nl": "schaal", "en": "scale"},
    "items": ITEMS,
    "source": {
        "instrument": {"nl": "x", "en": "y"},
        "reference": "r",
        "licence": "l",
        "item_text_shipped": False,
        "verified": False,
    },
    "references": [{"text": "t"}],
}
SUM = {"method": "sum", "item_range": [0, 5], "range": [0, 20], "missing": "all_items_required"}
COUNT = {"method": "count", "points": {item: ["yes"] for item in ITEMS}, "range": [0, 4], "missing": "bounded"}


def scale(**keys: object) -> Scale:
    return Scale.model_validate({**ABOUT, **keys})


def frame(rows: list[list[object]]) -> pd.DataFrame:
    """None is an answer that was refused."""
    columns: dict[str, pd.Series] = {}
    for place, item in enumerate(ITEMS):
        cells = [row[place] for row in rows]
        numbers = all(cell is None or isinstance(cell, int | float) for cell in cells)
        columns[item] = pd.Series(cells, dtype="float64" if numbers else "str")
        columns[f"{item}__why"] = pd.Series(["refused" if cell is None else "valid" for cell in cells])
    return pd.DataFrame(columns)


answers = st.lists(st.lists(st.none() | st.integers(0, 5), min_size=4, max_size=4), min_size=1, max_size=8)
yes_no = st.lists(st.lists(st.sampled_from(["yes", "no", None]), min_size=4, max_size=4), min_size=1, max_size=8)


@given(answers)
def test_a_sum_needs_every_item(rows: list[list[object]]) -> None:
    made = score(scale(**SUM, reversed=["b"]), frame(rows))
    for row, value, why in zip(rows, made["s"], made["s__why"], strict=True):
        numbers = [5 - one if place == 1 else one for place, one in enumerate(row) if isinstance(one, int)]
        assert (why == "valid") == (None not in row)
        assert value == sum(numbers) if None not in row else np.isnan(value)


@given(answers)
def test_one_missing_item_gets_the_mean_of_the_others(rows: list[list[object]]) -> None:
    made = score(scale(**{**SUM, "missing": {"at_most": 1, "then": "person_mean"}}), frame(rows))
    for row, value in zip(rows, made["s"], strict=True):
        given_answers = [one for one in row if isinstance(one, int)]
        if len(given_answers) < 3:
            assert np.isnan(value)
        else:
            assert value == pytest.approx(4 * sum(given_answers) / len(given_answers))


@given(yes_no)
def test_a_count_leaves_out_one_missing_item_and_does_not_prorate(rows: list[list[object]]) -> None:
    made = score(scale(**{**COUNT, "missing": {"at_most": 1, "then": "count_answered"}}), frame(rows))
    for row, value in zip(rows, made["s"], strict=True):
        assert value == row.count("yes") if row.count(None) <= 1 else np.isnan(value)


@given(yes_no, st.integers(0, 4))
def test_a_bounded_count_is_decided_exactly_when_every_completion_agrees(rows: list[list[object]], limit: int) -> None:
    """By trying every possible answer in the place of the missing ones."""
    counted = frame(rows)
    data = pd.concat([counted, score(scale(**COUNT), counted)], axis=1)
    truth = evaluate({"s": Between.model_validate({"from": limit})}, data, {})
    for row, true, false in zip(rows, truth.true, truth.false, strict=True):
        possible = {
            sum(one == "yes" for one in completed) >= limit
            for completed in product(*([one] if one is not None else ["yes", "no"] for one in row))
        }
        assert (true, false) == (possible == {True}, possible == {False})


def test_a_score_is_moved_in_a_straight_line() -> None:
    moved = scale(method="mean", item_range=[1, 5], rescale=[1, 5, 0, 10], range=[0, 10], missing="all_items_required")
    assert score(moved, frame([[1, 1, 1, 1], [5, 5, 5, 5], [3, 3, 3, 3], [2, 3, 4, 4]]))["s"].tolist() == [
        0.0,
        10.0,
        5.0,
        (3.25 - 1) * 10 / 4,
    ]


def test_a_score_that_is_not_in_the_table_is_not_mappable() -> None:
    """A table that the user supplies may be of another instrument: what it does not hold is told, never guessed."""
    looked_up = scale(**{**SUM, "range": [0, 30]}, table="t")
    made = score(looked_up, frame([[1, 1, 1, 1], [1, 1, 1, 2], [1, 1, 1, None]]), {4.0: 11.5})
    assert made["s"].tolist()[:1] == [11.5]
    assert made["s__why"].tolist() == ["valid", "not_mappable", "refused"]


def test_items_are_given_as_the_score_takes_them() -> None:
    assert item_scores(scale(**SUM, reversed=["b"]), frame([[0, 0, 5, None]])).tolist()[0][:3] == [0.0, 5.0, 5.0]
    assert item_scores(scale(**COUNT), frame([["yes", "no", "yes", "no"]])).tolist() == [[1.0, 0.0, 1.0, 0.0]]


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ({**SUM, "points": {"a": ["yes"]}}, "a count has points"),
        ({**COUNT, "item_range": [0, 1]}, "a count has points"),
        ({**COUNT, "points": {"a": ["yes"]}}, "points name every item"),
        ({**SUM, "reversed": ["e"]}, "reversed names what is no item"),
        ({**SUM, "items": ["a", "a"]}, "an item stands twice"),
        ({**SUM, "multiply": 4, "table": "t"}, "at most one of"),
        ({**SUM, "missing": {"at_most": 4, "then": "person_mean"}}, "at least one item must be answered"),
        ({**SUM, "missing": {"at_most": 1, "then": "count_answered"}}, "count_answered belongs to a count"),
        ({**SUM, "missing": "bounded"}, "bounded is for a count"),
        ({**COUNT, "multiply": 25.0}, "bounded is for a count as it is"),
        ({**COUNT, "reversed": ["a"]}, "a count has no reversed items"),
        ({**SUM, "rescale": [3, 3, 0, 10]}, "rescale starts from a range without width"),
    ],
)
def test_a_scale_that_says_two_things_is_refused(keys: dict[str, object], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        scale(**keys)


def test_a_score_outside_the_range_of_its_definition_is_invalid() -> None:
    made = score(scale(**{**SUM, "range": [0, 10]}), frame([[2, 2, 2, 2], [5, 5, 5, 5]]))
    assert made["s__why"].tolist() == ["valid", "invalid"]
    assert np.isnan(made["s"].iloc[1])


@pytest.mark.parametrize("items", range(2, 30))
def test_a_person_mean_of_whole_answers_reaches_a_limit_exactly(items: int) -> None:
    """12 items of 5 with one missing are 60, and not 59.999: a limit of 60 must hold."""
    names = [f"i{number}" for number in range(items)]
    many = scale(
        items=names,
        method="sum",
        item_range=[0, 5],
        range=[0, 5 * items],
        missing={"at_most": 1, "then": "person_mean"},
    )
    columns: dict[str, list[object]] = {}
    for name in names:
        columns |= {name: [5.0 if name != "i0" else np.nan], f"{name}__why": ["valid" if name != "i0" else "refused"]}
    assert score(many, pd.DataFrame(columns))["s"].tolist() == [5.0 * items]

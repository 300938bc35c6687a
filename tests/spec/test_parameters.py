"""Dated parameters: what holds on a day, vintages that are kept, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from cwb_impact.spec.parameter import Parameter

TEXT = {"nl": "x", "en": "y"}


def parameter(*values: dict[str, object], **keys: object) -> Parameter:
    told = [{"reference": "r", "verified": True, **value} for value in values]
    return Parameter.model_validate({"id": "p", "name": TEXT, "unit": "percent", "values": told, **keys})


def test_of_two_vintages_the_newest_counts_and_both_are_kept() -> None:
    """2023: 3.1% as published in October 2024, 2.7% after the revision of December 2025 (methodology B.8)."""
    first = {"valid_from": "2023-01-01", "valid_to": "2023-12-31", "value": 3.1, "vintage": "2024-10-17"}
    revised = {**first, "value": 2.7, "vintage": "2025-12-17"}
    poor = parameter(revised, first)
    found = poor.on(date(2023, 6, 1))
    assert found is not None
    assert found.value == 2.7
    assert [one.value for one in poor.values] == [2.7, 3.1]
    assert poor.by_year == {2023: 2.7}


def test_a_day_before_the_first_and_after_the_last_date_has_no_value() -> None:
    wage = parameter({"valid_from": "2025-01-01", "valid_to": "2025-06-30", "value": 14.06})
    assert wage.on(date(2024, 12, 31)) is None
    assert wage.on(date(2025, 7, 1)) is None
    assert [getattr(wage.on(date(2025, month, 1)), "value", None) for month in (1, 6)] == [14.06, 14.06]


@pytest.mark.parametrize(
    ("values", "keys", "what"),
    [
        ([], {}, "has values, or says supplied_by_study"),
        ([{"valid_from": "2025-01-01", "value": 1}], {"supplied_by_study": True}, "has values, or says"),
        ([{"valid_from": "2025-01-01"}], {}, "exactly one of value, items and table"),
        ([{"valid_from": "2025-01-01", "value": 1, "items": ["a"]}], {}, "exactly one of value, items and table"),
        ([{"valid_from": "2025-01-01", "valid_to": "2024-01-01", "value": 1}], {}, "ends before it starts"),
        (
            [{"valid_from": "2025-01-01", "value": 1}, {"valid_from": "2026-01-01", "value": 2}],
            {},
            "overlap and have the same vintage",
        ),
        (
            [
                {"valid_from": "2025-01-01", "valid_to": "2025-12-31", "value": 1},
                {"valid_from": "2026-01-01", "items": ["a"]},
            ],
            {},
            "mixes value, items and table",
        ),
    ],
)
def test_values_that_contradict_one_another_are_refused(
    values: list[dict[str, object]], keys: dict[str, object], what: str
) -> None:
    with pytest.raises(ValidationError, match=what):
        parameter(*values, **keys)

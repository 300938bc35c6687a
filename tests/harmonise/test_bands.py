"""Source bands have a place only where they lie inside one band of the dictionary."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_variable import banded, one

WEEK = {"1": [0, 150], "2": [150, 300], "3": [300, 450], "4": [450, 600], "5": [600, 900], "6": [900, None]}
UNIT = {"from": "EUR/week", "to": "EUR/month", "factor": "52/12"}
"""The example of a weekly income in a monthly dictionary: 52/12 x [150, 300) = [650, 1300)."""


def weekly(**more: Any) -> dict[str, Any]:
    return {"bands": WEEK, "unit": UNIT, "straddle": "split", **more}


LIMITS = [0, 1000, 1500, 2000, 3000, 4000, None]


def test_of_the_weekly_bands_only_the_first_nests() -> None:
    result = one(weekly(), banded(LIMITS, "EUR/month"), [1, 2, 3, 4, 5, 6])
    assert result.values == ["from_0", None, None, None, None, None]
    assert result.why == ["valid"] + ["not_mappable"] * 5
    assert result.errors == []


def test_the_limits_are_kept_exactly_and_an_open_end_is_empty() -> None:
    result = one(weekly(), banded(LIMITS, "EUR/month"), [1, 2, 3, 4, 5, 6])
    assert result.low == [0, 650, 1300, 1950, 2600, 3900]
    assert result.high[:5] == [650, 1300, 1950, 2600, 3900] and np.isnan(result.high[5])


def test_the_shares_of_a_split_band_are_those_of_a_uniform_spread() -> None:
    result = one(weekly(), banded(LIMITS, "EUR/month"), [2])
    second = {target: share for code, target, share in result.record.shares if code == "2"}
    # (1000 - 650) / 650 and (1300 - 1000) / 650
    assert second == {"from_0": pytest.approx(350 / 650), "from_1": pytest.approx(300 / 650)}
    assert [round(share, 3) for share in second.values()] == [0.538, 0.462]


def test_an_open_band_has_no_shares() -> None:
    result = one(weekly(), banded(LIMITS, "EUR/month"), [6])
    assert not [share for share in result.record.shares if share[0] == "6"]


def test_not_mappable_keeps_no_shares() -> None:
    assert one(weekly(straddle="not_mappable"), banded(LIMITS, "EUR/month"), [2]).record.shares == ()


def test_a_band_that_crosses_a_limit_stops_the_run_unless_the_map_says_what_it_becomes() -> None:
    entry = {"bands": WEEK, "unit": UNIT, "missing": {"7": "refused"}}
    result = one(entry, banded(LIMITS, "EUR/month"), [2] * 61 + [1] * 300 + [7] * 51)
    assert result.errors == ["E150"] and len(result.told("E150")) == 5
    first = next(text for text in result.told("E150") if "source band 2" in text)
    assert "[150, 300) EUR/week = [650.00, 1300.00) EUR/month crosses the target limit 1000" in first
    assert "61 of 412 respondents (14.8%)" in first and "no limit is shared" in first


def test_a_coarser_partition_is_offered_where_there_is_one() -> None:
    entry = {"bands": {"1": [0, 20], "2": [20, 40], "3": [40, None]}}
    told = one(entry, banded([0, 10, 20, 30, 50, None]), [2]).told("E150")
    assert "a coarser target with the limits 20 holds them all" in told[0]


@pytest.mark.parametrize(
    ("bands", "fault"),
    [
        ({"1": [0, 10], "2": [9, 20]}, "overlap"),
        ({"1": [0, 10], "2": [11, 20]}, "gap from 10 to 11"),
        ({"1": [0, None], "2": [10, 20]}, "overlap"),
        ({"1": [None, 5], "2": [None, 10]}, "overlap"),
    ],
)
def test_source_bands_that_do_not_meet_are_refused(bands: dict, fault: str) -> None:
    result = one({"bands": bands}, banded([0, 20]), [1])
    assert result.errors == ["E151"] and fault in result.told("E151")[0]


def test_bands_need_a_variable_with_bands() -> None:
    codes = {"label": {"nl": "x", "en": "x"}, "type": "category", "codes": {"a": {"nl": "x", "en": "x"}}}
    assert one({"bands": {"1": [0, 5]}}, codes, [1]).errors == ["E120"]


def test_a_band_code_that_the_map_does_not_know_is_an_error() -> None:
    result = one({"bands": {"1": [0, 5]}}, banded([0, 5]), [1, 2])
    assert result.errors == ["E120"] and result.why == ["valid", "invalid"]


@st.composite
def partitions(draw: st.DrawFn, low: int, high: int) -> list[Any]:
    limits: list[Any] = sorted(draw(st.lists(st.integers(low, high), min_size=2, max_size=7, unique=True)))
    return [draw(st.sampled_from([None, limits[0]])), *limits[1:-1], draw(st.sampled_from([None, limits[-1]]))]


def points(low: Any, high: Any) -> list[Fraction]:
    """The low end, both sides of every half, and just below the high end; far away where a band is open."""
    start = Fraction(-10_000) if low is None else Fraction(low)
    end = Fraction(10_000) if high is None else Fraction(high)
    step = (end - start) / 40_000
    inner = [Fraction(half, 2) for half in range(-120, 121) if start < Fraction(half, 2) < end]
    return [start, *inner, *(point - step for point in inner), end - step]


@settings(max_examples=200)
@given(partitions(-10, 10), partitions(-20, 20), st.sampled_from(["1", "2", "52/12", "1/3"]))
def test_a_band_gets_a_category_exactly_when_all_its_numbers_have_it(source: list, target: list, factor: str) -> None:
    bands = {str(code): [*pair] for code, pair in enumerate(pairwise(source))}
    entry = {"bands": bands, "straddle": "split", "unit": {"from": "a", "to": "hours", "factor": factor}}
    variable = banded(target)
    result = one(entry, variable, [float(code) for code in bands])
    for code, value, low, high in zip(bands, result.values, result.low, result.high, strict=True):
        ends = [None if end is None else Fraction(end) * Fraction(factor) for end in bands[code]]
        places = {place(point, variable["bands"]) for point in points(*ends)}
        assert value == (places.pop() if len(places) == 1 else None)
        assert [None if np.isnan(end) else end for end in (low, high)] == [
            None if e is None else float(e) for e in ends
        ]


def place(point: Fraction, bands: dict[str, tuple]) -> str | None:
    inside = [n for n, (low, high) in bands.items() if (low is None or point >= low) and (high is None or point < high)]
    return inside[0] if inside else None


@given(st.lists(st.integers(-20, 20), min_size=2, max_size=7, unique=True), st.integers(-25, 24), st.integers(1, 30))
def test_shares_add_up_to_the_part_that_the_dictionary_covers(limits: list, low: int, width: int) -> None:
    limits = sorted(limits)
    result = one({"bands": {"1": [low, low + width]}, "straddle": "split"}, banded(limits), [1])
    covered = max(0, min(limits[-1], low + width) - max(limits[0], low)) / width
    shares = sum(share for _, _, share in result.record.shares)
    assert result.values != [None] or shares == pytest.approx(covered)


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=6, unique=True), st.integers(-25, 24), st.integers(1, 30))
def test_shares_add_up_to_one_under_an_open_dictionary(limits: list, low: int, width: int) -> None:
    result = one({"bands": {"1": [low, low + width]}, "straddle": "split"}, banded([None, *sorted(limits), None]), [1])
    assert result.values != [None] or sum(share for _, _, share in result.record.shares) == pytest.approx(1)

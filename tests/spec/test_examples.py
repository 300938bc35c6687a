"""Every worked example of every definition, run through the code that makes the estimates."""

from __future__ import annotations

from pathlib import Path

import pytest

from cwb_impact.errors import Problems
from cwb_impact.examples import example_fault
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.indicator import Example, Indicator

GSS = "tests/acceptance/gss_panel"


def dictionary(folder: str | None) -> Dictionary:
    problems = Problems()
    loaded = load_dictionary(problems, Path(folder) if folder else None)
    problems.raise_if_errors()
    return loaded


LOADED = dictionary(GSS)
CASES = [
    pytest.param(indicator, example, id=f"{indicator.id}-{number}")
    for indicator in LOADED.indicators.values()
    for number, example in enumerate(indicator.examples, start=1)
]


@pytest.mark.parametrize(("indicator", "example"), CASES)
def test_example_gives_what_was_worked_out_by_hand(indicator: Indicator, example: Example) -> None:
    assert example_fault(indicator, example, LOADED) is None


@pytest.mark.parametrize("change", [{"gives": 12.3456}, {"n": 1}, {"excluded": {"refused": 3}}, {"gives": None}])
def test_an_example_that_says_something_else_is_a_fault(change: dict[str, object]) -> None:
    indicator = LOADED.indicators["good_health"]
    assert example_fault(indicator, indicator.examples[0].model_copy(update=change), LOADED) is not None

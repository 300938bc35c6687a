"""Every worked example of every definition, run through the code that makes the estimates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from cwb_impact.errors import Problems
from cwb_impact.estimate.statistics import STATISTICS
from cwb_impact.indicators.measure import measure
from cwb_impact.spec.dictionary import Dictionary, Example, Indicator
from cwb_impact.spec.dictionary_folder import load_dictionary

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


def harmonised(example: Example, indicator: Indicator) -> pd.DataFrame:
    """The example's rows as the harmoniser would give them: `x` and `x__why`; a variable left out was not answered."""
    columns: dict[str, object] = {}
    for name in LOADED.variables_needed(indicator):
        cells = [row.get(name, "no_answer") for row in example.rows]
        why = [str(cell) if cell in LOADED.missing_reasons else "valid" for cell in cells]
        values = [cell if reason == "valid" else None for cell, reason in zip(cells, why, strict=True)]
        number = LOADED.variables[name].type == "number"
        columns[name] = pd.Series(values, dtype="float64" if number else "str")
        columns[f"{name}__why"] = pd.Series(why, dtype="str")
    return pd.DataFrame(columns)


@pytest.mark.parametrize(("indicator", "example"), CASES)
def test_example_gives_what_was_worked_out_by_hand(indicator: Indicator, example: Example) -> None:
    measured = measure(indicator, harmonised(example, indicator), LOADED, date(2026, 9, 30))
    assert int(measured.valid.sum()) == example.n
    assert measured.excluded() == example.excluded
    if example.gives is None:
        assert example.n == 0
        return
    weight = pd.Series([float(row.get("w", 1)) for row in example.rows]).to_numpy()
    value = STATISTICS[indicator.statistic](measured.y[measured.valid], weight[measured.valid]).value
    # examples are written with four decimals
    assert value * (100 if indicator.unit == "percent" else 1) == pytest.approx(example.gives, abs=5e-5)


def test_every_shared_indicator_has_two_examples_one_of_them_weighted() -> None:
    for indicator in dictionary(None).indicators.values():
        assert len(indicator.examples) >= 2, indicator.id
        weights = [{row.get("w", 1) for row in example.rows} for example in indicator.examples]
        assert any(len(found) > 1 for found in weights), f"{indicator.id}: no example with unequal weights"
        assert any(example.excluded for example in indicator.examples), f"{indicator.id}: no excluded reason"

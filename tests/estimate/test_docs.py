"""The examples in docs/estimation.md and in the docstrings run, and give what they say."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cwb_impact as cwb

PACKAGES = ("cwb_impact.estimate", "cwb_impact.weight", "cwb_impact.compare")
MODULES = [
    found.name
    for package in PACKAGES
    for found in pkgutil.iter_modules([str(Path("src") / package.replace(".", "/"))], f"{package}.")
]


@pytest.fixture(scope="module")
def estimates() -> cwb.EstimateTable:
    return cwb.estimate(cwb.harmonise(cwb.open_study("surveys/nieuw_west")))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_give_what_they_say(name: str, estimates: cwb.EstimateTable) -> None:
    module = importlib.import_module(name)
    names = {"np": np, "pd": pd, "cwb": cwb, "estimates": estimates, **vars(module)}
    result = doctest.testmod(module, extraglobs=names, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


def test_some_modules_have_examples() -> None:
    finder = doctest.DocTestFinder()
    examples = sum(len(test.examples) for name in MODULES for test in finder.find(importlib.import_module(name)))
    assert examples > 50


def test_the_page_on_estimation_runs(estimates: cwb.EstimateTable) -> None:
    """The statistic of one's own is that of the weighted data, and each contrast gives a number with an error."""
    blocks = re.findall(r"```python\n(.*?)```", Path("docs/estimation.md").read_text(), re.S)
    names: dict[str, object] = {"cwb": cwb, "np": np, "estimates": estimates, "waves": estimates.waves}
    for block in blocks:
        exec(compile(block, "docs/estimation.md", "exec"), names)
    frame = estimates.waves.of("residents", "2025Q3")
    valid = (frame["life_satisfaction__why"] == "valid").to_numpy()
    y, w = frame["life_satisfaction"].to_numpy(float)[valid], estimates.design("residents", "2025Q3").weight[valid]
    mean = np.average(y, weights=w)
    assert names["made"].value[0] == pytest.approx(np.sqrt(np.average((y - mean) ** 2, weights=w)) / mean)
    assert 0 < names["se"][0] < 0.05 * names["made"].value[0]
    # a sum of w u within PSUs is the derivative: moving one weight moves the value as its influence says
    variation, more = names["variation"], w.copy()
    more[0] *= 1 + 1e-6
    moved = (variation(y, more).value - variation(y, w).value) / 1e-6
    assert moved == pytest.approx(variation(y, w).influence[0], rel=1e-4)

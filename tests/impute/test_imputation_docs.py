"""The page on imputation and the examples in docstrings run, and give what they say."""

import doctest
import importlib
import re
from pathlib import Path

import numpy as np
import pytest

import cwb_impact as cwb

MODULES = ("rubin", "chained", "sensitivity")


@pytest.fixture(scope="module")
def estimates() -> cwb.EstimateTable:
    return cwb.estimate(cwb.harmonise(cwb.open_study("surveys/nieuw_west")))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_give_what_they_say(name: str, estimates: cwb.EstimateTable) -> None:
    module = importlib.import_module(f"cwb_impact.impute.{name}")
    names = {"np": np, "waves": estimates.waves, **vars(module)}
    assert doctest.testmod(module, extraglobs=names, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0


def test_the_page_on_imputation_runs(estimates: cwb.EstimateTable) -> None:
    names: dict[str, object] = {"cwb": cwb, "np": np, "estimates": estimates, "waves": estimates.waves}
    for block in re.findall(r"```python\n(.*?)```", Path("docs/imputation.md").read_text(), re.S):
        exec(compile(block, "docs/imputation.md", "exec"), names)
    made, changed = names["made"], names["changed"]
    assert set(made["population"]) == {"residents"} and len(made) > 2
    assert len(changed) == 0

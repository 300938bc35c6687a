"""Weights against R survey (tests/oracle/weighting.R): every school's weight, by every method."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cwb_impact.errors import Problems
from cwb_impact.types import Floats
from cwb_impact.weight.calibration import Method, calibrate, indicators
from cwb_impact.weight.margins import CodedMargin, check_margins, read_margins
from cwb_impact.weight.raking import post_stratify, rake
from cwb_impact.weight.response import class_rates, propensity_classes, response_propensity
from cwb_impact.weight.trimming import trim

DATA = Path("tests/oracle/data")
ORACLE = pd.read_csv("tests/oracle/weighting.csv", dtype={"variable": str, "domain": str})
# Both sides iterate until next to nothing moves (see the script for R's arguments); 1e-10 is the largest difference.
RTOL = 1e-8
# as in the script: bounds on which some schools end, and limits that some schools pass
BOUNDS = {"strat_fpc": (0.97, 1.03), "cluster": (0.5, 1.7)}
LIMITS = {"strat_fpc": (18.0, 36.0), "cluster": (30.5, 39.0)}
DESIGNS = pytest.mark.parametrize("name", list(BOUNDS))


def schools(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / ("apiclus1.csv" if name == "cluster" else "apistrat.csv"))


def margins(name: str, *files: str) -> tuple[CodedMargin, ...]:
    data, problems = schools(name), Problems()
    read = [read_margins(DATA / f"{file}.csv", f"{file}.csv", problems)["2000"] for file in files]
    labels = {variable: data[variable].astype(str) for margin in read for variable in margin.variables}
    coded = check_margins(read, labels, problems)
    problems.raise_if_errors()
    return coded


def calibration(name: str, method: Method, bounds: tuple[float, float] | None) -> Floats:
    data = schools(name)
    totals = pd.read_csv(DATA / "apipop_totals.csv").set_index("variable")["total"]
    stype = pd.read_csv(DATA / "apipop_stype.csv").set_index("stype")["people"]
    x = np.column_stack([np.ones(len(data)), data["stype"] == "H", data["stype"] == "M", data["api99"]])
    population = np.array([totals["schools"], stype["H"], stype["M"], totals["api99"]], dtype=float)
    return calibrate(x, population, base(name), method, bounds).weight


def base(name: str) -> Floats:
    return schools(name)["pw"].to_numpy(dtype=float)


def post_stratified(name: str) -> Floats:
    (both,) = margins(name, "apipop_stype_sch_wide")
    return post_stratify(both.codes, both.targets, base(name)).weight


def raked(name: str) -> Floats:
    coded = margins(name, "apipop_stype", "apipop_sch_wide")
    return rake([m.codes for m in coded], [m.targets for m in coded], base(name)).weight


def raking_to_margins(name: str) -> Floats:
    """Another way to the raked weights (Deville, Särndal and Sautory 1993, JASA 88, 1013-1020)."""
    x, totals, _ = indicators(margins(name, "apipop_stype", "apipop_sch_wide"))
    return calibrate(x, totals, base(name), "raking").weight


METHODS: dict[str, Callable[[str], Floats]] = {
    "post_stratified": post_stratified,
    "raked": raked,
    "raking_to_margins": raking_to_margins,
    "linear": lambda name: calibration(name, "linear", None),
    "raking": lambda name: calibration(name, "raking", None),
    "logit": lambda name: calibration(name, "logit", BOUNDS[name]),
    "linear_bounded": lambda name: calibration(name, "linear", BOUNDS[name]),
    "raked_trimmed": lambda name: trim(raked(name), *LIMITS[name]).weight,
}


def of_r(name: str, method: str, what: str) -> Floats:
    """R's numbers of the schools, in the order of the file, which is that of the script."""
    rows = ORACLE[(ORACLE["design"] == name) & (ORACLE["method"] == method) & (ORACLE["what"] == what)]
    assert rows["variable"].tolist() == schools(name)["snum"].astype(str).tolist()
    return rows["value"].to_numpy(dtype=float)


@DESIGNS
@pytest.mark.parametrize("method", list(METHODS))
def test_weights_equal_r_survey(name: str, method: str) -> None:
    np.testing.assert_allclose(METHODS[method](name), of_r(name, method, "weight"), rtol=RTOL)


def test_every_weight_of_the_oracle_is_compared() -> None:
    assert set(ORACLE.loc[ORACLE["what"] == "weight", "method"]) == set(METHODS)


@DESIGNS
def test_bounds_and_limits_bite(name: str) -> None:
    """Else equality with R would say nothing about them."""
    g = of_r(name, "linear_bounded", "weight") / base(name)
    assert all(np.isclose(g, bound).any() for bound in BOUNDS[name])
    assert (raked(name) < LIMITS[name][0]).any() and (raked(name) > LIMITS[name][1]).any()


@DESIGNS
def test_response_propensity_equals_svyglm(name: str) -> None:
    """Schools with an award stand for people who answered."""
    data, weight = schools(name), base(name)
    x = np.column_stack([np.ones(len(data)), data["stype"] == "H", data["stype"] == "M", data["meals"]]).astype(float)
    answered = (data["award"] == 1).to_numpy()
    propensity = response_propensity(x, answered, weight)
    np.testing.assert_allclose(propensity, of_r(name, "logistic", "propensity"), rtol=RTOL)
    classes = propensity_classes(propensity, weight)
    np.testing.assert_array_equal(classes + 1, of_r(name, "logistic", "class"))
    np.testing.assert_allclose(class_rates(classes, answered, weight), of_r(name, "logistic", "class_rate"), rtol=RTOL)

"""Calibration: totals are met within bounds, and what cannot be met is named."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from cwb_impact.errors import CwbError
from cwb_impact.types import Floats
from cwb_impact.weight.calibration import Method, calibrate

WAYS = pytest.mark.parametrize(
    ("method", "bounds"),
    [("linear", None), ("linear", (0.3, 2.5)), ("raking", None), ("raking", (0.3, 2.5)), ("logit", (0.3, 2.5))],
)


def survey(seed: int, low: float = 0.5, high: float = 2.0) -> tuple[Floats, Floats, Floats]:
    """Categories and amounts, base weights, and totals that factors between low and high give."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(20, 200))
    group = np.concatenate([np.arange(4), rng.integers(0, 4, n - 4)])
    x = np.column_stack([np.ones(n), group == 1, group == 2, rng.lognormal(7, 1, n), rng.normal(size=n)]).astype(float)
    base = rng.uniform(1.0, 40.0, n)
    factors = rng.uniform(low, high, n)
    return x, (x * (base * factors)[:, None]).sum(axis=0), base


def told(x: Floats, totals: Floats, method: Method = "linear", bounds: tuple[float, float] | None = None) -> str:
    with pytest.raises(CwbError) as caught:
        calibrate(x, totals, np.ones(len(x)), method, bounds)
    return str(caught.value)


@WAYS
@settings(max_examples=60)
@given(st.integers(0, 100_000))
def test_totals_that_can_be_met_are_met_within_the_bounds(
    method: Method, bounds: tuple[float, float] | None, seed: int
) -> None:
    x, totals, base = survey(seed)
    made = calibrate(x, totals, base, method, bounds)
    reached = (x * made.weight[:, None]).sum(axis=0)
    np.testing.assert_allclose(reached, totals, rtol=1e-9, atol=1e-9 * float(base.sum()))
    np.testing.assert_array_equal(made.weight, base * made.g)
    assert made.kept.all() and made.difference <= 1e-10
    if bounds is not None:
        assert bounds[0] <= made.g.min() and made.g.max() <= bounds[1]
    elif method == "raking":
        assert made.g.min() > 0.0


@settings(max_examples=60)
@given(st.integers(0, 100_000))
def test_bounds_that_hardly_suffice(seed: int) -> None:
    """The totals come from factors of 0.5 and 2 only, and bounds are a little wider: many end on a bound."""
    x, totals, base = survey(seed, 0.5, 2.0)
    rng = np.random.default_rng(seed)
    x = x[:, :3]
    factors = np.where(rng.uniform(size=len(base)) < 0.5, 0.5, 2.0)
    totals = (x * (base * factors)[:, None]).sum(axis=0)
    for method in ("linear", "logit"):
        made = calibrate(x, totals, base, method, (0.49, 2.01))
        assert made.difference <= 1e-10


def test_bounds_that_are_wide_enough_change_nothing() -> None:
    x, totals, base = survey(3)
    free = calibrate(x, totals, base)
    np.testing.assert_allclose(calibrate(x, totals, base, "linear", (-9.0, 9.0)).weight, free.weight, rtol=1e-12)


@WAYS
def test_weights_that_fit_stay_as_they_are(method: Method, bounds: tuple[float, float] | None) -> None:
    x, _, base = survey(4)
    made = calibrate(x, (x * base[:, None]).sum(axis=0), base, method, bounds)
    assert made.iterations == 0 and (made.g == 1.0).all()


@WAYS
def test_columns_that_follow_from_others_are_left_out(method: Method, bounds: tuple[float, float] | None) -> None:
    """Every category of a margin, beside a constant; the weights do not depend on which column is left out."""
    x, totals, base = survey(5)
    rest = x[:, 0] - x[:, 1] - x[:, 2]
    total = totals[0] - totals[1] - totals[2]
    wide = np.column_stack([rest, x])
    made = calibrate(wide, np.concatenate([[total], totals]), base, method, bounds)
    assert made.kept.tolist() == [True, True, True, False, True, True]
    np.testing.assert_allclose(made.weight, calibrate(x, totals, base, method, bounds).weight, rtol=1e-8)


def test_the_unit_of_a_column_and_sparse_columns_do_not_matter() -> None:
    x, totals, base = survey(6)
    unit = np.array([1.0, 1.0, 1.0, 1e-6, 1e6])
    plain = calibrate(x, totals, base, "raking").weight
    np.testing.assert_allclose(calibrate(x * unit, totals * unit, base, "raking").weight, plain, rtol=1e-8)
    np.testing.assert_array_equal(calibrate(sparse.csr_array(x), totals, base, "raking").weight, plain)


def test_totals_that_contradict_one_another() -> None:
    x = np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1.0, 0.0, 1.0]])
    assert "E195 column 3: its total contradicts the totals of other variables" in told(x, np.array([10.0, 4.0, 7.0]))
    empty = np.column_stack([np.ones(3), np.zeros(3)])
    assert "E195 column 2: nobody has it" in told(empty, np.array([3.0, 1.0]))
    # nobody has it and nobody should: nothing to meet
    made = calibrate(empty, np.array([6.0, 0.0]), np.ones(3))
    assert made.kept.tolist() == [True, False] and made.weight.tolist() == [2.0, 2.0, 2.0]


@pytest.mark.parametrize(("method", "bounds"), [("linear", (0.5, 1.5)), ("raking", (0.5, 1.5)), ("logit", (0.5, 1.5))])
def test_totals_beyond_the_bounds_are_named(method: Method, bounds: tuple[float, float]) -> None:
    """Two of four are women, and 3.5 of 4 would need factors of 1.75."""
    x = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]])
    message = told(x, np.array([4.0, 3.5]), method, bounds)
    assert "E196 column" in message and "with factors from 0.5 to 1.5" in message and "is wanted" in message


def test_totals_that_no_positive_weights_give() -> None:
    """A mean of 5 from values of 1 to 4: linear weights do it with negative ones, raking cannot."""
    x, totals = np.column_stack([np.ones(4), np.arange(1.0, 5.0)]), np.array([4.0, 20.0])
    assert calibrate(x, totals, np.ones(4)).weight.min() < 0.0
    assert "E196 column" in told(x, totals, "raking")


@pytest.mark.parametrize(
    ("method", "bounds"),
    [("linear", (1.1, 2.0)), ("raking", (0.5, 0.9)), ("logit", None), ("logit", (0.5, np.inf)), ("linear", (2.0, 0.5))],
)
def test_bounds_must_lie_around_one(method: Method, bounds: tuple[float, float] | None) -> None:
    assert "E196 bounds" in told(np.ones((3, 1)), np.array([3.0]), method, bounds)


def test_missing_values_are_counted() -> None:
    x = np.column_stack([np.ones(40), np.where(np.arange(40) < 12, np.nan, 1.0)])
    assert "E195 column 2: respondents without a value: 12 of 40" in told(x, np.array([1.0, 1.0]))
    assert "E195 column 1: the total of the population is missing" in told(np.ones((3, 1)), np.array([np.nan]))

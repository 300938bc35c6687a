"""Trimming: the sum stays, the limit holds, and no more is cut than needed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.errors import CwbError
from cwb_impact.types import Floats
from cwb_impact.weight.diagnostics import kish_design_effect
from cwb_impact.weight.trimming import trim, trim_to_design_effect

weights = st.lists(st.floats(0.01, 1000.0), min_size=2, max_size=60).map(np.array)


@given(weights, st.floats(1.0, 3.0))
def test_the_design_effect_is_reached_with_the_largest_cap(weight: Floats, most: float) -> None:
    trimmed = trim_to_design_effect(weight, most)
    assert trimmed.weight.sum() == pytest.approx(weight.sum(), rel=1e-12)
    before = kish_design_effect(weight)
    if before <= most:
        np.testing.assert_array_equal(trimmed.weight, weight)
        return
    assert kish_design_effect(trimmed.weight) == pytest.approx(most, rel=1e-9)
    # all below the cap grew by one factor, all above it are the cap
    share = trimmed.weight / weight
    low = trimmed.weight < trimmed.high * (1 - 1e-12)
    assert np.ptp(share[low]) <= 1e-9 * share.max() if low.any() else most < 1 + 1e-9
    assert trimmed.weight.max() <= trimmed.high * (1 + 1e-12)


@given(weights, st.floats(0.1, 0.99), st.floats(1.01, 4.0))
def test_weights_come_between_limits_with_the_sum_they_had(weight: Floats, low: float, high: float) -> None:
    mean = float(weight.mean())
    trimmed = trim(weight, low * mean, high * mean)
    assert trimmed.weight.sum() == pytest.approx(weight.sum(), rel=1e-10)
    assert low * mean <= trimmed.weight.min() and trimmed.weight.max() <= high * mean
    # whoever weighed more does not weigh less afterwards
    ranked = trimmed.weight[np.argsort(weight, kind="stable")]
    assert (np.diff(ranked) >= -1e-9 * mean).all()


def test_nobody_within_the_limits() -> None:
    """Both are cut, to 1 and 2, and half of the sum of 3.5 that is left goes to whom it fits."""
    trimmed = trim(np.array([0.5, 3.0]), 1.0, 2.0)
    assert trimmed.weight.tolist() == pytest.approx([1.5, 2.0])


def test_weights_within_the_limits_stay_as_they_are() -> None:
    weight = np.array([1.0, 2.0, 3.0])
    assert trim(weight, 1.0, 3.0).weight.tolist() == [1.0, 2.0, 3.0]
    assert trim_to_design_effect(weight, 5.0).cut == 0


def test_equal_weights_are_the_most_that_trimming_can_do() -> None:
    assert trim_to_design_effect(np.array([1.0, 2.0, 6.0]), 1.0).weight.tolist() == pytest.approx([3.0, 3.0, 3.0])


@pytest.mark.parametrize("most", [0.99, -1.0, float("nan")])
def test_a_design_effect_below_one_is_refused(most: float) -> None:
    with pytest.raises(CwbError, match="E196 trimming: a design effect of"):
        trim_to_design_effect(np.array([1.0, 2.0]), most)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.9), (2.1, 9.0), (3.0, 1.0), (2.0, 2.0)])
def test_limits_on_one_side_of_the_mean_are_refused(low: float, high: float) -> None:
    with pytest.raises(CwbError, match=r"E196 trimming: weights with a mean of 2 cannot"):
        trim(np.array([1.0, 3.0]), low, high)


def test_weights_must_be_positive() -> None:
    for call in (lambda w: trim(w, 0.5, 2.0), lambda w: trim_to_design_effect(w, 1.5)):
        with pytest.raises(CwbError, match="E190"):
            call(np.array([1.0, -1.0]))

"""What one row tells by itself. The true pair is always among those that it allows, and often few others are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.disclosure.interval_range import narrowed_by_interval
from cwb_impact.disclosure.one_row import (
    PublishedRow,
    SimpleSample,
    Steps,
    possible_n,
    possible_pairs,
    simple_sample,
    whole_numbers,
)
from cwb_impact.estimate.intervals import beta_interval

WHOLE, TENTHS = Steps(1.0, 5, 5, 0.5), Steps(0.1, 5, 5, 0.5)


def rounded(number: float, step: float) -> float:
    return float(np.round(number / step) * step)


def row_of(sample: SimpleSample, n: int, k: int, steps: Steps) -> PublishedRow:
    """The row of a share of k out of n as it is published."""
    pair = np.array([n]), np.array([k])
    deff, ends = float(sample.deff(*pair)[0]), [float(end[0]) for end in sample.interval(*pair)]
    numbers = (100 * k / n, *ends)
    value, low, high = (rounded(number, steps.value) for number in numbers)
    return PublishedRow(rounded(n, 5), value, rounded(n / deff, 5), rounded(deff, 0.5), low, high)


@pytest.mark.parametrize(
    ("value", "n", "pairs"),
    [
        (84, 30, [[31, 26], [32, 27]]),
        (32, 50, [[50, 16]]),  # an exact answer, though both numbers were rounded
        (50, 10, [[8, 4], [10, 5], [12, 6]]),
    ],
)
def test_known_pairs(value: int, n: int, pairs: list[list[int]]) -> None:
    assert possible_pairs(PublishedRow(n=n, value=value), WHOLE).tolist() == pairs


@given(st.integers(10, 160), st.data(), st.sampled_from([0.0, 0.3, 0.9, 1.0]), st.sampled_from([WHOLE, TENTHS]))
def test_the_true_pair_is_always_possible(n: int, data: st.DataObject, reached: float, steps: Steps) -> None:
    k = data.draw(st.integers(0, n))
    sample = SimpleSample(data.draw(st.integers(n, 3 * n)), reached)
    row = row_of(sample, n, k, steps)
    alone, together = possible_pairs(row, steps), possible_pairs(row, steps, sample=sample)
    assert [n, k] in alone.tolist() and [n, k] in together.tolist()
    assert len(together) <= len(alone)
    low, high = possible_n(row, steps)
    assert low <= n <= high


def test_n_ess_and_interval_together_tell_more_than_each() -> None:
    """Leak prevented: ess is a little below n, so that the two are rounded to different multiples of 5."""
    sample = SimpleSample(400, 0.0)
    row = row_of(sample, 103, 51, TENTHS)
    assert len(possible_pairs(row, TENTHS)) > 1
    assert possible_pairs(row, TENTHS, sample=sample).tolist() == [[103, 51]]


def test_ess_times_deff_bounds_n() -> None:
    assert possible_n(PublishedRow(n=30, ess=40, deff=0.5), WHOLE) == (28, 31)  # (40 + 2.5) * 0.75 is 31.9


@pytest.mark.parametrize("reached", [0.0, 0.2, 0.77, 1.0])
@pytest.mark.parametrize(("n", "k"), [(12, 3), (60, 59), (25, 0), (25, 25)])
def test_the_interval_is_the_one_that_is_published(reached: float, n: int, k: int) -> None:
    people, p = 80, k / n
    se = np.sqrt((1 - reached) * people / (people - 1) * p * (1 - p) / n)
    published = beta_interval(p, se, n - 1, n, 1.0, reached)
    low, high = SimpleSample(people, reached).interval(np.array([n]), np.array([k]))
    assert low[0] == pytest.approx(100 * float(published.low), abs=1e-6)
    assert high[0] == pytest.approx(100 * float(published.high), abs=1e-6)


def test_a_simple_sample_is_recognised_and_another_design_is_not() -> None:
    people, n, k, reached = 300, 50, 20, 0.4
    p = k / n
    se = 100 * np.sqrt((1 - reached) * people / (people - 1) * p * (1 - p) / n)
    made = SimpleSample(people, reached)
    ends = tuple(float(end[0]) for end in made.interval(np.array([n]), np.array([k])))
    # the design effect by its definition: variance of the domain mean in the sample, over that of n drawn singly
    u = np.concatenate([np.repeat([1 - p, -p], [k, n - k]) / n, np.zeros(people - n)])
    deff = people / (people - 1) * (u**2).sum() / (p * (1 - p) / (n - 1))
    found = simple_sample(people, n, k, se, deff, ends)
    assert found is not None and found.reached == pytest.approx(reached)
    assert simple_sample(people, n, k, se, deff * 1.1, ends) is None
    assert simple_sample(people, n, k, 2 * se, deff, ends) is None


@given(st.integers(0, 500), st.sampled_from([1, 3, 5, 10]))
def test_whole_numbers_hold_what_was_rounded(n: int, step: int) -> None:
    low, high = whole_numbers(rounded(n, step), step)
    assert low <= n <= high


@pytest.mark.parametrize("step", [1.0, 0.1])
def test_value_and_interval_together_narrow_a_share(step: float) -> None:
    """Leak prevented: the share and one free number make both ends, whatever the weights and the design are."""
    rng = np.random.default_rng(4)
    p, m = rng.uniform(0.02, 0.98, 60), rng.uniform(8, 500, 60)
    interval = beta_interval(p, np.sqrt(p * (1 - p) / m), 10**6, 10**6 + 1, 1.0)
    value, low, high = (np.round(100 * part / step) * step for part in (p, interval.low, interval.high))
    least, most = narrowed_by_interval(100 * p, value - step / 2, value + step / 2, low, high, np.full(60, step))
    assert (least <= 100 * p + 1e-9).all() and (100 * p <= most + 1e-9).all()
    assert (most - least).mean() < 0.8 * step


def test_an_interval_of_another_kind_adds_nothing() -> None:
    least, most = narrowed_by_interval(*(np.array([x]) for x in (40.4, 39.5, 40.5, 39.0, 80.0, 1.0)))
    assert (least[0], most[0]) == (39.5, 40.5)

"""Quantiles of bands where the answer is known: the textbook formula, invariants, open bands, and simulation."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit

from cwb_impact.design import Floats
from cwb_impact.errors import CwbError
from cwb_impact.estimate.banded import banded, banded_at, banded_quantile, open_at, parts_below, share_below
from cwb_impact.estimate.intervals import logit_interval
from cwb_impact.estimate.lognormal import lognormal_quantile
from cwb_impact.estimate.quantiles import quantile
from cwb_impact.estimate.statistics import Estimated

INF = np.inf
orders = st.floats(0.02, 0.98)


class Bands(NamedTuple):
    low: Floats
    high: Floats
    w: Floats


def bands(*of: tuple[float, float], w: list[float] | None = None) -> Bands:
    low, high = np.array(of, dtype=float).T
    return Bands(low, high, np.ones(len(low)) if w is None else np.array(w))


@st.composite
def any_bands(draw: st.DrawFn) -> Bands:
    """Bands of many widths that overlap, and exact amounts."""
    n = draw(st.integers(1, 20))
    low = np.array(draw(st.lists(st.integers(1, 30), min_size=n, max_size=n)), dtype=float)
    width = np.array(draw(st.lists(st.integers(0, 12), min_size=n, max_size=n)), dtype=float)
    w = np.array(draw(st.lists(st.floats(0.1, 10), min_size=n, max_size=n)))
    return Bands(low, low + width, w)


@st.composite
def grouped(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """The ends of bands that follow on, and how much weight is in each; none is empty."""
    widths = draw(st.lists(st.integers(1, 20), min_size=2, max_size=8))
    weights = draw(st.lists(st.floats(0.5, 10), min_size=len(widths), max_size=len(widths)))
    return np.cumsum([0.0, *widths]), np.array(weights)


@given(grouped(), orders)
def test_the_same_bands_for_all_give_the_textbook_formula(of: tuple[Floats, Floats], p: float) -> None:
    """L + h (p - F(L)) / share of the band."""
    ends, weights = of
    share, reached = weights / weights.sum(), np.cumsum(weights) / weights.sum()
    at = int(np.searchsorted(reached, p))
    before = reached[at] - share[at]
    by_hand = ends[at] + (p - before) / share[at] * (ends[at + 1] - ends[at])
    assert banded_quantile(ends[:-1], ends[1:], weights, p).value == pytest.approx(by_hand, rel=1e-9)


def test_the_error_of_the_textbook_formula() -> None:
    """1,000 people in each of four bands: F_i is 1, 1, 0.5 of the way or 0, and f is the share over the width."""
    of = bands(*[(0, 10)] * 1000, *[(10, 20)] * 2000, *[(20, 40)] * 1000)
    made = banded_quantile(*of)
    assert made.value == pytest.approx(15.0)
    by_hand = (0.5 - np.repeat([1.0, 0.5, 0.0], [1000, 2000, 1000])) / (0.5 / 10) / 4000
    np.testing.assert_allclose(made.influence, by_hand, atol=1e-12)


@given(any_bands(), orders)
def test_f_reaches_p_at_the_value_and_not_before(of: Bands, p: float) -> None:
    spread, value = banded(*of), banded_at(banded(*of), p)
    assert share_below(spread, value) >= p - 1e-9
    before = value - 1e-6 * max(1.0, abs(value))
    assert share_below(spread, before) < p + 1e-9


@given(any_bands(), orders, st.integers(0, 1000))
def test_the_order_of_respondents_does_not_matter(of: Bands, p: float, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(of.w))
    made, mixed = banded_quantile(*of, p), banded_quantile(*Bands(*(column[order] for column in of)), p)
    assert mixed.value == pytest.approx(made.value, rel=1e-9)
    np.testing.assert_allclose(mixed.influence, made.influence[order], rtol=1e-6, atol=1e-9)


@given(any_bands(), orders, st.sampled_from([0.25, 2.0, 8.0]), st.sampled_from([0.5, 4.0]))
def test_the_value_follows_the_unit_and_not_the_size_of_the_population(
    of: Bands, p: float, scale: float, people: float
) -> None:
    made = banded_quantile(*of, p)
    scaled = banded_quantile(scale * of.low, scale * of.high, people * of.w, p)
    assert scaled.value == pytest.approx(scale * made.value, rel=1e-9)
    np.testing.assert_allclose(scaled.influence, scale * made.influence, rtol=1e-9, atol=1e-12)
    assert abs(made.influence.sum()) <= 1e-9 * max(1.0, np.abs(made.influence).sum())


@given(any_bands(), orders)
def test_exact_amounts_give_the_plain_quantile(of: Bands, p: float) -> None:
    """Value and influence, for exact amounts have F and Woodruff's slope in common with `quantile`."""
    made, plain = banded_quantile(of.low, of.low, of.w, p), quantile(of.low, of.w, p)
    assert made.value == plain.value
    np.testing.assert_allclose(made.influence, plain.influence, rtol=1e-9, atol=1e-12)


@given(st.lists(st.floats(1, 100), min_size=3, max_size=30), orders)
def test_ever_finer_bands_come_to_the_plain_quantile(amounts: list[float], p: float) -> None:
    y, w = np.array(amounts), np.ones(len(amounts))
    for width in (1.0, 0.1, 0.001):
        low = np.floor(y / width) * width
        value = banded_quantile(low, low + width, w, p).value
        # within the band of the answer; where F hits p, or rounds to either side of it, of a neighbour
        near = [quantile(y, w, min(max(p + d, 1e-9), 1 - 1e-9)).value for d in (-1e-9, 0.0, 1e-9)]
        assert min(near) - width - 1e-9 <= value <= max(near) + width + 1e-9


def test_where_f_is_level_the_value_is_the_left_end() -> None:
    assert banded_quantile(*bands((0, 10), (30, 40))).value == pytest.approx(10.0)
    assert banded_quantile(*bands((0, 10), (0, 10), (30, 40), (90, INF))).value == pytest.approx(10.0)


def test_where_f_jumps_the_value_is_the_amount() -> None:
    of = bands((0, 10), (7, 7), (7, 7), (0, 10))
    assert banded_quantile(*of).value == 7.0
    np.testing.assert_array_equal(parts_below(banded(*of), 7.0), [0.7, 1.0, 1.0, 0.7])
    np.testing.assert_array_equal(parts_below(banded(*of), 7.0, with_x=False), [0.7, 0.0, 0.0, 0.7])


@pytest.mark.parametrize(
    ("of", "p"),
    [
        (bands((0, 10), (10, INF), (10, INF)), 0.5),
        (bands((-INF, 10), (-INF, 10), (10, 20)), 0.5),
        (bands((-INF, 10), (10, 20)), 0.5),
        (bands((-INF, 10), (10, INF)), 0.5),
        (bands((0, 10), (10, INF)), 0.9),
    ],
)
def test_a_quantile_in_an_open_band_is_not_defined(of: Bands, p: float) -> None:
    made = banded_quantile(*of, p)
    assert np.isnan(made.value)
    np.testing.assert_array_equal(made.influence, np.zeros(len(of.w)))


def test_open_bands_at_the_ends_are_no_harm() -> None:
    of = bands((-INF, 10), (10, 20), (20, INF))
    made = banded_quantile(*of)
    assert made.value == pytest.approx(15.0)
    # all that the closed bands hold is the middle third, 10 wide
    np.testing.assert_allclose(made.influence, np.array([-0.5, 0.0, 0.5]) * 30 / 3, atol=1e-12)


def test_how_many_may_have_the_value_in_their_open_band() -> None:
    """A large household's top starts at 12, in the band of all others; its weight is 1 of 100."""
    of = bands((0, 10), (10, 20), (12, INF), w=[40.0, 59.0, 1.0])
    value = 10 + 10 / 5.9
    assert banded_quantile(*of).value == pytest.approx(value)
    assert open_at(banded(*of), 11.0) == 0.0 and open_at(banded(*of), 13.0) == pytest.approx(0.01)
    assert banded_quantile(*of, 0.7).value == pytest.approx(10 + 30 / 5.9)
    assert np.isnan(banded_quantile(*of, 0.7, open_share=0.005).value)


def test_all_in_one_band_is_its_middle_without_error() -> None:
    made = banded_quantile(*bands((10, 20), (10, 20)))
    assert made.value == pytest.approx(15.0)
    np.testing.assert_allclose(made.influence, 0.0, atol=1e-12)
    same = banded_quantile(*bands((7, 7), (7, 7)))
    assert same.value == 7.0
    np.testing.assert_array_equal(same.influence, [0.0, 0.0])


@pytest.mark.parametrize("function", [banded_quantile, lognormal_quantile])
@pytest.mark.parametrize(
    ("of", "p"),
    [
        (bands((0, 10)), 0.0),
        (bands((0, 10)), 50),
        (bands((0, 10)), float("nan")),
        (bands((10, 0)), 0.5),
        (bands((float("nan"), 10)), 0.5),
        (bands((-INF, INF)), 0.5),
        (bands((INF, INF)), 0.5),
    ],
)
def test_an_argument_that_means_nothing_is_an_error(function: object, of: Bands, p: float) -> None:
    assert callable(function)
    with pytest.raises(CwbError) as caught:
        function(*of, p)
    assert caught.value.problems[0].code == "E180"


def test_a_lognormal_of_exact_amounts_has_the_mean_and_deviation_of_their_logarithms() -> None:
    rng = np.random.default_rng(2)
    y, w = np.exp(rng.normal(7.7, 0.5, 200)), rng.uniform(0.5, 2, 200)
    mean = np.average(np.log(y), weights=w)
    made = lognormal_quantile(y, y, w)
    assert made.value == pytest.approx(np.exp(mean), rel=1e-9)
    np.testing.assert_allclose(made.influence, made.value * w * (np.log(y) - mean) / w.sum(), rtol=1e-8, atol=1e-9)
    deviation = np.sqrt(np.average((np.log(y) - mean) ** 2, weights=w))
    assert lognormal_quantile(y, y, w, 0.9).value == pytest.approx(np.exp(mean + 1.2815515655446004 * deviation))


EDGES = np.array([0.0, 1000, 1500, 2000, 2500, 3000, 4000, 5000, INF])


def answers(y: Floats, edges: Floats = EDGES, factor: Floats | float = 1.0) -> tuple[Floats, Floats]:
    at = np.searchsorted(edges, y * factor, side="right") - 1
    return edges[at] / factor, edges[at + 1] / factor


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("function", [banded_quantile, lognormal_quantile])
def test_influence_is_the_change_when_a_weight_grows(function: object, p: float) -> None:
    """Bands that differ, open bands and exact amounts for the lognormal. For the interpolation the same bands for all:
    the slope over Woodruff's interval is that at the value where, as here, one band holds the interval.
    """
    assert callable(function)
    rng = np.random.default_rng(3)
    y, w = np.exp(rng.normal(7.7, 0.5, 3000)), rng.uniform(0.5, 2, 3000)
    low, high = answers(y)
    if function is lognormal_quantile:
        low, high = answers(y, factor=rng.choice([1.0, 1.37, 1.67], 3000))
        low[::3], high[::3] = y[::3], y[::3]
    made = function(low, high, w, p)
    for i in (0, 1, 5):
        more, less = w.copy(), w.copy()
        more[i] *= 1 + 1e-4
        less[i] *= 1 - 1e-4
        change = (function(low, high, more, p).value - function(low, high, less, p).value) / 2e-4
        assert made.influence[i] == pytest.approx(change, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("unit", [0.001, 1000.0])
def test_a_lognormal_follows_the_unit(unit: float) -> None:
    y = np.exp(np.random.default_rng(4).normal(7.7, 0.5, 300))
    (low, high), w = answers(y), np.ones(300)
    made, scaled = (lognormal_quantile(factor * low, factor * high, w) for factor in (1.0, unit))
    assert scaled.value == pytest.approx(unit * made.value, rel=1e-9)
    np.testing.assert_allclose(scaled.influence, unit * made.influence, rtol=1e-7)


@pytest.mark.parametrize(
    "of",
    [
        bands((1, 2), (1, 2)),
        bands((5, 5), (5, 5)),
        bands((0, 1), (1, INF)),
        bands((0, 3), (1, 4), (2, INF)),
        bands((0, 1), (2, INF)),
        bands((-INF, 0), (1, 2), (3, 4)),
        bands((0, 0), (1, 2), (3, 4)),
    ],
)
def test_where_no_lognormal_is_best_there_is_none(of: Bands) -> None:
    made = lognormal_quantile(*of)
    assert np.isnan(made.value)
    np.testing.assert_array_equal(made.influence, np.zeros(len(of.w)))


def test_a_band_far_out_in_the_tail_does_not_break_the_fit() -> None:
    """One answer 50 standard deviations from the others, where the probability of its band underflows at the start."""
    y = np.exp(np.random.default_rng(5).normal(7.7, 0.1, 2000))
    low, high = answers(y, np.array([0.0, *range(1000, 5001, 100), INF]))
    low[0], high[0] = 300_000.0, 300_001.0
    made = lognormal_quantile(low, high, np.ones(2000))
    assert made.value == pytest.approx(np.median(y), rel=0.02)
    assert np.isfinite(made.influence).all()


# Typical bands of net income a month; the true median below is 2,200, or 2,450 near the end of a band.
SETS = {
    8: EDGES,
    10: np.array([0.0, 750, 1250, 1750, 2000, 2500, 3000, 3500, 4500, 6000, INF]),
    12: np.array([0.0, 750, 1000, 1250, 1500, 1750, 2000, 2500, 3000, 3500, 4500, 6000, INF]),
}


def population(median: float, edges: Floats, divided: bool, rng: np.random.Generator) -> tuple[Floats, Bands]:
    """100,000 lognormal incomes and their bands, divided by a factor for the household or not."""
    y = median * np.exp(0.5 * rng.normal(size=100_000))
    factors = rng.choice([1.0, 1.37, 1.67, 1.88, 2.06], len(y), p=[0.4, 0.3, 0.12, 0.12, 0.06])
    return y, Bands(*answers(y, edges, factors if divided else 1.0), np.ones(len(y)))


def se(influence: Floats) -> float:
    return float(np.sqrt((influence**2).sum() * len(influence) / (len(influence) - 1)))


def woodruff(of: Bands, made: Estimated) -> tuple[float, float]:
    spread = banded(*of)
    error = se(of.w * (parts_below(spread, made.value) - 0.5) / of.w.sum())
    interval = logit_interval(0.5, error, len(of.w) - 1)
    return banded_at(spread, float(interval.low), 1.0), banded_at(spread, float(interval.high), 1.0)


@pytest.mark.parametrize("median", [2200.0, 2450.0])
@pytest.mark.parametrize("bands_in_all", list(SETS))
def test_what_banding_does_to_a_median(bands_in_all: int, median: float) -> None:
    """Found: the interpolated median is 0.1 to 0.7% too high, for it does not see that a lognormal falls within a band;
    the lognormal one is 0.1% off. The median of 100,000 has a standard error of 0.2%, which is left out by comparing
    with that of the same people, but for the lognormal: three times 0.1%.
    """
    y, of = population(median, SETS[bands_in_all], False, np.random.default_rng(6))
    assert 0.0 < banded_quantile(*of).value / np.median(y) - 1 < 0.009
    assert abs(lognormal_quantile(*of).value / np.median(y) - 1) < 0.003


@pytest.mark.slow
@pytest.mark.parametrize("divided", [False, True], ids=["same", "divided"])
@pytest.mark.parametrize("n", [30, 60, 200])
def test_how_often_the_intervals_hold_the_banded_median(n: int, divided: bool) -> None:
    """500 samples with weights that tell nothing. Coverage of 95% has a Monte Carlo error of 1, so that 91.5 to 98.5
    leaves room for three and for what is small. Found for medians of 2,200 and 2,450 in 8, 10 and 12 bands:
    t 92 to 97, Woodruff 92 to 97, t of the lognormal 93 to 97.
    """
    rng = np.random.default_rng(n)
    _, everybody = population(2200.0, SETS[10], divided, rng)
    truth, lognormal = (f(*everybody).value for f in (banded_quantile, lognormal_quantile))
    t = float(stdtrit(n - 1, 0.975))
    hits = []
    for _ in range(500):
        drawn = rng.integers(0, len(everybody.w), n)
        of = Bands(everybody.low[drawn], everybody.high[drawn], rng.uniform(0.5, 1.5, n))
        made, fitted = banded_quantile(*of), lognormal_quantile(*of)
        if np.isnan(made.value):
            continue
        low, high = woodruff(of, made)
        by_t, by_fit = (
            abs(made.value - truth) / se(made.influence),
            abs(fitted.value - lognormal) / se(fitted.influence),
        )
        hits.append((by_t <= t, low <= truth <= high, by_fit <= t))
    # with bands that differ some samples have too many with the value in their open band
    assert len(hits) >= (485 if divided else 500)
    assert all(0.915 <= coverage <= 0.985 for coverage in np.mean(hits, axis=0))

"""Quantiles where the answer is known: rules, invariants, densities, and what bad input does."""

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.design import Floats
from cwb_impact.errors import CwbError
from cwb_impact.estimate.quantiles import (
    Density,
    Rule,
    bandwidth,
    part,
    quantile,
    quantile_at,
    quantile_ratio,
    ranked,
    spread_at,
)

RULES: tuple[Rule, ...] = get_args(Rule)
DENSITIES: tuple[Density, ...] = get_args(Density)

values = st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=30).map(np.array)
orders = st.floats(0.01, 0.99)


@st.composite
def weighted(draw: st.DrawFn) -> tuple[Floats, Floats]:
    y = draw(values)
    return y, np.array(draw(st.lists(st.floats(0.1, 10), min_size=len(y), max_size=len(y))))


def test_rules_where_f_hits_p_exactly() -> None:
    """By hand from Hyndman & Fan (1996): p at i/(n+1) for type 6 and at (i-1)/(n-1) for type 7."""
    y, w = np.array([9.0, 1.0, 4.0, 2.0]), np.ones(4)
    half = {rule: quantile(y, w, 0.5, rule).value for rule in RULES}
    assert half == {"math": 2.0, "school": 3.0, "hf6": 3.0, "hf7": 3.0}
    quarter = {rule: quantile(y, w, 0.25, rule).value for rule in RULES}
    assert quarter == {"math": 1.0, "school": 1.5, "hf6": 1.25, "hf7": 1.75}


@given(values, st.data(), orders, st.sampled_from(["math", "school"]))
def test_a_whole_weight_is_as_many_people(y: Floats, data: st.DataObject, p: float, rule: Rule) -> None:
    times = data.draw(st.lists(st.integers(1, 4), min_size=len(y), max_size=len(y)))
    many = np.repeat(y, times)
    assert quantile(y, np.array(times, dtype=float), p, rule).value == quantile(many, np.ones(len(many)), p, rule).value


@given(weighted(), orders, orders, st.sampled_from(RULES))
def test_quantiles_lie_among_the_answers_and_rise_with_p(
    of: tuple[Floats, Floats], p: float, q: float, rule: Rule
) -> None:
    low, high = (quantile(*of, order, rule).value for order in sorted((p, q)))
    assert of[0].min() <= low <= high <= of[0].max()


@given(weighted(), orders, st.sampled_from(RULES), st.sampled_from(DENSITIES), st.floats(0.1, 10), st.floats(-50, 50))
def test_influence_sums_to_zero_and_follows_the_unit(
    of: tuple[Floats, Floats], p: float, rule: Rule, density: Density, scale: float, shift: float
) -> None:
    y, w = of
    plain, moved = quantile(y, w, p, rule, density), quantile(shift + scale * y, w, p, rule, density)
    assert plain.influence.shape == y.shape
    size = np.abs(plain.influence).sum()
    assert abs(plain.influence.sum()) <= 1e-9 * max(size, 1.0)
    assert moved.value == pytest.approx(shift + scale * plain.value, abs=1e-9)
    if rule in ("math", "school"):
        # a value between two answers can round to either side of one of them
        np.testing.assert_allclose(moved.influence, scale * plain.influence, rtol=1e-6, atol=1e-9 * max(size, 1.0))


@given(weighted(), orders, st.floats(0.1, 1000))
def test_woodruffs_density_does_not_know_the_size_of_the_population(
    of: tuple[Floats, Floats], p: float, factor: float
) -> None:
    y, w = of
    plain, scaled = quantile(y, w, p), quantile(y, factor * w, p)
    assert plain.value == scaled.value
    np.testing.assert_allclose(plain.influence, scaled.influence, rtol=1e-6, atol=1e-9)


def test_the_kernel_does() -> None:
    """Its bandwidth is S / N^(1/5): 32 times the people halve it."""
    y, w = np.arange(10.0), np.ones(10)
    assert bandwidth(y, w) == pytest.approx(np.std(y) / 10**0.2)
    assert bandwidth(y, 32 * w) == pytest.approx(bandwidth(y, w) / 2)


@pytest.mark.parametrize("density", DENSITIES)
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("y", [np.array([7.0]), np.full(5, 7.0), np.zeros(5)], ids=["one", "constant", "zero"])
def test_equal_answers_have_no_error(y: Floats, rule: Rule, density: Density) -> None:
    made = quantile(y, np.linspace(1, 2, len(y)), 0.3, rule, density)
    assert made.value == y[0]
    np.testing.assert_array_equal(made.influence, np.zeros(len(y)))


@pytest.mark.parametrize("density", DENSITIES)
def test_the_density_of_normal_answers(density: Density) -> None:
    """f(0) = 0.399 and f(-1) = 0.242. Both estimates rest on some 2,000 of 20,000 answers and so have an error of 2-3%;
    weights that add up to 20,000 make the kernel too wide by little: 0.5 h^2 f''/f = 1% with h = 0.14.
    """
    y = np.random.default_rng(11).normal(size=20_000)
    of = ranked(y, np.ones(len(y)))
    for point, f in ((0.0, 0.3989), (-1.0, 0.2420)):
        assert 1 / spread_at(of, point, float((y <= point).mean()), density) == pytest.approx(f, rel=0.1)


def test_woodruffs_density_by_hand() -> None:
    """Squares of 1..100 at the median: d = 1.96 sqrt(0.25 / 100) = 0.098, Q(0.598) = 60^2, Q(0.402) = 41^2."""
    of = ranked(np.arange(1.0, 101.0) ** 2, np.ones(100))
    assert spread_at(of, 2500.0, 0.5, "woodruff") == pytest.approx((60**2 - 41**2) / (2 * 0.098))


def test_a_kernel_that_sees_nobody_gives_way() -> None:
    """Type 7 puts the median halfway between two answers that a narrow kernel does not reach."""
    y, w = np.array([0.0, 1.0]), np.full(2, 1e12)
    woodruff, kernel = (quantile(y, w, 0.5, "hf7", density) for density in DENSITIES)
    assert np.isfinite(kernel.influence).all()
    np.testing.assert_array_equal(kernel.influence, woodruff.influence)


@given(weighted(), st.data())
def test_a_part_is_what_sorting_it_alone_gives(of: tuple[Floats, Floats], data: st.DataObject) -> None:
    y, w = of
    inside = np.array(data.draw(st.lists(st.booleans(), min_size=len(y), max_size=len(y)).filter(any)))
    one, other = part(ranked(y, w), inside), ranked(y[inside], w[inside])
    np.testing.assert_array_equal(one.y, other.y)
    np.testing.assert_array_equal(one.w, other.w)
    np.testing.assert_allclose(one.reached, other.reached)
    assert one.ess == pytest.approx(other.ess)


@given(weighted(), st.floats(0.5, 20))
def test_a_ratio_of_quantiles_has_no_unit(of: tuple[Floats, Floats], scale: float) -> None:
    y, w = np.abs(of[0]) + 1.0, of[1]
    plain, scaled = quantile_ratio(y, w), quantile_ratio(scale * y, w)
    assert plain.value == pytest.approx(quantile(y, w, 0.9).value / quantile(y, w, 0.1).value)
    assert scaled.value == pytest.approx(plain.value)
    np.testing.assert_allclose(scaled.influence, plain.influence, rtol=1e-6, atol=1e-9)
    assert abs(plain.influence.sum()) < 1e-9 * max(1.0, np.abs(plain.influence).sum())


@pytest.mark.parametrize("low", [0.0, -3.0])
def test_a_ratio_to_nothing_is_not_defined(low: float) -> None:
    made = quantile_ratio(np.array([low, low, 5.0]), np.ones(3))
    assert np.isnan(made.value)
    np.testing.assert_array_equal(made.influence, np.zeros(3))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"p": 0.0}, "E180"),
        ({"p": 1.0}, "E180"),
        ({"p": 90}, "E180"),
        ({"p": float("nan")}, "E180"),
        ({"rule": "hf9"}, "E131"),
        ({"density": "gauss"}, "E131"),
    ],
    ids=str,
)
def test_an_argument_that_means_nothing_is_an_error(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(CwbError) as caught:
        quantile(np.arange(5.0), np.ones(5), **arguments)
    assert caught.value.problems[0].code == code


def test_both_orders_of_a_ratio_are_looked_at() -> None:
    for upper, lower in ((90, 0.1), (0.9, 0.0)):
        with pytest.raises(CwbError, match="E180"):
            quantile_ratio(np.arange(1.0, 6.0), np.ones(5), upper, lower)


def test_the_ends_of_woodruffs_interval_may_be_0_and_1() -> None:
    of = ranked(np.array([3.0, 1.0, 2.0]), np.ones(3))
    for rule in RULES:
        assert (quantile_at(of, 0.0, rule), quantile_at(of, 1.0, rule)) == (1.0, 3.0)

"""Inequality and poverty by their definitions, by finite differences, by invariants and by simulation."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.design import Floats
from cwb_impact.errors import CwbError
from cwb_impact.estimate.inequality import (
    Rank,
    gini,
    gini_of_replicates,
    poverty_gap,
    poverty_rate,
    poverty_threshold,
    s80_s20,
)
from cwb_impact.estimate.quantiles import quantile_ratio
from cwb_impact.estimate.statistics import Estimated, mean

NOBODY = np.zeros(4, dtype=np.bool_)
SCALE_FREE = (gini, partial(gini, rank="last"), s80_s20, poverty_rate, poverty_gap)


@st.composite
def incomes(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Whole numbers, so that there are ties and zeros, and weights."""
    y = np.array(draw(st.lists(st.integers(0, 60).map(float), min_size=2, max_size=30)))
    w = np.array(draw(st.lists(st.floats(0.2, 5.0), min_size=len(y), max_size=len(y))))
    return y, w


def incomes_of(n: int, seed: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    return np.round(np.exp(rng.normal(3, 0.7, n))), rng.uniform(0.5, 3.0, n)


@given(incomes())
def test_gini_is_the_mean_difference_over_twice_the_mean(of: tuple[Floats, Floats]) -> None:
    """sum_ij w_i w_j |y_i - y_j| / (2 N Y), all pairs."""
    y, w = of
    made = gini(y, w)
    if y.max() == 0.0:
        assert np.isnan(made.value) and not made.influence.any()
        return
    pairs = float((np.outer(w, w) * np.abs(np.subtract.outer(y, y))).sum())
    assert made.value == pytest.approx(pairs / (2 * w.sum() * (w * y).sum()), abs=1e-12)


def test_where_the_two_ranks_of_gini_differ() -> None:
    y, w = incomes_of(375, 1)
    income = (w * y).sum()
    apart = ((w**2 * y).sum() - income) / (w.sum() * income)
    assert gini(y, w, "last").value - gini(y, w).value == pytest.approx(apart)
    assert gini(y, np.ones(375), "last").value == pytest.approx(gini(y, np.ones(375)).value)


@pytest.mark.parametrize("rank", ["middle", "last"])
def test_influence_of_gini_is_its_derivative(rank: Rank) -> None:
    """w_i times the change with w_i, by central differences of 1e-5: error 1e-10, and rounding 1e-11."""
    y, w = incomes_of(40, 2)
    assert len(np.unique(y)) < 40
    steps = np.diag(1e-5 * w)
    differences = [(gini(y, w + e, rank).value - gini(y, w - e, rank).value) / 2e-5 for e in steps]
    np.testing.assert_allclose(gini(y, w, rank).influence, differences, atol=1e-9)


@given(incomes(), st.floats(0.5, 20.0), st.floats(0.5, 20.0))
def test_units_of_money_and_of_weights_do_not_matter(of: tuple[Floats, Floats], scale: float, factor: float) -> None:
    y, w = of
    for statistic in SCALE_FREE:
        plain, money = statistic(y, w), statistic(scale * y, w)
        assert money.value == pytest.approx(plain.value, nan_ok=True, abs=1e-9)
        np.testing.assert_allclose(money.influence, plain.influence, rtol=1e-6, atol=1e-9)
    for statistic in (gini, s80_s20, poverty_rate, poverty_gap):
        plain, people = statistic(y, w), statistic(y, factor * w)
        assert people.value == pytest.approx(plain.value, nan_ok=True, abs=1e-9)
        np.testing.assert_allclose(people.influence, plain.influence, rtol=1e-6, atol=1e-9)


@given(incomes())
def test_influence_sums_to_zero(of: tuple[Floats, Floats]) -> None:
    """More of everybody changes nothing. (With rank="last" it does, by 1/N.)"""
    half = np.arange(len(of[0])) % 2 == 0
    domains = (partial(poverty_rate, inside=half), partial(poverty_gap, inside=half))
    kernels = (partial(poverty_rate, density="kernel"), partial(poverty_gap, density="kernel"))
    for statistic in (gini, s80_s20, poverty_threshold, poverty_rate, poverty_gap, *domains, *kernels):
        influence = statistic(*of).influence
        assert abs(influence.sum()) <= 1e-9 * max(1.0, np.abs(influence).sum())


@given(incomes(), st.data())
def test_a_whole_weight_is_as_many_people(of: tuple[Floats, Floats], data: st.DataObject) -> None:
    y = of[0]
    times = data.draw(st.lists(st.integers(1, 4), min_size=len(y), max_size=len(y)))
    many, ones = np.repeat(y, times), np.ones(sum(times))
    for statistic in (gini, s80_s20, poverty_threshold, poverty_rate, poverty_gap):
        one = statistic(y, np.array(times, dtype=float)).value
        assert one == pytest.approx(statistic(many, ones).value, nan_ok=True, abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 9, 10, 700])
def test_gini_of_replicates_is_gini_with_the_weights_of_each(n: int) -> None:
    """200 replicates go in blocks of 496 respondents; 700 need two. Some PSUs are left out of some replicates."""
    y, w = incomes_of(n, n)
    rng = np.random.default_rng(n)
    psu = rng.integers(0, 5, n)
    multipliers = rng.choice([0.0, 0.5, 1.0, 2.5], size=(5, 200))
    made = gini_of_replicates(y, w, multipliers, psu)
    for r in range(200):
        replicate = w * multipliers[psu, r]
        kept = replicate > 0
        expected = gini(y[kept], replicate[kept]).value if kept.any() else np.nan
        assert made[r] == pytest.approx(expected, abs=1e-12, nan_ok=True)
    assert not np.isnan(made).all()


def test_a_replicate_without_income_has_no_gini() -> None:
    y, w, psu = np.array([0.0, 0.0, 3.0]), np.ones(3), np.array([0, 1, 2])
    made = gini_of_replicates(y, w, np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0]]), psu)
    assert made[0] == pytest.approx(2 / 3) and np.isnan(made[1])


def test_s80_s20_by_hand() -> None:
    """Ten people: the two poorest have 1 + 2, the two richest 9 + 10."""
    assert s80_s20(np.arange(10.0, 0.0, -1.0), np.ones(10)).value == pytest.approx(19 / 3)


def test_who_has_the_threshold_is_not_poor() -> None:
    """Median 100. 55% of it is 55.00000000000001 in floating point, and who has 55 is not below it."""
    y, w = np.array([54.0, 55.0, 100.0, 100.0, 200.0]), np.ones(5)
    assert poverty_rate(y, w, share_of_median=0.55).value == pytest.approx(0.2)
    assert poverty_rate(y, w, share_of_median=0.5500001).value == pytest.approx(0.4)
    assert poverty_rate(y, w, threshold=55.0).value == pytest.approx(0.2)
    assert poverty_gap(y, w, share_of_median=0.55).value == pytest.approx(1 / 55)


def test_the_threshold_is_that_of_everybody_and_so_is_its_error() -> None:
    """Own threshold: people outside the domain have influence. From elsewhere: it is a share of the domain alone."""
    y, w = incomes_of(200, 3)
    inside = np.arange(200) < 60
    own = poverty_rate(y, w, inside)
    line = poverty_threshold(y, w).value
    assert own.value == pytest.approx(w[inside & (y < line)].sum() / w[inside].sum())
    assert own.influence[~inside].any()
    external = poverty_rate(y, w, inside, threshold=line)
    share = mean((y < line)[inside].astype(float), w[inside])
    assert external.value == own.value == share.value
    np.testing.assert_array_equal(external.influence[inside], share.influence)
    assert not external.influence[~inside].any()
    gap, known = poverty_gap(y, w, inside), poverty_gap(y, w, inside, threshold=line)
    assert gap.value == known.value
    assert gap.influence[~inside].any() and not known.influence[~inside].any()


@pytest.mark.parametrize("y", [np.array([5.0]), np.full(4, 5.0)], ids=["one", "constant"])
def test_equal_incomes(y: Floats) -> None:
    """Nobody is poor and nobody above the fourth quintile; no error anywhere."""
    w = np.linspace(1.0, 2.0, len(y))
    made = {f.__name__: f(y, w) for f in (gini, s80_s20, poverty_threshold, poverty_rate, poverty_gap)}
    values = {name: estimated.value for name, estimated in made.items()}
    assert values["gini"] == pytest.approx(0.0, abs=1e-15)
    assert (values["poverty_threshold"], values["poverty_rate"]) == (3.0, 0.0)
    assert np.isnan([values["s80_s20"], values["poverty_gap"]]).all()
    for estimated in made.values():
        np.testing.assert_allclose(estimated.influence, 0.0, atol=1e-15)


UNDEFINED: dict[str, tuple[Callable[..., Estimated], list[float], dict[str, object]]] = {
    "gini of nothing": (gini, [0.0, 0.0, 0.0, 0.0], {}),
    "gini of debts": (gini, [-5.0, -1.0, 2.0, 3.0], {}),
    "s80_s20 with nothing below": (s80_s20, [0.0, 1.0, 2.0, 3.0], {}),
    "s80_s20 with debts below": (s80_s20, [-1.0, 1.0, 2.0, 3.0], {}),
    "rate of nobody": (poverty_rate, [1.0, 2.0, 3.0, 4.0], {"inside": NOBODY}),
    "rate of nobody, threshold known": (poverty_rate, [1.0, 2.0, 3.0, 4.0], {"inside": NOBODY, "threshold": 2.0}),
    "rate, median 0": (poverty_rate, [0.0, 0.0, 0.0, 4.0], {}),
    "rate, median below 0": (poverty_rate, [-9.0, -5.0, -5.0, 4.0], {}),
    "gap of nobody": (poverty_gap, [1.0, 2.0, 3.0, 4.0], {"inside": NOBODY}),
    "gap without poor": (poverty_gap, [3.0, 3.0, 3.0, 4.0], {}),
    "gap, median 0": (poverty_gap, [-1.0, 0.0, 0.0, 4.0], {}),
    "gap, threshold 0": (poverty_gap, [-1.0, 0.0, 0.0, 4.0], {"threshold": 0.0}),
}


@pytest.mark.parametrize("case", UNDEFINED)
def test_what_is_not_defined_is_nan_without_influence(case: str) -> None:
    statistic, y, arguments = UNDEFINED[case]
    made = statistic(np.array(y), np.ones(4), **arguments)
    assert np.isnan(made.value)
    np.testing.assert_array_equal(made.influence, np.zeros(4))


def test_debts_count_as_they_are() -> None:
    """By all pairs: the differences add up to 2 (6 + 10 + 4) = 40, over 2 N Y = 2 * 3 * 4."""
    y, w = np.array([-4.0, 2.0, 6.0]), np.ones(3)
    assert gini(y, w).value == pytest.approx(40 / 24)
    assert poverty_rate(y, w).value == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (partial(gini, rank="first"), "E131"),
        (partial(poverty_threshold, share_of_median=0.0), "E180"),
        (partial(poverty_rate, share_of_median=-0.6), "E180"),
        (partial(poverty_gap, share_of_median=float("nan")), "E180"),
        (partial(poverty_rate, density="gauss"), "E131"),
        (partial(poverty_rate, density="gauss", threshold=2.0), "E131"),
        (partial(poverty_rate, threshold=float("nan")), "E180"),
        (partial(poverty_gap, threshold=float("inf")), "E180"),
    ],
)
def test_an_argument_that_means_nothing_is_an_error(call: Callable[..., Estimated], code: str) -> None:
    with pytest.raises(CwbError) as caught:
        call(np.arange(1.0, 6.0), np.ones(5))
    assert caught.value.problems[0].code == code


@pytest.mark.slow
def test_errors_agree_with_simulation() -> None:
    """1,000 lognormal incomes (s = 0.6) with weights that tell nothing, 500 times; a quarter of them is a domain.

    The spread of 500 estimates has a relative standard error of 3%. Linearisation is exact only in large samples, and
    the densities are estimated, which makes errors up to 10% too large: 20% leaves room for both.
    """
    rng = np.random.default_rng(15)
    n = 1000
    inside = np.arange(n) < n // 4
    statistics: dict[str, Callable[[Floats, Floats], Estimated]] = {
        "gini": gini,
        "s80_s20": s80_s20,
        "quantile_ratio": quantile_ratio,
        "threshold": poverty_threshold,
        "rate": poverty_rate,
        "rate of a domain": partial(poverty_rate, inside=inside),
        "gap": poverty_gap,
    }
    made = {name: np.empty((500, 2)) for name in statistics}
    for draw in range(500):
        y, w = np.exp(rng.normal(0.0, 0.6, n)), rng.uniform(0.5, 1.5, n)
        for name, statistic in statistics.items():
            estimated = statistic(y, w)
            made[name][draw] = estimated.value, (estimated.influence**2).sum() ** 0.5
    for name, of in made.items():
        assert of[:, 1].mean() == pytest.approx(of[:, 0].std(), rel=0.20), name

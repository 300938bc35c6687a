"""The variance kernel where the truth is known: by enumeration, by simulation, and by its invariants."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.design import Design
from cwb_impact.estimate.domains import simple_variance
from cwb_impact.estimate.quantiles import median
from cwb_impact.estimate.statistics import mean
from cwb_impact.estimate.variance import (
    LonelyPsuError,
    centred,
    overlap_factor,
    psu_sums,
    unit_strata,
)
from cwb_impact.types import Floats

INFINITE = float("inf")


def wave(persons: list[int], stratum: list[int], weight: list[float] | None = None, size: float = INFINITE) -> Design:
    strata = max(stratum) + 1
    weights = np.array(weight if weight is not None else [1.0] * len(persons))
    names = tuple(str(code) for code in range(strata))
    finite = size != INFINITE
    return Design(np.array(persons), np.array(stratum), weights, names, np.full(strata, size), "fail", finite, "")


def e_of(design: Design, y: Floats, psus: int) -> Floats:
    sums = psu_sums(mean(y, design.weight).influence, design, psus)
    return centred(sums, unit_strata(design, psus), len(design.strata), design.lonely_psu)


def cov_of(first: Design, second: Design, y1: Floats, y2: Floats, psus: int, stayed: dict[str, float]) -> float:
    factor = overlap_factor(first, second, unit_strata(first, psus), unit_strata(second, psus), stayed)
    return float((e_of(first, y1, psus) * e_of(second, y2, psus) * factor).sum())


def test_tam_covariance_by_enumerating_a_population_of_eight() -> None:
    """Two samples of 4 from the same 8 people, 2 of them in both: all such pairs, each equally likely.

    The true covariance is S12 (n12/(n1 n2) - N12/(N1 N2)) (Tam 1984). The estimate averages to it, but for the
    small-sample constant of centring on two means that share only part of their people:
    n1 n2 (1 - 1/n1 - 1/n2 + n12/(n1 n2)) / sqrt((n1 - 1) n1 (n2 - 1) n2), which is 1 for full overlap.
    """
    people, n, n12 = 8, 4, 2
    rng = np.random.default_rng(1984)
    y1 = rng.normal(size=people)
    y2 = 0.6 * y1 + rng.normal(size=people)
    means, estimates = [], []
    for s1 in combinations(range(people), n):
        for s2 in combinations(range(people), n):
            if len(set(s1) & set(s2)) != n12:
                continue
            means.append((y1[list(s1)].mean(), y2[list(s2)].mean()))
            first, second = (wave(list(s), [0] * n, size=people) for s in (s1, s2))
            estimates.append(cov_of(first, second, y1[list(s1)], y2[list(s2)], people, {"0": float(people)}))
    enumerated = float(np.cov(np.array(means).T, bias=True)[0, 1])
    s12 = float(np.cov(y1, y2)[0, 1])
    tam = s12 * (n12 / n**2 - people / people**2)
    assert enumerated == pytest.approx(tam, rel=1e-12)
    constant = n * n * (1 - 2 / n + n12 / n**2) / ((n - 1) * n)
    assert float(np.mean(estimates)) == pytest.approx(constant * tam, rel=1e-12)


def test_full_overlap_of_a_whole_population_has_no_error_of_change() -> None:
    """Everybody asked twice: the change of these people is known exactly."""
    design = wave(list(range(8)), [0] * 8, size=8)
    y = np.arange(8.0)
    assert cov_of(design, design, y, y**2, 8, {"0": 8.0}) == 0.0


def test_an_unknown_frame_overlap_counts_as_the_largest() -> None:
    """It lowers the factor of the covariance, and so raises the error of a change whose covariance is positive."""
    first, second = wave([0, 1, 2, 3], [0] * 4, size=8), wave([2, 3, 4, 5], [0] * 4, size=8)
    strata = unit_strata(first, 8), unit_strata(second, 8)
    known = overlap_factor(first, second, *strata, {"0": 5.0})
    unknown = overlap_factor(first, second, *strata, {})
    np.testing.assert_array_equal(unknown, overlap_factor(first, second, *strata, {"0": 8.0}))
    assert (unknown[[2, 3]] < known[[2, 3]]).all()


def test_a_person_who_changes_stratum_comes_from_those_who_did_not_stay() -> None:
    """8 people in each stratum and frame, 6 of each stay: at most 2 can have moved, and 1 of them answered twice."""
    first, second = wave([0, 1, 2, 3], [0, 0, 1, 1], size=8), wave([0, 1, 2, 3], [0, 1, 1, 1], size=8)
    strata = unit_strata(first, 4), unit_strata(second, 4)
    factor = overlap_factor(first, second, *strata, {"0": 6.0, "1": 6.0})
    # person 1 moved from stratum 0 (2 of 8 answered) to stratum 1 (3 of 8): 1 - 2 * 3 * 2 / (1 * 8 * 8)
    assert factor[1] == pytest.approx(1 - 2 * 3 * 2 / 64)


def test_design_effects() -> None:
    """Unweighted: 1 for a mean and for a median. Constant answers: that of the weights, n sum(w^2) / sum(w)^2."""
    rng = np.random.default_rng(3)
    y, w = rng.normal(size=400), rng.uniform(0.5, 2.0, size=400)
    for statistic in (mean, median):
        influence = statistic(y, np.ones(400)).influence
        e = centred(influence, np.zeros(400, dtype=np.int64), 1, "fail")
        simple, kish = simple_variance(influence, np.ones(400))
        assert (e**2).sum() / simple == pytest.approx(1.0) and kish == 1.0
    simple, kish = simple_variance(mean(np.full(400, 7.0), w).influence, w)
    assert simple == 0.0 and kish == pytest.approx(400 * (w**2).sum() / w.sum() ** 2)


def test_a_lonely_psu_fails_or_is_handled_as_the_design_says() -> None:
    sums, stratum = np.array([1.0, 2.0, 5.0]), np.array([0, 0, 1])
    with pytest.raises(LonelyPsuError):
        centred(sums, stratum, 2, "fail")
    assert centred(sums, stratum, 2, "adjust")[2] == pytest.approx(5 - 8 / 3)  # the mean of all three
    assert centred(sums, stratum, 2, "certainty")[2] == 0.0
    # the lonely stratum gets the variance of the other one: together twice what that has
    average, others = centred(sums, stratum, 2, "average"), centred(sums, stratum, 2, "remove")
    assert (average**2).sum() == pytest.approx(2 * (others**2).sum())


@pytest.mark.slow
@pytest.mark.parametrize("overlap", [0.0, 0.5, 1.0])
def test_own_wave_error_of_a_change_is_right_when_strata_differ_in_level(overlap: float) -> None:
    """2,000 draws of two waves, two strata whose levels lie 5 standard deviations apart, r = 0.6 between waves.

    The mean estimated variance must equal the variance of the estimates. With 2,000 draws the latter has a relative
    standard error of sqrt(2/2000) = 3.2%, so 10% is three of them.
    """
    rng = np.random.default_rng(42)
    n, per_stratum = 60, 400
    changes, variances = [], []
    for _ in range(2000):
        base = np.repeat([0.0, 5.0], per_stratum)
        y1 = base + rng.normal(size=2 * per_stratum)
        y2 = base + 0.6 * (y1 - base) + 0.8 * rng.normal(size=2 * per_stratum)
        samples1, samples2 = [], []
        for start in (0, per_stratum):
            drawn = start + rng.permutation(per_stratum)[: 2 * n]
            kept = int(overlap * n)
            samples1.append(drawn[:n])
            samples2.append(np.concatenate([drawn[:kept], drawn[n : 2 * n - kept]]))
        s1, s2 = np.concatenate(samples1), np.concatenate(samples2)
        strata = [0] * n + [1] * n
        first, second = wave(s1.tolist(), strata), wave(s2.tolist(), strata)
        e1, e2 = e_of(first, y1[s1], 2 * per_stratum), e_of(second, y2[s2], 2 * per_stratum)
        ones = np.ones(2 * per_stratum)
        factor = overlap_factor(first, second, unit_strata(first, len(ones)), unit_strata(second, len(ones)), {})
        changes.append(y2[s2].mean() - y1[s1].mean())
        variances.append(float((e1**2 + e2**2 - 2 * e1 * e2 * factor).sum()))
    assert np.mean(variances) == pytest.approx(np.var(changes), rel=0.10)


numbers = st.lists(st.floats(-100, 100), min_size=2, max_size=30)


@given(numbers, st.floats(0.1, 10), st.data())
def test_influence_values_sum_to_zero_and_ignore_the_scale_of_weights(
    values: list[float], factor: float, data: st.DataObject
) -> None:
    y = np.array(values)
    w = np.array(data.draw(st.lists(st.floats(0.1, 10), min_size=len(y), max_size=len(y))))
    for statistic in (mean, median):
        plain, scaled = statistic(y, w), statistic(y, factor * w)
        assert abs(plain.influence.sum()) < 1e-9
        assert plain.value == pytest.approx(scaled.value)
        np.testing.assert_allclose(plain.influence, scaled.influence, atol=1e-9)


@given(numbers, st.floats(-50, 50), st.floats(0.1, 5))
def test_mean_and_median_move_with_the_data(values: list[float], shift: float, scale: float) -> None:
    y, w = np.array(values), np.ones(len(values))
    assert mean(shift + scale * y, w).value == pytest.approx(shift + scale * mean(y, w).value, abs=1e-9)
    assert median(shift + scale * y, w).value == pytest.approx(shift + scale * median(y, w).value, abs=1e-9)


def test_median_error_agrees_with_simulation() -> None:
    """n = 200 normal values: the standard error of a median is sqrt(pi/2) / sqrt(n) = 0.0886. 400 draws.

    The mean of 400 estimated errors, each with about 20% spread, is within 2%; 8% leaves room for its small bias.
    """
    rng = np.random.default_rng(7)
    errors = []
    for _ in range(400):
        y = rng.normal(size=200)
        influence = median(y, np.ones(200)).influence
        errors.append(float((influence**2).sum() ** 0.5))
    assert np.mean(errors) == pytest.approx((np.pi / 2 / 200) ** 0.5, rel=0.08)

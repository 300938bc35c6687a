"""Intervals against scipy where the design is simple, by their invariants, and where there is nothing to go on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, hypergeom

from cwb_impact.errors import CwbError
from cwb_impact.estimate.intervals import (
    Interval,
    asin_interval,
    beta_interval,
    effective_n,
    error_at,
    logit_interval,
    share_t_interval,
    standard_error,
    t_interval,
    wilson_interval,
    woodruff_interval,
)
from cwb_impact.estimate.quantiles import quantile_at, ranked
from cwb_impact.types import Floats


def of_every_method(p: float, se: float, df: float, level: float = 0.95) -> list[Interval]:
    return [
        share_t_interval(p, se, df, level),
        logit_interval(p, se, df, level),
        asin_interval(p, se, df, level),
        beta_interval(p, se, df, n=df + 1, deff=1.0, level=level),
        wilson_interval(p, se, df, n=df + 1, deff=1.0, level=level),
    ]


def test_t_is_cut_at_the_ends_of_the_scale_and_needs_degrees_of_freedom() -> None:
    assert t_interval(9.0, 1.0, 5, (0.0, 10.0))[1] == 10.0
    assert np.isnan(t_interval(9.0, 1.0, 0)).all()


@pytest.mark.parametrize(("yes", "n"), [(0, 8), (1, 8), (3, 20), (30, 60), (60, 60)])
def test_of_a_simple_sample_beta_is_clopper_pearsons_and_wilson_is_wilsons(yes: int, n: int) -> None:
    """With se = sqrt(p (1 - p) / n) and n - 1 degrees of freedom; Wilson's z is t with very many."""
    p = yes / n
    se = (p * (1 - p) / n) ** 0.5
    beta, wilson = beta_interval(p, se, n - 1, n, 1.0), wilson_interval(p, se, 1e9, n, 1.0)
    for ours, method, rtol in ((beta, "exact", 1e-10), (wilson, "wilson", 1e-7)):
        theirs = binomtest(yes, n).proportion_ci(method=method)
        np.testing.assert_allclose([ours.low, ours.high], [theirs.low, theirs.high], rtol=rtol, atol=1e-12)


def test_a_share_of_0_is_no_knowledge_unless_everybody_answered() -> None:
    for interval in (beta_interval, wilson_interval):
        asked = [float(interval(0.0, 0.0, 18, 20, 1.0, f).high) for f in (0.0, 0.4, 0.8, 0.99, 1.0)]
        assert asked == sorted(asked, reverse=True)
        assert asked[0] > 0.15
        assert asked[-1] == 0.0
        weighted = interval(0.0, 0.0, 18, 20, deff=1.5)
        assert weighted.high > asked[0]
        known = interval(0.3, 0.0, 18, 20, 1.0, f=1.0)
        assert (float(known.low), float(known.high)) == (0.3, 0.3)
    assert np.isnan(logit_interval(0.0, 0.0, 18).high)
    assert np.isnan(asin_interval(1.0, 0.0, 18).low)


@pytest.mark.parametrize(("n", "people"), [(8, 10), (20, 25), (60, 75), (8, 20), (60, 150), (60, 6000)])
def test_none_of_those_who_answered(n: int, people: int) -> None:
    """Numbers of people with the trait above the interval would have kept quiet with a chance near 2.5% or less."""
    high = float(beta_interval(0.0, 0.0, n - 1, n, 1.0, n / people).high)
    assert hypergeom.pmf(0, people, int(high * people) + 1, n) < 0.027


def test_the_factor_of_variances_would_let_too_many_go() -> None:
    """60 of 75 answer, none with yes: n / (1 - f) = 300 people would exclude 1 of 75, who keeps quiet once in five."""
    assert int((1 - 0.025 ** (1 / 300)) * 75) == 0
    assert hypergeom.pmf(0, 75, 1, 60) == pytest.approx(0.2)
    assert beta_interval(0.0, 0.0, 59, 60, 1.0, 60 / 75).high > 1 / 75


def test_strata_that_happen_to_agree_do_not_make_more_people_than_there_are() -> None:
    assert effective_n(0.5, 0.01, 20, 1.0) == 20
    assert effective_n(0.5, 0.01, 20, 1.0, f=0.8) == pytest.approx(100)
    assert effective_n(0.5, 0.01, 20, 1.0, ceiling=False) == pytest.approx(2500)


def test_rounding_of_a_variance_of_0_is_0() -> None:
    assert effective_n(0.5, 1e-17, 20, 1.6, ceiling=False) == pytest.approx(12.5)


def test_without_degrees_of_freedom_or_people_there_is_no_interval() -> None:
    for interval in [*of_every_method(0.3, 0.1, 0), *of_every_method(np.nan, np.nan, 10)]:
        assert np.isnan([interval.low, interval.high]).all()


def test_arrays_give_what_their_elements_give() -> None:
    p, se, df = np.array([0.0, 0.2, 0.9, np.nan]), np.array([0.0, 0.1, 0.05, np.nan]), np.array([5.0, 9.0, 0.0, 4.0])
    together = beta_interval(p, se, df, 12, 1.2, 0.5)
    alone = [beta_interval(*each, 12, 1.2, 0.5) for each in zip(p, se, df, strict=True)]
    np.testing.assert_array_equal(together.low, [interval.low for interval in alone])
    np.testing.assert_array_equal(together.high, [interval.high for interval in alone])


@pytest.mark.parametrize(
    ("p", "se", "deff", "f", "level", "subject"),
    [
        (25.0, 1.0, 1.0, 0.0, 0.95, "share"),
        (0.25, -0.1, 1.0, 0.0, 0.95, "se"),
        (0.25, 0.1, 0.0, 0.0, 0.95, "deff"),
        (0.25, 0.1, 1.0, 1.5, 0.95, "f"),
        (0.25, 0.1, 1.0, 0.0, 95, "level"),
    ],
)
def test_wrong_arguments_are_errors(p: float, se: float, deff: float, f: float, level: float, subject: str) -> None:
    for interval in (beta_interval, wilson_interval):
        with pytest.raises(CwbError, match=f"E180 {subject}:"):
            interval(p, se, 10, 11, deff, f, level=level)


shares, errors, degrees = st.floats(0.01, 0.99), st.floats(0.001, 0.2), st.integers(2, 200)


@given(shares, errors, degrees)
def test_intervals_hold_the_share_lie_in_0_to_1_and_mirror(p: float, se: float, df: int) -> None:
    for ours, mirrored in zip(of_every_method(p, se, df), of_every_method(1 - p, se, df), strict=True):
        assert 0.0 <= ours.low <= p <= ours.high <= 1.0
        np.testing.assert_allclose([ours.low, ours.high], [1 - mirrored.high, 1 - mirrored.low], atol=1e-9)


@given(shares, errors, degrees)
def test_more_error_and_more_confidence_make_an_interval_wider(p: float, se: float, df: int) -> None:
    pairs = (
        zip(of_every_method(p, se, df), of_every_method(p, 1.5 * se, df), strict=True),
        zip(of_every_method(p, se, df), of_every_method(p, se, df, level=0.99), strict=True),
    )
    for narrow, wide in (pair for both in pairs for pair in both):
        assert wide.low <= narrow.low + 1e-12
        assert wide.high >= narrow.high - 1e-12


@given(st.lists(st.integers(0, 50), min_size=5, max_size=40))
def test_ends_of_a_quantile_are_answers_around_it_and_follow_the_scale(values: list[int]) -> None:
    y, w = np.array(values, dtype=np.float64), np.ones(len(values))

    def interval(answers: Floats) -> Interval:
        return woodruff_interval(
            logit_interval(0.5, error_at(0.5, len(y)), 1e6), lambda p: quantile_at(ranked(answers, w), p)
        )

    found, scaled = interval(y), interval(3 * y + 1)
    assert {float(found.low), float(found.high)} <= set(y)
    assert found.low <= quantile_at(ranked(y, w), 0.5) <= found.high
    np.testing.assert_array_equal([scaled.low, scaled.high], [3 * found.low + 1, 3 * found.high + 1])


def test_the_largest_answer_has_no_upper_bound() -> None:
    """Two answers: their quartiles' intervals reach beyond the answers, where nothing is known."""
    wide = woodruff_interval(share_t_interval(0.9, 0.2, 5), at=lambda p: 100 * p)
    assert wide.low == pytest.approx(100 * float(share_t_interval(0.9, 0.2, 5).low))
    assert np.isnan(wide.high)
    assert wide.method == "woodruff_t"
    none = woodruff_interval(logit_interval(1.0, 0.0, 5), at=lambda p: 100 * p)
    assert np.isnan([none.low, none.high]).all()


def test_standard_error_of_a_t_interval_is_the_error_it_was_made_from() -> None:
    assert standard_error(share_t_interval(0.5, 0.03, 12), 12) == pytest.approx(0.03)


@pytest.mark.slow
def test_the_ceiling_is_what_makes_beta_cover_when_few_answer_unevenly() -> None:
    """5 of 8 and 3 of 12 people answer, half say yes: 95% with the ceiling, far below without (docs/coverage.md)."""
    rng, repetitions = np.random.default_rng(8), 20_000
    strata = [rng.integers(0, 2, (people, repetitions)).astype(np.float64) for people in (8, 12)]
    truth = np.concatenate(strata).mean(axis=0)
    share, variance = np.zeros(repetitions), np.zeros(repetitions)
    for y, n in zip(strata, (5, 3), strict=True):
        part = len(y) / 20
        share += part * y[:n].mean(axis=0)
        variance += part**2 * (1 - n / len(y)) * y[:n].var(axis=0, ddof=1) / n
    deff = 8 * (5 * 1.6**2 + 3 * 4**2) / 20**2
    covered = []
    for ceiling in (True, False):
        interval = beta_interval(share, np.sqrt(variance), 6, 8, deff, f=0.4, ceiling=ceiling)
        covered.append(((interval.low <= truth + 1e-9) & (truth - 1e-9 <= interval.high)).mean())
    # 20,000 repetitions: three Monte Carlo errors are 0.5 points at 95% and 0.8 at 80%
    assert covered[0] > 0.945
    assert covered[1] < 0.85

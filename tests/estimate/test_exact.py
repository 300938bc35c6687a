"""Exact intervals and tests: by enumeration, against scipy, and what they refuse. R's numbers are in tests/oracle."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom, rankdata, wilcoxon

from cwb_impact.errors import CwbError
from cwb_impact.estimate.exact import (
    binomial_interval,
    fisher,
    hypergeometric_interval,
    mcnemar,
    sign_test,
    signed_rank,
)


@pytest.mark.parametrize(("n", "people"), [(8, 10), (5, 12), (20, 25), (25, 25)])
def test_hypergeometric_covers_every_population(n: int, people: int) -> None:
    """The chance of an interval that holds the share, added up over all samples, is 95% or more whatever the share."""
    for yes in range(people + 1):
        covered = 0.0
        for count in range(max(0, n - (people - yes)), min(n, yes) + 1):
            interval = hypergeometric_interval(count, n, people)
            if interval.low <= yes / people <= interval.high:
                covered += float(hypergeom.pmf(count, people, yes, n))
        assert covered >= 0.95 - 1e-12


@pytest.mark.parametrize("n", [8, 20])
def test_binomial_covers_every_share(n: int) -> None:
    intervals = [binomial_interval(count, n) for count in range(n + 1)]
    for p in np.linspace(0.001, 0.999, 999):
        covered = sum(float(binom.pmf(k, n, p)) for k, i in enumerate(intervals) if i.low <= p <= i.high)
        assert covered >= 0.95 - 1e-12


def test_a_large_population_is_one_without_end() -> None:
    finite, endless = hypergeometric_interval(3, 20, 200_000), binomial_interval(3, 20)
    # the ends lie on the grid of 1/200,000, and n/N = 1e-4 of the variance is gone
    np.testing.assert_allclose([finite.low, finite.high], [endless.low, endless.high], atol=5e-5)


@given(st.integers(1, 40), st.integers(0, 40), st.data())
def test_hypergeometric_holds_the_share_and_mirrors(n: int, more: int, data: st.DataObject) -> None:
    count, people = data.draw(st.integers(0, n)), n + more
    interval, mirrored = hypergeometric_interval(count, n, people), hypergeometric_interval(n - count, n, people)
    assert interval.low <= max(count / n, count / people) and interval.high >= count / n - 1 / people
    np.testing.assert_allclose([interval.low, interval.high], [1 - mirrored.high, 1 - mirrored.low], atol=1e-12)
    if more == 0:
        assert interval.low == interval.high == count / n


@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_fisher_does_not_mind_which_group_or_answer_comes_first(n1: int, n2: int, data: st.DataObject) -> None:
    k1, k2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    p = fisher(k1, n1, k2, n2).p
    assert p == pytest.approx(fisher(k2, n2, k1, n1).p)
    assert p == pytest.approx(fisher(n1 - k1, n1, n2 - k2, n2).p)
    assert 0.0 < p <= 1.0


differences = st.lists(st.integers(-4, 4), min_size=1, max_size=9)


@given(differences)
def test_signed_rank_counts_all_ways_to_give_signs(values: list[int]) -> None:
    d = np.array(values, dtype=np.float64)
    changed = d[d != 0]
    assume(len(changed) > 0)
    ranks = rankdata(np.abs(changed))
    sums = np.array(list(product((0.0, 1.0), repeat=len(ranks)))) @ ranks
    up = ranks[changed > 0].sum()
    both = 2 * min((sums <= up).mean(), (sums >= up).mean())
    assert signed_rank(d).p == pytest.approx(min(1.0, both), rel=1e-12)
    assert signed_rank(d).p == pytest.approx(signed_rank(-d).p)
    assert signed_rank(d).n == len(changed)


def test_signed_rank_without_ties_is_that_of_scipy() -> None:
    d = np.random.default_rng(5).normal(0.4, 1.0, size=40)
    assert signed_rank(d).p == pytest.approx(float(wilcoxon(d, method="exact").pvalue), rel=1e-9)


def test_those_who_did_not_change_say_nothing() -> None:
    assert mcnemar(0, 0).p == signed_rank(np.zeros(5)).p == sign_test(np.zeros(5)).p == 1.0
    assert sign_test(np.array([1.0, 2.0, 0.0, -1.0])).p == mcnemar(2, 1).p
    assert sign_test(np.array([1.0, 2.0, 0.0, -1.0])).n == 3


def test_unequal_weights_are_refused_and_not_shown() -> None:
    unequal, equal = np.array([1.25, 1.25, 3.75]), np.full(3, 1.25)
    calls = (
        lambda w: binomial_interval(1, 3, weights=w),
        lambda w: hypergeometric_interval(1, 3, 4, weights=w),
        lambda w: fisher(1, 3, 2, 3, weights=w),
        lambda w: mcnemar(2, 1, weights=w),
        lambda w: sign_test(np.array([1.0, 2.0, -1.0]), weights=w),
        lambda w: signed_rank(np.array([1.0, 2.0, -1.0]), weights=w),
    )
    for call in calls:
        with pytest.raises(CwbError, match="E320 weights") as raised:
            call(unequal)
        assert "3.75" not in str(raised.value)
        assert call(equal) == call(None)


def test_impossible_counts_are_errors() -> None:
    for call in (
        lambda: binomial_interval(9, 8),
        lambda: binomial_interval(0, 0),
        lambda: hypergeometric_interval(3, 8, 7),
        lambda: fisher(-1, 5, 2, 5),
        lambda: mcnemar(-1, 2),
        lambda: signed_rank(np.array([1.0, np.nan])),
    ):
        with pytest.raises(CwbError, match="E180 counts"):
            call()

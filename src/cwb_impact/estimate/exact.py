"""Exact intervals and tests for groups of a handful.

They count people, so everybody must count alike. Each assumes that those who answered are a simple random sample of
those who were asked, one person a unit: no strata of unequal response, no clusters, no weights. Where `weights` are
passed they must all be equal (E320).

"Exact" means that the error rate is never above what is stated; with few people it is often far below.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import betaincinv

from cwb_impact.errors import fail
from cwb_impact.estimate.intervals import LEVEL, Interval
from cwb_impact.types import Floats


@dataclass(frozen=True, slots=True)
class ExactTest:
    """p : two-sided p-value. n : the people it rests on. method : what made it, to be written beside it."""

    p: float
    n: int
    method: str


def binomial_interval(count: int, n: int, level: float = LEVEL, weights: Floats | None = None) -> Interval:
    """Clopper and Pearson's interval of a share, of `count` among n people. R: binom.test.

    Assumes n independent people from a population without end: use it for statements about a process. Its ends are
    quantiles of Beta(count, n - count + 1) and Beta(count + 1, n - count). Clopper, Pearson (1934), Biometrika 26.

    >>> binomial_interval(0, 8).high.round(4)
    np.float64(0.3694)
    """
    _counts(weights, (count, n))
    alpha = 1.0 - level
    low = betaincinv(count, n - count + 1, alpha / 2) if count > 0 else 0.0
    high = betaincinv(count + 1, n - count, 1 - alpha / 2) if count < n else 1.0
    return Interval(np.asarray(low), np.asarray(high), "binomial")


def hypergeometric_interval(
    count: int, n: int, population: int, level: float = LEVEL, weights: Floats | None = None
) -> Interval:
    """Interval of the share in a population of N people of whom n answered, `count` of them with yes.

    Assumes that any n of the N were equally likely to answer. It holds every possible number M of people with yes for
    which neither P(X <= count) nor P(X >= count) is (1 - level) / 2 or less, X hypergeometric; the ends are M / N.
    When everybody answered it is a point. Buonaccorsi (1987), The American Statistician 41(3), 215-218.

    >>> hypergeometric_interval(0, 8, 10).high
    array(0.1)
    """
    _counts(weights, (count, n), (n, population))
    possible = np.arange(count, population - (n - count) + 1)
    asked = stats.hypergeom(population, possible, n)
    tail = (1.0 - level) / 2
    kept = possible[(asked.cdf(count) > tail) & (asked.sf(count - 1) > tail)]
    return Interval(np.asarray(kept.min() / population), np.asarray(kept.max() / population), "hypergeometric")


def fisher(count1: int, n1: int, count2: int, n2: int, weights: Floats | None = None) -> ExactTest:
    """Fisher's test that two independent groups have the same share. R: fisher.test.

    Assumes two groups of different people. p adds up all tables with these margins that are no likelier than this one.

    >>> round(fisher(1, 8, 6, 8).p, 4)
    0.0406
    """
    _counts(weights, (count1, n1), (count2, n2))
    table = np.array([[count1, n1 - count1], [count2, n2 - count2]])
    return ExactTest(float(stats.fisher_exact(table).pvalue), n1 + n2, "fisher")


def mcnemar(up: int, down: int, weights: Floats | None = None) -> ExactTest:
    """McNemar's exact test that a share did not change, among people asked twice. R: binom.test(up, up + down).

    up : people who went from no to yes. down : from yes to no. Those who stayed the same say nothing. Assumes that
    under no change each who changed could as well have changed the other way. p = 1 when nobody changed.

    >>> mcnemar(5, 0).p
    0.0625
    """
    if up < 0 or down < 0:
        raise _wrong("a count is below 0")
    _equal(weights)
    n = up + down
    p = float(stats.binomtest(up, n, 0.5).pvalue) if n else 1.0
    return ExactTest(p, n, "mcnemar")


def sign_test(differences: Floats, weights: Floats | None = None) -> ExactTest:
    """Exact test that people's numbers rose as often as they fell. R: binom.test(sum(d > 0), sum(d != 0)).

    differences : (people,) second minus first answer of those asked twice; zeros say nothing. Assumes independent
    people, and nothing of the size of the differences.

    >>> sign_test(np.array([1.0, 2.0, 1.0, 0.0, 3.0, 1.0])).p
    0.0625
    """
    _answered(differences)
    tested = mcnemar(int((differences > 0).sum()), int((differences < 0).sum()), weights)
    return ExactTest(tested.p, tested.n, "sign")


def signed_rank(differences: Floats, weights: Floats | None = None) -> ExactTest:
    """Wilcoxon's signed-rank test that people's numbers did not change, exact also with ties. R: wilcox.test(d).

    differences : (people,) second minus first answer of those asked twice; zeros are left out. Assumes independent
    people whose differences lie symmetrically around 0 when nothing changes. Equal sizes share the mean of their
    ranks; p counts all 2^n ways to give these ranks a sign (R falls back on a normal approximation then).
    Wilcoxon (1945), Biometrics Bulletin 1(6), 80-83.

    >>> signed_rank(np.array([1.0, 2.0, 1.0, 0.0, 3.0, 1.0])).p
    0.0625
    """
    _answered(differences)
    _equal(weights)
    changed = differences[differences != 0]
    doubled = np.rint(2 * stats.rankdata(np.abs(changed))).astype(np.int64)  # mean ranks may end in a half
    chance = np.ones(1)
    for rank in doubled:  # the distribution of the sum of the ranks with a plus
        chance = 0.5 * (np.pad(chance, (0, rank)) + np.pad(chance, (rank, 0)))
    up = int(doubled[changed > 0].sum())
    p = 2.0 * min(chance[: up + 1].sum(), chance[up:].sum())
    return ExactTest(min(float(p), 1.0), len(changed), "signed_rank")


def _counts(weights: Floats | None, *parts: tuple[int, int]) -> None:
    """Counts are whole, at least 0, and no more than those they are part of, who are at least one."""
    for part, whole in parts:
        if part != int(part) or whole != int(whole) or not 0 <= part <= whole or whole < 1:
            raise _wrong("a count is no whole number, is below 0 or is above the number it is part of")
    _equal(weights)


def _answered(differences: Floats) -> None:
    if np.isnan(differences).any():
        raise _wrong("a difference is missing", "Leave out people without both answers")


def _equal(weights: Floats | None) -> None:
    if weights is not None and len(weights) and not np.allclose(weights, weights[0], rtol=1e-9, atol=0.0):
        what = "an exact method counts people, and these have unequal weights"
        fix = "Use beta_interval, or test the change with its design-based error"
        raise fail("E320", "exact.py", 0, "weights", what, fix)


def _wrong(what: str, fix: str = "") -> Exception:
    return fail("E180", "exact.py", 0, "counts", what, fix)

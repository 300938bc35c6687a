"""Confidence intervals of means, shares and quantiles from their design-based standard errors.

p is the share (0..1), se its design-based standard error, df the degrees of freedom of the design (PSUs minus strata),
n the respondents, f the part of the population that answered (n/N; n / sum(w) when weights add up to people), 0
without a finite population. All of these may be arrays; the ends have their common shape, so one share has ends
without dimension: `float(interval.low)`. Without degrees of freedom, or where the share is nan, both ends are nan.

Where the standard error is 0. A share of 0 or 1 has no estimated variance, nor has one that is 0 or 1 within every
stratum. That is no knowledge unless everybody answered. `beta_interval` and `wilson_interval` then use the design
effect `deff` that the caller expects, that of the weights alone, n sum(w^2) / sum(w)^2 (Kish 1965); it knows nothing of
clusters. `logit_interval` and `asin_interval` do not exist at 0 and 1 (nan), and that of t has no width.

The ceiling of the effective n. Strata of two or three respondents that happen to agree make se too small. Korn and
Graubard (1998) and the rules of the US National Center for Health Statistics (Parker et al. 2017, Vital and Health
Statistics 2(175)) let the effective n not exceed n. With a finite population less is left to guess, and the ceiling
here is n / (1 - f). R has none: `ceiling=False`.

How often each covers, and which to use: docs/coverage.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, expit, logit, stdtrit

from cwb_impact.errors import fail
from cwb_impact.types import Floats

LEVEL = 0.95

Numbers = float | Floats

_ROUNDING = 1e-12
"""A variance below this part of p (1 - p) is what adding up leaves of 0."""


@dataclass(frozen=True, slots=True, repr=False)
class Interval:
    """low, high : the ends, in the unit of the estimate. method : what made them, to be written beside them."""

    low: Floats
    high: Floats
    method: str


def t_interval(value: float, se: float, df: int, ends: tuple[float, float] | None = None) -> tuple[float, float]:
    """value -/+ t(df) se, cut off at the ends of the scale (0 and 100 percent, 0 and 10).

    Without degrees of freedom there is no interval: both ends are nan.
    """
    if df < 1:
        return np.nan, np.nan
    half = float(stdtrit(df, 0.5 + LEVEL / 2)) * se
    low, high = value - half, value + half
    return (max(low, ends[0]), min(high, ends[1])) if ends is not None else (low, high)


def share_t_interval(p: Numbers, se: Numbers, df: Numbers, level: float = LEVEL) -> Interval:
    """p -/+ t(df) se, cut off at 0 and 1. R: svyciprop(method="mean"), which does not cut.

    >>> share_t_interval(0.25, 0.1, 30).high.round(4)
    np.float64(0.4542)
    """
    share, error = _checked(p, se, level)
    half = _t(df, level) * error
    return Interval(np.maximum(share - half, 0.0), np.minimum(share + half, 1.0), "t")


def logit_interval(p: Numbers, se: Numbers, df: Numbers, level: float = LEVEL) -> Interval:
    """The t interval of log(p / (1 - p)), whose standard error is se / (p (1 - p)). R: svyciprop(method="xlogit").

    nan at 0 and 1, where the logit does not exist.

    >>> logit_interval(0.25, 0.1, 30).low.round(4), logit_interval(0.25, 0.1, 30).high.round(4)
    (np.float64(0.1008), np.float64(0.4976))
    """
    share, error = _checked(p, se, level)
    inside = (share > 0.0) & (share < 1.0)
    safe = np.where(inside, share, 0.5)
    half = np.where(inside, _t(df, level) * error / (safe * (1.0 - safe)), np.nan)
    return Interval(expit(logit(safe) - half), expit(logit(safe) + half), "logit")


def asin_interval(p: Numbers, se: Numbers, df: Numbers, level: float = LEVEL) -> Interval:
    """The t interval of asin(sqrt(p)), whose standard error is se / (2 sqrt(p (1 - p))). nan at 0 and 1.

    R's svyciprop(method="asin") squares the sine of a negative angle, so that its low end rises again when the
    interval grows; here angles stop at 0 and at a right angle.

    >>> asin_interval(0.25, 0.1, 30).low.round(4)
    np.float64(0.0806)
    """
    share, error = _checked(p, se, level)
    inside = (share > 0.0) & (share < 1.0)
    safe = np.where(inside, share, 0.5)
    angle, half = np.arcsin(np.sqrt(safe)), _t(df, level) * error / (2.0 * np.sqrt(safe * (1.0 - safe)))
    half = np.where(inside, half, np.nan)
    low, high = np.maximum(angle - half, 0.0), np.minimum(angle + half, np.pi / 2)
    return Interval(np.sin(low) ** 2, np.sin(high) ** 2, "asin")


def effective_n(p: Numbers, se: Numbers, n: Numbers, deff: Numbers, f: Numbers = 0.0, ceiling: bool = True) -> Floats:
    """Size of the simple random sample in which the share has this standard error: p (1 - p) / se^2.

    Where se is 0: n / deff times -log(1 - f) / f. That none of M people in the population answered has the chance
    (1 - f)^M or so, which is that of (1 - M/N)^m with m = -N log(1 - f). The factor is 1 at f = 0 and infinite at
    f = 1; 1 / (1 - f) in its place, which is right for variances, would make the interval far too short.

    ceiling : never above n / (1 - f).

    >>> effective_n(0.5, 0.1, 40, 1.0).round(9), effective_n(0.0, 0.0, 40, 1.6).round(9)
    (np.float64(25.0), np.float64(25.0))
    """
    share, error = _checked(p, se, LEVEL)
    part = np.asarray(f, dtype=np.float64)
    if np.any(np.less_equal(deff, 0.0)):
        raise _wrong("deff", "a design effect is not above 0", "Give that of the weights, n sum(w^2) / sum(w)^2")
    if np.any((part < 0.0) | (part > 1.0)):
        raise _wrong("f", "the part of the population that answered lies outside 0..1", "Give n/N, or 0")
    spread = share * (1.0 - share)
    estimated = (spread > 0.0) & (error**2 > _ROUNDING * spread)
    with np.errstate(divide="ignore"):  # f = 1: everybody answered, and the effective n is infinite
        expected = np.divide(n, deff) * np.where(part > 0.0, -np.log1p(-part) / np.where(part > 0.0, part, 1.0), 1.0)
        at_most = np.divide(n, 1.0 - part) if ceiling else np.inf
    size = np.where(estimated, spread / np.where(estimated, error**2, 1.0), expected)
    return np.where(np.isnan(share), np.nan, np.minimum(size, at_most))


def beta_interval(
    p: Numbers,
    se: Numbers,
    df: Numbers,
    n: Numbers,
    deff: Numbers,
    f: Numbers = 0.0,
    ceiling: bool = True,
    level: float = LEVEL,
) -> Interval:
    """Korn and Graubard's interval: Clopper and Pearson's with m people in place of n. R: svyciprop(method="beta").

    m = effective_n (t(n - 1) / t(df))^2; the ends are quantiles of Beta(m p, m (1 - p) + 1) and Beta(m p + 1,
    m (1 - p)). Korn, Graubard (1998), Survey Methodology 24(2), 193-201; compared with others by Franco, Little,
    Louis, Slud (2019), Journal of Survey Statistics and Methodology 7(3), 334-364. R has no ceiling.

    >>> beta_interval(0.0, 0.0, 19, 20, 1.0).high.round(4)  # Clopper and Pearson's for none of 20
    np.float64(0.1684)
    """
    share, _ = _checked(p, se, level)
    size = effective_n(p, se, n, deff, f, ceiling) * (_t(np.subtract(n, 1), level) / _t(df, level)) ** 2
    finite = np.where(np.isinf(size), 1.0, size)
    yes, no = finite * share, finite * (1.0 - share)
    below, above = (1.0 - level) / 2, (1.0 + level) / 2
    low = np.where(yes > 0.0, betaincinv(np.where(yes > 0.0, yes, 1.0), no + 1.0, below), 0.0)
    high = np.where(no > 0.0, betaincinv(yes + 1.0, np.where(no > 0.0, no, 1.0), above), 1.0)
    return _but_where(size, share, low, high, "beta")


def wilson_interval(
    p: Numbers,
    se: Numbers,
    df: Numbers,
    n: Numbers,
    deff: Numbers,
    f: Numbers = 0.0,
    ceiling: bool = True,
    level: float = LEVEL,
) -> Interval:
    """Wilson's interval with the effective n and t(df): the shares P with |p - P| <= t sqrt(P (1 - P) / effective_n).

    R survey 4.5: svyciprop(method="wilson"), without ceiling. The same as Korn and Graubard's m with t(n - 1).
    Wilson (1927), JASA 22, 209-212; Franco, Little, Louis, Slud (2019), as at `beta_interval`.

    >>> wilson_interval(0.25, 0.1, 30, 20, 1.0).low.round(4)
    np.float64(0.1053)
    """
    share, _ = _checked(p, se, level)
    critical = _t(df, level)
    size = np.where(np.isnan(critical), np.nan, effective_n(p, se, n, deff, f, ceiling))
    k = critical**2 / size
    middle, half = (share + k / 2) / (1.0 + k), np.sqrt(k * share * (1.0 - share) + k**2 / 4) / (1.0 + k)
    low = np.where(share > 0.0, np.maximum(middle - half, 0.0), 0.0)
    high = np.where(share < 1.0, np.minimum(middle + half, 1.0), 1.0)
    return _but_where(size, share, low, high, "wilson")


def error_at(p: Numbers, size: Numbers) -> Floats:
    """Standard error of a share p in a simple random sample of `size` people: sqrt(p (1 - p) / size).

    With size = effective_n of one share it gives another share of the same answers its error (see `woodruff_interval`).

    >>> error_at(0.5, 25.0)
    np.float64(0.1)
    """
    share, _ = _checked(p, 0.0, LEVEL)
    return np.sqrt(share * (1.0 - share) / size)


def woodruff_interval(share: Interval, at: Callable[[float], float]) -> Interval:
    """Interval of a quantile: that of a share of people at or below it, read back through the quantile function.

    share : by any method above, around F, the share at or below the estimated quantile q, as R's svyquantile does
    (interval.type "mean" for t, "xlogit" for logit, "beta"); or around p with the effective n of F:
    `logit_interval(p, error_at(p, effective_n(F, se, n, deff, f)), df)`. Where many give one answer, as 40 hours, F is
    far from p and R's interval lies too high: it covers as little as half the time; that around p covers
    (docs/coverage.md). at : the quantile of any share by the rule of the estimate.
    An end is nan where the share's interval reaches 0 or 1: the answers put no bound there.
    Woodruff (1952), JASA 47, 635-646.

    >>> woodruff_interval(share_t_interval(0.5, 0.1, 30), at=lambda p: 100 * p).low.round(1)
    np.float64(29.6)
    """
    low, high = (
        np.where((end > 0.0) & (end < 1.0), np.vectorize(at, otypes=[float])(np.clip(end, 0.0, 1.0)), np.nan)
        for end in (np.nan_to_num(share.low, nan=0.0), np.nan_to_num(share.high, nan=1.0))
    )
    return Interval(low, high, f"woodruff_{share.method}")


def standard_error(interval: Interval, df: Numbers, level: float = LEVEL) -> Floats:
    """Length of an interval over twice t(df), the standard error that R gives to a quantile.

    >>> float(standard_error(share_t_interval(0.5, 0.1, 30), 30).round(12))
    0.1
    """
    return np.asarray((interval.high - interval.low) / (2.0 * _t(df, level)))


def _t(df: Numbers, level: float) -> Floats:
    """Two-sided quantile of t; nan without degrees of freedom."""
    known = np.asarray(df, dtype=np.float64)
    return np.where(known >= 1.0, stdtrit(np.maximum(known, 1.0), 0.5 + level / 2), np.nan)


def _but_where(size: Floats, share: Floats, low: Floats, high: Floats, method: str) -> Interval:
    """An interval, but a point where the effective n is infinite (the share is known), nan where it is nan."""
    low, high = (np.where(np.isinf(size), share, np.where(np.isnan(size), np.nan, end)) for end in (low, high))
    return Interval(low, high, method)


def _checked(p: Numbers, se: Numbers, level: float) -> tuple[Floats, Floats]:
    share, error = np.asarray(p, dtype=np.float64), np.asarray(se, dtype=np.float64)
    if np.any(share < -_ROUNDING) or np.any(share > 1.0 + _ROUNDING):
        raise _wrong("share", "a share lies outside 0..1", "Give a share, not a percentage")
    if np.any(error < 0.0):
        raise _wrong("se", "a standard error is below 0")
    if not 0.0 < level < 1.0:
        raise _wrong("level", "a confidence level lies outside 0..1", "Write 0.95 for 95 percent")
    return np.clip(share, 0.0, 1.0), error


def _wrong(subject: str, what: str, fix: str = "") -> Exception:
    return fail("E180", "intervals.py", 0, subject, what, fix)

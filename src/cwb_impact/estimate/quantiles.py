"""Quantiles and what is made of them, as `(y, w, ...) -> value, influence`.

A quantile is not a smooth function of the weights. Its influence values need the density f of y at the quantile, and
how f is estimated is a convention that belongs beside the number: `density="woodruff"` or `"kernel"`.

Replicates by jackknife are wrong for every statistic here and for those with a threshold that is a quantile: taking
out one PSU moves a quantile by one step between neighbouring answers or not at all, so that the jackknife variance does
not tend to the true one however large the sample (Efron 1982; Shao & Wu 1989, Annals of Statistics 17, 1176-1197).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from cwb_impact.design import Booleans, Floats, Integers
from cwb_impact.errors import CwbError, fail
from cwb_impact.estimate.statistics import Estimated

Rule = Literal["math", "school", "hf6", "hf7"]
Density = Literal["woodruff", "kernel"]

_ROUNDING = 1e-12
"""What a cumulative sum of weights may miss a share by."""


@dataclass(frozen=True, slots=True, repr=False)
class Ranked:
    """Respondents in the order of y.

    order : (n,) where each stood before. y, w : (n,) sorted. reached : (n,) share of the weight up to and with each.
    ess : effective number of respondents, sum(w)^2 / sum(w^2).
    """

    order: Integers
    y: Floats
    w: Floats
    reached: Floats
    ess: float


def ranked(y: Floats, w: Floats) -> Ranked:
    """Sort once; what follows reads from this."""
    order = np.argsort(y, kind="stable")
    weight = w[order]
    return Ranked(order, y[order], weight, np.cumsum(weight) / w.sum(), float(w.sum() ** 2 / (w**2).sum()))


def part(of: Ranked, inside: Booleans) -> Ranked:
    """The respondents of a domain, without sorting again. inside : (n,) in the order before sorting; at least one."""
    keep = inside[of.order]
    w = of.w[keep]
    return Ranked(of.order[keep], of.y[keep], w, np.cumsum(w) / w.sum(), float(w.sum() ** 2 / (w**2).sum()))


def quantile_at(of: Ranked, p: float, rule: Rule = "math") -> float:
    """The p-quantile, 0 <= p <= 1, by a rule of R's svyquantile (qrule); F is the weighted distribution.

    math : the smallest y with F(y) >= p. school : the same, but halfway to the next y where F hits p exactly.
    hf6, hf7 : between neighbours in proportion, with p of the i-th at (w_1 + .. + w_i) / (N + w_n) and at
    (w_1 + .. + w_i-1) / (N - w_n), types 6 and 7 of Hyndman & Fan (1996, American Statistician 50, 361-365).

    laeken's weightedQuantile is "math" but where F hits p exactly: it documents the value of "school" there, and
    version 0.5.2 returns the next y.

    >>> quantile_at(ranked(np.array([1.0, 2.0, 4.0, 9.0]), np.ones(4)), 0.5, "school")
    3.0
    """
    if rule == "hf6":
        return float(np.interp(p, of.reached / (1.0 + of.w[-1] / of.w.sum()), of.y))
    if rule == "hf7":
        share = of.w / of.w.sum()
        before = of.reached - share
        # one respondent is every quantile
        return float(np.interp(p, before / (1.0 - share[-1]), of.y)) if len(of.y) > 1 else float(of.y[0])
    at = min(int(np.searchsorted(of.reached, p - _ROUNDING)), len(of.y) - 1)
    hit = rule == "school" and abs(of.reached[at] - p) <= _ROUNDING and at + 1 < len(of.y)
    return float((of.y[at] + of.y[at + 1]) / 2) if hit else float(of.y[at])


def median(y: Floats, w: Floats) -> Estimated:
    """Weighted median: the smallest y at which the weighted distribution F reaches one half (R's qrule "math").

    >>> median(np.array([1.0, 2.0, 10.0]), np.ones(3)).value
    2.0
    """
    return quantile(y, w)


def quantile(y: Floats, w: Floats, p: float = 0.5, rule: Rule = "math", density: Density = "woodruff") -> Estimated:
    """Weighted quantile by one of the rules of `quantile_at`; 0 < p < 1; w positive, y complete, n at least 1.

    influence = -w (1{y <= value} - F(value)) / (f sum(w)) (Deville 1999), 0 when all values are equal. f is by density:

    woodruff : the slope of F over the interval that Woodruff (1952, JASA 47, 635-646) would give F(value) under weights
    alone: f = 2d / (Q(F + d) - Q(F - d)) with d = 1.96 sqrt(F (1 - F) / n_eff), n_eff = sum(w)^2 / sum(w^2), d doubled
    until the quantiles Q differ. So heaped answers (40 hours) carry the uncertainty that Woodruff's interval has.
    kernel : Gaussian, with the `bandwidth` below, as R's convey. It puts 1{y <= value} - p where F(value) stands here,
    which moves a standard error by less than 1e-6 of itself at n = 10,000; here influence values sum to 0.

    >>> quantile(np.array([1.0, 2.0, 10.0, 20.0]), np.ones(4), 0.25).value
    1.0
    """
    _check(p, rule, density)
    return quantile_of(ranked(y, w), y, w, p, rule, density)


def quantile_of(
    of: Ranked, y: Floats, w: Floats, p: float, rule: Rule = "math", density: Density = "woodruff"
) -> Estimated:
    """`quantile` of respondents y, w who are sorted already."""
    value = quantile_at(of, p, rule)
    below = (y <= value).astype(np.float64)
    share = float((w * below).sum() / w.sum())
    spread = spread_at(of, value, share, density)
    return Estimated(value, -w * (below - share) * spread / w.sum())


def quantile_ratio(
    y: Floats,
    w: Floats,
    upper: float = 0.9,
    lower: float = 0.1,
    rule: Rule = "math",
    density: Density = "woodruff",
) -> Estimated:
    """Ratio of two quantiles, such as P90/P10.

    value = Q(upper) / Q(lower), influence = (influence of Q(upper) - value influence of Q(lower)) / Q(lower).
    nan with influence 0 where Q(lower) is not above 0.

    >>> quantile_ratio(np.array([1.0, 2.0, 5.0]), np.ones(3)).value
    5.0
    """
    for p in (upper, lower):
        _check(p, rule, density)
    of = ranked(y, w)
    high, low = (quantile_of(of, y, w, p, rule, density) for p in (upper, lower))
    if low.value <= 0.0:
        return Estimated(np.nan, np.zeros(len(y)))
    value = high.value / low.value
    return Estimated(value, (high.influence - value * low.influence) / low.value)


def bandwidth(y: Floats, w: Floats) -> float:
    """Bandwidth of the kernel: S / N^(1/5), S the weighted standard deviation and N = sum(w), as R's convey.

    N is the people in the population. Weights that add up to the sample give a wider kernel and so another standard
    error, which density="woodruff" does not.
    """
    people = w.sum()
    mean = (w * y).sum() / people
    return float(np.sqrt((w * (y - mean) ** 2).sum() / people) / people**0.2)


def spread_at(of: Ranked, point: float, share: float, density: Density) -> float:
    """1 / f at a point: how far y moves for each unit that F moves; 0 when all values are equal.

    share : F(point). density : see `quantile`. A kernel that is 0 at the point, in a gap much wider than the bandwidth,
    gives way to Woodruff's interval.
    """
    if of.y[0] == of.y[-1]:
        return 0.0
    if density == "kernel":
        width = bandwidth(of.y, of.w)
        near = np.exp(-(((of.y - point) / width) ** 2) / 2)
        f = float((of.w * near).sum() / (np.sqrt(2 * np.pi) * width * of.w.sum()))
        if f > 0.0:
            return 1.0 / f
    half = 1.96 * np.sqrt(max(share * (1 - share), 0.25 / of.ess) / of.ess)
    while True:
        low, high = max(share - half, 0.0), min(share + half, 1.0)
        spread = quantile_at(of, high) - quantile_at(of, low)
        if spread > 0.0:
            return float(spread / (high - low))
        half *= 2


def _check(p: float, rule: Rule, density: Density) -> None:
    if not 0.0 < p < 1.0:
        raise wrong("E180", "p", "a quantile lies outside 0..1", "Write 0.9 for the ninth decile")
    if rule not in get_args(Rule):
        raise wrong("E131", "rule", "no such rule of quantiles", f"Write one of {', '.join(get_args(Rule))}")
    check_density(density)


def check_density(density: Density) -> None:
    """Raise when a density estimate is none of those that are named."""
    if density not in get_args(Density):
        raise wrong("E131", "density", "no such density estimate", f"Write one of {', '.join(get_args(Density))}")


def wrong(code: str, subject: str, what: str, fix: str) -> CwbError:
    """An argument that no statistic of this kind can take."""
    return fail(code, "estimate", 0, subject, what, fix)

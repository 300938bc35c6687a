"""Inequality and poverty, as `(y, w, ...) -> value, influence`.

Values are proportions and ratios; a table scales them to percent. Weights must be positive, y complete, n at least 1.
Negative y counts as it is. Where a value is not defined it is nan with influence 0, and the docstring says when.

Statistics with a poverty threshold are wrong under jackknife replicates, because the threshold is made of a median
(see `quantiles`): JKn can give twice the error of the bootstrap or of the influence values here.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from cwb_impact.design import Booleans, Floats, Integers
from cwb_impact.estimate.quantiles import (
    Density,
    Ranked,
    check_density,
    part,
    quantile_at,
    quantile_of,
    ranked,
    spread_at,
    wrong,
)
from cwb_impact.estimate.statistics import Estimated, mean

Rank = Literal["middle", "last"]

_BLOCK = 100_000
"""Numbers in a block of respondents x replicates: small enough for the cache of a processor."""

_STEPS = 8


def gini(y: Floats, w: Floats, rank: Rank = "middle") -> Estimated:
    """Gini coefficient, 0..1; above 1 is possible where some y are negative.

    value = sum_i w_i y_i (2 R_i - a_i) / (N Y) - 1, with R_i the weight of all up to and with i in the order of y,
    N = sum(w), Y = sum(w y). rank says where in its own weight a respondent stands:
    middle : a_i = w_i, as laeken. This is the weighted mean of |y_i - y_j| over twice the mean of y.
    last : a_i = 1, as R's convey: w_i people who all stand at the last place of their weight. Without weights the two
    agree; with weights, last is larger by (sum(w^2 y) - Y) / (N Y), about 1/n when they add up to a large population.

    influence = w (dA/dw / (N Y) - (value + 1) (1/N + y/Y)) with A the sum above (Deville 1999; Langel & Tille 2013,
    JRSS A 176, 521-540), exact for both. nan where Y is not above 0.

    >>> gini(np.array([0.0, 0.0, 0.0, 1.0]), np.ones(4)).value
    0.75
    """
    if rank not in ("middle", "last"):
        raise wrong("E131", "rank", "no such place in one's own weight", "Write middle or last")
    of = ranked(y, w)
    people, income = w.sum(), of.w * of.y
    total = income.sum()
    influence = np.zeros(len(y))
    if total <= 0.0:
        return Estimated(np.nan, influence)
    upto, richer = of.reached * people, total - np.cumsum(income)
    own = of.w if rank == "middle" else np.ones(len(y))
    value = float((income * (2 * upto - own)).sum() / (people * total) - 1)
    change = 2 * (of.y * upto + richer)
    if rank == "last":
        change += 2 * income - of.y
    influence[of.order] = of.w * (change / (people * total) - (value + 1) * (1 / people + of.y / total))
    return Estimated(value, influence)


def gini_of_replicates(y: Floats, w: Floats, multipliers: Floats, psu: Integers) -> Floats:
    """(R,) Gini coefficients (rank "middle") made again with each replicate, whose weight is w times its multiplier.

    multipliers : (PSUs, R), 0 or more. psu : (n,) 0..PSUs-1. One pass over the sorted respondents in blocks, from the
    gaps between neighbours: value = sum_i (y_i+1 - y_i) R_i (N - R_i) / (N Y). nan where the replicate's Y is not
    above 0.

    >>> gini_of_replicates(np.array([0.0, 1.0]), np.ones(2), np.array([[1.0, 1.0], [1.0, 3.0]]), np.arange(2))
    array([0.5 , 0.25])
    """
    factors = np.ascontiguousarray(multipliers, dtype=np.float64)
    psus, replicates = factors.shape
    people, total = (np.bincount(psu, weights=summed, minlength=psus) @ factors for summed in (w, w * y))
    order = np.argsort(y, kind="stable")
    # nobody follows the last; rows without weight fill up the last block
    fill = (0, -(len(y) - 1) % _STEPS)
    gaps, weight = (np.pad(numbers, fill) for numbers in (np.diff(y[order]), w[order[:-1]]))
    unit = np.pad(psu[order[:-1]], fill)
    rows = max(1, _BLOCK // (replicates * _STEPS)) * _STEPS
    upto, after = np.empty((rows, replicates)), np.empty((rows, replicates))
    reached, above = np.zeros(replicates), np.zeros(replicates)
    for start in range(0, len(gaps), rows):
        here = slice(start, start + rows)
        block = upto[: len(gaps[here])]
        # mode "clip" lets numpy write into the block without a copy
        np.take(factors, unit[here], axis=0, out=block, mode="clip")
        block *= weight[here, None]
        block[0] += reached
        _add_up(block)
        reached = block[-1].copy()
        rest = np.subtract(people, block, out=after[: len(block)])
        above += np.einsum("i,ir,ir->r", gaps[here], block, rest)
    return above / np.where(total > 0.0, people * total, np.nan)


def _add_up(block: Floats) -> None:
    """Cumulative sums down the rows, in place: within groups of _STEPS rows, then over groups; np.cumsum is slower."""
    steps = block.reshape(-1, _STEPS, block.shape[1])
    for i in range(1, _STEPS):
        steps[:, i] += steps[:, i - 1]
    steps[1:] += np.cumsum(steps[:-1, -1], axis=0)[:, None]


def s80_s20(y: Floats, w: Floats) -> Estimated:
    """Total of y of the top fifth over that of the bottom fifth (Eurostat, laeken).

    The bottom fifth are those with y <= q20, the top fifth those with y > q80, quantiles by rule "math".
    influence = (rich - value poor) / S20, with poor = w ((y - q20) 1{y <= q20} + q20 F(q20)) and
    rich = w ((y - q80) 1{y > q80} + q80 (1 - F(q80))): the density of y at the two quantiles drops out (Langel & Tille
    2011, J. Statistical Planning and Inference 141, 2976-2985). R's convey estimates it by kernel in two places.

    nan where the total of the bottom fifth is not above 0, or nobody is above q80 (so for constant y).

    >>> s80_s20(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.ones(5)).value
    5.0
    """
    of, people = ranked(y, w), w.sum()
    low, high = quantile_at(of, 0.2), quantile_at(of, 0.8)
    bottom, top = y <= low, y > high
    s20, s80 = float((w * y * bottom).sum()), float((w * y * top).sum())
    if s20 <= 0.0 or not top.any():
        return Estimated(np.nan, np.zeros(len(y)))
    value = s80 / s20
    poor = (y - low) * bottom + low * (w * bottom).sum() / people
    rich = (y - high) * top + high * (w * top).sum() / people
    return Estimated(value, w * (rich - value * poor) / s20)


def poverty_threshold(y: Floats, w: Floats, share_of_median: float = 0.6, density: Density = "woodruff") -> Estimated:
    """At-risk-of-poverty threshold: a share of the median of everybody. density : see `quantile`.

    >>> poverty_threshold(np.array([10.0, 20.0, 30.0]), np.ones(3), 0.5).value
    10.0
    """
    check_density(density)
    return _threshold(ranked(y, w), y, w, share_of_median, density)


def poverty_rate(
    y: Floats,
    w: Floats,
    inside: Booleans | None = None,
    share_of_median: float = 0.6,
    threshold: float | None = None,
    density: Density = "woodruff",
) -> Estimated:
    """At-risk-of-poverty rate of a domain: the share whose y is below the threshold (Eurostat: <, not <=).

    y, w : (n,) of everybody, who make the threshold. inside : (n,) the domain, everybody when left out. threshold : one
    from elsewhere, taken as known; else a share of the median of everybody. density : see `quantile`.

    influence = w 1{inside} (1{y < t} - value) / N_inside + f(t) (influence of t), f the density in the domain: people
    outside the domain have a part in the threshold (Osier 2009, Survey Research Methods 3, 167-195).
    nan where nobody is inside, or where the median is not above 0.

    >>> poverty_rate(np.array([1.0, 5.0, 6.0, 7.0]), np.ones(4), np.array([True, True, False, False])).value
    0.5
    """
    everyone = ranked(y, w)
    line = _line(everyone, y, w, share_of_median, threshold, density)
    domain = np.ones(len(y), dtype=np.bool_) if inside is None else inside
    if np.isnan(line.value) or not domain.any():
        return Estimated(np.nan, np.zeros(len(y)))
    return _rate(y, w, domain, line, part(everyone, domain), density)


def poverty_gap(
    y: Floats,
    w: Floats,
    inside: Booleans | None = None,
    share_of_median: float = 0.6,
    threshold: float | None = None,
    density: Density = "woodruff",
) -> Estimated:
    """Relative median at-risk-of-poverty gap of a domain: (t - m) / t, m the median of those inside with y below t.

    Arguments as for `poverty_rate`. m is where F of the domain reaches half the poverty rate, so influence of m =
    (influence of rate / 2 - w 1{inside} (1{y <= m} - F(m)) / N_inside) / f(m), and that of the gap is
    (m / t^2) (influence of t) - (influence of m) / t (Osier 2009).
    nan where nobody inside is poor, or the threshold is not above 0.

    >>> poverty_gap(np.array([3.0, 5.0, 10.0, 10.0, 10.0]), np.ones(5)).value
    0.5
    """
    everyone = ranked(y, w)
    line = _line(everyone, y, w, share_of_median, threshold, density)
    domain = np.ones(len(y), dtype=np.bool_) if inside is None else inside
    poor = domain & is_below(y, line.value)
    if not line.value > 0.0 or not poor.any():
        return Estimated(np.nan, np.zeros(len(y)))
    of = part(everyone, domain)
    rate = _rate(y, w, domain, line, of, density)
    middle = quantile_at(part(everyone, poor), 0.5)
    share = _share(domain & (y <= middle), w, domain)
    of_middle = (rate.influence / 2 - share.influence) * spread_at(of, middle, share.value, density)
    value = 1 - middle / line.value
    return Estimated(value, (middle / line.value * line.influence - of_middle) / line.value)


def _threshold(of: Ranked, y: Floats, w: Floats, share_of_median: float, density: Density) -> Estimated:
    if not share_of_median > 0.0:
        raise wrong("E180", "share_of_median", "a share of the median is not above 0", "Write 0.6 for 60 percent")
    median = quantile_of(of, y, w, 0.5, density=density)
    return Estimated(share_of_median * median.value, share_of_median * median.influence)


def _line(
    of: Ranked, y: Floats, w: Floats, share_of_median: float, threshold: float | None, density: Density
) -> Estimated:
    """The threshold; nan when it is a share of a median that is not above 0."""
    check_density(density)
    if threshold is not None:
        if not np.isfinite(threshold):
            raise wrong("E180", "threshold", "a poverty threshold is no number", "Write an amount in the unit of y")
        return Estimated(threshold, np.zeros(len(y)))
    line = _threshold(of, y, w, share_of_median, density)
    return line if line.value > 0.0 else Estimated(np.nan, np.zeros(len(y)))


def is_below(y: Floats, line: float) -> Booleans:
    """(n,) who is poor."""
    # 55% of 100 is 55.00000000000001, and who has 55 is not below it
    return y < line - 1e-12 * abs(line)


def _share(counts: Booleans, w: Floats, inside: Booleans) -> Estimated:
    """Share of the domain that counts; influence has n values."""
    influence = np.zeros(len(w))
    share = mean(counts[inside].astype(np.float64), w[inside])
    influence[inside] = share.influence
    return Estimated(share.value, influence)


def _rate(y: Floats, w: Floats, inside: Booleans, line: Estimated, of: Ranked, density: Density) -> Estimated:
    share = _share(inside & is_below(y, line.value), w, inside)
    spread = spread_at(of, line.value, share.value, density)
    # where nobody or everybody is poor, Woodruff's interval says nothing of the density at the threshold
    if spread == 0.0 or (density == "woodruff" and not 0.0 < share.value < 1.0):
        return share
    return Estimated(share.value, share.influence + line.influence / spread)

"""Statistics as `(y, w) -> value, influence`. Write one such function to add a statistic.

`influence` has one value a respondent, with the weight inside: the first-order change of the estimate when the
respondent's weight grows by the factor 1 + e is e times it. Summed within PSUs it carries all uncertainty
(Deville 1999, Survey Methodology 25(2), 193-203).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cwb_impact.types import Floats


@dataclass(frozen=True, slots=True)
class Estimated:
    """value : the estimate. influence : (n,) one a respondent, in the unit of the value; sums to about 0."""

    value: float
    influence: Floats


Statistic = Callable[[Floats, Floats], Estimated]


def mean(y: Floats, w: Floats) -> Estimated:
    """Weighted mean; of 0 and 1 it is a share.

    value = sum(w y) / sum(w), influence = w (y - value) / sum(w). Weights must be positive, n at least 1.

    >>> mean(np.array([1.0, 0.0, 1.0]), np.array([2.0, 1.0, 1.0])).value
    0.75
    """
    total = w.sum()
    value = float((w * y).sum() / total)
    return Estimated(value, w * (y - value) / total)


def median(y: Floats, w: Floats) -> Estimated:
    """Weighted median: the smallest y at which the weighted distribution F reaches one half (R's qrule "math").

    influence = -w (1{y <= value} - F(value)) / (f sum(w)). The density f at the median is the slope of F over the
    interval that Woodruff (1952, JASA 47, 635-646) would give F(value) under weights alone:
    f = 2d / (Q(F + d) - Q(F - d)) with d = 1.96 sqrt(F (1 - F) / n_eff), n_eff = sum(w)^2 / sum(w^2), d doubled until
    the quantiles Q differ. So heaped answers (40 hours) carry the uncertainty that Woodruff's interval has.

    >>> median(np.array([1.0, 2.0, 10.0]), np.ones(3)).value
    2.0
    """
    order = np.argsort(y, kind="stable")
    ranked, reached = y[order], np.cumsum(w[order]) / w.sum()
    value = _quantile(ranked, reached, 0.5)
    below = (y <= value).astype(np.float64)
    share = float((w * below).sum() / w.sum())
    slope = _slope(ranked, reached, share, float(w.sum() ** 2 / (w**2).sum()))
    return Estimated(value, -w * (below - share) * slope / w.sum())


def _quantile(ranked: Floats, reached: Floats, p: float) -> float:
    # 1e-12 guards the comparison against the rounding of the cumulative sum
    return float(ranked[min(int(np.searchsorted(reached, p - 1e-12)), len(ranked) - 1)])


def _slope(ranked: Floats, reached: Floats, share: float, n_eff: float) -> float:
    """1 / f: how much the quantile moves when F moves; 0 when all values are equal."""
    if ranked[0] == ranked[-1]:
        return 0.0
    half = 1.96 * np.sqrt(max(share * (1 - share), 0.25 / n_eff) / n_eff)
    while True:
        low, high = max(share - half, 0.0), min(share + half, 1.0)
        spread = _quantile(ranked, reached, high) - _quantile(ranked, reached, low)
        if spread > 0.0:
            return float(spread / (high - low))
        half *= 2


STATISTICS: Mapping[str, Statistic] = {"mean": mean, "share": mean, "median": median}

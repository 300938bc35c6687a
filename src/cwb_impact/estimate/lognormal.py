"""A lognormal distribution on bands: a second opinion beside the interpolated median of `banded.py`.

A function for researchers, as those of `exact.py` and `bootstrap.py`: no definition names it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtri

from cwb_impact.estimate.banded import ROUNDING, check_bands, check_order
from cwb_impact.estimate.statistics import Estimated
from cwb_impact.types import Floats

_STEPS = 60
"""Newton needs 5 to 10 steps where the likelihood has a maximum."""


def lognormal_quantile(low: Floats, high: Floats, w: Floats, p: float = 0.5) -> Estimated:
    """Quantile of the lognormal distribution that fits the bands best: interval regression without regressors.

    Arguments and errors as in `banded_quantile`; an open bottom and a band that starts below 0 start at 0.

    value = exp(m + z_p s), with m and s at the maximum of the weighted likelihood
    sum w_i log(Phi((log high_i - m) / s) - Phi((log low_i - m) / s)), and for an exact amount the density in place of
    the difference: R's survreg of Surv(low, high, type="interval2"). In m/s and 1/s it is concave (Burridge 1981, JRSS
    B 43, 41-45), so that Newton's method finds the one maximum.

    influence_i = d' A^-1 w_i u_i, with u_i the score of a respondent, A the negative second derivative of the whole and
    d the derivative of the value: the linearisation whose variance is the sandwich (Binder 1983, International
    Statistical Review 51, 279-292). It holds when people are not lognormal too, for the quantile of the lognormal that
    would fit the population best; that this is another than the quantile of the people, no error tells.

    nan with influence 0 where somebody has 0 or less for certain, which no lognormal can give, and where no m and s are
    best: all bands have a point or an end in common, or there are two and both are open.

    >>> low, high = np.array([0.0, 1000.0, 4000.0]), np.array([1000.0, 4000.0, np.inf])
    >>> round(lognormal_quantile(low, high, np.ones(3)).value)
    2000
    """
    check_order(p)
    check_bands(low, high)
    unknown = Estimated(np.nan, np.zeros(len(w)))
    if (high <= 0.0).any() or low.max() <= high.min():
        return unknown
    with np.errstate(divide="ignore"):
        start, end = np.log(np.maximum(low, 0.0)), np.log(high)
    middle = np.where(np.isinf(start), end, np.where(np.isinf(end), start, (start + end) / 2))
    centre, scale = float(np.average(middle, weights=w)), float(middle.std()) or 1.0
    fit = _fitted((start - centre) / scale, (end - centre) / scale, w)
    if fit is None:
        return unknown
    gamma, theta = fit.at
    at = (gamma + ndtri(p)) / theta
    value = float(np.exp(centre + scale * at))
    by = value * scale * np.array([1.0, -at]) / theta
    influence: Floats = w * (fit.score @ np.linalg.solve(fit.information, by))
    return Estimated(value, influence)


@dataclass(frozen=True, slots=True, repr=False)
class _Likelihood:
    """At gamma = m/s and theta = 1/s: the weighted logarithm, (n, 2) scores, (2, 2) negative second derivative."""

    at: Floats
    value: float
    score: Floats
    information: Floats


def _fitted(start: Floats, end: Floats, w: Floats) -> _Likelihood | None:
    """The maximum, by Newton's method with steps that are halved until the likelihood does not fall; None without."""
    now = _likelihood(np.array([0.0, 1.0]), start, end, w)
    for _ in range(_STEPS):
        # a direction in which nothing changes
        if not np.linalg.cond(now.information) < 1e12:
            return None
        step = np.linalg.solve(now.information, (w[:, None] * now.score).sum(axis=0))
        if np.abs(step).max() <= 1e-10 * np.abs(now.at).max():
            return now
        new = _step(now, step, start, end, w)
        if new is None:
            return None
        now = new
    return None


def _step(now: _Likelihood, step: Floats, start: Floats, end: Floats, w: Floats) -> _Likelihood | None:
    for _ in range(_STEPS):
        at = now.at + step
        if at[1] > 0.0:
            new = _likelihood(at, start, end, w)
            if new.value >= now.value - ROUNDING * abs(now.value):
                return new
        step = step / 2
    return None


def _likelihood(at: Floats, start: Floats, end: Floats, w: Floats) -> _Likelihood:
    exact = start == end
    log, score, second = np.empty(len(w)), np.empty((len(w), 2)), np.empty((len(w), 3))
    log[exact], score[exact], second[exact] = _of_amounts(at, start[exact])
    log[~exact], score[~exact], second[~exact] = _of_bands(at, start[~exact], end[~exact])
    twice_gamma, mixed, twice_theta = w @ second
    information = -np.array([[twice_gamma, mixed], [mixed, twice_theta]])
    return _Likelihood(at, float((w * log).sum()), score, information)


def _of_amounts(at: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Logarithm of the density theta phi(theta y - gamma), its (n, 2) first and (n, 3) second derivatives."""
    gamma, theta = at
    z = theta * y - gamma
    second = np.column_stack([-np.ones(len(y)), y, -1 / theta**2 - y**2])
    return np.log(theta) - (z**2 + np.log(2 * np.pi)) / 2, np.column_stack([z, 1 / theta - y * z]), second


def _of_bands(at: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats, Floats]:
    """The same of P = Phi(theta end - gamma) - Phi(theta start - gamma), in logarithms to hold in the tails."""
    gamma, theta = at
    a, b = theta * start - gamma, theta * end - gamma
    # of two nearly equal probabilities near 1 the difference is lost; of their mirror images near 0 it is not
    mirrored = a + b > 0
    more, less = log_ndtr(np.where(mirrored, -a, b)), log_ndtr(np.where(mirrored, -b, a))
    log = more + np.log(-np.expm1(less - more))
    at_a, at_b = (np.exp(-(x**2 + np.log(2 * np.pi)) / 2 - log) for x in (a, b))
    # at an open end the density is 0, whatever it is multiplied with
    a, start, b, end = (np.where(np.isfinite(x), x, 0.0) for x in (a, start, b, end))
    g, h = at_b - at_a, end * at_b - start * at_a
    second = np.column_stack(
        [
            a * at_a - b * at_b - g**2,
            end * b * at_b - start * a * at_a + h * g,
            start**2 * a * at_a - end**2 * b * at_b - h**2,
        ]
    )
    return log, np.column_stack([-g, h]), second

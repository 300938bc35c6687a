"""The Rao-Wu rescaling bootstrap: the only replicates that are made here.

Each replicate draws m - 1 of the m PSUs of every stratum again, with replacement, and multiplies weights of a PSU by

    1 - lambda + lambda m / (m - 1) (times it was drawn),    lambda = sqrt(1 - n/N),

so that the variance of a total over replicates is, but for the luck of the draw, the linearised one with its finite
population (Rao and Wu 1988, JASA 83, 231-241; as multipliers of weights Rao, Wu and Yue 1992, Survey Methodology 18,
209-217). That luck leaves a variance from R replicates with a relative error of sqrt(2 / R): 10% at 200, 3% at 2,000.

Multipliers belong to PSUs and not to respondents. Means, totals and ratios are made again from PSU x domain totals, in
blocks of replicates, so that no array is as long as the data times R and memory does not grow with R.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed

from cwb_impact.design import Design, Floats, Integers
from cwb_impact.errors import CwbError, fail
from cwb_impact.estimate.domains import Computation, PsuTotals, psu_totals, replicate_means
from cwb_impact.estimate.inequality import gini_of_replicates
from cwb_impact.estimate.variance import LonelyPsuError, finite_factor, unit_strata

_BLOCK = 100_000
"""Multipliers in a block: PSUs x replicates that fit in the cache of a processor."""

_CHUNK = 25
"""Replicates in a task of `bootstrap`."""

MOST = 2**28
"""Multipliers that `rao_wu` makes at once: 2 GB."""


@dataclass(frozen=True, repr=False)
class Bootstrapped:
    """A statistic in k domains. value : (k,), nan where nobody is. replicates : (R, k), nan as well where a replicate
    left nobody of the domain.
    """

    value: Floats
    replicates: Floats


def rao_wu(design: Design, units: int, replicates: int, seed: int) -> Floats:
    """(units, replicates) multipliers of PSU weights, 0 or more; 1 for units that the wave did not sample.

    The PSU of a stratum with one PSU keeps 1 and adds nothing to the variance, or raises LonelyPsuError where the
    design says `fail`; `adjust` and `average` have no counterpart here. With later stages the PSUs count as drawn with
    replacement (lambda = 1), which puts the error on the large side. Weights are not calibrated again.
    One seed gives one set of multipliers (PCG64), of which a smaller number of replicates are the first.

    Raises E324: fewer than 2 replicates, more than fit in 2 GB, or a design with replicate weights of its own.

    >>> one = Design(np.arange(2), np.zeros(2, int), np.ones(2), ("all",), np.full(1, np.inf), "fail", False, "")
    >>> rao_wu(one, 2, 3, seed=1).sum(axis=0)
    array([2., 2., 2.])
    """
    if units * replicates > MOST:
        what = f"{replicates:,} replicates of {units:,} units do not fit in {MOST * 8 / 2**30:.0f} GB"
        raise _wrong("replicates", what, "Ask for fewer, or use bootstrap_domains, which makes them in blocks")
    multipliers = np.empty((units, replicates))
    start = 0
    for block in _blocks(design, units, replicates, seed):
        multipliers[:, start : start + block.shape[1]] = block
        start += block.shape[1]
    return multipliers


def bootstrap_domains(
    y: Floats,
    design: Design,
    domain: Integers,
    k: int,
    units: int,
    replicates: int,
    seed: int,
    totals: bool = False,
) -> Bootstrapped:
    """Means (or totals) of k domains, with the multipliers of `rao_wu`.

    domain : (n,) 0..k-1, or domains.OUTSIDE. Raises E324 as `rao_wu`, and for calibrated weights: their replicates need
    calibrating again, which `bootstrap` can do.
    """
    of = _collapsed(y, design, domain, k, units)
    if not totals:
        return _again(lambda m: replicate_means(of, m), design, units, replicates, seed)
    whole = np.where(of.weight.sum(axis=0) > 0, _whole(of), np.nan)
    return _again(lambda m: m.T @ whole, design, units, replicates, seed)


def bootstrap_ratios(
    y: Floats, x: Floats, design: Design, domain: Integers, k: int, units: int, replicates: int, seed: int
) -> Bootstrapped:
    """Total of y over total of x in k domains, as `bootstrap_domains`; nan where the total of x is 0."""
    above, below = (_whole(_collapsed(part, design, domain, k, units)) for part in (y, x))

    def ratios(m: Floats) -> Floats:
        under = m.T @ below
        return (m.T @ above) / np.where(under == 0.0, np.nan, under)

    return _again(ratios, design, units, replicates, seed)


def bootstrap_gini(y: Floats, design: Design, domain: Integers, k: int, multipliers: Floats) -> Bootstrapped:
    """Gini coefficients of k domains, whose replicates are made in one pass. multipliers : (units, R), of `rao_wu`."""
    value, replicates = np.full(k, np.nan), np.full((multipliers.shape[1], k), np.nan)
    with_sample = np.column_stack([np.ones(len(multipliers)), multipliers])
    for code in np.unique(domain[domain >= 0]):
        inside = domain == code
        made = gini_of_replicates(y[inside], design.weight[inside], with_sample, design.psu[inside])
        value[code], replicates[:, code] = made[0], made[1:]
    return Bootstrapped(value, replicates)


def bootstrap(compute: Computation, design: Design, domain: Integers, k: int, multipliers: Floats) -> Bootstrapped:
    """Any statistic in k domains, made again with each replicate weight.

    compute : as in domains.estimate_domains; where weights were calibrated it may calibrate them again. It finds
    nobody inside whose weight is 0. multipliers : (units, R), of `rao_wu`.

    Replicates go to joblib.Parallel in chunks, one after the other unless the caller says where: within
    `joblib.parallel_config(n_jobs=2)`, or `backend="dask"` for a cluster. The numbers are the same everywhere.
    """
    chunks = (multipliers[:, start : start + _CHUNK] for start in range(0, multipliers.shape[1], _CHUNK))
    made = Parallel(prefer="threads")(delayed(_of_chunk)(compute, design, domain, k, chunk) for chunk in chunks)
    return Bootstrapped(_in_domains(compute, design.weight, domain, k), np.concatenate(made))


def bootstrap_errors(made: Bootstrapped, mse: bool = False) -> Floats:
    """(R, k) errors, as the kernel's: E'E is the covariance of the domains, its diagonal the variance.

    V = sum_r (replicate_r - mean of replicates)^2 / (R - 1), or with mse sum_r (replicate_r - value)^2 / R.
    Replicates that left nobody of a domain are left out, as in R survey, and R counts the others: an error from few of
    them is worth little. nan for a domain with fewer than 2.

    >>> (bootstrap_errors(Bootstrapped(np.array([2.0]), np.array([[1.0], [2.0], [3.0]]))) ** 2).sum(axis=0)
    array([1.])
    """
    there = ~np.isnan(made.replicates)
    count = there.sum(axis=0)
    centre = made.value if mse else np.where(there, made.replicates, 0.0).sum(axis=0) / np.maximum(count, 1)
    scale = np.sqrt(np.where(count > 1, count - (0 if mse else 1), np.nan))
    return np.where(there, made.replicates - centre, 0.0) / scale


def _blocks(design: Design, units: int, replicates: int, seed: int) -> Iterator[Floats]:
    """(units, some) multipliers at a time. The draws follow one another, so how many are some makes no difference."""
    if design.replicates is not None:
        raise _wrong("replicates", "the design has replicate weights of its own", "Use those (estimate_domains)")
    if replicates < 2:
        raise _wrong("replicates", "a bootstrap of fewer than 2 replicates has no error", "Ask for 200 or more")
    stratum = unit_strata(design, units)
    psu = np.flatnonzero(stratum >= 0)
    psu = psu[np.argsort(stratum[psu], kind="stable")]
    m = np.bincount(stratum[psu], minlength=len(design.strata))
    if (m == 1).any() and design.lonely_psu == "fail":
        raise LonelyPsuError
    # one entry for each draw of a replicate: where the PSUs of its stratum begin, and how many they are
    of = np.repeat(np.arange(len(m)), np.maximum(m - 1, 0))
    first, high = (np.cumsum(m) - m)[of], m[of]
    kept, step = _scaling(design, stratum, m)
    rng = np.random.Generator(np.random.PCG64(seed))
    most = max(1, _BLOCK // units)
    for start in range(0, replicates, most):
        here = min(most, replicates - start)
        drawn = psu[first + rng.integers(high, size=(here, len(of)))]
        drawn *= here
        drawn += np.arange(here)[:, None]
        times = np.bincount(drawn.ravel(), minlength=units * here).reshape(units, here)
        yield kept[:, None] + step[:, None] * times


def _scaling(design: Design, stratum: Integers, m: Integers) -> tuple[Floats, Floats]:
    """(units,) the multiplier of a PSU that is not drawn, and what each time adds."""
    several = np.flatnonzero(stratum >= 0)
    several = several[m[stratum[several]] > 1]
    share = np.ones(len(several)) if design.stages else np.sqrt(finite_factor(design, stratum)[several])
    kept, step = np.ones(len(stratum)), np.zeros(len(stratum))
    size = m[stratum[several]]
    kept[several] = 1.0 - share
    step[several] = share * size / (size - 1)
    return kept, step


def _collapsed(y: Floats, design: Design, domain: Integers, k: int, units: int) -> PsuTotals:
    if design.calibration is not None:
        fix = "Use bootstrap, with a statistic that calibrates again, or the linearised error"
        raise _wrong("weight", "the weights are calibrated, and PSU totals cannot be calibrated again", fix)
    return psu_totals(y, design.weight, design.psu, domain, units, k)


def _whole(of: PsuTotals) -> Floats:
    """(PSUs, k) sums of w y."""
    return of.of_y + of.origin * of.weight


def _again(
    statistic: Callable[[Floats], Floats], design: Design, units: int, replicates: int, seed: int
) -> Bootstrapped:
    """A statistic of multipliers (units, r), which gives (r, k), in the sample and in all replicates."""
    made = [statistic(block) for block in _blocks(design, units, replicates, seed)]
    return Bootstrapped(statistic(np.ones((units, 1)))[0], np.concatenate(made))


def _of_chunk(compute: Computation, design: Design, domain: Integers, k: int, multipliers: Floats) -> Floats:
    weights = (design.weight * column[design.psu] for column in multipliers.T)
    return np.array([_in_domains(compute, w, domain, k) for w in weights])


def _in_domains(compute: Computation, w: Floats, domain: Integers, k: int) -> Floats:
    """(k,) the statistic with these weights; nan for a domain without anyone."""
    value = np.full(k, np.nan)
    for code in range(k):
        inside = (domain == code) & (w > 0.0)
        if inside.any():
            value[code] = compute(w, inside).value
    return value


def _wrong(subject: str, what: str, fix: str) -> CwbError:
    return fail("E324", "bootstrap", 0, subject, what, fix)

"""One statistic in every category of a dimension.

Means and totals (and so shares and counts) are made from PSU by domain totals: one pass over the respondents for all
domains together, after which nothing is as long as the data, and 200 replicates cost a product of 200 x PSUs by PSUs x
domains. Other statistics, and designs that need the influence value of each respondent, are done domain by domain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cwb_impact.design import Booleans, Design, Floats, Integers, Replicates
from cwb_impact.estimate.statistics import Estimated, mean, total
from cwb_impact.estimate.variance import replicate_errors, unit_sums

OUTSIDE = -1
"""In place of a domain: a respondent who belongs to none, or has no valid answer."""

Computation = Callable[[Floats, Booleans], Estimated]
"""(weights (n,), inside (n,)) -> the statistic of a domain and its (n,) influence values."""


@dataclass(frozen=True, repr=False)
class DomainEstimates:
    """One statistic in k domains.

    value : (k,), nan where nobody is. sums : (units, k) sums of influence values or finished errors, as the kernel
    takes them (variance.centred). simple : (k,) the variance of a simple random sample with replacement of the same
    n. kish : (k,) the design effect of the weights alone. discarded : (k,) replicates without an estimate.
    """

    value: Floats
    sums: Floats
    simple: Floats
    kish: Floats
    discarded: Integers


@dataclass(frozen=True, repr=False)
class PsuTotals:
    """What means of k domains need of the data. Each array is (PSUs, k), PSUs numbered as in the design.

    weight : sum w. of_y : sum w (y - origin). origin : a number near the mean of y, taken off so that large levels
    (years, incomes) cost no digits.
    """

    weight: Floats
    of_y: Floats
    origin: float


def estimate_domains(
    compute: Computation, design: Design, domain: Integers, k: int, units: int, remake: bool = True
) -> DomainEstimates:
    """Any statistic, domain by domain.

    Parameters
    ----------
    domain : (n,) 0..k-1, or OUTSIDE. units : rows of the errors. remake : is the statistic made again with each
        set of replicate weights? If not, its influence values are used: their total under each replicate weight is
        linear, which is what a jackknife is good for.
    """
    value, sums, discarded = np.full(k, np.nan), np.zeros((units, k)), np.zeros(k, dtype=np.int64)
    simple, kish = np.full(k, np.nan), np.full(k, np.nan)
    for code in range(k):
        inside = domain == code
        if not inside.any():
            continue
        made = compute(design.weight, inside)
        value[code] = made.value
        simple[code], kish[code] = simple_variance(made.influence[inside], design.weight[inside])
        if design.replicates is None:
            sums[:, code] = unit_sums(made.influence, design, units)
        elif remake:
            again = np.array([_made_again(compute, w, inside) for w in design.replicates.weights.T])
            sums[:, code] = replicate_errors(again, made.value, design.replicates, units)
            discarded[code] = np.isnan(again).sum()
        else:
            u = (made.influence / design.weight)[:, None]
            again = (design.replicates.weights * u).sum(axis=0)
            sums[:, code] = replicate_errors(again, 0.0, design.replicates, units)
    return DomainEstimates(value, sums, simple, kish, discarded)


def _made_again(compute: Computation, w: Floats, inside: Booleans) -> float:
    """The statistic of those whom a replicate did not leave out; nan where it left out everybody."""
    here = inside & (w != 0.0)
    return compute(w, here).value if here.any() else float("nan")


def simple_variance(influence: Floats, w: Floats) -> tuple[float, float]:
    """Variance of a simple random sample with replacement, and Kish's design effect of the weights.

    The sample is that of the linearised variable u = influence sum(w) / w, which for a mean is y - mean:
    sum(w (u - mean of u)^2) / sum(w) / (n - 1). Kish (1965): n sum(w^2) / sum(w)^2.
    """
    n, people = len(w), w.sum()
    u = influence * people / w
    spread = float((w * (u - (w * u).sum() / people) ** 2).sum() / people)
    return spread / max(n - 1, 1), float(n * (w**2).sum() / people**2)


def linear_domains(
    y: Floats, design: Design, domain: Integers, k: int, units: int, totals: bool = False
) -> DomainEstimates:
    """Means (or totals) of k domains in one pass, for designs of PSUs and strata; other designs domain by domain."""
    if design.calibration is not None or design.stages:
        statistic = total if totals else mean

        def compute(w: Floats, inside: Booleans) -> Estimated:
            part = statistic(y[inside], w[inside])
            influence = np.zeros(len(y))
            influence[inside] = part.influence
            return Estimated(part.value, influence)

        return estimate_domains(compute, design, domain, k, units)
    collapsed = psu_totals(y, design.weight, design.psu, domain, units, k)
    means, sums = domain_means(collapsed)
    people = collapsed.weight.sum(axis=0)
    n = _sum_by(domain, None, k)
    off = y - np.append(means, 0.0)[domain]  # OUTSIDE takes the last one
    spread = _sum_by(domain, design.weight * off**2, k) / np.where(n > 0, people, np.nan)
    kish = n * _sum_by(domain, design.weight**2, k) / np.where(n > 0, people, np.nan) ** 2
    simple = spread / np.maximum(n - 1, 1)
    value = means
    if totals:
        sums, simple = collapsed.of_y + collapsed.origin * collapsed.weight, simple * people**2
        value = np.where(n > 0, sums.sum(axis=0), np.nan)
    if design.replicates is None:
        return DomainEstimates(value, sums, simple, kish, np.zeros(k, dtype=np.int64))
    again = _linear_again(y - collapsed.origin, collapsed.origin, design.replicates, domain, k, totals)
    errors = replicate_errors(again, value, design.replicates, units)
    # a domain without anyone has no replicates to miss
    return DomainEstimates(value, errors, simple, kish, np.where(n > 0, np.isnan(again).sum(axis=0), 0))


def _linear_again(off: Floats, origin: float, replicates: Replicates, domain: Integers, k: int, totals: bool) -> Floats:
    """(R, k) means or totals of origin + off with each replicate weight; nan for a mean of nobody."""
    weight, of_off = (np.array([_sum_by(domain, w * part, k) for w in replicates.weights.T]) for part in (1.0, off))
    if totals:
        return of_off + origin * weight
    return np.asarray(origin + of_off / np.where(weight != 0.0, weight, np.nan))


def _sum_by(domain: Integers, values: Floats | None, k: int) -> Floats:
    """(k,) sums of values in each domain, or numbers of respondents."""
    return np.bincount(domain + 1, weights=values, minlength=k + 1)[1:].astype(np.float64)


def psu_totals(y: Floats, w: Floats, psu: Integers, domain: Integers, psus: int, k: int) -> PsuTotals:
    """Collapse respondents to PSU x domain, in one pass.

    Parameters
    ----------
    y, w : (n,) values and weights. psu : (n,) 0..psus-1. domain : (n,) 0..k-1, or OUTSIDE.
    """
    cell = psu * (k + 1)
    cell += domain
    cell += 1
    inside = domain[:_FOR_ORIGIN] >= 0
    origin = float(y[:_FOR_ORIGIN][inside].mean()) if inside.any() else 0.0
    weight, of_y = (
        np.bincount(cell, weights=part, minlength=psus * (k + 1)).astype(np.float64).reshape(psus, k + 1)[:, 1:]
        for part in (w, w * (y - origin))
    )
    return PsuTotals(weight, of_y, origin)


_FOR_ORIGIN = 1000
"""Any number near the mean will do; the first respondents have one."""


def domain_means(totals: PsuTotals) -> tuple[Floats, Floats]:
    """(k,) means and their (PSUs, k) sums of influence values; nan and 0 for a domain without anyone.

    The sum of w (y - mean) / sum w within each PSU, as in statistics.mean.
    """
    people = totals.weight.sum(axis=0)
    some = np.where(people > 0, people, np.nan)
    shifted = totals.of_y.sum(axis=0) / some
    sums = np.nan_to_num((totals.of_y - shifted * totals.weight) / some)
    return totals.origin + shifted, sums


def replicate_means(totals: PsuTotals, multipliers: Floats) -> Floats:
    """(R, k) means made again with each replicate, whose weight is w times its multiplier of the PSU.

    multipliers : (PSUs, R). Nothing is as long as the data. nan where no PSU of the domain counts in the replicate.
    """
    below = multipliers.T @ totals.weight
    above = multipliers.T @ totals.of_y
    return totals.origin + above / np.where(below > 0, below, np.nan)


def domain_degrees(design: Design, domain: Integers, k: int, units: int) -> Integers:
    """(k,) degrees of freedom: PSUs minus strata, both among those with a respondent of the domain (R's degf).

    With replicate weights: their rank among the respondents of the domain, minus 1.
    """
    if design.replicates is not None:
        return _ranks(design.weight, design.replicates, domain, k) - 1
    psus = (respondents_by_psu(design.psu, domain, k, units) > 0).sum(axis=0)
    strata = (respondents_by_psu(design.stratum, domain, k, len(design.strata)) > 0).sum(axis=0)
    return np.asarray(psus - strata)


def _ranks(weight: Floats, replicates: Replicates, domain: Integers, k: int) -> Integers:
    """(k,) rank of the replicate weights of each domain; 1 where nobody is or counts in any.

    Respondents of one PSU have one row, but for their own weight: a row of each is enough. They are told apart by a
    product with any vector.
    """
    along = replicates.weights @ np.random.default_rng(1).normal(size=len(replicates.row)) / weight
    _, first, group = np.unique(np.round(along / np.abs(along).max(), 9), return_index=True, return_inverse=True)
    rows = replicates.weights[first] / weight[first, None]
    full = replicates.df + 1
    ranks = np.ones(k, dtype=np.int64)
    for code in np.unique(domain[domain >= 0]).tolist():
        there = np.unique(group[domain == code])
        some = there[: 4 * full]
        rank = _rank(rows[some])
        if rank < full and len(some) < len(there):
            rank = _rank(rows[there])
        ranks[code] = max(rank, 1)
    return ranks


def _rank(rows: Floats) -> int:
    gram = rows @ rows.T if len(rows) < rows.shape[1] else rows.T @ rows
    return int(np.linalg.matrix_rank(gram, tol=1e-10 * float(gram.max(initial=0.0)), hermitian=True))


def respondents_by_psu(psu: Integers, domain: Integers, k: int, psus: int) -> Integers:
    """(psus, k) respondents of each domain in each PSU (or stratum)."""
    return np.bincount(psu * (k + 1) + domain + 1, minlength=psus * (k + 1)).reshape(psus, k + 1)[:, 1:]

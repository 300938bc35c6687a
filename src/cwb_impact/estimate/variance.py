"""The variance kernel: influence values, summed within PSUs, centred within strata.

The errors E of an estimate are a column with one row a unit: its PSU sums, centred within their stratum and scaled by
sqrt(m / (m - 1)) with m the sampled PSUs of the stratum. V = sum over units of E_a E_b g is the covariance of two
estimates, where g brings in the finite population:

* the same wave: g = 1 - n/N of the stratum;
* two waves: g = 1 - (n1 n2 N12) / (n12 N1 N2) for a PSU in strata 1 and 2, with n12 the PSUs sampled in both and
  N12 the people in both frames (Tam 1984, The American Statistician 38(4), 288-289). With one frame and everybody
  sampled twice this is 1 - n/N. Where the study does not say N12 it is taken as large as it can be: min(N1, N2), or
  for people who moved to another stratum what the stayers leave of both. A large N12 makes a positive covariance
  small, and the error of a change large.

Without a finite population g = 1 and V = E'E.

Some rows hold errors that are finished when they are made (READY): the units of later stages, centred and scaled
within the units of the stage before (`later_stages`), and the replicates of a file with replicate weights
(`replicate_errors`). For them g = 1.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from cwb_impact.design import Calibration, Design, Replicates, Stage
from cwb_impact.types import Booleans, Floats, Integers

ABSENT, READY = -1, -2
"""In place of a stratum: not sampled in this wave; the row holds finished errors."""


class LonelyPsuError(Exception):
    """A stratum has one sampled PSU and the design says that is a fault."""


def unit_sums(influence: Floats, design: Design, units: int) -> Floats:
    """(units,) sums of influence values within PSUs, and finished errors of later stages; other rows are 0.

    With calibrated weights the influence values are first replaced by their residuals.
    """
    if design.calibration is not None:
        influence = calibrated(influence, design.weight, design.calibration)
    sums = psu_sums(influence, design, units)
    for stage in design.stages:
        sums += later_stage(influence, stage, units, design.lonely_psu)
    return sums


def psu_sums(influence: Floats, design: Design, units: int) -> Floats:
    """(units,) sums of influence values within PSUs; PSUs that the wave did not sample are 0."""
    return np.bincount(design.psu, weights=influence, minlength=units).astype(np.float64)


def calibrated(influence: Floats, weight: Floats, calibration: Calibration) -> Floats:
    """Influence values under calibrated weights: w (u - x'B), with B from a regression of u on x by base weights.

    u = influence / w. What the calibration variables explain has no error any more (Deville and Sarndal 1992, JASA
    87, 376-382). Variables that repeat one another (every margin adds up to all) are no harm: B is of least norm.
    """
    x, base = calibration.variables, calibration.base
    weighted = x.T.multiply(base).tocsr()
    u = influence / weight
    normal = (weighted @ x).toarray()
    # variables of one size, so that people and euros count alike
    size = np.sqrt(normal.diagonal())
    size[size == 0.0] = 1.0
    b = np.linalg.pinv(normal / np.outer(size, size), rcond=1e-10, hermitian=True) @ (weighted @ u / size) / size
    residual: Floats = weight * (u - x @ b)
    return residual


def later_stage(influence: Floats, stage: Stage, units: int, lonely_psu: str) -> Floats:
    """(units,) finished errors of a later stage, with its own finite population; other rows are 0.

    sqrt(before (1 - m/N)) times the centred unit sums: with the first stage as it is, E'E is the estimator of
    variance of several stages (Sarndal, Swensson and Wretman 1992, result 4.3.1; R survey's recursion).
    """
    stratum = np.full(units, ABSENT, dtype=np.int64)
    stratum[stage.unit] = stage.stratum
    sums = np.bincount(stage.unit, weights=influence, minlength=units).astype(np.float64)
    m = np.bincount(stratum[stratum >= 0], minlength=len(stage.size))
    left = stage.before * (1.0 - m / stage.size)
    # units that were all taken have no error of drawing, and cannot be lonely
    everything = left[stratum] <= 0.0
    stratum[(stratum >= 0) & everything] = ABSENT
    errors = centred(sums, stratum, len(stage.size), lonely_psu)
    return np.where(stratum >= 0, errors * np.sqrt(np.maximum(left, 0.0))[stratum], 0.0)


def replicate_errors(values: Floats, value: Floats | float, replicates: Replicates, units: int) -> Floats:
    """(units,) or (units, k) finished errors from estimates made with each replicate weight.

    values : (R,) or (R, k). E_r = sqrt(scale rscales_r) (values_r - centre); the centre is `value` with mse, else the
    mean of the replicates (of those whose rscale is above 0). A replicate that left nobody of a domain has nan and
    adds nothing; both as R survey.
    """
    there = ~np.isnan(values)
    counts = there & (replicates.rscales > 0).reshape(-1, *[1] * (values.ndim - 1))
    mean = np.where(counts, values, 0.0).sum(axis=0) / np.maximum(counts.sum(axis=0), 1)
    scale = np.sqrt(replicates.scale * replicates.rscales)
    errors = np.zeros((units, *values.shape[1:]))
    errors[replicates.row] = (np.where(there, values - (value if replicates.mse else mean), 0.0).T * scale).T
    return errors


def unit_strata(design: Design, units: int) -> Integers:
    """(units,) the stratum of each PSU in a wave, ABSENT for units that the wave did not sample, READY for others.

    A stratum whose only PSU was taken with certainty has no error of drawing and is not lonely: it counts as ABSENT.
    """
    stratum = np.full(units, ABSENT, dtype=np.int64)
    if design.replicates is not None:
        stratum[design.replicates.row] = READY
        return stratum
    stratum[design.psu] = design.stratum
    drawn = stratum >= 0
    alone = (np.bincount(stratum[drawn], minlength=len(design.strata)) == 1) & (design.population_size == 1)
    stratum[drawn] = np.where(alone[stratum[drawn]], ABSENT, stratum[drawn])
    for stage in design.stages:
        stratum[stage.unit] = READY
    return stratum


def centred(sums: Floats, stratum: Integers, strata: int, lonely_psu: str) -> Floats:
    """E: PSU sums centred within strata and scaled by sqrt(m / (m - 1)); READY rows as they are, ABSENT rows 0.

    A stratum with one PSU, as R survey's options of the same name: `adjust` centres its sum on the mean of all PSUs,
    `certainty` and `remove` count it as 0, `average` lets it have the mean variance of the other strata, `fail` raises
    LonelyPsuError.

    sums : (units,) or (units, k), of k estimates. Returns the same shape.
    """
    sampled = stratum >= 0
    m = np.bincount(stratum[sampled], minlength=strata).astype(np.float64)
    lonely = m == 1
    if lonely.any() and lonely_psu == "fail":
        raise LonelyPsuError
    flat = sums.reshape(len(sums), -1)
    mean = _within(stratum, strata) @ flat / np.maximum(m, 1)[:, None]
    scale = np.sqrt(m / np.maximum(m - 1, 1))
    if lonely.any():
        mean[lonely] = flat[sampled].mean(axis=0) if lonely_psu == "adjust" else 0.0
        scale[lonely] = 1.0 if lonely_psu == "adjust" else 0.0
        if lonely_psu == "average":
            scale *= np.sqrt((m > 0).sum() / max(int((m > 1).sum()), 1))
    result = np.zeros_like(flat)
    of = stratum[sampled]
    result[sampled] = (flat[sampled] - mean[of]) * scale[of, None]
    result[stratum == READY] = flat[stratum == READY]
    return result.reshape(sums.shape)


def _within(stratum: Integers, strata: int) -> sparse.csr_array:
    """(strata, units) of ones: which PSUs are in which stratum."""
    psu = np.flatnonzero(stratum >= 0)
    return sparse.csr_array((np.ones(len(psu)), (stratum[psu], psu)), shape=(strata, len(stratum)))


def finite_factor(design: Design, stratum: Integers) -> Floats:
    """(units,) 1 - n/N of each PSU's stratum; 1 without a finite population."""
    factor: Floats = (stratum != ABSENT).astype(np.float64)
    drawn = stratum >= 0
    answered = np.bincount(stratum[drawn], minlength=len(design.strata))
    factor[drawn] = (1.0 - answered / design.population_size)[stratum[drawn]]
    return factor


def people_for_each(design: Design, units: int) -> Floats:
    """(n,) how many of the finite population each respondent stands for by drawing alone: 1 / (n/N of every stage).

    Infinite without a finite population. Weights may say something else: of a file they need not sum to people.
    """
    stratum = unit_strata(design, units)
    answered = np.bincount(stratum[stratum >= 0], minlength=len(design.strata))
    people: Floats = (design.population_size / np.maximum(answered, 1))[design.stratum]
    for stage in design.stages:
        first = np.unique(stage.unit, return_index=True)[1]
        drawn = np.bincount(stage.stratum[first], minlength=len(stage.size))
        people = people * (stage.size / np.maximum(drawn, 1))[stage.stratum]
    return people


def overlap_factor(
    first: Design,
    second: Design,
    stratum1: Integers,
    stratum2: Integers,
    stayed: Mapping[str, float],
) -> Floats:
    """(units,) Tam's factor of PSUs sampled in both waves, 0 for the others.

    stayed : stratum -> its people who are in the same stratum of both frames; strata that are absent are not known.
    """
    both = (stratum1 >= 0) & (stratum2 >= 0)
    factor: Floats = ((stratum1 == READY) & (stratum2 == READY)).astype(np.float64)
    for stage1, stage2 in zip(first.stages, second.stages, strict=False):
        _overlap_of_stages(stage1, stage2, factor)
    if not (first.finite and second.finite):
        factor[both] = 1.0
        return factor
    n1 = np.bincount(stratum1[stratum1 >= 0], minlength=len(first.strata))
    n2 = np.bincount(stratum2[stratum2 >= 0], minlength=len(second.strata))
    pair = stratum1 * len(second.strata) + stratum2
    for code in np.unique(pair[both]):
        h1, h2 = divmod(int(code), len(second.strata))
        here: Booleans = both & (pair == code)
        n12 = int(here.sum())
        size1, size2 = first.population_size[h1], second.population_size[h2]
        name1, name2 = first.strata[h1], second.strata[h2]
        if name1 == name2:
            in_both = stayed.get(name1, min(size1, size2))
        else:
            in_both = min(size1 - stayed.get(name1, 0.0), size2 - stayed.get(name2, 0.0))
        factor[here] = 1.0 - n1[h1] * n2[h2] * max(in_both, n12) / (n12 * size1 * size2)
    return factor


def _overlap_of_stages(first: Stage, second: Stage, factor: Floats) -> None:
    """Tam's factor of the units of a later stage that are in both waves, put in `factor`.

    Their errors hold sqrt(1 - n/N) of each wave already, so it is divided by both. N12 counts as large as it can be.
    """
    where = []
    for stage in (first, second):
        stratum = np.full(len(factor), ABSENT, dtype=np.int64)
        stratum[stage.unit] = stage.stratum
        where.append(stratum)
    both = np.flatnonzero((where[0] >= 0) & (where[1] >= 0))
    pairs, of = np.unique(np.stack([stratum[both] for stratum in where]), axis=1, return_inverse=True)
    n12 = np.bincount(of.ravel(), minlength=pairs.shape[1])
    drawn = [np.bincount(stratum[stratum >= 0])[pair] for stratum, pair in zip(where, pairs, strict=True)]
    size = [stage.size[pair] for stage, pair in zip((first, second), pairs, strict=True)]
    in_both = np.maximum(np.minimum(*size), n12)
    left = np.sqrt((1.0 - drawn[0] / size[0]) * (1.0 - drawn[1] / size[1]))
    tam = 1.0 - drawn[0] * drawn[1] * in_both / (n12 * size[0] * size[1])
    # where a wave took all units they have no error to share
    factor[both] = np.divide(tam, left, out=np.zeros(len(tam)), where=left > 0)[of.ravel()]

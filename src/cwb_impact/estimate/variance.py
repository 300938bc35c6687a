"""The variance kernel: influence values, summed within PSUs, centred within strata.

E holds the centred PSU sums of an estimate, scaled by sqrt(m / (m - 1)) with m the sampled PSUs of the stratum.
V = sum over PSUs of E_a E_b g is the covariance of two estimates, where g brings in the finite population:

* the same wave: g = 1 - n/N of the stratum;
* two waves: g = 1 - (n1 n2 N12) / (n12 N1 N2) for a PSU in strata 1 and 2, with n12 the PSUs sampled in both and
  N12 the people in both frames (Tam 1984, The American Statistician 38(4), 288-289). With one frame and everybody
  sampled twice this is 1 - n/N. Where the study does not say N12 it is taken as large as it can be: min(N1, N2), or
  for people who moved to another stratum what the stayers leave of both. A large N12 makes a positive covariance
  small, and the error of a change large.

Without a finite population g = 1 and V = E'E.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cwb_impact.types import Booleans, Floats, Integers, SampledPsus


class LonelyPsuError(Exception):
    """A stratum has one sampled PSU and the design says that is a fault."""


def psu_sums(influence: Floats, design: SampledPsus, psus: int) -> Floats:
    """(psus,) sums of influence values within PSUs; PSUs that the wave did not sample are 0."""
    return np.bincount(design.psu, weights=influence, minlength=psus).astype(np.float64)


def psu_strata(design: SampledPsus, psus: int) -> Integers:
    """(psus,) the stratum of each PSU in a wave, -1 for PSUs that the wave did not sample."""
    stratum = np.full(psus, -1, dtype=np.int64)
    stratum[design.psu] = design.stratum
    return stratum


def centred(sums: Floats, stratum: Integers, strata: int, lonely_psu: str) -> Floats:
    """E for one estimate: PSU sums centred within strata and scaled by sqrt(m / (m - 1)).

    A stratum with one PSU: `adjust` keeps its sum uncentred (R's option: centred on the mean of all, which is 0 for
    the statistics here), `certainty` and `remove` count it as 0, `fail` raises LonelyPsuError.
    """
    sampled = stratum >= 0
    m = np.bincount(stratum[sampled], minlength=strata).astype(np.float64)
    lonely = m == 1
    if lonely.any() and lonely_psu == "fail":
        raise LonelyPsuError
    mean = np.bincount(stratum[sampled], weights=sums[sampled], minlength=strata) / np.maximum(m, 1)
    mean[lonely] = 0.0
    scale = np.sqrt(m / np.maximum(m - 1, 1))
    scale[lonely] = 1.0 if lonely_psu == "adjust" else 0.0
    result = np.zeros_like(sums)
    result[sampled] = (sums[sampled] - mean[stratum[sampled]]) * scale[stratum[sampled]]
    return result


def finite_factor(design: SampledPsus, stratum: Integers) -> Floats:
    """(psus,) 1 - n/N of each PSU's stratum; 1 without a finite population."""
    answered = np.bincount(stratum[stratum >= 0], minlength=len(design.strata))
    return (1.0 - answered / design.population_size)[stratum] * (stratum >= 0)


def overlap_factor(
    first: SampledPsus,
    second: SampledPsus,
    stratum1: Integers,
    stratum2: Integers,
    stayed: Mapping[str, float],
) -> Floats:
    """(psus,) Tam's factor of PSUs sampled in both waves, 0 for the others.

    stayed : stratum -> its people who are in the same stratum of both frames; strata that are absent are not known.
    """
    both = (stratum1 >= 0) & (stratum2 >= 0)
    factor = np.zeros(len(stratum1))
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


def covariance(e1: Floats, e2: Floats, factor: Floats) -> float:
    """sum of E_a E_b g. Written as a sum, not a matrix product, so that the last bits do not depend on threads."""
    return float((e1 * e2 * factor).sum())


def degrees_of_freedom(design: SampledPsus, domain: Booleans) -> int:
    """Sampled PSUs minus strata, both among those with a respondent of the domain (R's degf of a subset)."""
    return len(np.unique(design.psu[domain])) - len(np.unique(design.stratum[domain]))


def design_effect(variance: float, influence: Floats, w: Floats) -> float:
    """Variance over that of a simple random sample of the same n with replacement (R's deff="replace").

    The simple random sample is that of the linearised variable influence sum(w) / w, which for a mean is y - mean.
    Where that is constant the design effect is that of the weights alone, n sum(w^2) / sum(w)^2 (Kish 1965).

    influence : (n,) influence values of the respondents that count. w : (n,) their weights.
    """
    n = len(w)
    linearised = influence * w.sum() / w
    spread = float((w * linearised**2).sum() / w.sum()) * n / max(n - 1, 1)
    # beside a variance worth the name, what rounding leaves of a constant is nothing
    if variance <= 0.0 or spread <= 1e-12 * max(1.0, variance):
        return float(n * (w**2).sum() / w.sum() ** 2)
    return variance / (spread / n)

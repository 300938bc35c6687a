"""The rows of one indicator in one population, wave and dimension."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.design import Booleans, Design, Floats, Integers
from cwb_impact.errors import Problems
from cwb_impact.estimate.banded import banded, banded_at, parts_below
from cwb_impact.estimate.domains import (
    DomainEstimates,
    domain_degrees,
    estimate_domains,
    linear_domains,
    respondents_by_psu,
)
from cwb_impact.estimate.intervals import (
    Interval,
    beta_interval,
    effective_n,
    error_at,
    logit_interval,
    t_interval,
    woodruff_interval,
)
from cwb_impact.estimate.named import AGAINST_ALL, LINEAR, Answers, compute
from cwb_impact.estimate.quantiles import quantile_at, ranked
from cwb_impact.estimate.sides import Respondents, disclosure_counts
from cwb_impact.estimate.small_samples import short_intervals
from cwb_impact.estimate.statistics import Estimated
from cwb_impact.estimate.variance import ABSENT, centred, people_for_each
from cwb_impact.indicators.measure import Measure
from cwb_impact.spec.indicator import QUANTILES, SHARES, WITHIN, Indicator


@dataclass(frozen=True, repr=False)
class Common:
    """What all estimates of one population and wave have in common, worked out once.

    frame : (n, ...) its respondents. stratum, finite : (units,) of the kernel. holding : (n,) the group that knows
    each respondent's answers, where the policy names one. few, weights_are_public : as the policy has it.
    """

    population: str
    wave: str
    frame: pd.DataFrame
    design: Design
    stratum: Integers
    finite: Floats
    holding: Integers | None
    few: int = 3
    weights_are_public: bool = True


@dataclass(frozen=True, repr=False)
class Rows:
    """frame : k rows. sums : (units, k) for the kernel. answered : (units, k) valid answers in each PSU."""

    frame: pd.DataFrame
    sums: Floats
    answered: Floats


def not_collected(indicator: Indicator, categories: tuple[str, ...], common: Common) -> Rows:
    """Rows of a wave that did not ask."""
    k, units = len(categories), len(common.stratum)
    told: dict[str, object] = {"interval": "", "status": "not_collected", "reason": "not_asked_in_this_wave"}
    told |= dict.fromkeys(("value", "se", "ci_low", "ci_high", "ess", "deff"), np.nan)
    told |= dict.fromkeys(("people", "few_percent", "remainder_percent"), np.nan)
    told |= dict.fromkeys(("df", "n", "n_holdings", "n_outside_largest", "n_low_side", "n_high_side"), 0)
    frame = pd.DataFrame([{**told, **_of(indicator), "all_equal": False, "short_interval": False}] * k)
    return Rows(frame, np.zeros((units, k)), np.zeros((units, k)))


def estimated_rows(
    indicator: Indicator,
    measured: Measure,
    domain: Integers,
    k: int,
    common: Common,
    threshold: float | None,
    problems: Problems,
) -> Rows:
    """Value, error, interval and counts of k domains.

    Parameters
    ----------
    domain : (n,) 0..k-1 of respondents with a valid answer, else OUTSIDE. threshold : an external poverty threshold.

    Problems: E321 a statistic with a threshold and jackknife replicates; W321 replicates without an estimate.
    """
    design, units = common.design, len(common.stratum)
    answers = Answers(measured.y, design.weight, measured.beside)
    made = _estimates(indicator, answers, measured.valid, domain, k, common, threshold, problems)
    if made.discarded.any():
        what = f"{int(made.discarded.max())} replicates leave nobody in a group and are left out of its error"
        line = indicator.doc.line("statistic")
        problems.add("W321", indicator.doc.shown, line, indicator.id, f"{common.population} {common.wave}: {what}")
    e = _errors(made, common)
    variance = (e**2 * common.finite[:, None]).sum(axis=0)
    drawn = (e**2 * _with_replacement(common)[:, None]).sum(axis=0)
    n = np.bincount(domain + 1, minlength=k + 1)[1:]
    value = np.where(n > 0, made.value, np.nan)
    se = np.where(np.isnan(value), np.nan, np.sqrt(variance))
    deff = _design_effect(drawn, made)
    df = domain_degrees(design, domain, k, units)
    interval = _interval(indicator, value, se, df, n, made, answers, domain, common)
    frame = pd.DataFrame(
        {
            "value": value,
            "se": se,
            "df": np.where(n > 0, df, 0),
            "ci_low": np.where(np.isnan(value), np.nan, interval.low),
            "ci_high": np.where(np.isnan(value), np.nan, interval.high),
            "interval": interval.method,
            "short_interval": short_intervals(indicator, measured.y, domain, n, np.nan_to_num(made.kish, nan=1.0)),
            "ess": n / deff,
            "deff": deff,
            "status": "computed",
            "reason": np.where(n == 0, "no_respondents", np.where(np.isnan(value), "not_defined", "")),
        }
    )
    of = Respondents(design.weight, common.holding, common.few, common.weights_are_public)
    counts = disclosure_counts(indicator, measured, value, domain, k, of, threshold)
    answered = respondents_by_psu(design.psu, domain, k, units)
    return Rows(pd.concat([frame, counts], axis=1).assign(**_of(indicator)), made.sums, answered.astype(np.float64))


def _of(indicator: Indicator) -> dict[str, str]:
    return {"statistic": indicator.statistic, "unit": indicator.unit}


def _estimates(
    indicator: Indicator,
    answers: Answers,
    valid: Booleans,
    domain: Integers,
    k: int,
    common: Common,
    threshold: float | None,
    problems: Problems,
) -> DomainEstimates:
    """The statistic in k domains, in the unit of the definition."""
    design, units, name = common.design, len(common.stratum), indicator.statistic
    if name in LINEAR:
        made = linear_domains(answers.y, design, domain, k, units, totals=name in ("total", "count"))
        scale = 100.0 if indicator.unit == "percent" else 1.0
        return DomainEstimates(scale * made.value, scale * made.sums, scale**2 * made.simple, made.kish, made.discarded)
    if design.replicates is not None and design.replicates.jackknife and name in AGAINST_ALL:
        what = (
            f"{name} has no error from jackknife replicates: its threshold is made of a median, which they cannot vary"
        )
        fix = "Map stratum and psu instead of the replicate weights, or use bootstrap or BRR replicates"
        problems.add("E321", indicator.doc.shown, indicator.doc.line("statistic"), indicator.id, what, fix)
    # the distribution that a threshold comes from is that of everybody with a valid answer, and of nobody else
    place = np.flatnonzero(valid)

    def of(w: Floats, inside: Booleans) -> Estimated:
        beside = answers.beside[place] if answers.beside is not None else None
        part = compute(indicator, Answers(answers.y[place], w[place], beside), inside[place], threshold)
        influence = np.zeros(len(valid))
        influence[place] = part.influence
        return Estimated(part.value, influence)

    return estimate_domains(of, design, domain, k, units, remake=remade(name, design))


def remade(name: str, design: Design) -> bool:
    """Is the statistic made again with replicate weights?

    Not a quantile under a jackknife. And no median of bands: a replicate whose median falls in an open band has none,
    and leaving it out makes the error too small.
    """
    jackknife = design.replicates is not None and design.replicates.jackknife
    return name != "banded_median" and not (jackknife and name in QUANTILES | {"quantile_ratio"})


def _errors(made: DomainEstimates, common: Common) -> Floats:
    """(units, k) E of the kernel, in this wave's own strata."""
    return centred(made.sums, common.stratum, len(common.design.strata), common.design.lonely_psu)


def _with_replacement(common: Common) -> Booleans:
    """(units,) the errors that make the variance of the same drawing from a population without end.

    The design effect leaves finite populations aside. The errors of PSUs then hold those of later stages; only within
    PSUs that were taken with certainty, and have no errors of their own, do later stages stand for themselves.
    """
    if common.design.replicates is not None:
        return np.asarray(common.stratum != ABSENT)
    counted = np.asarray(common.stratum >= 0)
    for stage in common.design.stages:
        counted[stage.unit] = common.stratum[common.design.psu] == ABSENT
    return counted


def _design_effect(drawn: Floats, made: DomainEstimates) -> Floats:
    """Variance over that of a simple random sample with replacement; of the weights alone where answers are constant.

    Kish's n sum(w^2) / sum(w)^2, since beside a variance worth the name what rounding leaves of a constant is nothing.
    """
    constant = (drawn <= 1e-12 * made.simple) | ~(made.simple > 1e-12 * np.maximum(1.0, drawn))
    return np.where(constant, made.kish, drawn / np.where(constant, 1.0, made.simple))


def _interval(
    indicator: Indicator,
    value: Floats,
    se: Floats,
    df: Integers,
    n: Integers,
    made: DomainEstimates,
    answers: Answers,
    domain: Integers,
    common: Common,
) -> Interval:
    """The interval of each kind of statistic; docs/coverage.md says which and why."""
    if indicator.statistic in SHARES:
        share = _share_interval(value / 100, se / 100, df, n, made.kish, domain, common)
        return Interval(100 * share.low, 100 * share.high, share.method)
    if indicator.statistic in QUANTILES:
        return _quantile_interval(indicator, value, df, n, made.kish, answers, domain, common)
    ends = (0.0, 100.0) if indicator.statistic in WITHIN else indicator.scale_range
    return _t_interval(value, se, df, ends)


def _reached(domain: Integers, n: Integers, common: Common) -> Floats:
    """(k,) the part of a finite population that answered; 0 without one."""
    if not common.design.finite:
        return np.zeros(len(n))
    people = np.bincount(domain + 1, weights=people_for_each(common.design, len(common.stratum)), minlength=len(n) + 1)
    return n / np.maximum(people[1:], 1.0)


def _share_interval(
    share: Floats, se: Floats, df: Integers, n: Integers, kish: Floats, domain: Integers, common: Common
) -> Interval:
    weights, reached = np.nan_to_num(kish, nan=1.0), _reached(domain, n, common)
    return beta_interval(share, se, df.astype(np.float64), np.maximum(n, 1.0), weights, reached)


def _quantile_interval(
    indicator: Indicator,
    value: Floats,
    df: Integers,
    n: Integers,
    kish: Floats,
    answers: Answers,
    domain: Integers,
    common: Common,
) -> Interval:
    """Woodruff: the interval of the share p, read back through the quantile function.

    Its error is that of the share at or below the estimate. It is laid around p and not around that share (as R does),
    which is far from p where many give one answer.
    """
    design, k = common.design, len(value)
    at_or_below = _at_or_below(answers, value, domain)
    share = linear_domains(at_or_below, design, domain, k, len(common.stratum))
    se = np.sqrt((_errors(share, common) ** 2 * common.finite[:, None]).sum(axis=0))
    weights, reached = np.nan_to_num(kish, nan=1.0), _reached(domain, n, common)
    size = effective_n(share.value, se, np.maximum(n, 1.0), weights, reached)
    p = indicator.at[0] if indicator.at else 0.5
    around = logit_interval(p, error_at(p, size), df.astype(np.float64))
    low, high = np.full(k, np.nan), np.full(k, np.nan)
    for code in np.flatnonzero(n):
        ends = Interval(around.low[code], around.high[code], around.method)
        read_back = woodruff_interval(ends, _inverse(answers, domain == code))
        low[code], high[code] = float(read_back.low), float(read_back.high)
    return Interval(low, high, f"woodruff_{around.method}")


def _at_or_below(answers: Answers, value: Floats, domain: Integers) -> Floats:
    """(n,) 1 at or below the quantile of the domain, 0 above it; of a band the part of it below."""
    at = np.append(value, np.nan)[domain]
    if answers.beside is None:
        return (answers.y <= at).astype(np.float64)
    below = np.zeros(len(domain))
    for code in np.flatnonzero(~np.isnan(value)):
        inside = domain == code
        bands = banded(answers.y[inside], answers.beside[inside], answers.w[inside])
        below[inside] = parts_below(bands, value[code])
    return below


def _inverse(answers: Answers, inside: Booleans) -> Callable[[float], float]:
    """The quantile function of a domain."""
    if answers.beside is not None:
        bands = banded(answers.y[inside], answers.beside[inside], answers.w[inside])
        # whoever may lie on either side of an end counts as above it: rather too wide than too short
        return lambda p: banded_at(bands, p, open_share=1.0)
    of = ranked(answers.y[inside], answers.w[inside])
    return lambda p: quantile_at(of, p)


def _t_interval(value: Floats, se: Floats, df: Integers, ends: tuple[float, float] | None) -> Interval:
    pairs = [t_interval(float(v), float(s), int(d), ends) for v, s, d in zip(value, se, df, strict=True)]
    low, high = np.array(pairs).T
    return Interval(low, high, "t")

"""The design of a sample: what the file says, and what is asked of its weights.

Weights are made in this order: the weight of the file, response, trimming, calibration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.design import Calibration, Design, DesignAnswers, Floats, Integers, Replicates, Sampled, Stage
from cwb_impact.errors import CwbError, Problem, Problems
from cwb_impact.spec.design_columns import ReplicateColumns
from cwb_impact.spec.study_file import Calibrate, Nonresponse, SampleDesign
from cwb_impact.weight.calibration import calibrate, indicators
from cwb_impact.weight.census import check_lonely, codes_of
from cwb_impact.weight.diagnostics import diagnose, warn_of_weights
from cwb_impact.weight.margins import CodedMargin, Margin, check_margins
from cwb_impact.weight.raking import rake
from cwb_impact.weight.response import class_rates, propensity_classes, response_propensity, response_weights
from cwb_impact.weight.trimming import trim_to_design_effect
from cwb_impact.weight.units import Places

LIGHTEST_MEAN = 0.9
"""Weights have a mean of 1, or of people per respondent, which is more. Below this something is wrong."""


@dataclass(frozen=True, repr=False)
class _Weighted:
    """weight : (n,). steps : what was done. margins, base : of the calibration, where there is one."""

    weight: Floats
    steps: tuple[str, ...]
    base: Floats | None = None
    margins: tuple[CodedMargin, ...] = ()


def sample_design(
    design: SampleDesign,
    answers: DesignAnswers,
    places: Places,
    columns: ReplicateColumns | None,
    frame: pd.DataFrame,
    margins: Sequence[Margin],
    shown: str,
    problems: Problems,
) -> tuple[Design, tuple[CodedMargin, ...]]:
    """A sample with its strata, PSUs, later stages, finite population and replicate weights, as far as it has them.

    Parameters
    ----------
    columns : how the replicate weights of the file are to be used. frame : harmonised respondents, whose variables
        the margins name. margins : those of this wave. shown : the map, as messages name it.

    Returns the design, and the margins that its weights were calibrated to.

    Problems: E190..E197 of the weights (docs/problem_codes.md), E191 population sizes that do not fit, E192 a stratum
    with one sampled PSU, E193 a PSU in two strata, W193 weights that add up to too little, W195 and W196 of their
    diagnostics.
    """
    n = len(places.psu)
    stratum = answers.stratum if answers.stratum is not None else pd.Series(["all"] * n, dtype="str")
    names = sorted(stratum.unique())
    codes = codes_of(stratum, names)
    if len(names) > 1 and len(np.unique(places.psu * len(names) + codes)) > len(np.unique(places.psu)):
        fix = "Make PSU labels unique over strata (R: clusters must be nested in strata)"
        problems.add("E193", shown, 0, "psu", "the same PSU stands in more than one stratum", fix)
    made = _weights(design, answers, frame, margins, shown, problems)
    drawn = _sampled(places.psu, codes, len(names))
    size = _sizes(answers.population_size, codes, drawn, "stratum", shown, problems)
    calibration = None
    if made.base is not None:
        calibration = Calibration(indicators(made.margins)[0], made.base)
    sampled = Design(
        places.psu,
        codes,
        made.weight,
        tuple(names),
        size,
        design.lonely_psu,
        bool(np.isfinite(size).any()),
        " ".join(made.steps),
        _stages(answers, places, (drawn / size)[codes], shown, problems),
        _replicates(answers.replicates, columns, places),
        calibration,
    )
    if sampled.replicates is None:
        check_lonely(sampled, shown, problems)
    return sampled, made.margins


def _weights(
    design: SampleDesign,
    answers: DesignAnswers,
    frame: pd.DataFrame,
    margins: Sequence[Margin],
    shown: str,
    problems: Problems,
) -> _Weighted:
    """The weights, step by step. After a fault the step is left out, so that the next ones can be looked at too."""
    given = answers.weight if answers.weight is not None else np.ones(len(frame))
    made = _Weighted(given, ("weight_of_the_file" if answers.weight is not None else "none",))
    if len(given) and given.mean() < LIGHTEST_MEAN:
        what = f"weights add up to {given.sum():.3g} for {len(given)} respondents: neither them nor a population"
        problems.add("W193", shown, 0, "weight", what, "Is this the right column, and are its decimals read rightly?")
    before = len(problems.errors)
    if not len(given) or not (np.isfinite(given).all() and (given > 0).all()):
        return made  # E190 and E103 were told when the file was read
    try:
        if design.nonresponse is not None and answers.sampled is not None:
            weight = _for_response(design.nonresponse, answers.sampled)
            made = _Weighted(weight, (*made.steps, "response"))
        if design.trim_to_deff is not None:
            trimmed = trim_to_design_effect(made.weight, design.trim_to_deff)
            made = _Weighted(trimmed.weight, (*made.steps, "trimmed"))
        if design.calibrate is not None:
            named = dict.fromkeys(name for margin in margins for name in margin.variables)
            for name in (name for name in named if name not in frame):
                fix = "Map it, or take another margin"
                problems.add("E195", shown, 0, name, "a margin names it, and no map has this variable", fix)
            for name in (name for name in named if name in frame and frame[name].dtype != "category"):
                fix = "Band it in the map, or take another margin"
                problems.add("E195", shown, 0, name, "a margin names it, and it has no categories", fix)
            if len(problems.errors) == before:
                coded = check_margins(margins, {name: frame[name] for name in named}, problems)
            if margins and len(problems.errors) == before:
                made = _calibrated(design.calibrate, made, coded)
    except CwbError as error:
        for problem in error.problems:
            problems.add(problem.code, shown, 0, problem.subject, problem.what, problem.fix, problem.n, problem.of)
        return made
    if len(made.steps) > 1:
        warn_of_weights(diagnose(made.weight, given), shown, problems)
    return made


def _for_response(asked: Nonresponse, sampled: Sampled) -> Floats:
    """Weights of those who answered, divided by the response of people like them."""
    base = sampled.weight if sampled.weight is not None else np.ones(len(sampled.answered))
    # messages name columns only: their values are those of the file, also of people who did not answer
    parts = {name: pd.get_dummies(sampled.auxiliary[name], drop_first=True) for name in sampled.auxiliary}
    dummies, names = pd.concat(parts, axis=1), [str(name) for name, part in parts.items() for _ in part]
    x = np.column_stack([np.ones(len(dummies)), dummies.to_numpy(dtype=np.float64)])
    propensity = response_propensity(x, sampled.answered, base, ["all", *names])
    if asked.classes is not None:
        propensity = class_rates(propensity_classes(propensity, base, asked.classes), sampled.answered, base)
    return response_weights(base, sampled.answered, propensity)


def _calibrated(asked: Calibrate, made: _Weighted, margins: tuple[CodedMargin, ...]) -> _Weighted:
    x, totals, names = indicators(margins)
    # bounds are on the change of a weight, not on its unit
    base = made.weight * (margins[0].targets.sum() / made.weight.sum())
    if asked.method == "raking":
        # the same weights, on the cells of the margins
        codes, targets, called = zip(*((of.codes, of.targets, of.names) for of in margins), strict=True)
        weight = rake(codes, targets, base, names=called).weight
    else:
        weight = calibrate(x, totals, base, asked.method, asked.bounds, names=names).weight
    if bad := int((weight <= 0).sum()):
        what = "weights at or below zero after calibration"
        raise CwbError(
            [Problem("", 0, "E196", "weight", what, "Calibrate by raking, or with bounds", bad, len(weight))]
        )
    return _Weighted(weight, (*made.steps, f"calibrated_{asked.method}"), base, margins)


def _sampled(unit: Integers, stratum: Integers, strata: int) -> Floats:
    """(strata,) sampled units of each stratum."""
    first = np.unique(unit, return_index=True)[1]
    return np.bincount(stratum[first], minlength=strata).astype(np.float64)


def _sizes(
    given: Floats | None, stratum: Integers, sampled: Floats, called: str, shown: str, problems: Problems
) -> Floats:
    """(strata,) units in the population of each; infinite when the file does not say. E191 when they do not fit."""
    sizes = np.full(len(sampled), np.inf)
    if given is None or not np.isfinite(given).all():
        return sizes
    low, high = np.full(len(sampled), np.inf), np.full(len(sampled), -np.inf)
    np.minimum.at(low, stratum, given)
    np.maximum.at(high, stratum, given)
    if different := int((low < high).sum()):
        what = f"the population size differs between respondents of one {called}, in {different} of them"
        problems.add("E191", shown, 0, "population_size", what, f"Give every respondent of a {called} the same number")
    if few := int((low < sampled).sum()):
        what = f"fewer units in the population than in the sample, in {few} cases"
        problems.add("E191", shown, 0, "population_size", what, "Correct the population size, or the labels of units")
    size: Floats = np.maximum(low, sampled)
    return size


def _stages(
    answers: DesignAnswers, places: Places, fraction: Floats, shown: str, problems: Problems
) -> tuple[Stage, ...]:
    """Later stages. fraction : (n,) share of the PSUs of the respondent's stratum that was drawn."""
    found, within = [], places.psu
    for stage, unit in zip(answers.stages, places.stages, strict=True):
        label = stage.stratum if stage.stratum is not None else pd.Series(["all"] * len(unit), dtype="str")
        # strata lie within one unit of the stage before
        stratum = pd.factorize(pd.Series(within).astype("str") + "\x1f" + label)[0].astype(np.int64)
        strata = int(stratum.max()) + 1
        drawn = _sampled(unit, stratum, strata)
        size = _sizes(stage.population_size, stratum, drawn, "unit of the stage before", shown, problems)
        before = np.zeros(strata)
        before[stratum] = fraction
        found.append(Stage(unit, stratum, size, before))
        fraction, within = fraction * (drawn / size)[stratum], unit
    return tuple(found)


def _replicates(weights: Floats | None, columns: ReplicateColumns | None, places: Places) -> Replicates | None:
    if weights is None or columns is None:
        return None
    # R survey's degf: the rank of the weights minus 1
    gram = weights.T @ weights
    rank = int(np.linalg.matrix_rank(gram, tol=1e-10 * float(gram.max(initial=0.0)), hermitian=True))
    return Replicates(
        weights,
        columns.overall_scale,
        np.array(columns.scales),
        columns.mse,
        places.replicates,
        rank - 1,
        columns.kind in ("JK1", "JKn"),
    )

"""Completed answers of one population in one wave: chained equations with predictive mean matching.

A missing answer takes that of one of the DONORS people whose answer a regression predicts to be most alike, so it is
always an answer that somebody gave. Little (1988), Journal of Business & Economic Statistics 6(3), 287-296; van Buuren
(2018), Flexible Imputation of Missing Data, 2nd ed., chapters 3 and 4.

Design weight, strata and the dimensions of the results are always among the predictors. When the chance to be drawn, or
a group that is reported, goes together with the answer and the model does not know it, imputed answers pull groups
together and estimates are biased: Reiter, Raghunathan and Kinney (2006), Survey Methodology 32(2), 143-149; Kim, Brick,
Fuller and Kalton (2006), JRSS B 68(3), 509-521.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cwb_impact.design import Booleans, Design, Floats, Integers
from cwb_impact.errors import fail
from cwb_impact.spec.variable import Variable

ITEM_NONRESPONSE = ("dont_know", "refused", "no_answer", "invalid")
"""Reasons for which there is an answer that the person did not give. All other missing values stay missing."""

DONORS = 5
CYCLES = 5
SMALL_GROUP = 10
"""A category or stratum with fewer respondents has no effect of its own in the regression."""


@dataclass(frozen=True, repr=False)
class Drawn:
    """at : (r,) rows of the frame without an answer. values : (copies, r) what they get in each copy."""

    variable: str
    at: Integers
    values: NDArray[np.object_] | Floats


def chained(
    frame: pd.DataFrame,
    design: Design,
    variables: Mapping[str, Variable],
    predictors: Mapping[str, Variable],
    copies: int,
    seed: np.random.SeedSequence,
    place: str,
) -> list[Drawn]:
    """Draw the answers that respondents of one population and wave did not give, for several copies.

    Each copy is a chain of its own with its own generator; numpy's global one is not used.

    Parameters
    ----------
    frame : (n, ...) respondents in the order of the design, with `x` and `x__why`. variables : what to impute: numbers,
        bands, and categories whose codes are in order. predictors : numbers and categories. place : for messages.

    Raises
    ------
    CwbError
        E342 no predictor differs between respondents. E343 too few answers for the regression.
    """
    asked = {name: spec for name, spec in variables.items() if _has(frame, name, ("valid", *ITEM_NONRESPONSE)).any()}
    if not any(_has(frame, name, ITEM_NONRESPONSE).any() for name in asked):
        return []
    answers = {f"answer{i}": _numbers(frame, name, spec) for i, (name, spec) in enumerate(asked.items())}
    columns = [*_groups(pd.Series(design.stratum)), design.weight]
    for name, spec in predictors.items():
        columns += _predictor(frame, name, spec)
    for name in asked:
        columns += _groups(_why(frame, name).where(~_has(frame, name, ("valid", *ITEM_NONRESPONSE)), "asked"))
    known = {f"known{i}": column for i, column in enumerate(_standardised(columns))}
    if not known:
        fix = "Name predictors that differ, under `with`"
        raise fail("E342", "imputation", 0, place, "no predictor differs between respondents", fix)
    for name in asked:
        if _has(frame, name, ("valid",)).sum() < len(known) + len(answers) + DONORS:
            what = f"too few answers to predict {name} in {place} from {len(known) + len(answers) - 1} columns"
            fix = "Name fewer predictors, or leave this population out under `populations`"
            raise fail("E343", "imputation", 0, name, what, fix)
    data = pd.DataFrame({**answers, **known})
    terms = {name: _terms(data, name, list(answers), list(known)) for name in answers}
    cycles = 1 if data.isna().any().sum() == 1 else CYCLES
    made = [_completed(data, terms, cycles, np.random.default_rng(one)) for one in seed.spawn(copies)]
    found = []
    for column, (name, spec) in zip(answers, asked.items(), strict=True):
        at = np.flatnonzero(_has(frame, name, ITEM_NONRESPONSE))
        drawn = np.array([copy[column].to_numpy()[at] for copy in made])
        found.append(Drawn(name, at, _answers(drawn, spec)))
    return [drawn for drawn in found if len(drawn.at)]


def _terms(data: pd.DataFrame, name: str, answers: list[str], known: list[str]) -> list[str]:
    """What predicts one answer: the other answers, and what differs among those who gave it.

    Weights often follow from strata, and who was not asked one question is alike in all who were: columns that others
    determine are left out.
    """
    columns = data.loc[data[name].notna(), known].to_numpy()
    kept, basis = [], np.ones((len(columns), 1)) / np.sqrt(len(columns))
    for column, known_as in zip(columns.T, known, strict=True):
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)
        if (length := float(np.linalg.norm(rest))) > 1e-8 * max(1.0, float(np.linalg.norm(column))):
            kept.append(known_as)
            basis = np.column_stack([basis, rest / length])
    return [*(other for other in answers if other != name), *kept]


def _completed(
    data: pd.DataFrame, terms: Mapping[str, list[str]], cycles: int, rng: np.random.Generator
) -> pd.DataFrame:
    """One copy: start from random answers, then impute each variable again from all others, `cycles` times."""
    gone = {name: data[name].isna().to_numpy() for name in sorted(terms, key=lambda name: data[name].isna().sum())}
    made = {str(name): data[name].to_numpy(dtype=np.float64).copy() for name in data}
    for name, absent in gone.items():
        made[name][absent] = rng.choice(made[name][~absent], absent.sum())
    for _ in range(cycles):
        for name, absent in gone.items():
            if absent.any():
                x = np.column_stack([np.ones(len(data)), *(made[other] for other in terms[name])])
                made[name][absent] = matched(made[name][~absent], x[~absent], x[absent], rng)
    return pd.DataFrame(made)


def matched(y: Floats, x: Floats, x_gone: Floats, rng: np.random.Generator) -> Floats:
    """Predictive mean matching: for each missing answer that of one of the DONORS whose prediction is nearest,
    or of all who are as near as the last of these: people who are alike in all that predicts.

    Coefficients of those without an answer are drawn from their posterior (uniform prior of b and log s), those of the
    donors are the estimates: van Buuren's type 1. With drawn ones for both, as in statsmodels' MICEData, draws cancel
    out when there is one strong predictor, and intervals are too short.

    Parameters
    ----------
    y : (n,) answers. x : (n, p) and x_gone : (r, p) regressors of those with and without an answer.

    >>> matched(np.arange(9.0), np.ones((9, 1)), np.ones((2, 1)), np.random.default_rng(1)).shape
    (2,)
    """
    u, d, vt = np.linalg.svd(x, full_matrices=False)
    kept = d > 1e-9 * d[0]
    inverse = np.where(kept, 1 / np.where(kept, d, 1.0), 0.0)
    estimated = vt.T @ (inverse * (u.T @ y))
    residual = y - x @ estimated
    sd = np.sqrt((residual @ residual) / rng.chisquare(len(y) - kept.sum()))
    drawn = estimated + sd * (vt.T @ (inverse * rng.normal(size=len(d))))
    seen, wanted = x @ estimated, x_gone @ drawn
    order = np.argsort(seen, kind="stable")
    seen = seen[order]
    beyond = np.full(DONORS, np.inf)
    window = np.searchsorted(seen, wanted)[:, None] + np.arange(2 * DONORS)
    distance = np.abs(np.concatenate([-beyond, seen, beyond])[window] - wanted[:, None])
    reach = np.sort(distance, axis=1)[:, DONORS - 1] + 1e-9 * np.abs(seen).max()
    first, last = np.searchsorted(seen, wanted - reach), np.searchsorted(seen, wanted + reach, side="right")
    return np.asarray(y[order][rng.integers(first, last)])


def _why(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[f"{name}__why"].astype("str").reset_index(drop=True)


def _has(frame: pd.DataFrame, name: str, reasons: tuple[str, ...]) -> Booleans:
    """(n,) is the reason one of these?"""
    return _why(frame, name).isin(reasons).to_numpy(dtype=bool)


def _numbers(frame: pd.DataFrame, name: str, spec: Variable) -> Floats:
    """(n,) answers as numbers, a code as its place in the dictionary; nan where there is none."""
    values = frame[name]
    if spec.codes is not None:
        values = values.astype(object).map({code: float(place) for place, code in enumerate(spec.codes)})
    return np.where(_has(frame, name, ("valid",)), values.to_numpy(dtype=np.float64), np.nan)


def _answers(drawn: Floats, spec: Variable) -> NDArray[np.object_] | Floats:
    """The other way round."""
    if spec.codes is None:
        return drawn
    return np.array(list(spec.codes), dtype=object)[drawn.astype(np.int64)]


def _predictor(frame: pd.DataFrame, name: str, spec: Variable) -> list[Floats]:
    """Columns of one predictor. People without an answer are groups of their own, by reason."""
    if spec.codes is None:
        numbers = _numbers(frame, name, spec)
        return [np.where(np.isnan(numbers), np.nanmean(np.append(numbers, 0.0)), numbers), *_groups(_why(frame, name))]
    why = _why(frame, name)
    return _groups(frame[name].astype(object).reset_index(drop=True).where(why == "valid", why))


def _groups(of: pd.Series) -> list[Floats]:
    """An indicator of each group but the largest; small groups stand with the largest."""
    counts = of.astype("str").value_counts().sort_index().sort_values(ascending=False, kind="stable")
    own = [name for name in counts.index[1:] if counts[name] >= SMALL_GROUP]
    return [(of.astype("str") == name).to_numpy(dtype=np.float64) for name in own]


def _standardised(columns: list[Floats]) -> list[Floats]:
    """Mean 0 and standard deviation 1; columns without any difference are left out."""
    spread = [float(column.std()) for column in columns]
    kept = zip(columns, spread, strict=True)
    return [(column - column.mean()) / sd for column, sd in kept if sd > 1e-12 * max(1.0, float(np.abs(column).max()))]

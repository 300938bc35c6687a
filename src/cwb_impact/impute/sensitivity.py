"""What the results would be if people who gave no answer were like people who did: beside the headline, never in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zlib import crc32

import numpy as np
import pandas as pd

from cwb_impact.design import Floats
from cwb_impact.errors import Problems
from cwb_impact.estimate.table import estimate
from cwb_impact.impute.chained import Drawn, chained
from cwb_impact.impute.rubin import pool
from cwb_impact.indicators.derived import HIGH, LOW
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import WITHIN
from cwb_impact.spec.model import Population
from cwb_impact.spec.study_file import SensitivitySpec
from cwb_impact.spec.variable import Variable
from cwb_impact.types import KEYS, EstimateTable, Inference, Waves

METHOD = (
    "sensitivity analysis, not the headline: multiple imputation ({copies} copies), under the assumption that answers "
    "are missing at random given {variables}, design weight, strata and dimensions"
)

_LEVEL = ("value", "se", "ci_low", "ci_high", "df")
COLUMNS = (
    *KEYS,
    *(f"headline_{name}" for name in _LEVEL),
    *(f"imputed_{name}" for name in _LEVEL),
    "difference", "fmi", "n", "n_imputed", "unit", "inference", "copies", "seed", "imputed_variables", "method",
)  # fmt: skip
"""The columns of a sensitivity table. n : respondents behind the headline. n_imputed : more behind the imputed value,
the mean over copies. difference : imputed minus headline. fmi : fraction of missing information."""


def imputed(
    waves: Waves,
    indicators: Sequence[str],
    variables: Sequence[str],
    predictors: Sequence[str],
    copies: int = 20,
    seed: int | None = None,
    ordered: Sequence[str] = (),
    populations: Sequence[Population] = (),
    inference: Inference = "finite_population",
) -> pd.DataFrame:
    """Each result beside what it is after multiple imputation of item non-response. Exact: not publishable.

    Only answers that somebody did not give are drawn (`dont_know`, `refused`, `no_answer`, `invalid`); never those of
    people who were not asked. Scales, indicators and their errors then come from the ordinary engine, copy by copy, and
    are combined by Rubin's rules. Each wave is imputed by itself, so changes between waves are not given. A row in
    which nothing was imputed is that of the headline.

    Parameters
    ----------
    As SensitivitySpec says; variables : `impute`, predictors : `with`. inference : see `estimate`.

    Returns
    -------
    (rows, COLUMNS) frame: indicators by population, wave, dimension and category, in the order of the estimates.

    Raises
    ------
    CwbError
        E340 a name that the study or its files do not have. E341 a variable that cannot be imputed or predict. E342
        no predictor differs. E343 too few answers. E344 fewer than two copies, or nothing to impute. E345 an indicator
        that is made of none of the imputed variables.

    Examples
    --------
    >>> mark = ["life_satisfaction"]
    >>> made = imputed(waves, mark, mark, ["age"], copies=2, populations=["residents"])
    >>> total = made[made["dimension"] == "total"].iloc[0]
    >>> int(total["n"]), int(total["n_imputed"]), bool(abs(total["difference"]) < total["headline_se"])
    (706, 22, True)
    """
    # not validated here: everything wrong is told at once, by its code
    analysis = SensitivitySpec.model_construct(
        indicators=list(indicators),
        impute=list(variables),
        with_=list(predictors),
        ordered=list(ordered),
        populations=list(populations),
        copies=copies,
        seed=seed,
    )
    return _beside_headline(estimate(waves, inference), analysis)


def sensitivity_of_study(estimates: EstimateTable) -> pd.DataFrame:
    """The analyses that a study file names, under one another; COLUMNS also without any."""
    tables = [_beside_headline(estimates, analysis) for analysis in estimates.waves.study.study.sensitivity]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))


def _beside_headline(estimates: EstimateTable, analysis: SensitivitySpec) -> pd.DataFrame:
    waves = estimates.waves
    problems = Problems()
    check_analysis(waves, analysis, problems)
    problems.raise_if_errors()
    seed = next(one for one in (analysis.seed, waves.study.study.seed, 0) if one is not None)
    chosen = estimates.frame["indicator"].isin(analysis.indicators) & (estimates.frame["status"] == "computed")
    if analysis.populations:
        chosen &= estimates.frame["population"].isin(analysis.populations)
    headline = estimates.frame[chosen].set_index(list(KEYS))
    drawn = _draw(waves, analysis, headline, seed)
    bundle, known = waves.study, waves.study.dictionary.variables
    only = bundle.study.model_copy(update={"indicators": list(dict.fromkeys(analysis.indicators))})
    narrow = replace(waves, study=replace(bundle, study=only))
    tables = [
        estimate(replace(narrow, frame=_filled(waves.frame, drawn, copy, known)), estimates.inference)
        .frame.set_index(list(KEYS))
        .loc[headline.index]
        for copy in range(analysis.copies)
    ]
    value, se, df, n = (np.array([t[c].to_numpy(dtype=np.float64) for t in tables]) for c in ("value", "se", "df", "n"))
    told = headline.reset_index()
    made = pool(value, se**2, df.min(axis=0))
    figures = dict(
        zip(_LEVEL, (made.value, np.sqrt(made.total), *_cut(told, waves, made.low, made.high), made.df), strict=True)
    )
    same = np.logical_and.reduce([_equal(part, told[c]) for c, part in (("value", value), ("se", se), ("n", n))])
    for name in _LEVEL:
        told[f"headline_{name}"] = told[name]
        told[f"imputed_{name}"] = np.where(same, told[name].to_numpy(dtype=np.float64), figures[name])
    variables = ", ".join(dict.fromkeys([*analysis.impute, *analysis.with_]))
    return told.assign(
        difference=told["imputed_value"] - told["headline_value"],
        fmi=np.where(same, 0.0 * made.fmi, made.fmi),
        n_imputed=n.mean(axis=0) - told["n"],
        copies=analysis.copies,
        seed=seed,
        imputed_variables=" ".join(analysis.impute),
        method=METHOD.format(copies=analysis.copies, variables=variables),
    )[list(COLUMNS)]


def _draw(waves: Waves, analysis: SensitivitySpec, headline: pd.DataFrame, seed: int) -> list[Drawn]:
    """What each copy of the frame gets, with rows counted in the whole frame."""
    known = waves.study.dictionary.variables
    of_wave = headline.index.to_frame()[["population", "wave"]].drop_duplicates()
    found: list[Drawn] = []
    for population, wave in of_wave.itertuples(index=False):
        dimensions = [name for name in waves.study.population(population).dimensions if name in waves.frame]
        beside = [name for name in dict.fromkeys([*analysis.with_, *dimensions]) if name not in analysis.impute]
        here = np.flatnonzero((waves.frame["population"] == population) & (waves.frame["wave"] == wave))
        drawn = chained(
            waves.of(population, wave),
            waves.designs[population, wave],
            {name: known[name] for name in analysis.impute},
            {name: known[name] for name in beside},
            analysis.copies,
            np.random.SeedSequence([seed, crc32(f"{population} {wave}".encode())]),
            f"{population} {wave}",
        )
        found.extend(replace(one, at=here[one.at]) for one in drawn)
    return found


def _filled(frame: pd.DataFrame, drawn: list[Drawn], copy: int, variables: Mapping[str, Variable]) -> pd.DataFrame:
    """The answers of one copy, of bands with their ends; frames of waves are numbered 0, 1, 2, ..."""
    made = frame.copy()
    for one in drawn:
        made.loc[one.at, one.variable] = one.values[copy]
        made.loc[one.at, f"{one.variable}__why"] = "valid"
        bands = variables[one.variable].bands or {}
        for place, end in enumerate((LOW, HIGH) if bands else ()):
            ends = [bands[str(code)][place] for code in one.values[copy]]
            made.loc[one.at, f"{one.variable}{end}"] = np.array(ends, dtype=np.float64)
    return made


def _cut(told: pd.DataFrame, waves: Waves, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Intervals end where the scale ends, as those of the headline."""
    scales = {one.id: one.scale_range for one in waves.study.indicators}
    ends = [
        (0.0, 100.0) if statistic in WITHIN else scales[name] or (-np.inf, np.inf)
        for name, statistic in zip(told["indicator"], told["statistic"], strict=True)
    ]
    least, most = np.array(ends).reshape(-1, 2).T
    return np.maximum(low, least), np.minimum(high, most)


def _equal(copies: Floats, headline: pd.Series) -> np.ndarray:
    """(k,) is every copy the headline, to the last digit?"""
    expected = headline.to_numpy(dtype=np.float64)
    return np.asarray(((copies == expected) | (np.isnan(copies) & np.isnan(expected))).all(axis=0))


def check_analysis(waves: Waves, analysis: SensitivitySpec, problems: Problems) -> None:
    """Everything wrong with an analysis, at once: E340, E341, E344, E345 as `imputed` tells them."""
    dictionary, study = waves.study.dictionary, waves.study.study

    def wrong(code: str, subject: str, what: str, fix: str) -> None:
        problems.add(code, "imputation", 0, subject, what, fix)

    if analysis.copies < 2 or not analysis.impute or not analysis.indicators:
        wrong("E344", "imputation", "has fewer than two copies, or nothing to do", "Name variables, and 20 copies")
    known = {str(name) for name in study.populations}
    for name in (*set(analysis.indicators) - set(study.indicators), *set(analysis.populations) - known):
        wrong("E340", name, "is no indicator or population of this study", "Choose one that the study has")
    for name in (*analysis.impute, *analysis.with_):
        if name not in waves.frame or name not in dictionary.variables:
            wrong("E340", name, "is no variable of the harmonised files", "Map it, or leave it out")
        elif why := _unfit(dictionary, name, analysis):
            wrong("E341", name, why, "Leave it out, or say that its codes are in order, under `ordered`")
    for name in analysis.indicators:
        indicator = dictionary.indicators.get(name)
        if indicator is not None and not set(dictionary.variables_needed(indicator)) & set(analysis.impute):
            wrong(
                "E345", name, "is made of none of the imputed variables", "Impute what it is made of, or leave it out"
            )


def _unfit(dictionary: Dictionary, name: str, analysis: SensitivitySpec) -> str:
    """Why a variable cannot be used as the analysis asks; empty when it can."""
    variable = dictionary.variables[name]
    if variable.type not in ("number", "category"):
        return f"is a {variable.type}, and only numbers and categories are imputed or predict"
    in_order = variable.type == "number" or variable.bands is not None or len(variable.codes or {}) == 2
    if name in analysis.impute and not in_order and name not in analysis.ordered:
        return "has three or more codes, which are only imputed when they are in order"
    return ""

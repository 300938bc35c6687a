"""How people were observed: what every estimate of one population in one wave has in common.

The errors of an estimate are a column with one row a unit: the sampled PSUs, then what is worked out beforehand (units
of later stages, replicates). `estimate/variance.py` makes such columns and multiplies them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, repr=False)
class Stage:
    """A later stage of drawing: units within the units of the stage before, without replacement.

    unit : (n,) the unit of each respondent, as its row among the errors. stratum : (n,) its stratum, which lies within
    one unit of the stage before. size : (strata,) units in the population of each stratum. before : (strata,) the
    share that was drawn at the stages before (product of n/N), by which this stage's variance counts.
    """

    unit: Integers
    stratum: Integers
    size: Floats
    before: Floats


@dataclass(frozen=True, repr=False)
class Replicates:
    """Replicate weights that came with the file: V = scale sum_r rscales_r (estimate_r - centre)^2.

    weights : (n, R), the weights with which an estimate is made again. row : (R,) the row of each replicate among the
    errors. mse : the centre is the estimate itself, else the mean of the replicates. df : rank of the weights - 1.
    jackknife : JK1 or JKn, which are wrong for quantiles and what is made of them.
    """

    weights: Floats
    scale: float
    rscales: Floats
    mse: bool
    row: Integers
    df: int
    jackknife: bool


@dataclass(frozen=True, repr=False)
class Calibration:
    """What weights were calibrated to. variables : (n, k) the calibration variables. base : (n,) weights before."""

    variables: sparse.csr_array
    base: Floats


@dataclass(frozen=True, repr=False)
class Design:
    """The sampled units of one population in one wave, in which every estimate of that wave is computed.

    psu : (n,) the PSU of each respondent, as its row among the errors (the union of PSUs over waves comes first).
    stratum : (n,) stratum code of each respondent. weight : (n,) weight of each respondent.
    strata : names of the strata. population_size : (strata,) PSUs in the population of each, infinite when drawn with
    replacement or from very many. finite : do statements use the finite population? weighting : how weights came about.
    """

    psu: Integers
    stratum: Integers
    weight: Floats
    strata: tuple[str, ...]
    population_size: Floats
    lonely_psu: str
    finite: bool
    weighting: str
    stages: tuple[Stage, ...] = ()
    replicates: Replicates | None = None
    calibration: Calibration | None = None


@dataclass(frozen=True, repr=False)
class StageAnswers:
    """A later stage: unit and stratum as text, and units in the population. Each is (n,)."""

    unit: pd.Series
    stratum: pd.Series | None
    population_size: Floats


@dataclass(frozen=True, repr=False)
class Sampled:
    """Every sampled case, for the response: `auxiliary` (cases, columns) as text, `answered` (cases,), `weight`.

    Those who answered stand in the order of the respondents.
    """

    auxiliary: pd.DataFrame
    answered: Booleans
    weight: Floats | None


@dataclass(frozen=True, repr=False)
class DesignAnswers:
    """Source columns of the design, where mapped; each is (n,) in the order of the respondents.

    replicates : (n, R).
    """

    weight: Floats | None
    stratum: pd.Series | None
    psu: pd.Series | None
    household: pd.Series | None
    population_size: Floats | None
    stages: tuple[StageAnswers, ...]
    replicates: Floats | None
    sampled: Sampled | None

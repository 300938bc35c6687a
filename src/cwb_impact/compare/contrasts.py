"""Contrasts of any estimates by name: a quarter beside the district, women beside men, one wave over another.

A contrast is a function of estimates with its derivatives; its variance is g' V g, with V the covariance of the
estimates from the kernel (delta method), so that groups that share people, PSUs or a threshold are compared rightly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

import numpy as np
import pandas as pd

from cwb_impact.design import Floats
from cwb_impact.errors import CwbError, fail
from cwb_impact.estimate.covariance import Centring, covariance_matrix
from cwb_impact.estimate.intervals import t_interval
from cwb_impact.types import KEYS, EstimateTable

Function = Callable[[Floats], tuple[float, Floats]]
"""(values) -> the contrast and its derivative by each value."""


@dataclass(frozen=True)
class Contrast:
    """function : its name. value, se, ci_low, ci_high : in the unit of the function. df : the smallest of its parts.

    interval : `t`, or `t_of_log` for a ratio, whose interval is that of its logarithm. of : the rows of the table.
    """

    function: str
    value: float
    se: float
    df: int
    ci_low: float
    ci_high: float
    interval: str
    convention: str
    of: tuple[int, ...]


def _difference(v: Floats) -> tuple[float, Floats]:
    return float(v[1] - v[0]), np.array([-1.0, 1.0])


def _ratio(v: Floats) -> tuple[float, Floats]:
    return float(v[1] / v[0]), np.array([-v[1] / v[0] ** 2, 1 / v[0]])


def _relative_change(v: Floats) -> tuple[float, Floats]:
    value, derivative = _ratio(v)
    return 100 * (value - 1), 100 * derivative


def _difference_in_differences(v: Floats) -> tuple[float, Floats]:
    return float((v[3] - v[2]) - (v[1] - v[0])), np.array([1.0, -1.0, -1.0, 1.0])


def _odds_ratio(v: Floats) -> tuple[float, Floats]:
    """Of two shares in percent."""
    odds, derivative = v / (100 - v), 100 / (100 - v) ** 2
    return float(odds[1] / odds[0]), np.array([-odds[1] / odds[0] ** 2, 1 / odds[0]]) * derivative


FUNCTIONS: Mapping[str, tuple[int, Function]] = {
    "difference": (2, _difference),
    "ratio": (2, _ratio),
    "relative_change": (2, _relative_change),
    "odds_ratio": (2, _odds_ratio),
    "difference_in_differences": (4, _difference_in_differences),
}
"""Name -> how many estimates it takes, and the function. The reference comes first: second minus first."""

_OF_LOG = frozenset({"ratio", "odds_ratio"})


def contrast(
    estimates: EstimateTable,
    of: Sequence[Mapping[str, str]],
    function: str | Sequence[float] | Function = "difference",
    centring: Centring = "own_wave",
) -> Contrast:
    """A contrast of rows of the table, with its error. Exact: not publishable.

    Parameters
    ----------
    of : the estimates, each by as many keys (`indicator`, `population`, `wave`, `dimension`, `category`) as tell it
        apart; `dimension` is `total` unless named. The reference comes first.
    function : a name of FUNCTIONS, coefficients (linear, one an estimate), or (values) -> (value, derivatives).
    centring : see `compare`.

    Raises
    ------
    CwbError
        E323 keys that fit no row or several, another number of estimates than the function takes, a row without a
        value, a value that the function does not exist for (a ratio to 0), an odds ratio of what is no share.

    Examples
    --------
    >>> district = {"indicator": "good_health", "population": "residents", "wave": "2026Q3"}
    >>> osdorp = {**district, "dimension": "quarter", "category": "osdorp"}
    >>> round(contrast(estimates, [district, osdorp]).value, 1)  # estimates of the shipped study
    3.0
    """
    rows = [_row(estimates.frame, keys) for keys in of]
    name, compute = _named(function, len(rows))
    if name == "odds_ratio" and (estimates.frame["unit"].iloc[rows] != "percent").any():
        raise _wrong("an odds ratio is one of two shares", "Choose estimates in percent, or take their ratio")
    values = estimates.frame["value"].to_numpy(dtype=np.float64)[rows]
    with np.errstate(divide="ignore", invalid="ignore"):
        value, derivative = compute(values)
    if not (np.isfinite(value) and np.isfinite(derivative).all()):
        raise _wrong(f"{name} of these estimates does not exist", "Choose estimates that are not 0 or empty")
    parts = np.outer(derivative, derivative) * covariance_matrix(estimates, rows, centring)
    variance = float(parts.sum())
    # of what is always so (all groups beside their total) rounding leaves something on either side of 0
    if abs(variance) <= 1e-12 * float(np.abs(parts).sum()):
        variance = 0.0
    # estimated below 0 where waves share few people: no interval, not a sure one
    se = variance**0.5 if variance >= 0 else float("nan")
    df = int(estimates.frame["df"].iloc[rows].min())
    if name in _OF_LOG and value > 0:
        low, high = (float(np.exp(end)) for end in t_interval(float(np.log(value)), se / value, df))
        return Contrast(name, value, se, df, low, high, "t_of_log", centring, tuple(rows))
    return Contrast(name, value, se, df, *t_interval(value, se, df), "t", centring, tuple(rows))


def contrasts_of_study(estimates: EstimateTable, centring: Centring = "own_wave") -> pd.DataFrame:
    """The contrasts that the study file names, one a row: `contrast` and the fields of Contrast. Not publishable.

    Those of waves outside this release are left out; where one does not exist (nobody answered, a ratio to 0) its
    figures are empty and `why` says so.
    """
    study = estimates.waves.study
    rows = []
    for spec in study.study.contrasts:
        if not {part.wave for part in spec.of} <= set(study.waves):
            continue
        of = [{key: str(value) for key, value in part.model_dump().items()} for part in spec.of]
        try:
            made = contrast(estimates, of, spec.function or spec.coefficients or [], centring)
            rows.append({"contrast": spec.id, **asdict(made), "inference": estimates.inference, "why": ""})
        except CwbError as error:
            rows.append({"contrast": spec.id, "why": error.problems[0].what})
    columns = ["contrast", *(field.name for field in fields(Contrast) if field.name != "of"), "inference", "why"]
    return pd.DataFrame(rows).reindex(columns=columns)


def _named(function: str | Sequence[float] | Function, parts: int) -> tuple[str, Function]:
    if callable(function):
        return getattr(function, "__name__", "function"), function
    if isinstance(function, str):
        if function not in FUNCTIONS:
            raise _wrong(f"{function} is no contrast", f"Known: {', '.join(FUNCTIONS)}; or give coefficients")
        wanted, compute = FUNCTIONS[function]
    else:
        coefficients = np.array(function, dtype=np.float64)
        wanted, compute = len(coefficients), lambda values: (float((coefficients * values).sum()), coefficients)
    if wanted != parts:
        raise _wrong(f"{function} takes {wanted} estimates, and {parts} are given", "Give as many as it takes")
    return function if isinstance(function, str) else "linear", compute


def _row(frame: pd.DataFrame, keys: Mapping[str, str]) -> int:
    wanted = {"dimension": "total", **keys}
    if unknown := sorted(set(wanted) - set(KEYS)):
        raise _wrong(f"{', '.join(unknown)} is no key of an estimate", f"Keys: {', '.join(KEYS)}")
    fits = np.logical_and.reduce([(frame[key] == value).to_numpy() for key, value in wanted.items()])
    told = ", ".join(f"{key} {value}" for key, value in wanted.items())
    if fits.sum() != 1:
        raise _wrong(f"{told}: {int(fits.sum())} rows fit", "Name the keys that tell one row from all others")
    return int(np.flatnonzero(fits)[0])


def _wrong(what: str, fix: str) -> CwbError:
    return fail("E323", "contrast", 0, "contrast", what, fix)

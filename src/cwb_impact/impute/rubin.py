"""One estimate from several completed copies of the data.

Rubin (1987), Multiple Imputation for Nonresponse in Surveys, chapter 3; degrees of freedom by Barnard and Rubin (1999),
Biometrika 86(4), 948-955.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from cwb_impact.design import Floats
from cwb_impact.errors import fail
from cwb_impact.estimate.intervals import LEVEL


@dataclass(frozen=True, repr=False)
class Pooled:
    """Each is (k,). within, between, total : variances. fmi : the part of the information that is missing, 0..1.

    df : degrees of freedom. low, high : ends of the t interval, nan without degrees of freedom.
    """

    value: Floats
    within: Floats
    between: Floats
    total: Floats
    fmi: Floats
    df: Floats
    low: Floats
    high: Floats


def pool(values: Floats, variances: Floats, complete: Floats) -> Pooled:
    """Combine k estimates of m completed copies.

    total = within + (1 + 1/m) between, with within the mean of the variances and between the variance of the values.
    L = (1 + 1/m) between / total; 1/df = L^2 / (m - 1) + 1/observed, observed = c (c + 1) / (c + 3) (1 - L) with c the
    degrees of freedom of complete data. fmi = L + (1 - L) 2 / (df + 3), and 0 where the copies do not differ.
    Where within is 0 (everybody was asked) imputing is the only source of error, and df is m - 1.

    Parameters
    ----------
    values, variances : (m, k). complete : (k,) degrees of freedom had nothing been missing; may be infinite.

    Raises
    ------
    CwbError
        E344 fewer than two copies.

    Examples
    --------
    >>> made = pool(np.array([[4.0], [6.0]]), np.array([[1.0], [1.0]]), np.array([np.inf]))
    >>> made.value, made.total, made.df.round(3)
    (array([5.]), array([4.]), array([1.778]))
    """
    m = len(values)
    if m < 2:
        raise fail("E344", "imputation", 0, "copies", "are fewer than two", "Ask for 20")
    value, within, between = values.mean(axis=0), variances.mean(axis=0), values.var(axis=0, ddof=1)
    total = within + (1 + 1 / m) * between
    missing = (1 + 1 / m) * between / np.where(total > 0, total, 1.0)
    observed = complete * (1 - 2 / (complete + 3)) * np.where(missing < 1, 1 - missing, np.nan)
    df = np.where(missing < 1, 1 / (missing**2 / (m - 1) + 1 / np.where(observed > 0, observed, np.nan)), m - 1.0)
    fmi = np.where(between > 0, missing + (1 - missing) * 2 / (df + 3), 0.0 * value)
    half = stdtrit(df, 0.5 + LEVEL / 2) * np.sqrt(total)
    return Pooled(value, within, between, total, fmi, df, value - half, value + half)

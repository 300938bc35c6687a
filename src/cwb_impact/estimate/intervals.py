"""Confidence intervals."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

LEVEL = 0.95


def t_interval(value: float, se: float, df: int, ends: tuple[float, float] | None = None) -> tuple[float, float]:
    """value -/+ t(df) se, cut off at the ends of the scale (0 and 100 percent, 0 and 10).

    Without degrees of freedom there is no interval: both ends are nan.
    """
    if df < 1:
        return np.nan, np.nan
    half = float(stdtrit(df, 0.5 + LEVEL / 2)) * se
    low, high = value - half, value + half
    return (max(low, ends[0]), min(high, ends[1])) if ends is not None else (low, high)

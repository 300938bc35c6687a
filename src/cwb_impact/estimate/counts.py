"""Unweighted counts of each domain, which the disclosure rules look at."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.design import Booleans, Floats, Integers


def disclosure_counts(
    above: Booleans, below: Booleans, y: Floats, domain: Integers, k: int, holding: Integers | None
) -> pd.DataFrame:
    """One row a domain: n, n_holdings, n_outside_largest, n_low_side, n_high_side, all_equal.

    Parameters
    ----------
    above, below : (n,) on which side of the figure a respondent is: has the property of a share and has it not, at
        least and at most the value of a mean or median.
    domain : (n,) 0..k-1, or -1 for respondents who do not count. holding : (n,) the group that knows its members'
        answers, where the policy names one; -1 unknown.
    """
    n = _counted(domain, k)
    return pd.DataFrame(
        {
            "n": n,
            **_holdings(domain, k, holding, n),
            "n_low_side": _counted(np.where(below, domain, -1), k),
            "n_high_side": _counted(np.where(above, domain, -1), k),
            "all_equal": _all_equal(y, domain, k),
        }
    )


def _counted(domain: Integers, k: int) -> Integers:
    return np.bincount(domain + 1, minlength=k + 1)[1:]


def _holdings(domain: Integers, k: int, holding: Integers | None, n: Integers) -> dict[str, Integers]:
    """How many holdings a domain has, and how many of its people are outside the largest."""
    if holding is None:
        return {"n_holdings": (n > 0).astype(np.int64), "n_outside_largest": np.zeros(k, dtype=np.int64)}
    holdings = int(holding.max(initial=-1)) + 2  # those of unknown holding are one more
    cell = (domain + 1) * holdings + holding + 1
    people = np.bincount(cell, minlength=(k + 1) * holdings).reshape(k + 1, holdings)[1:]
    return {"n_holdings": (people > 0).sum(axis=1), "n_outside_largest": n - people.max(axis=1)}


def _all_equal(y: Floats, domain: Integers, k: int) -> Booleans:
    inside = domain >= 0
    ends = pd.Series(y[inside]).groupby(domain[inside]).agg(["min", "max"]).reindex(range(k))
    return (ends["min"] == ends["max"]).to_numpy(dtype=bool)

"""Secondary suppression: what is hidden in a dimension can be computed from the total and the other categories.

This is the plain rule for one dimension at a time. The attacker that looks across tables and releases is not here yet.
"""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from cwb_impact.disclosure.primary import SUPPRESSED
from cwb_impact.spec.policy import Policy

COMPLEMENT = "suppressed_secondary"


def complements(frame: pd.DataFrame, policy: Policy) -> pd.Series:
    """Which rows must go because the total and the others would give the hidden categories away.

    Categories are hidden when they are suppressed or shown as a band; what the total and the rest give away is their
    sum. While that sum is one category, or fewer respondents than the policy's minimum, the shown category with the
    fewest respondents over all waves goes too: over all waves, so that the same category goes in each and the change
    of the others can be told. Categories without respondents cover nothing.

    frame : rows with indicator, population, wave, dimension, category, n, status and band.

    Returns
    -------
    (rows,) boolean, on the index of the frame.
    """
    chosen: list[Hashable] = []
    by = ["indicator", "population", "wave", "dimension"]
    size = frame.groupby(["indicator", "population", "dimension", "category"], sort=False)["n"].transform("sum")
    for _, group in frame[frame["dimension"] != "total"].groupby(by, sort=False):
        people = group[(group["n"].astype(int) > 0) & (group["status"] != "not_collected")]
        hidden = people[(people["status"] == SUPPRESSED) | (people["band"] != "")]
        shown = people["n"].drop(index=hidden.index)
        shown = shown.loc[size.loc[shown.index].sort_values(kind="stable").index]
        covered = [int(n) for n in hidden["n"]]
        for row, n in shown.items():
            if not covered or (len(covered) > 1 and sum(covered) >= policy.minimum_respondents):
                break
            covered.append(int(n))
            chosen.append(row)
    return pd.Series(frame.index.isin(chosen), index=frame.index)

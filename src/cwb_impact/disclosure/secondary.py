"""Secondary suppression: a single hidden category can be computed from the total and the others.

This is the plain rule for one dimension at a time. The attacker that looks across tables and releases is not here yet.
"""

from __future__ import annotations

import pandas as pd

from cwb_impact.disclosure.primary import SUPPRESSED

COMPLEMENT = "suppressed_secondary"


def complements(frame: pd.DataFrame) -> pd.Series:
    """Which rows must go because they are the only cover of one hidden category.

    frame : rows with indicator, population, wave, dimension, category, n and status. Where a dimension has exactly
    one suppressed category, the published category with the fewest respondents goes too.

    Returns
    -------
    (rows,) boolean, on the index of the frame.
    """
    chosen: list[object] = []
    by = ["indicator", "population", "wave", "dimension"]
    for _, group in frame[frame["dimension"] != "total"].groupby(by, sort=False):
        hidden = group["status"] == SUPPRESSED
        shown = group[~hidden & (group["status"] != "not_collected")]
        if hidden.sum() == 1 and len(shown):
            chosen.append(shown["n"].astype(int).idxmin())
    return pd.Series(frame.index.isin(chosen), index=frame.index)

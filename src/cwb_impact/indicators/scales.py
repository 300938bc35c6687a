"""Scale scores from items."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.indicators.conditions import first_reason
from cwb_impact.spec.dictionary import Scale


def score(scale: Scale, frame: pd.DataFrame) -> pd.DataFrame:
    """The score of each respondent, missing when any item is (the reason is that of the first missing item).

    score = multiply * sum(items), or multiply * mean(items); an item listed as reversed counts as low + high - item.

    Returns
    -------
    (n, 2) frame with the columns `<id>` and `<id>__why`.
    """
    low, high = scale.item_range
    items = [
        low + high - frame[item].to_numpy(dtype=np.float64)
        if item in scale.reversed
        else frame[item].to_numpy(dtype=np.float64)
        for item in scale.items
    ]
    why = first_reason(list(scale.items), frame)
    total = np.sum(items, axis=0) / (len(items) if scale.method == "mean" else 1)
    values = np.where(why == "valid", scale.multiply * total, np.nan)
    return pd.DataFrame({scale.id: values, f"{scale.id}__why": why}, index=frame.index)

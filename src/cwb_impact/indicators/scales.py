"""Scale scores from items."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cwb_impact.indicators.conditions import LEAST, MOST, first_reason
from cwb_impact.spec.scale import AtMost, Scale
from cwb_impact.types import Floats

ENOUGH = 30
"""Complete answers. With fewer the sign of a correlation between items says little."""

ROUNDING = 1e-9
"""What a score may miss the end of its range by."""


def item_scores(scale: Scale, frame: pd.DataFrame) -> Floats:
    """(n, items) what each answer adds to the score, NaN where it is missing.

    Of a sum or mean the number itself, or low + high - number for an item that runs the other way; of a count 1 or 0.
    """
    columns = [_points(scale, item, frame) for item in scale.items]
    missing = np.column_stack([frame[f"{item}__why"].to_numpy(dtype=object) != "valid" for item in scale.items])
    return np.asarray(np.where(missing, np.nan, np.column_stack(columns)), dtype=np.float64)


def _points(scale: Scale, item: str, frame: pd.DataFrame) -> Floats:
    if scale.points is not None:
        return np.asarray(frame[item].isin(scale.points[item]), dtype=np.float64)
    low, high = scale.item_range or (0, 0)
    numbers = frame[item].to_numpy(dtype=np.float64)
    return low + high - numbers if item in scale.reversed else numbers


def score(scale: Scale, frame: pd.DataFrame, table: Mapping[float, float] | None = None) -> pd.DataFrame:
    """The score of each respondent; missing, with the reason of the first missing item, when the rule asks more items.

    sum or mean of the items, times `multiply`; or moved in a straight line from one range to another:
    to_low + (score - from_low) (to_high - to_low) / (from_high - from_low); or looked up in a table. A count is the
    number of items with a point. Of `person_mean` missing items count as the mean of the person's other items.

    Parameters
    ----------
    table : raw score to final score, where the scale has one; a raw score that is not in it gives `not_mappable`.

    Returns
    -------
    (n, 2) frame with the columns `<id>` and `<id>__why`; (n, 4) for a bounded scale, with its LEAST and MOST.
    """
    answers = item_scores(scale, frame)
    absent = np.isnan(answers)
    missing = absent.sum(axis=1)
    allowed = scale.missing.at_most if isinstance(scale.missing, AtMost) else 0
    why = np.where(missing <= allowed, "valid", first_reason(list(scale.items), frame))
    answered = answers.shape[1] - missing
    total = np.where(absent, 0.0, answers).sum(axis=1)
    raw = total
    if scale.method != "count":
        # in this order a sum of whole numbers stays whole where it is
        raw = total * (1 if scale.method == "mean" else answers.shape[1]) / np.maximum(answered, 1)
    values = _final(scale, raw, table)
    low, high = scale.range
    why = np.where((why == "valid") & np.isnan(values), "not_mappable", why)
    outside = (values < low - ROUNDING) | (values > high + ROUNDING)
    why = np.where((why == "valid") & outside, "invalid", why)
    made = {scale.id: np.where(why == "valid", values, np.nan), f"{scale.id}__why": why}
    if scale.missing == "bounded":
        made |= {f"{scale.id}{LEAST}": total, f"{scale.id}{MOST}": total + missing}
    return pd.DataFrame(made, index=frame.index)


def _final(scale: Scale, raw: Floats, table: Mapping[float, float] | None) -> Floats:
    if scale.table is not None:
        return np.array([(table or {}).get(float(value), np.nan) for value in raw], dtype=np.float64)
    if scale.rescale is not None:
        from_low, from_high, to_low, to_high = scale.rescale
        return to_low + (raw - from_low) * (to_high - to_low) / (from_high - from_low)
    return scale.multiply * raw

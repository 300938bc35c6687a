"""How much of a sum of money is left without the two largest: what the p% rule looks at."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.types import Floats


def remainder_percent(amounts: Floats, holding: np.ndarray) -> float:
    """What is left of a sum without its two largest holdings, in percent of the largest.

    The second largest knows its own amount and can take it off the published sum; what is left beside the largest is
    all that hides it. 100 (X - x1 - x2) / x1, as in the p% rule of the Handbook on Statistical Disclosure Control.

    Parameters
    ----------
    amounts : (n,) not negative. holding : (n,) the co-op or supplier of each; all that are not known (empty) may be of
        the largest, so they count as its.

    Returns
    -------
    float
        nan where the sum is 0: nobody is in it.

    Examples
    --------
    >>> remainder_percent(np.array([60.0, 30.0, 6.0]), np.array(["a", "b", "c"]))
    10.0
    """
    sums = pd.Series(amounts).groupby(pd.Series(holding).astype("str"), sort=False).sum()
    known = sums.drop(index="", errors="ignore").sort_values()
    largest = float(known.iloc[-1:].sum() + sums.get("", 0.0))
    # the tenth decimal depends on the order of the rows, and the rule compares with a whole percent
    return round(float(100 * known.iloc[:-2].sum() / largest), 9) if largest > 0 else float("nan")

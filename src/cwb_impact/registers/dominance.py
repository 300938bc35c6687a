"""How much of a sum of money is left without the two largest, by the names of who has it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.disclosure import dominance
from cwb_impact.types import Floats


def remainder_percent(amounts: Floats, holding: np.ndarray) -> float:
    """What is left of a sum without its two largest holdings, in percent of the largest.

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
    names = pd.Series(holding).astype("str")
    return dominance.remainder_percent(amounts, pd.Categorical(names.where(names != "")).codes.astype(np.int64))

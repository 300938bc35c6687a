"""Where the package says that an interval may be too short: at the limits that docs/coverage.md found."""

import numpy as np
import pandas as pd
import pytest

from cwb_impact.errors import Problems
from cwb_impact.estimate.small_samples import short_changes, short_intervals
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.indicator import Indicator

KNOWN = load_dictionary(Problems()).indicators
BOUNDED, SHARE = KNOWN["life_satisfaction"], KNOWN["good_health"]
AMOUNT = BOUNDED.model_copy(update={"scale_range": None, "unit": "hours"})


def told(indicator: Indicator, n: int, kish: float, spread: float = 0.0) -> bool:
    """One domain of n people; the standard deviation of log y is `spread`."""
    y = np.exp(spread * np.resize([-1.0, 1.0], n) * np.sqrt((n - 1) / n) + 3)
    return bool(short_intervals(indicator, y, np.zeros(n, dtype=np.int64), np.array([n]), np.array([kish]))[0])


CASES = [
    (SHARE, 8, 3.0, 0.0, False),
    (BOUNDED, 20, 1.16, 0.0, True),
    (BOUNDED, 20, 1.14, 0.0, False),
    (BOUNDED, 30, 1.16, 0.0, False),
    (AMOUNT, 28, 1.0, 0.0, True),
    (AMOUNT, 60, 1.0, 0.7, False),
    (AMOUNT, 60, 1.0, 0.8, True),
    (AMOUNT, 60, 1.05, 0.0, True),
    (AMOUNT, 200, 1.5, 0.8, False),
]


@pytest.mark.parametrize(("indicator", "n", "kish", "spread", "short"), CASES)
def test_the_limits_are_those_of_the_table(
    indicator: Indicator, n: int, kish: float, spread: float, short: bool
) -> None:
    assert told(indicator, n, kish, spread) is short


def test_a_change_of_a_share_that_rests_on_a_handful_is_told() -> None:
    rows = pd.DataFrame(
        {"statistic": ["share", "share", "mean", "mean"], "short_interval": [False, False, False, True]}
    )
    sides = pd.DataFrame({"n_low_side": [40, 40, 1, 40], "n_high_side": [3, 2, 1, 40]})
    first = pd.concat([rows, sides], axis=1)
    plenty = first.assign(n_low_side=40, n_high_side=40, short_interval=False)
    assert short_changes(first, plenty).tolist() == [False, True, False, True]
    assert short_changes(plenty, first).tolist() == [False, True, False, True]

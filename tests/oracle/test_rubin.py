"""Rubin's rules against mitools (tests/oracle/rubin.R), and against figures of mice that were published."""

import numpy as np
import pandas as pd
import pytest

from cwb_impact.impute.rubin import Pooled, pool

ORACLE = pd.read_csv("tests/oracle/rubin.csv", dtype={"copy": str})
# Both sides add up the same numbers; R wrote 15 digits.
RTOL = 1e-10


def pooled(case: str, complete: float | None = None) -> tuple[Pooled, pd.Series]:
    """Ours from the copies of R, and R's; complete : other degrees of freedom than those of the design."""
    rows = ORACLE[ORACLE["case"] == case]
    copies, theirs = rows[rows["copy"] != "pooled"], rows[rows["copy"] == "pooled"].iloc[0]
    columns = (copies[[name]].to_numpy(dtype=float) for name in ("value", "variance"))
    return pool(*columns, np.array([theirs["complete"] if complete is None else complete])), theirs


@pytest.mark.parametrize("case", ORACLE["case"].unique())
def test_value_variance_and_large_sample_degrees_equal_mitools(case: str) -> None:
    ours, theirs = pooled(case, np.inf)
    made = [part[0] for part in (ours.value, ours.total, ours.df, ours.fmi)]
    np.testing.assert_allclose(made, theirs[["value", "variance", "df_rubin", "missinfo"]].astype(float), rtol=RTOL)


@pytest.mark.parametrize("case", ORACLE["case"].unique())
def test_small_sample_degrees_are_those_of_barnard_and_rubin(case: str) -> None:
    ours, theirs = pooled(case)
    assert ours.df[0] == pytest.approx(theirs["df"], rel=RTOL)
    assert ours.df[0] < theirs["complete"]
    # mitools leaves 1/m out of the part that is missing: with many copies it comes to the same
    assert theirs["df_mitools"] > theirs["df"]
    assert theirs["df_mitools"] == pytest.approx(theirs["df"], rel=0.1 / theirs["m"] + 0.005)


# Output of mice::pool on five copies of nhanes, printed in amices/mice pull request 509 (age on bmi) and
# rvlenth/emmeans issue 406 (bmi on hyp and chl): ubar, b, t, dfcom, df, lambda, fmi.
MICE = [
    (1.154102714, 0.3341192913, 1.555045863, 23, 12.48683, 0.2578336, 0.3536785),
    (0.001629126, 0.0003996515, 0.002108708, 23, 13.53213, 0.2274293, 0.3208922),
    (17.50901, 4.9135453308, 23.40526, 22, 12.20835, 0.2519200, 0.3502976),
    (3.706792, 2.6254225741, 6.857299, 22, 6.93623, 0.4594385, 0.5682446),
    (0.0006292612, 0.0001111273, 0.0007626139, 22, 14.81005, 0.1748627, 0.2675225),
]


@pytest.mark.parametrize("row", MICE)
def test_published_output_of_mice_is_found_again(row: tuple[float, ...]) -> None:
    within, between, total, complete, df, missing, fmi = row
    # five values whose variance is `between`
    values = np.sqrt(between / 2.5) * np.arange(-2.0, 3.0)[:, None]
    ours = pool(values, np.full((5, 1), within), np.array([complete]))
    made = [ours.between[0], ours.total[0], ours.df[0], 1 - ours.within[0] / ours.total[0], ours.fmi[0]]
    np.testing.assert_allclose(made, [between, total, df, missing, fmi], rtol=2e-6)

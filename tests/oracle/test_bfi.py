"""Reliability against R's psych, survey and factanal (tests/oracle/bfi.R) and lavaan (lavaan.csv) on psych's bfi."""

import numpy as np
import pandas as pd
import pytest

from cwb_impact.estimate.reliability import alpha, item_statistics, reliability
from cwb_impact.estimate.scale_items import Missing
from cwb_impact.estimate.variance import centred
from cwb_impact.types import Floats, Integers

ORACLE = pd.read_csv("tests/oracle/bfi.csv", keep_default_na=False)
LAVAAN = pd.read_csv("tests/oracle/lavaan.csv", comment="#", keep_default_na=False)
# The same sums in another order of adding; the factor is solved to rounding in both programs.
RTOL = 1e-8
# psych's fa and lavaan stop where the likelihood changes no more, some 1e-6 from its top.
STOPPED = 5e-6

CASES = sorted({(row.scale, row.missing, row.weights) for row in ORACLE.itertuples()})


def answers(scale: str) -> Floats:
    data = pd.read_csv("tests/oracle/data/bfi.csv").astype(float)
    for name in ("A1", "C4", "C5"):
        data[name] = 7 - data[name]
    return data[[f"{scale}{i}" for i in range(1, 6)]].to_numpy()


def weights(kind: str) -> tuple[Floats, Integers]:
    """Weights and clusters of 20 rows as in bfi.R, whose rows count from 1."""
    row = np.arange(2800)
    return np.ones(2800) if kind == "equal" else 1 + ((row + 1) % 7) / 3, row // 20


def expected(scale: str, missing: str, kind: str, quantity: str) -> Floats:
    rows = ORACLE[(ORACLE["scale"] == scale) & (ORACLE["missing"] == missing) & (ORACLE["weights"] == kind)]
    return rows.loc[rows["quantity"] == quantity, "value"].to_numpy(dtype=float)


@pytest.mark.parametrize(("scale", "missing", "kind"), CASES)
def test_alpha_omega_and_items_equal_r(scale: str, missing: Missing, kind: str) -> None:
    items, (w, _) = answers(scale), weights(kind)
    whole, each = reliability(items, w, missing), item_statistics(items, w, missing)
    assert whole.notes == ()
    assert whole.against == ()
    for quantity in ("n", "ess", "alpha", "alpha_std", "alpha_low", "alpha_high", "omega", "omega_std"):
        for value in expected(scale, missing, kind, quantity):
            np.testing.assert_allclose(getattr(whole, quantity), value, rtol=RTOL, err_msg=quantity)
    names = {"item_n": "n", "item_mean": "mean", "item_sd": "sd"}
    for quantity in ("item_n", "item_mean", "item_sd", "item_rest", "alpha_if_dropped", "loading"):
        values = expected(scale, missing, kind, quantity)
        ours = [getattr(item, names.get(quantity, quantity)) for item in each]
        np.testing.assert_allclose(ours[: len(values)], values, rtol=RTOL, err_msg=quantity)


@pytest.mark.parametrize("scale", ["A", "C"])
def test_the_oracle_holds_every_quantity(scale: str) -> None:
    """So that the test above cannot pass by comparing nothing."""
    assert set(ORACLE.loc[ORACLE["scale"] == scale, "quantity"]) == {
        *("n", "ess", "alpha", "alpha_std", "alpha_low", "alpha_high", "alpha_se", "omega", "omega_std"),
        *("item_n", "item_mean", "item_sd", "item_rest", "alpha_if_dropped", "loading"),
        *("loading_psych", "omega_std_psych"),
    }
    assert len(expected(scale, "pairwise", "equal", "item_rest")) == 5


@pytest.mark.parametrize("scale", ["A", "C"])
def test_error_of_alpha_in_clusters_equals_that_of_survey(scale: str) -> None:
    """The delta method of survey's covariance matrix of covariances, against PSU sums of our influence values."""
    items, (w, cluster) = answers(scale), weights("unequal")
    used = ~np.isnan(items).any(axis=1)
    sums = np.bincount(cluster[used], weights=alpha(items, w).influence[used])
    e = centred(sums, np.where(np.bincount(cluster[used]) > 0, 0, -1), 1, "fail")
    np.testing.assert_allclose((e**2).sum() ** 0.5, expected(scale, "complete", "unequal", "alpha_se"), rtol=RTOL)


@pytest.mark.parametrize("scale", ["A", "C"])
def test_loadings_and_omega_agree_with_psych_and_lavaan(scale: str) -> None:
    items = answers(scale)
    whole, each = reliability(items), item_statistics(items)
    loading = np.array([item.loading for item in each])
    np.testing.assert_allclose(loading, expected(scale, "complete", "equal", "loading_psych"), rtol=STOPPED)
    np.testing.assert_allclose(whole.omega_std, expected(scale, "complete", "equal", "omega_std_psych"), rtol=STOPPED)
    lavaan = LAVAAN[LAVAAN["scale"] == scale].groupby("quantity")["value"].agg(list)
    np.testing.assert_allclose(whole.omega, lavaan["omega"], rtol=STOPPED)
    # lavaan divides by n
    variance = np.array([item.sd**2 * (item.n - 1) / item.n for item in each])
    np.testing.assert_allclose(loading * variance**0.5, lavaan["lambda"], rtol=STOPPED)
    np.testing.assert_allclose((1 - loading**2) * variance, lavaan["theta"], rtol=STOPPED)

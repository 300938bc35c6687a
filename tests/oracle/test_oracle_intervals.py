"""Intervals and exact tests against R (tests/oracle/intervals.R; survey45.csv says where it comes from)."""

import numpy as np
import pandas as pd
import pytest

from cwb_impact.estimate.exact import (
    binomial_interval,
    fisher,
    hypergeometric_interval,
    mcnemar,
    sign_test,
    signed_rank,
)
from cwb_impact.estimate.intervals import (
    Interval,
    asin_interval,
    beta_interval,
    logit_interval,
    share_t_interval,
    standard_error,
    wilson_interval,
    woodruff_interval,
)
from cwb_impact.estimate.quantiles import quantile_at, ranked
from cwb_impact.types import Floats

ORACLE = pd.read_csv("tests/oracle/intervals.csv").set_index("kind")
# The share and its error come from R with 15 digits; both sides invert the distribution functions of t and beta.
RTOL = 1e-8


def share_interval(method: str, p: Floats, se: Floats, df: Floats, n: Floats) -> Interval:
    match method:
        case "mean":
            return share_t_interval(p, se, df)
        case "xlogit":
            return logit_interval(p, se, df)
        case "asin":
            return asin_interval(p, se, df)
        case "beta":
            return beta_interval(p, se, df, n, deff=1.0, ceiling=False)
    raise AssertionError(method)


def columns(rows: pd.DataFrame, *names: str) -> list[Floats]:
    return [rows[name].to_numpy(dtype=float) for name in names]


def reflected(rows: pd.DataFrame) -> Floats:
    """Does R square the sine of an angle below 0? Then its low end is no end (see asin_interval)."""
    share, se, df = columns(rows, "share", "se", "df")
    return asin_interval(share, se, df).low == 0.0


@pytest.mark.parametrize("method", ["mean", "xlogit", "beta", "asin"])
def test_intervals_of_shares_equal_svyciprop(method: str) -> None:
    rows = ORACLE.loc["share"]
    rows = rows[(rows["method"] == method) & (rows["se"] > 0)]
    assert len(rows) == 15
    ours = share_interval(method, *columns(rows, "share", "se", "df", "n"))
    low, high = columns(rows, "low", "high")
    if method == "mean":
        low, high = np.maximum(low, 0.0), np.minimum(high, 1.0)  # R does not cut
    if method == "asin":
        turned = reflected(rows)
        assert set(rows["case"][turned]) == {"clus1-ell0", "clus1_nofpc-ell0"}
        low = np.where(turned, 0.0, low)
    np.testing.assert_allclose(ours.low, low, rtol=RTOL, atol=1e-15)
    np.testing.assert_allclose(ours.high, high, rtol=RTOL)


def test_where_all_answers_are_equal_r_has_no_interval_and_beta_and_wilson_have() -> None:
    rows = ORACLE.loc["share"]
    rows = rows[(rows["se"] == 0) & (rows["df"] > 0)]
    assert set(rows["share"]) == {0.0, 1.0}
    assert rows.loc[rows["method"] != "mean", ["low", "high"]].isna().all(axis=None)
    for interval in (beta_interval, wilson_interval):
        ours = interval(*columns(rows, "share", "se", "df", "n"), deff=1.0, ceiling=False)
        assert (np.where(rows["share"] == 0, ours.low, 1 - ours.high) == 0.0).all()
        assert (ours.high - ours.low > 0.01).all()


def test_wilson_equals_survey_4_5() -> None:
    """Which survey 4.1, the one that `rerun` has, does not know: shares and errors are its own, ends those of 4.5."""
    expected = pd.read_csv("tests/oracle/survey45.csv", comment="#")
    shares = ORACLE.loc["share"].set_index(["case", "method"])
    rows = shares.loc[[(f"{row.design}-{row.variable}", "mean") for row in expected.itertuples()]]
    np.testing.assert_allclose(rows["share"], expected["share"], rtol=RTOL)
    ours = wilson_interval(*columns(rows, "share", "se", "df", "n"), deff=1.0, ceiling=False)
    np.testing.assert_allclose(ours.low, expected["low"], rtol=RTOL)
    np.testing.assert_allclose(ours.high, expected["high"], rtol=RTOL)


@pytest.mark.parametrize("case", ORACLE.loc["quantile", "case"].unique())
@pytest.mark.parametrize("method", ["mean", "xlogit", "beta"])
def test_woodruff_equals_svyquantile(case: str, method: str) -> None:
    name, rule = case.split("-")
    files = {"strat": "apistrat", "strat_nofpc": "apistrat", "clus1": "apiclus1", "clus1_nofpc": "apiclus1"}
    data = pd.read_csv(f"tests/oracle/data/{files.get(name, 'apisrs')}.csv")
    answers = ranked(*columns(data, "api00", "pw"))
    rows = ORACLE.loc["quantile"]
    rows = rows[(rows["case"] == case) & (rows["method"] == method)]
    share = share_interval(method, *columns(rows, "share", "se", "df", "n"))
    ours = woodruff_interval(share, at=lambda p: quantile_at(answers, p, rule))
    np.testing.assert_allclose(ours.low, rows["low"], rtol=RTOL)
    np.testing.assert_allclose(ours.high, rows["high"], rtol=RTOL)
    np.testing.assert_allclose(standard_error(ours, *columns(rows, "df")), rows["value_se"], rtol=RTOL)


def test_exact_intervals_equal_binom_test_and_the_inversion_of_phyper() -> None:
    rows = ORACLE.loc["exact"]
    rows = rows[rows["method"].isin(["binomial", "hypergeometric"])]
    assert len(rows) == 15
    for row in rows.itertuples():
        counts = [int(number) for number in row.case.split(" of ")]
        ours = (binomial_interval if row.method == "binomial" else hypergeometric_interval)(*counts)
        np.testing.assert_allclose([ours.low, ours.high], [row.low, row.high], rtol=RTOL)


def test_exact_tests_equal_fisher_test_and_binom_test() -> None:
    rows = ORACLE.loc["exact"]
    for row in rows[rows["method"] == "fisher"].itertuples():
        assert fisher(*(int(number) for number in row.case.split())).p == pytest.approx(row.p, rel=RTOL)
    for row in rows[rows["method"] == "mcnemar"].itertuples():
        assert mcnemar(*(int(number) for number in row.case.split(" up "))).p == pytest.approx(row.p, rel=RTOL)


def test_tests_of_paired_numbers_equal_binom_test_wilcox_test_and_counting_all_signs() -> None:
    rows = ORACLE.loc["exact"].set_index("case")
    schools = pd.read_csv("tests/oracle/data/apisrs.csv").query("stype == 'H'")
    growth = (schools["api00"] - schools["api99"]).to_numpy(dtype=float)
    _, first = np.unique(np.abs(growth), return_index=True)
    untied = growth[np.sort(first)]
    tied = np.round(growth[:10], -1)
    assert sign_test(growth).p == pytest.approx(rows["p"]["srs H"], rel=RTOL)
    assert signed_rank(untied[untied != 0]).p == pytest.approx(rows["p"]["srs H untied"], rel=RTOL)
    assert signed_rank(tied).p == pytest.approx(rows["p"]["srs H tied"], rel=RTOL)
    assert signed_rank(tied).n == rows["n"]["srs H tied"] < 10

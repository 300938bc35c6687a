"""Quantiles, inequality and poverty against R's survey and laeken (eusilc.R) and R's convey (convey.csv).

Second witnesses: microdf for the values, a bootstrap of households for the standard errors.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import pytest

from cwb_impact.design import Booleans, Floats, Integers
from cwb_impact.estimate.inequality import (
    gini,
    gini_of_replicates,
    poverty_gap,
    poverty_rate,
    poverty_threshold,
    s80_s20,
)
from cwb_impact.estimate.quantiles import Rule, bandwidth, part, quantile, quantile_at, ranked
from cwb_impact.estimate.statistics import Estimated

# The same sums in another order of adding.
RTOL = 1e-8
ORACLE = pd.read_csv("tests/oracle/eusilc.csv")
CONVEY = pd.read_csv("tests/oracle/convey.csv", comment="#")
DATA = pd.read_csv("tests/oracle/data/eusilc.csv")
Y, W = DATA["eqIncome"].to_numpy(dtype=float), DATA["rb050"].to_numpy(dtype=float)
REGION = pd.factorize(DATA["db040"])[0].astype(np.int64)
EVERYBODY = np.ones(len(Y), dtype=np.bool_)


def domain_of(category: str) -> Booleans:
    return EVERYBODY if category == "all" else ((DATA["db040"] == category) | (DATA["rb090"] == category)).to_numpy()


def se(influence: Floats, psu: Integers | None = None) -> float:
    """Persons, or other PSUs, drawn with replacement within regions."""
    sums = influence if psu is None else np.bincount(psu, weights=influence)
    stratum = REGION if psu is None else stratum_of(psu)
    m = np.bincount(stratum)
    mean = np.bincount(stratum, weights=sums) / m
    return float(((m / (m - 1))[stratum] * (sums - mean[stratum]) ** 2).sum() ** 0.5)


def stratum_of(psu: Integers) -> Integers:
    stratum = np.zeros(psu.max() + 1, dtype=np.int64)
    stratum[psu] = REGION
    return stratum


def in_domain(statistic: Callable[[Floats, Floats], Estimated], inside: Booleans) -> Estimated:
    made = statistic(Y[inside], W[inside])
    influence = np.zeros(len(Y))
    influence[inside] = made.influence
    return Estimated(made.value, influence)


def schools(case: str) -> tuple[Floats, Floats]:
    name = {"strat_fpc": "apistrat", "cluster_fpc": "apiclus1"}.get(case, "apisrs")
    data = pd.read_csv(f"tests/oracle/data/{name}.csv")
    w = data["pw"].to_numpy(dtype=float)
    return data["api00"].to_numpy(dtype=float), np.ones(len(w)) if case == "srs_ones" else w


def of_schools(case: str, rule: str) -> pd.DataFrame:
    return ORACLE[
        (ORACLE["case"] == case) & (ORACLE["quantity"] == f"quantile_{rule}") & (ORACLE["category"] == "mean")
    ]


# R asks whether p - F(y) is 0 with what rounding leaves of it. The weights 30.97 of srs miss 0.1 and 0.9 by 1e-17 after
# 20 and 180 of 200 schools, so R goes on to the next; with weights of 1 (srs_ones) it does not, and neither do we in
# both cases.
MISSED_BY_R = {("srs", rule, p) for rule in ("math", "school") for p in (0.1, 0.9)}


@pytest.mark.parametrize("rule", ["math", "school", "hf6", "hf7"])
@pytest.mark.parametrize("case", ["strat_fpc", "cluster_fpc", "srs", "srs_ones"])
def test_quantiles_equal_r_survey(case: str, rule: Rule) -> None:
    y, w = schools(case)
    rows = of_schools(case, rule)
    assert len(rows) == 5
    for row in rows.itertuples():
        value = quantile(y, w, row.p, rule).value
        if (case, rule, row.p) in MISSED_BY_R:
            exact = of_schools("srs_ones", rule).set_index("p")["value"]
            assert value == exact[row.p] < row.value
        else:
            np.testing.assert_allclose(value, row.value, rtol=RTOL)


def test_the_schools_tell_the_rules_apart() -> None:
    """F hits p exactly in srs_ones, so that none of the four columns of R is that of another."""
    columns = [tuple(of_schools("srs_ones", rule)["value"]) for rule in ("math", "school", "hf6", "hf7")]
    assert len(set(columns)) == 4


def ours(quantity: str, p: float, inside: Booleans, w: Floats) -> float:
    match quantity:
        case "weighted_quantile":
            return quantile(Y, w, p).value
        case "arpt":
            return poverty_threshold(Y, w, p).value
        case "arpr":
            return poverty_rate(Y, w, inside, p).value
        case "rmpg":
            return poverty_gap(Y, w, inside, p).value
        case "qsr":
            return s80_s20(Y[inside], w[inside]).value
        case _:
            return gini(Y[inside], w[inside]).value


def with_laekens_next_y(quantity: str, inside: Booleans, w: Floats) -> float:
    """S80/S20 and the gap with quantiles that go on to the next y where F hits p exactly."""
    everybody = ranked(Y, w)
    if quantity == "rmpg":
        line = 0.6 * quantile_at(everybody, 0.5)
        return 1 - quantile_at(part(everybody, inside & (line > Y)), 0.5 + 1e-9) / line
    low, high = (quantile_at(part(everybody, inside), p + 1e-9) for p in (0.2, 0.8))
    income = w * Y * inside
    return float((income * (high < Y)).sum() / (income * (low >= Y)).sum())


# Without weights, and where n / 5 is whole or the number of the poor is even, F hits p exactly (and no tie hides it).
HIT = {("qsr", "Upper Austria"), ("qsr", "female")}
HIT |= {("rmpg", "Upper Austria"), ("rmpg", "Vienna"), ("rmpg", "female")}


@pytest.mark.parametrize(("case", "w"), [("eusilc", W), ("eusilc_unweighted", np.ones(len(W)))])
def test_values_equal_laeken(case: str, w: Floats) -> None:
    """National thresholds; by region and sex. The unweighted Gini is that of both packages."""
    rows = ORACLE[(ORACLE["case"] == case) & ~ORACLE["quantity"].str.startswith("quantile")]
    assert len(rows) == 9 + 4 + 7 * 12
    for row in rows.itertuples():
        inside = domain_of(row.category)
        assert inside.sum() == row.n
        value = ours(row.quantity, row.p, inside, w)
        if case == "eusilc_unweighted" and (row.quantity, row.category) in HIT:
            assert abs(value / row.value - 1) > 1e-3
            value = with_laekens_next_y(row.quantity, inside, w)
        np.testing.assert_allclose(value, row.value, rtol=RTOL, err_msg=str(row))


def convey(quantity: str) -> pd.DataFrame:
    rows = CONVEY[CONVEY["quantity"] == quantity]
    assert len(rows) == 10
    return rows


def test_gini_and_its_error_equal_convey() -> None:
    """rank="last" is convey's. The other rank moves the error by the order of 1/n, the value of a respondent."""
    for row in convey("gini").itertuples():
        inside = domain_of(row.category)
        last = in_domain(partial(gini, rank="last"), inside)
        np.testing.assert_allclose([last.value, se(last.influence)], [row.value, row.se], rtol=RTOL)
        middle = in_domain(gini, inside)
        assert abs(se(middle.influence) / row.se - 1) < 2 / inside.sum()


# convey centres 1{y <= q} on p, we on F(q), which differ by at most one respondent's share of the domain.
CENTRED = {"all": 2e-6}
CENTRED_IN_A_REGION = 2e-4


def smoothed_s80_s20(y: Floats, w: Floats) -> Floats:
    """Influence values of S80/S20 with the density at the quintiles estimated twice by convey's kernel."""
    of = ranked(y, w)

    def total_up_to(p: float) -> tuple[float, Floats]:
        q = quantile_at(of, p)
        below, near = y <= q, np.exp(-(((y - q) / bandwidth(y, w)) ** 2) / 2)
        at_q = (w * near * y).sum() / (w * near).sum()
        return (w * y * below).sum(), w * (y * below - at_q * (below - (w * below).sum() / w.sum()))

    (s20, poor), (s80, not_rich) = total_up_to(0.2), total_up_to(0.8)
    value = ((w * y).sum() - s80) / s20
    return (w * y - not_rich - value * poor) / s20


def test_s80_s20_equals_convey_but_for_its_kernel() -> None:
    """Our influence values need no density. convey estimates the density of people and that of income at each quintile
    by kernel, and their quotient is the quintile only nearly. With that kernel we have convey's error (but for the
    centring), without it another, by at most 2% in a region and 0.1% in all.
    """
    for row in convey("qsr").itertuples():
        inside = domain_of(row.category)
        made = in_domain(s80_s20, inside)
        np.testing.assert_allclose(made.value, row.value, rtol=RTOL)
        smooth = in_domain(lambda y, w: Estimated(0.0, smoothed_s80_s20(y, w)), inside)
        np.testing.assert_allclose(se(smooth.influence), row.se, rtol=CENTRED.get(row.category, CENTRED_IN_A_REGION))
        np.testing.assert_allclose(se(made.influence), row.se, rtol=1e-3 if row.category == "all" else 0.02)


@pytest.mark.parametrize(
    ("quantity", "statistic"), [("arpr", poverty_rate), ("rmpg", poverty_gap)], ids=["rate", "gap"]
)
def test_poverty_and_its_error_equal_convey_with_its_kernel(quantity: str, statistic: Callable[..., Estimated]) -> None:
    """National threshold, so people outside the region have a part; bandwidth S / N^(1/5) of the domain."""
    for row in convey(quantity).itertuples():
        made = statistic(Y, W, domain_of(row.category), density="kernel")
        np.testing.assert_allclose(made.value, row.value, rtol=RTOL)
        np.testing.assert_allclose(
            se(made.influence), row.se, rtol=CENTRED.get(row.category, CENTRED_IN_A_REGION), err_msg=row.category
        )


def test_thresholds_and_the_median_equal_convey_with_its_kernel() -> None:
    """Each region's own threshold here."""
    rows = CONVEY[CONVEY["quantity"].isin(["arpt", "median"])]
    assert len(rows) == 11
    for row in rows.itertuples():
        statistic = poverty_threshold if row.quantity == "arpt" else quantile
        made = in_domain(partial(statistic, density="kernel"), domain_of(row.category))
        np.testing.assert_allclose(made.value, row.value, rtol=RTOL)
        np.testing.assert_allclose(
            se(made.influence), row.se, rtol=CENTRED.get(row.category, CENTRED_IN_A_REGION), err_msg=row.category
        )


def test_an_external_threshold_makes_a_share() -> None:
    row = CONVEY[CONVEY["quantity"] == "share_below_10000"].iloc[0]
    made = poverty_rate(Y, W, threshold=10_000.0)
    np.testing.assert_allclose([made.value, se(made.influence)], [row["value"], row["se"]], rtol=RTOL)


def test_errors_without_a_bandwidth_are_near_those_of_convey() -> None:
    """density="woodruff", the default: within the 15% that densities estimated in two ways may differ by.

    The gap of single regions is left out: it needs the density among a hundred poor, and there the two differ by up to
    a factor 2.6, on both sides of the bootstrap of the same regions.
    """
    for row in convey("arpr").itertuples():
        np.testing.assert_allclose(se(poverty_rate(Y, W, domain_of(row.category)).influence), row.se, rtol=0.15)
    row = convey("rmpg").iloc[0]
    np.testing.assert_allclose(se(poverty_gap(Y, W).influence), row["se"], rtol=0.15)


def test_gini_and_median_equal_microdf() -> None:
    microdf = pytest.importorskip("microdf")
    series = microdf.MicroSeries(Y, weights=W)
    np.testing.assert_allclose(gini(Y, W).value, series.gini(), rtol=RTOL)
    np.testing.assert_allclose(quantile(Y, W).value, series.median(), rtol=RTOL)


@pytest.mark.slow
def test_errors_agree_with_a_bootstrap_of_households() -> None:
    """Rao & Wu (1988): m - 1 of the m households of each region, weights times m / (m - 1), 300 times.

    The bootstrap's standard error has itself a relative one of 1 / sqrt(600) = 4%, and three of these is 12%; the
    statistics that need a density get 20%, as it is estimated.
    """
    psu = pd.factorize(DATA["db030"])[0].astype(np.int64)
    stratum, replicates = stratum_of(psu), 300
    rng = np.random.default_rng(1988)
    multipliers = np.zeros((len(stratum), replicates))
    for region in range(stratum.max() + 1):
        here = np.flatnonzero(stratum == region)
        m = len(here)
        multipliers[here] = rng.multinomial(m - 1, np.full(m, 1 / m), size=replicates).T * m / (m - 1)
    made = np.empty((replicates, 4))
    for r in range(replicates):
        factor = multipliers[psu, r]
        kept = factor > 0
        y, w = Y[kept], (W * factor)[kept]
        of = ranked(y, w)
        line = 0.6 * quantile_at(of, 0.5)
        gap = 1 - quantile_at(part(of, y < line), 0.5) / line
        made[r] = line, (w * (y < line)).sum() / w.sum(), gap, s80_s20(y, w).value
    bootstrap = [*made.std(axis=0), gini_of_replicates(Y, W, multipliers, psu).std()]
    statistics = (poverty_threshold, poverty_rate, poverty_gap, s80_s20, gini)
    for statistic, theirs in zip(statistics, bootstrap, strict=True):
        tolerance = 0.12 if statistic in (s80_s20, gini) else 0.20
        np.testing.assert_allclose(
            se(statistic(Y, W).influence, psu), theirs, rtol=tolerance, err_msg=statistic.__name__
        )

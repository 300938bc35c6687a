"""The Rao-Wu bootstrap: what its multipliers add up to, the linearised error it tends to, and R survey's bootstrap.

A standard error from R replicates has itself a relative one of 1 / sqrt(2 R): 1.6% with R = 2,000.
"""

import tracemalloc
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joblib import parallel_config
from scipy import sparse

from cwb_impact.design import Booleans, Calibration, Design, Floats, Integers, Replicates, Stage
from cwb_impact.errors import CwbError
from cwb_impact.estimate import bootstrap as module
from cwb_impact.estimate.bootstrap import (
    Bootstrapped,
    bootstrap,
    bootstrap_domains,
    bootstrap_errors,
    bootstrap_gini,
    bootstrap_ratios,
    rao_wu,
)
from cwb_impact.estimate.domains import OUTSIDE, estimate_domains, linear_domains
from cwb_impact.estimate.inequality import gini, poverty_rate
from cwb_impact.estimate.statistics import Estimated, mean, ratio, total
from cwb_impact.estimate.variance import LonelyPsuError, centred, finite_factor, replicate_errors, unit_strata

R = 2000
# three standard errors of ours beside a number without luck, and beside R's, which has luck of its own
BESIDE_LINEARISED = 3 / (2 * R) ** 0.5
BESIDE_R = 2**0.5 * BESIDE_LINEARISED
ORACLE = pd.read_csv("tests/oracle/bootstrap.csv")


def design_of(
    psu: Integers, stratum: Integers, weight: Floats, size: Floats | None = None, lonely: str = "fail"
) -> Design:
    names = tuple(str(code) for code in range(stratum.max() + 1))
    sizes = np.full(len(names), np.inf) if size is None else size
    return Design(psu, stratum, weight, names, sizes, lonely, size is not None, "")


def clustered(seed: int = 1, size: Floats | None = None) -> tuple[Floats, Design, Integers]:
    """Four strata of 12, 20, 30 and 40 PSUs of 1 to 8 people, levels that differ by PSU, and three domains."""
    rng = np.random.default_rng(seed)
    of_psu = np.repeat(np.arange(4), [12, 20, 30, 40])
    psu = np.repeat(np.arange(len(of_psu)), rng.integers(1, 9, len(of_psu)))
    y = 1000 + rng.normal(size=len(of_psu))[psu] + of_psu[psu] + rng.normal(size=len(psu))
    domain = rng.integers(-1, 3, len(psu))
    return y, design_of(psu, of_psu[psu], rng.uniform(1, 3, len(psu)), size), domain


def psus(design: Design) -> int:
    return int(design.psu.max()) + 1


def linearised(sums: Floats, design: Design) -> Floats:
    stratum = unit_strata(design, psus(design))
    e = centred(sums, stratum, len(design.strata), "certainty")
    return np.asarray((e**2 * finite_factor(design, stratum)[:, None]).sum(axis=0) ** 0.5)


def se(made: Bootstrapped, mse: bool = False) -> Floats:
    return np.asarray((bootstrap_errors(made, mse) ** 2).sum(axis=0) ** 0.5)


@given(st.lists(st.integers(2, 9), min_size=1, max_size=5), st.integers(0, 2**32 - 1))
def test_multipliers_of_a_stratum_add_up_to_its_psus(sizes: list[int], seed: int) -> None:
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    design = design_of(np.arange(len(stratum)), stratum, np.ones(len(stratum)))
    multipliers = rao_wu(design, len(stratum), 20, seed)
    assert multipliers.min() >= 0.0
    sums = np.array([multipliers[stratum == code].sum(axis=0) for code in range(len(sizes))])
    np.testing.assert_allclose(sums, np.array(sizes)[:, None] * np.ones(20))
    # whole numbers of draws, m - 1 of them in all
    m = np.array(sizes)[stratum, None]
    times = multipliers * (m - 1) / m
    np.testing.assert_allclose(times, np.round(times), atol=1e-9)


def test_multipliers_average_one_and_vary_as_they_should() -> None:
    """m - 1 draws of m with multiplier 1 - lambda + lambda m / (m - 1) t: mean 1, variance lambda^2 (of t it is
    (m - 1) / m (1 - 1 / m)), covariance -lambda^2 / (m - 1). The mean of R of them has an error of lambda / sqrt(R).
    """
    m, f = np.array([5, 40]), np.array([0.0, 0.75])
    stratum = np.repeat([0, 1], m)
    design = design_of(np.arange(45), stratum, np.ones(45), np.array([np.inf, 40 / 0.75]))
    multipliers = rao_wu(design, 45, 4 * R, seed=5)
    assert np.abs(multipliers.mean(axis=1) - 1).max() < 4 / (4 * R) ** 0.5
    for code in (0, 1):
        spread = np.cov(multipliers[stratum == code])
        np.testing.assert_allclose(np.diag(spread).mean(), 1 - f[code], rtol=0.03)
        apart = (spread.sum() - np.trace(spread)) / (m[code] * (m[code] - 1))
        np.testing.assert_allclose(apart, -(1 - f[code]) / (m[code] - 1), rtol=0.03)


def test_one_seed_gives_one_set_whatever_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    y, design, domain = clustered()
    units = psus(design)
    whole = rao_wu(design, units, 50, seed=3)
    made = bootstrap_domains(y, design, domain, 3, units, 50, seed=3)
    monkeypatch.setattr(module, "_BLOCK", 7 * units)
    np.testing.assert_array_equal(rao_wu(design, units, 50, seed=3), whole)
    np.testing.assert_array_equal(rao_wu(design, units, 20, seed=3), whole[:, :20])
    again = bootstrap_domains(y, design, domain, 3, units, 50, seed=3)
    np.testing.assert_allclose(again.replicates, made.replicates, rtol=1e-12)
    assert (rao_wu(design, units, 50, seed=4) != whole).any()


def test_units_that_the_wave_did_not_sample_keep_one() -> None:
    design = design_of(np.array([1, 1, 4]), np.zeros(3, dtype=np.int64), np.ones(3))
    multipliers = rao_wu(design, 6, 10, seed=1)
    np.testing.assert_array_equal(multipliers[[0, 2, 3, 5]], 1.0)
    assert set(np.unique(multipliers[[1, 4]])) == {0.0, 2.0}


@pytest.mark.parametrize("size", [None, np.array([15.0, 40.0, 31.0, np.inf])], ids=["infinite", "finite"])
def test_error_of_means_and_totals_tends_to_the_linearised(size: Floats | None) -> None:
    """Domains across strata. The two differ by the luck of R replicates, and for means by a term of the order 1 / PSUs
    that linearising leaves out, which is below that luck here.
    """
    y, design, domain = clustered(size=size)
    units = psus(design)
    for totals in (False, True):
        made = bootstrap_domains(y, design, domain, 3, units, R, seed=11, totals=totals)
        beside = linear_domains(y, design, domain, 3, units, totals)
        np.testing.assert_allclose(made.value, beside.value, rtol=1e-12)
        for mse in (False, True):
            np.testing.assert_allclose(se(made, mse), linearised(beside.sums, design), rtol=BESIDE_LINEARISED)


def test_error_of_a_ratio_tends_to_the_linearised() -> None:
    y, design, domain = clustered()
    x = np.random.default_rng(2).uniform(1, 2, len(y)) + (y - 1000) / 10
    made = bootstrap_ratios(y, x, design, domain, 3, psus(design), R, seed=11)
    for code in range(3):
        inside = domain == code
        beside = ratio(y[inside], design.weight[inside], x[inside])
        assert made.value[code] == pytest.approx(beside.value, rel=1e-12)
        sums = np.bincount(design.psu[inside], weights=beside.influence, minlength=psus(design))
        error = linearised(sums[:, None], design)[0]
        assert se(made)[code] == pytest.approx(error, rel=BESIDE_LINEARISED)


def test_domains_covary_as_the_kernel_says() -> None:
    """Correlation of two domain means over replicates beside that of their linearised errors; its luck is 1/sqrt(R)."""
    y, design, domain = clustered()
    made = bootstrap_domains(y, design, domain, 3, psus(design), R, seed=11)
    sums = linear_domains(y, design, domain, 3, psus(design)).sums
    e = centred(sums, unit_strata(design, psus(design)), len(design.strata), "fail")
    np.testing.assert_allclose(np.corrcoef(made.replicates.T), _correlation(e), atol=3 / R**0.5)
    np.testing.assert_allclose(_correlation(bootstrap_errors(made)), np.corrcoef(made.replicates.T), atol=1e-9)


def _correlation(e: Floats) -> Floats:
    scale = (e**2).sum(axis=0) ** 0.5
    return np.asarray(e.T @ e / np.outer(scale, scale))


def test_errors_are_those_of_replicates_that_come_with_a_file() -> None:
    """variance.replicate_errors with scale 1 / (R - 1), or with mse 1 / R, is the same formula."""
    y, design, domain = clustered()
    made = bootstrap_domains(y, design, domain, 3, psus(design), 40, seed=1)
    for mse, scale in ((False, 1 / 39), (True, 1 / 40)):
        given_weights = Replicates(np.empty((0, 40)), scale, np.ones(40), mse, np.arange(40), 39, False)
        errors = replicate_errors(made.replicates, made.value, given_weights, 40)
        np.testing.assert_allclose(bootstrap_errors(made, mse), errors, atol=1e-12)


def test_any_statistic_is_made_again_as_from_psu_totals_and_as_with_weights_of_a_file() -> None:
    y, design, domain = clustered()
    multipliers = rao_wu(design, psus(design), 60, seed=9)

    def compute(statistic: type[Estimated], w: Floats, inside: Booleans) -> Estimated:
        return statistic(y[inside], w[inside])

    for statistic, totals in ((mean, False), (total, True)):
        made = bootstrap(partial(compute, statistic), design, domain, 3, multipliers)
        quick = bootstrap_domains(y, design, domain, 3, psus(design), 60, seed=9, totals=totals)
        np.testing.assert_allclose(made.value, quick.value, rtol=1e-12)
        np.testing.assert_allclose(made.replicates, quick.replicates, rtol=1e-12)
    weights = design.weight[:, None] * multipliers[design.psu]
    filed = Replicates(weights, 1 / 59, np.ones(60), False, np.arange(60), 59, False)

    def of_domain(w: Floats, inside: Booleans) -> Estimated:
        influence = np.zeros(len(y))
        part = gini(y[inside] - 990, w[inside])
        influence[inside] = part.influence
        return Estimated(part.value, influence)

    beside = estimate_domains(of_domain, replace(design, replicates=filed), domain, 3, 60)
    made = bootstrap_gini(y - 990, design, domain, 3, multipliers)
    np.testing.assert_allclose(made.value, beside.value, rtol=1e-12)
    np.testing.assert_allclose(bootstrap_errors(made), beside.sums, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_where_the_replicates_are_made_changes_nothing(backend: str) -> None:
    y, design, domain = clustered()
    multipliers = rao_wu(design, psus(design), 60, seed=9)

    def compute(w: Floats, inside: Booleans) -> Estimated:
        return gini(y[inside], w[inside])

    here = bootstrap(compute, design, domain, 3, multipliers)
    with parallel_config(backend=backend, n_jobs=2):
        there = bootstrap(compute, design, domain, 3, multipliers)
    np.testing.assert_array_equal(there.replicates, here.replicates)


EUSILC = pd.read_csv("tests/oracle/data/eusilc.csv")
INCOME = EUSILC["eqIncome"].to_numpy(dtype=float)
SEX = pd.factorize(EUSILC["rb090"], sort=True)[0].astype(np.int64)  # female, male
HOUSEHOLDS = design_of(
    pd.factorize(EUSILC["db030"])[0].astype(np.int64),
    pd.factorize(EUSILC["db040"])[0].astype(np.int64),
    EUSILC["rb050"].to_numpy(dtype=float),
)
EVERYBODY = np.zeros(len(INCOME), dtype=np.int64)


def oracle(case: str, statistic: str) -> pd.DataFrame:
    rows = ORACLE[(ORACLE["case"] == case) & (ORACLE["statistic"] == statistic)].set_index("domain")
    assert len(rows)
    return rows


@pytest.fixture(scope="module")
def of_households() -> Floats:
    return rao_wu(HOUSEHOLDS, psus(HOUSEHOLDS), R, seed=2024)


def test_gini_of_households_equals_r_survey_and_the_linearised_error(of_households: Floats) -> None:
    rows = oracle("eusilc", "gini")
    by_sex = bootstrap_gini(INCOME, HOUSEHOLDS, SEX, 2, of_households[:, :500])
    everybody = bootstrap_gini(INCOME, HOUSEHOLDS, EVERYBODY, 1, of_households)
    np.testing.assert_allclose([*everybody.value, *by_sex.value], rows["value"][["all", "female", "male"]], rtol=1e-8)
    np.testing.assert_allclose(se(everybody)[0], rows["se"]["all"], rtol=BESIDE_R)
    # 500 replicates of ours beside 2,000 of R's: 3 sqrt(1/1000 + 1/4000)
    np.testing.assert_allclose(se(by_sex), rows["se"][["female", "male"]], rtol=0.106)
    sums = np.bincount(HOUSEHOLDS.psu, weights=gini(INCOME, HOUSEHOLDS.weight).influence)
    np.testing.assert_allclose(se(everybody), linearised(sums[:, None], HOUSEHOLDS), rtol=BESIDE_LINEARISED)


def test_poverty_rate_of_households_equals_r_survey_and_is_near_the_linearised_error(of_households: Floats) -> None:
    """The threshold moves with every replicate. 1,000 of ours beside 2,000 of R's: 3 sqrt(1/2000 + 1/4000) = 8.2%. The
    linearised error holds an estimated density, over which packages differ by up to 15%.
    """
    made = bootstrap(
        lambda w, inside: poverty_rate(INCOME, w, inside), HOUSEHOLDS, EVERYBODY, 1, of_households[:, :1000]
    )
    row = oracle("eusilc", "poverty_rate").loc["all"]
    np.testing.assert_allclose(made.value, row["value"], rtol=1e-8)
    np.testing.assert_allclose(se(made), row["se"], rtol=0.082)
    sums = np.bincount(HOUSEHOLDS.psu, weights=poverty_rate(INCOME, HOUSEHOLDS.weight).influence)
    np.testing.assert_allclose(se(made), linearised(sums[:, None], HOUSEHOLDS), rtol=0.15)


@pytest.mark.parametrize("case", ["cluster", "strat", "eusilc"])
def test_errors_equal_r_survey(case: str) -> None:
    """Districts (15 of them), schools in strata, households in regions; everybody and a domain."""
    if case == "eusilc":
        design, y, domain = HOUSEHOLDS, {"mean": INCOME}, EVERYBODY
    else:
        data = pd.read_csv(f"tests/oracle/data/api{'clus1' if case == 'cluster' else 'strat'}.csv")
        stratum = pd.factorize(data["stype"])[0].astype(np.int64)
        psu = np.arange(len(data)) if case == "strat" else pd.factorize(data["dnum"])[0].astype(np.int64)
        design = design_of(psu, stratum if case == "strat" else 0 * stratum, data["pw"].to_numpy(dtype=float))
        domain = np.where(data["sch_wide"] == 1, 1, OUTSIDE)
        names = {"mean": "api00", "total": "enroll", "ratio": "meals", "below": "api99"}
        y = {statistic: data[name].to_numpy(dtype=float) for statistic, name in names.items()}
    units = psus(design)
    for statistic in set(y) - {"below"}:
        for name, of in (("all", 0 * domain), ("sch_wide", domain)):
            if case == "eusilc" and name != "all":
                continue
            made = (
                bootstrap_ratios(y["ratio"], y["below"], design, of, 2, units, R, seed=7)
                if statistic == "ratio"
                else bootstrap_domains(y[statistic], design, of, 2, units, R, seed=7, totals=statistic == "total")
            )
            row = oracle(case, statistic).loc[name]
            at = int(of.max())
            np.testing.assert_allclose(made.value[at], row["value"], rtol=1e-8)
            np.testing.assert_allclose(se(made)[at], row["se"], rtol=BESIDE_R, err_msg=f"{statistic} {name}")


def test_a_lonely_psu_keeps_its_weight_or_fails() -> None:
    stratum = np.array([0, 0, 0, 1])
    design = design_of(np.arange(4), stratum, np.ones(4), lonely="certainty")
    multipliers = rao_wu(design, 4, 100, seed=1)
    np.testing.assert_array_equal(multipliers[3], 1.0)
    made = bootstrap_domains(np.arange(4.0), design, stratum, 2, 4, 100, seed=1)
    assert se(made)[1] == 0.0 < se(made)[0]
    with pytest.raises(LonelyPsuError):
        rao_wu(replace(design, lonely_psu="fail"), 4, 100, seed=1)


def test_everybody_sampled_leaves_nothing_to_draw() -> None:
    design = design_of(np.arange(5), np.zeros(5, dtype=np.int64), np.ones(5), np.array([5.0]))
    np.testing.assert_array_equal(rao_wu(design, 5, 10, seed=1), 1.0)


def test_with_later_stages_psus_count_as_drawn_with_replacement() -> None:
    stage = Stage(np.arange(4, 8), np.array([0, 0, 1, 1]), np.array([4.0, 4.0]), np.array([0.5, 0.5]))
    psu, stratum = np.array([0, 0, 1, 1]), np.zeros(4, dtype=np.int64)
    plain = design_of(psu, stratum, np.ones(4))
    staged = replace(plain, stages=(stage,), population_size=np.array([4.0]), finite=True)
    np.testing.assert_array_equal(rao_wu(staged, 8, 20, seed=1)[:2], rao_wu(plain, 2, 20, seed=1))


def test_replicates_without_anyone_of_a_domain_are_left_out_and_an_empty_domain_has_no_error() -> None:
    """Domain 1 lives in one PSU of three, which 2 draws miss 4 times in 9; nobody is in domain 2."""
    design = design_of(np.array([0, 1, 2, 2]), np.zeros(4, dtype=np.int64), np.ones(4))
    y, domain = np.array([1.0, 2.0, 3.0, 5.0]), np.array([0, 0, 1, 1])
    made = bootstrap_domains(y, design, domain, 3, 3, R, seed=1)
    missed = np.isnan(made.replicates).mean(axis=0)
    assert missed[1] == pytest.approx(4 / 9, abs=3 * (20 / 81 / R) ** 0.5)
    assert se(made)[1] == pytest.approx(0.0, abs=1e-12)
    assert np.isnan(made.value[2]) and missed[2] == 1.0 and np.isnan(se(made)[2])
    whole = bootstrap_domains(y, design, domain, 3, 3, R, seed=1, totals=True)
    # a total of nobody is 0 in a replicate, and unknown in the sample
    assert not np.isnan(whole.replicates[:, :2]).any() and np.isnan(whole.value[2])
    slow = bootstrap(lambda w, inside: mean(y[inside], w[inside]), design, domain, 3, rao_wu(design, 3, 50, seed=1))
    np.testing.assert_allclose(slow.replicates, made.replicates[:50])


@pytest.mark.parametrize(
    ("design", "units", "replicates", "what"),
    [
        ("plain", 102, 1, "fewer than 2"),
        ("plain", 102, 2**28, "do not fit in 2 GB"),
        ("replicates", 102, 10, "of its own"),
        ("calibrated", 102, 10, "calibrated"),
    ],
)
def test_what_cannot_be_bootstrapped_is_an_error(design: str, units: int, replicates: int, what: str) -> None:
    y, plain, domain = clustered()
    filed = Replicates(np.ones((len(y), 2)), 1.0, np.ones(2), False, np.arange(2), 1, False)
    calibration = Calibration(sparse.csr_array(np.ones((len(y), 1))), plain.weight)
    one = {
        "plain": plain,
        "replicates": replace(plain, replicates=filed),
        "calibrated": replace(plain, calibration=calibration),
    }[design]
    with pytest.raises(CwbError, match=f"E324.*{what}"):
        if design == "calibrated":
            bootstrap_domains(y, one, domain, 3, units, replicates, seed=1)
        else:
            rao_wu(one, units, replicates, seed=1)


def test_memory_does_not_grow_with_replicates() -> None:
    """27,000 more replicates would be 22 MB more of multipliers; only the (R, k) results are longer, twice 0.6 MB."""
    y, design, domain = clustered()
    peaks = []
    for replicates in (3000, 30_000):
        tracemalloc.start()
        bootstrap_domains(y, design, domain, 3, psus(design), replicates, seed=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 2 * 27_000 * 3 * 8 + 100_000

"""All domains in one pass beside one domain at a time, and what must hold of any design."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cwb_impact as cwb
from cwb_impact.design import Design, Floats, Replicates
from cwb_impact.estimate.domains import (
    OUTSIDE,
    Computation,
    domain_degrees,
    domain_means,
    estimate_domains,
    linear_domains,
    psu_totals,
    replicate_means,
    simple_variance,
)
from cwb_impact.estimate.statistics import Estimated, Statistic, mean, total
from cwb_impact.estimate.variance import centred, finite_factor, unit_strata
from cwb_impact.types import Booleans
from estimate.random_designs import Case, cases, two_stages
from weight.residents_study import make

# The same sums in another order: 1e-12 of the largest term. At a level of 1e9 an answer itself is only known to 1e-7.
CLOSE = 1e-12


def one_by_one(statistic: Statistic, y: Floats) -> Computation:
    def compute(w: Floats, inside: Booleans) -> Estimated:
        part = statistic(y[inside], w[inside])
        influence = np.zeros(len(y))
        influence[inside] = part.influence
        return Estimated(part.value, influence)

    return compute


def covariances(case: Case, sums: Floats) -> Floats:
    stratum = unit_strata(case.design, case.units)
    e = centred(sums, stratum, len(case.design.strata), case.design.lonely_psu)
    return np.asarray(e.T @ (e * finite_factor(case.design, stratum)[:, None]))


@given(cases(), st.sampled_from([mean, total]))
def test_one_pass_equals_one_domain_at_a_time(case: Case, statistic: Statistic) -> None:
    of = case.design, case.domain, case.k, case.units
    fast = linear_domains(case.y, *of, totals=statistic is total)
    slow = estimate_domains(one_by_one(statistic, case.y), *of)
    scale = case.design.weight.sum() if statistic is total else 1.0
    rounding = CLOSE * scale * (1.0 + case.level)
    np.testing.assert_allclose(fast.value, slow.value, rtol=CLOSE, atol=rounding)
    np.testing.assert_allclose(fast.sums, slow.sums, rtol=CLOSE, atol=rounding)
    np.testing.assert_allclose(fast.kish, slow.kish, rtol=CLOSE)
    np.testing.assert_allclose(fast.simple, slow.simple, rtol=1e-9, atol=rounding**2 + rounding * scale)
    empty = np.bincount(case.domain + 1, minlength=case.k + 1)[1:] == 0
    assert (np.isnan(fast.value) == empty).all() and not np.isnan(fast.sums).any() and (fast.sums[:, empty] == 0).all()


@given(cases())
def test_the_level_of_answers_costs_no_digits(case: Case) -> None:
    """Years and incomes: taking the level off first, which is exact, gives the same errors."""
    of = case.design, case.domain, case.k, case.units
    far, near = linear_domains(case.y, *of), linear_domains(case.y - case.level, *of)
    np.testing.assert_allclose(far.value, case.level + near.value, rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(far.sums, near.sums, atol=CLOSE)
    np.testing.assert_allclose(far.simple, near.simple, rtol=1e-9, atol=CLOSE)


@given(cases(finite=True))
def test_totals_of_a_partition_add_up_with_their_covariances(case: Case) -> None:
    everybody = np.where(case.domain == OUTSIDE, OUTSIDE, 0)
    parts = linear_domains(case.y, case.design, case.domain, case.k, case.units, totals=True)
    whole = linear_domains(case.y, case.design, everybody, 1, case.units, totals=True)
    np.testing.assert_allclose(np.nansum(parts.value), np.nansum(whole.value), rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(parts.sums.sum(axis=1), whole.sums[:, 0], rtol=1e-9, atol=CLOSE * (1 + case.level))
    both, one = covariances(case, parts.sums), covariances(case, whole.sums)
    np.testing.assert_allclose(both.sum(), one[0, 0], rtol=1e-9, atol=1e-9 * np.abs(both).sum())


@given(cases())
def test_shares_of_a_partition_add_up_to_one_without_error(case: Case) -> None:
    everybody = np.zeros(len(case.y), dtype=np.int64)
    each = [(case.domain == code).astype(np.float64) for code in range(-1, case.k)]
    made = [linear_domains(y, case.design, everybody, 1, case.units) for y in each]
    np.testing.assert_allclose(sum(part.value for part in made), 1.0, rtol=CLOSE)
    matrix = covariances(case, np.column_stack([part.sums for part in made]))
    np.testing.assert_allclose(matrix.sum(axis=0), 0.0, atol=1e-12)


@given(cases())
def test_a_domain_of_one_respondent_has_no_error_of_its_mean(case: Case) -> None:
    domain = np.full(len(case.y), OUTSIDE)
    domain[0] = 0
    made = linear_domains(case.y, case.design, domain, 1, case.units)
    assert made.value[0] == pytest.approx(case.y[0], rel=1e-15)
    assert np.abs(made.sums).max() <= 1e-15 * (1 + case.level) and made.kish[0] == pytest.approx(1.0)
    assert domain_degrees(case.design, domain, 1, case.units)[0] == 0


@given(cases())
def test_degrees_of_freedom_are_psus_minus_strata_of_those_in_the_domain(case: Case) -> None:
    for code, df in enumerate(domain_degrees(case.design, case.domain, case.k, case.units)):
        inside = case.domain == code
        psus, strata = set(case.design.psu[inside].tolist()), set(case.design.stratum[inside].tolist())
        assert df == len(psus) - len(strata)


@given(cases(), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_replicate_means_equal_the_mean_with_every_weight(case: Case, replicates: int, seed: int) -> None:
    multipliers = np.random.default_rng(seed).integers(0, 3, size=(case.units, replicates)).astype(float)
    totals = psu_totals(case.y, case.design.weight, case.design.psu, case.domain, case.units, case.k)
    made = replicate_means(totals, multipliers)
    for r, code in np.ndindex(replicates, case.k):
        w = case.design.weight * multipliers[case.design.psu, r]
        inside = (case.domain == code) & (w > 0)
        direct = mean(case.y[inside], w[inside]).value if inside.any() else np.nan
        np.testing.assert_allclose(made[r, code], direct, rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(
        domain_means(totals)[0], replicate_means(totals, np.ones((case.units, 1)))[0], rtol=CLOSE
    )


def with_replicates(case: Case, count: int, seed: int, mse: bool) -> tuple[Design, int]:
    """Replicate weights of whole PSUs, drawn 0, 1 or 2 times."""
    times = np.random.default_rng(seed).integers(0, 3, size=(case.units, count)).astype(float)
    weights = case.design.weight[:, None] * times[case.design.psu]
    # here a respondent is a unit, and the replicates come after
    n = len(case.y)
    replicates = Replicates(weights, 1 / count, np.ones(count), mse, n + np.arange(count), count, False)
    none = np.full(1, np.inf)
    psu, stratum = np.arange(n), np.zeros(n, dtype=np.int64)
    return Design(psu, stratum, case.design.weight, ("all",), none, "fail", False, "", (), replicates), n + count


@given(cases(), st.integers(2, 8), st.integers(0, 2**32 - 1), st.booleans())
def test_given_replicates_one_pass_equals_one_domain_at_a_time(case: Case, count: int, seed: int, mse: bool) -> None:
    design, units = with_replicates(case, count, seed, mse)
    fast = linear_domains(case.y, design, case.domain, case.k, units)
    slow = estimate_domains(one_by_one(mean, case.y), design, case.domain, case.k, units)
    np.testing.assert_allclose(fast.value, slow.value, rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(fast.sums, slow.sums, atol=CLOSE * (1 + case.level))
    assert fast.discarded.tolist() == slow.discarded.tolist()


@given(cases(), st.integers(2, 8), st.integers(0, 2**32 - 1))
def test_given_replicates_a_total_of_nobody_is_nothing(case: Case, count: int, seed: int) -> None:
    """A replicate that leaves out a domain has a total of 0, and counts."""
    design, units = with_replicates(case, count, seed, mse=True)
    assert design.replicates is not None
    made = linear_domains(case.y, design, case.domain, case.k, units, totals=True)
    for code in np.unique(case.domain[case.domain >= 0]):
        inside = case.domain == code
        again = (design.replicates.weights[inside] * case.y[inside, None]).sum(axis=0)
        off = (again - (design.weight * case.y)[inside].sum()) / count**0.5
        rounding = CLOSE * np.abs(design.weight * case.y).sum()
        np.testing.assert_allclose(made.sums[len(case.y) :, code], off, atol=rounding)
    assert not made.discarded.any()


@given(cases(), st.integers(2, 8), st.integers(0, 2**32 - 1))
def test_given_replicates_degrees_of_freedom_are_the_rank_minus_one(case: Case, count: int, seed: int) -> None:
    design, units = with_replicates(case, count, seed, mse=True)
    assert design.replicates is not None
    rank = np.linalg.matrix_rank(design.replicates.weights)
    design = replace(design, replicates=replace(design.replicates, df=int(rank) - 1))
    assert design.replicates is not None
    for code, df in enumerate(domain_degrees(design, case.domain, case.k, units)):
        rows = design.replicates.weights[case.domain == code]
        assert df == (np.linalg.matrix_rank(rows) - 1 if len(rows) and rows.any() else 0)


@given(cases())
def test_simple_variance_does_not_mind_the_level_or_the_scale_of_weights(case: Case) -> None:
    w = case.design.weight
    y = case.y - case.level
    near, far = (simple_variance(mean(values, w).influence, w) for values in (y, y + 3.0))
    np.testing.assert_allclose(near, far, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(near, simple_variance(mean(y, 7.0 * w).influence, 7.0 * w), rtol=1e-9, atol=1e-12)
    # of a total it is that of the mean, times the square of the people
    people = w.sum()
    np.testing.assert_allclose(simple_variance(total(y, w).influence, w)[0], near[0] * people**2, rtol=1e-9)


@given(cases(finite=True))
def test_a_second_stage_that_was_taken_whole_has_no_error(case: Case) -> None:
    everybody = np.zeros(len(case.y), dtype=np.int64)
    one = covariances(case, linear_domains(case.y, case.design, everybody, 1, case.units).sums)
    design, units = two_stages(case, size=1)
    other = replace(case, design=design, units=units)
    two = covariances(other, linear_domains(case.y, design, everybody, 1, units).sums)
    np.testing.assert_allclose(two, one, rtol=1e-9, atol=1e-12 * (1 + case.level) ** 2)


@given(cases(finite=True))
def test_a_second_stage_adds_error(case: Case) -> None:
    y, everybody = case.y - case.level, np.zeros(len(case.y), dtype=np.int64)
    variances = []
    for size in (1, 2, 50):
        design, units = two_stages(case, size)
        other = replace(case, design=design, units=units)
        variances.append(covariances(other, linear_domains(y, design, everybody, 1, units).sums)[0, 0])
    assert variances[0] <= variances[1] * (1 + 1e-12) and variances[1] <= variances[2] * (1 + 1e-12)


def test_the_design_effect_of_a_sample_in_stages_is_that_of_its_psus(tmp_path: Path) -> None:
    """A deff without finite population is one number, whether or not the file says how many there were."""
    rng = np.random.default_rng(5)
    area = np.repeat(np.arange(20), 6)
    mark = np.clip(np.round(6 + rng.normal(size=20)[area] + rng.normal(0, 1.5, size=120)), 0, 10).astype(int)
    rows = pd.DataFrame({"nr": [f"P{i:03d}" for i in range(120)], "cijfer": mark, "geslacht": "v", "area": area})
    rows = rows.assign(areas=40, persons=12)
    designs = {
        "one": "psu: area",
        "finite": "psu: area, population_size: areas",
        "two": "psu: area, population_size: areas, stages: [{unit: nr, population_size: persons}]",
    }
    frames = {
        name: cwb.estimate(cwb.harmonise(cwb.open_study(make(tmp_path / name, {"w1": rows}, columns)))).frame.iloc[0]
        for name, columns in designs.items()
    }
    assert frames["finite"]["se"] < frames["two"]["se"] < frames["one"]["se"]
    assert frames["one"]["deff"] > 2
    for name in ("finite", "two"):
        assert frames[name]["deff"] == pytest.approx(frames["one"]["deff"], rel=1e-12)

"""The covariance of any rows: symmetric, positive, the same by every way to it, and nothing between strangers."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from cwb_impact.design import Design, Floats
from cwb_impact.estimate.covariance import Centring, change_variances, covariance_matrix, stacked_degrees
from cwb_impact.estimate.domains import linear_domains
from cwb_impact.types import EstimateTable, Waves
from estimate.random_designs import Case, cases, two_stages

# Answers vary by about 1, and so do variances; below this is what rounding leaves of a domain of one respondent.
NOTHING = 1e-13

CENTRINGS = st.sampled_from(["own_wave", "stacked"])


def table(
    parts: dict[tuple[str, str], tuple[Case, Floats]],
    stayed: dict[tuple[str, str, str], dict[str, float]] | None = None,
) -> EstimateTable:
    """Means of the domains of each population and wave, in this order of rows."""
    rows, blocks = [], []
    for (population, wave), (case, y) in parts.items():
        made = linear_domains(y, case.design, case.domain, case.k, case.units)
        rows += [{"population": population, "wave": wave, "value": value} for value in made.value]
        blocks.append((population, made.sums))
    count, sums = len(rows), {}
    for name in {population for population, _ in blocks}:
        columns = [
            part if population == name else np.zeros((units_of(parts, name), part.shape[1]))
            for population, part in blocks
        ]
        sums[name] = sparse.csc_array(np.hstack(columns))
        assert sums[name].shape[1] == count
    designs = {key: case.design for key, (case, _) in parts.items()}
    waves = cast(Waves, SimpleNamespace(stayed=stayed or {}))
    nothing = pd.DataFrame()
    return EstimateTable(waves, pd.DataFrame(rows), sums, {}, nothing, designs, "finite_population", ())


def units_of(parts: dict[tuple[str, str], tuple[Case, Floats]], population: str) -> int:
    return next(case.units for (name, _), (case, _) in parts.items() if name == population)


def second_wave(case: Case, keep: float, seed: int) -> tuple[Case, Floats]:
    """A part of the PSUs again, at least two a stratum, with answers that go with those of the first wave."""
    rng = np.random.default_rng(seed)
    design = case.design
    kept = np.zeros(case.units, dtype=bool)
    for code in range(len(design.strata)):
        psus = rng.permutation(np.unique(design.psu[design.stratum == code]))
        kept[psus[: max(2, round(keep * len(psus)))]] = True
    there = kept[design.psu]
    part = replace(design, psu=design.psu[there], stratum=design.stratum[there], weight=design.weight[there])
    y = (case.y + rng.normal(size=len(case.y)))[there]
    return replace(case, y=y, design=part, domain=case.domain[there]), y


def answered(estimates: EstimateTable) -> list[int]:
    return np.flatnonzero(estimates.frame["value"].notna()).tolist()


@given(cases(finite=True), CENTRINGS)
def test_within_a_wave_it_is_symmetric_and_positive_semi_definite(case: Case, centring: Centring) -> None:
    estimates = table({("residents", "1"): (case, case.y)})
    rows = answered(estimates)
    matrix = covariance_matrix(estimates, rows, centring)
    scale = np.abs(matrix).max(initial=0.0)
    np.testing.assert_allclose(matrix, matrix.T, atol=NOTHING)
    if rows:
        assert np.linalg.eigvalsh(matrix).min() >= -NOTHING * max(scale, 1.0)


@given(cases(finite=True), st.floats(0, 1), st.integers(0, 2**32 - 1), CENTRINGS)
def test_between_waves_it_is_symmetric_and_gives_the_variance_of_every_change(
    case: Case, keep: float, seed: int, centring: Centring
) -> None:
    later = second_wave(case, keep, seed)
    estimates = table({("residents", "1"): (case, case.y), ("residents", "2"): later})
    value = estimates.frame["value"].to_numpy()
    pairs = [(row, row + case.k) for row in range(case.k) if not np.isnan(value[[row, row + case.k]]).any()]
    if not pairs:
        return
    matrix = covariance_matrix(estimates, [row for pair in pairs for row in pair], centring)
    np.testing.assert_allclose(matrix, matrix.T, atol=NOTHING)
    first, second = np.array(pairs, dtype=np.int64).T
    direct = change_variances(estimates, first, second, centring)
    for index, variance in enumerate(direct):
        (v11, v12), (_, v22) = matrix[2 * index : 2 * index + 2, 2 * index : 2 * index + 2]
        np.testing.assert_allclose(variance, v11 + v22 - 2 * v12, rtol=1e-9, atol=NOTHING)


@given(cases(finite=True), st.integers(0, 2**32 - 1))
def test_rows_may_be_asked_in_any_order_and_more_than_once(case: Case, seed: int) -> None:
    estimates = table({("residents", "1"): (case, case.y), ("residents", "2"): second_wave(case, 0.5, seed)})
    rows = list(range(2 * case.k))
    whole = covariance_matrix(estimates, rows)
    asked = np.random.default_rng(seed).integers(0, 2 * case.k, size=5).tolist()
    part = covariance_matrix(estimates, asked)
    np.testing.assert_allclose(part, whole[np.ix_(asked, asked)], rtol=1e-9, atol=NOTHING)


@given(cases(), cases())
def test_populations_are_drawn_apart(one: Case, other: Case) -> None:
    estimates = table({("residents", "1"): (one, one.y), ("coops", "1"): (other, other.y)})
    rows = answered(estimates)
    matrix = covariance_matrix(estimates, rows)
    apart = estimates.frame["population"].iloc[rows].to_numpy()
    assert (matrix[np.ix_(apart == "residents", apart == "coops")] == 0).all()
    with pytest.raises(ValueError, match="one population"):
        change_variances(estimates, np.array([0]), np.array([one.k, 0]), "own_wave")


@given(cases())
def test_a_row_without_an_estimate_has_no_covariance(case: Case) -> None:
    empty = replace(case, domain=np.where(case.domain == 0, -1, case.domain))
    estimates = table({("residents", "1"): (empty, case.y)})
    matrix = covariance_matrix(estimates, list(range(case.k)))
    missing = estimates.frame["value"].isna().to_numpy()
    assert missing[0] and np.isnan(matrix[missing]).all() and np.isnan(matrix[:, missing]).all()
    assert not np.isnan(matrix[np.ix_(~missing, ~missing)]).any()


@given(cases())
def test_the_same_wave_twice_changes_nothing_for_sure(case: Case) -> None:
    estimates = table({("residents", "1"): (case, case.y), ("residents", "2"): (case, case.y)})
    rows = np.array([row for row in answered(estimates) if row < case.k], dtype=np.int64)
    for centring in ("own_wave", "stacked"):
        if len(rows):
            assert (change_variances(estimates, rows, rows + case.k, centring) == 0).all()


@given(cases(), st.integers(0, 2**32 - 1))
def test_both_centrings_agree_when_everybody_is_in_both_waves(case: Case, seed: int) -> None:
    estimates = table({("residents", "1"): (case, case.y), ("residents", "2"): second_wave(case, 1.0, seed)})
    rows = answered(estimates)
    own, stacked = (covariance_matrix(estimates, rows, centring) for centring in ("own_wave", "stacked"))
    np.testing.assert_allclose(own, stacked, rtol=1e-9, atol=NOTHING)
    psus, strata = len(np.unique(case.design.psu)), len(case.design.strata)
    assert stacked_degrees(estimates, "residents", ("1", "2")) == psus - strata


def moved(design: Design, by: int) -> Design:
    """The same PSUs under numbers that nobody had."""
    return replace(design, psu=design.psu + by)


@given(cases(), st.integers(0, 2**32 - 1))
def test_waves_without_a_shared_psu_have_no_covariance_of_their_own(case: Case, seed: int) -> None:
    """Stacked, the centring on a common mean leaves one; that is R's design, and why own_wave is the default."""
    units = 2 * case.units
    first = replace(case, units=units)
    later, y = second_wave(case, 1.0, seed)
    second = replace(later, design=moved(later.design, case.units), units=units)
    estimates = table({("residents", "1"): (first, case.y), ("residents", "2"): (second, y)})
    rows = answered(estimates)
    matrix = covariance_matrix(estimates, rows)
    wave = estimates.frame["wave"].iloc[rows].to_numpy()
    assert (matrix[np.ix_(wave == "1", wave == "2")] == 0).all()
    psus, strata = len(np.unique(case.design.psu)), len(case.design.strata)
    assert stacked_degrees(estimates, "residents", ("1", "2")) == 2 * psus - strata


@given(cases(finite=True), st.integers(0, 2**32 - 1))
def test_who_stayed_may_be_told_in_either_order_of_the_waves(case: Case, seed: int) -> None:
    later = second_wave(case, 0.5, seed)
    parts = {("residents", "1"): (case, case.y), ("residents", "2"): later}
    people = {name: float(size) for name, size in zip(case.design.strata, case.design.population_size, strict=True)}
    rows = answered(table(parts))
    there, back = (
        covariance_matrix(table(parts, {("residents", *waves): people}), rows) for waves in (("1", "2"), ("2", "1"))
    )
    np.testing.assert_array_equal(there, back)
    # people who all stayed are the most there can be, as where the study does not say
    np.testing.assert_array_equal(there, covariance_matrix(table(parts), rows))


@given(cases(finite=True), st.integers(0, 2**32 - 1))
def test_stacked_waves_leave_finite_populations_and_later_stages_aside(case: Case, seed: int) -> None:
    """R's stacked design with PSUs alone: their sums hold what later stages add."""
    case = replace(case, y=case.y - case.level, level=0.0)
    plain = replace(case, design=replace(case.design, population_size=np.full(len(case.design.strata), np.inf)))
    later, y = second_wave(plain, 1.0, seed)
    design, units = two_stages(case, size=3)
    stages = {"stages": design.stages, "lonely_psu": "certainty"}
    staged, staged_later = (replace(of, design=replace(of.design, **stages), units=units) for of in (case, later))
    one = table({("residents", "1"): (plain, plain.y), ("residents", "2"): (later, y)})
    two = table({("residents", "1"): (staged, case.y), ("residents", "2"): (staged_later, y)})
    rows = answered(one)
    expected = covariance_matrix(one, rows, "stacked")
    np.testing.assert_allclose(covariance_matrix(two, rows, "stacked"), expected, rtol=1e-9, atol=NOTHING)

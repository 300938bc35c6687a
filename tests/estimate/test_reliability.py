"""Alpha and omega where the truth is known: exact covariances, derivatives, invariants, simulation, bad input."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cwb_impact.errors import CwbError
from cwb_impact.estimate.omega import omega, omega_total
from cwb_impact.estimate.reliability import alpha, cronbach_alpha, item_statistics, reliability
from cwb_impact.estimate.scale_items import Missing, log_interval
from cwb_impact.estimate.statistics import Estimated
from cwb_impact.types import Floats, Integers

LOADINGS = np.array([0.38, 0.66, 0.76, 0.48, 0.63])


def with_covariance(covariance: Floats, n: int = 60) -> Floats:
    """Answers whose covariance matrix is exactly this one."""
    z = np.random.default_rng(4).normal(size=(n, len(covariance)))
    z -= z.mean(axis=0)
    z = z @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T))).T
    return np.asarray(z @ np.linalg.cholesky(covariance).T)


def one_factor(rng: np.random.Generator, n: int, loadings: Floats = LOADINGS) -> Floats:
    return np.asarray(
        rng.normal(size=(n, 1)) * loadings + rng.normal(size=(n, len(loadings))) * np.sqrt(1 - loadings**2)
    )


def in_six_answers(items: Floats) -> Floats:
    return np.digitize(items, [-1.8, -1.2, -0.6, 0.0, 0.8]).astype(float)


def with_gaps(rng: np.random.Generator, items: Floats, share: float = 0.1) -> Floats:
    return np.where(rng.uniform(size=items.shape) < share, np.nan, items)


def test_parallel_items_have_the_reliability_of_spearman_and_brown() -> None:
    """k items with correlations r: alpha = omega = k r / (1 + (k - 1) r) (Spearman 1910, Brown 1910)."""
    items = with_covariance(0.6 * np.eye(4) + 0.4) * 2.5 + 3
    found, expected = reliability(items), 4 * 0.4 / (1 + 3 * 0.4)
    for value in (found.alpha, found.alpha_std, found.omega, found.omega_std):
        assert value == pytest.approx(expected, rel=1e-12)


def test_one_factor_is_found_again_and_omega_is_its_share() -> None:
    """Covariances l l' + diag(u): omega is (sum l)^2 over the sum of all covariances."""
    loading, unique = np.array([0.5, 0.9, 1.4, 0.7]), np.array([1.0, 0.4, 0.9, 0.6])
    covariance = np.outer(loading, loading) + np.diag(unique)
    items = with_covariance(covariance)
    assert omega_total(items).value == pytest.approx(loading.sum() ** 2 / covariance.sum(), rel=1e-12)
    sd = np.sqrt(np.diag(covariance))
    standard = (loading / sd).sum() ** 2
    expected = standard / (standard + (unique / sd**2).sum())
    assert omega_total(items, standardised=True).value == pytest.approx(expected, rel=1e-12)
    found = np.array([item.loading for item in item_statistics(items)])
    np.testing.assert_allclose(found, loading / sd, rtol=1e-12)


STATISTICS: dict[str, Callable[[Floats, Floats], Estimated]] = {
    "alpha": alpha,
    "alpha, pairwise": lambda items, w: alpha(items, w, "pairwise"),
    "omega": omega,
    "omega, standardised": lambda items, w: omega(items, w, standardised=True),
}


@pytest.mark.parametrize("name", STATISTICS)
def test_influence_values_are_the_derivatives_by_the_weights(name: str) -> None:
    """Central differences of the value when one respondent's weight grows by the factor 1 -/+ 1e-4.

    Their error is of the order 1e-8 times the value; the influence values are around 1e-2.
    """
    rng = np.random.default_rng(11)
    items, w = with_gaps(rng, in_six_answers(one_factor(rng, 80))), rng.uniform(0.5, 3.0, size=80)
    statistic, step = STATISTICS[name], 1e-4
    influence = statistic(items, w).influence
    numerical = np.zeros(80)
    for i in range(80):
        up, down = w.copy(), w.copy()
        up[i] *= 1 + step
        down[i] *= 1 - step
        numerical[i] = (statistic(items, up).value - statistic(items, down).value) / (2 * step)
    np.testing.assert_allclose(influence, numerical, atol=1e-8)
    assert np.abs(influence).max() > 1e-3


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.floats(0.1, 10), st.floats(-50, 50), st.floats(0.1, 5))
def test_what_leaves_alpha_and_omega_alone(seed: int, factor: float, shift: float, scale: float) -> None:
    """The scale of the weights, the origin and unit of the answers, the order of items and of people."""
    rng = np.random.default_rng(seed)
    items, w = with_gaps(rng, one_factor(rng, 120), 0.03), rng.uniform(0.5, 2.0, size=120)
    people, order = rng.permutation(120), rng.permutation(5)
    for statistic in STATISTICS.values():
        plain = statistic(items, w)
        assert abs(plain.influence.sum()) < 1e-9
        moved = statistic((scale * items + shift)[people][:, order], factor * w[people])
        np.testing.assert_allclose(moved.value, plain.value, rtol=1e-8)
        np.testing.assert_allclose(moved.influence, plain.influence[people], atol=1e-8)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6))
def test_whole_weights_count_as_that_many_people(seed: int) -> None:
    rng = np.random.default_rng(seed)
    items, w = one_factor(rng, 100), rng.integers(1, 4, size=100)
    for statistic in STATISTICS.values():
        repeated = np.repeat(items, w, axis=0)
        together = statistic(items, w.astype(float)).value
        np.testing.assert_allclose(statistic(repeated, np.ones(len(repeated))).value, together, rtol=1e-9)


def test_pairwise_without_gaps_is_complete() -> None:
    items = one_factor(np.random.default_rng(2), 50)
    assert cronbach_alpha(items, missing="pairwise") == cronbach_alpha(items)


def test_equal_weights_are_no_weights_and_unequal_ones_widen_the_interval() -> None:
    """Feldt's interval has the effective n sum(w)^2 / sum(w^2) for n."""
    items = one_factor(np.random.default_rng(2), 50)
    plain, equal = cronbach_alpha(items), cronbach_alpha(items, np.full(50, 7.0))
    assert equal.ess == pytest.approx(50)
    assert (equal.low, equal.high) == pytest.approx((plain.low, plain.high))
    # half of the people count 3 times, half once: ess = 50^2 * 2^2 / (25 * 9 + 25 * 1) = 40
    twice = with_covariance(np.cov(items.T), 25)
    unequal = cronbach_alpha(np.vstack([twice, twice]), np.repeat([3.0, 1.0], 25))
    assert unequal.ess == pytest.approx(40)
    assert unequal.value == pytest.approx(plain.value)
    assert unequal.low < plain.low < plain.high < unequal.high


def test_an_item_that_was_not_reversed_is_named() -> None:
    items = one_factor(np.random.default_rng(8), 300)
    items[:, 3] *= -1
    found = reliability(items)
    assert found.against == (3,)
    assert item_statistics(items)[3].item_rest < 0
    assert item_statistics(items)[3].alpha_if_dropped > found.alpha


def test_a_heywood_case_is_told_and_has_no_interval() -> None:
    """r12 = r13 = 0.8 and r23 = 0.4: the first item would have the squared loading r12 r13 / r23 = 1.6 > 1."""
    items = with_covariance(np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.4], [0.8, 0.4, 1.0]]))
    found = omega_total(items)
    assert found.notes == ("omega: Heywood case, no variance of its own in item 1; no interval",)
    assert 0.5 < found.value < 1.0
    assert np.isnan([found.low, found.high]).all()
    assert np.isnan(omega(items, np.ones(len(items))).value)
    assert reliability(items).notes == found.notes


def test_clusters_count_as_clusters() -> None:
    """Everybody asked twice, as two rows of one PSU: the value and the error of one row each."""
    items = one_factor(np.random.default_rng(5), 60)
    double, psu = np.vstack([items, items]), np.tile(np.arange(60), 2)
    for once, twice in (
        (cronbach_alpha(items, psu=np.arange(60)), cronbach_alpha(double, psu=psu)),
        (omega_total(items), omega_total(double, psu=psu)),
    ):
        assert (twice.low, twice.value, twice.high) == pytest.approx((once.low, once.value, once.high))
    assert cronbach_alpha(items, psu=np.zeros(60, dtype=np.int64)).notes == ("no interval: a single PSU",)


def test_interval_never_leaves_one_and_is_a_point_without_error() -> None:
    assert log_interval(0.99, 0.5, 10)[1] <= 1.0
    assert log_interval(0.7, 0.0, 10) == pytest.approx((0.7, 0.7))
    same = np.repeat(np.arange(10.0)[:, None], 3, axis=1)
    assert cronbach_alpha(same, psu=np.arange(10)).low == pytest.approx(1.0)


ONE_EMPTY = np.column_stack([np.arange(30.0), np.full(30, np.nan), np.arange(30.0) ** 2])
ONE_CONSTANT = np.column_stack([np.arange(30.0), np.full(30, 2.0), np.arange(30.0) ** 2])
OPPOSITES = np.column_stack([np.arange(30.0), -np.arange(30.0)])
NEVER_BOTH = np.array([[1.0, np.nan], [2.0, np.nan], [3.0, np.nan], [np.nan, 1.0], [np.nan, 2.0], [np.nan, 3.0]])
COPY = np.column_stack([ONE_CONSTANT[:, 0], ONE_CONSTANT[:, 2], ONE_CONSTANT[:, 0]])


@pytest.mark.parametrize(
    ("items", "missing", "notes"),
    [
        (
            ONE_EMPTY,
            "complete",
            ("alpha refused: fewer than 3 respondents answered every item", "effective n below 20"),
        ),
        (ONE_EMPTY, "pairwise", ("alpha refused: fewer than 3 respondents answered item 2", "effective n below 20")),
        (ONE_CONSTANT, "complete", ("alpha refused: all answers are the same in item 2", "same in item 2")),
        (OPPOSITES, "complete", ("alpha refused: the sum of the items does not vary", "one factor needs three items")),
        (
            np.ones((2, 3)),
            "complete",
            ("alpha refused: fewer than 3 respondents answered every item", "below"),
        ),
        (
            np.empty((0, 3)),
            "complete",
            ("alpha refused: fewer than 3 respondents answered every item", "below"),
        ),
        (NEVER_BOTH, "pairwise", ("alpha refused: fewer than 3 respondents answered some items together", "three")),
        (COPY, "complete", ("omega refused: an item follows from the others",)),
    ],
)
def test_what_cannot_be_worked_out_is_nan_and_says_why(items: Floats, missing: Missing, notes: tuple[str, ...]) -> None:
    found = reliability(items, missing=missing)
    assert len(found.notes) == len(notes)
    assert all(part in note for part, note in zip(notes, found.notes, strict=True))
    for name in ("alpha", "omega"):
        refused = any(note.startswith(name) for note in found.notes)
        values = [getattr(found, name + end) for end in ("", "_low", "_high", "_std")]
        assert np.isnan(values).all() if refused else np.isfinite(values).all()
    w = np.ones(len(items))
    assert np.isnan(alpha(items, w, missing).value) == np.isnan(found.alpha)
    assert len(item_statistics(items, w, missing)) == items.shape[1]
    np.testing.assert_array_equal(omega(items, w).influence, np.zeros(len(items)))


def test_an_empty_item_leaves_the_other_items_their_statistics() -> None:
    first, empty, _ = item_statistics(ONE_EMPTY, missing="pairwise")
    assert (first.n, first.missing, first.mean) == (30, 0, 14.5)
    assert (empty.n, empty.missing) == (0, 30)
    assert np.isnan(empty.mean)


GOOD = np.arange(12.0).reshape(6, 2) ** 1.5


@pytest.mark.parametrize(
    ("items", "w", "missing", "psu", "code"),
    [
        (GOOD[:, :1], None, "complete", None, "E322"),
        (GOOD[:, 0], None, "complete", None, "E322"),
        (np.where(GOOD == 0, np.inf, GOOD), None, "complete", None, "E180"),
        (GOOD, np.array([1.0, 1, 1, 1, 1, 0]), "complete", None, "E190"),
        (GOOD, np.array([1.0, 1, 1, 1, 1, -1]), "complete", None, "E190"),
        (GOOD, np.array([1.0, 1, 1, 1, 1, np.nan]), "complete", None, "E190"),
        (GOOD, np.ones(5), "complete", None, "E190"),
        (GOOD, None, "listwise", None, "E131"),
        (GOOD, None, "complete", np.arange(5), "E194"),
    ],
)
def test_what_is_no_scale_is_an_error(
    items: Floats, w: Floats | None, missing: Missing, psu: Integers | None, code: str
) -> None:
    with pytest.raises(CwbError) as caught:
        reliability(items, w, missing, psu)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_error_of_a_change_of_alpha_agrees_with_the_bootstrap() -> None:
    """80 clusters of 5 people, the same clusters in both waves, with weights; 1,000 draws of clusters.

    The bootstrap's error has a relative standard error of 1/sqrt(2 * 1000) = 2.2%, and it is a little larger than
    the linearised one with 80 clusters; 10% leaves room for both.
    """
    rng = np.random.default_rng(21)
    clusters, each = 80, 5
    level = np.repeat(rng.normal(size=clusters), each)[:, None]
    waves = [in_six_answers(0.5 * level + one_factor(rng, clusters * each)) for _ in range(2)]
    w = rng.uniform(0.5, 2.0, size=clusters * each)
    first, second = (alpha(items, w) for items in waves)
    sums = (second.influence - first.influence).reshape(clusters, each).sum(axis=1)
    error = float(np.sqrt(clusters / (clusters - 1) * ((sums - sums.mean()) ** 2).sum()))
    changes = []
    for _ in range(1000):
        drawn = (rng.integers(0, clusters, size=clusters)[:, None] * each + np.arange(each)).ravel()
        changes.append(alpha(waves[1][drawn], w[drawn]).value - alpha(waves[0][drawn], w[drawn]).value)
    assert error == pytest.approx(float(np.std(changes)), rel=0.10)


@pytest.mark.slow
@pytest.mark.parametrize("n", [50, 200])
@pytest.mark.parametrize("answers", ["continuous", "six answers"])
def test_interval_of_omega_covers(n: int, answers: str) -> None:
    """500 samples of a factor like agreeableness in bfi; the truth from 400,000 people.

    95% of 500 has a standard error of 1.0%: 92% to 98% is three of them. Heywood cases have no interval and do not
    count; at n = 50 they are some 4% of the samples of six answers.
    """

    def draw(rng: np.random.Generator, size: int) -> Floats:
        items = one_factor(rng, size)
        return items if answers == "continuous" else in_six_answers(items)

    rng = np.random.default_rng(2024)
    truth = omega_total(draw(rng, 400_000)).value
    found = [omega_total(draw(rng, n)) for _ in range(500)]
    inside = [c.low <= truth <= c.high for c in found if not np.isnan(c.low)]
    assert len(inside) >= 0.93 * len(found)
    assert 0.92 <= np.mean(inside) <= 0.98


@pytest.mark.slow
def test_interval_of_alpha_covers_in_clusters_where_feldt_does_not() -> None:
    """40 clusters of 10 with a strong common level, normal: 1,000 samples; the truth from 40,000 clusters.

    95% of 1,000 has a standard error of 0.7%: 92.5% to 97.5% is more than three of them.
    """

    def draw(rng: np.random.Generator, clusters: int) -> Floats:
        level = np.repeat(1.3 * rng.normal(size=clusters), 10)[:, None]
        return np.asarray(level + rng.normal(size=(10 * clusters, 1)) + 2 * rng.normal(size=(10 * clusters, 4)))

    rng = np.random.default_rng(77)
    truth = cronbach_alpha(draw(rng, 40_000)).value
    psu, inside, feldt = np.repeat(np.arange(40), 10), [], []
    for _ in range(1000):
        items = draw(rng, 40)
        mine, theirs = cronbach_alpha(items, psu=psu), cronbach_alpha(items)
        inside.append(mine.low <= truth <= mine.high)
        feldt.append(theirs.low <= truth <= theirs.high)
    assert 0.925 <= np.mean(inside) <= 0.975
    assert np.mean(feldt) < 0.90

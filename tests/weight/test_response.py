"""Response propensity: those who answered stand for all, and what has no estimate is named."""

import numpy as np
import pytest

from cwb_impact.errors import CwbError
from cwb_impact.types import Booleans, Floats
from cwb_impact.weight.response import (
    attrition_weights,
    class_rates,
    propensity_classes,
    response_propensity,
    response_weights,
)


def asked(seed: int, n: int = 4000) -> tuple[Floats, Booleans, Floats]:
    """People of whom the old and the women answer more often."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.integers(0, 2, n), rng.normal(size=n)])
    chance = 1 / (1 + np.exp(-(x @ np.array([-0.3, 0.8, 0.5]))))
    return x, rng.uniform(size=n) < chance, rng.uniform(1.0, 3.0, n)


def test_the_scores_of_the_model_are_solved() -> None:
    """Logistic regression is right when sum(w x (answered - p)) = 0 for every column."""
    x, answered, weight = asked(1)
    p = response_propensity(x, answered, weight)
    scores = (x * (weight * (answered - p))[:, None]).sum(axis=0)
    np.testing.assert_allclose(scores, 0.0, atol=1e-9 * weight.sum())


def test_a_model_of_groups_gives_their_response_rates() -> None:
    x, answered, weight = asked(2)
    group = x[:, 1].astype(np.int64)
    p = response_propensity(x[:, :2], answered, weight)
    np.testing.assert_allclose(p, class_rates(group, answered, weight), rtol=1e-9)


def test_the_weights_of_each_class_sum_to_everybody_in_it() -> None:
    x, answered, weight = asked(3)
    classes = propensity_classes(response_propensity(x, answered, weight), weight)
    made = response_weights(weight, answered, class_rates(classes, answered, weight))
    np.testing.assert_allclose(np.bincount(classes[answered], weights=made), np.bincount(classes, weights=weight))
    # a fifth of the weight in each, but for the one person on whom a cut falls
    np.testing.assert_allclose(np.bincount(classes, weights=weight), weight.sum() / 5, atol=weight.max())


def test_weights_undo_a_response_that_depends_on_what_is_known() -> None:
    """A mean that response distorts comes back: within 3 standard errors of about 1/sqrt(2000) (seeds 4 to 9)."""
    before, after = [], []
    for seed in range(4, 10):
        x, answered, weight = asked(seed)
        everybody = float(np.average(x[:, 2], weights=weight))
        made = response_weights(weight, answered, response_propensity(x, answered, weight))
        before.append(float(np.average(x[answered, 2], weights=weight[answered])) - everybody)
        after.append(float(np.average(x[answered, 2], weights=made)) - everybody)
    assert min(before) > 0.1 and max(map(abs, after)) < 3 / 2000**0.5


def test_attrition_weights_sum_to_the_first_wave() -> None:
    x, stayed, first = asked(10)
    for classes in (None, 5):
        made = attrition_weights(first, stayed, x, classes)
        assert len(made) == stayed.sum() and made.sum() == pytest.approx(first.sum(), rel=1e-12)
    p = response_propensity(x, stayed, first)
    ratio = attrition_weights(first, stayed, x) / (first[stayed] / p[stayed])
    assert np.ptp(ratio) < 1e-12


def test_equal_propensities_share_a_class() -> None:
    p = np.repeat([0.2, 0.4, 0.6], [50, 49, 1])
    classes = propensity_classes(p, np.ones(100), 5)
    assert [len(np.unique(classes[p == value])) for value in (0.2, 0.4, 0.6)] == [1, 1, 1]
    assert sorted(np.unique(classes)) == list(range(len(np.unique(classes))))


def told(x: Floats, answered: list[bool], names: list[str]) -> str:
    with pytest.raises(CwbError) as caught:
        response_propensity(x, np.array(answered), np.ones(len(x)), names)
    return str(caught.value)


def test_a_group_that_answered_entirely_is_named() -> None:
    x = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1]]).astype(float)
    message = told(x, [True, False, True, True, True, True], ["constant", "renter", "woman"])
    assert "E197 response: groups answered entirely or not at all (renter)" in message


def test_an_amount_that_separates_is_told() -> None:
    x = np.column_stack([np.ones(6), np.arange(6.0)])
    assert "groups answered entirely or not at all: no propensity" in told(x, [False] * 3 + [True] * 3, ["c", "income"])


def test_nobody_or_everybody_answered_or_values_are_missing() -> None:
    assert "E197 response: nobody answered" in told(np.ones((3, 1)), [False] * 3, ["c"])
    assert "E197 response: everybody answered" in told(np.ones((3, 1)), [True] * 3, ["c"])
    x = np.column_stack([np.ones(3), [1.0, np.nan, 2.0]])
    assert "E197 income: people without a value: <10 of 3" in told(x, [True, False, True], ["c", "income"])


def test_a_class_in_which_nobody_answered() -> None:
    with pytest.raises(CwbError, match="E197 response: nobody answered in class 1"):
        class_rates(np.array([0, 1]), np.array([True, False]), np.ones(2))


def test_propensities_must_be_chances() -> None:
    for p, answered in ((0.0, True), (1.5, True), (np.nan, True), (0.5, False)):
        with pytest.raises(CwbError, match="E197 response"):
            response_weights(np.ones(1), np.array([answered]), np.array([p]))

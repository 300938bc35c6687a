"""Weights in figures, and weights that are none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.errors import CwbError, Problems
from cwb_impact.weight.diagnostics import check_weights, diagnose, kish_design_effect, warn_of_weights
from cwb_impact.weight.margins import CodedMargin
from cwb_impact.weight.raking import rake


def test_margins_before_and_after() -> None:
    sex = CodedMargin("sex", np.array([0, 0, 1, 1]), np.array([60.0, 40.0]), ("man", "woman"))
    age = CodedMargin("age", np.array([0, 1, 0, 1]), np.array([50.0, 50.0, 5.0]), ("old", "young", "child"))
    base = np.full(4, 10.0)
    made = diagnose(rake([sex.codes], [sex.targets], base).weight, base, [sex, age])
    assert [(row.category, row.respondents, row.before, row.target, row.after) for row in made.margins[:2]] == [
        ("man", 2, 20.0, 60.0, 60.0),
        ("woman", 2, 20.0, 40.0, 40.0),
    ]
    assert [row.difference for row in made.margins] == [0.0, 0.0, 0.0, 0.0, -1.0]
    assert made.unmet == (("age", "child"),)
    assert (made.g_smallest, made.g_largest, made.total, made.ratio) == (2.0, 3.0, 100.0, 1.5)


def test_a_target_of_nobody_has_no_relative_difference() -> None:
    margin = CodedMargin("sex", np.array([0, -1]), np.array([1.0, 0.0]), ("man", "woman"))
    made = diagnose(np.ones(2), np.ones(2), [margin])
    assert made.margins[1].difference is None and not made.unmet and made.margins[0].respondents == 1


def test_the_share_of_the_heaviest_percent() -> None:
    weight = np.ones(250)
    weight[[3, 50, 249]] = 10.0
    # 3 is 1% of 250, rounded up
    assert diagnose(weight, np.ones(250)).top_share == pytest.approx(30 / 277)


@given(st.lists(st.floats(0.01, 100.0), min_size=1, max_size=50), st.floats(0.1, 100.0))
def test_the_design_effect_is_one_plus_the_squared_coefficient_of_variation(values: list[float], scale: float) -> None:
    """Kish 1965, 11.7: 1 + cv^2."""
    weight = np.array(values)
    made = diagnose(scale * weight, weight)
    assert made.deff == pytest.approx(1 + (weight.std() / weight.mean()) ** 2)
    assert made.deff == pytest.approx(kish_design_effect(weight)) and made.ess == pytest.approx(made.n / made.deff)
    assert 1.0 - 1e-12 <= made.ess <= made.n * (1 + 1e-12)


def test_negative_weights_are_counted_and_warned_of() -> None:
    made = diagnose(np.array([-1.0, 0.0, 7.0]), np.ones(3))
    problems = Problems()
    warn_of_weights(made, "weights.csv", problems)
    assert (made.negative, made.zero, made.ratio, made.smallest) == (1, 1, None, -1.0)
    assert [(problem.code, problem.n, problem.of) for problem in problems] == [("W195", 2, 3), ("W196", None, None)]
    assert "left in effect" in str(problems.warnings[1])


def test_good_weights_bring_no_warning() -> None:
    problems = Problems()
    warn_of_weights(diagnose(np.array([1.0, 2.0]), np.ones(2)), "weights.csv", problems)
    assert not len(problems)


def test_weights_that_are_none_are_counted_by_kind() -> None:
    weight = np.concatenate([np.ones(50), np.zeros(11), np.full(12, -1.0), np.full(13, np.nan), np.full(14, np.inf)])
    with pytest.raises(CwbError) as caught:
        check_weights(weight)
    told = {problem.what: (problem.code, problem.n, problem.of) for problem in caught.value.problems}
    assert told == {
        "weights that are zero": ("E190", 11, 100),
        "weights that are negative": ("E190", 12, 100),
        "weights that are missing": ("E190", 13, 100),
        "weights that are infinite": ("E190", 14, 100),
    }
    with pytest.raises(CwbError, match="no respondents"):
        check_weights(np.array([]))


def test_a_missing_final_weight_is_refused() -> None:
    with pytest.raises(CwbError, match="E190 weight: weights that are missing"):
        diagnose(np.array([1.0, np.nan]), np.ones(2))

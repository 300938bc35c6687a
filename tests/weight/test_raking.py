"""Raking: margins are met, cells change nothing, and what cannot be met is named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.errors import CwbError
from cwb_impact.types import Floats, Integers
from cwb_impact.weight import raking
from cwb_impact.weight.raking import post_stratify, rake


def survey(seed: int, n: int, sizes: list[int]) -> tuple[list[Integers], list[Floats], Floats]:
    """Categories that depend on one another, and targets that some weights of these respondents give."""
    rng = np.random.default_rng(seed)
    level = rng.integers(0, 3, n)
    codes = [(rng.integers(0, size, n) + level) % size for size in sizes]
    codes = [np.concatenate([np.arange(size), code]) for size, code in zip(sizes, codes, strict=True)]
    longest = max(len(code) for code in codes)
    codes = [np.resize(code, longest) for code in codes]
    truth = rng.lognormal(3.0, 0.5, longest)
    targets = [np.bincount(code, weights=truth) for code in codes]
    return codes, targets, rng.uniform(0.5, 2.0, longest)


def by_respondent(codes: list[Integers], targets: list[Floats], base: Floats, rounds: int) -> Floats:
    """Raking as the books say it: respondent by respondent, margin after margin."""
    weight = base.copy()
    for _ in range(rounds):
        for code, target in zip(codes, targets, strict=True):
            for i, people in enumerate(target):
                weight[code == i] *= people / weight[code == i].sum()
    return weight


def told(codes: list[Integers], targets: list[Floats], base: Floats, most: int = 1000) -> list[str]:
    with pytest.raises(CwbError) as caught:
        rake(codes, targets, base, most=most, names=[["man", "woman"], ["young", "old"]])
    return [f"{problem.code} {problem.subject}" for problem in caught.value.problems]


@given(st.integers(0, 10_000), st.integers(60, 200), st.lists(st.integers(2, 5), min_size=1, max_size=4))
def test_every_margin_is_met_and_the_order_of_respondents_does_not_matter(seed: int, n: int, sizes: list[int]) -> None:
    codes, targets, base = survey(seed, n, sizes)
    raked = rake(codes, targets, base)
    assert (raked.weight > 0).all()
    for code, target in zip(codes, targets, strict=True):
        np.testing.assert_allclose(np.bincount(code, weights=raked.weight), target, rtol=2e-10)
    order = np.random.default_rng(seed).permutation(len(base))
    again = rake([code[order] for code in codes], targets, base[order])
    np.testing.assert_allclose(again.weight, raked.weight[order], rtol=1e-9)
    # the size of base weights does not matter, only their proportions
    np.testing.assert_allclose(rake(codes, targets, 7.0 * base).weight, raked.weight, rtol=1e-9)


@pytest.mark.parametrize("dense", [10_000, 1])
def test_cells_give_what_respondents_give(dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With few cells they are numbered as they come, with many those that occur are looked up."""
    monkeypatch.setattr(raking, "DENSE", dense)
    codes, targets, base = survey(4, 150, [9, 2, 6, 4])
    raked = rake(codes, targets, base)
    slow = by_respondent(codes, targets, base, raked.iterations)
    np.testing.assert_allclose(raked.weight, slow, rtol=1e-12)
    assert raked.iterations > 3 and raked.difference <= 1e-10


def test_more_combinations_than_any_array_holds() -> None:
    """12 margins of 50 categories have 2.4e20 combinations."""
    rng = np.random.default_rng(5)
    codes = [np.concatenate([np.arange(50), rng.integers(0, 50, 3000)]) for _ in range(12)]
    truth = rng.uniform(0.9, 1.1, 3050)
    targets = [np.bincount(code, weights=truth) for code in codes]
    raked = rake(codes, targets, np.ones(3050))
    for code, target in zip(codes, targets, strict=True):
        np.testing.assert_allclose(np.bincount(code, weights=raked.weight), target, rtol=1e-9)


def test_weights_equal_weightipy() -> None:
    """It stops when weights move by less than 1e-10 of their sum at most; it has no base weights."""
    weightipy = pytest.importorskip("weightipy")
    import pandas as pd

    codes, targets, _ = survey(6, 400, [5, 2, 3])
    names = ["a", "b", "c"]
    frame = pd.DataFrame(dict(zip(names, codes, strict=True)))
    shares = {
        name: {i: 100 * people / target.sum() for i, people in enumerate(target)}
        for name, target in zip(names, targets, strict=True)
    }
    theirs = weightipy.weight_dataframe(frame, weightipy.scheme_from_dict(shares), "w")["w"].to_numpy()
    ours = rake(codes, targets, np.ones(len(frame))).weight
    np.testing.assert_allclose(ours / ours.mean(), theirs / theirs.mean(), rtol=1e-6)


def test_post_stratification_is_one_exact_step() -> None:
    codes, base = np.array([0, 0, 1, 2]), np.array([1.0, 3.0, 2.0, 5.0])
    raked = post_stratify(codes, np.array([8.0, 1.0, 5.0]), base)
    assert raked.weight.tolist() == [2.0, 6.0, 1.0, 5.0] and raked.iterations == 1


def test_margins_that_no_weights_meet_are_never_silent() -> None:
    """All men are young and all women old: 60 men and 50 young cannot be."""
    sex = np.array([0, 0, 1, 1])
    (only,) = told([sex, sex], [np.array([60.0, 40.0]), np.array([50.0, 50.0])], np.ones(4))
    assert only in {"E196 man", "E196 woman"}


def test_weights_that_would_have_to_be_zero_are_never_silent() -> None:
    """Nobody is woman and old, so all men must be old, and the young man can only count as 0."""
    sex, age = np.array([0, 0, 1]), np.array([0, 1, 0])
    (only,) = told([sex, age], [np.array([5.0, 5.0]), np.array([5.0, 5.0])], np.ones(3))
    assert only.startswith("E196")


def test_too_few_rounds_are_told() -> None:
    """The second margin holds after each round. As many men are missing as women are too many, who are fewer."""
    sex, age = np.array([0, 0, 1, 1, 1]), np.array([0, 1, 0, 1, 1])
    assert told([sex, age], [np.array([70.0, 30.0]), np.array([40.0, 60.0])], np.ones(5), most=1) == ["E196 woman"]


def test_margins_that_do_not_fit_are_told_together() -> None:
    sex, age = np.array([0, 0, 1]), np.array([0, 0, 0])
    assert told([sex, age], [np.array([5.0, 0.0]), np.array([3.0, 1.0])], np.ones(3)) == [
        "E195 margin 2",
        "E195 old",
        "E195 woman",
    ]
    assert told([sex, np.array([0, -1, 2])], [np.array([5.0, 1.0]), np.array([np.nan, 1.0])], np.ones(3)) == [
        "E195 margin 2"
    ]
    assert told([np.array([0, -1, 2])], [np.array([5.0, 1.0])], np.ones(3)) == ["E195 margin 1"]


def test_base_weights_must_be_positive() -> None:
    with pytest.raises(CwbError, match="E190 base weight"):
        rake([np.array([0, 1])], [np.array([1.0, 1.0])], np.array([1.0, 0.0]))

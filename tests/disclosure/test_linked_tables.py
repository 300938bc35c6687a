"""Random tables that share cells and margins: whatever they are, nobody computes what is hidden in them."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cwb_impact.disclosure.attack import bounds, untrue
from cwb_impact.disclosure.family import Family
from cwb_impact.disclosure.secondary import hide
from disclosure.exact_suppression import cheapest_cost, whole_number_bounds
from disclosure.linked import Table, crossed, each, family, primary

SHAPES = ((3,), (5,), (3, 3), (4, 3), (4, 4), (3, 2, 2))
LARGEST_SHAPE = (4, 4, 2)
some = settings(max_examples=10, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def cubes(draw: st.DrawFn, shapes: tuple[tuple[int, ...], ...] = SHAPES) -> tuple[np.ndarray, np.ndarray]:
    """People in each cell, many of them few, and those with the property."""
    shape = draw(st.sampled_from(shapes))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    counts = rng.negative_binomial(draw(st.sampled_from([1, 2])), draw(st.sampled_from([0.05, 0.1, 0.2])), shape)
    return counts, rng.binomial(counts, draw(st.sampled_from([0.1, 0.4])))


def merged(counts: np.ndarray) -> Table:
    """A second table, whose first dimension has two groups of neighbouring categories."""
    first, *others = counts.shape
    groups = (tuple(range(first // 2)), tuple(range(first // 2, first)), tuple(range(first)))
    return (groups, *(each(categories) for categories in others))


def holds(tables: Family) -> None:
    """After hiding, an integer programme of its own finds room enough; all limits are true; once more adds nothing."""
    assert not untrue(tables, primary(tables))
    found = hide(tables, primary(tables))
    assert not found.open
    assert not untrue(tables, found.keys)
    exact = whole_number_bounds(tables, found.keys)
    for bound, (low, high) in zip(found.bounds, exact, strict=True):
        assert high - low >= bound.width
        assert bound.low <= low and high <= bound.high  # linear programmes see more room, never less
    assert hide(tables, found.keys).keys == found.keys


@some
@given(cubes(), st.booleans(), st.sampled_from(["exact", "rounded"]))
def test_no_whole_number_attack_comes_nearer_than_the_width(cube, two: bool, shown) -> None:
    counts, part = cube
    holds(family(counts, [crossed(counts), *([merged(counts)] if two else [])], shown, part))


@settings(some, max_examples=5)
@given(cubes(((3,), (5,), (3, 2), (3, 3))))
def test_nor_when_percentages_are_shown(cube) -> None:
    counts, part = cube
    holds(family(counts, [crossed(counts), merged(counts)], "share", part))


@pytest.mark.slow
def test_the_largest_tables_hold_too() -> None:
    counts = np.random.default_rng(2).negative_binomial(1, 0.08, LARGEST_SHAPE)
    holds(family(counts, [crossed(counts), merged(counts)]))


@settings(some, max_examples=6)
@given(cubes())
def test_one_more_table_never_reopens_a_secret(cube) -> None:
    """Both in one release: whatever went for the first table, the secrets of both are kept when they stand together."""
    counts, _ = cube
    one = family(counts)
    both = family(counts, [crossed(counts), merged(counts)])
    found = hide(both, hide(one, primary(one)).keys | primary(both))
    assert not found.open
    assert {bound.key for bound in found.bounds} >= primary(one)
    for bound, (low, high) in zip(found.bounds, whole_number_bounds(both, found.keys), strict=True):
        assert high - low >= bound.width


@settings(some, max_examples=6)
@given(cubes())
def test_what_a_second_release_reopens_is_told(cube) -> None:
    """The first table is published and cannot be changed. What then follows from both is never passed in silence.

    In 2 of 42 random pairs a secret of the first is reopened though all of the second is hidden that can be: by what
    the reasons tell (fewer than ten, or ten and more).
    """
    counts, _ = cube
    one = family(counts)
    before = hide(one, primary(one)).keys
    told = {figure.key for figure in one.figures} - before
    both = family(counts, [crossed(counts), merged(counts)])
    both = replace(both, figures=tuple(replace(figure, fixed=figure.key in told) for figure in both.figures))
    found = hide(both, before | primary(both))
    assert not found.keys & told
    exact = whole_number_bounds(both, found.keys)
    narrow = [bound for bound, (low, high) in zip(found.bounds, exact, strict=True) if high - low < bound.width]
    assert set(narrow) <= set(found.open)


@settings(some, max_examples=5)
@given(cubes())
def test_stricter_from_where_the_looser_policy_ended_never_shows_more(cube) -> None:
    counts, _ = cube
    looser, stricter = family(counts), family(counts, width=6)
    before = hide(looser, primary(looser)).keys
    after = hide(stricter, before | primary(stricter))
    assert after.keys >= before
    assert not after.open


def test_without_secondary_suppression_the_attack_succeeds() -> None:
    """Of the same random tables, or the tests above would show nothing."""
    rng = np.random.default_rng(4)
    made = [family(rng.negative_binomial(2, 0.1, shape)) for shape in SHAPES * 3]
    found = list(chain.from_iterable(bounds(tables, primary(tables)) for tables in made))
    assert sum(bound.low == bound.high for bound in found) > len(found) / 4


@pytest.mark.slow
def test_what_is_lost_is_near_the_least_that_can_be_lost() -> None:
    """Measured: 1.10 times the cost of the cheapest suppression, on tables of up to 30 cells with their margins."""
    rng = np.random.default_rng(5)
    ours = best = 0.0
    for shape in ((3, 3), (3, 4), (2, 3, 2), (4, 4)) * 5:
        tables = family(rng.negative_binomial(2, 0.08, shape))
        more = hide(tables, primary(tables)).keys - primary(tables)
        ours += sum(figure.cost for figure in tables.figures if figure.key in more)
        least = cheapest_cost(tables, primary(tables))
        assert least <= sum(figure.cost for figure in tables.figures if figure.key in more) + 1e-6
        best += least
    print(f"cost {ours:.0f}, the least {best:.0f}: {ours / best:.3f} times")
    assert 0 < ours <= 1.2 * best

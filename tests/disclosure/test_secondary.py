"""Which figures go so that others stay hidden: as few as can be, always the same, and none that does not help."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cwb_impact.disclosure.family import Family
from cwb_impact.disclosure.secondary import Hidden, hide
from disclosure.linked import family, primary


def fixed(tables: Family) -> Family:
    """The same figures, all published before."""
    return replace(tables, figures=tuple(replace(figure, fixed=True) for figure in tables.figures))


def test_the_smallest_other_category_goes_and_the_total_stays() -> None:
    tables = family(np.array([8, 30, 25, 60]))
    assert hide(tables, primary(tables)).keys == {((0,),), ((2,),)}


def test_nothing_goes_when_all_is_safe() -> None:
    tables = family(np.array([8, 7, 25, 60]))
    assert hide(tables, primary(tables)).keys == primary(tables)


def test_keys_of_other_families_stay_in() -> None:
    tables = family(np.array([12, 30]))
    assert hide(tables, {"elsewhere"}) == Hidden(frozenset({"elsewhere"}), (), ())


def test_what_was_published_before_cannot_be_hidden_and_leaves_the_bound_open() -> None:
    tables = fixed(family(np.array([8, 30, 25])))
    found = hide(tables, primary(tables))
    assert found.keys == primary(tables)
    assert [(bound.low, bound.high) for bound in found.open] == [(8, 8)]


def test_nothing_is_hidden_for_a_bound_that_stays_open() -> None:
    """The rows and everybody were published before, so the first row of 8 is open; its two cells need two others."""
    tables = family(np.array([[4, 4], [20, 30]]))
    figures = tuple(replace(figure, fixed=figure.key[1] == (0, 1)) for figure in tables.figures)
    found = hide(replace(tables, figures=figures), primary(tables))
    assert [bound.key for bound in found.open] == [((0,), (0, 1))]
    assert found.keys - primary(tables) == {((1,), (0,)), ((1,), (1,))}


def test_a_figure_that_went_for_nothing_is_shown_again() -> None:
    """Of two that go one after the other, the second alone may do: nobody goes who could stay."""
    counts = np.random.default_rng(7).negative_binomial(2, 0.08, (4, 4))
    tables = family(counts)
    found = hide(tables, primary(tables))
    assert found.keys > primary(tables)
    for key in found.keys - primary(tables):
        assert any(not bound.safe for bound in _bounds_without(tables, found.keys - {key}))


def _bounds_without(tables: Family, keys: frozenset) -> tuple:
    frozen = fixed(tables)  # nothing more can go, so `hide` only attacks
    return hide(frozen, keys).bounds


def test_the_same_answer_twice() -> None:
    counts = np.random.default_rng(11).negative_binomial(2, 0.08, (4, 4))
    assert hide(family(counts), primary(family(counts))) == hide(family(counts), primary(family(counts)))

"""Which figures go so that others stay hidden: as few as can be, always the same, and none that does not help."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cwb_impact as cwb
from cwb_impact.disclosure.attack import bounds
from cwb_impact.disclosure.family import Family, Key
from cwb_impact.disclosure.secondary import Hidden, hide
from cwb_impact.errors import CwbError
from disclosure import ledger_study
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


@pytest.fixture(scope="module")
def estimates(tmp_path_factory: pytest.TempPathFactory) -> cwb.EstimateTable:
    """9 of 20 men, 9 of 20 women and 3 of 7 others are satisfied; all weigh the same."""
    groups = [
        (place, satisfied, sex) for sex, satisfied, n in (("1", 9, 20), ("2", 9, 20), ("3", 3, 7)) for place in range(n)
    ]
    people = [(3 * nr, 8 if place < satisfied else place % 7, sex) for nr, (place, satisfied, sex) in enumerate(groups)]
    study = ledger_study.make(tmp_path_factory.mktemp("panel"), {"2025Q3": people}, {"first": ["2025Q3"]})
    return cwb.estimate(cwb.harmonise(cwb.open_study(study)))


def test_a_release_without_secondary_suppression_is_refused(
    estimates: cwb.EstimateTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way: the men, the women and everybody tell exactly that 3 of the 7 others are satisfied."""
    rows = cwb.protect(estimates, cwb.compare(estimates), tmp_path).tables["indicators"]
    assert set(rows.loc[rows["dimension"] == "sex", "reason"]) >= {"too_few_respondents", "complement_of_suppressed"}

    def only_attacked(family: Family, hidden: Set[Key]) -> Hidden:
        found = bounds(family, hidden)
        return Hidden(frozenset(hidden), found, tuple(bound for bound in found if not bound.safe))

    monkeypatch.setattr("cwb_impact.disclosure.protect.hide", only_attacked)
    monkeypatch.setattr(
        "cwb_impact.disclosure.protect.complements_of", lambda rows, *_: pd.Series(False, index=rows.index)
    )
    with pytest.raises(CwbError, match=r"E410 .*satisfied_with_life.*2025Q3, sex, other"):
        cwb.protect(estimates, cwb.compare(estimates), tmp_path)


def test_a_total_is_of_everybody_also_of_those_who_are_hidden(estimates: cwb.EstimateTable, tmp_path: Path) -> None:
    """ACRO leaves hidden people out of its margins: safe, but a total of fewer people that nobody is told of."""
    rows = cwb.protect(estimates, cwb.compare(estimates), tmp_path).tables["indicators"]
    (row,) = rows[(rows["indicator"] == "satisfied_with_life") & (rows["dimension"] == "total")].to_dict("records")
    assert (row["n"], row["value"]) == (5 * round(47 / 5), round(100 * 21 / 47))

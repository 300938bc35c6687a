"""What an attacker works out from tables with holes; each case says which leak it stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from cwb_impact.disclosure.attack import bounds, untrue
from cwb_impact.disclosure.family import Bound, Family, Figure, Key, Limit, Secret
from cwb_impact.disclosure.secondary import hide
from disclosure.exact_suppression import whole_number_bounds
from disclosure.linked import Table, crossed, each, family, primary

# Two tables of one universe: counties by two sizes, and pairs of counties by three sizes. Each is safe by itself.
LINKED = np.array([[4, 8, 39], [14, 23, 68], [12, 39, 20], [18, 4, 18]])
BY_COUNTY: Table = (each(4), ((0,), (1, 2), (0, 1, 2)))
BY_REGION: Table = (((0, 1), (2, 3), (0, 1, 2, 3)), each(3))

# sdcTable, tests/testthat/test-linked-tables.r: the same regions A B I J K L M N by two counties, and by big and small.
REGIONS = np.array([2, 2, 8, 8, 3, 3, 3, 7])
COUNTIES: Table = ((*each(8), (0, 1, 2, 3), (4, 5, 6, 7)),)
SIZES: Table = ((*each(8), (0, 1, 2, 3, 4, 7), (5, 6)),)
THREE_OR_FEWER: tuple[Key, ...] = tuple(((at,),) for at in (0, 1, 4, 5, 6))

# sdcTable, tests/testthat/test-simpleheuristic.R: rows w x y z by columns a b c d, two or three hidden in each line.
HEURISTIC = np.array([[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]])
HIDDEN = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 1), (2, 3), (3, 1), (3, 3)]

# All hidden cells of this table have company in their row and column, yet 6 follows: the first two rows less the first
# two columns.
TWO_A_LINE = np.array([[4, 5, 6, 30], [6, 4, 20, 25], [31, 22, 5, 7], [40, 28, 8, 4]])

CASES: dict[str, tuple[Family, Key, float]] = {
    "a total less the other categories": (family(np.array([8, 30, 25])), ((0,),), 8),
    "two hidden in each line": (family(TWO_A_LINE), ((0,), (2,)), 6),
    "singleton: a row of a single category": (family(np.array([[7], [30], [25]])), ((0,), (0,)), 7),
    "the only cell of its column that is not empty": (family(np.array([[0, 20], [7, 30], [0, 5]])), ((1,), (0,)), 7),
    "hierarchy: the parts of a part": (
        family(np.array([4, 16, 30, 50]), [(((0,), (1,), (2,), (3,), (0, 1), (2, 3), (0, 1, 2, 3)),)]),
        ((0,),),
        4,
    ),
    "zero cells: nobody else is in its row and column": (family(np.array([[5, 0], [0, 40]])), ((0,), (0,)), 5),
    "full: all of a column are in the hidden cell": (family(np.array([[6, 30], [0, 25]])), ((0,), (0,)), 6),
}


@pytest.mark.parametrize("case", CASES)
def test_without_secondary_suppression_the_attack_succeeds_and_with_it_fails(case: str) -> None:
    tables, key, truth = CASES[case]
    before = {bound.key: bound for bound in bounds(tables, primary(tables))}[key]
    assert (before.low, before.high) == (truth, truth)
    assert before.used
    after = hide(tables, primary(tables))
    assert not after.open
    assert {bound.key: bound for bound in after.bounds}[key].safe


def with_hidden(counts: np.ndarray, tables: list[Table], hidden: Iterable[Key]) -> Family:
    """These figures are hidden, for a reason that tells nothing, and each is a secret."""
    plain, away = family(counts, tables), set(hidden)
    figures = []
    for figure in plain.figures:
        (told,) = figure.shown
        secret = Secret(told.unknown, told.value, told.low, 3)
        figures.append(replace(figure, hidden=(), secrets=(secret,) if figure.key in away else ()))
    return replace(plain, figures=tuple(figures))


def test_two_tables_of_sdctable_give_k_together() -> None:
    """sdcTools/UserSupport 136: small less county-1 is K and N, together 10; N is 7. Each table alone leaves K open."""
    for alone in (COUNTIES, SIZES):
        assert all(bound.safe for bound in bounds(with_hidden(REGIONS, [alone], THREE_OR_FEWER), set(THREE_OR_FEWER)))
    both = with_hidden(REGIONS, [COUNTIES, SIZES], THREE_OR_FEWER)
    k = next(bound for bound in bounds(both, set(THREE_OR_FEWER)) if bound.key == ((4,),))
    assert (k.low, k.high) == (3, 3)
    found = hide(both, set(THREE_OR_FEWER))
    assert not found.open
    assert found.keys - set(THREE_OR_FEWER) == {((7,),)}  # N, as sdcTable does since


def test_two_hidden_in_each_line_of_sdctable_give_w_b() -> None:
    """Rows w and x less columns a and c: 236 - 189 = 47, though each row and each column has two holes."""
    hidden: set[Key] = {((row,), (column,)) for row, column in HIDDEN}
    tables = with_hidden(HEURISTIC, [crossed(HEURISTIC)], hidden)
    before = {bound.key: bound for bound in bounds(tables, hidden)}[((0,), (1,))]
    assert (before.low, before.high) == (47, 47)
    found = hide(tables, hidden)
    assert not found.open
    assert len(found.keys - hidden) == 1


def test_two_tables_that_are_safe_alone_give_an_exact_number_together() -> None:
    hidden: set[Key] = set()
    for table in (BY_COUNTY, BY_REGION):
        alone = family(LINKED, [table])
        found = hide(alone, primary(alone))
        assert all(bound.safe for bound in found.bounds)
        hidden |= found.keys
    both = family(LINKED, [BY_COUNTY, BY_REGION])
    leaks = {bound.key: bound for bound in bounds(both, hidden)}
    assert (leaks[((0,), (0,))].low, leaks[((0,), (0,))].high) == (4, 4)
    assert not hide(both, hidden).open


def test_a_hidden_category_follows_from_a_table_over_all_others() -> None:
    """Differencing: everybody, and everybody but one group of 6, are both large enough."""
    tables = family(np.array([6, 5, 24]), [(((0,), (0, 1, 2), (1, 2)),)])
    assert [(bound.low, bound.high) for bound in bounds(tables, primary(tables))] == [(6, 6)]
    assert not hide(tables, primary(tables)).open


def test_a_mean_times_its_n_gives_the_sum_of_the_hidden_group() -> None:
    """Scores of 0-10. Unknowns: people of both groups, then their sums. The small group's mean is hidden, not its n."""
    people, sums = np.array([4.0, 40.0]), np.array([31.5, 260.25])
    truth = np.concatenate([people, sums])

    def mean(key: str, at: list[int], secrets: tuple[Secret, ...] = ()) -> Figure:
        n, total = people[at].sum(), sums[at].sum()
        told = Limit(np.array([*at, *(2 + i for i in at)]), np.repeat([-total / n, 1.0], len(at)), 0.0, 0.0)
        return Figure(key, (told,), secrets=secrets, cost=float(n))

    n_known = tuple(Limit(np.array([at]), np.ones(1), people[at], people[at]) for at in (0, 1))
    at_most = tuple(Limit(np.array([at, at + 2]), np.array([-10.0, 1.0]), -np.inf, 0.0) for at in (0, 1))
    secret = Secret(np.array([2]), np.ones(1), 31.5, width=3 * 10, whole=False)
    figures = (mean("all", [0, 1]), mean("small", [0], (secret,)), mean("large", [1]))
    tables = Family(4, figures, (*n_known, *at_most), truth)
    (before,) = bounds(tables, {"small"})
    assert (before.low, before.high) == pytest.approx((31.5, 31.5))
    found = hide(tables, {"small"})
    assert found.keys == {"small", "large"}
    assert [(bound.low, bound.high) for bound in found.bounds] == [(0, 40)]


@pytest.mark.parametrize("plain", [True, False])
def test_people_are_whole_though_linear_programmes_would_allow_parts(plain: bool) -> None:
    """2x + 2y = 6 with x up to 1.5 more than y: x can be 1.5 to 2.25, so it is 2."""
    sums = (Limit(np.array([0, 1]), np.full(2, 2.0), 6, 6), Limit(np.array([0, 1]), np.array([1.0, -1.0]), 0, 1.5))
    secret = Secret(np.array([0]), np.ones(1), 2, width=1)
    tables = Family(2, (Figure("x", (), secrets=(secret,)),), sums, np.array([2.0, 1.0]), plain)
    assert bounds(tables, {"x"}) == (Bound("x", 2, 2, 1),)


def test_few_whole_numbers_fit_percentages_in_whole_points() -> None:
    """1 of 9 and 19 of 52 have it: linear programmes leave room for 5 to 8 of the 9 without it, whole people 6 to 8."""
    tables = family(np.array([19, 24, 9]), (), "share", np.array([9, 9, 1]))
    hidden = primary(tables)
    assert all(bound.safe for bound in bounds(replace(tables, plain=False), hidden))
    (narrow,) = [bound for bound in bounds(tables, hidden) if not bound.safe]
    assert (narrow.low, narrow.high) == (6, 8)
    assert (6, 8) in whole_number_bounds(tables, hidden)
    assert not hide(tables, hidden).open


def test_room_beyond_a_number_that_is_not_possible_is_room() -> None:
    """3 of 6 and 12 of 34: of the 6 it can be 1, 3 or 5, and no number as far from 3 as is asked."""
    tables = family(np.array([28, 6]), (), "share", np.array([9, 3]))
    found = [(bound.low, bound.high) for bound in bounds(tables, primary(tables))]
    assert found == whole_number_bounds(tables, primary(tables)) == [(1, 5), (2, 4)]


def test_what_has_no_upper_limit_is_infinite() -> None:
    tables = Family(1, (Figure("x", (), secrets=(Secret(np.array([0]), np.ones(1), 4, 3),)),), truth=np.array([4.0]))
    assert bounds(tables, {"x"}) == (Bound("x", 0, np.inf, 3),)


def test_figures_that_contradict_one_another_are_a_fault_of_ours() -> None:
    figures = tuple(Figure(f"says {n}", (Limit(np.array([0]), np.ones(1), n, n),)) for n in (3, 4))
    secret = Figure("x", (), secrets=(Secret(np.array([0]), np.ones(1), 3, 3),))
    tables = Family(1, (*figures, secret), truth=np.array([3.0]))
    assert untrue(tables, {"x"}) == ("says 4",)
    with pytest.raises(AssertionError, match="says 3, says 4, x"):
        bounds(tables, {"x"})


def test_what_a_figure_says_depends_on_whether_it_is_hidden() -> None:
    tables = family(np.array([4, 5, 30]))
    assert untrue(tables, primary(tables)) == untrue(tables, set()) == ()
    reason = [bound.high for bound in bounds(tables, primary(tables))]
    assert reason == [9, 9]  # together they are 9; the reason says fewer than ten


def test_the_order_of_the_figures_is_the_order_of_the_bounds() -> None:
    tables = family(TWO_A_LINE, [crossed(TWO_A_LINE)])
    order = [figure.key for figure in tables.figures if figure.secrets]
    assert [bound.key for bound in bounds(tables, primary(tables))] == order

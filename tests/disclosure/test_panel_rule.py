"""Net change less change within people is what joiners and leavers answered."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from cwb_impact.disclosure.ledger import LOST, Entry, Row
from cwb_impact.disclosure.panel import NET, WITHIN, net_and_within
from cwb_impact.errors import Problem

GROUP = {"indicator": "happy", "population": "p", "dimension": "total", "category": "total"}
PAIR = {"wave_from": "w1", "wave_to": "w2"}
LEVELS = [{**GROUP, "wave": wave, "status": "published"} for wave in ("w1", "w2")]
STUDY: Any = SimpleNamespace(
    policy=SimpleNamespace(minimum_respondents=10),
    study=SimpleNamespace(doc=SimpleNamespace(shown="study.yml", line=lambda *_: 7)),
)


def change(kind: str, n_from: int = 100, n_to: int = 100, n_both: int | None = 95, **other: str) -> dict[str, Any]:
    return {
        **GROUP,
        **PAIR,
        "kind": kind,
        "status": "published",
        "n_from": n_from,
        "n_to": n_to,
        "n_both": n_both,
    } | other


def entry(*changes: dict[str, Any], levels: tuple[dict[str, Any], ...] = ()) -> Entry:
    told = tuple({name: str(one[name]) for name in (*GROUP, *PAIR, "kind")} for one in changes)
    rows = tuple(Row(level, frozenset(), LOST) for level in levels)
    return Entry("a", (), "", "", "", "", {}, rows, told)


def found(changes: list[dict[str, Any]], levels: list[dict[str, Any]] | None = None, *earlier: Entry) -> list[Problem]:
    columns = list(LEVELS[0])
    return list(net_and_within(pd.DataFrame(changes), pd.DataFrame(levels or [], columns=columns), earlier, STUDY))


def test_both_are_blocked_while_few_joined_or_left() -> None:
    (problem,) = found([change(NET), change(WITHIN)])
    assert problem.code == "E413" and "happy" in problem.subject and (problem.file, problem.line) == ("study.yml", 7)


@pytest.mark.parametrize(
    ("n_from", "n_to", "n_both", "blocked"),
    [
        (100, 100, 90, False),
        (100, 100, 91, True),
        (99, 100, 90, True),
        (100, 99, 90, True),
        (100, 100, None, True),
        (100, 100, 100, True),
    ],
)
def test_ten_must_have_joined_and_ten_left(n_from: int, n_to: int, n_both: int | None, blocked: bool) -> None:
    numbers = {"n_from": n_from, "n_to": n_to, "n_both": n_both}
    assert bool(found([change(NET, **numbers), change(WITHIN, **numbers)])) == blocked  # type: ignore[arg-type]


def test_one_of_the_two_alone_is_fine() -> None:
    assert not found([change(NET)], LEVELS)
    assert not found([change(WITHIN)], LEVELS[:1])


def test_two_levels_are_a_net_change() -> None:
    assert found([change(WITHIN)], LEVELS)
    hidden = [{**LEVELS[0], "status": "suppressed_primary"}, LEVELS[1]]
    assert not found([change(WITHIN), change(NET, status="suppressed_primary")], hidden)


def test_another_group_pair_or_indicator_is_another_matter() -> None:
    for other in ({"indicator": "healthy"}, {"category": "x"}, {"wave_to": "w3"}):
        assert not found([change(NET), change(WITHIN, **other)])


def test_earlier_releases_count() -> None:
    assert found([change(NET)], [], entry(change(WITHIN)))
    assert found([change(WITHIN)], [], entry(change(NET)))
    assert found([change(WITHIN)], LEVELS[1:], entry(levels=(LEVELS[0],)))
    assert not found([change(NET)], [], entry(change(NET)))


def test_changes_without_a_kind_are_net() -> None:
    unsaid = [{name: value for name, value in change(NET).items() if name != "kind"}]
    assert not found(unsaid) and found(unsaid, [], entry(change(WITHIN)))

"""What protection hid, why, and what it cost: for researchers, who may see restricted/.

Still no answer of anybody: rows are counted, respondents are rounded, and of an attacker's bounds only the width.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cwb_impact.disclosure.family import Bound, Key
from cwb_impact.disclosure.people import People, Place
from cwb_impact.disclosure.primary import COMPLEMENT, INDICATIVE, PUBLISHED, SUPPRESSED
from cwb_impact.explain.grouping import Advice, advice
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.indicator import COUNTS, SHARES
from cwb_impact.spec.policy import Policy

SHOWN, UNSURE, BAND, HIDDEN, COVERS, NOT_ASKED = "shown", "indicative", "band", "hidden", "covers", "not_asked"
KINDS = (SHOWN, UNSURE, BAND, HIDDEN, COVERS, NOT_ASKED)
"""What a row of a release is: hidden by a rule of its own, or only to cover others."""

_KIND_OF = {
    PUBLISHED: SHOWN,
    INDICATIVE: UNSURE,
    SUPPRESSED: HIDDEN,
    COMPLEMENT: COVERS,
    "not_collected": NOT_ASKED,
}
_ROW = ("population", "wave", "indicator", "dimension", "category")
TIGHTEST = 5


@dataclass(frozen=True)
class Counted:
    """The rows of one dimension of a population. rows : kind -> how many."""

    population: str
    dimension: str
    rows: Mapping[str, int]


@dataclass(frozen=True)
class Reason:
    """One reason. of_registers : the rule for lists, with the numbers of `registers` in the policy."""

    reason: str
    kind: str
    of_registers: bool
    rows: int


@dataclass(frozen=True)
class HiddenRow:
    """One row that is hidden. respondents : rounded, or `<10`. covers : the categories that it hides with its own."""

    population: str
    wave: str
    indicator: str
    dimension: str
    category: str
    kind: str
    reason: str
    respondents: str
    covers: tuple[str, ...]


@dataclass(frozen=True)
class Cost:
    """Rows that are hidden, and the percentage of all answers behind rows that went with them.

    rows : that were asked. hidden, covers : by a rule of their own; only to cover others.
    """

    rows: int
    hidden: int
    covers: int
    hidden_percent: float
    covers_percent: float


@dataclass(frozen=True)
class Close:
    """How near an attacker comes to one hidden number.

    times : how far apart his bounds are, in times of what the policy asks; None without a limit. people : the same in
    people; None for sums, and where the number is of fewer people than the policy asks, since that would count them.
    """

    row: tuple[str, ...]
    times: float | None
    people: int | None


@dataclass(frozen=True)
class Attack:
    """asked : people that must be left. attacked : hidden numbers. too_close : bounds narrower than asked, which no
    hiding can mend. narrowest : people that the nearest bounds are apart. tightest : the nearest bounds first.

    Bounds are those without whole numbers; that whole numbers leave what is asked is seen too, and not how much more.
    """

    asked: int
    attacked: int
    too_close: int
    narrowest: int | None
    tightest: tuple[Close, ...]


@dataclass(frozen=True)
class Explained:
    """All that `protect --explain` tells."""

    groups: tuple[Counted, ...]
    reasons: tuple[Reason, ...]
    hidden: tuple[HiddenRow, ...]
    cost: Cost
    attack: Attack
    advice: tuple[Advice, ...] = ()


def explained(
    levels: pd.DataFrame,
    figures: pd.DataFrame,
    people: Mapping[Place, People],
    bounds: Sequence[Bound],
    study: StudyBundle,
    groupings: bool = True,
) -> Explained:
    """What was hidden and why.

    Parameters
    ----------
    levels, figures : the exact rows of surveys and registers with their final status, reason and band; no label of an
        index is in both. bounds : of every hidden number; keys are labels, or ("secret", label) and
        ("difference", label, label). groupings : also try which grouping would show more, which takes a while.
    """
    rows = _rows(levels, figures)
    return Explained(
        _counted(rows),
        _reasons(rows),
        _hidden(rows, study.policy),
        _cost(rows),
        _attack(rows, bounds, study.policy),
        advice(levels, people, study) if groupings else (),
    )


def _rows(levels: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """All rows with `kind` and `of_registers`. Levels and figures keep their labels, which bounds point to."""
    assert not set(levels.index) & set(figures.index), "a label must be of one row"
    both = [(levels, False), (figures, True)]
    told = [
        rows.assign(of_registers=where)[[*_ROW, "statistic", "n", "status", "reason", "band", "of_registers"]]
        for rows, where in both
        if len(rows)
    ]
    rows = pd.concat(told) if told else levels.assign(of_registers=False)
    kind = rows["status"].map(_KIND_OF).astype("str")
    return rows.assign(kind=kind.mask(rows["band"] != "", BAND))


def _counted(rows: pd.DataFrame) -> tuple[Counted, ...]:
    return tuple(
        Counted(str(population), str(dimension), {kind: int((part["kind"] == kind).sum()) for kind in KINDS})
        for (population, dimension), part in rows.groupby(["population", "dimension"], sort=False)
    )


def _reasons(rows: pd.DataFrame) -> tuple[Reason, ...]:
    """Every reason with its rows: hidden ones first, those with most rows first."""
    order = (HIDDEN, COVERS, BAND, UNSURE)
    why = rows[rows["kind"].isin(order) & (rows["reason"] != "")]
    sizes = Counter(zip(why["reason"], why["kind"], why["of_registers"], strict=True))
    found = [Reason(str(reason), str(kind), bool(lists), n) for (reason, kind, lists), n in sizes.items()]
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), -one.rows, one.reason)))


def _hidden(rows: pd.DataFrame, policy: Policy) -> tuple[HiddenRow, ...]:
    told: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in rows[rows["kind"].isin([HIDDEN, BAND])].to_dict("records"):
        told[_dimension(row)].append(str(row["category"]))
    return tuple(
        HiddenRow(
            *_dimension(row),
            category=str(row["category"]),
            kind=str(row["kind"]),
            reason=str(row["reason"]),
            respondents=respondents(int(row["n"]), policy.minimum_respondents, policy.round_n_to),
            covers=tuple(told[_dimension(row)]) if row["kind"] == COVERS else (),
        )
        for row in rows[rows["kind"].isin([HIDDEN, COVERS])].to_dict("records")
    )


def _dimension(row: Mapping[Hashable, Any]) -> tuple[str, str, str, str]:
    """Population, wave, indicator and dimension of a row."""
    return str(row["population"]), str(row["wave"]), str(row["indicator"]), str(row["dimension"])


def respondents(n: int, few: int, step: int) -> str:
    """A number of respondents for a message: `<few`, or rounded as it is published.

    >>> respondents(3, few=10, step=5), respondents(23, few=10, step=5)
    ('<10', '25')
    """
    return f"<{few}" if n < few else str(round(n / step) * step)


def _cost(rows: pd.DataFrame) -> Cost:
    asked = rows[rows["kind"] != NOT_ASKED]
    n = asked["n"].astype("float64")
    part = {kind: 100 * float(n[asked["kind"] == kind].sum()) / max(float(n.sum()), 1.0) for kind in (HIDDEN, COVERS)}
    number = {kind: int((asked["kind"] == kind).sum()) for kind in (HIDDEN, COVERS)}
    return Cost(len(asked), number[HIDDEN], number[COVERS], round(part[HIDDEN], 1), round(part[COVERS], 1))


def _attack(rows: pd.DataFrame, bounds: Sequence[Bound], policy: Policy) -> Attack:
    """A secret of nobody (width 0) has nothing to keep."""
    kept = [bound for bound in bounds if bound.width > 0]
    by_label = dict(zip(rows.index, rows.to_dict("records"), strict=True))
    near = sorted((_close(bound, by_label[row_of(bound.key)], policy) for bound in kept), key=_room)
    people = [one.people for one in near if one.people is not None]
    too_close = sum(not bound.safe for bound in kept)
    return Attack(policy.audit.minimum_width, len(kept), too_close, min(people, default=None), tuple(near[:TIGHTEST]))


def row_of(key: Key) -> Key:
    """The row that a secret is of: its own key, or the second part of ("secret", row) and ("difference", row, row).

    >>> row_of(7), row_of(("secret", 7))
    (7, 7)
    """
    return key[1] if isinstance(key, tuple) else key


def _close(bound: Bound, row: Mapping[Hashable, Any], policy: Policy) -> Close:
    room, place = bound.high - bound.low, (*_dimension(row), str(row["category"]))
    if not math.isfinite(room):
        return Close(place, None, None)
    counts = row["statistic"] in SHARES | COUNTS and bound.width >= policy.audit.minimum_width
    return Close(place, round(room / bound.width, 2), int(room) if counts else None)


def _room(one: Close) -> float:
    return math.inf if one.times is None else one.times

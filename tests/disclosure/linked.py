"""Tables of counts that share cells and margins, written down as an attacker sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Literal

import numpy as np

from cwb_impact.disclosure.family import Family, Figure, Key, Limit, Secret

MINIMUM = 10
WIDTH = 3

Group = tuple[int, ...]
Table = tuple[tuple[Group, ...], ...]
"""Of each dimension the groups of categories that the table has rows, columns or pages for."""

Shown = Literal["exact", "rounded", "share"]


def each(categories: int) -> tuple[Group, ...]:
    """Every category by itself, and the total."""
    return (*((at,) for at in range(categories)), total(categories))


def total(categories: int) -> Group:
    return tuple(range(categories))


def crossed(counts: np.ndarray) -> Table:
    """The table of all dimensions with all its margins."""
    return tuple(each(categories) for categories in counts.shape)


def family(
    counts: np.ndarray,
    tables: Iterable[Table] = (),
    shown: Shown = "exact",
    part: np.ndarray | None = None,
    width: float = WIDTH,
) -> Family:
    """The figures of linked tables over the same people; their key is the group of each dimension.

    counts : people in each cell. shown : "exact" the count; "rounded" the count rounded to 5; "share" that and the
    percentage with the property, in whole points. part : of each cell those with the property, for "share".
    """
    tables = list(tables) or [crossed(counts)]
    places = np.arange(counts.size).reshape(counts.shape)
    keys = dict.fromkeys(key for table in tables for key in product(*table))
    with_it = np.zeros_like(counts) if part is None else part
    cells = {key: places[np.ix_(*key)].ravel() for key in keys}
    if shown == "share":
        truth = np.concatenate([(counts - with_it).ravel(), with_it.ravel()]).astype(np.float64)
        figures = [_share(key, at, counts.size, truth, width) for key, at in cells.items()]
        return Family(2 * counts.size, tuple(figures), truth=truth)
    truth = counts.ravel().astype(np.float64)
    return Family(counts.size, tuple(_count(key, at, truth, shown, width) for key, at in cells.items()), truth=truth)


def primary(tables: Family) -> frozenset[Key]:
    """What may not be shown whatever is around it."""
    return frozenset(figure.key for figure in tables.figures if figure.secrets)


def _count(key: Key, at: np.ndarray, truth: np.ndarray, shown: Shown, width: float) -> Figure:
    ones, n = np.ones(len(at)), float(truth[at].sum())
    told = Limit(at, ones, n, n) if shown == "exact" else _rounded(at, n)
    return Figure(key, (told,), (_hidden_size(at, n),), tuple(_secrets([(at, n)] if n < MINIMUM else [], width)), n)


def _share(key: Key, at: np.ndarray, size: int, truth: np.ndarray, width: float) -> Figure:
    """Unknown i is the people of cell i without the property, and i + size those with it."""
    everybody, yes = np.concatenate([at, at + size]), at + size
    n, k = float(truth[everybody].sum()), float(truth[yes].sum())
    sides = [(at, n - k), (yes, k)]
    hidden = [_hidden_size(everybody, n)]
    if n >= MINIMUM and min(k, n - k) >= WIDTH:
        hidden += [Limit(side, np.ones(len(at)), WIDTH, np.inf) for side, _ in sides]
        sides = []
    percent = round(100 * k / n) if n else 0
    shown = [*_possible(everybody, yes, n, percent)]
    for edge, low, high in ((percent - 0.5, 0.0, np.inf), (percent + 0.5, -np.inf, 0.0)):
        shown.append(Limit(everybody, np.repeat([-edge, 100 - edge], len(at)), low, high))
    return Figure(key, tuple(shown), tuple(hidden), tuple(_secrets(sides, width)), n)


def _possible(everybody: np.ndarray, yes: np.ndarray, n: float, percent: int) -> Iterator[Limit]:
    """The least and the most people, and people with the property, that give the same row."""
    near = _rounded(everybody, n)
    pairs = [(m, k) for m in range(int(near.low), int(near.high) + 1) for k in range(m + 1)]
    pairs = [(m, k) for m, k in pairs if percent == (round(100 * k / m) if m else 0)]
    for at, numbers in ((everybody, {m for m, _ in pairs}), (yes, {k for _, k in pairs})):
        yield Limit(at, np.ones(len(at)), min(numbers), max(numbers))


def _rounded(at: np.ndarray, n: float) -> Limit:
    middle = 5 * round(n / 5)
    return Limit(at, np.ones(len(at)), max(middle - 2, 0), middle + 2)


def _hidden_size(at: np.ndarray, n: float) -> Limit:
    return Limit(at, np.ones(len(at)), 0, MINIMUM - 1) if n < MINIMUM else Limit(at, np.ones(len(at)), MINIMUM, np.inf)


def _secrets(sums: Iterable[tuple[np.ndarray, float]], width: float) -> Iterator[Secret]:
    for at, people in sums:
        if people > 0:
            yield Secret(at, np.ones(len(at)), people, min(width, people))

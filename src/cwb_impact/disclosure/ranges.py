"""Between what the exact value of every shown figure lies, when the published changes are used too."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Range = tuple[float, float]
Level = TypeVar("Level", bound=Hashable)

_SMALL = 1e-12


def narrowed(levels: Mapping[Level, Range], changes: Iterable[tuple[Level, Level, Range]]) -> dict[Level, Range]:
    """The ranges of levels, narrowed by the ranges of their changes until nothing moves any more.

    A change that is rounded by itself halves the range of a level, when it is far from the difference of the rounded
    levels.

    Parameters
    ----------
    changes : level from, level to, and between what level to - level from lies.

    Examples
    --------
    >>> narrowed({"a": (39.5, 40.5), "b": (41.5, 42.5)}, [("a", "b", (2.5, 3.5))])
    {'a': (39.5, 40.0), 'b': (42.0, 42.5)}
    """
    found, pairs = dict(levels), list(changes)
    for _ in range(len(pairs) + 1):  # as far as one can go from level to level
        moved = False
        for start, end, (least, most) in pairs:
            (low, high), (low_to, high_to) = found[start], found[end]
            new = max(low, low_to - most), min(high, high_to - least)
            new_to = max(low_to, low + least), min(high_to, high + most)
            moved |= new[0] > low + _SMALL or new[1] < high - _SMALL
            moved |= new_to[0] > low_to + _SMALL or new_to[1] < high_to - _SMALL
            found[start], found[end] = new, new_to
        if not moved:
            break
    return found

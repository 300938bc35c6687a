"""What the interval of a share adds to its value: rounded ends shift as the exact share shifts.

Korn and Graubard's interval has one number besides the share, the effective number of people m. Whoever reads value and
both ends finds the shares for which some m gives all three as they are printed. No design needs to be known for it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import betainc

from cwb_impact.disclosure.one_row import HAIR
from cwb_impact.types import Booleans, Floats

_BELOW, _ABOVE = 0.025, 0.975
_HALVINGS_OF_M, _HALVINGS_OF_P = 36, 10
_LEAST_M, _MOST_M = 1e-3, 1e9


def narrowed_by_interval(
    exact: Floats, least: Floats, most: Floats, ci_low: Floats, ci_high: Floats, step: Floats
) -> tuple[Floats, Floats]:
    """Between what each share lies, given its interval too. Everything in percent.

    Parameters
    ----------
    exact : (r,) the shares themselves, from which the search goes outward: the answer always holds them.
    least, most : (r,) between what they lie without the interval. ci_low, ci_high : (r,) as published.
    step : (r,) to multiples of what these are rounded.

    Returns
    -------
    (r,), (r,) the new ends. Where no m gives the interval as it is printed it is another one, and they do not move.

    Examples
    --------
    >>> one = [np.array([x]) for x in (40.4, 39.5, 40.5, 30.0, 52.0, 1.0)]
    >>> [float(end[0].round(2)) for end in narrowed_by_interval(*one)]
    [40.14, 40.5]
    """

    def fits(p: Floats) -> Booleans:
        return _some_m(p / 100, (ci_low - step / 2) / 100, (ci_low + step / 2) / 100,
                       (ci_high - step / 2) / 100, (ci_high + step / 2) / 100)  # fmt: skip

    ours = (exact > 0.0) & (exact < 100.0) & fits(exact)
    ends = [_outermost(exact, np.clip(end, HAIR, 100.0 - HAIR), fits) for end in (least, most)]
    return np.where(ours, ends[0], least), np.where(ours, ends[1], most)


def _outermost(inner: Floats, outer: Floats, fits: Callable[[Floats], Booleans]) -> Floats:
    """(r,) how far one can go from inner to outer, a hair too far rather than too near."""
    whole = fits(outer)
    for _ in range(_HALVINGS_OF_P):
        middle = (inner + outer) / 2
        inside = fits(middle)
        inner, outer = np.where(inside, middle, inner), np.where(inside | whole, outer, middle)
    return outer


def _some_m(p: Floats, low_least: Floats, low_most: Floats, high_least: Floats, high_most: Floats) -> Booleans:
    """(r,) is there an m for which both ends are as they are printed? The interval gets shorter as m grows."""

    def low_at_least(x: Floats) -> Callable[[Floats], Booleans]:
        return lambda m: (x <= 0.0) | (betainc(m * p, m * (1 - p) + 1, np.clip(x, 0.0, 1.0)) <= _BELOW)

    def high_at_most(x: Floats) -> Callable[[Floats], Booleans]:
        return lambda m: (x >= 1.0) | (betainc(m * p + 1, m * (1 - p), np.clip(x, 0.0, 1.0)) >= _ABOVE)

    from_m = np.maximum(_first(low_at_least(low_least), p), _first(high_at_most(high_most), p))
    # as soon as an end is beyond the other side of its rounding, m is too large
    to_m = np.minimum(_first(low_at_least(low_most + HAIR), p), _first(high_at_most(high_least - HAIR), p))
    return np.asarray(from_m <= to_m * (1 + HAIR))


def _first(holds: Callable[[Floats], Booleans], p: Floats) -> Floats:
    """(r,) the least m for which something holds that holds for all larger m; the most m where it never does."""
    low, high = np.full(len(p), np.log(_LEAST_M)), np.full(len(p), np.log(_MOST_M))
    for _ in range(_HALVINGS_OF_M):
        middle = (low + high) / 2
        inside = holds(np.exp(middle))
        low, high = np.where(inside, low, middle), np.where(inside, middle, high)
    return np.asarray(np.exp(high))

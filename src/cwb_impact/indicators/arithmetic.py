"""Sums, differences and quotients of two answers, and how many of several are yes."""

from __future__ import annotations

import numpy as np

from cwb_impact.types import Floats


def total_of(first: Floats, second: Floats) -> Floats:
    """first + second, in their unit.

    >>> total_of(np.array([1.0]), np.array([2.5])).tolist()
    [3.5]
    """
    return first + second


def difference_of(of: Floats, less: Floats) -> Floats:
    """of - less, in their unit.

    >>> difference_of(np.array([3.0]), np.array([1.0])).tolist()
    [2.0]
    """
    return of - less


def quotient_of(of: Floats, by: Floats) -> Floats:
    """of / by; nan where `by` is not above 0.

    >>> quotient_of(np.array([3.0, 3.0]), np.array([2.0, 0.0])).tolist()
    [1.5, nan]
    """
    return np.asarray(np.divide(of, by, out=np.full(len(of), np.nan), where=by > 0))


def product_of(first: Floats, second: Floats) -> Floats:
    """first x second, such as hours a week times weeks.

    >>> product_of(np.array([3.0]), np.array([2.0])).tolist()
    [6.0]
    """
    return first * second


def times(of: Floats, factor: float) -> Floats:
    """of x factor, a parameter such as 12 months a year.

    >>> times(np.array([3.0]), 12.0).tolist()
    [36.0]
    """
    return of * factor


def amount_where(amount: Floats, holds: np.ndarray) -> Floats:
    """The amount where `holds` is `yes`, and 0 where it is not: the part of a total that something is true of.

    >>> amount_where(np.array([10.0, 20.0]), np.array(["yes", "no"], dtype=object)).tolist()
    [10.0, 0.0]
    """
    return np.where(holds == "yes", amount, 0.0)


def number_of_yes(first: np.ndarray, second: np.ndarray, third: np.ndarray, fourth: np.ndarray) -> Floats:
    """How many of four answers are `yes` (0 to 4).

    >>> number_of_yes(*(np.array([answer], dtype=object) for answer in ("yes", "no", "yes", "no"))).tolist()
    [2.0]
    """
    return np.asarray(sum((answers == "yes").astype(np.float64) for answers in (first, second, third, fourth)))

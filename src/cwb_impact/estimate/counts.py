"""Counts and sums of each domain, which the disclosure rules look at. They count people, whatever the weights."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.design import Booleans, Floats, Integers


def counted(domain: Integers, k: int, inside: Booleans | None = None) -> Integers:
    """(k,) respondents of each domain, or those of them that are inside. domain : (n,) 0..k-1, or -1."""
    chosen = domain if inside is None else np.where(inside, domain, -1)
    return np.bincount(chosen + 1, minlength=k + 1)[1:]


def holdings(domain: Integers, k: int, holding: Integers | None) -> pd.DataFrame:
    """n_holdings and n_outside_largest of each domain: its holdings, and its people outside the largest of them.

    holding : (n,) the group that knows its members' answers, where the policy names one; those of unknown holding (-1)
    are one more. None: n_holdings is 1 where there is anybody.
    """
    if holding is None:
        return pd.DataFrame({"n_holdings": (counted(domain, k) > 0).astype(np.int64), "n_outside_largest": 0})
    people = _table(domain, k, holding)
    most = people.max(axis=1, initial=0)
    return pd.DataFrame({"n_holdings": (people > 0).sum(axis=1), "n_outside_largest": people.sum(axis=1) - most})


def all_equal(y: Floats, domain: Integers, k: int) -> Booleans:
    """(k,) do all respondents of a domain have the same y? Not of nobody."""
    inside = domain >= 0
    ends = pd.Series(y[inside]).groupby(domain[inside]).agg(["min", "max"]).reindex(range(k))
    return (ends["min"] == ends["max"]).to_numpy(dtype=bool)


def few_percent(weight: Floats, domain: Integers, k: int, few: int) -> Floats:
    """(k,) the greatest part that so few respondents can be of the people of a domain, by their weights, in percent.

    >>> few_percent(np.array([1.0, 2.0, 5.0, 2.0]), np.zeros(4, dtype=np.int64), 1, 2).tolist()
    [70.0]
    """
    order = np.lexsort((-weight, domain))
    place, ordered = domain[order], weight[order]
    first = np.arange(len(place)) - np.searchsorted(place, place) < few
    people = np.bincount(place + 1, weights=ordered, minlength=k + 1)[1:]
    most = np.bincount(place[first] + 1, weights=ordered[first], minlength=k + 1)[1:]
    made: Floats = np.round(100 * most / np.where(people > 0, people, 1.0), 9)
    return made


def remainder_percent(
    amounts: Floats, weight: Floats, domain: Integers, k: int, holding: Integers | None, weights_are_public: bool = True
) -> Floats:
    """What is left of a weighted sum without its two largest contributors, in percent of the largest: the p% rule.

    A contributor is a holding, or else a respondent. The second largest takes its own amount off the published sum
    X = sum(w x); what is left beside the largest is all that hides it:

    * weights known to everybody: 100 (X - w2 x2 - w1 x1) / (w1 x1), the two with the largest w x. So far can the second
      be off who computes x1 = (X - w2 x2) / w1. It is the same whatever all weights are multiplied by.
    * weights known to nobody: 100 (X - x2 - x1) / x1, the two with the largest x, as the Handbook on Statistical
      Disclosure Control (ch. 4) has it for samples. It needs weights that count people: none is then below 1.

    The Handbook compares the first with p percent of x1 and not of w1 x1, which hides less where a respondent counts
    for more than one person; docs/decisions/011-primary-rules.md.

    Parameters
    ----------
    amounts, weight : (n,). domain : (n,) 0..k-1, or -1 for respondents who do not count. holding : (n,) as in
        `holdings`; all of unknown holding may be of the largest, so they count as its.

    Returns
    -------
    (k,)
        0 where some amounts are below 0 and some above, since sums that cancel hide nobody, and where the sum is 0,
        since then everybody has 0. Amounts that are all below 0 count by their size.

    Examples
    --------
    >>> amounts, everybody = np.array([60.0, 30.0, 6.0]), np.zeros(3, dtype=np.int64)
    >>> remainder_percent(amounts, np.ones(3), everybody, 1, None).tolist()
    [10.0]
    >>> remainder_percent(amounts, np.array([2.0, 2.0, 4.0]), everybody, 1, None, weights_are_public=False).tolist()
    [190.0]
    """
    inside = domain >= 0
    by = np.arange(len(domain)) if holding is None else holding
    sizes, weighted = np.abs(amounts[inside]), np.abs((amounts * weight)[inside])
    total = np.bincount(domain[inside], weights=weighted, minlength=k)
    largest, second = _two_largest(domain[inside], k, by[inside], weighted if weights_are_public else sizes)
    cancels = (counted(domain, k, amounts > 0) > 0) & (counted(domain, k, amounts < 0) > 0)
    left = np.where(largest > 0, 100 * (total - largest - second) / np.where(largest > 0, largest, 1.0), 0.0)
    # the tenth decimal depends on the order of the rows, and the rule compares with a whole percent
    made: Floats = np.where(cancels, 0.0, np.maximum(np.round(left, 9), 0.0))
    return made


def _two_largest(domain: Integers, k: int, by: Integers, amounts: Floats) -> tuple[Floats, Floats]:
    """(k,) the sums of the two largest contributors; those of unknown holding (-1) belong to the largest."""
    sums = pd.Series(amounts).groupby([domain, by], sort=True).sum()
    place, of = (sums.index.get_level_values(level).to_numpy() for level in (0, 1))
    values, known = sums.to_numpy(dtype=np.float64), of >= 0
    order = np.lexsort((-values[known], place[known]))
    ordered, at = values[known][order], place[known][order]
    rank = np.arange(len(at)) - np.searchsorted(at, at)
    largest, second = np.zeros(k), np.zeros(k)
    largest[at[rank == 0]], second[at[rank == 1]] = ordered[rank == 0], ordered[rank == 1]
    np.add.at(largest, place[~known], values[~known])
    return largest, second


def _table(domain: Integers, k: int, holding: Integers) -> Integers:
    """(k, holdings) respondents, those of unknown holding in the first column."""
    columns = int(holding.max(initial=-1)) + 2
    cell = (domain + 1) * columns + holding + 1
    return np.bincount(cell, minlength=(k + 1) * columns).reshape(k + 1, columns)[1:]

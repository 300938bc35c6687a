"""Two witnesses for small tables, written apart from the package: the exact attacker and the cheapest suppression."""

from __future__ import annotations

from collections.abc import Set

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from cwb_impact.disclosure.family import Family, Key, Limit

FAR = 1e4
"""More people than any of the tables has."""


def whole_number_bounds(tables: Family, hidden: Set[Key]) -> list[tuple[float, float]]:
    """The least and the most whole number that every secret can be, by one integer programme each."""
    told = [limit for it in tables.figures for limit in (it.hidden if it.key in hidden else it.shown)]
    rows, low, high = _rows([*tables.known, *told], tables.unknowns)
    found = []
    for figure in tables.figures:
        for secret in figure.secrets if figure.key in hidden else ():
            (weights,), _, _ = _rows([Limit(secret.unknown, secret.value, 0, 0)], tables.unknowns)
            ends = [_least(sign * weights, rows, low, high) for sign in (1, -1)]
            found.append((ends[0], -ends[1]))
    return found


def cheapest_cost(tables: Family, hidden: Set[Key]) -> float:
    """The least cost at which more figures can be hidden so that every secret is wide enough.

    For every secret there must be two sets of unknowns, both allowed, that are its width apart. A figure that is hidden
    sets its limits FAR apart. What hiding itself tells counts for the figures that are hidden from the start only.
    """
    figures, size = tables.figures, tables.unknowns
    secrets = [secret for it in figures if it.key in hidden for secret in it.secrets]
    always = [*tables.known, *(limit for it in figures if it.key in hidden for limit in it.hidden)]
    fixed, low, high = _rows(always, size)
    open_limits = [(at, limit) for at, it in enumerate(figures) if it.key not in hidden for limit in it.shown]
    loose, loose_low, loose_high = _rows([limit for _, limit in open_limits], size)
    switch = np.zeros((len(open_limits), len(figures)))
    switch[np.arange(len(open_limits)), [at for at, _ in open_limits]] = FAR
    points = 2 * len(secrets)
    nothing = np.zeros((len(fixed), len(figures)))
    each_point = [
        (fixed, nothing, low, high),
        (loose, switch, loose_low, np.full(len(loose), np.inf)),
        (loose, -switch, np.full(len(loose), -np.inf), loose_high),
    ]
    constraints = [
        LinearConstraint(sparse.hstack([sparse.csr_array(hides), _at(rows, at, points)]), under, over)
        for at in range(points)
        for rows, hides, under, over in each_point
        if len(rows)
    ]
    for at, secret in enumerate(secrets):
        row = np.zeros(len(figures) + points * size)
        row[len(figures) + 2 * at * size + secret.unknown] = -secret.value
        row[len(figures) + (2 * at + 1) * size + secret.unknown] = secret.value
        constraints.append(LinearConstraint(row, secret.width, np.inf))
    cost = np.array([it.cost for it in figures] + [0.0] * (points * size))
    upper = np.concatenate([np.ones(len(figures)), np.full(points * size, FAR)])
    whole = np.ones(len(cost))
    options = {"mip_rel_gap": 0.0}
    found = milp(cost, constraints=constraints, integrality=whole, bounds=Bounds(0, upper), options=options)
    assert found.status == 0, found.message
    return round(float(found.fun), 6)


def _at(rows: np.ndarray, at: int, points: int) -> sparse.csr_array:
    """The same rows over the unknowns of one of the points."""
    place = np.zeros((1, points))
    place[0, at] = 1
    return sparse.csr_array(sparse.kron(place, rows))


def _rows(limits: list[Limit], unknowns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = np.zeros((len(limits), unknowns))
    for row, limit in zip(rows, limits, strict=True):
        row[limit.unknown] = limit.value
    return rows, np.array([limit.low for limit in limits]), np.array([limit.high for limit in limits])


def _least(weights: np.ndarray, rows: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    found = milp(
        weights,
        constraints=LinearConstraint(rows, low, high),
        integrality=np.ones(len(weights)),
        bounds=Bounds(0, FAR),
        options={"mip_rel_gap": 0.0},
    )
    assert found.status == 0, found.message
    return round(float(found.fun))

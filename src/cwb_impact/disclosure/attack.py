"""The attacker: the least and the most that every hidden number can be, given everything else that is known.

He writes down what each figure tells (`family.py`) and asks for the least and the greatest value of a hidden sum that
all of it allows: two programmes a secret, which scipy solves with HiGHS. He knows that people are whole numbers: of
shares that are rounded to whole points, few whole numbers fit, and linear programmes alone see too much room. He knows
the policy and the code, so nothing depends on his not knowing how it was done.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from cwb_impact.disclosure.family import Bound, Family, Key, Limit, Secret
from cwb_impact.types import Booleans, Floats, Integers

SLACK = 1e-6
"""Sums of floating-point numbers are as good as equal when they differ by less."""

_NO_FIGURE = -1
_SOLVED, _IMPOSSIBLE, _UNBOUNDED = 0, 2, 3  # statuses of scipy.optimize.milp and linprog

FAR = 100.0
"""No unknown is looked for further than this above twice the greatest: without an end HiGHS can search for ever, and
room that is found nearer by is room all the same."""

MOST_WHOLE = 40
"""Unknowns of a family in which every bound is looked at in whole numbers. In a larger one only those that a linear
programme leaves less than one person too wide: there is room enough for fractions to be rounded, and no search ends."""

MOST_BRANCHES = 500
"""How long a search for whole numbers goes on: a count and no time, so that it ends alike on every machine."""


def bounds(family: Family, hidden: Set[Key]) -> tuple[Bound, ...]:
    """The bounds of every secret of the hidden figures, in order of the figures.

    Of x >= 0 with low <= a.x <= high for each limit that the attacker knows, value.x is between low and high, by linear
    programmes. Is that wide enough, then it is so in whole numbers too, or the bounds are those of whole numbers. x is
    whole where it is so in truth (everywhere, when the family does not tell). Only a bound that is too narrow says
    which figures it used.

    Raises
    ------
    AssertionError
        The limits contradict one another: one of them is not true, and that is a fault of ours.

    Examples
    --------
    A total of 20 with categories of 12 and 8; the last is hidden, and can be computed.

    >>> import numpy as np
    >>> from cwb_impact.disclosure.family import Family, Figure, Limit, Secret
    >>> def counts(at, n):
    ...     return (Limit(np.array(at), np.ones(len(at)), n, n),)
    >>> eight = Secret(np.array([1]), np.ones(1), truth=8, width=3)
    >>> total, men = Figure("total", counts([0, 1], 20)), Figure("men", counts([0], 12))
    >>> family = Family(2, (total, men, Figure("women", counts([1], 8), secrets=(eight,))))
    >>> bounds(family, {"women"})
    (Bound(key='women', low=8.0, high=8.0, width=3, used=('total', 'men')),)
    >>> bounds(family, {"men", "women"})
    (Bound(key='women', low=0.0, high=20.0, width=3, used=()),)
    """
    attacker = Attacker.of(family)
    told = attacker.told(hidden)
    return tuple(told.bound(target) for target in attacker.targets(hidden))


def untrue(family: Family, hidden: Set[Key]) -> tuple[Key, ...]:
    """Keys of figures that say something untrue; None stands for what is known whatever is published."""
    attacker = Attacker.of(family)
    told = attacker.told(hidden)
    sums = told.sums @ family.truth
    wrong = (sums < told.low - SLACK) | (sums > told.high + SLACK)
    return tuple(dict.fromkeys(attacker.key(int(at)) for at in told.figure[wrong]))


@dataclass(frozen=True, repr=False, eq=False)
class Target:
    """One secret of the figure at place `figure`."""

    key: Key
    figure: int
    secret: Secret


@dataclass(frozen=True, repr=False)
class Attacker:
    """All limits of a family, made once: which of them count depends on what is hidden.

    whole : (unknowns,) he takes it for a whole number, such as people: what is whole in truth. That some sum of money
    is so by chance makes him stronger than he is, never weaker. secrets : of all figures, in their order.
    sums : (limits, unknowns). low, high : (limits,). figure : (limits,) whose limit it is, -1 for none.
    if_hidden : (limits,) it is told when the figure is hidden, not when it is shown. possible : unknowns that were
    found while he searched; they save a search wherever they are still allowed.
    """

    family: Family
    whole: Booleans
    secrets: tuple[Target, ...]
    sums: sparse.csr_array
    low: Floats
    high: Floats
    figure: Integers
    if_hidden: Booleans
    possible: list[Floats] = field(default_factory=list)

    @classmethod
    def of(cls, family: Family) -> Attacker:
        rows = list(_all_limits(family))
        limits = [limit for limit, _, _ in rows]
        secrets = (Target(it.key, at, secret) for at, it in enumerate(family.figures) for secret in it.secrets)
        return cls(
            family,
            _whole(family),
            tuple(secrets),
            _matrix(limits, family.unknowns),
            np.array([limit.low for limit in limits], dtype=np.float64),
            np.array([limit.high for limit in limits], dtype=np.float64),
            np.array([figure for _, figure, _ in rows], dtype=np.int64),
            np.array([if_hidden for _, _, if_hidden in rows], dtype=bool),
        )

    def told(self, hidden: Set[Key]) -> Told:
        """What the attacker knows when these figures are hidden and all others shown."""
        is_hidden = np.array([figure.key in hidden for figure in self.family.figures] + [False])  # last: no figure
        counts = self.if_hidden == is_hidden[self.figure]
        return Told(self, self.sums[counts], self.low[counts], self.high[counts], self.figure[counts], is_hidden)

    def given(self) -> Told:
        """What he knows whatever becomes of this release: what cannot be hidden any more, and what was always known."""
        fixed = np.array([figure.fixed for figure in self.family.figures] + [True])
        counts = fixed[self.figure] & ~self.if_hidden
        return Told(self, self.sums[counts], self.low[counts], self.high[counts], self.figure[counts], ~fixed)

    def targets(self, hidden: Set[Key]) -> tuple[Target, ...]:
        """The secrets of the hidden figures, in order of the figures."""
        return tuple(target for target in self.secrets if target.key in hidden)

    def key(self, figure: int) -> Key | None:
        return None if figure == _NO_FIGURE else self.family.figures[figure].key


@dataclass(frozen=True, repr=False)
class Told:
    """What the attacker knows: low <= sums @ x <= high.

    figure : (limits,) as in `Attacker`. is_hidden : (figures + 1,), the last for limits that are no figure's.
    """

    attacker: Attacker
    sums: sparse.csr_array
    low: Floats
    high: Floats
    figure: Integers
    is_hidden: Booleans

    def bound(self, target: Target) -> Bound:
        """The least and the most; where they are too near one another also what he needed for them."""
        secret = target.secret
        low, used_below = self._argument(secret, 1)
        high, used_above = self._argument(secret, -1)
        found = Bound(target.key, low, high, secret.width)
        if not found.safe:
            return self._needed(found, self.figure[np.concatenate([used_below, used_above])])
        if self._roomy(found) or self._seen_wide(secret):
            return found
        low, high = self._whole_range(secret)
        whole = Bound(target.key, low, high, secret.width)
        return found if whole.safe else self._needed(whole, self._sharing(secret))

    def is_safe(self, target: Target) -> bool:
        """As `bound(target).safe`; seen from what was found possible before, where that is enough."""
        secret = target.secret
        if self._seen_wide(secret):
            return True
        found = Bound(target.key, self._argument(secret, 1)[0], self._argument(secret, -1)[0], secret.width)
        if not found.safe or self._roomy(found):
            return found.safe
        low, high = self._whole_range(secret)
        return high - low >= secret.width - SLACK

    def _roomy(self, found: Bound) -> bool:
        """Do whole numbers tell no more: weights differ in a group, or it is wide enough by a person more of many."""
        family, room = self.attacker.family, found.high - found.low - found.width
        return not family.plain or (family.unknowns > MOST_WHOLE and room >= 1.0 - SLACK)

    def _seen_wide(self, secret: Secret) -> bool:
        """Is there room enough between what was found possible before?"""
        sums = [secret.truth, *(self.still_possible[:, secret.unknown] @ secret.value)]
        return bool(max(sums) - min(sums) >= secret.width - SLACK)

    @cached_property
    def still_possible(self) -> Floats:
        """(points, unknowns) of what was found possible before, that which all these limits allow as well."""
        points = np.array(self.attacker.possible).reshape(-1, self.attacker.family.unknowns)
        sums = points @ self.sums.T
        return points[((sums >= self.low - SLACK) & (sums <= self.high + SLACK)).all(axis=1)]

    def _whole_range(self, secret: Secret) -> tuple[float, float]:
        """As much of what the secret can be in whole numbers as there is, until it is as wide as it must be."""
        low = self._extreme(secret, 1, secret.truth - secret.width)
        if secret.truth - low >= secret.width - SLACK:
            return low, secret.truth
        high = self._extreme(secret, -1, low + secret.width)
        if high - low >= secret.width - SLACK:
            return low, high
        # where it stopped may be a number that it cannot be, with room beyond: 1, 3 or 5, say
        return self._extreme(secret, 1, -np.inf), self._extreme(secret, -1, np.inf)

    def _extreme(self, secret: Secret, sign: int, stop: float) -> float:
        """The least (sign 1) or the most (sign -1) that a secret can be in whole numbers, no further than `stop`.

        To find that it can be as far as that is much quicker than to find how far it can be. When the search is given
        up it is the furthest that was found: that much room there is.
        """
        objective = sign * self._sum(secret)
        limits = LinearConstraint(self.sums, self.low, self.high)
        no_further = LinearConstraint(objective.reshape(1, -1), np.floor(sign * stop), np.inf)
        for presolve in (True, False):  # without presolve it is sure whether it was impossible
            found = milp(
                objective,
                constraints=[limits, no_further],
                integrality=self.attacker.whole.astype(np.int64),
                bounds=Bounds(0.0, FAR + 2.0 * max(secret.truth, self.attacker.family.truth.max(initial=0.0))),
                options={"presolve": presolve, "mip_rel_gap": 0.0, "node_limit": MOST_BRANCHES},
            )
            if found.x is not None:
                self.attacker.possible.append(found.x)
                return self._inward(float(found.x @ objective), secret, sign)
            if found.status != _IMPOSSIBLE:  # the search was given up
                return secret.truth
        raise self._contradiction()

    def _contradiction(self) -> AssertionError:
        keys = ", ".join(str(figure.key) for figure in self.attacker.family.figures)
        return AssertionError(f"figures that contradict one another: {keys}")

    def _inward(self, value: float, secret: Secret, sign: int) -> float:
        return float(sign * (np.ceil(value - SLACK) if secret.whole else value)) + 0.0

    def _sharing(self, secret: Secret) -> Integers:
        """The places of the figures that share people with the secret, or else of all.

        Where linear programmes leave room enough he needed that numbers are whole, and nothing tells of which figures.
        """
        shares = np.zeros(self.attacker.family.unknowns)
        shares[secret.unknown] = 1.0
        sharing = self.figure[abs(self.sums) @ shares > 0]
        can_go = any(not self.attacker.family.figures[at].fixed for at in self._shown(sharing))
        return sharing if can_go else self.figure

    def _argument(self, secret: Secret, sign: int) -> tuple[float, Integers]:
        """The least (sign 1) or the most (sign -1) without whole unknowns, and the limits that prove it.

        The limits are those with a price in the linear programme.
        """
        exact = self.low == self.high
        below, above = ~exact & np.isfinite(self.low), ~exact & np.isfinite(self.high)
        for presolve in (True, False):  # without presolve it is sure whether it was impossible or without end
            found = linprog(
                sign * self._sum(secret),
                A_ub=sparse.vstack([-self.sums[below], self.sums[above]], format="csr"),
                b_ub=np.concatenate([-self.low[below], self.high[above]]),
                A_eq=self.sums[exact],
                b_eq=self.low[exact],
                method="highs-ds",
                options={"presolve": presolve},
            )
            if found.status == _UNBOUNDED:
                return -sign * np.inf, np.zeros(0, dtype=np.int64)
            if found.status == _SOLVED and found.fun is not None:
                break
        else:
            raise self._contradiction()
        price = np.concatenate([found.ineqlin.marginals, found.eqlin.marginals])
        limit = np.concatenate([np.flatnonzero(below), np.flatnonzero(above), np.flatnonzero(exact)])
        return self._inward(found.fun, secret, sign), limit[np.abs(price) > SLACK]

    def _sum(self, secret: Secret) -> Floats:
        values = np.zeros(self.attacker.family.unknowns)
        values[secret.unknown] = secret.value
        return values

    def _needed(self, found: Bound, figure: Integers) -> Bound:
        """With the keys of the shown ones among the figures at these places."""
        figures = [self.attacker.family.figures[at] for at in self._shown(figure)]
        used, given = (tuple(one.key for one in figures if one.fixed is fixed) for fixed in (False, True))
        return replace(found, used=used, given=given)

    def _shown(self, figure: Integers) -> list[int]:
        return [at for at in sorted(set(figure.tolist()) - {_NO_FIGURE}) if not self.is_hidden[at]]


def _all_limits(family: Family) -> Iterator[tuple[Limit, int, bool]]:
    """Every limit, the place of its figure, and whether it is told when the figure is hidden."""
    for limit in family.known:
        yield limit, _NO_FIGURE, False
    for at, figure in enumerate(family.figures):
        yield from ((limit, at, False) for limit in figure.shown)
        yield from ((limit, at, True) for limit in figure.hidden)


def _whole(family: Family) -> Booleans:
    if not len(family.truth):
        return np.ones(family.unknowns, dtype=bool)
    return np.asarray(np.abs(family.truth - np.rint(family.truth)) < SLACK, dtype=bool)


def _matrix(limits: list[Limit], unknowns: int) -> sparse.csr_array:
    ends = np.cumsum([0, *(len(limit.unknown) for limit in limits)])
    unknown = np.concatenate([np.zeros(0, dtype=np.int64), *(limit.unknown for limit in limits)])
    value = np.concatenate([np.zeros(0), *(limit.value for limit in limits)])
    return sparse.csr_array((value, unknown, ends), shape=(len(limits), unknowns))

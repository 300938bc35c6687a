"""What one figure says of the people in its atoms, written as limits: its value, its n, its sides, its reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cwb_impact.disclosure.atoms import NOT_VALID, WITH, WITHOUT, Atoms
from cwb_impact.disclosure.family import Limit, Secret
from cwb_impact.disclosure.one_row import HAIR, PublishedRow, SimpleSample, Steps, possible_n, possible_pairs
from cwb_impact.disclosure.primary import band_of_share
from cwb_impact.spec.indicator import SHARES, Indicator
from cwb_impact.spec.policy import Policy
from cwb_impact.types import Floats, Integers

MEAN_OR_SHARE = SHARES | {"mean"}
"""Statistics that are sums over people divided by a number of people: linear in the unknowns."""

_COUNTED_FIRST = frozenset(
    {
        "too_few_holdings",
        "too_few_outside_largest_holding",
        "not_defined",
        "all_the_same",
        "one_contributor_dominates",
    }
)
"""Reasons that are given only when there are enough respondents (primary.py)."""


@dataclass(frozen=True, repr=False)
class RowAtoms:
    """The atoms behind one figure: with a valid answer, and of these the ones with the property (none for a mean).

    weight : as in Atoms. sums : places of the sums of a mean, low : the low ends of the scale, of `valid`.
    """

    valid: Integers
    has: Integers
    has_not: Integers
    weight: Floats
    people: Floats
    sums: Integers | None = None
    low: Floats | None = None

    @property
    def n(self) -> int:
        return round(float(self.people[self.valid].sum()))

    @property
    def k(self) -> int:
        return round(float(self.people[self.has].sum()))


def row_atoms(atoms: Atoms, indicator: str, dimension: str, category: str) -> RowAtoms:
    """The atoms of one row of the tables."""
    inside, outcome = atoms.of(dimension, category), atoms.outcome(indicator)
    valid = np.flatnonzero(inside & (outcome != NOT_VALID))
    if indicator not in atoms.scales:
        has, has_not = (np.flatnonzero(inside & (outcome == side)) for side in (WITH, WITHOUT))
        return RowAtoms(valid, has, has_not, atoms.weight, atoms.people)
    nobody = np.zeros(0, dtype=np.int64)
    places, low = atoms.sum_places(indicator, valid), atoms.low(indicator)[valid]
    return RowAtoms(valid, nobody, nobody, atoms.weight, atoms.people, places, low)


def people_between(atoms: Integers, low: float, high: float) -> Limit:
    """low <= number of people <= high."""
    return Limit(atoms, np.ones(len(atoms)), float(low), float(high))


def value_between(row: RowAtoms, low: float, high: float) -> tuple[Limit, ...]:
    """The weighted mean, or the weighted share in percent, lies between low and high."""
    low, high, w = low - HAIR, high + HAIR, row.weight[row.valid]
    if row.sums is not None and row.low is not None:
        unknown = np.concatenate([row.valid, row.sums])
        above, below = np.concatenate([w * (row.low - low), w]), np.concatenate([w * (high - row.low), -w])
    else:
        unknown, y = row.valid, np.isin(row.valid, row.has)
        above, below = w * (y - low / 100), w * (high / 100 - y)
    return Limit(unknown, above, 0.0, np.inf), Limit(unknown, below, 0.0, np.inf)


def sides(row: RowAtoms, least: int) -> tuple[Limit, ...]:
    """At least so many people have the property, and as many have it not."""
    return people_between(row.has, least, np.inf), people_between(row.has_not, least, np.inf)


def enough(row: RowAtoms, indicator: Indicator, policy: Policy) -> Limit:
    """There are as many respondents as the policy and the indicator ask."""
    return people_between(row.valid, max(policy.minimum_respondents, indicator.minimum_n), np.inf)


def told_by_value(
    row: RowAtoms,
    told: PublishedRow,
    steps: Steps,
    values: tuple[float, float],
    sample: SimpleSample | None,
    equal: bool,
) -> tuple[Limit, ...]:
    """What a published row tells: its value and n; where all weights are equal, the pairs of numbers behind it too.

    values : between what the exact value lies. equal : everybody in the row has the same weight.
    """
    n = people_between(row.valid, *possible_n(told, steps))
    pairs: tuple[Limit, ...] = ()
    if equal and row.sums is None:
        for known in dict.fromkeys((sample, None)):
            pairs = _around(row, possible_pairs(told, steps, values, known)) or pairs
            if pairs:
                break
    return *value_between(row, *values), n, *pairs


def told_by_band(
    row: RowAtoms, told: PublishedRow, steps: Steps, indicator: Indicator, policy: Policy, equal: bool
) -> tuple[Limit, ...]:
    """What a band tells: that few are on one side, or that the share is above the top code.

    equal : as in `told_by_value`; then the rules give this band to some pairs of numbers only.
    """
    limit, few = float(told.band[1:]), policy.share.minimum_each_side - 1
    n = people_between(row.valid, *possible_n(told, steps))
    pairs: tuple[Limit, ...] = ()
    if equal:
        pairs = _around(row, possible_pairs(told, steps, fits=lambda n, k: _band(n, k, indicator, policy) == told.band))
    if told.band.startswith("<"):
        return *value_between(row, 0.0, limit), n, people_between(row.has, 0, few), *pairs
    top = indicator.sensitive and limit == policy.share.top_code_sensitive_above
    # a band at the top code tells only that the share is above it
    side = () if top else (people_between(row.has_not, 0, few),)
    return *value_between(row, limit, 100.0), n, *side, *pairs


def _band(n: int, k: int, indicator: Indicator, policy: Policy) -> str:
    """The band that the rules give to k of n people who weigh the same."""
    row = {"statistic": "share", "value": 100 * k / n, "n": n, "n_high_side": k, "n_low_side": n - k}
    return band_of_share(row, indicator, policy)


def _around(row: RowAtoms, pairs: Integers) -> tuple[Limit, ...]:
    """The least and most of n, k and n - k over the possible pairs; nothing when the true one is not among them."""
    if [row.n, row.k] not in pairs.tolist():
        return ()
    n, k = pairs.T
    groups = ((row.valid, n), (row.has, k), (row.has_not, n - k))
    return tuple(people_between(atoms, number.min(), number.max()) for atoms, number in groups)


def told_by_reason(row: RowAtoms, reason: str, indicator: Indicator, policy: Policy) -> tuple[Limit, ...]:
    """What a primary reason tells of the number of people."""
    if reason == "too_few_respondents":
        fewest = max(policy.minimum_respondents, indicator.minimum_n)
        return (people_between(row.valid, 0, fewest - 1),)
    return (enough(row, indicator, policy),) if reason in _COUNTED_FIRST else ()


def secrets_of(row: RowAtoms, atoms: Atoms, indicator: str, policy: Policy) -> tuple[Secret, ...]:
    """What must stay uncertain of a figure that is hidden.

    Of a share the number of people with the property, and the number without. That there is nobody or hardly anybody on
    a side is a secret too, since it tells what the others answered: of as few as a band stands for as many numbers stay
    possible as in a band. Of a mean the sum of what they answered above the low end of its scale.
    """
    if row.n == 0:
        return ()
    width, few = policy.audit.minimum_width, policy.share.minimum_each_side - 1
    if row.sums is not None and row.low is not None:
        scale = atoms.scales[indicator]
        unknown = np.concatenate([row.valid, row.sums])
        value = np.concatenate([row.low - scale.start, np.ones(len(row.sums))])
        truth = float((value * atoms.truth[unknown]).sum())
        return (Secret(unknown, value, truth, min(width, row.n) * scale.length, whole=False),)
    numbers = ((side, float(row.people[side].sum())) for side in (row.has, row.has_not))
    return tuple(Secret(side, np.ones(len(side)), n, min(width, max(n, few), row.n)) for side, n in numbers)


def secrets_of_band(row: RowAtoms, policy: Policy) -> tuple[Secret, ...]:
    """Of a figure that is shown as a band the numbers on both sides: as uncertain as the band itself leaves them."""
    width = policy.share.minimum_each_side - 1
    return tuple(
        Secret(side, np.ones(len(side)), float(row.people[side].sum()), width) for side in (row.has, row.has_not)
    )

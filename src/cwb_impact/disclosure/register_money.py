"""What totals and ratios of one list tell (of euros, and of members), and which of its sums must stay uncertain."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from cwb_impact.disclosure.dominance import contributors, remainder_percent
from cwb_impact.disclosure.family import Family, Figure, Key, Limit, Secret
from cwb_impact.disclosure.people import Answer, People
from cwb_impact.disclosure.primary import PUBLISHED, SUPPRESSED
from cwb_impact.disclosure.register_atoms import WITH, Atoms, atoms_of
from cwb_impact.disclosure.registers import step_of
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.indicator import Indicator
from cwb_impact.types import Floats, Integers

Addend = tuple[int, str]
"""A group of rows, and the variable that is added up over them."""


@dataclass(frozen=True, repr=False)
class Sum:
    """A sum that figures give away: of `value` x[`unknown`]. amounts : (n,) what each row has of it."""

    unknown: Integers
    value: Floats
    amounts: Floats

    def minus(self, other: Sum) -> Sum:
        unknown = np.concatenate([self.unknown, other.unknown])
        return Sum(unknown, np.concatenate([self.value, -other.value]), self.amounts - other.amounts)

    def times(self, factor: float) -> Sum:
        return Sum(self.unknown, factor * self.value, factor * self.amounts)

    def within(self, low: float, high: float = math.inf) -> Limit:
        return Limit(self.unknown, self.value, low, high)


@dataclass(frozen=True, repr=False)
class Summed:
    """One list at one wave. places : what is added up of which groups -> its place among the unknowns. After these
    stands, for every ratio with limits, the sum of the rows of which it is not known on which side they are: open."""

    study: StudyBundle
    people: People
    atoms: Atoms
    places: dict[Addend, int]
    open: dict[str, int]
    truth: Floats

    def indicator(self, row: pd.Series) -> Indicator:
        return self.study.dictionary.indicators[str(row["indicator"])]

    def above(self, indicator: Indicator) -> Sum:
        """What a total or ratio adds up (above the line)."""
        return self._sum(indicator, str(indicator.of), self.people.answers[indicator.id].y)

    def below(self, indicator: Indicator) -> Sum | None:
        """What a ratio has below the line."""
        beside = self.people.answers[indicator.id].beside
        return None if beside is None else self._sum(indicator, str(indicator.per), beside)

    def open_of(self, indicator: Indicator) -> Sum:
        """What the unknown rows of a ratio add up to; their amounts are not kept."""
        return Sum(np.array([self.open[indicator.id]]), np.ones(1), np.zeros(len(self.people)))

    def _sum(self, indicator: Indicator, variable: str, amounts: Floats) -> Sum:
        groups = np.flatnonzero(self.atoms.valid(indicator.id))
        found = [self.places[group, variable] for group in groups.tolist() if (group, variable) in self.places]
        return Sum(np.array(found, dtype=np.int64), np.ones(len(found)), amounts)


def summed_family(
    rows: pd.DataFrame, told: dict[Key, pd.Series], here: People, waves: Sequence[People], study: StudyBundle
) -> Family:
    """The family of totals and ratios of one list at one wave.

    The unknowns are sums over the groups of `atoms_of`. Where the p% rule hides a figure, each sum of it that the rule
    is about (above the line, below it, and of a part of an amount the rest) must stay uncertain by p percent of its
    largest contributor: the second largest, who can take off his own, comes no closer. The attacker is given more than
    he has: the whole below the line of every ratio, where the rule does not protect it.

    Parameters as for `register_counts.counted_family`.
    """
    names = list(dict.fromkeys(rows["indicator"]))
    indicators = [study.dictionary.indicators[name] for name in names]
    atoms = atoms_of(names, here, waves)
    exact = {str(row["indicator"]): row for _, row in rows.iterrows()}
    found = _amounts(indicators, atoms, here)
    places = {place: at for at, place in enumerate(found)}
    ends = [name for name in names if np.isfinite(exact[name]["ci_low"])]
    open_ = {name: len(places) + at for at, name in enumerate(ends)}
    truth = [*found.values(), *(_open(exact[name], here.answers[name]) for name in ends)]
    summed = Summed(study, here, atoms, places, open_, np.array(truth, dtype=np.float64))
    figures = [_figure(key, exact[str(row["indicator"])], row, key in rows.index, summed) for key, row in told.items()]
    behind = [
        Figure(("secret", key), (), (), tuple(_secrets(row, summed)), fixed=True)
        for key, row in rows.iterrows()
        if row["status"] == SUPPRESSED
    ]
    made = (*figures, *(one for one in behind if one.secrets), *_differences(rows, summed))
    known = [limit for one in indicators for limit in _known(one, summed, waves)]
    return Family(len(truth), made, tuple(known), summed.truth)


def _amounts(indicators: Sequence[Indicator], atoms: Atoms, here: People) -> dict[Addend, float]:
    """What is not known, and what it really is. Where nobody has anything above the line, nothing can be there."""
    found: dict[Addend, float] = {}
    for one in indicators:
        answer = here.answers[one.id]
        outcome, valid = atoms.outcome(one.id), atoms.valid(one.id)
        for variable, amounts, groups in ((one.of, answer.y, outcome == WITH), (one.per, answer.beside, valid)):
            if amounts is not None:
                sums = np.bincount(atoms.of_row, amounts, len(atoms))
                found |= {(int(group), str(variable)): float(sums[group]) for group in np.flatnonzero(groups)}
    return found


def _open(row: pd.Series, answer: Answer) -> float:
    """What the unknown rows of a ratio add up to, from its exact limits: with all of it outside, and all inside."""
    above, below = float(answer.y.sum()), float(np.sum(answer.beside if answer.beside is not None else 0.0))
    if above > 0:
        return 100 * above / float(row["ci_low"]) - below
    high = float(row["ci_high"])
    return high * below / (100 - high) if high < 100 else 0.0


def _known(indicator: Indicator, summed: Summed, waves: Sequence[People]) -> Iterator[Limit]:
    """What the attacker is given: the whole, and that in every group a part is at most its whole (or all of it)."""
    below = summed.below(indicator)
    if below is None:
        return
    if not _dominated(below, summed):
        yield below.within(float(below.amounts.sum()), float(below.amounts.sum()))
    if indicator.unit != "percent":
        return
    rests = [_rest(wave.answers[indicator.id]) for wave in waves]
    if any((rest < 0).any() for rest in rests):
        return
    in_part = [rest[wave.answers[indicator.id].y > 0] for rest, wave in zip(rests, waves, strict=True)]
    # a row is in the part with all of it; where that is so of every row, it is what the figure must not tell
    inside = any((rest > 0).any() for rest in rests) and not any((rest > 0).any() for rest in in_part)
    for group in np.flatnonzero(summed.atoms.outcome(indicator.id) == WITH).tolist():
        part, whole = (summed.places[group, str(name)] for name in (indicator.of, indicator.per))
        yield Limit(np.array([part, whole]), np.array([-1.0, 1.0]), 0.0, 0.0 if inside else math.inf)


def _rest(answer: Answer) -> Floats:
    return answer.y * 0 if answer.beside is None else answer.beside - answer.y


def _figure(key: Key, exact: pd.Series, told: pd.Series, ours: bool, summed: Summed) -> Figure:
    """One row as published. That it is hidden tells nothing of its sum."""
    if not ours and told["status"] != PUBLISHED:
        return Figure(key, (), fixed=True)
    shown = () if ours and exact["status"] == SUPPRESSED else tuple(_shown(exact, told, summed))
    return Figure(key, shown, (), (), float(exact["cost"]), fixed=not ours)


def _shown(exact: pd.Series, told: pd.Series, summed: Summed) -> Iterator[Limit]:
    indicator, value = summed.indicator(exact), float(told["value"])
    half = step_of(exact, indicator, summed.study.policy) / 2 * (1 + 1e-9)
    above, below = summed.above(indicator), summed.below(indicator)
    if below is None:
        yield above.within(value - half, value + half)
        return
    percent = 0.01 if indicator.unit == "percent" else 1.0
    yield from _ratio(above, below, value, half, percent)
    if indicator.id in summed.open and pd.notna(told["ci_low"]):
        # all that is not known outside, and all of it inside
        open_ = summed.open_of(indicator)
        everything = below.minus(open_.times(-1))
        yield from _ratio(above, everything, float(told["ci_low"]), half, percent)
        yield from _ratio(above.minus(open_.times(-1)), everything, float(told["ci_high"]), half, percent)


def _ratio(above: Sum, below: Sum, value: float, half: float, unit: float) -> Iterator[Limit]:
    """value - half <= above / below / unit <= value + half."""
    yield _merged(above.minus(below.times(unit * (value - half)))).within(0.0)
    yield _merged(above.minus(below.times(unit * (value + half)))).within(-math.inf, 0.0)


def _merged(sum_: Sum) -> Sum:
    """Each unknown once."""
    unknown, at = np.unique(sum_.unknown, return_inverse=True)
    return Sum(unknown, np.bincount(at, sum_.value, len(unknown)).astype(np.float64), sum_.amounts)


def _differences(rows: pd.DataFrame, summed: Summed) -> Iterator[Figure]:
    """The rest of two sums of the same amounts of which one lies within the other, where one contributor
    dominates it."""
    percent = summed.study.policy.registers.money.p_percent
    for (whole, row), (part, other) in permutations(rows.iterrows(), 2):
        one, two = summed.indicator(row), summed.indicator(other)
        if not {one.of, one.per} & ({two.of, two.per} - {None}):
            continue
        rest = _merged(summed.above(one).minus(summed.above(two)))
        largest, _ = contributors(rest.amounts, summed.people.holding)
        if (rest.amounts >= 0).all() and largest > 0 and _dominated(rest, summed):
            secret = Secret(rest.unknown, rest.value, float(rest.amounts.sum()), percent / 100 * largest, whole=False)
            yield Figure(("difference", whole, part), (), (), (secret,), fixed=True)


def _secrets(row: pd.Series, summed: Summed) -> Iterator[Secret]:
    """Of a hidden figure every sum that one contributor dominates: p percent of the largest."""
    indicator, percent = summed.indicator(row), summed.study.policy.registers.money.p_percent
    above, below = summed.above(indicator), summed.below(indicator)
    sums = [above] if below is None else [above, below]
    if below is not None and indicator.unit == "percent":
        sums.append(_merged(below.minus(above)))
    for one in sums:
        largest, _ = contributors(one.amounts, summed.people.holding)
        if largest == 0 and below is not None:
            # nothing is there: that there is something must be possible, beside what the whole is made of
            largest, _ = contributors(below.amounts, summed.people.holding)
        if largest > 0 and _dominated(one, summed):
            yield Secret(one.unknown, one.value, float(one.amounts.sum()), percent / 100 * largest, whole=False)


def _dominated(sum_: Sum, summed: Summed) -> bool:
    """Could the second largest contributor compute the largest closely (p%), or is there nobody?"""
    left = remainder_percent(sum_.amounts, summed.people.holding)
    return not left >= summed.study.policy.registers.money.p_percent

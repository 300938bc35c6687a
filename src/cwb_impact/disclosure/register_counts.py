"""What figures about people (and shares of co-ops) from one list tell, and what of them must stay uncertain."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from cwb_impact.disclosure.complements import COVERS
from cwb_impact.disclosure.family import Family, Figure, Key, Limit, Secret
from cwb_impact.disclosure.people import People
from cwb_impact.disclosure.primary import PUBLISHED, SUPPRESSED
from cwb_impact.disclosure.register_atoms import OPEN, WITH, WITHOUT, Atoms, atoms_of, outcome_of
from cwb_impact.disclosure.register_possible import possible_counts, with_wholes
from cwb_impact.disclosure.registers import step_of, too_few
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.indicator import COUNTS, SHARES, Indicator
from cwb_impact.spec.policy import Policy
from cwb_impact.types import Booleans, Floats, Integers

TOO_FEW, TOO_FEW_OUTSIDE = "too_few_people", "too_few_outside_largest_holding"


@dataclass(frozen=True, repr=False)
class Counted:
    """One list at one wave. sums : total -> (groups,) places of what its rows add up to, after the numbers of rows.

    most : total -> the largest number that one row has, in any wave.
    """

    study: StudyBundle
    people: People
    atoms: Atoms
    sums: dict[str, Integers]
    most: dict[str, float]
    unknowns: int

    @property
    def policy(self) -> Policy:
        return self.study.policy

    def indicator(self, row: pd.Series) -> Indicator:
        return self.study.dictionary.indicators[str(row["indicator"])]


def counted_family(
    rows: pd.DataFrame, told: dict[Key, pd.Series], here: People, waves: Sequence[People], study: StudyBundle
) -> Family:
    """The family of counts and shares of one list at one wave, and of totals of people (such as hours of work).

    The attacker is given more than he has: how many rows an indicator leaves out because a fact is not known, how many
    rows a share is of (of people who work that is the public headcount), and the largest number in a total. So a
    figure tells all numbers of rows that would have been published the same way, and no other.

    rows : the exact figures of the list, with status, reason, band and cost. told : key -> the figure as published;
    those whose key is no label of `rows` are of earlier releases.
    """
    names = list(dict.fromkeys(rows["indicator"]))
    atoms = atoms_of(names, here, waves)
    totals = [name for name in names if study.dictionary.indicators[name].statistic == "total"]
    sums = {name: len(atoms) * (1 + at) + np.arange(len(atoms)) for at, name in enumerate(totals)}
    most = {name: max(float(wave.answers[name].y.max(initial=0.0)) for wave in waves) for name in totals}
    counted = Counted(study, here, atoms, sums, most, len(atoms) * (1 + len(totals)))
    exact = {str(row["indicator"]): row for _, row in with_wholes(rows, study.dictionary, study.policy).iterrows()}
    figures = [_figure(key, exact[str(row["indicator"])], row, key in rows.index, counted) for key, row in told.items()]
    # what must stay uncertain is a figure of its own, so that a band can be hidden too
    behind = [
        Figure(("secret", key), (), (), tuple(_secrets(row, counted)), fixed=True)
        for key, row in rows.iterrows()
        if row["status"] == SUPPRESSED or row["band"]
    ]
    made = (*figures, *behind, *_differences(rows, counted))
    return Family(counted.unknowns, made, tuple(_known(counted)), _truth(counted))


def _truth(counted: Counted) -> Floats:
    at = counted.atoms.of_row
    numbers = np.bincount(at, minlength=len(counted.atoms)).astype(np.float64)
    sums = [np.bincount(at, counted.people.answers[name].y, len(counted.atoms)) for name in counted.sums]
    return np.concatenate([numbers, *sums])


def _rows(groups: Booleans, low: float, high: float = math.inf) -> Limit:
    """So many rows are in these groups."""
    places = np.flatnonzero(groups)
    return Limit(places, np.ones(len(places)), low, high)


def _known(counted: Counted) -> Iterator[Limit]:
    """What the attacker is given, and that no row has less than nothing or more than the most of a total."""
    atoms = counted.atoms
    for name in atoms.indicators:
        outcome = outcome_of(counted.people.answers[name])
        yield _rows(atoms.outcome(name) == OPEN, *[float((outcome == OPEN).sum())] * 2)
        if counted.study.dictionary.indicators[name].statistic in SHARES:
            yield _rows(atoms.valid(name), *[float((outcome >= WITHOUT).sum())] * 2)
    for name, places in counted.sums.items():
        for group, place in enumerate(places):
            # of the groups in which nobody has anything, nothing can be there
            most = counted.most[name] if atoms.outcome(name)[group] == WITH else 0.0
            yield Limit(np.array([group, place]), np.array([-most, 1.0]), -math.inf, 1e-9)


def _figure(key: Key, exact: pd.Series, told: pd.Series, ours: bool, counted: Counted) -> Figure:
    """One published (or publishable) row. exact : as it was worked out. ours : of this release."""
    name, policy = str(exact["indicator"]), counted.policy
    public = name in policy.registers.people.public_headcounts and exact["protects"] == "people"
    if not ours:
        way = _shown if told["status"] == PUBLISHED else _hidden
        return Figure(key, tuple(way(exact, told, counted)), fixed=True)
    shown = () if exact["status"] == SUPPRESSED else tuple(_shown(exact, told, counted))
    if public and exact["status"] == PUBLISHED:
        return Figure(key, shown, fixed=True)
    return Figure(key, shown, tuple(_hidden(exact, exact, counted)), (), float(exact["cost"]))


def _shown(exact: pd.Series, told: pd.Series, counted: Counted) -> Iterator[Limit]:
    """What a row tells that is shown, with a value or as a band."""
    indicator = counted.indicator(exact)
    atoms, name = counted.atoms, indicator.id
    if pd.notna(told["n"]):
        off = 0 if exact["protects"] == "organisations" else counted.policy.round_n_to // 2
        yield _rows(atoms.valid(name), float(told["n"]) - off, float(told["n"]) + off)
    if name in counted.sums:
        half = step_of(exact, indicator, counted.policy) / 2 * (1 + 1e-9)
        places = counted.sums[name]
        yield Limit(places, np.ones(len(places)), float(told["value"]) - half, float(told["value"]) + half)
        return
    possible = possible_counts(exact, told, indicator, counted.policy)
    if possible:
        low, high = float(min(possible)), float(max(possible))
        yield _rows(atoms.outcome(name) == WITH, low, high)
        if indicator.statistic in SHARES:
            yield _rows(atoms.outcome(name) == WITHOUT, int(exact["n"]) - high, int(exact["n"]) - low)


def _hidden(exact: pd.Series, told: pd.Series, counted: Counted) -> Iterator[Limit]:
    """What a row tells that is hidden: by its reason, or, where it is shown now, that it is hidden to cover another."""
    rules, atoms, indicator = counted.policy.registers, counted.atoms, counted.indicator(exact)
    name, reason = indicator.id, COVERS if told["status"] == PUBLISHED else str(told["reason"])
    behind = atoms.outcome(name) == WITH if indicator.statistic == "count" else atoms.valid(name)
    if exact["protects"] == "people":
        if reason == TOO_FEW:
            # three co-ops were asked for first, so there are three people
            yield _rows(behind, rules.people.minimum_holdings, rules.people.minimum_people - 1)
        elif reason in (TOO_FEW_OUTSIDE, COVERS):
            yield _rows(behind, rules.people.minimum_people)
    if indicator.statistic in SHARES and reason == COVERS and not exact["band"]:
        people = exact["protects"] == "people"
        least = counted.policy.share.minimum_each_side if people else rules.minimum_organisations_each_side
        yield _rows(atoms.outcome(name) == WITH, least)
        yield _rows(atoms.outcome(name) == WITHOUT, least)


def _secrets(row: pd.Series, counted: Counted) -> Iterator[Secret]:
    indicator, least = counted.indicator(row), counted.policy.audit.minimum_width
    name, atoms = indicator.id, counted.atoms
    if name in counted.sums:
        places = counted.sums[name]
        truth = float(counted.people.answers[name].y.sum())
        width = min(least, int(row["n"])) * counted.most[name]
        yield Secret(places, np.ones(len(places)), truth, width, whole=False)
        return
    outcome = outcome_of(counted.people.answers[name])
    sides = {side: int((outcome == side).sum()) for side in (WITH, WITHOUT)}
    # a band leaves as many numbers as there are below the minimum of a side, also for who knows how many there are
    of_band = counted.policy.share.minimum_each_side - 1
    for side, truth in sides.items():
        places = np.flatnonzero(atoms.outcome(name) == side)
        # also that it is nobody must stay uncertain
        width = of_band if row["band"] else max(1, min(least, truth))
        yield Secret(places, np.ones(len(places)), truth, width)


def _differences(rows: pd.DataFrame, counted: Counted) -> Iterator[Figure]:
    """The rest of two counts of people of which one lies within the other, where the rules would hide it.

    No row of the release has it, and two rows could give it away: of learn-work places and the paid ones, the unpaid.
    """
    counts = rows[(rows["protects"] == "people") & (rows["statistic"] == "count")]
    for (whole, of_whole), (part, of_part) in permutations(counts["indicator"].items(), 2):
        inside, outside = (counted.atoms.outcome(name) == WITH for name in (of_part, of_whole))
        rest = outside & ~inside
        if (inside & ~outside).any() or not rest.any():
            continue
        here = rest[counted.atoms.of_row]
        if here.any() and too_few(here, counted.people.holding, counted.policy):
            places, number = np.flatnonzero(rest), int(here.sum())
            secret = Secret(places, np.ones(len(places)), number, min(counted.policy.audit.minimum_width, number))
            yield Figure(("difference", whole, part), (), (), (secret,), fixed=True)


def is_counted(row: pd.Series) -> bool:
    """Is this a figure of `counted_family`?"""
    people = row["protects"] == "people"
    return bool(row["statistic"] in COUNTS or (people and row["statistic"] == "total"))

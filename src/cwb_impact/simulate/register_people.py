"""The synthetic list of people of each co-op: the paid people of the survey's population, and who learns or helps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from cwb_impact.simulate.answers import from_bands, pick
from cwb_impact.simulate.people import Population
from cwb_impact.simulate.streams import Floats, Streams
from cwb_impact.spec.register import WaveRegisters
from cwb_impact.spec.simulated_registers import SimulatedPeopleList

BEFORE = -1
"""The wave in which somebody came who was gone at the first wave."""

MEMBER, EMPLOYEE = "member_employee", "employee"

_DAYS_BEFORE = 1000
"""Days before the first wave in which the first people joined."""


@dataclass(frozen=True)
class Someone:
    """came, went : numbers of waves, in order; went is None for whoever is still there at the last one."""

    coop: str
    paid: bool
    came: int
    went: int | None


def codes(chances: Mapping[str, float], u: Floats) -> list[str]:
    """The code that each uniform falls in."""
    return [list(chances)[index] for index in pick(chances, u)[0]]


def everybody(
    plan: SimulatedPeopleList, population: Population, waves: list[str], labels: Mapping[str, str]
) -> list[Someone]:
    """Everybody who is ever in a list, co-op by co-op."""
    present = [set(population.present.get(wave, np.array([], dtype=np.int64)).tolist()) for wave in waves]
    found = []
    for index, stratum in enumerate(population.strata):
        paid = [person for person in range(population.size) if population.stratum[person] == index]
        sizes = [sum(person in here for person in paid) for here in present]
        found += [Someone(labels[stratum], True, BEFORE, 0)] * round(plan.gone * sizes[0])
        for person in paid:
            there = [number for number, here in enumerate(present) if person in here]
            if there:
                went = there[-1] + 1 if there[-1] + 1 < len(waves) else None
                found.append(Someone(labels[stratum], True, there[0], went))
        unpaid = [round(plan.unpaid * size) for size in sizes]
        for number in range(max(unpaid)):
            came = next(wave for wave, people in enumerate(unpaid) if people > number)
            found.append(Someone(labels[stratum], False, came, None))
    return found


def people_lists(
    plan: SimulatedPeopleList,
    population: Population,
    specs: Mapping[str, WaveRegisters],
    labels: Mapping[str, str],
    without_members: Collection[str],
    streams: Streams,
) -> dict[str, pd.DataFrame]:
    """Wave -> the list as it is at its reference date, with those who left until then.

    labels : stratum -> the name of the co-op. without_members : names of those that have none, such as a foundation.
    """
    days = [spec.reference_date for spec in specs.values()]
    people = everybody(plan, population, list(specs), labels)
    size = len(people)

    def draw(name: str) -> Floats:
        return streams.uniform(size, "people", name)

    paid = np.array([someone.paid for someone in people])
    position = np.where(
        paid, codes(plan.positions, draw("position")), codes(plan.unpaid_positions, draw("unpaid position"))
    )
    closed = np.array([someone.coop in without_members for someone in people])
    position = np.where(closed & (position == MEMBER), EMPLOYEE, position)
    member = ~closed & (draw("member") < np.array([plan.members.get(code, 0.0) for code in position]))
    hours = np.where(paid, from_bands(plan.hours, draw("hours"), 1.0), 0.0)
    table = pd.DataFrame(
        {
            "coop": [someone.coop for someone in people],
            "paid_work": np.where(paid, "yes", "no"),
            "position": position,
            "member": np.where(member, "yes", "no"),
            "hours": np.where(draw("empty") < plan.empty, np.nan, hours),
            "contract_form": [plan.contracts.get(code) for code in position],
            "joined": [_joined(*pair, days) for pair in zip(people, draw("joined"), strict=True)],
            "left": [_left(*pair, days) for pair in zip(people, draw("left"), strict=True)],
            "came": [someone.came for someone in people],
        }
    ).sort_values(["came", "joined"], kind="stable")
    table.insert(1, "person", [f"P{number:02d}" for number in table.groupby("coop").cumcount() + 1])
    return {wave: _at(table, number, days[number]) for number, wave in enumerate(specs)}


def _at(table: pd.DataFrame, wave: int, on: date) -> pd.DataFrame:
    """Who had joined by a wave; who leaves later has no last day yet."""
    known = table[table["came"] <= wave].drop(columns="came").sort_values(["coop", "person"], kind="stable")
    left = [day if day is not None and day < on else None for day in known["left"]]
    return known.assign(left=pd.Series(left, index=known.index, dtype=object)).reset_index(drop=True)


def _joined(someone: Someone, u: float, days: list[date]) -> date:
    if someone.came == BEFORE:
        return _between(days[0] - timedelta(_DAYS_BEFORE), days[0] - timedelta(400), u)
    if someone.came == 0:
        return _between(days[0] - timedelta(_DAYS_BEFORE), days[0] - timedelta(10), u)
    return _between(days[someone.came - 1] + timedelta(1), days[someone.came] - timedelta(10), u)


def _left(someone: Someone, u: float, days: list[date]) -> date | None:
    """A day between the two waves; who was gone at the first wave left in the year before it."""
    if someone.went is None:
        return None
    first = days[someone.went - 1] if someone.went > 0 else days[0] - timedelta(364)
    return _between(first + timedelta(1), days[someone.went] - timedelta(1), u)


def _between(first: date, last: date, u: float) -> date:
    return first + timedelta(int(u * ((last - first).days + 1)))

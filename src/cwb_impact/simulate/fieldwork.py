"""Who is asked, who answers, with which weight, and which questions stay open."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import ndtr

from cwb_impact.indicators.conditions import evaluate, reason_of
from cwb_impact.simulate.answers import latent
from cwb_impact.simulate.people import Integers, Population
from cwb_impact.simulate.streams import Streams
from cwb_impact.spec.chances import limits
from cwb_impact.spec.conditions import Condition, variables_of
from cwb_impact.spec.simulation import SimulatedPopulation
from cwb_impact.spec.wave_map import WaveMap

COMPLETE, PARTIAL = "complete", "partial"


def fieldwork(
    plan: SimulatedPopulation,
    population: Population,
    answers: pd.DataFrame,
    wave: str,
    earlier: Integers,
    streams: Streams,
) -> pd.DataFrame:
    """The cases of one wave: index = person, columns `outcome` and `weight` (NaN unless complete).

    A complete case stands for N/n people of its stratum and response group: the weights correct for exactly what made
    response differ. earlier : persons who completed the wave before.
    """
    here = population.present[wave]
    asked = _asked(plan, population, wave, earlier, streams)
    group = _groups(answers[plan.response.by], plan)
    rate = np.array(list(plan.response.rates.values()))[group]
    willing = latent(population, streams, wave, "response", plan.correlation, 0.0)
    answered = ndtr(willing[asked]) < rate[asked]
    other = _other_outcome(plan, streams.uniform(population.size, "outcome", wave)[asked])
    cell = population.stratum * len(plan.response.rates) + group
    people = np.bincount(cell[here], minlength=cell.max() + 1)
    completed = np.bincount(cell[asked[answered]], minlength=cell.max() + 1)
    weight = np.full(len(asked), np.nan)
    weight[answered] = (people / np.maximum(completed, 1))[cell[asked[answered]]]
    return pd.DataFrame({"outcome": np.where(answered, COMPLETE, other), "weight": weight}, index=asked)


def _asked(
    plan: SimulatedPopulation, population: Population, wave: str, earlier: Integers, streams: Streams
) -> Integers:
    """Everybody, or a part of those who answered last time and a new random sample within strata."""
    here = population.present[wave]
    if not plan.sample:
        return here
    order = streams.uniform(population.size, "sample", wave)
    known = np.intersect1d(here, earlier)
    again = known[np.argsort(order[known])][: round(plan.recontact * len(known))]
    rest = np.setdiff1d(here, again)
    fresh = []
    for index, name in enumerate(population.strata):
        members = rest[population.stratum[rest] == index]
        fresh.append(members[np.argsort(order[members])][: plan.sample[wave].get(name, 0)])
    return np.sort(np.concatenate([again, *fresh]))


def _groups(values: pd.Series, plan: SimulatedPopulation) -> Integers:
    """(persons,) index of the response rate that applies."""
    group = np.full(len(values), -1, dtype=np.int64)
    for index, key in enumerate(plan.response.rates):
        span = limits(key) if values.dtype == np.float64 else None
        group[values.between(*span) if span is not None else values == key] = index
    return group


def _other_outcome(plan: SimulatedPopulation, u: np.ndarray) -> np.ndarray:
    """One outcome for each uniform; a refusal where simulation.yml does not tell them apart."""
    chances = {str(outcome): part for outcome, part in plan.response.other_outcomes.items()} or {"refusal": 1.0}
    ends = np.cumsum(list(chances.values()))
    return np.array(list(chances), dtype=object)[np.minimum(np.searchsorted(ends, u, side="right"), len(ends) - 1)]


def reasons(
    plan: SimulatedPopulation, answers: pd.DataFrame, outcome: pd.Series, spec: WaveMap, streams: Streams
) -> pd.DataFrame:
    """Why an answer is absent, for every case and mapped variable: `valid`, a missing reason, or `` for no case.

    answers : the true answers of the cases. outcome : of the cases. A reason for which the wave has no code does not
    occur in it. Who breaks off (`partial`) leaves the rest of the questionnaire open.
    """
    found = pd.DataFrame("valid", index=answers.index, columns=list(spec.variables), dtype=object)
    persons = answers.index.to_numpy(dtype=np.int64)
    top = int(persons.max()) + 1 if len(persons) else 0
    # in the order of the simulation, where a routing question stands above what it routes
    for name in [name for name in plan.variables if name in spec.variables]:
        allowed = set(spec.missing_of(name).values())
        chances = {reason: part for reason, part in plan.item_missing_of(name).items() if reason in allowed}
        found[name] = _drawn(chances, streams.uniform(top, "missing", name, spec.wave.id)[persons])
        found.loc[answers[name].isna(), name] = "not_applicable"
        _follow_routing(found, name, plan.variables[name].asked_if, answers)
    last = plan.response.breaks_off_before.get(spec.wave.id)
    questions = len(spec.variables) if last is None else list(spec.variables).index(last)
    reached = streams.uniform(top, "break off", spec.wave.id)[persons] * questions
    for position, name in enumerate(spec.variables):
        if name != plan.stratum:
            absent = (outcome != COMPLETE) & ((outcome != PARTIAL) | (position >= reached))
            found.loc[absent, name] = ""
    return found


def _drawn(chances: Mapping[str, float], u: np.ndarray) -> np.ndarray:
    names = np.array([*chances, "valid"], dtype=object)
    return names[np.searchsorted(np.cumsum(list(chances.values())), u, side="right")]


def _follow_routing(found: pd.DataFrame, name: str, routing: Condition | None, answers: pd.DataFrame) -> None:
    """Who leaves a routing question open is not asked the next one either: the reason is the same.

    Only where the answer left open decides: of two questions that each lead to the next, one may be enough.
    """
    if routing is None:
        return
    data: dict[str, pd.Series] = {}
    for earlier in variables_of(routing):
        given = answers[earlier].notna().map({True: "valid", False: "not_applicable"})
        data |= {earlier: answers[earlier], f"{earlier}__why": found.get(earlier, given)}
    seen = pd.DataFrame(data)
    asked = evaluate(routing, seen, {})
    skipped = np.where(asked.false, "not_applicable", reason_of(routing, seen))
    found[name] = found[name].where(asked.true, pd.Series(skipped, index=found.index))

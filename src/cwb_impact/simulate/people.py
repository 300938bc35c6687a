"""Who is in the population at each wave: people stay, leave and join, stratum by stratum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cwb_impact.simulate.streams import Streams
from cwb_impact.spec.simulation import SimulatedPopulation

Integers = NDArray[np.int64]

Sizes = Mapping[str, Mapping[str, int]]
"""wave -> stratum -> people."""


@dataclass(frozen=True)
class Population:
    """Everybody who is ever in the population.

    strata : names. stratum : (persons,) index into strata. number : (persons,) the respondent's number.
    present : wave -> indices of the persons in the frame of that wave.
    """

    strata: tuple[str, ...]
    stratum: Integers
    number: Integers
    present: Mapping[str, Integers]

    @property
    def size(self) -> int:
        return len(self.stratum)


def population_of(plan: SimulatedPopulation, sizes: Sizes, streams: Streams) -> Population:
    """People per wave and stratum as `sizes` asks; a part leaves between waves and newcomers fill the rest."""
    strata = tuple(dict.fromkeys(name for people in sizes.values() for name in people))
    stratum, number = np.array([], dtype=np.int64), np.array([], dtype=np.int64)
    present: dict[str, Integers] = {}
    here = np.array([], dtype=np.int64)
    for wave, people in sizes.items():
        leave_first = streams.uniform(len(stratum), "leave", wave)
        staying, joining = [], []
        for index, name in enumerate(strata):
            members = here[stratum[here] == index]
            wanted = people.get(name, 0)
            stay = min(len(members) - round(plan.leave * len(members)), wanted)
            staying.append(members[np.argsort(leave_first[members])][len(members) - stay :])
            joining.append(np.full(wanted - stay, index))
        new = np.concatenate(joining).astype(np.int64)
        # numbers are given in an order of their own, so that a number does not tell the stratum
        order = np.argsort(np.argsort(streams.uniform(len(new), "number", wave)))
        here = np.sort(np.concatenate([*staying, len(stratum) + np.arange(len(new))]))
        number = np.concatenate([number, plan.first_number + len(number) + order])
        stratum = np.concatenate([stratum, new])
        present[wave] = here
    return Population(strata, stratum, number, present)

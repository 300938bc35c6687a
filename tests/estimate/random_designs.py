"""Random designs for property tests: strata, clusters, unequal weights, finite populations, domains of any size."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from cwb_impact.design import Design, Floats, Integers, Stage

LEVELS = (0.0, 1.0, 2025.0, 1e9)


@dataclass(frozen=True)
class Case:
    """y : (n,) = level + noise of about 1. domain : (n,) in 0..k-1 or -1. units : PSUs, some of which nobody is in."""

    y: Floats
    level: float
    design: Design
    domain: Integers
    k: int
    units: int


@st.composite
def cases(draw: st.DrawFn, finite: bool = False) -> Case:
    """Every stratum has two PSUs or more; domains may be empty, of one respondent, or a whole stratum."""
    seed = draw(st.integers(0, 2**32 - 1))
    strata = draw(st.integers(1, 3))
    level = draw(st.sampled_from(LEVELS))
    k = draw(st.integers(1, 5))
    rng = np.random.default_rng(seed)
    per = rng.integers(2, 5, size=strata)
    # a PSU that this wave did not sample has a number too
    units = int(per.sum()) + draw(st.integers(0, 2))
    numbers = rng.permutation(units)[: per.sum()]
    of_psu = np.repeat(np.arange(strata), per)
    within = np.concatenate([np.arange(per.sum()), rng.integers(0, per.sum(), size=draw(st.integers(0, 30)))])
    psu, stratum = numbers[within], of_psu[within]
    n = len(psu)
    weight = rng.uniform(0.5, 40.0, size=n) if draw(st.booleans()) else np.ones(n)
    size = per + rng.integers(0, 6, size=strata) if finite else np.full(strata, np.inf)
    names = tuple(f"s{code}" for code in range(strata))
    design = Design(psu, stratum, weight, names, size.astype(np.float64), "fail", finite, "")
    domain = rng.integers(-1, k, size=n)
    if draw(st.booleans()):
        domain = np.minimum(stratum, k - 1)
    return Case(level + rng.normal(size=n), level, design, domain, k, units)


def two_stages(case: Case, size: int) -> tuple[Design, int]:
    """Respondents as units of a second stage, of `size` times as many in each PSU."""
    n = len(case.y)
    _, within = np.unique(case.design.psu, return_inverse=True)
    many = size * np.bincount(within).astype(np.float64)
    drawn = np.bincount(case.design.stratum[np.unique(within, return_index=True)[1]])
    before = np.zeros(len(many))
    before[within] = (drawn / case.design.population_size)[case.design.stratum]
    stage = Stage(case.units + np.arange(n), within, many, before)
    return replace(case.design, stages=(stage,), lonely_psu="certainty"), case.units + n

"""What changes in the sampling between two waves, and so in what the error of a change means."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from cwb_impact.design import Design, DesignAnswers
from cwb_impact.errors import Problems

FEWEST_SHARED = 5
"""Fewer clusters of one name in two waves than this can lack shared people by chance."""


def check_between_waves(
    designs: Mapping[str, Design],
    drawn: Mapping[str, tuple[pd.Series, DesignAnswers, bool]],
    shown: str,
    population: str,
    problems: Problems,
) -> None:
    """Compare each wave with the one before.

    drawn : wave -> (person, design, panel), as in units.numbered.

    Problems: W197 clusters of one name in both waves without one person in both, which look drawn again: the change
    then has a covariance that it should not have. W198 strata that one wave has and the other has not, or PSUs that
    stand in another stratum: the error of a change centres each wave on its own strata and stays right, the `stacked`
    convention does not.
    """
    for first, second in pairwise(designs):
        _redrawn_clusters(drawn[first], drawn[second], (first, second), shown, population, problems)
        _redrawn_strata(designs[first], designs[second], (first, second), shown, population, problems)


def _redrawn_clusters(
    first: tuple[pd.Series, DesignAnswers, bool],
    second: tuple[pd.Series, DesignAnswers, bool],
    waves: tuple[str, str],
    shown: str,
    population: str,
    problems: Problems,
) -> None:
    (person1, design1, panel1), (person2, design2, panel2) = first, second
    if not (panel1 and panel2) or design1.psu is None or design2.psu is None:
        return
    shared = set(design1.psu) & set(design2.psu)
    both = set(zip(design1.psu, person1, strict=True)) & set(zip(design2.psu, person2, strict=True))
    if len(shared) >= FEWEST_SHARED and not both:
        what = (
            f"{population}: {len(shared)} clusters have the same name in {waves[0]} and {waves[1]}, "
            "and nobody in them answered twice"
        )
        fix = "If they were drawn again, say scope: wave or give them other names: they are other PSUs"
        problems.add("W197", shown, 0, "psu", what, fix)


def _redrawn_strata(
    first: Design, second: Design, waves: tuple[str, str], shown: str, population: str, problems: Problems
) -> None:
    if len(first.strata) == len(second.strata) == 1 or first.replicates is not None or second.replicates is not None:
        return
    where = [
        dict(zip(design.psu.tolist(), np.array(design.strata)[design.stratum].tolist(), strict=True))
        for design in (first, second)
    ]
    moved = sum(where[0][psu] != where[1][psu] for psu in where[0].keys() & where[1].keys())
    apart = sorted(set(first.strata) ^ set(second.strata))
    if not moved and not apart:
        return
    parts = [f"strata in one of them only: {', '.join(apart)}"] if apart else []
    parts += ["PSUs that stand in another stratum"] if moved else []
    what = (
        f"{population}, {waves[0]} and {waves[1]}: {'; '.join(parts)}. Changes are centred within the wave's own strata"
    )
    problems.add("W198", shown, 0, "stratum", what, "", moved if moved else None, None)

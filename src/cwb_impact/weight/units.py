"""The rows of the errors of one population: its PSUs over all waves, then units of later stages, then replicates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.design import DesignAnswers, Integers


@dataclass(frozen=True, repr=False)
class Places:
    """Where the units of one wave are among the rows.

    psu : (n,). stages : (n,) of each later stage. replicates : (R,).
    """

    psu: Integers
    stages: tuple[Integers, ...]
    replicates: Integers


def numbered(
    waves: Mapping[str, tuple[pd.Series, DesignAnswers, bool]], coordinated: bool
) -> tuple[pd.Index, dict[str, Places]]:
    """One index of rows over all waves of a population, and the places of each wave's units in it.

    Parameters
    ----------
    waves : wave -> (person, design, panel). In a panel the same PSU label is the same PSU in every wave; else a label
        that comes back is another PSU. coordinated : replicate r is the same in every wave.

    A unit of a later stage is the same in two waves when it and its PSU are.
    """
    psu = {wave: _psu(person, design, panel, wave) for wave, (person, design, panel) in waves.items()}
    stages = {wave: _stages(psu[wave], design) for wave, (_, design, _) in waves.items()}
    replicates = {
        wave: _replicates(design, "" if coordinated else f" in {wave}") for wave, (_, design, _) in waves.items()
    }
    labels = [*psu.values(), *(stage for of in stages.values() for stage in of), *replicates.values()]
    place, index = pd.factorize(pd.Index(pd.concat(labels, ignore_index=True)))
    ends = np.cumsum([len(label) for label in labels])[:-1]
    parts = iter(np.split(place.astype(np.int64), ends))
    of_psu = {wave: next(parts) for wave in waves}
    of_stages = {wave: tuple(next(parts) for _ in stages[wave]) for wave in waves}
    return index, {wave: Places(of_psu[wave], of_stages[wave], next(parts)) for wave in waves}


def _psu(person: pd.Series, design: DesignAnswers, panel: bool, wave: str) -> pd.Series:
    """The PSU of each respondent: the cluster, else the household, else the person (whose id says already which)."""
    label = design.psu if design.psu is not None else design.household
    if label is None:
        return person
    return label if panel else label + f" in {wave}"


def _stages(psu: pd.Series, design: DesignAnswers) -> list[pd.Series]:
    """Labels of the units of later stages: within those before, whose labels say whether they are each wave's own."""
    found, before = [], psu
    for stage in design.stages:
        before = before + "\x1f" + stage.unit
        found.append(before)
    return found


def _replicates(design: DesignAnswers, suffix: str) -> pd.Series:
    many = design.replicates.shape[1] if design.replicates is not None else 0
    return pd.Series([f"\x1freplicate {number + 1}{suffix}" for number in range(many)], dtype="str")

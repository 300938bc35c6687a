"""The counts around the people: how many there are at each wave, and how many stayed from one wave to the next."""

from __future__ import annotations

import csv
from itertools import pairwise

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.simulate.people import Population, Sizes
from cwb_impact.spec.bundle import StudyBundle, inside
from cwb_impact.spec.simulation import SimulatedPopulation


def sizes_of(name: str, plan: SimulatedPopulation, bundle: StudyBundle, problems: Problems) -> Sizes:
    """People by wave and stratum: as simulation.yml says, else as the margin of the census counts them.

    The waves come in the order of the study. Problems: E010, E102 a margin that cannot be read, E180 its counts.
    """
    design = bundle.population(name).design
    counted = plan.people
    if not counted and design.kind == "census":
        counted = _counted(design.population_size, plan.stratum, bundle, problems)
    order = [wave.id for wave in bundle.study.waves]
    return dict(sorted(counted.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


def _counted(file: str, stratum: str, bundle: StudyBundle, problems: Problems) -> dict[str, dict[str, int]]:
    path, shown = inside(bundle.folder, file), f"{bundle.folder.as_posix()}/{file}"
    if path is None:
        problems.add("E010", shown, 0, "margin", "leaves the study folder", "Keep margins inside the study")
        return {}
    if not path.is_file():
        problems.add("E102", shown, 0, "margin", "no such file in the study folder", "Add it, or correct the path")
        return {}
    counted: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        for row in reader:
            wave, code, people = (row.get(column) or "" for column in ("wave", stratum, "people"))
            if not people.isdigit():
                what = "people is no whole number"
                problems.add("E180", shown, reader.line_num, f"{wave} {code}", what, "Correct the row")
                continue
            counted.setdefault(wave, {})[code] = int(people)
    return counted


def stayed(population: Population, stratum: str) -> pd.DataFrame:
    """People in the frames of two waves: `from_wave, to_wave, <stratum>, people`, for waves in a row."""
    rows = []
    for first, second in pairwise(population.present):
        both = np.intersect1d(population.present[first], population.present[second])
        before = np.unique(population.stratum[population.present[first]])
        for index in before:
            people = int(np.sum(population.stratum[both] == index))
            rows.append((first, second, population.strata[index], people))
    return pd.DataFrame(rows, columns=["from_wave", "to_wave", stratum, "people"])

"""Base weights: N/n in each stratum of a census, the weight of the file in a sample."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.spec.study_file import CensusDesign, SampleDesign
from cwb_impact.types import Integers, SampledPsus


def read_margin(path: Path | None, shown: str, keys: Sequence[str], problems: Problems) -> dict[tuple[str, ...], float]:
    """A margin from CSV: the key columns and `people`. Problems: E102 no file, E101 its columns, E180 its rows."""
    if path is None or not path.is_file():
        problems.add("E102", shown, 0, "margin", "no such file in the study folder", "Add it, or correct the path")
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        wanted = [*keys, "people"]
        if list(reader.fieldnames or []) != wanted:
            problems.add("E101", shown, 1, "margin", f"the columns must be {', '.join(wanted)}", "Correct the header")
            return {}
        margin: dict[tuple[str, ...], float] = {}
        for row in reader:
            key, people = tuple(row[name] or "" for name in keys), row["people"] or ""
            if not people.isdigit() or key in margin:
                what = "people is no whole number" if not people.isdigit() else "this row stands twice"
                problems.add("E180", shown, reader.line_num, "/".join(key), what, "Correct the row")
                continue
            margin[key] = float(people)
    return margin


def census_design(
    design: CensusDesign,
    psu: Integers,
    stratum: pd.Series,
    size: Mapping[str, float],
    shown: str,
    problems: Problems,
) -> SampledPsus:
    """Everybody was asked: weight N/n in each stratum, finite population.

    Problems: E191 a stratum of respondents without a population size, or with more respondents than people;
    W191 a stratum in which nobody answered (its people are not represented).
    """
    nowhere = int(stratum.isna().sum())
    if nowhere:
        what = f"respondents whose {design.stratum} is not known have no weight"
        fix = "Find it in the register, or leave them out of the file"
        problems.add("E191", shown, 0, design.stratum, what, fix, nowhere, len(stratum))
    names = sorted(stratum.dropna().unique())
    codes = _codes(stratum.fillna(names[0] if names else ""), names)
    answered = np.bincount(codes, minlength=len(names))
    sizes = np.array([size.get(name, 0.0) for name in names])
    for name, n, people in zip(names, answered.tolist(), sizes.tolist(), strict=True):
        if people < n:
            what = f"more respondents in {design.stratum} {name} than people in the margin"
            problems.add("E191", shown, 0, design.stratum, what, "Correct the margin, or the respondents' stratum")
    for name in sorted(name for name, people in size.items() if people and name not in names):
        what = f"nobody answered in {design.stratum} {name}: its people are not represented"
        problems.add("W191", shown, 0, design.stratum, what)
    weight = np.divide(sizes, answered, out=np.zeros_like(sizes), where=answered > 0)[codes]
    weighting = "people_by_respondents"
    sampled = SampledPsus(psu, codes, weight, tuple(names), sizes, design.lonely_psu, True, weighting)
    _check_lonely(sampled, shown, problems)
    return sampled


def sample_design(
    design: SampleDesign,
    psu: Integers,
    stratum: pd.Series | None,
    weight: pd.Series | None,
    shown: str,
    problems: Problems,
) -> SampledPsus:
    """A sample with the weights of the file (1 where it has none) and an infinite population.

    Problems: E192 a stratum with one sampled PSU.
    """
    labels = stratum if stratum is not None else pd.Series(["all"] * len(psu), dtype="str")
    names = sorted(labels.unique())
    codes = _codes(labels, names)
    weights = weight.to_numpy(dtype=np.float64) if weight is not None else np.ones(len(psu))
    weighting = "weight_of_the_file" if weight is not None else "none"
    infinite = np.full(len(names), np.inf)
    sampled = SampledPsus(psu, codes, weights, tuple(names), infinite, design.lonely_psu, False, weighting)
    _check_lonely(sampled, shown, problems)
    return sampled


def _codes(labels: pd.Series, names: Sequence[str]) -> Integers:
    return labels.map({name: index for index, name in enumerate(names)}).to_numpy().astype(np.int64)


def _check_lonely(design: SampledPsus, shown: str, problems: Problems) -> None:
    if design.lonely_psu != "fail":
        return
    for code, name in enumerate(design.strata):
        if len(np.unique(design.psu[design.stratum == code])) == 1:
            what = f"stratum {name} has one sampled PSU, so its variance cannot be estimated"
            fix = "Merge strata, or choose lonely_psu: adjust, certainty or remove"
            problems.add("E192", shown, 0, "lonely_psu", what, fix)

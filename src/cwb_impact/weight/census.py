"""The design of a census: everybody was asked, and weights are N/n in each stratum."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from cwb_impact.design import Design
from cwb_impact.errors import Problems
from cwb_impact.spec.study_file import CensusDesign
from cwb_impact.types import Integers


def read_margin(path: Path | None, shown: str, keys: Sequence[str], problems: Problems) -> dict[tuple[str, ...], float]:
    """A margin from CSV: the key columns and `people`. Problems: E102 no file, E101 its columns, E180 its rows."""
    if path is None or not path.is_file():
        problems.add("E102", shown, 0, "margin", "no such file in the study folder", "Add it, or correct the path")
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add("E105", shown, 0, "margin", f"is not UTF-8 (byte {error.start})", "Save it as UTF-8")
        return {}
    reader = csv.DictReader(text.splitlines())
    wanted = [*keys, "people"]
    if list(reader.fieldnames or []) != wanted:
        problems.add("E101", shown, 1, "margin", f"the columns must be {', '.join(wanted)}", "Correct the header")
        return {}
    margin: dict[tuple[str, ...], float] = {}
    for row in reader:
        key, people = tuple(row[name] or "" for name in keys), row["people"] or ""
        if not _WHOLE.fullmatch(people) or key in margin:
            what = "this row stands twice" if key in margin else "people is no whole number"
            problems.add("E180", shown, reader.line_num, "/".join(key), what, "Correct the row")
            continue
        margin[key] = float(people)
    return margin


_WHOLE = re.compile(r"[0-9]{1,9}")


def census_design(
    design: CensusDesign,
    psu: Integers,
    stratum: pd.Series,
    size: Mapping[str, float],
    shown: str,
    problems: Problems,
) -> Design:
    """Everybody was asked: weight N/n in each stratum, finite population.

    Problems: E191 respondents of unknown stratum, a stratum without a population size or with more respondents than
    people; E192 a lonely PSU; W191 a stratum in which nobody answered (its people are not represented).
    """
    nowhere = int(stratum.isna().sum())
    if nowhere:
        what = f"respondents whose {design.stratum} is not known have no weight"
        fix = "Find it in the register, or leave them out of the file"
        problems.add("E191", shown, 0, design.stratum, what, fix, nowhere, len(stratum))
    # those of unknown stratum get one of their own, so that what is said of the others stays true
    labels = stratum.astype("str").fillna("")
    names = sorted(labels.unique())
    codes = codes_of(labels, names)
    answered = np.bincount(codes, minlength=len(names))
    sizes = np.array([size.get(name, 0.0) for name in names])
    for name, n in zip(names, answered.tolist(), strict=True):
        if size and name and name not in size:
            what = f"no number of people for {design.stratum} {name} in this wave"
            problems.add("E191", shown, 0, design.stratum, what, "Add the row to the margin")
        elif size and name and size[name] < n:
            what = f"more respondents in {design.stratum} {name} than people in the margin"
            problems.add("E191", shown, 0, design.stratum, what, "Correct the margin, or the respondents' stratum")
    for name in sorted(name for name, people in size.items() if people and name not in names):
        what = f"nobody answered in {design.stratum} {name}: its people are not represented"
        problems.add("W191", shown, 0, design.stratum, what)
    weight = np.divide(sizes, answered, out=np.zeros_like(sizes), where=answered > 0)[codes]
    weighting = "people_by_respondents"
    sampled = Design(psu, codes, weight, tuple(names), sizes, design.lonely_psu, True, weighting)
    check_lonely(sampled, shown, problems)
    return sampled


def codes_of(labels: pd.Series, names: Sequence[str]) -> Integers:
    """(n,) the place of each label among the names."""
    return labels.map({name: index for index, name in enumerate(names)}).to_numpy().astype(np.int64)


def check_lonely(design: Design, shown: str, problems: Problems) -> None:
    """E192: a stratum with one sampled unit at any stage, in a design that does not say what then."""
    if design.lonely_psu != "fail":
        return
    stages = [(design.psu, design.stratum, design.population_size)]
    stages += [(stage.unit, stage.stratum, stage.size) for stage in design.stages]
    for number, (unit, stratum, size) in enumerate(stages, start=1):
        first = np.unique(unit, return_index=True)[1]
        units = np.bincount(stratum[first], minlength=len(size))
        # where all units of a later stage were taken nothing was drawn
        if lonely := int(((units == 1) & ((size > 1) | (number == 1))).sum()):
            one = "PSU" if number == 1 else f"unit of stage {number}"
            what = f"{lonely} strata have one sampled {one} each, so their variance cannot be estimated"
            fix = "Merge strata, or choose lonely_psu: adjust, average, certainty or remove"
            problems.add("E192", shown, 0, "lonely_psu", what, fix)

"""Which rows of a file are respondents, and who they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.harmonise.code_checks import tellable
from cwb_impact.harmonise.source_codes import source_codes, texts_of
from cwb_impact.spec.codes import SYSMIS
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.types import Booleans, Floats, Integers, RawWave

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?")

BETWEEN_COLUMNS = "\x1f"
"""Between the parts of an id that stands in several columns."""


@dataclass(frozen=True, repr=False)
class Respondents:
    """cases : the rows of people who answered, under their row of the file. person : their ids as text, from 0.

    eligible : cases that could have answered, when the file has a disposition. left_out : why -> rows.
    outcome : (cases,) AAPOR outcome, when partial interviews are harmonised too.
    """

    cases: pd.DataFrame
    person: pd.Series
    eligible: pd.DataFrame | None
    left_out: Mapping[str, int]
    outcome: pd.Series | None


def respondents_of(raw: RawWave, spec: WaveMap, problems: Problems, withdrawn: Booleans | None = None) -> Respondents:
    """Rows that are left out (tests, previews, people who withdrew), then outcomes, then ids that occur twice.

    withdrawn : (rows,) rows that count no more, as if the file did not hold them; None: no row.

    Problems: E103 nobody is left, E120 an outcome the map does not know, E170 ids blank or double, W201 a code of
    leave_out never occurs.
    """
    left_out: dict[str, int] = {}
    keep = ~_named(raw, spec, left_out, problems)
    if withdrawn is not None:
        left_out["withdrawn"] = int((keep & withdrawn).sum())
        keep &= ~withdrawn
    outcome = _outcomes(raw, spec, keep, problems)
    eligible = None
    if outcome is not None and spec.disposition is not None:
        eligible = raw.frame.loc[keep & (outcome != "not_eligible")]
        for name in dict.fromkeys(spec.disposition.codes.values()):
            if name not in spec.disposition.harmonise:
                left_out[name] = int((keep & (outcome == name)).sum())
        keep &= np.isin(outcome, spec.disposition.harmonise)
    cases = raw.frame if keep.all() else raw.frame.loc[keep]
    person = _person(cases, spec, problems)
    if spec.id.duplicates != "stop":
        once = _once(cases, person, spec, problems)
        if dropped := int((~once).sum()):
            left_out[f"id {spec.id.duplicates} kept"] = dropped
        cases, person = cases.loc[once], person.loc[once]
    if not len(cases) and not spec.source.allow_empty:
        fix = "Export the file again, or leave the wave out of the study"
        problems.add("E103", spec.doc.shown, spec.doc.line("source"), "source", "holds no respondent", fix)
    partial = outcome is not None and spec.disposition is not None and "partial" in spec.disposition.harmonise
    outcomes = pd.Series(np.asarray(outcome)[cases.index], dtype="str") if partial else None
    return Respondents(cases, person.reset_index(drop=True), eligible, left_out, outcomes)


def _named(raw: RawWave, spec: WaveMap, left_out: dict[str, int], problems: Problems) -> Booleans:
    """(rows,) rows that leave_out names."""
    gone = np.zeros(len(raw.frame), dtype=bool)
    for column, codes in spec.leave_out.items():
        found = source_codes(raw.frame[column], spec.source.numbers)
        chosen = found.of(codes)
        left_out[f"{column} = {', '.join(codes)}"] = int((chosen & ~gone).sum())
        gone |= chosen
        for code in codes:
            if not found.of([code]).any():
                line = spec.doc.line("leave_out", column)
                problems.add("W201", spec.doc.shown, line, "leave_out", f"code {code} never occurs in {column}")
    return gone


def _outcomes(raw: RawWave, spec: WaveMap, keep: Booleans, problems: Problems) -> np.ndarray | None:
    """(rows,) the AAPOR outcome of each case; None without a disposition."""
    if spec.disposition is None:
        return None
    column = spec.disposition.from_
    found = source_codes(raw.frame[column].loc[keep], spec.source.numbers)
    unknown = np.array([code not in spec.disposition.codes for code in found.codes])
    if count := int(found.count[unknown].sum()):
        codes = tellable(found, unknown, raw.info.column(column).labels)
        what = f"{codes} in {column}: outcomes that the map does not know"
        line, fix = spec.doc.line("disposition", "codes"), "Say under disposition.codes what they mean"
        problems.add("E120", spec.doc.shown, line, "disposition", what, fix, count, len(raw.frame))
    outcomes = np.array([spec.disposition.codes.get(code, "other") for code in found.codes], dtype=object)
    every = np.full(len(raw.frame), "", dtype=object)
    every[keep] = outcomes[found.position]
    return every


def _person(cases: pd.DataFrame, spec: WaveMap, problems: Problems) -> pd.Series:
    """The respondent's id as text. Blank and duplicate ids are errors, by count only."""
    person, blank = ids_of(cases, spec)
    line, total = spec.doc.line("id"), len(cases)
    if blank.any():
        what = f"respondents without an id (first in row {int(cases.index[blank][0]) + 1})"
        fix = "Give every respondent an id"
        problems.add("E170", spec.doc.shown, line, "id", what, fix, int(blank.sum()), total)
    twice = person.duplicated(keep=False).to_numpy() & ~blank
    if twice.any() and spec.id.duplicates == "stop":
        what = f"ids that occur more than once (first in row {int(cases.index[twice][0]) + 1})"
        fix = "Name all columns that make the id unique, or say duplicates: first or last"
        problems.add("E170", spec.doc.shown, line, "id", what, fix, int(twice.sum()), total)
    return person


def ids_of(frame: pd.DataFrame, spec: WaveMap) -> tuple[pd.Series, Booleans]:
    """(rows,) ids as text, several columns joined by BETWEEN_COLUMNS; (rows,) where one of them is blank."""
    parts = [texts_of(frame[column]) for column in spec.id.columns]
    blank = np.logical_or.reduce([(part == SYSMIS).to_numpy() for part in parts])
    person = parts[0]
    for part in parts[1:]:
        person = person.str.cat(part, sep=BETWEEN_COLUMNS)
    return person, blank


def _once(cases: pd.DataFrame, person: pd.Series, spec: WaveMap, problems: Problems) -> pd.Series:
    """Which rows stay when an id may occur once: the first or last, by a column or in the order of the file."""
    order = person
    if spec.id.ordered_by is not None:
        twice = person.duplicated(keep=False).to_numpy()
        order = person.iloc[_order(cases[spec.id.ordered_by], twice, spec, problems)]
    dropped = order.duplicated(keep="first" if spec.id.duplicates == "first" else "last")
    return (~dropped).reindex(person.index)


def _order(column: pd.Series, twice: Booleans, spec: WaveMap, problems: Problems) -> Integers:
    """(rows,) the rows from first to last: by number, or by date and time as ISO text.

    twice : (rows,) the id occurs more than once. E170 when what decides between two rows is empty or has no order.
    """
    found = source_codes(column, spec.source.numbers)
    empty = found.of([SYSMIS])
    key: Floats = found.numbers
    if np.isnan(found.as_numbers()[~empty]).any():
        # a blank and a T both stand between day and time
        alike = [code.replace(" ", "T") for code in found.codes]
        key = np.array(pd.Series(alike).rank(method="dense"), dtype=np.float64)
        unordered = twice & ~empty & ~found.of(code for code in found.codes if _ISO.fullmatch(code))
    else:
        unordered = np.zeros(found.rows, dtype=bool)
    kinds = {"cells are empty": twice & empty, "cells are neither numbers nor ISO dates (2024-01-31)": unordered}
    for kind, rows in kinds.items():
        if count := int(rows.sum()):
            what = f"{kind} in {column.name}, which says which row of an id is {spec.id.duplicates}"
            line, fix = spec.doc.line("id", "ordered_by"), "Leave ordered_by out for the order of the file"
            problems.add("E170", spec.doc.shown, line, "id", what, fix, count, found.rows)
    return np.argsort(key[found.position], kind="stable")

"""Does a frame fit the dictionary, and the format that it goes to?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.labelled.columns import KEYS
from cwb_impact.spec.dictionary import Dictionary, MissingReason
from cwb_impact.spec.variable import Variable

TEXT_BYTES = 32_767
"""The longest text in SPSS."""


def _variables(frame: pd.DataFrame, dictionary: Dictionary) -> dict[str, Variable]:
    """The variables of the dictionary that the frame holds, in the order of the frame."""
    return {name: dictionary.variables[name] for name in frame.columns if name in dictionary.variables}


def check_frame(frame: pd.DataFrame, dictionary: Dictionary, file: str, problems: Problems) -> None:
    """E522: every column is known, and every value has its `valid` and every other row its reason."""
    variables = _variables(frame, dictionary)
    known = {*KEYS, *variables, *(f"{name}__why" for name in variables)}
    known |= {f"{name}{end}" for name, variable in variables.items() if variable.bands for end in ("_lo", "_hi")}
    for column in frame.columns:
        if column not in known:
            fix = "Leave it out, or define it in the dictionary"
            problems.add("E522", file, 0, str(column), "is no column of harmonised data", fix)
    for name, variable in variables.items():
        if f"{name}__why" not in frame:
            fix = f"Keep {name}__why when you select columns"
            problems.add("E522", file, 0, name, f"stands without {name}__why", fix)
            continue
        for what, bad in _faults(frame[name], frame[f"{name}__why"], variable, dictionary).items():
            if count := int(bad.sum()):
                fix = "Export harmonised data as it came out of harmonise, or from a join without empty rows"
                problems.add("E522", file, 0, name, what, fix, count, len(frame))


def _faults(values: pd.Series, why: pd.Series, variable: Variable, dictionary: Dictionary) -> dict[str, pd.Series]:
    """What can be wrong with a variable -> (rows,) where it is."""
    reasons = ["valid", *dictionary.missing_reasons]
    faults = {
        "a reason that is not in the dictionary": why.notna() & ~why.isin(reasons),
        "values without `valid`, or the reverse": values.notna() != (why == "valid"),
    }
    if variable.type == "category":
        faults["codes that are not in the dictionary"] = values.notna() & ~values.isin(list(variable.codes or {}))
    elif variable.type == "set":
        codes = set(variable.codes or {})
        faults["codes that are not in the dictionary"] = _where(values, lambda chosen: not set(chosen.split()) <= codes)
    elif variable.type == "number":
        faults["numbers without end"] = pd.Series(np.isinf(values.to_numpy(dtype=np.float64)), index=values.index)
    elif variable.type == "text":
        what = f"texts with a zero byte, a blank at the end or more than {TEXT_BYTES} bytes"
        faults[what] = _where(values, lambda text: not _is_kept(text))
    return faults


def _where(values: pd.Series, is_bad: Callable[[str], bool]) -> pd.Series:
    return pd.Series([isinstance(value, str) and is_bad(value) for value in values], index=values.index, dtype="bool")


def _is_kept(text: str) -> bool:
    """Does every format give this text back? SPSS cuts blanks at the end, and everything after a zero byte."""
    return "\0" not in text and text == text.rstrip(" ") and len(text.encode()) <= TEXT_BYTES


def check_codes(frame: pd.DataFrame, dictionary: Dictionary, file: str, problems: Problems) -> None:
    """E520: a number among the codes of SPSS for missing reasons would come back as a reason."""
    low, high = missing_range(dictionary.missing_reasons)
    for name, variable in _variables(frame, dictionary).items():
        if variable.type != "number" or variable.range is None:
            continue
        taken = frame[name].between(low, high)
        if taken.any() or (variable.range[0] <= high and variable.range[1] >= low):
            what = f"its range holds {low}..{high}, the codes of missing reasons in SPSS"
            fix = "Export to dta, csv or parquet, or give it a narrower range in the dictionary"
            problems.add("E520", file, 0, name, what, fix, int(taken.sum()) or None, len(frame))


def missing_range(reasons: Mapping[str, MissingReason]) -> tuple[int, int]:
    codes = [reason.spss for reason in reasons.values()]
    return min(codes), max(codes)

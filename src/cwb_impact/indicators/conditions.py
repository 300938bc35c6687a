"""Three-valued conditions (Kleene): true, false, or undecided because an answer that matters is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.spec.conditions import AllOf, AnyOf, Between, Condition, InParameter, Test, variables_of
from cwb_impact.types import Booleans, Floats

LEAST, MOST = "__least", "__most"
"""Columns beside a bounded score: the least and the most that it can be, whatever the missing answers are."""


@dataclass(frozen=True, slots=True, repr=False)
class Truth:
    """true : (n,) the condition holds. false : (n,) it does not. Neither: undecided."""

    true: Booleans
    false: Booleans


def evaluate(condition: Condition | None, frame: pd.DataFrame, lists: Mapping[str, frozenset[str]]) -> Truth:
    """Decide a condition for each respondent.

    `all` is false as soon as one part is false, and `any` true as soon as one is true, whatever else is missing.

    Parameters
    ----------
    frame : (n, ...) with `x` and `x__why` for each variable that the condition names.
    lists : the items of each list parameter on the day of the wave.
    """
    if condition is None:
        return Truth(np.ones(len(frame), dtype=bool), np.zeros(len(frame), dtype=bool))
    if isinstance(condition, AnyOf):
        parts = [evaluate(part, frame, lists) for part in condition.any]
        return Truth(
            np.logical_or.reduce([part.true for part in parts]), np.logical_and.reduce([part.false for part in parts])
        )
    if isinstance(condition, AllOf):
        parts = [evaluate(part, frame, lists) for part in condition.all]
    else:
        parts = [_decide(name, frame, test, lists) for name, test in condition.items()]
    return Truth(
        np.logical_and.reduce([part.true for part in parts]), np.logical_or.reduce([part.false for part in parts])
    )


def _decide(name: str, frame: pd.DataFrame, test: Test, lists: Mapping[str, frozenset[str]]) -> Truth:
    values = frame[name]
    valid = (frame[f"{name}__why"] == "valid").to_numpy(dtype=bool)
    if isinstance(test, Between):
        holds = _between(values, test)
        if f"{name}{LEAST}" in frame:
            # a score between two bounds: the test is decided where it comes out the same for all scores between them
            least, most = (_numbers(frame[f"{name}{end}"]) for end in (LEAST, MOST))
            low, high = _ends(test)
            return Truth((low <= least) & (most <= high), (most < low) | (high < least))
    else:
        wanted = lists[test.in_parameter] if isinstance(test, InParameter) else _holding(test, values)
        holds = values.isin(list(wanted)).to_numpy(dtype=bool)
    return Truth(valid & holds, valid & ~holds)


def _numbers(values: pd.Series) -> Floats:
    return values.to_numpy(dtype=np.float64)


def _ends(test: Between) -> tuple[float, float]:
    return (-np.inf if test.from_ is None else test.from_), (np.inf if test.to is None else test.to)


def _between(values: pd.Series, test: Between) -> Booleans:
    numbers = _numbers(values)
    low, high = _ends(test)
    return (low <= numbers) & (numbers <= high)


def _holding(codes: Sequence[object], values: pd.Series) -> frozenset[str]:
    """The values that hold one of these codes: a multiple-response set has its chosen codes with a space between."""
    wanted = {str(code) for code in codes}
    return frozenset(str(value) for value in values.dropna().unique() if wanted & {*str(value).split(" ")})


def first_reason(names: list[str], frame: pd.DataFrame) -> np.ndarray:
    """(n,) the missing reason of the first of these variables that is missing, `valid` when none is.

    A question that was rightly skipped (`not_applicable`) is the reason only where no other answer is missing.
    """
    reason = np.full(len(frame), "valid", dtype=object)
    skipped = np.zeros(len(frame), dtype=bool)
    for name in reversed(names):
        why = frame[f"{name}__why"].to_numpy(dtype=object)
        skipped |= why == "not_applicable"
        reason = np.where((why == "valid") | (why == "not_applicable"), reason, why)
    return np.where((reason == "valid") & skipped, "not_applicable", reason)


def reason_of(condition: Condition | None, frame: pd.DataFrame) -> np.ndarray:
    """(n,) why a condition could not be decided: the first missing variable in order of writing."""
    return first_reason(variables_of(condition), frame)

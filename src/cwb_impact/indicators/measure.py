"""One indicator for each respondent: in the universe or not, a valid answer or a reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from cwb_impact.indicators.conditions import evaluate, first_reason, reason_of
from cwb_impact.indicators.derived import HIGH, LOW, band_end, derive
from cwb_impact.indicators.parameters import resolved, scores_of
from cwb_impact.indicators.scales import score
from cwb_impact.spec.conditions import Condition
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import Indicator
from cwb_impact.types import Booleans, Floats


@dataclass(frozen=True, slots=True, repr=False)
class Measure:
    """y : (n,) the value of the statistic (1 and 0 for a share), 0 where not valid. valid : (n,) counts.

    beside : (n,) what a ratio has below the line, or 1 and 0 for the group of a gap; None for other statistics.
    reason : (n,) why a respondent of the universe does not count; `valid` for the rest.
    """

    y: Floats
    beside: Floats | None
    valid: Booleans
    reason: np.ndarray

    def excluded(self) -> dict[str, int]:
        """Reason -> respondents of the universe without a valid answer."""
        reasons, counts = np.unique(self.reason[self.reason != "valid"].astype(str), return_counts=True)
        return dict(zip(reasons.tolist(), counts.tolist(), strict=True))


def measure(indicator: Indicator, frame: pd.DataFrame, dictionary: Dictionary, on: date) -> Measure:
    """Apply a definition to harmonised respondents.

    Parameters
    ----------
    frame : (n, ...) with `x` and `x__why` for each variable that the definition needs.
    on : the day for which dated parameters are looked up.

    Raises
    ------
    CwbError
        E310 when a parameter has no value on that day, E312 when the study should have supplied it.
    """
    lists = lists_of(indicator, dictionary, on)
    data = completed(indicator.names_used, frame, dictionary, on)
    universe = evaluate(indicator.universe, data, lists)
    answers = _answers(indicator, data, lists)
    decided = np.logical_and.reduce([answer.decided for answer in answers])
    why = np.full(len(data), "valid", dtype=object)
    for answer in reversed(answers):
        why = np.where(answer.decided, why, answer.why)
    reason = np.where(universe.true, np.where(decided, "valid", why), "valid")
    undecided = ~universe.true & ~universe.false
    reason = np.where(undecided, reason_of(indicator.universe, data), reason)
    valid = universe.true & decided
    y, *beside = (np.where(valid, answer.value, 0.0) for answer in answers)
    return Measure(y, beside[0] if beside else None, valid, reason)


@dataclass(frozen=True, slots=True, repr=False)
class _Answer:
    """One number a respondent: value (n,), whether it is decided, and why not."""

    value: Floats
    decided: Booleans
    why: np.ndarray


def _answers(indicator: Indicator, data: pd.DataFrame, lists: Mapping[str, frozenset[str]]) -> list[_Answer]:
    """What the statistic is of, and what stands beside it; of a banded median the two ends of the band."""
    if indicator.statistic == "banded_median":
        why = first_reason([str(indicator.of)], data)
        decided = np.asarray(why == "valid", dtype=bool)
        return [_Answer(band_end(data, str(indicator.of), end), decided, why) for end in (LOW, HIGH)]
    parts = [indicator.of or indicator.numerator, indicator.per or indicator.group]
    return [_number(part, data) if isinstance(part, str) else _held(part, data, lists) for part in parts if part]


def _number(name: str, data: pd.DataFrame) -> _Answer:
    why = first_reason([name], data)
    return _Answer(data[name].to_numpy(dtype=np.float64), np.asarray(why == "valid", dtype=bool), why)


def _held(condition: Condition, data: pd.DataFrame, lists: Mapping[str, frozenset[str]]) -> _Answer:
    truth = evaluate(condition, data, lists)
    return _Answer(truth.true.astype(np.float64), truth.true | truth.false, reason_of(condition, data))


def completed(names: Iterable[str], frame: pd.DataFrame, dictionary: Dictionary, on: date) -> pd.DataFrame:
    """The frame with every scale and derived variable that these names rest on, each worked out once."""
    data = frame
    for name in dictionary.made_from(names):
        if name in dictionary.scales:
            scale = dictionary.scales[name]
            table = scores_of(dictionary.parameters[scale.table], on) if scale.table is not None else None
            data = pd.concat([data, score(scale, data, table)], axis=1)
        elif name in dictionary.derived:
            data = pd.concat([data, derive(dictionary.derived[name], data, dictionary.parameters, on)], axis=1)
    return data


def lists_of(indicator: Indicator, dictionary: Dictionary, on: date) -> dict[str, frozenset[str]]:
    """The items, on a day, of each list parameter that a definition names (E310 when one has none)."""
    known = dictionary.parameters
    return {name: resolved(known[name], "items", on) for name in indicator.lists_named if name in known}


def threshold_of(indicator: Indicator, dictionary: Dictionary, on: date) -> float | None:
    """The external threshold of a poverty statistic on a day; None when it has its own (E310 when there is none)."""
    if indicator.threshold is None:
        return None
    return resolved(dictionary.parameters[indicator.threshold], "value", on)

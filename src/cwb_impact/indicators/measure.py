"""One indicator for each respondent: in the universe or not, a valid answer or a reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from cwb_impact.errors import fail
from cwb_impact.indicators.conditions import Truth, evaluate, first_reason, reason_of
from cwb_impact.indicators.scales import score
from cwb_impact.spec.conditions import InParameter, tests_of
from cwb_impact.spec.dictionary import Dictionary, Indicator, Parameter
from cwb_impact.types import Booleans, Floats


@dataclass(frozen=True, slots=True)
class Measure:
    """y : (n,) the value to average (1 and 0 for a share), 0 where not valid. valid : (n,) counts.

    reason : (n,) why a respondent of the universe does not count; `valid` for the rest.
    """

    y: Floats
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
        E310 when a parameter has no value on that day.
    """
    lists = lists_of(indicator, dictionary, on)
    scored = [score(dictionary.scales[name], frame) for name in indicator.names_used if name in dictionary.scales]
    data = pd.concat([frame, *scored], axis=1) if scored else frame
    universe = evaluate(indicator.universe, data, lists)
    y, decided, why = _answer(indicator, data, lists)
    reason = np.where(universe.true, np.where(decided, "valid", why), "valid")
    undecided = ~universe.true & ~universe.false
    reason = np.where(undecided, reason_of(indicator.universe, data), reason)
    valid = universe.true & decided
    return Measure(np.where(valid, y, 0.0), valid, reason)


def _answer(
    indicator: Indicator, data: pd.DataFrame, lists: Mapping[str, frozenset[str]]
) -> tuple[Floats, Booleans, np.ndarray]:
    if indicator.of is not None:
        why = first_reason([indicator.of], data)
        decided: Booleans = np.asarray(why == "valid", dtype=bool)
        return data[indicator.of].to_numpy(dtype=np.float64), decided, why
    truth: Truth = evaluate(indicator.numerator, data, lists)
    return truth.true.astype(np.float64), truth.true | truth.false, reason_of(indicator.numerator, data)


def lists_of(indicator: Indicator, dictionary: Dictionary, on: date) -> dict[str, frozenset[str]]:
    """The items, on a day, of each list parameter that a definition names (E310 when one has none)."""
    return {
        test.in_parameter: parameter_items(dictionary.parameters[test.in_parameter], on)
        for condition in (indicator.universe, indicator.numerator)
        for _, test in tests_of(condition)
        if isinstance(test, InParameter) and test.in_parameter in dictionary.parameters
    }


def parameter_items(parameter: Parameter, on: date) -> frozenset[str]:
    """The items of a list parameter on a day."""
    for dated in parameter.values:
        if dated.valid_from <= on and (dated.valid_to is None or on <= dated.valid_to) and dated.items is not None:
            return frozenset(dated.items)
    what = f"has no value on {on.isoformat()}"
    fix = "Add a dated value with its reference"
    raise fail("E310", parameter.doc.shown, parameter.doc.line("values"), parameter.id, what, fix)

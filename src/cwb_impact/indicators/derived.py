"""Derived variables: one named function of variables and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from cwb_impact.errors import fail
from cwb_impact.indicators.conditions import first_reason
from cwb_impact.indicators.functions import FUNCTIONS
from cwb_impact.indicators.income import YearOutsideSeriesError
from cwb_impact.indicators.parameters import resolved
from cwb_impact.indicators.refusal import RefusedError
from cwb_impact.spec.derived import Derived
from cwb_impact.spec.functions import SIGNATURES
from cwb_impact.spec.parameter import Parameter
from cwb_impact.types import Booleans, Floats

LOW, HIGH = "_lo", "_hi"
"""Columns with the ends of an interval, of a banded variable and of what is derived from one."""


def derive(definition: Derived, frame: pd.DataFrame, parameters: Mapping[str, Parameter], on: date) -> pd.DataFrame:
    """The derived variable of each respondent, or the reason why there is none.

    A number outside the range of the definition is `invalid`, like an answer outside that of a question.

    Parameters
    ----------
    frame : (n, ...) with `x` and `x__why` for each input. on : the day of the wave, for dated parameters.

    Returns
    -------
    (n, 2) frame with the columns `<id>` and `<id>__why`; of an interval also `<id>_lo` and `<id>_hi`, and `<id>` holds
    the name of the band.

    Raises
    ------
    CwbError
        E310 a parameter has no value on that day; E312 the study must supply it; E313 the function refuses what it is
        given.
    """
    signature, name = SIGNATURES[definition.function], definition.id
    given: dict[str, object] = {
        role: resolved(parameters[definition.parameters[role]], kind, on) for role, kind in signature.parameters.items()
    }
    if signature.year is not None:
        given[signature.year] = float(on.year)
    why = np.full(len(frame), "valid", dtype=object)
    if not signature.decides:
        why = first_reason(list(definition.inputs.values()), frame)
    valid = np.asarray(why == "valid", dtype=bool)
    ends = [""] if definition.ends_of is None else [LOW, HIGH]
    applied = {f"{name}{end}": _applied(definition, frame, valid, given, end) for end in ends}
    defined = np.logical_and.reduce([pd.notna(values) for values in applied.values()])
    if signature.decides:
        missing = first_reason(list(definition.inputs.values()), frame)
        why = np.where(defined, "valid", np.where(missing == "valid", definition.undefined, missing))
    else:
        why = np.where(valid & ~defined, definition.undefined, why)
    if definition.range is not None and definition.ends_of is None:
        low, high = definition.range
        outside = ~((low <= applied[name]) & (applied[name] <= high))
        why = np.where((why == "valid") & outside, "invalid", why)
        applied = {name: np.where(why == "valid", applied[name], np.nan)}
    made = pd.DataFrame({**applied, f"{name}__why": why}, index=frame.index)
    if definition.ends_of is None:
        return made
    return made.assign(**{name: frame[definition.inputs[definition.ends_of]].where(why == "valid", None)})


def _applied(
    definition: Derived, frame: pd.DataFrame, valid: Booleans, given: Mapping[str, object], end: str
) -> np.ndarray:
    """(n,) the function of the valid rows; NaN or None for the rest. end : which end of a band goes in."""
    number = definition.type != "category"
    out = np.full(len(frame), np.nan if number else None, dtype=np.float64 if number else object)
    if valid.any():
        arrays = {
            role: band_end(frame, name, end)[valid] if role == definition.ends_of else _plain(frame[name][valid])
            for role, name in definition.inputs.items()
        }
        out[valid] = _called(definition, arrays, given)
    return out


def _called(definition: Derived, arrays: Mapping[str, np.ndarray], given: Mapping[str, object]) -> np.ndarray:
    doc = definition.doc
    try:
        return FUNCTIONS[definition.function](**arrays, **given)
    except YearOutsideSeriesError:
        what = f"needs a year for which {', '.join(definition.parameters.values())} has no value"
        fix = "Add the missing years, each with its reference"
        raise fail("E310", doc.shown, doc.line("parameters"), definition.id, what, fix) from None
    except RefusedError as error:
        fix = "Correct the parameter, or what goes into the function"
        raise fail("E313", doc.shown, doc.line("function"), definition.id, str(error), fix) from None


def band_end(frame: pd.DataFrame, name: str, end: str) -> Floats:
    """(n,) the low or high end of each respondent's band; -inf or inf where it is open (the frame has NaN there)."""
    limits = frame[f"{name}{end}"].to_numpy(dtype=np.float64)
    return np.where(np.isnan(limits), -np.inf if end == LOW else np.inf, limits)


def _plain(values: pd.Series) -> np.ndarray:
    """Numbers as float64 with NaN, everything else as objects with None."""
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(dtype=np.float64)
    held = values.astype(object)
    return held.where(held.notna(), None).to_numpy(dtype=object)

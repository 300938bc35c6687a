"""Answers to the items of a scale: what is refused, who counts, and the interval of a coefficient."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import stdtrit

from cwb_impact.errors import CwbError, fail
from cwb_impact.estimate.intervals import LEVEL
from cwb_impact.estimate.statistics import Estimated
from cwb_impact.estimate.variance import centred
from cwb_impact.types import Booleans, Floats, Integers

Missing = Literal["complete", "pairwise"]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """value, low, high : nan when refused, for the reason in notes. n : respondents used. ess : sum(w)^2 / sum(w^2)."""

    value: float
    low: float
    high: float
    n: int
    ess: float
    method: str
    notes: tuple[str, ...] = ()


def log_interval(value: float, se: float, df: float) -> tuple[float, float]:
    """1 - (1 - value) exp(+/- t(df) se / (1 - value)): symmetric in log(1 - value), as Feldt's is, and never above 1.

    >>> tuple(round(end, 4) for end in log_interval(0.8, 0.02, 100))
    (0.7561, 0.836)
    """
    error = 1.0 - value
    if error < 1e-12:
        return value, value
    factor = float(np.exp(float(stdtrit(df, 0.5 + LEVEL / 2)) * se / error))
    return 1.0 - error * factor, 1.0 - error / factor


def with_interval(estimated: Estimated, used: Booleans, psu: Integers | None, ess: float, kind: str) -> Coefficient:
    """The interval of the delta method, of those in `used`, over PSUs or else respondents."""
    n, units = int(used.sum()), np.arange(len(used)) if psu is None else np.asarray(psu)
    if units.shape != used.shape:
        raise _wrong("E194", "psu", "PSUs and respondents differ in number", "Give one PSU for each respondent")
    code = np.unique(units[used], return_inverse=True)[1]
    sums = np.bincount(code, weights=estimated.influence[used]).astype(np.float64)
    if len(sums) < 2:
        return Coefficient(estimated.value, np.nan, np.nan, n, ess, kind, ("no interval: a single PSU",))
    e = centred(sums, np.zeros(len(sums), dtype=np.int64), 1, "fail")
    low, high = log_interval(estimated.value, float((e**2).sum() ** 0.5), len(sums) - 1)
    method = f"{kind}; delta method on log(1 - value), t with {'n' if psu is None else 'PSUs'} - 1"
    return Coefficient(estimated.value, low, high, n, ess, method)


def checked(items: Floats, w: Floats | None, missing: Missing) -> tuple[Floats, Floats]:
    """The answers that count (with `complete` none of a respondent who left one out) and the weights."""
    items = np.asarray(items, dtype=np.float64)
    if items.ndim != 2 or items.shape[1] < 2:
        raise _wrong("E322", "items", "a scale has at least two items", "Give them as an (n, k) array")
    if np.isinf(items).any():
        raise _wrong("E180", "items", "an answer is infinite", "Write nan for a missing answer")
    if missing not in get_args(Missing):
        raise _wrong("E131", "missing", "no such rule for missing answers", "Write complete or pairwise")
    w = np.ones(len(items)) if w is None else np.asarray(w, dtype=np.float64)
    if w.shape != (len(items),) or not (np.isfinite(w) & (w > 0.0)).all():
        raise _wrong("E190", "weights", "a weight is empty, zero or negative, or they are not one for each respondent")
    left_out = np.isnan(items).any(axis=1, keepdims=True) & (missing == "complete")
    return np.where(left_out, np.nan, items), w


def _wrong(code: str, subject: str, what: str, fix: str = "") -> CwbError:
    return fail(code, "scale_items.py", 0, subject, what, fix)


def names(items: Iterable[int]) -> str:
    """Items as a note writes them, counted from 1."""
    return ", ".join(f"item {j + 1}" for j in items)


def complete_rows(used: Floats) -> Booleans:
    """(n,) who answered every item."""
    return np.asarray(np.isfinite(used).all(axis=1))


def effective_n(w: Floats) -> float:
    """sum(w)^2 / sum(w^2); 0 of nobody."""
    return float(w.sum() ** 2 / (w**2).sum()) if len(w) else 0.0


def centred_answers(y: Floats, w: Floats) -> Floats:
    """Answers minus their weighted mean."""
    return np.asarray(y - np.einsum("n,n...->...", w, y) / w.sum())

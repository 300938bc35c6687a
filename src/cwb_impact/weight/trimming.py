"""Trimming: fewer extreme weights, for less variance and some bias.

Weights that were calibrated or raked no longer meet their margins after trimming. Where margins must hold, use
`calibrate` with `bounds`, which keeps the factors within limits and the margins met.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cwb_impact.errors import fail
from cwb_impact.types import Floats
from cwb_impact.weight.diagnostics import check_weights, kish_design_effect

ROUNDS = 1000
"""Rounds of cutting and spreading; a few are enough unless nearly all weights must end on a limit."""


@dataclass(frozen=True, repr=False)
class Trimmed:
    """weight : (n,), with the sum it had. low, high : the limits. cut : respondents whose weight now is a limit."""

    weight: Floats
    low: float
    high: float
    cut: int


def trim_to_design_effect(weight: Floats, most: float) -> Trimmed:
    """Cap the largest weights no further than needed for a design effect n sum(w^2) / sum(w)^2 of at most `most`.

    What is cut off is spread over the others in proportion to their weights; those that thereby pass the cap are capped
    too. So weight = min(w, c) sum(w) / sum(min(w, c)), with the largest c for which the design effect (Kish 1965) is
    `most`: between two weights in order of size it is the root of a quadratic equation in c. `high` is the cap after
    spreading. Weights that already meet `most` stay as they are.
    Raises E190 (weights), E196 (`most` below 1, which no weights have).

    >>> trim_to_design_effect(np.array([1.0, 1.0, 1.0, 9.0]), 1.2).weight.round(6)
    array([2.225403, 2.225403, 2.225403, 5.32379 ])
    """
    check_weights(weight)
    if not most >= 1.0:
        what = f"a design effect of {most:g} is asked, and equal weights have 1"
        raise fail("E196", "weights", 0, "trimming", what, "Ask for 1 or more")
    if kish_design_effect(weight) <= most:
        return Trimmed(weight.copy(), 0.0, np.inf, 0)
    cap = _cap(np.sort(weight), most)
    cut = np.minimum(weight, cap)
    scale = float(weight.sum()) / float(cut.sum())
    return Trimmed(cut * scale, 0.0, cap * scale, int((weight > cap).sum()))


def _cap(ranked: Floats, most: float) -> float:
    """The largest c with design effect `most` of min(w, c); `ranked` are the weights from small to large."""
    n = len(ranked)
    # with c at ranked[i], i weights lie before it and n - i are c
    below = np.concatenate([[0.0], np.cumsum(ranked)[:-1]])
    squares = np.concatenate([[0.0], np.cumsum(ranked**2)[:-1]])
    above = np.arange(n, 0, -1)
    deff = n * (squares + above * ranked**2) / (below + above * ranked) ** 2
    # the last i at which the cap is low enough: c lies between ranked[i] and ranked[i + 1]
    i = int(np.flatnonzero(deff <= most)[-1]) if (deff <= most).any() else 0
    m, r, q = float(above[i] - 1), float(below[i] + ranked[i]), float(squares[i] + ranked[i] ** 2)
    # n (q + m c^2) = most (r + m c)^2
    a, b, c = m * (n - most * m), -most * m * r, n * q - most * r**2
    # above ranked[i] the left side outgrows the right, so a > 0 and c is the larger root
    root = (-b + np.sqrt(max(b * b - a * c, 0.0))) / a
    return float(np.clip(root, ranked[i], ranked[i + 1]))


def trim(weight: Floats, low: float, high: float) -> Trimmed:
    """Weights between two limits, with the sum they had, as R's `trimWeights(strict = TRUE)`.

    What is cut off is spread in equal parts over the respondents within the limits, and again while that lifts others
    over a limit. (Where nobody is within the limits R loses what was cut off; here everybody then takes a part.)
    Raises E190 (weights), E196 (limits between which this sum is not possible).

    >>> trim(np.array([1.0, 1.0, 1.0, 9.0]), 0.0, 6.0).weight
    array([2., 2., 2., 6.])
    """
    check_weights(weight)
    n, total = len(weight), float(weight.sum())
    if not low < high or n * low > total or n * high < total:
        what = f"weights with a mean of {total / n:.4g} cannot all lie between {low:g} and {high:g}"
        raise fail("E196", "weights", 0, "trimming", what, "Choose limits on both sides of the mean")
    now = weight
    for _ in range(ROUNDS):
        within = (now >= low) & (now <= high)
        kept = np.clip(now, low, high)
        spare = float((now - kept).sum())
        if within.all() or (abs(spare) <= 1e-15 * total and float(np.abs(now - kept).max()) <= 1e-12 * total / n):
            return Trimmed(kept, low, high, int(((kept == low) | (kept == high)).sum()))
        takers = within if within.any() else np.ones(n, dtype=bool)
        now = np.where(takers, kept + spare / float(takers.sum()), kept)
    what = f"too little room between {low:g} and {high:g}: {ROUNDS} rounds did not place what was cut off"
    raise fail("E196", "weights", 0, "trimming", what, "Widen the limits")

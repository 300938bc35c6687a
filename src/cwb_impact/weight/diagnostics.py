"""What weights cost and reach: design effect, range, and each margin before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cwb_impact.errors import CwbError, Problem, Problems
from cwb_impact.types import Floats
from cwb_impact.weight.margins import CodedMargin

COSTLY = 2.0
"""Weights with a larger design effect leave less than half of the respondents in effect."""


@dataclass(frozen=True)
class MarginRow:
    """One category of a margin. before, after : people by the base and the final weights. target : people wanted.

    difference : (after - target) / target; None where the target is 0. respondents : unweighted.
    """

    margin: str
    category: str
    respondents: int
    before: float
    target: float
    after: float
    difference: float | None


@dataclass(frozen=True)
class WeightDiagnostics:
    """Weights in figures.

    total : sum of weights. ratio : largest over smallest, None unless all are positive. deff : Kish's design effect of
    unequal weights, n sum(w^2) / sum(w)^2 (Kish 1965, Survey Sampling, 11.7). ess : n / deff. top_share : share of the
    total that the heaviest 1% of respondents carry (at least one). g_smallest, g_largest : range of weight / base.
    negative, zero : respondents with such weights. unmet : categories with people and no respondent.
    """

    n: int
    total: float
    smallest: float
    largest: float
    ratio: float | None
    deff: float
    ess: float
    top_share: float
    g_smallest: float
    g_largest: float
    negative: int
    zero: int
    margins: tuple[MarginRow, ...]
    unmet: tuple[tuple[str, str], ...]


def kish_design_effect(weight: Floats) -> float:
    """n sum(w^2) / sum(w)^2: how much unequal weights raise the variance of a mean they have nothing to do with.

    >>> kish_design_effect(np.array([1.0, 3.0]))
    1.25
    """
    return float(len(weight) * (weight**2).sum() / weight.sum() ** 2)


def check_weights(weight: Floats, subject: str = "weight") -> None:
    """E190 with the number of respondents whose weight is missing, infinite, zero or negative; also without anyone."""
    if not len(weight):
        raise CwbError([Problem("weights", 0, "E190", subject, "there are no respondents")])
    if weight.min() > 0.0 and weight.max() < np.inf:  # nan compares false
        return
    kinds = {
        "missing": np.isnan(weight),
        "infinite": np.isinf(weight),
        "zero": weight == 0.0,
        "negative": (weight < 0.0) & ~np.isinf(weight),
    }
    fix = "Leave these respondents out or correct their weights; every respondent stands for someone"
    counts = [(name, int(which.sum())) for name, which in kinds.items() if which.any()]
    raise CwbError(
        Problem("weights", 0, "E190", subject, f"weights that are {name}", fix, count, len(weight))
        for name, count in counts
    )


def diagnose(weight: Floats, base: Floats, margins: Sequence[CodedMargin] = ()) -> WeightDiagnostics:
    """Final weights (n,) beside base weights (n,), and the margins they were made for.

    Negative and zero weights are counted, missing ones refused (E190). Base weights must be positive (E190).

    >>> made = diagnose(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    >>> made.deff, made.ess, made.ratio, made.g_largest
    (1.25, 1.6, 3.0, 1.5)
    """
    check_weights(base, "base weight")
    if not np.isfinite(weight).all():
        check_weights(weight)
    n, total, g = len(weight), float(weight.sum()), weight / base
    smallest, largest = float(weight.min()), float(weight.max())
    deff = kish_design_effect(weight)
    heaviest = np.partition(weight, n - _top(n))[n - _top(n) :]
    rows = tuple(row for margin in margins for row in _rows(margin, weight, base))
    return WeightDiagnostics(
        n=n,
        total=total,
        smallest=smallest,
        largest=largest,
        ratio=largest / smallest if smallest > 0.0 else None,
        deff=deff,
        ess=n / deff,
        top_share=float(heaviest.sum()) / total,
        g_smallest=float(g.min()),
        g_largest=float(g.max()),
        negative=int((weight < 0.0).sum()),
        zero=int((weight == 0.0).sum()),
        margins=rows,
        unmet=tuple((row.margin, row.category) for row in rows if row.target > 0.0 and not row.respondents),
    )


def _top(n: int) -> int:
    return -(-n // 100)


def _rows(margin: CodedMargin, weight: Floats, base: Floats) -> list[MarginRow]:
    k = len(margin.targets)
    inside = margin.codes >= 0
    codes = margin.codes[inside]
    respondents = np.bincount(codes, minlength=k).tolist()
    before, after = (np.bincount(codes, weights=w[inside], minlength=k).tolist() for w in (base, weight))
    return [
        MarginRow(margin.subject, name, n, was, target, now, (now - target) / target if target > 0.0 else None)
        for name, n, was, target, now in zip(
            margin.names, respondents, before, margin.targets.tolist(), after, strict=True
        )
    ]


def warn_of_weights(diagnostics: WeightDiagnostics, shown: str, problems: Problems) -> None:
    """W195 negative or zero weights, W196 weights that leave less than half of the respondents in effect."""
    count = diagnostics.negative + diagnostics.zero
    if count:
        what = "weights that are negative or zero"
        fix = "Calibrate with method raking or logit, or with bounds"
        problems.add("W195", shown, 0, "weight", what, fix, count, diagnostics.n)
    if diagnostics.deff > COSTLY:
        what = f"a design effect of {diagnostics.deff:.2f}: {diagnostics.ess:.0f} of {diagnostics.n} left in effect"
        problems.add("W196", shown, 0, "weight", what, "Merge small categories, calibrate with bounds, or trim")

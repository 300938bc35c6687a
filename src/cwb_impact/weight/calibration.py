"""Calibration: weights close to the base weights whose totals of some variables are those of the population.

weight = base g with g = F(x' lambda) and lambda such that sum(weight x) = totals (Deville and Särndal 1992, Journal of
the American Statistical Association 87, 376-382). F follows from how distance to the base weights is measured:

* linear: F(u) = 1 + u, the chi-square distance of the generalised regression estimator (GREG); weights may become
  negative. With bounds F is cut off at them.
* raking: F(u) = exp(u), never negative; for categories the same as raking to margins. With bounds F is cut off.
* logit: F(u) = L + (U - L) expit(A u + log((1 - L) / (U - 1))), A = (U - L) / ((1 - L)(U - 1)): smooth and within the
  bounds L < 1 < U.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import sparse
from scipy.special import expit

from cwb_impact.errors import Problems, fail
from cwb_impact.types import Booleans, Floats, Integers
from cwb_impact.weight.diagnostics import check_weights
from cwb_impact.weight.margins import CodedMargin

Method = Literal["linear", "raking", "logit"]
Curve = Callable[[Floats], tuple[Floats, Floats]]
"""u (n,) -> g = F(u) and its slope F'(u), each (n,)."""

ALIKE = 1e-11
"""A column of which less than this part of the sum of squares is its own follows from the columns before it."""
IMPLIED = 1e-6
"""How far the total of such a column may lie from what the totals before it imply, relatively: rounding in tables."""
HALVINGS = 60


@dataclass(frozen=True, repr=False)
class Calibrated:
    """weight : (n,) = base g. g : (n,). kept : (k,) columns that count, the others follow from them.

    iterations : Newton steps. difference : the largest |total / target - 1| that is left over all columns; for a
    target near 0, relative to the sum of base |x|.
    """

    weight: Floats
    g: Floats
    kept: Booleans
    iterations: int
    difference: float


def indicators(margins: Sequence[CodedMargin]) -> tuple[sparse.csr_array, Floats, tuple[str, ...]]:
    """Margins as calibration variables: (n, k) with a 1 in the category of each respondent, (k,) totals, (k,) names.

    >>> x, totals, names = indicators([CodedMargin("sex", np.array([0, 1, 1]), np.array([5.0, 6.0]), ("man", "woman"))])
    >>> x.toarray().tolist(), totals.tolist(), names
    ([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]], [5.0, 6.0], ('sex man', 'sex woman'))
    """
    sizes = [len(margin.targets) for margin in margins]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    columns = np.stack([margin.codes + start for margin, start in zip(margins, starts, strict=True)], axis=1)
    n = len(columns)
    pointers = np.arange(n + 1) * len(margins)
    x = sparse.csr_array((np.ones(columns.size), columns.ravel(), pointers), shape=(n, sum(sizes)))
    names = tuple(f"{margin.subject} {name}" for margin in margins for name in margin.names)
    return x, np.concatenate([margin.targets for margin in margins]), names


def calibrate(
    x: Floats | sparse.csr_array,
    totals: Floats,
    base: Floats,
    method: Method = "linear",
    bounds: tuple[float, float] | None = None,
    tolerance: float = 1e-10,
    most: int = 100,
    names: Sequence[str] = (),
) -> Calibrated:
    """Weights with sum(weight x) = totals, as near to the base weights as `method` measures it, by Newton's method.

    x : (n, k) calibration variables; a constant column makes weights sum to the number of people. totals : (k,) of the
    population. base : (n,) positive weights. bounds : (L, U), L < 1 < U, of g = weight / base; logit needs them; scale
    base weights to the population first, else the bounds also have to make up for that. names : (k,) for messages.
    Columns that follow from those before them (the last category of every margin but the first) are left out, if their
    totals follow too; the weights do not depend on which is left out.
    Raises E190 (base weights), E195 (missing values, a column of zeros with a total, totals that contradict one
    another) and E196 (bounds; totals that cannot be met).

    >>> calibrate(np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 1.0]]), np.array([4.0, 3.0]), np.ones(3)).weight.round(6)
    array([1. , 1.5, 1.5])
    """
    check_weights(base, "base weight")
    curve = _curve(method, bounds)
    called = names or [f"column {j + 1}" for j in range(len(totals))]
    columns: sparse.csr_array = x if isinstance(x, sparse.csr_array) else sparse.csr_array(np.asarray(x, dtype=float))
    _check_values(columns, totals, called)
    columns, unit = _standardised(columns, base)
    target = totals / unit
    size = np.maximum(np.abs(target), _total(abs(columns), base))
    size[size == 0.0] = 1.0
    gram = _gram(columns, base)
    kept = _kept(gram, target, size, called)
    full = gram[np.ix_(kept, kept)]
    g, iterations = _newton(columns[:, kept], target[kept], tolerance * size[kept], base, full, curve, most)
    total = _total(columns, base * g)
    off = np.abs(total - target) / size
    if not off[kept].max() <= tolerance:
        worst = kept[int(off[kept].argmax())]
        reached = float(total[worst] * unit[worst])
        limits = f" with factors from {bounds[0]:g} to {bounds[1]:g}" if bounds else ""
        what = f"its total stays at {reached:,.6g}{limits}, and {totals[worst]:,.6g} is wanted"
        fix = "The totals cannot all be met, or only just: widen the bounds, merge categories, or leave a variable out"
        raise fail("E196", "weights", 0, called[worst], what, fix)
    counts = np.zeros(len(totals), dtype=bool)
    counts[kept] = True
    return Calibrated(base * g, g, counts, iterations, float(off.max()))


def _curve(method: Method, bounds: tuple[float, float] | None) -> Curve:
    low, high = bounds if bounds is not None else (-np.inf, np.inf)
    if not low < 1.0 < high:
        what = f"bounds of {low:g} and {high:g}: they must lie on both sides of 1, which is no change"
        raise fail("E196", "weights", 0, "bounds", what, "Take a lower one below 1 and a higher one above it")
    if method == "logit":
        if not np.isfinite([low, high]).all():
            raise fail("E196", "weights", 0, "bounds", "method logit needs two finite bounds", "Give them")
        steep = (high - low) / ((1.0 - low) * (high - 1.0))
        start = np.log((1.0 - low) / (high - 1.0))

        def logit(u: Floats) -> tuple[Floats, Floats]:
            share = expit(steep * u + start)
            return low + (high - low) * share, (high - low) * steep * share * (1.0 - share)

        return logit

    def plain(u: Floats) -> tuple[Floats, Floats]:
        g, slope = (1.0 + u, np.ones(len(u))) if method == "linear" else (np.exp(u), np.exp(u))
        return np.clip(g, low, high), np.where((g > low) & (g < high), slope, 0.0)

    return plain


def _check_values(columns: sparse.csr_array, totals: Floats, names: Sequence[str]) -> None:
    problems = Problems()
    n, k = columns.shape
    missing = np.bincount(columns.indices[~np.isfinite(columns.data)], minlength=k)
    for j in np.flatnonzero(missing).tolist():
        fix = "Impute it before weighting, or leave these respondents out"
        problems.add("E195", "weights", 0, names[j], "respondents without a value", fix, int(missing[j]), n)
    for j in np.flatnonzero(~np.isfinite(totals)).tolist():
        problems.add("E195", "weights", 0, names[j], "the total of the population is missing", "Give it")
    problems.raise_if_errors()


def _standardised(columns: sparse.csr_array, base: Floats) -> tuple[sparse.csr_array, Floats]:
    """Columns with a weighted mean square of 1, so that euros and shares count alike; and what they were divided by."""
    squares = _total(columns.power(2), base)
    unit = np.where(squares > 0.0, np.sqrt(squares / base.sum()), 1.0)
    scaled = columns.copy()
    scaled.data = columns.data / unit[columns.indices]
    return scaled, unit


def _total(columns: sparse.csr_array, weight: Floats) -> Floats:
    """(k,) sum of weight x. Sparse products add in one order, whatever the number of threads."""
    return np.asarray(columns.T @ weight, dtype=np.float64)


def _gram(columns: sparse.csr_array, weight: Floats) -> Floats:
    """(k, k) sum of weight x x'."""
    weighted = columns.copy()
    weighted.data = columns.data * np.repeat(weight, np.diff(columns.indptr))
    product: Floats = (columns.T @ weighted).toarray()
    return product


def _kept(gram: Floats, target: Floats, size: Floats, names: Sequence[str]) -> Integers:
    """Columns that do not follow from those before them; E195 when what follows has another total."""
    problems = Problems()
    kept: list[int] = []
    for j in range(len(gram)):
        follows = np.linalg.solve(gram[np.ix_(kept, kept)], gram[kept, j])
        if gram[j, j] - float(gram[kept, j] @ follows) > ALIKE * gram.diagonal().max():
            kept.append(j)
        elif abs(float(target[kept] @ follows) - target[j]) > IMPLIED * size[j]:
            what = "its total contradicts the totals of other variables" if gram[j, j] else "nobody has it"
            problems.add("E195", "weights", 0, names[j], what, "Correct the totals, or leave the variable out")
    problems.raise_if_errors()
    return np.array(kept, dtype=np.int64)


def _newton(
    x: sparse.csr_array, target: Floats, allowed: Floats, base: Floats, full: Floats, curve: Curve, most: int
) -> tuple[Floats, int]:
    """(n,) g = F(x lambda) with |sum(base g x) - target| <= allowed, or as near as it came; and the steps taken.

    The equations say that a convex function of lambda is at its lowest, and what is left of them is minus its slope.
    full : (k, k) sum of base x x', its second derivative at lambda = 0, where g = 1.
    """
    parameters = np.zeros(len(target))
    g = slope = np.ones(len(base))
    left = target - _total(x, base)
    for iteration in range(most + 1):
        if (np.abs(left) <= allowed).all():
            return g, iteration
        gram = _gram(x, base * slope) if iteration else full
        if np.linalg.matrix_rank(gram, hermitian=True) < len(gram):
            # everybody who has some column is on a bound: the full matrix shows the way back
            gram = gram + 1e-3 * full
        step = np.linalg.solve(gram, left)
        downhill = float(left @ step)
        for _ in range(HALVINGS):
            with np.errstate(over="ignore", invalid="ignore"):
                g, slope = curve(x @ (parameters + step))
                left = target - _total(x, base * g)
                # where the slope along the step turned over, the lowest point was passed by far
                if float(left @ step) >= -0.9 * downhill:
                    break
            step, downhill = step / 2, downhill / 2
        parameters = parameters + step
    return g, most

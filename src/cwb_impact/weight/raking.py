"""Raking and post-stratification: weights whose sums equal the margins.

Raking (iterative proportional fitting; Deming and Stephan 1940, Annals of Mathematical Statistics 11, 427-444)
multiplies the weights in each category by target / sum, margin after margin, until all margins hold. Respondents with
the same categories in all margins get the same factor, so the rounds are made on those cells and not on respondents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cwb_impact.errors import Problems, fail
from cwb_impact.types import Floats, Integers
from cwb_impact.weight.diagnostics import check_weights

DENSE = 10_000
"""As many cells as there are respondents, and at least this many, are numbered without looking which ones occur."""


@dataclass(frozen=True, repr=False)
class Raked:
    """weight : (n,). iterations : rounds over all margins. difference : the largest |sum / target - 1| that is left."""

    weight: Floats
    iterations: int
    difference: float


def rake(
    codes: Sequence[Integers],
    targets: Sequence[Floats],
    base: Floats,
    tolerance: float = 1e-10,
    most: int = 1000,
    names: Sequence[Sequence[str]] = (),
) -> Raked:
    """Base weights times a factor for each category of each margin, such that the sums are the targets.

    codes : for each margin (n,) the category of each respondent, a row of its targets. targets : for each margin (k,)
    people. base : (n,) positive weights. names : for each margin (k,) what a message calls its categories.
    Converged when every sum is within `tolerance` of its target, relatively. Raises E190 (base weights), E195 (margins
    that do not fit: a code that is no row, a category with people that nobody has or the reverse, sums that differ) and
    E196 (not converged in `most` rounds: together the margins cannot be met, or only with weights of zero).

    >>> rake([np.array([0, 0, 1])], [np.array([3.0, 1.0])], np.ones(3)).weight
    array([1.5, 1.5, 1. ])
    """
    check_weights(base, "base weight")
    called = names or [[f"margin {j + 1}, category {i}" for i in range(len(t))] for j, t in enumerate(targets)]
    _check(codes, targets, called, tolerance)
    cell, codes_of_cells = _cells(codes, [len(target) for target in targets])
    start = np.bincount(cell, weights=base, minlength=len(codes_of_cells[0])).astype(np.float64)
    occupied = start > 0.0
    codes_of_cells = [code[occupied] for code in codes_of_cells]
    people, iterations = _fit(start[occupied], codes_of_cells, targets, tolerance, most)
    difference = _differences(people, codes_of_cells, targets)
    worst = int(np.argmax([float(off.max()) for off in difference]))
    left = float(difference[worst].max())
    if not left <= tolerance:
        i = int(difference[worst].argmax())
        reached = float(people[codes_of_cells[worst] == i].sum())
        what = f"raking stays at {reached:,.6g} people after {most} rounds, and {targets[worst][i]:,.6g} are wanted"
        fix = "The margins cannot all be met by these respondents: merge categories, or leave a margin out"
        raise fail("E196", "weights", 0, called[worst][i], what, fix)
    factor = np.ones(len(start))
    factor[occupied] = people / start[occupied]
    return Raked(base * factor[cell], iterations, left)


def post_stratify(codes: Integers, targets: Floats, base: Floats, names: Sequence[str] = ()) -> Raked:
    """Raking to one margin (which may be crossed): exact in one step.

    codes : (n,) the post-stratum of each respondent. targets : (k,) people. Errors as of `rake`.

    >>> post_stratify(np.array([0, 0, 1]), np.array([3.0, 1.0]), np.ones(3)).weight
    array([1.5, 1.5, 1. ])
    """
    return rake([codes], [targets], base, names=[names] if names else ())


def _cells(codes: Sequence[Integers], sizes: Sequence[int]) -> tuple[Integers, list[Integers]]:
    """(n,) a number for each combination of categories; for each margin (cells,) the category of each cell."""
    n = len(codes[0])
    cell = np.zeros(n, dtype=np.int64)
    codes_of_cells: list[Integers] = []
    cells = 1
    for code, size in zip(codes, sizes, strict=True):
        cell *= size
        cell += code
        present = np.arange(cells * size)
        if cells * size > max(n, DENSE):
            present, cell = np.unique(cell, return_inverse=True)
        before, here = np.divmod(present, size)
        codes_of_cells = [code_of_cell[before] for code_of_cell in codes_of_cells] + [here]
        cells = len(present)
    return cell, codes_of_cells


def _fit(
    people: Floats, codes: Sequence[Integers], targets: Sequence[Floats], tolerance: float, most: int
) -> tuple[Floats, int]:
    """(cells,) people after raking, and the rounds it took."""
    people = people.copy()
    for iteration in range(1, most + 1):
        for code, target in zip(codes, targets, strict=True):
            now = np.bincount(code, weights=people, minlength=len(target))
            people *= np.divide(target, now, out=np.ones(len(target)), where=now > 0.0)[code]
        if max(float(off.max()) for off in _differences(people, codes, targets)) <= tolerance:
            return people, iteration
    return people, most


def _differences(people: Floats, codes: Sequence[Integers], targets: Sequence[Floats]) -> list[Floats]:
    """For each margin (k,) |sum / target - 1|; 0 where the target is 0."""
    sums = [np.bincount(code, weights=people, minlength=len(t)) for code, t in zip(codes, targets, strict=True)]
    return [
        np.divide(np.abs(now - target), target, out=np.zeros(len(target)), where=target > 0.0)
        for now, target in zip(sums, targets, strict=True)
    ]


def _check(
    codes: Sequence[Integers], targets: Sequence[Floats], names: Sequence[Sequence[str]], tolerance: float
) -> None:
    """E195 for whatever makes raking pointless, everything at once."""
    problems = Problems()
    for j, (code, target) in enumerate(zip(codes, targets, strict=True)):
        subject, n = f"margin {j + 1}", len(code)
        if not (np.isfinite(target).all() and (target >= 0.0).all()):
            problems.add("E195", "weights", 0, subject, "people that are missing or negative", "Correct the margin")
            continue
        if abs(target.sum() - targets[0].sum()) > tolerance * targets[0].sum():
            what = f"adds up to {target.sum():,.10g} people, and margin 1 to {targets[0].sum():,.10g}"
            problems.add("E195", "weights", 0, subject, what, "Scale the margins to one sum")
        if code.min() < 0 or code.max() >= len(target):
            outside = int(((code < 0) | (code >= len(target))).sum())
            what = "respondents without a category of the margin"
            problems.add("E195", "weights", 0, subject, what, "Give them one, or leave them out", outside, n)
            continue
        answered = np.bincount(code, minlength=len(target))
        for i in np.flatnonzero((answered == 0) & (target > 0.0)).tolist():
            what = f"{target[i]:,.0f} people and no respondent: this cell cannot be met"
            problems.add("E195", "weights", 0, names[j][i], what, "Merge it with another category")
        for i in np.flatnonzero((answered > 0) & (target == 0.0)).tolist():
            what = "the margin says nobody is in this category, and there are respondents"
            problems.add("E195", "weights", 0, names[j][i], what, "Correct the margin", int(answered[i]), n)
    problems.raise_if_errors()

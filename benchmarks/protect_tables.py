"""How long it takes to protect and audit a release, and how that grows with its cells.

    python benchmarks/protect_tables.py

A table is one indicator by one dimension at two waves: of every category and of the total a percentage in whole points
and n rounded to 5. Beside each run one reference programme is solved, so that the busyness of the machine drops out.
"""

from __future__ import annotations

import time

import numpy as np
from scipy.optimize import linprog

from cwb_impact.disclosure.attack import bounds
from cwb_impact.disclosure.family import Family, Figure, Limit, Secret
from cwb_impact.disclosure.secondary import hide

PLANS = ((60, 12), (120, 12), (60, 24), (60, 48))
"""Tables and categories of each."""
WAVES = 2
MINIMUM, WIDTH = 10, 3


def table(people: np.ndarray, part: np.ndarray) -> Family:
    """One table of one wave. Unknown i is the people of category i without the property, and i + size those with it."""
    size = len(people)
    truth = np.concatenate([people - part, part]).astype(np.float64)
    rows = [(f"category {at}", np.array([at])) for at in range(size)] + [("total", np.arange(size))]
    return Family(2 * size, tuple(figure(key, at, size, truth) for key, at in rows), truth=truth)


def figure(key: str, at: np.ndarray, size: int, truth: np.ndarray) -> Figure:
    both, yes = np.concatenate([at, at + size]), at + size
    n, k = float(truth[both].sum()), float(truth[yes].sum())
    percent, middle = round(100 * k / max(n, 1)), 5 * round(n / 5)
    ones = np.ones(len(both))
    shown = [*possible(both, yes, max(middle - 2, 0), middle + 2, percent)]
    for edge, low, high in ((percent - 0.5, 0.0, np.inf), (percent + 0.5, -np.inf, 0.0)):
        shown.append(Limit(both, np.repeat([-edge, 100 - edge], len(at)), low, high))
    hidden = [Limit(both, ones, 0, MINIMUM - 1) if n < MINIMUM else Limit(both, ones, MINIMUM, np.inf)]
    primary = n < MINIMUM or min(k, n - k) < WIDTH
    sides = [(at, n - k), (yes, k)] if primary else []
    secrets = [Secret(side, np.ones(len(at)), count, min(WIDTH, count)) for side, count in sides if count]
    return Figure(key, tuple(shown), tuple(hidden), tuple(secrets), n)


def possible(both: np.ndarray, yes: np.ndarray, low: int, high: int, percent: int) -> list[Limit]:
    """The least and the most people, and people with the property, that round to the same row."""
    n, k = np.meshgrid(np.arange(low, high + 1), np.arange(high + 1), indexing="ij")
    fits = (k <= n) & (np.abs(100 * k - percent * n) <= 0.5 * n + 1e-9)
    return [
        Limit(at, np.ones(len(at)), float(numbers[fits].min()), float(numbers[fits].max()))
        for at, numbers in ((both, n), (yes, k))
    ]


def release(tables: int, categories: int, rng: np.random.Generator) -> list[Family]:
    made = []
    for _ in range(tables * WAVES):
        people = rng.negative_binomial(2, 0.06, categories)
        made.append(table(people, rng.binomial(people, rng.uniform(0.1, 0.6))))
    return made


def reference() -> float:
    """Processor seconds of one linear programme: a transport problem of 40 places by 40, alike on every machine."""
    side = 40
    rng = np.random.default_rng(0)
    sums = np.vstack([np.kron(np.eye(side), np.ones(side)), np.kron(np.ones(side), np.eye(side))])
    start = time.process_time()
    linprog(rng.uniform(size=side * side), A_eq=sums, b_eq=np.full(2 * side, 10.0), method="highs-ds")
    return time.process_time() - start


def main() -> None:
    print("tables waves categories  primary secondary too_narrow seconds  times_the_reference")
    for tables, categories in PLANS:
        families = release(tables, categories, np.random.default_rng(1))
        unit = np.median([reference() for _ in range(5)])
        start = time.process_time()
        first = [{it.key for it in family.figures if it.secrets} for family in families]
        found = [hide(family, keys) for family, keys in zip(families, first, strict=True)]
        audit = [bounds(family, result.keys) for family, result in zip(families, found, strict=True)]
        seconds = time.process_time() - start
        primary = sum(map(len, first))
        secondary = sum(len(result.keys) for result in found) - primary
        narrow = sum(not bound.safe for family in audit for bound in family)
        print(
            f"{tables:6} {WAVES:5} {categories:10} {primary:8} {secondary:9} {narrow:10} {seconds:7.1f}"
            f" {seconds / unit:20.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()

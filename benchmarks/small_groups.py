"""Small groups of which part answered: plans, what people answer, and means with their errors, many draws at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from cwb_impact.design import Design
from cwb_impact.estimate.variance import centred, finite_factor, unit_strata
from cwb_impact.types import Floats

MANY = 200_000
"""People drawn in each stratum to know what a process gives."""


@dataclass(frozen=True)
class Plan:
    """answered, people : of each stratum. finite : are statements about these people, or about the process?"""

    name: str
    answered: tuple[int, ...]
    people: tuple[int, ...]
    finite: bool = True

    @property
    def n(self) -> int:
        return sum(self.answered)

    @property
    def df(self) -> int:
        return self.n - len(self.answered)

    @property
    def part(self) -> float:
        """Of the population, who answered; 0 without a finite population."""
        return self.n / sum(self.people) if self.finite else 0.0

    @property
    def levels(self) -> Floats:
        """How the strata differ: half a logit or a score point up and down."""
        return np.linspace(-0.5, 0.5, len(self.people))


PLANS = (
    Plan("80% answer", (4, 4), (5, 5)),
    Plan("80% answer", (8, 4, 4, 4), (10, 5, 5, 5)),
    Plan("80% answer", (24, 16, 12, 8), (30, 20, 15, 10)),
    Plan("80%, unequal", (5, 3), (6, 4)),
    Plan("80%, unequal", (9, 6, 3, 2), (10, 7, 5, 3)),
    Plan("80%, unequal", (28, 17, 10, 5), (30, 20, 15, 10)),
    Plan("40% answer", (4, 4), (10, 10)),
    Plan("40% answer", (8, 4, 4, 4), (20, 10, 10, 10)),
    Plan("40% answer", (24, 16, 12, 8), (60, 40, 30, 20)),
    Plan("40%, unequal", (5, 3), (8, 12)),
    Plan("40%, unequal", (9, 6, 3, 2), (15, 12, 13, 10)),
    Plan("40%, unequal", (28, 17, 10, 5), (50, 40, 35, 25)),
    Plan("no fpc", (4, 4), (5, 5), finite=False),
    Plan("no fpc", (8, 4, 4, 4), (10, 5, 5, 5), finite=False),
    Plan("no fpc", (24, 16, 12, 8), (30, 20, 15, 10), finite=False),
)
LARGE_PLANS = (
    Plan("no fpc", (40, 28, 20, 12), (40, 28, 20, 12), finite=False),
    Plan("no fpc", (80, 56, 40, 24), (80, 56, 40, 24), finite=False),
    Plan("no fpc", (160, 112, 80, 48), (160, 112, 80, 48), finite=False),
)
MEDIAN_PLANS = (
    Plan("80% answer", (12, 8, 6, 4), (15, 10, 8, 5)),
    Plan("80%, unequal", (14, 8, 5, 3), (15, 10, 8, 5)),
    Plan("40% answer", (12, 8, 6, 4), (30, 20, 15, 10)),
    Plan("40%, unequal", (14, 8, 5, 3), (25, 20, 20, 10)),
    Plan("no fpc", (12, 8, 6, 4), (15, 10, 8, 5), finite=False),
)

CHANGE_PLANS = (
    Plan("no fpc", (12, 8, 6, 4), (30, 20, 15, 10), finite=False),
    Plan("no fpc", (24, 16, 12, 8), (60, 40, 30, 20), finite=False),
    Plan("40% answer, same people", (12, 8, 6, 4), (30, 20, 15, 10)),
    Plan("40% answer, same people", (24, 16, 12, 8), (60, 40, 30, 20)),
    Plan("80% answer, people come and go", (12, 8, 6, 4), (15, 10, 8, 5)),
    Plan("80% answer, people come and go", (24, 16, 12, 8), (30, 20, 15, 10)),
)

Answer = Callable[[Floats, float], Floats]
"""What people of a stratum answer, from their standard normal numbers and the level of the stratum, -0.5 to 0.5."""


def share_of(p: float) -> Answer:
    """Yes or no; the level shifts the logit of the share."""
    return lambda z, level: (norm.cdf(z) < 1 / (1 + (1 - p) / p * np.exp(-level))).astype(np.float64)


def score_around(middle: float) -> Answer:
    """A score of 0-10 in whole numbers, standard deviation near 2, that piles up at 10."""
    return lambda z, level: np.clip(np.rint(middle + level + 2 * z), 0, 10)


def lognormal(sigma: float, middle: float = 1.0) -> Answer:
    """Skewness 1.8 for sigma 0.5, 6.2 for sigma 1."""
    return lambda z, level: middle * np.exp(level / 2 + sigma * z)


def hours(below: float) -> Answer:
    """Weekly hours in whole numbers: a part below 40, a tenth above, the others exactly 40."""

    def answer(z: Floats, level: float) -> Floats:
        u = norm.cdf(z + level / 4)
        return np.where(u < below, np.rint(8 + 30 * u / below), np.where(u < 0.9, 40.0, np.rint(42 + 180 * (u - 0.9))))

    return answer


def design_of(plan: Plan, rows: list[int] | None = None) -> Design:
    """Weights N/n in each stratum. rows : which row of the errors each respondent has; 0, 1, 2, ... if not given."""
    stratum = np.repeat(np.arange(len(plan.answered)), plan.answered)
    people = np.array(plan.people, dtype=np.float64)
    weight = (people / plan.answered)[stratum]
    size = people if plan.finite else np.full(len(people), np.inf)
    psu = np.arange(plan.n) if rows is None else np.array(rows)
    return Design(psu, stratum, weight, tuple(map(str, range(len(people)))), size, "fail", plan.finite, "")


def answers(plan: Plan, answer: Answer, repetitions: int, rng: np.random.Generator) -> list[Floats]:
    """(people, repetitions) answers of each stratum. Everybody is drawn alike, so the first may be who answered."""
    return [
        answer(rng.standard_normal((people, repetitions)), level)
        for people, level in zip(plan.people, plan.levels, strict=True)
    ]


def answered(plan: Plan, everybody: list[Floats]) -> Floats:
    """(n, repetitions) answers of those who gave them."""
    return np.concatenate([stratum[:n] for stratum, n in zip(everybody, plan.answered, strict=True)])


def two_waves(n: int, people: int, stayers: int, both: int) -> tuple[tuple[list[int], ...], tuple[list[int], ...], int]:
    """Who answers in two waves of a stratum with n respondents and `people` people in each, as rows of their union.

    First the stayers, then those who left, then who came. Returns the respondents of both waves, the people of both
    waves and the size of the union. Of those who answer once, as many are stayers as of those who do not answer twice.
    """
    once = round((n - both) * (stayers - both) / (people - both)) if people > both else 0
    once = max(min(once, (stayers - both) // 2), n - both - (people - stayers))
    union = 2 * people - stayers
    left, came = list(range(stayers, people)), list(range(people, union))
    respondents, frames = [], []
    for start, others in ((both, left), (both + once, came)):
        respondents.append([*range(both), *range(start, start + once), *others[: n - both - once]])
        frames.append([*range(stayers), *others])
    return tuple(respondents), tuple(frames), union


def process(plan: Plan, answer: Answer, statistic: Callable[[Floats, Floats], float]) -> float:
    """What the process gives: the statistic of very many people, strata weighted by their size."""
    rng = np.random.default_rng(0)
    y = np.concatenate([answer(rng.standard_normal(MANY), level) for level in plan.levels])
    return statistic(y, np.repeat(np.array(plan.people, dtype=np.float64), MANY))


def weighted_mean(y: Floats, w: Floats) -> float:
    return float((w * y).sum() / w.sum())


def mean_and_error(y: Floats, design: Design) -> tuple[Floats, Floats]:
    """(repetitions,) means and standard errors; y is (n, repetitions)."""
    value, e = mean_and_errors(y, design, len(y))
    factor = finite_factor(design, unit_strata(design, len(y)))
    return value, np.sqrt((e**2 * factor[:, None]).sum(axis=0))


def mean_and_errors(y: Floats, design: Design, units: int) -> tuple[Floats, Floats]:
    """(repetitions,) means and their (units, repetitions) errors E."""
    w = design.weight[:, None]
    value = (w * y).sum(axis=0) / w.sum()
    sums = np.zeros((units, y.shape[1]))
    sums[design.psu] = w * (y - value) / w.sum()
    return value, centred(sums, unit_strata(design, units), len(design.strata), "fail")

"""How often do 95% intervals cover in small groups? Prints the tables of docs/coverage.md.

    python benchmarks/coverage.py [--repetitions 4000] [--jobs 2]

A repetition draws the people of a population anew, lets some of each stratum answer, and asks whether the interval
holds what all of them would have given (without a finite population: what the process gives). Every cell has its own
seed, so the tables do not depend on the number of jobs. A cell shows coverage in percent and, in brackets, the mean
width of the intervals that exist; an interval that does not exist does not cover. Coverage below 92 is bold.
"""

import argparse
from collections.abc import Iterable
from functools import partial
from itertools import count as counter

import numpy as np
from joblib import Parallel, delayed
from small_groups import (
    CHANGE_PLANS,
    LARGE_PLANS,
    MEDIAN_PLANS,
    PLANS,
    Answer,
    Plan,
    answered,
    answers,
    design_of,
    hours,
    lognormal,
    mean_and_error,
    mean_and_errors,
    process,
    score_around,
    share_of,
    two_waves,
    weighted_mean,
)

from cwb_impact.estimate.exact import hypergeometric_interval
from cwb_impact.estimate.intervals import (
    Interval,
    asin_interval,
    beta_interval,
    effective_n,
    error_at,
    logit_interval,
    share_t_interval,
    t_interval,
    wilson_interval,
    woodruff_interval,
)
from cwb_impact.estimate.quantiles import quantile, quantile_at, ranked
from cwb_impact.estimate.variance import finite_factor, overlap_factor, unit_strata
from cwb_impact.types import Floats

LOW = 92.0
SHARES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90)
SCORE = {"score 0-10": score_around(7.0)}
SKEWED = {"lognormal 0.5": lognormal(0.5), "lognormal 1": lognormal(1.0)}
CHANGES = {
    "share .05 to .10": (share_of(0.05), share_of(0.10)),
    "share .30 to .40": (share_of(0.30), share_of(0.40)),
    "score 0-10": (score_around(7.0), score_around(7.5)),
    "lognormal 0.5": (lognormal(0.5), lognormal(0.5, 1.1)),
    "lognormal 1": (lognormal(1.0), lognormal(1.0, 1.1)),
}
CORRELATION = 0.6
"""Of the same person's normal numbers in two waves."""

Cell = tuple[str, int, str, dict[str, tuple[float, float]]]
"""plan, n, what is estimated, and method -> coverage and mean width."""


def covers(interval: Interval, truth: Floats | float) -> tuple[float, float]:
    """Coverage in percent and mean width."""
    inside = (interval.low <= truth + 1e-9) & (truth - 1e-9 <= interval.high)
    width = interval.high - interval.low
    return 100 * float(inside.mean()), float(np.nanmean(width)) if np.isfinite(width).any() else np.nan


def kish(w: Floats) -> float:
    """Design effect of the weights."""
    return float(len(w) * (w**2).sum() / w.sum() ** 2)


def of_share(plan: Plan, p: Floats, se: Floats) -> dict[str, Interval]:
    """Every method for a share."""
    w, n, df, f = design_of(plan).weight, plan.n, plan.df, plan.part
    deff = kish(w)
    found = {
        "t": share_t_interval(p, se, df),
        "logit": logit_interval(p, se, df),
        "asin": asin_interval(p, se, df),
        "beta, no ceiling": beta_interval(p, se, df, n, deff, f, ceiling=False),
        "beta": beta_interval(p, se, df, n, deff, f),
        "wilson": wilson_interval(p, se, df, n, deff, f),
    }
    if plan.finite and np.ptp(w) == 0:  # an exact interval counts people, so all must count alike
        exact = [hypergeometric_interval(count, n, sum(plan.people)) for count in range(n + 1)]
        low, high = np.array([(interval.low, interval.high) for interval in exact]).T
        yes = np.rint(n * p).astype(np.int64)
        found["hypergeometric"] = Interval(low[yes], high[yes], "hypergeometric")
    return found


def share_cell(plan: Plan, p: float, repetitions: int, seed: int) -> Cell:
    everybody = answers(plan, share_of(p), repetitions, np.random.default_rng(seed))
    value, se = mean_and_error(answered(plan, everybody), design_of(plan))
    truth = np.concatenate(everybody).mean(axis=0) if plan.finite else process(plan, share_of(p), weighted_mean)
    return plan.name, plan.n, f"{p:.2f}", {m: covers(i, truth) for m, i in of_share(plan, value, se).items()}


def worst_cell(plan: Plan, repetitions: int, seed: int) -> Cell:
    """The lowest coverage over populations with 0, 1, 2, ... people who say yes, anywhere in the strata."""
    rng, everybody = np.random.default_rng(seed), sum(plan.people)
    found: dict[str, list[tuple[float, float]]] = {}
    for count in range(everybody + 1):
        yes = np.repeat((np.arange(everybody) < count).astype(np.float64)[:, None], repetitions, axis=1)
        strata = np.split(rng.permuted(yes, axis=0), np.cumsum(plan.people)[:-1])
        value, se = mean_and_error(answered(plan, strata), design_of(plan))
        for method, interval in of_share(plan, value, se).items():
            if method not in ("logit", "asin"):  # which do not exist where nobody says yes
                found.setdefault(method, []).append(covers(interval, count / everybody))
    return plan.name, plan.n, "any", {method: min(cells) for method, cells in found.items()}


def mean_cell(plan: Plan, name: str, answer: Answer, repetitions: int, seed: int) -> Cell:
    """For amounts also by what the sample shows of their tail."""
    design = design_of(plan)
    everybody = answers(plan, answer, repetitions, np.random.default_rng(seed))
    y = answered(plan, everybody)
    value, se = mean_and_error(y, design)
    truth = np.concatenate(everybody).mean(axis=0) if plan.finite else process(plan, answer, weighted_mean)
    interval = t_around(value, se, plan.df)
    found = {"t": covers(interval, truth)}
    if name in SKEWED:
        w = design.weight[:, None] / design.weight.sum()
        skewed = (w * (y - value) ** 3).sum(axis=0) > (w * (y - value) ** 2).sum(axis=0) ** 1.5
        logs = np.log(y)
        spread = (w * (logs - (w * logs).sum(axis=0)) ** 2).sum(axis=0) ** 0.5
        everywhere = np.broadcast_to(truth, skewed.shape)
        for title, part in {"t, sample skewness > 1": skewed, "t, sample skewness <= 1": ~skewed}.items():
            if part.sum() >= 100:  # fewer samples say too little
                here = Interval(interval.low[part], interval.high[part], "t")
                found[title] = covers(here, everywhere[part])
        found["samples with sd of logs > 0.75"] = 100 * float((spread > 0.75).mean()), np.nan
    return plan.name, plan.n, name, found


def t_around(value: Floats, se: Floats, df: int) -> Interval:
    """The package's t interval for each repetition; nan where the variance was estimated below 0."""
    low, high = np.array([t_interval(v, s, df) for v, s in zip(value, se, strict=True)]).T
    return Interval(low, high, "t")


def median_cell(plan: Plan, name: str, answer: Answer, repetitions: int, seed: int) -> Cell:
    """Woodruff's interval around F(median), as R lays it, and around one half with the same effective n."""
    design = design_of(plan)
    everybody = answers(plan, answer, repetitions, np.random.default_rng(seed))
    y = answered(plan, everybody)
    found = [quantile(column, design.weight) for column in y.T]
    value = np.array([estimated.value for estimated in found])
    linearised = (
        np.array([estimated.influence for estimated in found]).T * (design.weight.sum() / design.weight)[:, None]
    )
    intervals = {"t": t_around(value, mean_and_error(linearised, design)[1], plan.df)}
    share, se = mean_and_error((y <= value).astype(np.float64), design)
    size = effective_n(share, se, plan.n, kish(design.weight), plan.part)
    half = np.full(repetitions, 0.5)
    answered_by = [ranked(column, design.weight) for column in y.T]
    for around, (p, error) in {"F": (share, se), "1/2": (half, error_at(half, size))}.items():
        for method in ("t", "logit", "beta"):
            ends = of_share(plan, p, error)[method]
            read = [
                woodruff_interval(Interval(low, high, method), partial(quantile_at, of))
                for low, high, of in zip(ends.low, ends.high, answered_by, strict=True)
            ]
            low, high = np.array([(interval.low, interval.high) for interval in read]).T
            intervals[f"{method} at {around}"] = Interval(low, high, method)
    if plan.finite:
        people = np.concatenate(everybody)
        truth: Floats | float = np.sort(people, axis=0)[(len(people) + 1) // 2 - 1]
    else:
        truth = process(plan, answer, lambda values, w: quantile_at(ranked(values, w), 0.5))
    return plan.name, plan.n, name, {method: covers(i, truth) for method, i in intervals.items()}


def change_cell(plan: Plan, overlap: float, name: str, repetitions: int, seed: int) -> Cell:
    """Two waves of one plan. overlap : part of the respondents who are in both.

    Where people come and go, as many stay as give this overlap when answering in one wave says nothing of the other.
    """
    rng = np.random.default_rng(seed)
    rows: tuple[list[int], list[int]] = ([], [])
    frames: tuple[list[int], list[int]] = ([], [])
    y: tuple[list[Floats], list[Floats]] = ([], [])
    stayed: dict[str, float] = {}
    start = 0
    for code, (n, people, level) in enumerate(zip(plan.answered, plan.people, plan.levels, strict=True)):
        both = round(overlap * n)
        stay = min(overlap * people / n, 1.0) if "come and go" in plan.name else 1.0
        stayers = max(round(stay * people), both)
        stayed[str(code)] = float(stayers)
        respondents, population, union = two_waves(n, people, stayers, both)
        first = rng.standard_normal((union, repetitions))
        second = CORRELATION * first + (1 - CORRELATION**2) ** 0.5 * rng.standard_normal((union, repetitions))
        for wave, z in enumerate((first, second)):
            y[wave].append(CHANGES[name][wave](z, level))
            rows[wave].extend(start + row for row in respondents[wave])
            frames[wave].extend(start + row for row in population[wave])
        start += union
    designs = [design_of(plan, rows[wave]) for wave in (0, 1)]
    everybody = [np.concatenate(y[wave]) for wave in (0, 1)]
    value, e = zip(*(mean_and_errors(everybody[k][rows[k]], designs[k], start) for k in (0, 1)), strict=True)
    strata = [unit_strata(design, start) for design in designs]
    own = [(e[k] ** 2 * finite_factor(designs[k], strata[k])[:, None]).sum(axis=0) for k in (0, 1)]
    shared = (e[0] * e[1] * overlap_factor(designs[0], designs[1], strata[0], strata[1], stayed)[:, None]).sum(axis=0)
    variance = own[0] + own[1] - 2 * shared
    if plan.finite:
        truth: Floats | float = everybody[1][frames[1]].mean(axis=0) - everybody[0][frames[0]].mean(axis=0)
    else:
        truth = process(plan, CHANGES[name][1], weighted_mean) - process(plan, CHANGES[name][0], weighted_mean)
    se = np.sqrt(np.where(variance >= 0, variance, np.nan))
    return (
        plan.name,
        plan.n,
        name,
        {f"{overlap:.0%} overlap": covers(t_around(value[1] - value[0], se, plan.df), truth)},
    )


def table(cells: Iterable[Cell]) -> str:
    """Markdown: a row for each plan, n and estimate, a column for each method."""
    rows: dict[tuple[str, int, str], dict[str, tuple[float, float]]] = {}
    for plan, n, what, methods in cells:
        rows.setdefault((plan, n, what), {}).update(methods)
    columns = list(dict.fromkeys(method for methods in rows.values() for method in methods))
    lines = [f"| who answered | n | estimate | {' | '.join(columns)} |", "|---|---|---|" + "---|" * len(columns)]
    for (plan, n, what), methods in rows.items():
        lines.append(f"| {plan} | {n} | {what} | {' | '.join(shown(methods.get(method)) for method in columns)} |")
    return "\n".join(lines)


def shown(cell: tuple[float, float] | None) -> str:
    """Coverage and width; what has no width is no coverage."""
    if cell is None:
        return ""
    percent, width = cell
    if np.isnan(width):
        return f"{percent:.0f}%"
    return f"{f'**{percent:.1f}**' if percent < LOW else f'{percent:.1f}'} ({width:.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=4000)
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    repetitions, few = asked.repetitions, asked.repetitions // 2
    seed = counter(1)
    means, medians = (
        SCORE | SKEWED,
        SCORE | SKEWED | {"hours, 40% below 40": hours(0.40), "hours, 52% below 40": hours(0.52)},
    )
    parts = {
        "Shares": [delayed(share_cell)(plan, p, repetitions, next(seed)) for plan in PLANS for p in SHARES],
        "Shares: the worst population": [delayed(worst_cell)(plan, few, next(seed)) for plan in PLANS if plan.finite],
        "Means": [
            delayed(mean_cell)(plan, name, answer, repetitions, next(seed))
            for plan in (*PLANS, *LARGE_PLANS)
            for name, answer in means.items()
        ],
        "Medians": [
            delayed(median_cell)(plan, name, answer, few, next(seed))
            for plan in MEDIAN_PLANS
            for name, answer in medians.items()
        ],
        "Changes": [
            delayed(change_cell)(plan, overlap, name, repetitions, next(seed))
            for plan in CHANGE_PLANS
            for name in CHANGES
            for overlap in (0.3, 0.5, 0.9)
        ],
    }
    for title, cells in parts.items():
        of = few if title in ("Shares: the worst population", "Medians") else repetitions
        error = " ".join(f"{100 * (c * (1 - c) / of) ** 0.5:.1f} at {c:.0%}," for c in (0.95, 0.92, 0.80)).rstrip(",")
        print(f"### {title}\n\n{of} repetitions; Monte Carlo error of coverage: {error}.\n")
        print(table(Parallel(n_jobs=asked.jobs)(cells)), end="\n\n", flush=True)


if __name__ == "__main__":
    main()

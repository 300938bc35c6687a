"""Estimation beside R survey, R laeken, svy and weightipy: ratios of time, measured side by side in one run.

    python benchmarks/estimation.py [--quick] [--runs 3]

Synthetic respondents in 1,000 PSUs and 20 strata, 12 domains, 200 replicates whose multipliers everybody is given;
10,000, 100,000 and 1,000,000 respondents, of which --quick leaves out the last. Each step is a process of its own
(estimation_workers.py, estimation.R) that reads the data and then times the computation alone, over and over for two
seconds: the median without the first, which warms up. Ours uses 1 thread, the others what they use by themselves.
The steps of a job follow one another, and all of it is done again --runs times: what slows the machine down slows all
of them. A ratio is the median over runs. What takes R more than 10 seconds is timed once (*). Before times are
compared the numbers are: packages must give the same within 1e-6.

A floor is what nobody can do without: one pass over the respondents (np.bincount of w y by PSU and domain), or the
product of y and the respondents' replicate weights (1 by n, n by 200). Both with 1 thread.

Needs the extra `witness`, and Rscript with survey and laeken.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from estimation_workers import DOMAINS, LAEKENS, MARGINS, PSUS, REPLICATES, STRATA

SIZES = (10_000, 100_000, 1_000_000)
ONCE = 10.0
HERE = Path(__file__).parent
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Step:
    """job : in estimation_workers.py or in estimation.R. target : the least ratio wanted at the largest size.

    scale : times this for the whole job. figures : which of our figures this step's are, from and up to.
    """

    shown: str
    job: str
    in_r: bool = False
    target: int = 0
    scale: int = 1
    figures: tuple[int, int] = (0, 1000)


@dataclass(frozen=True)
class Measured:
    """seconds of the computation, peak megabytes of the process."""

    seconds: float
    memory: float
    figures: np.ndarray


PASS, PRODUCT = Step("floor: one pass", "one_pass"), Step("floor: product", "product")
JOBS: dict[str, tuple[Step, ...]] = {
    "linearised mean by domain": (
        Step("ours", "linear"),
        Step("R survey", "linear", True, 20),
        Step("svy", "svy_linear", target=2),
        PASS,
    ),
    "replicate mean by domain": (
        Step("ours", "replicates"),
        Step("R survey", "replicates", True, 100),
        Step("svy", "svy_replicates", target=5),
        Step("ours, drawing them too", "bootstrap"),
        PASS,
        PRODUCT,
    ),
    "raking on four margins": (
        Step("ours", "rake"),
        Step("R survey", "rake", True, 50),
        Step("weightipy", "weightipy", target=3),
        Step("svy", "svy_rake", target=3),
        PASS,
    ),
    "replicate Gini": (
        Step("ours", "gini_replicates"),
        Step("R survey", "gini_survey", True, 10, figures=(0, 2)),
        Step("laeken in a loop", "gini_laeken", True, 10, REPLICATES // LAEKENS, (2, 1000)),
        PRODUCT,
    ),
    "Gini": (Step("ours", "gini"), Step("laeken", "gini", True), PASS),
    "poverty rate": (Step("ours", "poverty_rate"), Step("laeken", "poverty_rate", True), PASS),
    "S80/S20": (Step("ours", "s80_s20"), Step("laeken", "s80_s20", True), PASS),
}


def make_data(folder: Path, n: int) -> None:
    """Incomes that differ by PSU, weights, margins that depend on one another, targets up to a fifth off."""
    draw = np.random.default_rng(4)
    m = PSUS // STRATA
    psu = np.concatenate([np.arange(PSUS), draw.integers(0, PSUS, n - PSUS)])
    level = draw.normal(0.0, 0.2, PSUS)
    times = draw.multinomial(m - 1, np.full(m, 1 / m), size=(STRATA, REPLICATES)).swapaxes(1, 2)
    data = {
        "psu": psu,
        "stratum": psu // m,
        "domain": draw.integers(0, DOMAINS, n),
        "y": np.exp(10 + level[psu] + draw.normal(0, 0.5, n)),
        "w": draw.uniform(1.0, 3.0, n),
        "multipliers": times.reshape(PSUS, REPLICATES) * m / (m - 1),
    }
    latent = draw.normal(size=n)
    for name, size in MARGINS.items():
        data[name] = np.searchsorted(np.linspace(-1.5, 1.5, size - 1), latent + draw.normal(size=n))
        wanted = np.bincount(data[name], minlength=size) * draw.uniform(0.8, 1.2, size)
        data[f"target_{name}"] = wanted * n / wanted.sum()
    for name, values in data.items():
        values.tofile(folder / name)


def measure(step: Step, folder: Path, replicates: int = REPLICATES) -> Measured:
    """One process: its timings, its figures and its peak memory."""
    result = folder / "result"
    script = ["Rscript", HERE / "estimation.R"] if step.in_r else [sys.executable, HERE / "estimation_workers.py"]
    ours = step.shown.startswith(("ours", "floor"))
    environment = os.environ | (ONE_THREAD if ours else {}) | {"REPLICATES": str(replicates)}
    process = subprocess.Popen([*script, folder, step.job, result], env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{step.shown}: {step.job} failed")
    timings, figures = (np.array(line.split(), dtype=float) for line in result.read_text().split("\n")[:2])
    seconds = float(np.median(timings[1:] if len(timings) > 1 else timings)) * step.scale
    return Measured(seconds, usage.ru_maxrss / 1024, figures)


def compare(name: str, steps: tuple[Step, ...], folder: Path, runs: int) -> dict[Step, list[Measured]]:
    """All steps again and again; what is slow is measured in the first run only."""
    measured: dict[Step, list[Measured]] = {step: [] for step in steps}
    for run in range(runs):
        for step in steps:
            if run == 0 or measured[step][0].seconds / step.scale < ONCE:
                measured[step].append(measure(step, folder))
    for step in steps[1:]:
        theirs = measured[step][0].figures
        if len(theirs):
            np.testing.assert_allclose(
                measured[steps[0]][0].figures[slice(*step.figures)], theirs, rtol=1e-6, err_msg=name
            )
    return measured


def ratio(measured: dict[Step, list[Measured]], step: Step, ours: Step) -> float:
    """Of their time to ours; for a floor of ours to that. Median over runs."""
    pairs = zip(measured[step], measured[ours], strict=False)
    ratios = [theirs.seconds / mine.seconds for theirs, mine in pairs]
    return median(1 / r for r in ratios) if step.shown.startswith("floor") else median(ratios)


def rows(name: str, by_size: dict[int, dict[Step, list[Measured]]]) -> list[str]:
    """Lines of a Markdown table: our time and how it grows, then ratios by size."""
    steps = JOBS[name]
    ours = {n: median(one.seconds for one in measured[steps[0]]) for n, measured in by_size.items()}
    growth = ours[max(ours)] / ours[min(ours)]
    lines = [
        f"| {name} | ours, ms | " + " | ".join(f"{1000 * s:.3g}" for s in ours.values()) + f" | grows x {growth:.0f} |"
    ]
    for step in steps[1:]:
        cells = []
        for measured in by_size.values():
            once = "*" if len(measured[step]) < len(measured[steps[0]]) else ""
            cells.append(f"{ratio(measured, step, steps[0]):.3g}{once}")
        shown = f"ours / {step.shown}" if step.shown.startswith("floor") else f"{step.shown} / ours"
        wanted = f"at least {step.target}" if step.target else ""
        if step.target and SIZES[-1] in by_size:
            wanted += ": met" if ratio(by_size[SIZES[-1]], step, steps[0]) >= step.target else ": MISSED"
        lines.append(f"| | {shown} | {' | '.join(cells)} | {wanted} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="leave out 1,000,000 respondents")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--jobs", nargs="+", default=list(JOBS), choices=list(JOBS))
    asked = parser.parse_args()
    sizes = SIZES[:-1] if asked.quick else SIZES
    measured: dict[str, dict[int, dict[Step, list[Measured]]]] = {name: {} for name in asked.jobs}
    peaks: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for n in sizes:
            folder = Path(temporary) / str(n)
            folder.mkdir()
            make_data(folder, n)
            for name in asked.jobs:
                measured[name][n] = compare(name, JOBS[name], folder, asked.runs)
            for many in (20, 200, 2000):
                peak = measure(Step("ours", "bootstrap"), folder, many).memory
                peaks.setdefault(f"ours, {many} replicates", []).append(f"{peak:.0f}")
            for step in JOBS["replicate mean by domain"][1:3]:
                if "replicate mean by domain" in asked.jobs:
                    peak = measured["replicate mean by domain"][n][step][0].memory
                    peaks.setdefault(f"{step.shown}, 200 replicates", []).append(f"{peak:.0f}")
    head = " | ".join(f"{n:,}" for n in sizes)
    print(f"Median of {asked.runs} runs; * timed once.\n\n| | respondents: | {head} | growth, or target |")
    print("|---|---|" + "--:|" * len(sizes) + "---|")
    for name in asked.jobs:
        print("\n".join(rows(name, measured[name])))
    print(f"\nPeak memory of the replicate mean by domain, MB of the whole process\n\n| | {head} |")
    print("|---|" + "--:|" * len(sizes))
    for shown, cells in peaks.items():
        print(f"| {shown} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()

"""Python's side of benchmarks/estimation.py: one job in one process, on data that are in memory.

    python benchmarks/estimation_workers.py FOLDER JOB RESULT

A job reads what it needs and gives back what is to be timed, and the figures by which packages are compared.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

PSUS, STRATA, DOMAINS, REPLICATES = 1000, 20, 12, 200
MARGINS = {"a": 20, "b": 2, "c": 6, "d": 4}
TOLERANCE = 1e-8
LAEKENS = 10
"""Replicates of the Gini that laeken's loop is timed on."""

Timed = tuple[Callable[[], Any], Callable[[Any], Any]]
"""What is timed, and the figures in what it gives."""


class Data:
    """The files of a folder, each read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def floats(self, name: str) -> np.ndarray:
        return np.fromfile(self.folder / name)

    def codes(self, name: str) -> np.ndarray:
        return np.fromfile(self.folder / name, dtype=np.int64)

    @cached_property
    def answers(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """y, w, psu, domain."""
        return self.floats("y"), self.floats("w"), self.codes("psu"), self.codes("domain")

    @cached_property
    def multipliers(self) -> np.ndarray:
        return self.floats("multipliers").reshape(PSUS, REPLICATES)

    @cached_property
    def margins(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Codes of respondents and people wanted."""
        return {name: (self.codes(name), self.floats(f"target_{name}")) for name in MARGINS}


def design_of(data: Data) -> Any:
    from cwb_impact.design import Design

    _, w, psu, _ = data.answers
    names = tuple(str(code) for code in range(STRATA))
    return Design(psu, data.codes("stratum"), w, names, np.full(STRATA, np.inf), "fail", False, "")


def linear(data: Data) -> Timed:
    from cwb_impact.estimate.domains import domain_degrees, linear_domains
    from cwb_impact.estimate.variance import centred, finite_factor, unit_strata

    design, (y, _, _, domain) = design_of(data), data.answers

    def compute() -> Any:
        made = linear_domains(y, design, domain, DOMAINS, PSUS)
        stratum = unit_strata(design, PSUS)
        e = centred(made.sums, stratum, STRATA, design.lonely_psu)
        se = np.sqrt((e**2 * finite_factor(design, stratum)[:, None]).sum(axis=0))
        return made.value, se, domain_degrees(design, domain, DOMAINS, PSUS)

    return compute, lambda made: np.concatenate(made[:2])


def replicates(data: Data) -> Timed:
    from cwb_impact.estimate.bootstrap import Bootstrapped, bootstrap_errors
    from cwb_impact.estimate.domains import domain_means, psu_totals, replicate_means

    (y, w, psu, domain), multipliers = data.answers, data.multipliers

    def compute() -> Any:
        totals = psu_totals(y, w, psu, domain, PSUS, DOMAINS)
        made = Bootstrapped(domain_means(totals)[0], replicate_means(totals, multipliers))
        return made.value, np.sqrt((bootstrap_errors(made) ** 2).sum(axis=0))

    return compute, np.concatenate


def bootstrap(data: Data) -> Timed:
    """The replicates are drawn too. Other draws give other errors, so no figures. REPLICATES sets how many."""
    from cwb_impact.estimate.bootstrap import bootstrap_domains, bootstrap_errors

    design, (y, _, _, domain) = design_of(data), data.answers
    many = int(os.environ.get("REPLICATES", REPLICATES))

    def compute() -> Any:
        made = bootstrap_domains(y, design, domain, DOMAINS, PSUS, many, seed=1)
        return made.value, np.sqrt((bootstrap_errors(made) ** 2).sum(axis=0))

    return compute, lambda made: made[0][:0]


def rake(data: Data) -> Timed:
    from cwb_impact.weight import raking

    codes, targets = zip(*data.margins.values(), strict=True)
    base = np.ones(len(codes[0]))
    return partial(raking.rake, codes, targets, base, TOLERANCE), lambda made: made.weight[:100]


def gini_replicates(data: Data) -> Timed:
    from cwb_impact.estimate.bootstrap import bootstrap_errors, bootstrap_gini

    design, y, multipliers = design_of(data), data.answers[0], data.multipliers
    everybody = np.zeros(len(y), dtype=np.int64)

    def compute() -> Any:
        made = bootstrap_gini(y, design, everybody, 1, multipliers)
        return made.value[0], (bootstrap_errors(made) ** 2).sum() ** 0.5, *made.replicates[:LAEKENS, 0]

    return compute, np.array


def of_one(name: str, data: Data) -> Timed:
    from cwb_impact.estimate import inequality

    y, w, _, _ = data.answers
    return partial(getattr(inequality, name), y, w), lambda made: np.array([made.value])


def svy_mean(method: str, data: Data) -> Timed:
    import polars as pl
    import svy

    y, w, psu, domain = data.answers
    frame = pl.DataFrame({"y": y, "w": w, "psu": psu, "stratum": data.codes("stratum"), "domain": domain})
    if method == "taylor":
        design = svy.Design(stratum="stratum", psu="psu", wgt="w")
    else:
        again = pl.DataFrame({f"rep{r + 1}": w * data.multipliers[psu, r] for r in range(REPLICATES)})
        frame = frame.hstack(again)
        replicated = svy.BootstrapWgts(prefix="rep", n_reps=REPLICATES, df=PSUS - STRATA)
        design = svy.Design(wgt="w", rep_wgts=replicated)
    # over the mean of replicates it divides by their number, where R and we divide by one less
    scale = 1.0 if method == "taylor" else (REPLICATES / (REPLICATES - 1)) ** 0.5
    estimation = svy.Sample(frame, design).estimation

    def figures(made: Any) -> np.ndarray:
        table = made.to_polars().sort("domain")
        return np.concatenate([table["est"].to_numpy(), scale * table["se"].to_numpy()])

    return partial(estimation.mean, "y", by="domain", method=method), figures


def svy_rake(data: Data) -> Timed:
    import polars as pl
    import svy

    columns = {name: codes for name, (codes, _) in data.margins.items()}
    frame = pl.DataFrame(columns).with_columns(one=pl.lit(1.0))
    controls = {name: dict(enumerate(wanted.tolist())) for name, (_, wanted) in data.margins.items()}
    weighting = svy.Sample(frame, svy.Design(wgt="one")).weighting
    return (
        partial(weighting.rake, controls=controls, tol=TOLERANCE, wgt_name="raked"),
        lambda made: made.data["raked"].to_numpy()[:100],
    )


def weightipy(data: Data) -> Timed:
    """It has no tolerance: it goes on until another round moves weights by no less than the round before."""
    import pandas as pd
    import weightipy

    frame = pd.DataFrame({name: codes for name, (codes, _) in data.margins.items()})
    percent = {
        name: dict(enumerate((wanted / len(frame) * 100).tolist())) for name, (_, wanted) in data.margins.items()
    }
    scheme = weightipy.scheme_from_dict(percent)
    return partial(weightipy.weight, frame, scheme), lambda made: made.to_numpy()[:100]


def one_pass(data: Data) -> Timed:
    y, w, psu, domain = data.answers
    cell = psu * DOMAINS + domain
    return lambda: np.bincount(cell, weights=w * y, minlength=PSUS * DOMAINS), lambda made: made[:0]


def product(data: Data) -> Timed:
    y, w, psu, _ = data.answers
    weights = w[:, None] * data.multipliers[psu]
    return lambda: y @ weights, lambda made: made[:0]


JOBS: dict[str, Callable[[Data], Timed]] = {
    "linear": linear,
    "replicates": replicates,
    "bootstrap": bootstrap,
    "rake": rake,
    "gini_replicates": gini_replicates,
    **{name: partial(of_one, name) for name in ("gini", "poverty_rate", "s80_s20")},
    "svy_linear": partial(svy_mean, "taylor"),
    "svy_replicates": partial(svy_mean, "replication"),
    "svy_rake": svy_rake,
    "weightipy": weightipy,
    "one_pass": one_pass,
    "product": product,
}


def main(folder: str, job: str, result: str) -> None:
    compute, figures = JOBS[job](Data(Path(folder)))
    seconds: list[float] = []
    while not seconds or (sum(seconds) < 2.0 and len(seconds) < 20):
        start = time.perf_counter()
        made = compute()
        seconds.append(time.perf_counter() - start)
    lines = (" ".join(f"{value:.15g}" for value in values) for values in (seconds, figures(made)))
    Path(result).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

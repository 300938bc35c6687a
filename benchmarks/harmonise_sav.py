"""Harmonising a large .sav beside reading it: time and peak memory as ratios, measured side by side in one run.

    .venv/bin/python benchmarks/harmonise_sav.py [--rows 1000000] [--columns 100] [--runs 3]

Each step is a process of its own, so that its peak memory is its own: pyreadstat reading the file and nothing else,
cwb_impact from the study folder to harmonised waves, and R haven reading the file and doing the same recodes on
labelled columns (when Rscript with haven is found). The file is synthetic and is made in a temporary folder.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

READ = "import sys, pyreadstat; pyreadstat.read_sav(sys.argv[1], user_missing=True)"
HARMONISE = "import sys, cwb_impact as cwb; cwb.harmonise(cwb.open_study(sys.argv[1]))"
HAVEN = """
library(haven)
data <- read_sav(commandArgs(TRUE)[1], user_na = TRUE)
out <- list(person = data$id)
for (name in grep("^c", names(data), value = TRUE)) {       # categories: 1..5 to words, 8 and 9 to reasons
  x <- as.numeric(data[[name]])
  out[[name]] <- factor(c("a", "b", "c", "d", "e")[match(x, 1:5)], levels = c("a", "b", "c", "d", "e"))
  out[[paste0(name, "__why")]] <- factor(ifelse(x %in% 1:5, "valid", ifelse(x == 8, "dont_know", "refused")))
}
for (name in grep("^n", names(data), value = TRUE)) {       # numbers 0..10, 88 and 99 to reasons
  x <- as.numeric(data[[name]])
  out[[name]] <- ifelse(x <= 10, x, NA)
  out[[paste0(name, "__why")]] <- factor(ifelse(x <= 10, "valid", ifelse(x == 88, "dont_know", "refused")))
}
out <- as.data.frame(out)
"""


def make_study(folder: Path, rows: int, columns: int) -> tuple[Path, Path]:
    """A study of one wave: an id, two thirds categories with labels, one third numbers, a tenth of cells missing."""
    draw = np.random.default_rng(3)
    categories = [f"c{index}" for index in range((columns - 1) * 2 // 3)]
    numbers = [f"n{index}" for index in range(columns - 1 - len(categories))]
    data: dict[str, np.ndarray] = {"id": np.arange(1.0, rows + 1)}
    for name in categories:
        data[name] = draw.choice([1.0, 2.0, 3.0, 4.0, 5.0, 8.0, 9.0], rows, p=[0.18] * 5 + [0.05] * 2)
    for name in numbers:
        data[name] = draw.choice([*np.arange(0.0, 10.5, 0.5), 88.0, 99.0], rows)
    labels = {1.0: "A", 2.0: "B", 3.0: "C", 4.0: "D", 5.0: "E", 8.0: "don't know", 9.0: "refused"}
    for name in ("waves", "raw", "dictionary/variables"):
        (folder / name).mkdir(parents=True)
    path = folder / "raw/wave.sav"
    pyreadstat.write_sav(
        pd.DataFrame(data),
        str(path),
        variable_value_labels=dict.fromkeys(categories, labels),
        missing_ranges={name: [8, 9] for name in categories} | {name: [88, 99] for name in numbers},
    )
    codes = "codes: {" + ", ".join(f"{code}: {{nl: {code}, en: {code}}}" for code in "abcde") + "}"
    words = [f"  {name}: {{label: {{nl: x, en: x}}, type: category, {codes}}}" for name in categories]
    words += [f"  {name}: {{label: {{nl: x, en: x}}, type: number, range: [0, 10]}}" for name in numbers]
    (folder / "dictionary/variables/all.yml").write_text("\n".join(["variables:", *words]) + "\n")
    recode = ", ".join(f"{code}: {{to: {to}, label: {to.upper()}}}" for code, to in enumerate("abcde", start=1))
    entries = [
        f"  {name}: {{from: {name}, relation: exact, recode: {{{recode}}}, missing: {{8: dont_know, 9: refused}}}}"
        for name in categories
    ]
    entries += [
        f"  {name}: {{from: {name}, relation: exact, keep: 0..10, missing: {{88: dont_know, 99: refused}}}}"
        for name in numbers
    ]
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    head = [
        "map_version: 1",
        "wave: {id: '2025', population: residents, fieldwork: 2025-01/2025-02}",
        f"source: {{file: wave.sav, format: sav, sha256: {digest}, rows: {rows}}}",
        "id: {columns: [id], scope: panel}",
        "variables:",
    ]
    (folder / "waves/wave.yml").write_text("\n".join([*head, *entries]) + "\n")
    (folder / "study.yml").write_text(
        "id: big\nname: {nl: Groot, en: Big}\narea: {nl: x, en: x}\ndata: synthetic\nmethod_note: {nl: x, en: x}\n"
        "languages: [en]\npopulations: {residents: {label: {nl: x, en: x}, design: {kind: sample, unit: person}}}\n"
        "waves: [{id: '2025', label: {nl: x, en: x}, maps: {residents: waves/wave.yml}}]\n"
    )
    return folder, path


def measure(command: list[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of a process."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True, text=True)
    return time.perf_counter() - start, float(done.stdout.split()[-1])


def _has_haven() -> bool:
    found = shutil.which("Rscript")
    return found is not None and not subprocess.run([found, "-e", "library(haven)"], capture_output=True).returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=100)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        study, raw = make_study(Path(temporary) / "big", asked.rows, asked.columns)
        commands = {
            "pyreadstat reads": [sys.executable, "-c", READ, str(raw)],
            "cwb_impact harmonises": [sys.executable, "-c", HARMONISE, str(study)],
        }
        if _has_haven():
            script = Path(temporary) / "haven.R"
            script.write_text(HAVEN)
            commands["R haven reads and recodes"] = ["Rscript", str(script), str(raw)]
        # one after the other, again and again: what slows the machine down slows all of them
        measured = [{name: measure(command) for name, command in commands.items()} for _ in range(asked.runs)]
    print(f"{asked.rows} rows, {asked.columns} columns, median of {asked.runs} runs; pyreadstat alone is 1.00")
    for name in commands:
        ratios = [[run[name][part] / run["pyreadstat reads"][part] for run in measured] for part in (0, 1)]
        print(
            f"  {name:<28} time {statistics.median(ratios[0]):5.2f}   peak memory {statistics.median(ratios[1]):5.2f}"
        )


if __name__ == "__main__":
    main()

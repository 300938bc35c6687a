"""How long it takes to protect a release and to attack it, and how that grows with its tables and their cells.

    python benchmarks/protect_release.py [TABLES CATEGORIES ...]

A made study in a temporary folder: so many indicators, each by one dimension of so many categories and in total, at
two waves of a panel. Some categories are small, some answers rare; every fifth indicator is a stricter one of the same
answer. `estimate` and `protect` are those of a run. Both are in processor seconds, all on one core, so that what else
runs drops out, and in the ratio how fast the machine is. `clock` is what it took beside all else that ran.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

import cwb_impact as cwb
from cwb_impact import study as conductor
from cwb_impact.disclosure.primary import COMPLEMENT, SUPPRESSED
from cwb_impact.disclosure.protect import Protected
from cwb_impact.registers.figures import register_figures

Made = TypeVar("Made")

PLANS = (
    (15, 12, True),
    (30, 12, True),
    (60, 6, True),
    (60, 12, True),
    (60, 12, False),
    (60, 24, True),
    (120, 12, True),
)
"""Tables, categories of each, and whether people are weighted."""
PROMISED = (60, 12)
LIMIT = 120.0
"""Seconds in which that must be protected and attacked, on a machine that does nothing else."""
WAVES = ("2025Q3", "2026Q3")
STAY, ANSWER = 0.7, 0.96
SMALL_STREET = 8
"""People of one street in twelve: too few to show, so that another figure must go with it."""

STUDY = """\
id: made
name: {nl: Verzonnen, en: Made up}
area: {nl: Wijk, en: Quarter}
data: synthetic
method_note: {nl: Een voorstel., en: A proposal.}
languages: [nl, en]
populations:
  residents:
    label: {nl: Bewoners, en: Residents}
    design: {kind: sample, unit: person}
    dimensions: [street]
waves:
"""

INDICATOR = """\
id: {id}
code: {code}
version: 1.0.0
theme: wellbeing
name: {{nl: Proef {number}, en: Trial {number}}}
plain: {{nl: Een proef., en: A trial.}}
populations: [residents]
numerator: {{{variable}: {{from: {least}}}}}
universe_label: {{nl: Wie meedoet, en: Who takes part}}
statistic: share
unit: percent
scale_range: [0, 100]
direction: context
decimals: 0
reference_period: {{nl: Nu, en: Now}}
missing: exclude_and_count
source: {{instrument: {{nl: Eigen, en: Own}}, reference: here, licence: CC BY 4.0, item_text_shipped: false, \
verified: true}}
references: [{{text: A trial.}}]
examples:
  - {{name: One, rows: [{{{variable}: 10}}], gives: 100, n: 1, steps: One of one.}}
"""


def make(folder: Path, tables: int, categories: int, weighted: bool) -> Path:
    """Write the study."""
    for name in ("waves", "raw", "dictionary/variables", "dictionary/indicators"):
        (folder / name).mkdir(parents=True)
    asked = [question(number) for number in range(tables)]
    for number, (variable, least) in enumerate(asked):
        text = INDICATOR.format(id=f"trial_{number}", number=number, code=code(number), variable=variable, least=least)
        (folder / f"dictionary/indicators/trial_{number}.yml").write_text(text)
    variables = list(dict.fromkeys(variable for variable, _ in asked))
    streets = [f"s{at}" for at in range(categories)]
    codes = "".join(f"      {street}: {{nl: Straat {street}, en: Street {street}}}\n" for street in streets)
    marks = "".join(
        f"  {name}: {{label: {{nl: Cijfer, en: Mark}}, type: number, range: [0, 10], whole: true}}\n"
        for name in variables
    )
    street = "  street:\n    label: {nl: Straat, en: Street}\n    type: category\n    codes:\n"
    (folder / "dictionary/variables/made.yml").write_text("variables:\n" + street + codes + marks)
    waves = "".join(f"  - {{id: {it}, label: {{nl: m, en: m}}, maps: {{residents: waves/{it}.yml}}}}\n" for it in WAVES)
    chosen = ", ".join(f"trial_{number}" for number in range(tables))
    (folder / "study.yml").write_text(f"{STUDY}{waves}indicators: [{chosen}]\n")

    rng = np.random.default_rng(1)
    sizes = SMALL_STREET + 4 + rng.negative_binomial(2, 0.06, categories)
    sizes[::12] = SMALL_STREET
    people = np.repeat(streets, sizes)
    chance = rng.uniform(0.05, 0.6, len(variables))
    number = np.arange(len(people))
    for wave in WAVES:
        number = np.where(rng.random(len(people)) < STAY, number, number + 10_000)  # somebody else of the same street
        write_wave(folder, wave, rng, number, people, dict(zip(variables, chance, strict=True)), weighted)
    return folder


def code(number: int) -> str:
    """Letters and two digits, as codes are."""
    return f"TEST{'ABC'[number // 100]}{number % 100:02d}"


def question(number: int) -> tuple[str, int]:
    """The answer that an indicator is about, and the least mark that counts."""
    return (f"mark_{number - 1}", 9) if number % 5 == 4 else (f"mark_{number}", 7)


def write_wave(
    folder: Path,
    wave: str,
    rng: np.random.Generator,
    number: np.ndarray,
    people: np.ndarray,
    chance: dict[str, float],
    weighted: bool,
) -> None:
    """One raw file and its map. chance : of each variable that its mark is 7 or more."""
    weight = rng.integers(1, 4, len(people)) if weighted else np.ones(len(people), dtype=np.int64)
    columns = {"nr": [f"p{it}" for it in number], "weight": weight, "street": people}
    for variable, high in chance.items():
        mark = np.where(
            rng.random(len(people)) < high, rng.integers(7, 11, len(people)), rng.integers(0, 7, len(people))
        )
        columns[variable] = np.where(rng.random(len(people)) < ANSWER, mark, 99)
    rows = [";".join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    raw = "\n".join([";".join(columns), *rows]) + "\n"
    (folder / f"raw/{wave}.synthetic.csv").write_text(raw)
    lines = [
        "map_version: 1",
        f"wave: {{id: {wave}, population: residents, fieldwork: {wave[:4]}-08/{wave[:4]}-09}}",
        f"source: {{file: {wave}.synthetic.csv, format: csv, delimiter: ';', decimal: ',', "
        f"sha256: {hashlib.sha256(raw.encode()).hexdigest()}, rows: {len(rows)}}}",
        "id: {columns: [nr], scope: panel}",
        "design: {weight: weight}",
        "variables:",
        "  street: {from: street, relation: exact, recode: {"
        + ", ".join(f"{it}: {it}" for it in dict.fromkeys(people))
        + "}}",
        *(f"  {it}: {{from: {it}, relation: exact, keep: 0..10, missing: {{99: refused}}}}" for it in chance),
    ]
    (folder / f"waves/{wave}.yml").write_text("\n".join(lines) + "\n")


@dataclass(frozen=True)
class Seconds:
    processor: float
    clock: float


def timed(work: Callable[[], Made]) -> tuple[Made, Seconds]:
    processor, clock = time.process_time(), time.perf_counter()
    return work(), Seconds(time.process_time() - processor, time.perf_counter() - clock)


def protected(folder: Path) -> tuple[Protected, Seconds, Seconds]:
    """What protection did, and how long `estimate` and `protect` took."""
    waves = cwb.harmonise(cwb.open_study(folder))
    estimates, before = timed(lambda: cwb.estimate(waves))
    changes, lists = cwb.compare(estimates), register_figures(estimates)
    made, after = timed(lambda: conductor._protected(estimates, changes, lists, folder / "out"))
    return made, before, after


def main(plans: tuple[tuple[int, int, bool], ...]) -> None:
    print("tables waves categories weighted  rows hidden for_others attacked too_narrow  estimate protect ratio  clock")
    for tables, categories, weighted in plans:
        with tempfile.TemporaryDirectory() as folder:
            made, before, after = protected(make(Path(folder) / "made", tables, categories, weighted))
        status = made.levels["status"]
        narrow = sum(not bound.safe for bound in made.bounds)
        print(
            f"{tables:6} {len(WAVES):5} {categories:10} {'yes' if weighted else 'no':>8} {len(status):5}"
            f" {(status == SUPPRESSED).sum():6} {(status == COMPLEMENT).sum():10} {len(made.bounds):8} {narrow:10}"
            f" {before.processor:8.1f}s {after.processor:6.1f}s {after.processor / before.processor:5.1f}"
            f" {after.clock:5.0f}s",
            flush=True,
        )
        if (tables, categories) == PROMISED:
            print(f"  within {LIMIT:.0f} seconds: {'yes' if after.processor <= LIMIT else 'NO'}", flush=True)


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:]]
    main(tuple((*pair, True) for pair in zip(asked[::2], asked[1::2], strict=True)) if asked else PLANS)

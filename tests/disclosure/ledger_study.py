"""A study of a panel of residents, one line a person and wave, for tests of what one release tells beside another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

import cwb_impact as cwb
from cwb_impact.disclosure.ledger import Entry, entry_of, ledger_folder
from cwb_impact.disclosure.ledger_file import ledger_with, read_ledger, write_ledger
from cwb_impact.disclosure.people import people_of
from cwb_impact.disclosure.sketch import Sketches
from cwb_impact.provenance import hash_of_published
from cwb_impact.report.export import write_release
from cwb_impact.types import EstimateTable

KEY, DAY = b"a key for tests, of 32 bytes or so", date(2026, 11, 29)

Person = tuple[int, int, str]
"""number, mark from 0 to 10 (99 refused), sex (1 male, 2 female, 3 other)."""

_INDICATOR = """\
id: {id}
code: {code}
version: 1.0.0
theme: wellbeing
name: {{nl: Proef, en: Trial}}
plain: {{nl: Een proef., en: A trial.}}
populations: [residents]
{what}
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
  - {{name: One, rows: [{row}], gives: 100, n: 1, steps: One of one.}}
"""

_MAP = """\
map_version: 1
wave: {{id: {wave}, population: residents, fieldwork: {year}-08/{year}-09}}
source: {{file: {wave}.csv, format: csv, delimiter: ';', decimal: ',', sha256: {sha256}, rows: {rows}}}
id: {{columns: [nr], scope: panel}}
design: {{weight: weight}}
variables:
  life_satisfaction: {{from: mark, relation: exact, keep: 0..10, missing: {{99: refused}}}}
  sex: {{from: sex, relation: exact, recode: {{1: male, 2: female, 3: other}}}}
"""


def people(n: int = 240) -> list[Person]:
    """Marks and sexes in turn; three in a hundred are neither man nor woman."""
    return [(i, (i * 7) % 11, "3" if i % 33 == 32 else "12"[i % 2]) for i in range(n)]  # type: ignore[misc]


def make(
    folder: Path,
    waves: Mapping[str, Sequence[Person]],
    releases: Mapping[str, Sequence[str]],
    indicators: Sequence[str] = ("life_satisfaction", "satisfied_with_life"),
    dimensions: Sequence[str] = ("sex",),
) -> Path:
    """Write the study; what was there of it is written anew. `women` and `satisfied_man_or_woman` are its own."""
    for name in ("waves", "raw", "dictionary/indicators"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    own = {
        "women": ("numerator: {sex: [female]}", "{sex: female}"),
        "satisfied_man_or_woman": (
            "universe: {sex: [female, male]}\nnumerator: {life_satisfaction: {from: 7}}",
            "{sex: female, life_satisfaction: 8}",
        ),
    }
    for number, (name, (what, row)) in enumerate(own.items()):
        text = _INDICATOR.format(id=name, code=f"TEST{80 + number}", what=what, row=row)
        (folder / f"dictionary/indicators/{name}.yml").write_text(text)
    lines = [
        "id: panel",
        "name: {nl: Panel, en: Panel}",
        "area: {nl: Wijk, en: Quarter}",
        "data: public",
        "method_note: {nl: Een voorstel., en: A proposal.}",
        "languages: [nl, en]",
        "populations:",
        "  residents:",
        "    label: {nl: Bewoners, en: Residents}",
        "    design: {kind: sample, unit: person}",
        f"    dimensions: [{', '.join(dimensions)}]",
        "waves:",
        *(f"  - {{id: {w}, label: {{nl: m, en: m}}, maps: {{residents: waves/{w}.yml}}}}" for w in waves),
        "releases:",
        *(f"  {name}: {{label: {{nl: r, en: r}}, waves: [{', '.join(of)}]}}" for name, of in releases.items()),
        f"indicators: [{', '.join(indicators)}]",
    ]
    (folder / "study.yml").write_text("\n".join(lines) + "\n")
    for wave, rows in waves.items():
        raw = "nr;weight;mark;sex\n" + "".join(f"p{nr};{1 + nr % 3};{mark};{sex}\n" for nr, mark, sex in rows)
        (folder / f"raw/{wave}.csv").write_text(raw)
        sha256 = hashlib.sha256(raw.encode()).hexdigest()
        text = _MAP.format(wave=wave, year=wave[:4], sha256=sha256, rows=len(rows))
        (folder / f"waves/{wave}.yml").write_text(text)
    return folder


@dataclass(frozen=True, repr=False)
class Made:
    """A release as a run makes it. table : the published levels."""

    estimates: EstimateTable
    sketches: Sketches
    release: cwb.SafeTable
    table: pd.DataFrame
    entry: Entry


def made(study: Path, release: str, key: bytes = KEY) -> Made:
    """Estimate and protect a release, and describe it for the ledger."""
    estimates = cwb.estimate(cwb.harmonise(cwb.open_study(study, release=release)))
    safe = cwb.protect(estimates, cwb.compare(estimates))
    sketches = Sketches(people_of(estimates), key)
    table, changes = safe.tables["indicators"], safe.tables["changes"]
    entry = entry_of(table, changes, estimates.waves, sketches, hash_of_published(safe.tables), DAY)
    return Made(estimates, sketches, safe, table, entry)


def put(out: Path, one: Made) -> None:
    """Write what a run writes: the release folder and the ledger."""
    place, release = ledger_folder(out, "panel"), out / "releases/panel"
    lines = ledger_with(place, one.entry)
    place.mkdir(parents=True, exist_ok=True)
    write_ledger(place, lines)
    for path in sorted(release.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    release.mkdir(parents=True, exist_ok=True)
    write_release(one.release, release)
    assert read_ledger(place).made[one.entry.release] is not None

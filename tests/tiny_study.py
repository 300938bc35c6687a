"""A small study in a temporary folder that tests can break: 40 workers in 4 co-ops (.sav), 60 residents (.csv)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pyreadstat

COOPS = {1: "groen_nieuw_west", 2: "circulair_wildeman", 3: "kantinemoeders", 4: "renieuw_west"}
CANARY_ID = "CANARY-ID-7391"
CANARY_TEXT = "CANARY free text about a neighbour"

STUDY = """\
id: tiny
name: {nl: Klein, en: Small}
area: {nl: Wijk, en: Quarter}
data: public
method_note: {nl: Een voorstel volgens standaarden., en: A standards-based proposal.}
languages: [nl, en]
populations:
  coop_workers:
    label: {nl: Werkers, en: Workers}
    design: {kind: census, unit: person, stratum: coop, population_size: margins/workers.csv}
    dimensions: [sex]
  residents:
    label: {nl: Bewoners, en: Residents}
    design: {kind: sample, unit: person}
waves:
  - id: 2025Q3
    label: {nl: '2025', en: '2025'}
    maps: {coop_workers: waves/workers.yml, residents: waves/residents.yml}
indicators: [life_satisfaction, satisfied_with_life, good_health]
"""

WORKERS = """\
map_version: 1
wave: {id: 2025Q3, population: coop_workers, fieldwork: 2025-08/2025-09}
source: {file: workers.sav, format: sav, sha256: HASH, rows: 40}
id: {columns: [lidnr], scope: panel}
variables:
  coop:
    from: coop
    relation: exact
    recode: {1: groen_nieuw_west, 2: circulair_wildeman, 3: kantinemoeders, 4: renieuw_west}
  sex:
    from: geslacht
    relation: close
    recode: {1: {to: male, label: man}, 2: {to: female, label: vrouw}}
    missing: {sysmis: no_answer}
  life_satisfaction:
    from: tevreden
    relation: exact
    keep: 0..10
    missing: {88: dont_know, 99: refused}
  general_health:
    from: gezond
    relation: exact
    recode: {1: very_good, 2: good, 3: fair, 4: poor, 5: very_poor}
    missing: {9: no_answer}
ignore: [opmerking]
"""

RESIDENTS = """\
map_version: 1
wave: {id: 2025Q3, population: residents, fieldwork: 2025-08/2025-09}
source: {file: residents.csv, format: csv, delimiter: ';', decimal: ',', sha256: HASH, rows: 60}
id: {columns: [nr], scope: wave}
design: {weight: gewicht, stratum: gebied}
variables:
  life_satisfaction: {from: cijfer, relation: exact, keep: 0..10, missing: {sysmis: no_answer}}
not_collected:
  general_health: {reason: not_in_questionnaire}
"""

DICTIONARY = """\
variables:
  coop:
    label: {nl: Coöperatie, en: Co-operative}
    type: category
    sensitive: true
    codes:
      groen_nieuw_west: {nl: Groen, en: Green}
      circulair_wildeman: {nl: Circulair, en: Circular}
      kantinemoeders: {nl: Kantine, en: Canteen}
      renieuw_west: {nl: Renovatie, en: Renovation}
"""


def make(folder: Path) -> Path:
    """Write the study; returns its folder. `rehash` is to be called after changing a raw file on purpose."""
    study = folder / "tiny"
    for name in ("waves", "margins", "raw", "dictionary/variables"):
        (study / name).mkdir(parents=True)
    (study / "study.yml").write_text(STUDY)
    (study / "waves/workers.yml").write_text(WORKERS)
    (study / "waves/residents.yml").write_text(RESIDENTS)
    (study / "dictionary/variables/tiny.yml").write_text(DICTIONARY)
    sizes = "".join(f"2025Q3,{name},{people}\n" for name, people in zip(COOPS.values(), (20, 4, 10, 11), strict=True))
    (study / "margins/workers.csv").write_text("wave,coop,people\n" + sizes)
    write_workers(study)
    write_residents(study)
    return study


def write_workers(study: Path, **replace: list[object]) -> None:
    """18, 4, 9 and 9 respondents of four co-ops; answers cycle so that every code occurs."""
    n = 40
    frame = pd.DataFrame(
        {
            "lidnr": [f"W{i:03d}" for i in range(n - 1)] + [CANARY_ID],
            "coop": [1.0] * 18 + [2.0] * 4 + [3.0] * 9 + [4.0] * 9,
            "geslacht": [1.0, 2.0] * 19 + [2.0, None],
            "tevreden": [float(i % 11) for i in range(n - 2)] + [88.0, 99.0],
            "gezond": [float(1 + i % 5) for i in range(n - 1)] + [9.0],
            "opmerking": [""] * (n - 1) + [CANARY_TEXT],
        }
    )
    for column, values in replace.items():
        frame[column] = values
    path = study / "raw/workers.sav"
    labels = {
        "geslacht": {1.0: "man", 2.0: "vrouw"},
        "coop": {float(code): name for code, name in COOPS.items()},
    }
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels)
    rehash(study, "workers")


def write_residents(study: Path, extra: str = "") -> None:
    """60 residents in two areas, decimal commas in the weights, one empty answer."""
    rows = [f"{i};{'Oost' if i % 2 else 'West'};{1 + i % 3},5;{i % 11 if i else ''}" for i in range(60)]
    (study / "raw/residents.csv").write_text("nr;gebied;gewicht;cijfer\n" + "\n".join(rows) + "\n" + extra)
    rehash(study, "residents")


def rehash(study: Path, name: str) -> None:
    """Put the raw file's hash in its map, as a researcher does who knows why the file changed."""
    raw = next((study / "raw").glob(f"{name}.*"))
    path = study / f"waves/{name}.yml"
    digest = hashlib.sha256(raw.read_bytes()).hexdigest()
    text = path.read_text()
    start = text.index("sha256: ") + len("sha256: ")
    end = min(position for mark in (",", "}") if (position := text.find(mark, start)) > 0)
    path.write_text(text[:start] + digest + text[end:])


def edit(path: Path, old: str, new: str) -> int:
    """Replace text that stands once in a file; returns its line number."""
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1

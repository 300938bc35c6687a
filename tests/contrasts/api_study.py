"""A study of the California schools in a temporary folder: scores of 1999 and 2000 of the same schools."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from cwb_impact.read.raw_file import sha256_of

DATA = Path("tests/oracle/data")
# Columns of design in the maps; the names are those of the designs in tests/oracle/contrasts.R.
DESIGNS = {
    "strat_fpc": ("apistrat", "weight: pw, stratum: stype, population_size: fpc"),
    "clus1_fpc": ("apiclus1", "weight: pw, psu: dnum, population_size: fpc"),
    "clus1": ("apiclus1", "weight: pw, psu: dnum"),
    "jk1": ("apiclus1", "weight: pw, replicates: {columns: rw1..rw15, kind: JK1, coordinated: true}"),
}
WAVES = {"1999": "api99", "2000": "api00"}

STUDY = """\
id: api
name: {nl: Scholen, en: Schools}
area: {nl: Californië, en: California}
data: public
method_note: {nl: Toetsstudie., en: Test study.}
languages: [en]
populations:
  residents:
    label: {nl: Scholen, en: Schools}
    design: {kind: sample, unit: person}
    dimensions: [level]
waves:
  - {id: '1999', label: {nl: '1999', en: '1999'}, maps: {residents: waves/1999.yml}}
  - {id: '2000', label: {nl: '2000', en: '2000'}, maps: {residents: waves/2000.yml}}
indicators: [score, met_target]
"""

MAP = """\
map_version: 1
wave: {{id: '{wave}', population: residents, fieldwork: {wave}-04/{wave}-05}}
source: {{file: schools.csv, format: csv, decimal: '.', sha256: {sha256}, rows: {rows}}}
id: {{columns: [snum], scope: panel}}
design: {{{design}}}
variables:
  level: {{from: stype, relation: exact, recode: {{E: elementary, H: high, M: middle}}}}
  api: {{from: {score}, relation: exact, keep: 200..1000}}
  target: {{from: sch_wide, relation: exact, recode: {{1: met, 0: missed}}}}
"""

VARIABLES = """\
variables:
  level:
    label: {nl: Soort school, en: Level}
    type: category
    codes: {elementary: {nl: Basis, en: Elementary}, high: {nl: Hoger, en: High}, middle: {nl: Midden, en: Middle}}
  api:
    label: {nl: Score, en: Score}
    type: number
    range: [200, 1000]
    unit: points
  target:
    label: {nl: Doel gehaald, en: Target}
    type: category
    codes: {met: {nl: Gehaald, en: Met}, missed: {nl: Niet gehaald, en: Missed}}
"""

INDICATOR = """\
id: NAME
code: CODE
version: 1.0.0
theme: community
name: {nl: NAME, en: NAME}
plain: {nl: NAME, en: NAME}
populations: [residents]
universe_label: {nl: alle scholen, en: all schools}
DEFINED
direction: up_is_better
decimals: 1
reference_period: {nl: het jaar, en: the year}
missing: exclude_and_count
source:
  instrument: {nl: Academic Performance Index, en: Academic Performance Index}
  reference: California Department of Education
  licence: public
  item_text_shipped: false
  verified: true
references:
  - {text: data set api of the R package survey}
examples:
EXAMPLE
"""
SCORE = "statistic: mean\nof: api\nunit: points"
SCORE_EXAMPLE = "  - {name: two, rows: [{api: 400, w: 1}, {api: 700, w: 2}], gives: 600, n: 2, steps: 1800 / 3}"
MET = "statistic: share\nnumerator: {target: [met]}\nunit: percent"
MET_EXAMPLE = "  - {name: two, rows: [{target: met, w: 1}, {target: missed, w: 3}], gives: 25, n: 2, steps: 1 / 4}"


def make(folder: Path, design: str) -> Path:
    """Write the study with a design of DESIGNS; returns its folder."""
    study = folder / "api"
    for name in ("waves", "raw", "dictionary/variables", "dictionary/indicators"):
        (study / name).mkdir(parents=True)
    file, columns = DESIGNS[design]
    raw = study / "raw/schools.csv"
    rows = pd.read_csv(DATA / f"{file}.csv")
    wanted = rows[["snum", "stype", "dnum", "pw", "fpc", "sch_wide", *WAVES.values()]]
    if design == "jk1":
        # replicates of the same schools, and their weight with all digits
        weights = pd.read_csv(DATA / "repw_jk1_clus1.csv.gz").drop(columns="cds")
        wanted = pd.concat([wanted.drop(columns=["pw", "dnum", "fpc"]), weights], axis=1)
    wanted.to_csv(raw, index=False)
    for wave, score in WAVES.items():
        told = {"wave": wave, "sha256": sha256_of(raw), "rows": len(rows), "design": columns, "score": score}
        (study / f"waves/{wave}.yml").write_text(MAP.format(**told))
    (study / "study.yml").write_text(STUDY)
    (study / "dictionary/variables/api.yml").write_text(VARIABLES)
    for name, code, defined, example in (
        ("score", "A01", SCORE, SCORE_EXAMPLE),
        ("met_target", "A02", MET, MET_EXAMPLE),
    ):
        text = INDICATOR.replace("NAME", name).replace("CODE", code).replace("DEFINED", defined)
        (study / f"dictionary/indicators/{name}.yml").write_text(text.replace("EXAMPLE", example))
    return study

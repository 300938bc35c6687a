"""A study with one question of every kind, and filters over one another; the next wave put into it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from filled import Row, write_export

STUDY = """\
id: small
name: {nl: Klein & fijn, en: Small & fine}
area: {nl: Wijk, en: Quarter}
data: public
method_note: {nl: Een voorstel., en: A proposal.}
languages: [nl, en]
populations:
  residents:
    label: {nl: Bewoners, en: Residents}
    design: {kind: sample, unit: person}
    dimensions: [job_kind]
waves:
  - id: 2026Q3
    label: {nl: '2026', en: '2026'}
    maps: {residents: waves/first.yml}
indicators: []
"""

FIRST = """\
map_version: 1
wave: {id: 2026Q3, population: residents, fieldwork: 2026-08/2026-09}
source: {file: first.csv, format: csv, sha256: HASH, rows: 2}
id: {columns: [nr], scope: panel}
variables:
  job_kind: {from: werk, relation: exact, recode: {1: paid, 2: unpaid, 3: none}}
"""

DICTIONARY = """\
variables:
  job_kind:
    label: {nl: Soort werk, en: Kind of work}
    type: category
    codes: {paid: {nl: Betaald, en: Paid}, unpaid: {nl: Vrijwillig, en: Voluntary}, none: {nl: Geen, en: None of these}}
    question: {nl: Wat voor werk doet u?, en: What kind of work do you do?, tr: Ne iş yapıyorsunuz?}
    source: &own
      instrument: {nl: Eigen vraag, en: Own question}
      reference: test
      licence: CC BY 4.0
      item_text_shipped: true
      verified: true
  job_hours:
    label: {nl: Uren per week, en: Hours a week}
    type: number
    range: [0, 80]
    whole: true
    unit: hours
    asked_if: {job_kind: [paid, unpaid]}
  job_pay:
    label: {nl: Loon per maand, en: Pay a month}
    type: number
    range: [0, 1500000]
    unit: EUR/month
    asked_if: {job_kind: [paid], job_hours: {from: 1}}
  job_reasons:
    label: {nl: Redenen, en: Reasons}
    type: set
    codes:
      money: {nl: Geld, en: Money}
      people: {nl: Mensen, en: People}
      none: {nl: Geen van deze, en: None of these}
    asked_if:
      any:
        - {job_kind: [unpaid]}
        - all: [{job_kind: [paid]}, {job_hours: {to: 20}}]
  job_mood:
    label: {nl: Stemming (0–10), en: Mood (0–10)}
    type: number
    range: [0, 10]
    whole: true
    unit: points
    source:
      instrument: {nl: Een officiële vraag, en: An official question}
      reference: Somebody (2020)
      licence: not confirmed
      item_text_shipped: false
      verified: false
  job_low_mood:
    label: {nl: Waarom die stemming, en: Why that mood}
    type: text
    asked_if: {job_mood: {to: 3}, job_reasons: [people, none]}
  job_balance:
    label: {nl: Balans (−5 tot 5), en: Balance (−5 to 5)}
    type: number
    range: [-5, 5]
    whole: true
    unit: points
  job_balance_why:
    label: {nl: Balans uitgelegd, en: Balance explained}
    type: category
    codes: {money: {nl: Geld, en: Money}, time: {nl: Tijd, en: Time}, dont_know: {nl: Twijfel, en: In doubt}}
    asked_if: {any: [{job_balance: {to: -4}}, {job_balance: {from: 5}}]}
  job_saldo:
    label: {nl: Saldo, en: Balance of money}
    type: number
    range: [-1000, 1000]
    unit: EUR
  job_start:
    label: {nl: Begin van het werk, en: Start of the work}
    type: date
    days: [2000-01-01, 2027-12-31]
    asked_if: {job_hours: {from: 8, to: 40}}
"""
DICTIONARY = re.sub(r"&own\n", "\n", DICTIONARY)
NAMES = re.findall(r"^  (job_\w+):", DICTIONARY, re.MULTILINE)


def make(folder: Path, dictionary: str = DICTIONARY) -> Path:
    """Write the study; returns its folder."""
    study = folder / "small"
    for name in ("waves", "raw", "dictionary/variables"):
        (study / name).mkdir(parents=True)
    (study / "study.yml").write_text(STUDY, encoding="utf-8")
    (study / "dictionary/variables/own.yml").write_text(dictionary, encoding="utf-8")
    raw = study / "raw/first.csv"
    raw.write_text("nr,werk\nr0001,1\nr0002,2\n")
    digest = hashlib.sha256(raw.read_bytes()).hexdigest()
    (study / "waves/first.yml").write_text(FIRST.replace("HASH", digest))
    return study


def add_wave(study: Path, map_file: Path, cases: list[Row]) -> None:
    """Do what a researcher does: the export into raw/, hash and rows into the map, the wave into study.yml."""
    text = map_file.read_text(encoding="utf-8")
    raw = study / "raw" / f"{map_file.stem}.csv"
    write_export(raw, cases)
    text = text.replace("0" * 64, hashlib.sha256(raw.read_bytes()).hexdigest()).replace(
        "rows: 0 ", f"rows: {len(cases)} "
    )
    (study / "waves" / map_file.name).write_text(text, encoding="utf-8")
    found = re.search(r"#   - id: (.*)\n#     label: (.*)\n#     maps: \{(.*)\}", text)
    assert found is not None
    wave, label, maps = found.groups()
    lines = (study / "study.yml").read_text(encoding="utf-8")
    entry = f"  - id: {wave}\n    label: {label}\n    maps: {{{maps}}}\n"
    if entry.split("    maps")[0] in lines:
        start = lines.index(entry.split("{residents")[0].split("maps: {")[0])
        end = lines.index("}\n", lines.index("maps: {", start))
        lines = f"{lines[:end]}, {maps}{lines[end:]}"
    else:
        place = min(at for key in ("\nreleases:", "\nparameters:", "\nindicators:") if (at := lines.find(key)) > 0)
        lines = f"{lines[: place + 1]}{entry}{lines[place + 1 :]}"
    (study / "study.yml").write_text(lines, encoding="utf-8")

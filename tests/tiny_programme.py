"""A programme report of eight lines and its programme files, small enough to read. Tests may break a copy."""

from __future__ import annotations

import hashlib
from pathlib import Path

REPORT = """\
Programma Wijkwerk, verslag over 2030
Stand eind maart 2030.
1.1	Drie coöperaties oprichten voor eind 2030, waarvan één met meer dan tien werkers.	De Bakkerij is opgericht.
1.2	Een gedeelde agenda.	De agenda is er nog niet.
De Bakkerij is op 4 februari 2030 opgericht als werknemerscoöperatie. Er werken ca. 5 mensen.
Prognose zomer 2031: twaalf tot vijftien mensen, als er een grotere oven komt.
De Fietsenmaker: de oprichting wordt verwacht in Q2 2030.
Het Naaiatelier is in de eerste helft van 2030 gestart.
"""

SOURCE = """\
title: Programma Wijkwerk
sha256: {sha256}
lines: 8
evidence: [{{line: 1, quote: Programma Wijkwerk}}]
as_of:
  date: {{text: maart 2030, precision: month, earliest: 2030-03-01, latest: 2030-03-31}}
  evidence: [{{line: 2, quote: Stand eind maart 2030}}]
units:
  coops: {{nl: coöperaties, en: co-operatives}}
  people: {{nl: mensen, en: people}}
"""

ACTIONS = """\
actions:
  '1.1':
    promise: {nl: Drie coöperaties oprichten, en: Found three co-operatives}
    status: partly
    evidence:
      promise: [{line: 3, quote: Drie coöperaties oprichten}]
      progress: [{line: 3, quote: De Bakkerij is opgericht.}]
  '1.2':
    promise: {nl: Eén agenda, en: One agenda}
    status: delayed
    evidence:
      promise: [{line: 4, quote: Een gedeelde agenda.}]
      progress: [{line: 4, quote: De agenda is er nog niet.}]
"""

INITIATIVES = """\
groups:
  soon: [{line: 3, quote: Drie coöperaties oprichten}]
initiatives:
  bakery:
    name: De Bakkerij
    sector: {nl: brood, en: bread}
    group: soon
    people_now:
      quantity: {qualifier: about, value: 5, unit: people}
      evidence: [{line: 5, quote: Er werken ca. 5 mensen.}]
    events:
      - kind: founded
        date: {text: 4 februari 2030, precision: day, earliest: 2030-02-04, latest: 2030-02-04}
        expected: false
        evidence: [{line: 5, quote: De Bakkerij is op 4 februari 2030 opgericht}]
    forecasts:
      - kind: jobs
        quantity: {qualifier: range, minimum: 12, maximum: 15, unit: people}
        due: {text: zomer 2031, precision: season, earliest: 2031-06-01, latest: 2031-08-31}
        condition: {nl: als er een grotere oven komt, en: if a larger oven is bought}
        evidence: [{line: 6, quote: 'Prognose zomer 2031: twaalf tot vijftien mensen'}]
    stated_as_worker_coop: {value: true, evidence: [{line: 5, quote: opgericht als werknemerscoöperatie}]}
    evidence: [{line: 5, quote: De Bakkerij}]
  bicycles:
    name: De Fietsenmaker
    sector: {nl: fietsen, en: bicycles}
    group: soon
    people_now:
      quantity: {qualifier: unknown, unit: people}
    events:
      - kind: founded
        date: {text: Q2 2030, precision: quarter, earliest: 2030-04-01, latest: 2030-06-30}
        expected: true
        evidence: [{line: 7, quote: de oprichting wordt verwacht in Q2 2030}]
    forecasts: []
    stated_as_worker_coop: null
    evidence: [{line: 7, quote: De Fietsenmaker}]
  sewing:
    name: Het Naaiatelier
    sector: {nl: kleding, en: clothing}
    group: soon
    people_now:
      quantity: {qualifier: unknown, unit: people}
    events:
      - kind: operational
        date: {text: eerste helft van 2030, precision: half_year, earliest: 2030-01-01, latest: 2030-06-30}
        expected: false
        evidence: [{line: 8, quote: in de eerste helft van 2030 gestart}]
    forecasts: []
    stated_as_worker_coop: null
    evidence: [{line: 8, quote: Het Naaiatelier}]
"""

TARGETS = """\
targets:
  three_coops:
    action: '1.1'
    type: result
    text: {nl: Drie coöperaties, en: Three co-operatives}
    comparator: at_least
    target: {qualifier: exact, value: 3, unit: coops}
    due: {text: eind 2030, precision: quarter, earliest: 2030-10-01, latest: 2030-12-31}
    actual: {qualifier: range, minimum: 1, maximum: 2, unit: coops}
    status: partly
    rule: {nl: Opgericht, en: Founded}
    counted: [bakery]
    possibly: [sewing]
    evidence:
      promise: [{line: 3, quote: Drie coöperaties oprichten voor eind 2030}]
      progress: [{line: 5, quote: De Bakkerij is op 4 februari 2030 opgericht}]
  one_large:
    action: '1.1'
    type: potential
    text: {nl: Eén grote, en: A large one}
    comparator: more_than
    target: {qualifier: exact, value: 10, unit: people}
    due: null
    actual: {qualifier: unknown, unit: people}
    status: met
    rule: {nl: In potentie, en: In potential}
    forecast_of: bakery
    evidence:
      promise: [{line: 3, quote: waarvan één met meer dan tien werkers}]
      progress: [{line: 6, quote: twaalf tot vijftien mensen}]
  agenda:
    action: '1.2'
    type: process
    text: {nl: Een agenda, en: An agenda}
    comparator: delivered
    target: null
    due: null
    actual: null
    status: delayed
    rule: {nl: Gehaald als zij er is, en: Met when it exists}
    evidence:
      promise: [{line: 4, quote: Een gedeelde agenda.}]
      progress: [{line: 4, quote: De agenda is er nog niet.}]
"""


def make(folder: Path) -> Path:
    """Write study/programme/*.yml and report.txt; returns the study folder."""
    programme = folder / "study" / "programme"
    programme.mkdir(parents=True)
    (folder / "report.txt").write_bytes(REPORT.encode())
    source = SOURCE.format(sha256=hashlib.sha256(REPORT.encode()).hexdigest())
    for name, text in {"source": source, "actions": ACTIONS, "initiatives": INITIATIVES, "targets": TARGETS}.items():
        (programme / f"{name}.yml").write_text(text, encoding="utf-8")
    return programme.parent

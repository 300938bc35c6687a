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
    progress: {nl: Er is er één, en: There is one}
    evidence:
      promise: [{line: 3, quote: Drie coöperaties oprichten}]
      progress: [{line: 3, quote: De Bakkerij is opgericht.}]
  '1.2':
    promise: {nl: Eén agenda, en: One agenda}
    status: delayed
    progress: {nl: Die is er nog niet, en: It does not exist yet}
    evidence:
      promise: [{line: 4, quote: Een gedeelde agenda.}]
      progress: [{line: 4, quote: De agenda is er nog niet.}]
"""

INITIATIVES = """\
groups:
  soon:
    label: {nl: In oprichting, en: Being founded}
    operational: false
    evidence: [{line: 3, quote: Drie coöperaties oprichten}]
initiatives:
  bakery:
    name: De Bakkerij
    sector: {nl: brood, en: bread}
    group: soon
    people_now:
      quantity: {qualifier: about, value: 5, unit: people}
      at_work: all
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
    count_rule: founded
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

FACTS = {
    "milestones": """\
milestones:
  bicycles_founded:
    action: '1.1'
    initiative: bicycles
    text: {nl: Fietsenmaker opgericht, en: Bicycle repairer founded}
    date: {text: Q2 2030, precision: quarter, earliest: 2030-04-01, latest: 2030-06-30}
    expected: true
    evidence: [{line: 7, quote: de oprichting wordt verwacht in Q2 2030}]
  larger_oven:
    action: '1.1'
    text: {nl: Grotere oven, en: Larger oven}
    date: {text: zomer 2031, precision: season, earliest: 2031-06-01, latest: 2031-08-31}
    expected: true
    evidence: [{line: 6, quote: 'Prognose zomer 2031'}]
  bakery_founded:
    action: '1.1'
    initiative: bakery
    text: {nl: Bakkerij opgericht, en: Bakery founded}
    date: {text: 4 februari 2030, precision: day, earliest: 2030-02-04, latest: 2030-02-04}
    expected: false
    evidence: [{line: 5, quote: De Bakkerij is op 4 februari 2030 opgericht}]
  agenda:
    action: '1.2'
    text: {nl: Agenda, en: Agenda}
    date: null
    expected: true
    evidence: [{line: 4, quote: De agenda is er nog niet.}]
""",
    "anchors": """\
anchors:
  town:
    name: De Bakkerij
    kind: other
    does: {nl: Koopt brood, en: Buys bread}
    buys: {value: true, evidence: [{line: 5, quote: De Bakkerij is op}]}
    evidence: [{line: 5, quote: De Bakkerij}]
""",
    "contracts": """\
contracts:
  bread:
    name: {nl: Brood, en: Bread}
    action: '1.1'
    anchors: [town]
    initiatives: [bakery]
    stage: running
    route: direct
    amount: {qualifier: unknown, unit: people}
    date: null
    evidence: [{line: 5, quote: De Bakkerij}]
""",
    "funding": """\
funding:
  oven_grant:
    kind: grant
    name: {nl: Subsidie voor de oven, en: Grant for the oven}
    giver: null
    purpose: {nl: Een oven, en: An oven}
    decision: awarded
    for_area: null
    amount: {qualifier: about, value: 9000, unit: people}
    paid: {qualifier: unknown, unit: people}
    date: {text: 4 februari 2030, precision: day, earliest: 2030-02-04, latest: 2030-02-04}
    evidence: [{line: 5, quote: De Bakkerij is op 4 februari 2030 opgericht}]
  bicycle_fund:
    kind: capital
    name: {nl: Fonds, en: Fund}
    giver: null
    purpose: {nl: Fietsen, en: Bicycles}
    decision: null
    instrument: promised
    for_area: {value: true, evidence: [{line: 7, quote: De Fietsenmaker}]}
    amount: {qualifier: exact, value: 5000, unit: people}
    paid: {qualifier: more_than, value: 1000, unit: people}
    date: {text: eerste helft van 2030, precision: half_year, earliest: 2030-01-01, latest: 2030-06-30}
    evidence: [{line: 8, quote: in de eerste helft van 2030 gestart}]
""",
    "sessions": """\
sessions:
  opening:
    kind: masterclass
    name: {nl: Opening, en: Opening}
    date: {text: 4 februari 2030, precision: day, earliest: 2030-02-04, latest: 2030-02-04}
    held: true
    participants: {qualifier: about, value: 40, unit: people}
    evidence: [{line: 5, quote: De Bakkerij is op 4 februari 2030 opgericht}]
  sewing_lesson:
    kind: training
    name: {nl: Naailes, en: Sewing lesson}
    date: {text: eerste helft van 2030, precision: half_year, earliest: 2030-01-01, latest: 2030-06-30}
    held: true
    participants: {qualifier: exact, value: 6, unit: people}
    evidence: [{line: 8, quote: in de eerste helft van 2030 gestart}]
  cancelled:
    kind: workshop
    name: {nl: Workshop, en: Workshop}
    date: null
    held: false
    participants: {qualifier: unknown, unit: people}
    evidence: [{line: 4, quote: De agenda is er nog niet.}]
""",
    "data_inventory": """\
elements:
  headcount:
    name: {nl: Mensen, en: People}
    needed_for: [people_working_in_coops]
    source: {nl: Lijst, en: List}
    in_register: people
    recorded: recorded
    owner: null
    frequency: null
    gap: null
    basis: report
    evidence: [{line: 5, quote: Er werken ca. 5 mensen.}]
  turnout:
    name: {nl: Opkomst, en: Turnout}
    needed_for: [assembly_turnout]
    source: {nl: Notulen, en: Minutes}
    recorded: unknown
    owner: null
    frequency: null
    gap: {nl: Niet genoemd, en: Not mentioned}
    basis: own
""",
}
"""The six files that a programme folder may have, on the same eight lines of the report."""


def make(folder: Path, facts: bool = False) -> Path:
    """Write study/programme/*.yml and report.txt; returns the study folder. facts : the six further files too."""
    programme = folder / "study" / "programme"
    programme.mkdir(parents=True)
    (folder / "report.txt").write_bytes(REPORT.encode())
    source = SOURCE.format(sha256=hashlib.sha256(REPORT.encode()).hexdigest())
    needed = {"source": source, "actions": ACTIONS, "initiatives": INITIATIVES, "targets": TARGETS}
    for name, text in (needed | (FACTS if facts else {})).items():
        (programme / f"{name}.yml").write_text(text, encoding="utf-8")
    return programme.parent
